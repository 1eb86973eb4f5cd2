//! One file that was read: its text, and its documents where it is YAML or JSON.

use std::sync::Arc;

use super::Problem;
use super::yaml::{self, Documents};

/// A file's text with the path that is shown to people.
#[derive(Debug)]
pub struct Source {
    /// The shown path.
    pub path: Arc<str>,
    /// Its text.
    pub text: String,
    /// Its documents, empty when it is neither YAML nor JSON, or is a template that only looks like YAML.
    pub documents: Documents,
}

impl Source {
    /// A file whose text is known; parsed when its name says YAML or JSON and it is no template.
    pub fn new(path: &str, text: String) -> Self {
        let path: Arc<str> = path.into();
        let readable = [".yaml", ".yml", ".json", ".tfstate"].iter().any(|ending| path.ends_with(ending));
        let documents = if readable && !is_template(&text) { yaml::parse(&path, &text) } else { Documents::default() };
        Source { path, text, documents }
    }

    /// The file's name without its folders.
    pub fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(&self.path, |(_, name)| name)
    }

    /// The folder it lies in, empty at the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What was wrong with its syntax.
    pub fn problems(&self) -> &[Problem] {
        &self.documents.problems
    }
}

/// Whether a text is a template rather than YAML: an action of Go's or Terraform's templates at the start of a line, or of
/// Go's at the start of a value.
pub fn is_template(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let action = line.starts_with("{{") || line.starts_with("- {{") || line.starts_with("%{");
        action || line.split_once(": {{").is_some_and(|(key, _)| !key.contains(['"', '\'', '#', '{']))
    })
}
