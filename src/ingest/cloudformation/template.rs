//! A template: its parameters, mappings, resources and outputs as nodes with their places.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::sls::{self, Unread};
use crate::source::Source;
use crate::source::yaml::{self, Node};

/// A loop makes no more than this of one entry.
const MOST_ROUNDS: usize = 200;
/// So many of the first bytes tell whether a file may be a template.
const HEAD: usize = 64 * 1024;

/// One template.
#[derive(Debug)]
pub(super) struct Template {
    /// Its shown path.
    pub(super) path: Arc<str>,
    /// All of it.
    pub(super) root: Node,
    /// Its resources, loops carried out.
    pub(super) resources: BTreeMap<String, Node>,
    /// Its outputs, loops carried out.
    pub(super) outputs: BTreeMap<String, Node>,
    /// What of the file was not read.
    pub(super) unread: Vec<Unread>,
}

impl Template {
    /// The template that a file holds; `None` for other files.
    pub(super) fn read(source: &Source) -> Option<Self> {
        let root = document(source)?.into_owned();
        let (root, unread) = match sls::is_service(&source.path, &root) {
            true => sls::template(source, &root),
            false => (root, Vec::new()),
        };
        let section = |name: &str| {
            let mut found = BTreeMap::new();
            if let Some(node) = root.get(name) {
                unrolled(node, &mut found);
            }
            found
        };
        let (resources, outputs) = (section("Resources"), section("Outputs"));
        Some(Template { path: Arc::clone(&source.path), resources, outputs, root, unread })
    }

    /// An entry of a section.
    pub(super) fn entry(&self, section: &str, name: &str) -> Option<&Node> {
        self.root.get(section)?.get(name)
    }

    /// Whether resources of the serverless model stand in it.
    pub(super) fn is_serverless(&self) -> bool {
        self.root.get("Transform").is_some()
    }
}

/// The document of a template: what says so, or whose resources have types of a provider of stacks.
pub(super) fn document(source: &Source) -> Option<Cow<'_, Node>> {
    if let Some(node) = source.documents.nodes.first() {
        let is_one = is_template(node) || sls::is_service(&source.path, node);
        return is_one.then_some(Cow::Borrowed(node));
    }
    // `x.template` is YAML or JSON of which the name says nothing, and a bare `{{resolve:…}}` looks like a template.
    let mut end = source.text.len().min(HEAD);
    while !source.text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &source.text[..end];
    let may_be = head.contains("TemplateFormatVersion") || head.contains("Resources") && head.contains("AWS::");
    if !may_be {
        return None;
    }
    yaml::parse(&source.path, &source.text).nodes.into_iter().find(is_template).map(Cow::Owned)
}

fn is_template(node: &Node) -> bool {
    if node.get("AWSTemplateFormatVersion").is_some() || node.get("ROSTemplateFormatVersion").is_some() {
        return true;
    }
    let resources = node.get("Resources").map(Node::entries).unwrap_or_default();
    let of_stack =
        |text: &str| ["AWS::", "ALIYUN::", "Custom::", "Alexa::"].iter().any(|start| text.starts_with(start));
    resources.iter().any(|(_, resource)| resource.text_at(&["Type"]).is_some_and(of_stack))
}

/// Entries of a section by name, with what its loops make.
fn unrolled(section: &Node, found: &mut BTreeMap<String, Node>) {
    for (key, value) in section.entries() {
        let Some(name) = key.text() else { continue };
        if !name.starts_with("Fn::ForEach") {
            found.insert(name.to_owned(), value.clone());
            continue;
        }
        let [identifier, values, body] = value.items() else { continue };
        let Some(identifier) = identifier.text() else { continue };
        for item in values.items().iter().filter_map(Node::text).take(MOST_ROUNDS) {
            let mut round = body.clone();
            replaced(&mut round, identifier, item);
            unrolled(&round, found);
        }
    }
}

/// Puts the value of a loop's variable into keys and texts.
fn replaced(node: &mut Node, identifier: &str, value: &str) {
    let change = |text: &str| {
        let wanted = [format!("${{{identifier}}}"), format!("&{{{identifier}}}")];
        wanted
            .iter()
            .any(|one| text.contains(one))
            .then(|| wanted.iter().fold(text.to_owned(), |text, one| text.replace(one, value)))
    };
    node.walk_mut(&mut |node| {
        if let Some(text) = node.text().and_then(change) {
            node.replace_text(&text);
        }
        // A reference to the variable by name.
        if node.tag.as_deref() == Some("Ref") && node.text() == Some(identifier) {
            node.replace_text(value);
            node.tag = None;
        }
        if node.text_at(&["Ref"]) == Some(identifier) && node.entries().len() == 1 {
            *node = node.with_text(value);
        }
        for (key, _) in node.entries_mut().into_iter().flatten() {
            if let Some(text) = key.text().and_then(change) {
                key.replace_text(&text);
            }
        }
    });
}
