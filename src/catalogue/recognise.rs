//! From a sign (a host, an image, a type) to a product: patterns as data.
//!
//! A pattern is literal text in which `*` stands for any run of characters and `{region}` for a region of the provider.
//! Of several that match, the one with the most literal text wins, then the first by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::imports::imports_of;
use super::{Catalogue, Product, Provider};
use crate::facts::Sign;
use crate::model::Capability;
use crate::source::yaml::Node;
use crate::source::{Fields, Location};

/// The vocabularies in which a product can be recognised.
pub const VOCABULARIES: &[&str] = &[
    "hosts",
    "schemes",
    "ports",
    "images",
    "registries",
    "kubernetes_types",
    "provisioners",
    "annotations",
    "controllers",
    "terraform",
    "cloudformation",
    "packages",
    "imports",
];

/// The signs of one product, by vocabulary.
#[derive(Clone, Debug, Default)]
pub struct Recognise {
    /// The patterns of each vocabulary.
    pub patterns: BTreeMap<&'static str, Vec<Pattern>>,
}

/// One sign of a product.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The text with `*` and `{region}`.
    pub text: Arc<str>,
    /// The capability that is meant; `data` where nothing is said.
    pub capability: Option<Capability>,
    /// It stands for the product only where something runs with its provider; elsewhere it is another's.
    pub here: bool,
    /// Where it is written.
    pub at: Location,
}

/// What a sign was recognised as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The provider's name.
    pub provider: Arc<str>,
    /// The product's name within it.
    pub product: Arc<str>,
    /// The capability that is meant.
    pub capability: Option<Capability>,
    /// The region that the sign names.
    pub region: Option<Arc<str>>,
    /// The pattern that matched.
    pub by: Arc<str>,
}

impl Recognise {
    /// Reads the `recognise` mapping of a product: `images: [postgres, {match: '…', capability: control}]`.
    pub(super) fn read(fields: &mut Fields, node: Option<&Node>) -> Self {
        let mut found = Recognise::default();
        let Some(node) = node else { return found };
        let known = [VOCABULARIES, &["title"]].concat();
        if !fields.mapping(node, "`recognise`", &known) {
            return found;
        }
        for vocabulary in VOCABULARIES {
            let Some(list) = node.get(vocabulary) else { continue };
            let items = fields.list(list, vocabulary);
            let patterns: Vec<Pattern> = items.into_iter().filter_map(|item| pattern(fields, item)).collect();
            found.patterns.insert(vocabulary, patterns);
        }
        found
    }
}

fn pattern(fields: &mut Fields, node: &Node) -> Option<Pattern> {
    let (text, capability, here) = if node.is_map() {
        fields.mapping(node, "a sign", &["match", "capability", "here"]);
        let capability = node.get("capability").and_then(|node| fields.text(node, "capability")).map(Capability::new);
        let here = node.get("here").and_then(|node| fields.boolean(node, "here")).unwrap_or(false);
        (node.get("match")?, capability, here)
    } else {
        (node, None, false)
    };
    let at = fields.place(text);
    let text = fields.text(text, "a sign")?.to_lowercase();
    if text.trim_matches(['*', '.', '/']).is_empty() {
        fields.fail(at, "this sign matches everything", "name the part that tells the product apart");
        return None;
    }
    Some(Pattern { text: text.into(), capability, here, at })
}

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

    fn imports(&self) -> impl Iterator<Item = &str> {
        let exact = self.exact.keys().filter(|(vocabulary, _)| *vocabulary == "imports").map(|(_, text)| &**text);
        exact.chain(self.globs.get("imports").into_iter().flat_map(|globs| &globs.all).map(|glob| &*glob.text))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.globs.is_empty()
    }

    fn find(&self, catalogue: &Catalogue, vocabulary: &'static str, text: &str) -> Option<Found> {
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

impl Catalogue {
    /// The product that a sign stands for. Costs a look for each length of text before a wildcard, and for each pattern
    /// that begins as the sign does.
    pub fn recognise(&self, sign: &Sign) -> Option<Found> {
        self.find(&self.index, sign)
    }

    /// The product that a sign stands for where something runs with this provider: one of the provider's, if it has
    /// such a sign there, else the same as everywhere.
    pub fn recognise_with(&self, provider: &str, sign: &Sign) -> Option<Found> {
        let here = self.here.get(provider).and_then(|index| self.find(index, sign));
        here.or_else(|| self.recognise(sign))
    }

    /// The patterns of everything that code may import, `python:azure.storage.*`, those that follow from the names of
    /// packages included; in no order, and some twice.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.index).chain(self.here.values()).flat_map(Index::imports)
    }

    fn find(&self, index: &Index, sign: &Sign) -> Option<Found> {
        let vocabulary = sign.vocabulary();
        let image = match sign {
            Sign::Import(import) => {
                let whole = index.find(self, vocabulary, import);
                let through = || through(import).iter().find_map(|import| index.find(self, vocabulary, import));
                let mut shorter = std::iter::successors(Sign::shorter(import), |import| Sign::shorter(import));
                return whole
                    .or_else(through)
                    .or_else(|| shorter.find_map(|import| index.find(self, vocabulary, import)));
            }
            Sign::Image(image) => image,
            Sign::Port(port) => return index.find(self, vocabulary, &port.to_string()),
            other => return index.find(self, vocabulary, &other.to_string()),
        };
        let repository = repository(image);
        let mut rest = repository;
        loop {
            if let Some(found) = index.find(self, vocabulary, rest) {
                return Some(found);
            }
            rest = rest.split_once('/')?.1;
        }
    }
}

/// A call with an argument as if what is called were reached with fewer steps: `python:boto3.session.Session.client(s3)`
/// is also `python:boto3.session.client(s3)` and `python:boto3.client(s3)`. The longest first.
fn through(import: &str) -> Vec<String> {
    let Some(called) = Sign::shorter(import).filter(|_| import.ends_with(')')) else { return Vec::new() };
    let (Some(before), argument) = (Sign::shorter(called), &import[called.len()..]) else { return Vec::new() };
    let member = &called[before.len()..];
    let roots = std::iter::successors(Sign::shorter(before), |root| Sign::shorter(root));
    roots.map(|root| format!("{root}{member}{argument}")).collect()
}

/// A word as it is compared: in lower case, a name of PyPI with `-` for `_` and `.`, which mean the same there.
fn plain(vocabulary: &str, text: &str) -> String {
    let text = text.to_lowercase();
    if vocabulary == "packages" && text.starts_with("pypi:") { text.replace(['_', '.'], "-") } else { text }
}

/// An image without registry defaults, tag and digest: `docker.io/library/postgres:16` is `postgres`.
pub fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let image = match image.rsplit_once(':') {
        Some((head, tag)) if !tag.contains('/') => head,
        _ => image,
    };
    let image = image.strip_prefix("docker.io/").or_else(|| image.strip_prefix("index.docker.io/")).unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image)
}

/// The registry that an image is pulled from; `docker.io` when it names none.
pub fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first,
        _ => "docker.io",
    }
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
    fn images_lose_their_defaults_and_tags() {
        for (image, bare, from) in [
            ("postgres", "postgres", "docker.io"),
            ("docker.io/library/postgres:16", "postgres", "docker.io"),
            ("ghcr.io/org/app@sha256:00", "ghcr.io/org/app", "ghcr.io"),
            ("localhost:5000/app:1", "localhost:5000/app", "localhost:5000"),
            ("bitnami/kafka:3.7", "bitnami/kafka", "docker.io"),
        ] {
            assert_eq!((repository(image), registry(image)), (bare, from), "{image}");
        }
    }

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
