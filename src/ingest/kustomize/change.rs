//! What a kustomization changes in the objects that are there, in the order in which `kustomize build` does it.

use std::sync::Arc;

use super::build::{Builder, Built, list};
use super::fields::{self, Reach};
use super::resource::Selector;
use super::{operations, replace, strategic};
use crate::source::yaml::Node;
use crate::source::{Source, toward};

impl<'t> Builder<'t> {
    /// Patches, names, labels, replicas, images and replacements.
    pub(super) fn transform(&mut self, built: &mut Built, source: &'t Arc<Source>, node: &Node) {
        for item in list(node, "patchesStrategicMerge") {
            self.patch(built, source, item, item, None);
        }
        for item in list(node, "patches") {
            let content = item.get("patch").or_else(|| item.get("path"));
            self.patch(built, source, item, content.unwrap_or(item), item.get("target"));
        }
        let text = |key: &str| node.text_at(&[key]).filter(|text| !text.is_empty());
        if text("namespace").is_some()
            && let Some(namespace) = node.get("namespace")
        {
            fields::namespace(&mut built.resources, namespace);
        }
        let (prefix, suffix) = (text("namePrefix").unwrap_or_default(), text("nameSuffix").unwrap_or_default());
        if !prefix.is_empty() || !suffix.is_empty() {
            fields::rename(&mut built.resources, prefix, suffix);
        }
        if let Some(pairs) = node.get("commonLabels") {
            fields::labels(&mut built.resources, pairs, Reach::Selector);
        }
        for item in list(node, "labels") {
            let says = |key: &str| item.get(key).and_then(Node::boolean) == Some(true);
            let reach = match (says("includeSelectors"), says("includeTemplates")) {
                (true, _) => Reach::Selector,
                (_, true) => Reach::Template,
                _ => Reach::Object,
            };
            if let Some(pairs) = item.get("pairs") {
                fields::labels(&mut built.resources, pairs, reach);
            }
        }
        if let Some(pairs) = node.get("commonAnnotations") {
            fields::annotations(&mut built.resources, pairs);
        }
        for item in list(node, "patchesJson6902") {
            let content = item.get("patch").or_else(|| item.get("path"));
            self.patch(built, source, item, content.unwrap_or(item), item.get("target"));
        }
        list(node, "replicas").for_each(|change| fields::replicas(&mut built.resources, change));
        for change in list(node, "images").chain(list(node, "imageTags")) {
            fields::images(&mut built.resources, change);
        }
        for item in list(node, "replacements") {
            self.replacement(built, source, item);
        }
    }

    fn replacement(&mut self, built: &mut Built, source: &'t Arc<Source>, item: &Node) {
        let inside = match item.text_at(&["path"]) {
            Some(path) => match self.file(built, source, item, path) {
                Some(file) => file.documents.nodes.clone(),
                None => return,
            },
            None => vec![item.clone()],
        };
        let all = inside.iter().flat_map(|node| if node.is_seq() { node.items() } else { std::slice::from_ref(node) });
        for one in all {
            if let Err(why) = replace::apply(&mut built.resources, one)
                && !built.incomplete
            {
                self.warn(source, item, format!("this replacement changes nothing: {why}"), "see what it names");
            }
        }
    }

    /// Applies a patch, which is written in a file that `content` names or in `content` itself.
    fn patch(
        &mut self,
        built: &mut Built,
        source: &'t Arc<Source>,
        item: &Node,
        content: &Node,
        target: Option<&Node>,
    ) {
        let Some(text) = content.text() else {
            self.warn(source, item, "this patch has no content".to_owned(), "write `path` or `patch`");
            return;
        };
        let written_here = item.get("patch").is_some() || text.contains('\n');
        let documents = if written_here {
            let inner = source.embedded(content);
            self.problems.extend(inner.problems);
            inner.nodes
        } else if let Some(path) = toward(&source.path, text).filter(|path| self.tree.contains(path)) {
            self.nodes(built, &path)
        } else {
            self.absent(built, source, content);
            return;
        };
        let selector = match target.map(Selector::read).transpose() {
            Ok(selector) => selector,
            Err(why) => {
                self.warn(source, item, why, "`target` holds patterns that fit whole words");
                return;
            }
        };
        for document in &documents {
            self.apply(built, source, (item, document), selector.as_ref());
        }
    }

    fn apply(
        &mut self,
        built: &mut Built,
        source: &Source,
        (item, patch): (&Node, &Node),
        selector: Option<&Selector>,
    ) {
        let mut hit = false;
        let mut wrong = None;
        built.resources.retain_mut(|resource| {
            if !selector.map_or_else(|| resource.is_meant_by(patch), |selector| selector.selects(resource)) {
                return true;
            }
            hit = true;
            if resource.is_type() {
                return true;
            }
            if patch.is_seq() {
                wrong = operations::apply(&mut resource.node, patch).err().or(wrong.take());
                return true;
            }
            let group = resource.group();
            let own = !group.contains('.') || group.ends_with(".k8s.io") && !group.ends_with("x-k8s.io");
            strategic::apply(&mut resource.node, patch, own)
        });
        if let Some(why) = wrong {
            self.warn(source, item, format!("this patch can't be applied: {why}"), "see the object that it is for");
        }
        if !hit && !built.incomplete {
            let name = patch.text_at(&["metadata", "name"]).map(|name| format!(" for `{name}`")).unwrap_or_default();
            self.warn(source, item, format!("this patch{name} fits no object"), "name an object that is listed");
        }
    }
}
