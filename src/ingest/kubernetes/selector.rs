//! Selectors: which pods a Service, a budget or a policy means.

use std::collections::HashMap;

use super::workload::{Workload, labels};
use crate::source::yaml::Node;

/// What a selector asks of labels.
#[derive(Debug, Default)]
pub(super) struct Selector<'a> {
    equal: Vec<(&'a str, &'a str)>,
    expressions: Vec<(&'a str, &'a str, Vec<&'a str>)>,
}

impl<'a> Selector<'a> {
    /// A Service's selector: a mapping of labels. `None` when it is absent, empty or of a wrong type.
    pub(super) fn plain(node: Option<&'a Node>) -> Option<Self> {
        let equal = labels(node);
        (!equal.is_empty()).then(|| Selector { equal, expressions: Vec::new() })
    }

    /// A selector with `matchLabels` and `matchExpressions`; an empty mapping selects everything, nothing at all nothing.
    pub(super) fn full(node: Option<&'a Node>) -> Option<Self> {
        let node = node.filter(|node| node.is_map())?;
        let mut selector = Selector { equal: labels(node.get("matchLabels")), expressions: Vec::new() };
        for item in node.get("matchExpressions").map(Node::items).unwrap_or_default() {
            let values = item.get("values").map(Node::items).unwrap_or_default();
            let (key, operator) = item.text_at(&["key"]).zip(item.text_at(&["operator"]))?;
            selector.expressions.push((key, operator, values.iter().filter_map(Node::text).collect()));
        }
        Some(selector)
    }

    /// Whether something with these labels is selected.
    pub(super) fn selects(&self, labels: &[(&str, &str)]) -> bool {
        let value = |key: &str| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        self.equal.iter().all(|(key, wanted)| value(key) == Some(wanted))
            && self.expressions.iter().all(|(key, operator, values)| match *operator {
                "In" => value(key).is_some_and(|value| values.contains(&value)),
                "NotIn" => !value(key).is_some_and(|value| values.contains(&value)),
                "Exists" => value(key).is_some(),
                "DoesNotExist" => value(key).is_none(),
                _ => false,
            })
    }
}

/// A pod label in a namespace.
type Label<'a> = (Option<&'a str>, &'a str, &'a str);

/// Finds workloads by the labels of their pods.
#[derive(Debug, Default)]
pub(super) struct Pods<'a> {
    by_label: HashMap<Label<'a>, Vec<usize>>,
    by_namespace: HashMap<Option<&'a str>, Vec<usize>>,
}

impl<'a> Pods<'a> {
    /// Indexes the pods of all workloads.
    pub(super) fn new(workloads: &[Workload<'a>]) -> Self {
        let mut pods = Pods::default();
        for (index, workload) in workloads.iter().enumerate() {
            let namespace = workload.object.namespace;
            pods.by_namespace.entry(namespace).or_default().push(index);
            for (key, value) in &workload.labels {
                pods.by_label.entry((namespace, key, value)).or_default().push(index);
            }
        }
        pods
    }

    /// The workloads of a namespace whose pods are selected, in order.
    pub(super) fn selected<'s>(
        &self,
        selector: &Selector<'s>,
        namespace: Option<&'s str>,
        workloads: &[Workload<'a>],
    ) -> Vec<usize>
    where
        'a: 's,
    {
        let by_label: &HashMap<Label<'s>, Vec<usize>> = &self.by_label;
        let by_namespace: &HashMap<Option<&'s str>, Vec<usize>> = &self.by_namespace;
        // The rarest label leaves the fewest to look at.
        let fewest = selector.equal.iter().map(|(key, value)| by_label.get(&(namespace, *key, *value)));
        let candidates = match fewest.min_by_key(|found| found.map_or(0, Vec::len)) {
            Some(found) => found,
            None => by_namespace.get(&namespace),
        };
        let candidates = candidates.into_iter().flatten().copied();
        candidates.filter(|index| selector.selects(&workloads[*index].labels)).collect()
    }
}
