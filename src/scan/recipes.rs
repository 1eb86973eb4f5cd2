//! Which part of a folder is the program of a component that is built from it: what its Dockerfile copies, builds and runs.
//!
//! Paths in the container are led back to the tree through what was copied or mounted. Nothing is run, and what hangs on
//! arguments of the build leads nowhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use parse_dockerfile::{Command, Instruction, Source};

use super::programs::{MARKERS, folder, last, lies_in};
use crate::facts::Built;
use crate::source::Tree;

/// Through how many copies from stage to stage a path is led back.
const MOST_STAGES: usize = 8;

/// Where the program of a component lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Home {
    /// The folder that holds it.
    pub(super) folder: Arc<str>,
    /// The file that is run, where that is said.
    pub(super) entry: Option<Arc<str>>,
}

/// The folders of programs and the files of code among which the home of a component is looked for.
pub(super) struct Ground<'g> {
    pub(super) tree: &'g Tree,
    /// The folders that may hold a program.
    pub(super) folders: BTreeSet<&'g str>,
    /// The files of code.
    pub(super) files: BTreeSet<&'g str>,
}

/// A path in the container, and where what lies there comes from.
#[derive(Clone, Debug)]
struct Layer {
    at: String,
    from: From,
}

#[derive(Clone, Debug)]
enum From {
    /// A path of the tree.
    Tree(String),
    /// A path of another stage of the recipe.
    Stage(usize, String),
}

/// One stage of a recipe.
#[derive(Clone, Debug, Default)]
struct Stage {
    /// The stage that it continues.
    on: Option<usize>,
    name: String,
    within: String,
    layers: Vec<Layer>,
    /// The words of what is done to build it, each with the folder in which that is done.
    makes: Vec<(String, String)>,
    entrypoint: Vec<String>,
    command: Vec<String>,
}

impl Ground<'_> {
    /// Where the program lies by what the manifest and the recipe say; `None` where they do not choose among the programs
    /// of the folder.
    pub(super) fn home(&self, built: &Built) -> Option<Home> {
        let stages = built.recipe.as_deref().map(|recipe| self.stages(recipe, &built.folder)).unwrap_or_default();
        let last_stage = stages.len().checked_sub(1);
        let wanted = built.stage.as_deref().and_then(|name| stages.iter().rposition(|stage| stage.name == name));
        let image = wanted.or(last_stage);
        self.of_words(built, &stages, image)
            .or_else(|| self.of_mounted(built))
            .or_else(|| self.of_recipe_folder(built))
            .or_else(|| self.of_makes(built, &stages, image))
            .or_else(|| self.of_manifest(built, &stages, image))
            .or_else(|| self.of_copies(built, &stages, image))
    }

    /// Whether a recipe copies nothing of the folder but files that are neither code nor say what a program is made of: the
    /// program of its image comes from elsewhere.
    pub(super) fn copies_no_code(&self, built: &Built) -> bool {
        let stages = built.recipe.as_deref().map(|recipe| self.stages(recipe, &built.folder)).unwrap_or_default();
        let mut copied = stages.iter().flat_map(|stage| &stage.layers).filter_map(|layer| match &layer.from {
            From::Tree(path) => Some(path.as_str()),
            From::Stage(..) => None,
        });
        let is_other = |path: &str| {
            self.tree.contains(path)
                && !self.files.contains(path)
                && !MARKERS.contains(&last(path))
                && !is_archive(path)
        };
        copied.clone().next().is_some() && copied.all(is_other)
    }

    /// By the manifest of the package that is run by the name of one of its scripts: `npm start`, `yarn run worker`.
    fn of_manifest(&self, built: &Built, stages: &[Stage], image: Option<usize>) -> Option<Home> {
        const RUNNERS: &[&str] = &["npm", "yarn", "pnpm"];
        let chain = continued(stages, image);
        let own = chain.iter().map(|number| &stages[*number]).find(|stage| !stage.command.is_empty())?;
        let words = built.runs.iter().map(|word| &**word).chain(own.command.iter().map(String::as_str));
        words.into_iter().find(|word| RUNNERS.contains(word))?;
        let within = built.within.as_deref().unwrap_or(&stages[image?].within);
        let back = self.back(stages, image, &joined(within, "package.json"), 0)?;
        Some(Home { folder: self.around(built, &back)?, entry: None })
    }

    /// The deepest program of the folder that a path of the tree lies in.
    fn around(&self, built: &Built, path: &str) -> Option<Arc<str>> {
        let all = self.folders.iter().filter(|one| lies_in(&built.folder, one) && lies_in(one, path));
        all.max_by_key(|one| one.len()).map(|one| Arc::from(*one))
    }

    /// By what is run: a word that leads back to a file of code.
    fn of_words(&self, built: &Built, stages: &[Stage], image: Option<usize>) -> Option<Home> {
        let chain: Vec<&Stage> = continued(stages, image).into_iter().map(|number| &stages[number]).collect();
        let own = chain.iter().find(|stage| !stage.entrypoint.is_empty() || !stage.command.is_empty());
        let by_recipe = own.map(|stage| [stage.entrypoint.as_slice(), &stage.command].concat()).unwrap_or_default();
        let within = built.within.as_deref().or(image.map(|number| stages[number].within.as_str())).unwrap_or("/");
        let words = built.runs.iter().map(|word| &**word).chain(by_recipe.iter().map(String::as_str));
        for word in words {
            for path in spellings(word) {
                let path = joined(within, &path);
                let back = match &built.mounted {
                    Some(at) => below(at, &path).map(|rest| put(&built.folder, rest)),
                    None => self.back(stages, image, &path, 0),
                };
                if let Some(file) = back.and_then(|back| self.files.get(back.as_str()).copied())
                    && let Some(folder) = self.around(built, file)
                {
                    return Some(Home { folder, entry: Some(file.into()) });
                }
            }
        }
        None
    }

    /// By the folder of what is mounted in which it is run.
    fn of_mounted(&self, built: &Built) -> Option<Home> {
        let rest = below(built.mounted.as_deref()?, built.within.as_deref()?)?;
        Some(Home { folder: self.around(built, &put(&built.folder, rest))?, entry: None })
    }

    /// By where the recipe lies: beside the program, in a folder of what it is built from.
    fn of_recipe_folder(&self, built: &Built) -> Option<Home> {
        let beside = folder(built.recipe.as_deref()?);
        let is_inner = beside.len() > built.folder.len() && lies_in(&built.folder, beside);
        let found = self.folders.get(beside).filter(|_| is_inner)?;
        Some(Home { folder: Arc::from(*found), entry: None })
    }

    /// By what is built: the one folder of a program that the steps of the build name, `go build ./cmd/api`.
    fn of_makes(&self, built: &Built, stages: &[Stage], image: Option<usize>) -> Option<Home> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for number in used(stages, image) {
            for (within, word) in &stages[number].makes {
                let path = joined(within, word);
                let Some(back) = self.back(stages, Some(number), &path, 0) else { continue };
                let named = if self.files.contains(back.as_str()) { folder(&back) } else { &back };
                let is_inner = named.len() > built.folder.len() && lies_in(&built.folder, named);
                found.extend(self.folders.get(named).filter(|_| is_inner));
            }
        }
        let only = found.first().filter(|_| found.len() == 1)?;
        Some(Home { folder: Arc::from(*only), entry: None })
    }

    /// By what is copied: the one program from whose folder all the code comes.
    fn of_copies(&self, built: &Built, stages: &[Stage], image: Option<usize>) -> Option<Home> {
        let used = used(stages, image);
        let copied = used.iter().flat_map(|number| &stages[*number].layers).filter_map(|layer| match &layer.from {
            From::Tree(path) => Some(path.as_str()),
            From::Stage(..) => None,
        });
        let has_code = |path: &&str| self.files.iter().any(|file| lies_in(path, file));
        let found: BTreeSet<Arc<str>> = copied.filter(has_code).filter_map(|path| self.around(built, path)).collect();
        let folder = found.first().filter(|only| found.len() == 1 && ***only != *built.folder).cloned()?;
        Some(Home { folder, entry: None })
    }

    /// The path of the tree that a path of a stage comes from.
    fn back(&self, stages: &[Stage], stage: Option<usize>, path: &str, depth: usize) -> Option<String> {
        if depth > MOST_STAGES {
            return None;
        }
        let chain = continued(stages, stage);
        let layers = chain.iter().flat_map(|number| &stages[*number].layers);
        let mut fit: Vec<(&Layer, &str)> = layers.filter_map(|layer| Some((layer, below(&layer.at, path)?))).collect();
        fit.sort_by_key(|(layer, _)| std::cmp::Reverse(layer.at.len()));
        fit.into_iter().find_map(|(layer, rest)| match &layer.from {
            From::Tree(from) => {
                let back = put(from, rest);
                let is_there = self.files.contains(back.as_str())
                    || self.folders.contains(back.as_str())
                    || last(&back) == "package.json" && self.tree.contains(&back);
                is_there.then_some(back)
            }
            From::Stage(number, from) => self.back(stages, Some(*number), &put(from, rest), depth + 1),
        })
    }

    fn stages(&self, recipe: &str, context: &str) -> Vec<Stage> {
        let Some(text) = self.tree.contains(recipe).then(|| self.tree.read(recipe).ok()).flatten() else {
            return Vec::new();
        };
        let Ok(parsed) = parse_dockerfile::parse(&text) else { return Vec::new() };
        let mut stages: Vec<Stage> = Vec::new();
        for instruction in &parsed.instructions {
            if let Instruction::From(from) = instruction {
                let image = from.image.value.trim().to_lowercase();
                let on = stages.iter().rposition(|stage| !stage.name.is_empty() && stage.name == image);
                let within = on.map_or_else(|| "/".to_owned(), |on| stages[on].within.clone());
                let name = from.as_.as_ref().map(|(_, name)| name.value.to_lowercase()).unwrap_or_default();
                stages.push(Stage { on, name, within, ..Stage::default() });
                continue;
            }
            let Some((stage, before)) = stages.split_last_mut() else { continue };
            match instruction {
                Instruction::Workdir(within) => stage.within = joined(&stage.within, unquoted(&within.arguments.value)),
                Instruction::Copy(copy) => {
                    let from = copy.options.iter().find(|flag| flag.name.value == "from");
                    let from = from.map(|flag| flag.value.as_ref().map_or("", |value| &*value.value).to_lowercase());
                    let number = from.as_ref().map(|from| {
                        let named = before.iter().rposition(|stage| stage.name == *from);
                        named.or_else(|| from.parse().ok().filter(|number| *number < before.len()))
                    });
                    self.copy(stage, number, &copy.src, &copy.dest.value, context);
                }
                Instruction::Add(add) => self.copy(stage, None, &add.src, &add.dest.value, context),
                Instruction::Run(run) => {
                    let words = words(&run.arguments).into_iter();
                    stage.makes.extend(words.map(|word| (stage.within.clone(), word)));
                }
                Instruction::Entrypoint(entrypoint) => stage.entrypoint = words(&entrypoint.arguments),
                Instruction::Cmd(command) => stage.command = words(&command.arguments),
                _ => {}
            }
        }
        stages
    }

    /// Notes what a step copies; `from` is the stage that it copies from, `Some(None)` an image that is not built here.
    fn copy(&self, stage: &mut Stage, from: Option<Option<usize>>, all: &[Source<'_>], to: &str, context: &str) {
        let sources = all.iter().filter_map(|source| match source {
            Source::Path(path) => Some(unquoted(&path.value)),
            _ => None,
        });
        let target = unquoted(to);
        let at = joined(&stage.within, target);
        let is_folder = target.ends_with('/') || target.ends_with('.') || all.len() > 1;
        for source in sources.filter(|source| !source.contains('$')) {
            // Of a pattern that is known which holds for all that fits it.
            let (plain, is_pattern) = match source.find('*') {
                Some(star) => (folder(&source[..star]), true),
                None => (source, false),
            };
            let from = match from {
                Some(Some(number)) => From::Stage(number, joined("/", plain)),
                Some(None) => continue,
                None => From::Tree(joined(&format!("/{context}"), plain.trim_start_matches('/'))[1..].to_owned()),
            };
            let is_file = matches!(&from, From::Tree(path) if self.tree.contains(path)) && !is_pattern;
            let at = if is_file && is_folder { joined(&at, last(plain)) } else { at.clone() };
            stage.layers.push(Layer { at, from });
        }
    }
}

/// Whether a file is a program that was built elsewhere.
fn is_archive(path: &str) -> bool {
    [".jar", ".war", ".zip", ".tar", ".gz", ".tgz", ".whl", ".phar"].iter().any(|end| path.ends_with(end))
}

/// A stage and those that it continues.
fn continued(stages: &[Stage], stage: Option<usize>) -> Vec<usize> {
    std::iter::successors(stage, |number| stages[*number].on.filter(|on| on < number)).collect()
}

/// The stages that go into an image: those that it continues, and those that something is copied from.
fn used(stages: &[Stage], image: Option<usize>) -> BTreeSet<usize> {
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let mut open: Vec<usize> = image.into_iter().collect();
    while let Some(number) = open.pop() {
        if found.insert(number) {
            open.extend(stages[number].on);
            open.extend(stages[number].layers.iter().filter_map(|layer| match layer.from {
                From::Stage(number, _) => Some(number),
                From::Tree(_) => None,
            }));
        }
    }
    found
}

/// The words of a command, without the signs that a shell takes for its own.
fn words(command: &Command<'_>) -> Vec<String> {
    match command {
        Command::Exec(all) => {
            all.value.iter().flat_map(|one| one.value.split_whitespace()).map(str::to_owned).collect()
        }
        Command::Shell(text) => {
            let parts = text.value.split(|letter: char| letter.is_whitespace() || ";&|()".contains(letter));
            parts
                .map(|part| part.trim_matches(['"', '\'', '\\']))
                .filter(|part| !part.is_empty())
                .map(Into::into)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The paths that a word of a command may mean: itself, and the file of a module, `shop.wsgi:app`.
fn spellings(word: &str) -> Vec<String> {
    if word.is_empty() || word.starts_with('-') || word.contains("://") {
        return Vec::new();
    }
    let module = word.split(':').next().unwrap_or_default();
    let is_module = module.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.'));
    let mut all = vec![word.to_owned()];
    if is_module && !module.is_empty() {
        let path = module.replace('.', "/");
        all.extend([format!("{path}.py"), format!("{path}/__main__.py")]);
    }
    all
}

/// A path by its plain parts, from `base` on where it does not begin at the root; it begins with a slash.
fn joined(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let base = if path.starts_with('/') { "" } else { base };
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// What of a path lies below a folder of the container.
fn below<'p>(at: &str, path: &'p str) -> Option<&'p str> {
    let rest = path.strip_prefix(at.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

/// A path below a folder; either may be empty.
fn put(folder: &str, rest: &str) -> String {
    let parts = [folder, rest].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("/")
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        for (base, path, expected) in [
            ("/app", "index.js", "/app/index.js"),
            ("/app", "./src/../main.py", "/app/main.py"),
            ("/app", "/srv/x", "/srv/x"),
            ("/", "../..", "/"),
        ] {
            assert_eq!(joined(base, path), expected, "{base} {path}");
        }
        assert_eq!(below("/", "/a/b"), Some("a/b"));
        assert_eq!(below("/app", "/app"), Some(""));
        assert_eq!(below("/app", "/apple"), None);
    }

    #[test]
    fn modules_are_files() {
        assert_eq!(spellings("shop.wsgi:app"), ["shop.wsgi:app", "shop/wsgi.py", "shop/wsgi/__main__.py"]);
        assert!(spellings("-m").is_empty() && spellings("http://x/a.py").is_empty());
    }
}
