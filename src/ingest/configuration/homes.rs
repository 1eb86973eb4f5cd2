//! Whose a file of configuration is: the component that has it mounted, that is built where it lies, or after which its
//! folder is called; of several the nearest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sheet::{Sheet, plain};
use crate::facts::{ComponentFact, Facts};

/// A component fact: its set, and its index there.
pub(super) type Index = (usize, usize);

/// Folders that only sort what is in a program; none of them is a program's name.
const INNER: [&str; 15] = [
    "src",
    "main",
    "resources",
    "config",
    "conf",
    "conf.d",
    "app",
    "etc",
    "docker",
    "java",
    "kotlin",
    "envs",
    "templates",
    "nginx",
    "envoy",
];
/// Programs that run under more names than this say nothing about any of them.
const MOST_SHARED: usize = 3;

/// Why a file is nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Nobody {
    /// No component's program lies around it.
    Unknown,
    /// Those of several do, and nothing says for which it is.
    Shared(usize),
    /// It is kept for others, and nobody asks for it.
    Unasked,
    /// The component beside it is built by another recipe.
    Unused,
}

/// Where the programs of components lie.
pub(super) struct Homes {
    files: BTreeMap<Arc<str>, Vec<Index>>,
    folders: BTreeMap<Arc<str>, Vec<Index>>,
    /// Components that are not known to be built or mounted anywhere, by their name and that of their image.
    names: BTreeMap<String, Vec<Index>>,
    /// All components by their names.
    called: BTreeMap<String, Vec<Index>>,
    recipes: BTreeSet<Index>,
    /// The components that run each image, without its tag, where one of them is built as that.
    images: BTreeMap<Arc<str>, Vec<Index>>,
    title: BTreeMap<Index, Arc<str>>,
}

impl Homes {
    /// Reads where each component of some sets of facts lies.
    pub(super) fn new(facts: &[(&'static str, Facts)], usable: impl Fn(&str) -> bool) -> Self {
        let mut homes = Homes {
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
            names: BTreeMap::new(),
            called: BTreeMap::new(),
            recipes: BTreeSet::new(),
            images: BTreeMap::new(),
            title: BTreeMap::new(),
        };
        for (set, (_, facts)) in facts.iter().enumerate().filter(|(_, (format, _))| usable(format)) {
            for (index, fact) in facts.components.iter().enumerate() {
                homes.add((set, index), fact);
            }
        }
        homes
    }

    /// Adds a component.
    pub(super) fn add(&mut self, index: Index, fact: &ComponentFact) {
        self.title.insert(index, Arc::clone(&fact.name));
        for name in std::iter::once(&fact.name).chain(&fact.hosts).chain(&fact.aliases) {
            let all = self.called.entry(plain(name)).or_default();
            if !all.contains(&index) {
                all.push(index);
            }
        }
        let recipe = fact.origin.as_deref().map(|origin| origin.split(' ').next().unwrap_or(origin));
        for root in &fact.roots {
            // A recipe is a file, and so is most of what is mounted; whether a root is a folder shows when files lie in it.
            self.files.entry(Arc::clone(root)).or_default().push(index);
            if recipe == Some(&**root) {
                self.recipes.insert(index);
            } else {
                self.folders.entry(Arc::clone(root)).or_default().push(index);
            }
        }
        let runs = fact.images.first().map(|image| untagged(&image.text));
        for image in fact.built.iter().filter_map(|built| built.image.as_deref()).chain(runs) {
            self.images.entry(image.into()).or_default().push(index);
        }
        if !self.recipes.contains(&index) {
            // One that has its files mounted has no others for being called after its image.
            let image = fact.images.first().filter(|_| fact.roots.is_empty()).map(|image| last_of(&image.text));
            for name in BTreeSet::from([plain(&fact.name), plain(image.unwrap_or_default())]) {
                if !name.is_empty() {
                    self.names.entry(name).or_default().push(index);
                }
            }
        }
    }

    /// Says that the program of some components lies in a folder.
    pub(super) fn settle(&mut self, folder: &str, all: &[Index]) {
        let known = self.folders.entry(folder.into()).or_default();
        for index in all {
            if !known.contains(index) {
                known.push(*index);
            }
        }
    }

    /// The components that a name means.
    pub(super) fn called(&self, name: &str) -> Vec<Index> {
        let found = self.called.get(&plain(name)).cloned().unwrap_or_default();
        self.first_set(found)
    }

    /// The components whose file it is, all of one name in one set of facts; or why it is nobody's.
    pub(super) fn of(&self, sheet: &Sheet) -> Result<Vec<Index>, Nobody> {
        if let Some(found) = self.files.get(&sheet.file) {
            return self.same(found);
        }
        let mut folder = sheet.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut below: Vec<&str> = Vec::new();
        loop {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            // What lies at the top is everybody's ground: there only a program's own folders are its own.
            let near = !folder.is_empty() || below.iter().all(|part| INNER.contains(part));
            if let Some(found) = self.folders.get(folder).filter(|_| near) {
                let built = |index: &&Index| sheet.is_recipe && self.recipes.contains(index);
                // Each of them names its recipe, and it is not this one.
                if found.iter().all(|index| built(&index)) {
                    return Err(Nobody::Unused);
                }
                let found: Vec<Index> = found.iter().filter(|index| !built(index)).copied().collect();
                return self.same(&found);
            }
            if !["src", "main", "resources", ""].contains(&name)
                && let Some(found) = self.names.get(&plain(name))
            {
                return self.same(found);
            }
            let Some((outer, inner)) = folder.rsplit_once('/').or_else(|| (!folder.is_empty()).then_some(("", folder)))
            else {
                return Err(Nobody::Unknown);
            };
            below.push(inner);
            folder = outer;
        }
    }

    /// Those of one name, or of a few that run one program, in the first set that has them.
    fn same(&self, found: &[Index]) -> Result<Vec<Index>, Nobody> {
        let found = self.first_set(found.to_vec());
        let names: BTreeSet<&Arc<str>> = found.iter().filter_map(|index| self.title.get(index)).collect();
        if names.len() > MOST_SHARED { Err(Nobody::Shared(names.len())) } else { Ok(self.with_image(found)) }
    }

    /// Some components, and those that run the image as which one of them is built and have no files of their own.
    fn with_image(&self, mut found: Vec<Index>) -> Vec<Index> {
        let own: BTreeSet<Index> = self.files.values().flatten().copied().collect();
        let built = |all: &&Vec<Index>| all.iter().any(|index| found.contains(index) && self.recipes.contains(index));
        let same = self.images.values().filter(built).flatten().filter(|index| !own.contains(index));
        let more: Vec<Index> = same.copied().filter(|index| !found.contains(index)).collect();
        if more.len() <= MOST_SHARED {
            found.extend(more);
        }
        self.first_set(found)
    }

    /// Facts of one component in several sets say what they say once.
    fn first_set(&self, mut found: Vec<Index>) -> Vec<Index> {
        found.sort_unstable();
        found.dedup();
        let mut first: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
        for index in &found {
            if let Some(name) = self.title.get(index) {
                first.entry(name).or_insert(index.0);
            }
        }
        found.retain(|index| self.title.get(index).is_none_or(|name| first.get(name) == Some(&index.0)));
        found
    }
}

/// The name of an image without its tag and digest.
fn untagged(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let start = image.rfind('/').map_or(0, |slash| slash + 1);
    image[start..].find(':').map_or(image, |colon| &image[..start + colon])
}

/// The last part of an image's name, without its tag.
fn last_of(image: &str) -> &str {
    let name = untagged(image);
    name.rsplit('/').next().unwrap_or(name)
}
