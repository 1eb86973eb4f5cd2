//! One file that was read: its text, and its documents where it is YAML or JSON.

use std::sync::Arc;

use super::Problem;
use super::yaml::{self, Documents, Node};

/// A file's text with the path that is shown to people.
#[derive(Debug)]
pub struct Source {
    /// The shown path.
    pub path: Arc<str>,
    /// Its text.
    pub text: String,
    /// Its documents, empty when it is neither YAML nor JSON, or is a template that only looks like YAML.
    pub documents: Documents,
    /// The files that it was rendered from, none when it was read as it is.
    pub parts: Vec<Arc<Source>>,
}

impl Source {
    /// A file whose text is known; parsed when its name says YAML or JSON and it is no template.
    pub fn new(path: &str, text: String) -> Self {
        let path: Arc<str> = path.into();
        let readable = [".yaml", ".yml", ".json", ".tfstate"].iter().any(|ending| path.ends_with(ending));
        let documents = if readable && !is_template(&text) { yaml::parse(&path, &text) } else { Documents::default() };
        Source { path, text, documents, parts: Vec::new() }
    }

    /// What a rendering made of other files; each node knows the file that it comes from.
    pub fn rendered(path: &Arc<str>, nodes: Vec<Node>, parts: Vec<Arc<Source>>) -> Self {
        let documents = Documents { nodes, problems: Vec::new() };
        Source { path: Arc::clone(path), text: String::new(), documents, parts }
    }

    /// Reads a text that is the value of a node, a patch say; its nodes get their places in this file.
    pub fn embedded(&self, value: &Node) -> Documents {
        let Some(text) = value.text() else { return Documents::default() };
        let mut documents = yaml::parse(&self.path, text);
        let at = value.location(&self.path);
        let below = u32::from(text.contains('\n'));
        let indent = |number: u32| {
            let inner = text.lines().nth((number - 1) as usize).unwrap_or_default();
            let outer = self.text.lines().nth((at.line + below + number - 2) as usize).unwrap_or_default();
            let shift = outer.find(inner.trim()).unwrap_or(0).saturating_sub(inner.len() - inner.trim_start().len());
            u32::try_from(shift).unwrap_or(0)
        };
        for node in &mut documents.nodes {
            node.relocate(&mut |place| {
                place.column += indent(place.line);
                place.line += at.line + below - 1;
                place.file = Arc::clone(&at.file);
            });
        }
        for problem in &mut documents.problems {
            if let Some(place) = &mut problem.at {
                place.line += at.line + below - 1;
            }
        }
        documents
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
///
/// Texts inside of a YAML value, a template that a ConfigMap holds say, do not count.
pub fn is_template(text: &str) -> bool {
    let mut inside: Option<usize> = None;
    text.lines().any(|line| {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if inside.is_some_and(|of| indent > of || line.is_empty()) {
            return false;
        }
        inside = opens_text(line).then_some(indent);
        let action = line.starts_with("{{") || line.starts_with("- {{") || line.starts_with("%{");
        action || line.split_once(": {{").is_some_and(|(key, _)| !key.contains(['"', '\'', '#', '{']))
    })
}

/// Whether a line ends in the mark of a text of several lines: `key: |-`.
fn opens_text(line: &str) -> bool {
    let mark = line.rsplit([' ']).next().unwrap_or_default();
    let before = line[..line.len() - mark.len()].trim_end();
    let rest = mark.strip_prefix(['|', '>']);
    rest.is_some_and(|rest| rest.len() <= 2 && rest.chars().all(|c| matches!(c, '+' | '-' | '1'..='9')))
        && before.ends_with([':', '-'])
}

#[cfg(test)]
mod tests {
    use super::is_template;

    #[test]
    fn a_template_is_told_from_yaml_that_holds_one() {
        for text in
            ["{{- if .Values.a }}\na: 1\n", "a:\n  - {{ .x }}\n", "a: {{ .x }}\n", "a: |\n  {{ x }}\nb: {{ .x }}\n"]
        {
            assert!(is_template(text), "{text}");
        }
        for text in
            ["a: |-\n  {{- if x }}\n\n  b\nc: 1\n", "- >2\n    {{ x }}\n", "a: '{{ x }}'\n", "a: \"{{x}}\" # {{ y\n"]
        {
            assert!(!is_template(text), "{text}");
        }
    }
}
