//! Components wait for each other to start, so that none comes up once all are off.

use super::super::finding::{Finding, Severity, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::never_starts;
use crate::graph::{NodeId, cycles};
use crate::model::{CapabilityRef, Phase};

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let stuck = never_starts(view.graph);
    let nodes: Vec<NodeId> = (0..).take(view.graph.len()).collect();
    let waiting: std::collections::HashSet<NodeId> = stuck.iter().copied().collect();
    let part: Vec<NodeId> =
        nodes.into_iter().filter(|node| waiting.contains(node) || view.graph.is_group(*node)).collect();
    let mut findings = Vec::new();
    for cycle in cycles(view.graph, &part, |_, edge| !edge.soft) {
        let starts = |pair: (&NodeId, &NodeId)| {
            view.graph.inputs(*pair.0).iter().any(|edge| edge.node == *pair.1 && edge.phase == Phase::Start)
        };
        let next = cycle.iter().cycle().skip(1);
        if !cycle.iter().zip(next).any(starts) {
            continue;
        }
        let mut chain: Vec<CapabilityRef> = cycle.iter().filter_map(|node| view.graph.capability(*node)).collect();
        let Some(first) = chain.first().cloned() else { continue };
        let mut cut_set: Vec<_> = chain.iter().map(|reference| reference.component.clone()).collect();
        chain.push(first);
        cut_set.sort();
        cut_set.dedup();
        let names: Vec<String> = chain.iter().map(|reference| format!("`{}`", reference.component)).collect();
        let own = cut_set.iter().any(|id| view.system.components[id].provider.is_none());
        let witness = view.along(chain);
        findings.push(Finding {
            rule: rule.id.into(),
            severity: if own { rule.severity } else { Severity::Note },
            confidence: witness.confidence,
            app: None,
            cut_set,
            message: format!("once all are off, none of these can start: {}", names.join(" -> ")),
            remedy: if own {
                "let one of them start without the next: from a cache, a static file or a second way in".to_owned()
            } else {
                "this cycle lies within the provider; keep a way to serve that needs none of these".to_owned()
            },
            witness: witness.chain,
            others: Vec::new(),
            evidence: witness.evidence,
            standing: Standing::New,
        });
    }
    findings
}
