//! Scopes: which findings a setting or a waiver is about.

use globset::{Glob, GlobMatcher};

use super::finding::Finding;
use crate::model::{Basis, Component, ComponentId, LabelTest, System};
use crate::source::yaml::Node;
use crate::source::{Fields, Location, Problem};

/// The keys of a scope in a policy.
pub(super) const KEYS: &[&str] = &["app", "tier", "owner", "label", "path"];

/// Which findings something is about: each part that is given must hold, and of each part one value is enough.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// Globs for the app's name.
    apps: Vec<GlobMatcher>,
    /// Tiers; `None` is an app of no tier.
    tiers: Vec<Option<u8>>,
    /// Owners.
    owners: Vec<String>,
    /// Labels.
    labels: Vec<LabelTest>,
    /// Globs for the file that declares the app.
    paths: Vec<GlobMatcher>,
    /// The folder that the policy speaks for, when it does not speak for everything.
    folder: Option<String>,
    /// Where it is written, unless it holds everything.
    at: Option<Location>,
}

impl Scope {
    /// Reads the keys of a scope out of a mapping; what is wrong is left out and noted.
    pub(super) fn read(reader: &mut Fields, node: &Node) -> Scope {
        let mut scope = Scope::default();
        for value in values(node.get("app")) {
            scope.apps.extend(glob(reader, value, "app"));
        }
        for value in values(node.get("path")) {
            scope.paths.extend(glob(reader, value, "path"));
        }
        for value in values(node.get("owner")) {
            scope.owners.extend(reader.text(value, "owner").map(str::to_owned));
        }
        for value in values(node.get("label")) {
            let Some(text) = reader.text(value, "label") else { continue };
            match LabelTest::parse(text) {
                Some(test) => scope.labels.push(test),
                None => {
                    reader.wrong(value, "this is no label", "write `label: team=pay`, or `label: team` for any value")
                }
            }
        }
        for value in values(node.get("tier")) {
            let number = value.integer().and_then(|tier| u8::try_from(tier).ok());
            match (number, value.text()) {
                (Some(tier), _) => scope.tiers.push(Some(tier)),
                (None, Some("none")) => scope.tiers.push(None),
                _ => {
                    reader.wrong(value, "this is no tier", "write a number such as `1`, or `none` for apps of no tier")
                }
            }
        }
        if !scope.is_all() {
            scope.at = Some(reader.place(node));
        }
        scope
    }

    /// The scope of one app by its exact name.
    pub(super) fn limited_to(mut self, folder: &str) -> Scope {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Whether it holds everything.
    pub(super) fn is_all(&self) -> bool {
        let empty = self.apps.is_empty() && self.tiers.is_empty() && self.owners.is_empty();
        empty && self.labels.is_empty() && self.paths.is_empty()
    }

    /// Whether a component lies in it.
    pub(super) fn holds(&self, component: &Component) -> bool {
        let name = |glob: &GlobMatcher| {
            let id = &component.id;
            glob.is_match(id.as_str())
                || glob.is_match(id.base())
                || component.aliases.iter().any(|a| glob.is_match(&**a))
        };
        let mut files = component.evidence.iter().filter(|e| e.basis == Basis::Manifest).map(|e| &*e.at.file);
        let owner = component.owner.as_deref();
        (self.apps.is_empty() || self.apps.iter().any(name))
            && (self.tiers.is_empty() || self.tiers.contains(&component.tier))
            && (self.owners.is_empty() || self.owners.iter().any(|known| Some(known.as_str()) == owner))
            && (self.labels.is_empty() || self.labels.iter().any(|label| label.holds(component)))
            && (self.paths.is_empty() || files.clone().any(|file| self.paths.iter().any(|glob| glob.is_match(file))))
            && self.folder.as_ref().is_none_or(|folder| files.any(|file| lies_in(folder, file)))
    }

    /// Whether a finding lies in it: its app, or, where it is about none, a component of its cut set.
    pub(super) fn covers(&self, finding: &Finding, system: &System) -> bool {
        if self.is_all() && self.folder.is_none() {
            return true;
        }
        let component = |id: &ComponentId| system.components.get(id).is_some_and(|component| self.holds(component));
        match &finding.app {
            Some(app) => component(app),
            None => finding.cut_set.iter().any(component),
        }
    }

    /// What is wrong with it in this system: a scope that holds nothing has no effect.
    pub(super) fn without_effect(&self, system: &System) -> Option<Problem> {
        let at = self.at.clone()?;
        let empty = !system.components.values().any(|component| self.holds(component));
        let help =
            "compare its `app`, `tier`, `owner`, `label` and `path` with what `linchpin scan --format json` lists";
        empty.then(|| Problem::warning(at, "no component lies in this scope, so it has no effect").help(help))
    }
}

/// Whether a file lies in a folder; everything lies in the empty one.
pub(super) fn lies_in(folder: &str, file: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The items of a list, or the one value that stands for a list of one.
pub(super) fn values(node: Option<&Node>) -> Vec<&Node> {
    match node {
        Some(node) if node.is_seq() => node.items().iter().collect(),
        Some(node) => vec![node],
        None => Vec::new(),
    }
}

/// Reads a glob; `*` stands for any run of characters.
pub(super) fn glob(reader: &mut Fields, node: &Node, what: &str) -> Option<GlobMatcher> {
    let text = reader.text(node, what)?;
    match Glob::new(text) {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(error) => {
            let message = format!("`{text}` is not a glob: {}", error.kind());
            reader.wrong(node, &message, "`*` stands for any run of characters, `?` for one");
            None
        }
    }
}
