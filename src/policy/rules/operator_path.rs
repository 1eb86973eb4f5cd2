//! What takes an app down also takes down what it would be repaired with.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::Impact;
use crate::graph::NodeId;
use crate::model::{Capability, CapabilityRef, Component, Phase, State};

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let alone = view.failures.iter().filter(|failure| !failure.down.is_empty()).map(|failure| failure.component);
    let found = view.each_loss(&alone.collect::<Vec<_>>(), |component, impact| {
        let (failure, lost) = (&view.failures[component as usize], view.component(component));
        let mut findings = Vec::new();
        for number in &failure.down {
            let app = view.component(*number);
            let Some(control) = view.graph.node(*number, &Capability::control()) else { continue };
            let Some(way) = way(view, impact, control, lost) else { continue };
            let (Some(data), Some(tool)) = (view.data_of(*number), way.get(1).cloned()) else { continue };
            let falls = view.witness(impact, data);
            let mut repair = view.along(way);
            repair.evidence.extend(falls.evidence);
            repair.evidence.dedup();
            let named =
                if tool.capability == Capability::data() { tool.component.to_string() } else { tool.to_string() };
            let message = if tool.component == lost.id {
                format!("`{0}` takes `{1}` down, and to repair `{1}` takes `{0}`", lost.id, app.id)
            } else {
                format!("`{}` takes `{}` down, and with it `{named}`, which it would be repaired with", lost.id, app.id)
            };
            let remedy = format!(
                "keep a way to deploy, restart or fail over `{}` that does not need `{}`, drill it, and declare it in \
                 `control` as an alternative to `{named}` with `any_of`",
                app.id, lost.id
            );
            findings.push(Finding {
                rule: rule.id.into(),
                severity: view.severity_for(rule, app.tier, failure.down.len()),
                confidence: repair.confidence.max(falls.confidence),
                app: Some(app.id.clone()),
                cut_set: vec![lost.id.clone()],
                message,
                remedy,
                witness: repair.chain,
                others: vec![falls.chain],
                evidence: repair.evidence,
                standing: Standing::New,
                under: None,
            });
        }
        findings
    });
    found.into_iter().flatten().collect()
}

/// The chain from an app's `control` over the first tool that fails with what is lost.
///
/// That a thing can't be changed while it is down itself says nothing, nor that what stands at a place is managed there:
/// only a tool that serves, or a control plane that fails with something other than a place, counts.
fn way(view: &View<'_>, impact: &Impact, control: NodeId, lost: &Component) -> Option<Vec<CapabilityRef>> {
    let mut tools = Vec::new();
    failed(view, impact, control, &mut tools);
    let ways = tools.into_iter().filter_map(|tool| {
        let face = view.graph.capability(tool)?;
        let component = view.system.components.get(&face.component)?;
        let way = view.witness(impact, tool).chain;
        let manages = face.capability == Capability::control();
        let of_itself =
            way.last().is_some_and(|last| last.component == lost.id && last.capability.as_str() == "control");
        let counts = !(component.kind.is_place() || of_itself || manages && lost.kind.is_place());
        counts.then_some((manages, way))
    });
    let (_, way) = ways.min_by_key(|(manages, way)| (*manages, way.len()))?;
    Some(view.graph.capability(control).into_iter().chain(way).collect())
}

/// The capabilities that a node directly needs and whose failure reaches it, those within failed alternatives included.
fn failed(view: &View<'_>, impact: &Impact, node: NodeId, found: &mut Vec<NodeId>) {
    for edge in view.graph.inputs(node) {
        if edge.soft || edge.phase != Phase::Run || impact.state(edge.node) != State::Down {
            continue;
        }
        if view.graph.is_group(edge.node) {
            failed(view, impact, edge.node, found);
        } else {
            found.push(edge.node);
        }
    }
}
