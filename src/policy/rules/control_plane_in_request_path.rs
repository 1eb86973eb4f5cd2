//! An app serves by way of what is there to change things: a control plane, or the API that everything is managed through.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::impact;
use crate::graph::{Edge, NodeId};
use crate::model::{Capability, Phase, Role, State};

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let nodes = (0..).take(view.graph.len()).filter(|node| is_control(view, *node) && is_served_by(view, *node));
    nodes.flat_map(|node| findings(rule, view, node)).collect()
}

/// Whether a node is a control plane: the `control` of a component, or the `data` of what others are managed through.
fn is_control(view: &View<'_>, node: NodeId) -> bool {
    let (Some(owner), Some(face)) = (view.graph.owner(node), view.graph.capability(node)) else { return false };
    let component = view.component(owner);
    !component.kind.is_place()
        && (face.capability == Capability::control() || component.role == Some(Role::ControlPlane))
}

/// Whether something that is no control plane needs it while it serves.
fn is_served_by(view: &View<'_>, node: NodeId) -> bool {
    let carries = |edge: &&Edge| edge.phase == Phase::Run && !edge.soft;
    let mut open = vec![node];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(here) = open.pop() {
        for edge in view.graph.dependents(here).iter().filter(carries) {
            if !view.graph.is_group(edge.node) {
                if !is_control(view, edge.node) {
                    return true;
                }
            } else if seen.insert(edge.node) {
                open.push(edge.node);
            }
        }
    }
    false
}

/// The apps that go down when this control plane alone does, and that come to it from what is none.
fn findings(rule: &Rule, view: &View<'_>, node: NodeId) -> Vec<Finding> {
    let (Some(number), Some(face)) = (view.graph.owner(node), view.graph.capability(node)) else { return Vec::new() };
    let lost = view.component(number);
    let impact = impact(view.graph, &[(node, State::Down)]);
    let hit: Vec<(u32, NodeId)> = (view.graph.apps().iter())
        .filter_map(|app| Some((*app, view.data_of(*app)?)))
        .filter(|(app, data)| *app != number && impact.state(*data) == State::Down)
        .collect();
    let mut findings = Vec::new();
    for (app, data) in &hit {
        let app = view.component(*app);
        let witness = view.witness(&impact, *data);
        let [.., from, _] = witness.chain.as_slice() else { continue };
        let before = view.graph.component(&from.component).and_then(|n| view.graph.node(n, &from.capability));
        if before.is_none_or(|before| is_control(view, before)) {
            continue;
        }
        let plane = if face.capability == Capability::control() { face.to_string() } else { lost.id.to_string() };
        let message = format!("`{}` can't serve without `{plane}`, which is there to change things", app.id);
        let remedy = match view.provider_step(&witness.chain) {
            Some((own, product)) if product != lost.id => format!(
                "`{product}` is a call of `{plane}` each time: give `{own}` an equivalent at another provider and declare \
                 both with `any_of`, or let it serve without and declare the need soft"
            ),
            _ => format!(
                "ask `{plane}` when `{}` is deployed rather than when it serves, and keep the last answer; or declare an \
                 equivalent at another provider with `any_of`",
                from.component
            ),
        };
        findings.push(Finding {
            rule: rule.id.into(),
            severity: view.severity_for(rule, app.tier, hit.len()),
            confidence: witness.confidence,
            app: Some(app.id.clone()),
            cut_set: vec![lost.id.clone()],
            message,
            remedy,
            witness: witness.chain,
            others: Vec::new(),
            evidence: witness.evidence,
            standing: Standing::New,
            under: None,
        });
    }
    findings
}
