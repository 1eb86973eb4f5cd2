//! The patterns of a catalogue, ready to match.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::imports::imports_of;
use super::recognise::Found;
use super::{Catalogue, Product, Provider};

/// All patterns of a catalogue, ready to match.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    exact: HashMap<(&'static str, Arc<str>), Found>,
    globs: BTreeMap<&'static str, Globs>,
}

/// The patterns of a vocabulary with a wildcard, in the order in which they decide.
#[derive(Clone, Debug, Default)]
struct Globs {
    all: Vec<Glob>,
    /// Those that begin with the same plain text, by it.
    by_head: HashMap<Arc<str>, Vec<u32>>,
    /// The lengths of these texts, each once.
    lengths: BTreeSet<usize>,
}

impl Globs {
    fn sort(&mut self) {
        self.all.sort_by_cached_key(|glob| (std::cmp::Reverse(literal(&glob.text)), Arc::clone(&glob.text)));
        for (place, glob) in (0u32..).zip(&self.all) {
            self.by_head.entry(glob.text[..glob.head].into()).or_default().push(place);
            self.lengths.insert(glob.head);
        }
    }

    /// Those that begin and end as a text does, in order; costs a look for each length of a beginning.
    fn near<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Glob> {
        let heads = self.lengths.iter().filter_map(|length| self.by_head.get(text.get(..*length)?));
        let mut places: Vec<u32> = heads.flatten().copied().collect();
        places.sort_unstable();
        places.into_iter().map(|place| &self.all[place as usize]).filter(|glob| text.ends_with(&glob.text[glob.tail..]))
    }
}

/// A pattern with a wildcard, and what it stands for.
#[derive(Clone, Debug)]
struct Glob {
    text: Arc<str>,
    /// How much of its beginning is plain text.
    head: usize,
    /// Where the plain text at its end begins.
    tail: usize,
    found: Found,
}

impl Glob {
    fn new(text: &Arc<str>, found: Found) -> Self {
        let head = text.find(['*', '{']).unwrap_or(text.len());
        let tail = text.rfind(['*', '}']).map_or(0, |last| last + 1);
        Glob { text: Arc::clone(text), head, tail, found }
    }
}

impl Index {
    /// The signs that hold everywhere, or those that hold only with this provider.
    pub(super) fn build(catalogue: &Catalogue, here: Option<&str>) -> Self {
        let mut index = Index::default();
        let products: Vec<(&Provider, &Product)> = match here {
            None => catalogue.products().collect(),
            Some(name) => {
                let provider = catalogue.providers.get(name).into_iter();
                provider
                    .flat_map(|provider| provider.products.values().map(move |product| (provider, product)))
                    .collect()
            }
        };
        for (provider, product) in &products {
            for (vocabulary, patterns) in &product.recognise.patterns {
                for pattern in patterns.iter().filter(|pattern| pattern.here == here.is_some()) {
                    let found = Found {
                        provider: Arc::clone(&provider.name),
                        product: Arc::clone(&product.name),
                        capability: pattern.capability.clone(),
                        region: None,
                        by: Arc::clone(&pattern.text),
                    };
                    let text: Arc<str> = plain(vocabulary, &pattern.text).into();
                    if text.contains(['*', '{']) {
                        index.globs.entry(vocabulary).or_default().all.push(Glob::new(&text, found));
                    } else {
                        index.exact.entry((vocabulary, text)).or_insert(found);
                    }
                }
            }
        }
        // What is written down goes before what follows from the name of a package.
        for (provider, product) in &products {
            for pattern in product.recognise.patterns.get("packages").into_iter().flatten() {
                if pattern.here != here.is_some() {
                    continue;
                }
                for import in imports_of(&pattern.text, &provider.imports) {
                    let text: Arc<str> = import.into();
                    let found = Found {
                        provider: Arc::clone(&provider.name),
                        product: Arc::clone(&product.name),
                        capability: pattern.capability.clone(),
                        region: None,
                        by: Arc::clone(&pattern.text),
                    };
                    if text.contains('*') {
                        index.globs.entry("imports").or_default().all.push(Glob::new(&text, found));
                    } else {
                        index.exact.entry(("imports", text)).or_insert(found);
                    }
                }
            }
        }
        index.globs.values_mut().for_each(Globs::sort);
        index
    }

    pub(super) fn imports(&self) -> impl Iterator<Item = &str> {
        let exact = self.exact.keys().filter(|(vocabulary, _)| *vocabulary == "imports").map(|(_, text)| &**text);
        exact.chain(self.globs.get("imports").into_iter().flat_map(|globs| &globs.all).map(|glob| &*glob.text))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.globs.is_empty()
    }

    pub(super) fn find(&self, catalogue: &Catalogue, vocabulary: &'static str, text: &str) -> Option<Found> {
        let text: Arc<str> = plain(vocabulary, text).into();
        if let Some(found) = self.exact.get(&(vocabulary, Arc::clone(&text))) {
            return Some(found.clone());
        }
        self.globs.get(vocabulary)?.near(&text).find_map(|glob| {
            let provider = catalogue.providers.get(&glob.found.provider)?;
            let region = matches(&glob.text, &text, provider)?;
            Some(Found { region, ..glob.found.clone() })
        })
    }
}

/// A word as it is compared: in lower case, a name of PyPI with `-` for `_` and `.`, which mean the same there.
fn plain(vocabulary: &str, text: &str) -> String {
    let text = text.to_lowercase();
    if vocabulary == "packages" && text.starts_with("pypi:") { text.replace(['_', '.'], "-") } else { text }
}

pub(super) fn literal(pattern: &str) -> usize {
    pattern.replace("{region}", "").chars().filter(|letter| *letter != '*').count()
}

/// `None` when the text does not match; else the region that `{region}` stood for, if the pattern has one.
fn matches(pattern: &str, text: &str, provider: &Provider) -> Option<Option<Arc<str>>> {
    let Some((before, after)) = pattern.split_once("{region}") else {
        return glob(pattern, text).then_some(None);
    };
    provider
        .regions
        .keys()
        .filter(|region| text.contains(&***region))
        .find(|region| glob(&format!("{before}{region}{after}"), text))
        .map(|region| Some(Arc::clone(region)))
        // A region that is not known stands as `?`.
        .or_else(|| (text.contains('?') && glob(&format!("{before}?{after}"), text)).then_some(None))
}

/// Whether text matches a pattern in which `*` stands for any run of characters.
///
/// Greedy with one point to fall back to: at worst the product of both lengths.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && pattern[p] == text[t] {
            p += 1;
            t += 1;
        } else if let Some((back, seen)) = star {
            p = back + 1;
            t = seen + 1;
            star = Some((back, seen + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_run_and_nothing_else_is_special() {
        assert!(glob("*.oss-*.aliyuncs.com", "b.oss-cn-x.aliyuncs.com"));
        assert!(!glob("*.aliyuncs.com", "aliyuncs.com"));
        assert!(!glob("a.c", "abc"));
        assert!(glob("a*b*c", "axxbyybzc"));
    }

    #[test]
    fn the_patterns_near_a_text_are_those_that_begin_and_end_as_it_does() {
        let found = Found { provider: "p".into(), product: "q".into(), capability: None, region: None, by: "".into() };
        let mut random = fastrand::Rng::with_seed(7);
        let mut word = |letters: &[char]| {
            (0..random.usize(1..7)).map(|_| letters[random.usize(..letters.len())]).collect::<String>()
        };
        let patterns: Vec<String> = (0..200).map(|_| word(&['a', 'b', 'é', '*']) + "*").collect();
        let mut globs = Globs::default();
        globs.all.extend(patterns.iter().map(|text| Glob::new(&text.as_str().into(), found.clone())));
        globs.sort();
        for _ in 0..500 {
            let text = word(&['a', 'b', 'é']);
            let wanted = globs
                .all
                .iter()
                .filter(|glob| text.starts_with(&glob.text[..glob.head]) && text.ends_with(&glob.text[glob.tail..]));
            let wanted: Vec<&Arc<str>> = wanted.map(|glob| &glob.text).collect();
            assert_eq!(globs.near(&text).map(|glob| &glob.text).collect::<Vec<_>>(), wanted, "{text}");
        }
    }
}
