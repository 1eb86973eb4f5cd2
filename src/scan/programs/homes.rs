//! Which folder is the code of which component: by what a manifest builds, and else by names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Fact, Program, last, lies_in};
use crate::catalogue::{Catalogue, repository};
use crate::facts::{Built, ComponentFact, Facts, Sign};
use crate::model::Kind;
use crate::scan::commands::Commands;
use crate::scan::files::{Code, is_code};
use crate::scan::recipes::{Ground, Home};
use crate::source::Tree;

/// Ends of names that say no more than that the thing is a program.
const ENDS: &[&str] = &["service", "svc", "server", "srv", "app", "api"];

/// The components whose code is that of one folder.
#[derive(Debug, Default)]
pub(super) struct Homes {
    /// Those that are built of it, each with the file that it runs.
    pub(super) built: Vec<(Fact, Option<Arc<str>>)>,
    /// Those that run the image that is made of it.
    ran: Vec<Fact>,
    /// Those that are called like it.
    called: Vec<Fact>,
}

impl Homes {
    /// A program for each name under which something is built of the folder or runs its image; those that are called like
    /// it are one.
    pub(super) fn programs(&self, folder: &Arc<str>, facts: &[(&'static str, Facts)]) -> Vec<Program> {
        let name = |fact: &Fact| &facts[fact.0].1.components[fact.1].name;
        let runs = |fact: &Fact| facts[fact.0].1.components[fact.1].runs.clone();
        let new =
            |fact: &Fact| Program { of: vec![*fact], runs: runs(fact), ..Program::new(Arc::clone(name(fact)), folder) };
        let mut all: Vec<Program> = Vec::new();
        for (fact, entry) in &self.built {
            match all.iter_mut().find(|program| program.name == *name(fact)) {
                Some(program) => program.of.push(*fact),
                None => all.push(Program { entry: entry.clone(), ..new(fact) }),
            }
        }
        for fact in &self.ran {
            match all.iter_mut().find(|program| program.name == *name(fact)) {
                Some(program) => program.of.push(*fact),
                None => all.push(new(fact)),
            }
        }
        for fact in &self.called {
            let like = |program: &Program| stem(&letters(&program.name)) == stem(&letters(name(fact)));
            match all.iter().position(like).or((!all.is_empty()).then_some(0)) {
                Some(at) => all[at].of.push(*fact),
                None => all.push(new(fact)),
            }
        }
        // Those that run one image in one way have all of its code.
        let differ = all.windows(2).any(|two| (&two[0].entry, &two[0].runs) != (&two[1].entry, &two[1].runs));
        let is_shared = all.len() > 1 && (self.ran.is_empty() || differ);
        all.iter_mut().for_each(|program| {
            program.of.sort_unstable();
            program.is_shared = is_shared;
        });
        all
    }
}

/// The folders that are the code of components, each with those. A component has the folder that it is built of, else the
/// one that something of its name is built of, else one that is called like it.
pub(super) fn homes(
    tree: &Tree,
    code: &Code,
    paths: &BTreeSet<Arc<str>>,
    folders: &BTreeMap<Arc<str>, bool>,
    facts: &[(&'static str, Facts)],
    catalogue: &Catalogue,
) -> BTreeMap<Arc<str>, Homes> {
    let ground = Ground {
        tree,
        folders: folders.keys().map(|folder| &**folder).collect(),
        files: code.files.iter().map(|file| &*file.path).collect(),
    };
    let shared = shared_images(facts);
    let own = facts.iter().enumerate().flat_map(|(set, (_, facts))| {
        let all = facts.components.iter().enumerate().filter(|(_, fact)| is_own(fact, catalogue));
        all.map(move |(index, fact)| ((set, index), fact))
    });
    let own: Vec<(Fact, &ComponentFact)> = own.collect();
    let mut homes: BTreeMap<Arc<str>, Homes> = BTreeMap::new();
    let mut by_name: BTreeMap<String, BTreeSet<Home>> = BTreeMap::new();
    let mut by_image: BTreeMap<&str, BTreeSet<Home>> = BTreeMap::new();
    let mut others: Vec<(Fact, &ComponentFact)> = Vec::new();
    for (index, fact) in own {
        let is_empty =
            || !fact.built.iter().any(|built| paths.iter().any(|path| lies_in(&built.folder, path) && is_code(path)));
        match fact.built.iter().find_map(|built| built_of(fact, built, &ground, folders)) {
            Some(home) => {
                by_name.entry(letters(&fact.name)).or_default().insert(home.clone());
                if let Some(image) = fact.built.iter().find_map(|built| built.image.as_deref()) {
                    by_image.entry(repository(image)).or_default().insert(home.clone());
                }
                homes.entry(home.folder).or_default().built.push((index, home.entry));
            }
            // What is built of a folder without code may get it from elsewhere.
            None if is_empty() => others.push((index, fact)),
            None => {}
        }
    }
    let only = |homes: Option<&BTreeSet<Home>>| {
        homes.filter(|homes| homes.len() == 1).and_then(BTreeSet::first).map(|home| Arc::clone(&home.folder))
    };
    let mut alike: Vec<(Arc<str>, Fact)> = Vec::new();
    let mut homeless: BTreeMap<&str, Vec<(Fact, &ComponentFact)>> = BTreeMap::new();
    for (index, fact) in others {
        let image = fact.images.first().map(|image| repository(&image.text));
        let of_image = only(image.and_then(|image| by_image.get(image)));
        let like_image = || {
            let name = image.filter(|image| shared.contains(image)).map(|image| letters(last(image)))?;
            folders.keys().find(|folder| likeness(&name, folder) >= LIKE).cloned()
        };
        if let Some(folder) = only(by_name.get(&letters(&fact.name))) {
            homes.entry(folder).or_default().called.push(index);
        } else if let Some(folder) = called_like(fact, folders, &shared) {
            homes.entry(folder).or_default().called.push(index);
        } else if let Some(folder) = of_image {
            homes.entry(folder).or_default().ran.push(index);
        } else if let Some(folder) = like_image() {
            alike.push((folder, index));
        } else if let Some(image) = image {
            homeless.entry(image).or_default().push((index, fact));
        }
    }
    // A folder in which others have their programs is not that of one.
    let holds_others = |folder: &str| homes.keys().any(|other| **other != *folder && lies_in(folder, other));
    alike.retain(|(folder, _)| !holds_others(folder));
    for (folder, index) in alike {
        homes.entry(folder).or_default().ran.push(index);
    }
    for (_, all) in homeless.into_iter().filter(|(_, all)| all.len() > 1) {
        if let Some((folder, own)) = by_commands(&all, code, folders) {
            homes.entry(folder).or_default().ran.extend(own);
        }
    }
    homes
}

/// The folder whose program has the sub-commands that services of one image run, with those services: at least two of them,
/// each with a command of its own, so that it is no chance; of several folders the one that has the most.
fn by_commands(
    all: &[(Fact, &ComponentFact)],
    code: &Code,
    folders: &BTreeMap<Arc<str>, bool>,
) -> Option<(Arc<str>, Vec<Fact>)> {
    let mut files: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
    for (index, file) in code.files.iter().enumerate() {
        let around = folders.keys().filter(|folder| lies_in(folder, &file.path));
        if let Some(deepest) = around.max_by_key(|folder| folder.len()) {
            files.entry(deepest).or_default().push(index);
        }
    }
    let mut best: Option<(Arc<str>, Vec<Fact>)> = None;
    for (folder, files) in files {
        let commands = Commands::of(code, files.into_iter());
        let chosen = all.iter().filter_map(|(index, fact)| Some((*index, commands.chosen(&fact.runs)?)));
        let chosen: Vec<(Fact, &Arc<str>)> = chosen.collect();
        let words: BTreeSet<&Arc<str>> = chosen.iter().map(|(_, word)| *word).collect();
        if words.len() > 1 && best.as_ref().is_none_or(|(_, best)| best.len() < chosen.len()) {
            best = Some((Arc::clone(folder), chosen.into_iter().map(|(index, _)| index).collect()));
        }
    }
    best
}

/// Whether a component is a program of one's own: nothing says that it is something that others make.
fn is_own(fact: &ComponentFact, catalogue: &Catalogue) -> bool {
    let known = |image: &str| catalogue.recognise(&Sign::Image(image.into())).is_some();
    fact.made_of.is_none()
        && !matches!(fact.kind, Some(Kind::Store | Kind::External))
        && !fact.images.first().is_some_and(|image| known(&image.text))
}

/// Images that components of several names run: they hold several programs, and so say nothing of any of them.
fn shared_images<'f>(facts: &'f [(&'static str, Facts)]) -> BTreeSet<&'f str> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fact in facts.iter().flat_map(|(_, facts)| &facts.components) {
        if let Some(image) = fact.images.first() {
            names.entry(repository(&image.text)).or_default().insert(&fact.name);
        }
    }
    names.into_iter().filter(|(_, names)| names.len() > 1).map(|(image, _)| image).collect()
}

/// The folder of what a component is built of: of several programs in it the one that its recipe and command say, else the
/// one of its name, else all of it.
fn built_of(
    fact: &ComponentFact,
    built: &Built,
    ground: &Ground<'_>,
    folders: &BTreeMap<Arc<str>, bool>,
) -> Option<Home> {
    if !folders.contains_key(&built.folder) {
        return None;
    }
    let by_name = || {
        let name = letters(&fact.name);
        let inner = folders.keys().filter(|folder| folder.len() > built.folder.len() && lies_in(&built.folder, folder));
        let folder = most_like(&[name], inner)?;
        Some(Home { folder, entry: None })
    };
    let whole = || (!ground.copies_no_code(built)).then(|| Home { folder: Arc::clone(&built.folder), entry: None });
    ground.home(built).or_else(by_name).or_else(whole)
}

/// The folder that is called like a component or its image.
fn called_like(fact: &ComponentFact, folders: &BTreeMap<Arc<str>, bool>, shared: &BTreeSet<&str>) -> Option<Arc<str>> {
    let image = fact.images.first().map(|image| repository(&image.text)).filter(|image| !shared.contains(image));
    let names: Vec<String> = [Some(&*fact.name), image.map(last)].into_iter().flatten().map(letters).collect();
    most_like(&names, folders.keys())
}

/// The first of the folders that are most like one of the names.
fn most_like<'f>(names: &[String], folders: impl Iterator<Item = &'f Arc<str>>) -> Option<Arc<str>> {
    let mut best: Option<(usize, &Arc<str>)> = None;
    for folder in folders {
        let score = names.iter().map(|name| likeness(name, folder)).max().unwrap_or(0);
        if score > best.map_or(0, |(score, _)| score) {
            best = Some((score, folder));
        }
    }
    best.map(|(_, folder)| Arc::clone(folder))
}

/// How much a folder is like a name at least that ends in it.
const LIKE: usize = 4;

/// How much a folder's path is like a name; 0 when it is not.
fn likeness(name: &str, folder: &str) -> usize {
    if name.is_empty() {
        return 0;
    }
    let segments: Vec<String> = folder.split('/').map(letters).collect();
    let (Some(end), above) = (segments.last(), &segments[..segments.len().saturating_sub(1)]) else { return 0 };
    if end == name {
        return 5;
    }
    if stem(end) == stem(name) && !stem(name).is_empty() {
        return 4;
    }
    // The first folder of the path is as a rule the whole system.
    let above = || above.iter().skip(usize::from(above.len() > 1));
    if above().any(|segment| segment == name) {
        return 3;
    }
    if above().any(|segment| stem(segment) == stem(name)) {
        return 2;
    }
    // `shop-cart` is built in `cart`, `cart` in `shop-cart`.
    let parted = stem(end).len() >= 4 && name.len() > end.len() && stem(name).ends_with(stem(end));
    usize::from(parted)
}

/// A name by its letters and digits alone, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn stem(name: &str) -> &str {
    let end = ENDS.iter().find_map(|end| name.strip_suffix(end).filter(|rest| rest.len() > 1));
    end.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_by_their_names() {
        for (name, folder, expected) in [
            ("cart", "src/cart", true),
            ("cart-service", "src/cartservice/src", true),
            ("carts", "carts", true),
            ("payment", "src/cart", false),
            ("shop", "shop/cart", true),
            ("shop", "shop/src/cart", false),
            ("ui", "src/ui", true),
            ("retail-store-cart", "src/cart", true),
            ("service", "src/cart-service", false),
        ] {
            assert_eq!(likeness(&letters(name), folder) > 0, expected, "{name} in {folder}");
        }
    }
}
