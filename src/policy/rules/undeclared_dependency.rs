//! Something was seen to be used, by traces or in code, and no manifest says that it is needed.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::model::{Basis, CapabilityRef, Component, ComponentId, Evidence, Need, Phase, Requires};

/// Components that manifests describe, and their needs of which no manifest, no catalogue and not the model speaks.
///
/// A need that any manifest declares in another form (soft, one of several, another capability) is declared.
pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let described = view.system.components.values().filter(|component| {
        component.provider.is_none() && component.evidence.iter().any(|evidence| evidence.basis == Basis::Manifest)
    });
    described.flat_map(|component| findings(rule, view, component)).collect()
}

fn findings(rule: &Rule, view: &View<'_>, component: &Component) -> Vec<Finding> {
    let needs = || component.capabilities.iter().flat_map(|(face, needs)| needs.iter().map(move |need| (face, need)));
    let declared = |id: &ComponentId| {
        let says = |need: &Need| need.targets().iter().any(|target| target.component == *id) && need_is_said(need);
        needs().any(|(_, need)| says(need))
    };
    let mut found: Vec<Finding> = Vec::new();
    for (face, need) in needs() {
        let Requires::One(target) = &need.requires else { continue };
        let seen = need.terms.phase == Phase::Run && !need_is_said(need) && target.component != component.id;
        // One finding for each thing, however many of its capabilities are used.
        let told = found.iter().any(|finding| finding.cut_set == [target.component.clone()]);
        if seen && !told && !declared(&target.component) {
            let from = CapabilityRef::new(component.id.clone(), face.clone());
            found.push(finding(rule, view, component, from, target.clone(), &need.evidence));
        }
    }
    found
}

/// Whether somebody said it, in a manifest or in a catalogue, or it follows from the model.
fn need_is_said(need: &Need) -> bool {
    let is = |evidence: &Evidence| matches!(evidence.basis, Basis::Manifest | Basis::Catalogue(_) | Basis::Model);
    let inner = match &need.requires {
        Requires::AtLeast { members, .. } => members.iter().any(need_is_said),
        Requires::One(_) => false,
    };
    inner || need.evidence.iter().any(is)
}

fn finding(
    rule: &Rule,
    view: &View<'_>,
    component: &Component,
    from: CapabilityRef,
    target: CapabilityRef,
    seen: &[Evidence],
) -> Finding {
    let apps: Vec<u32> = view
        .graph
        .component(&component.id)
        .map(|number| view.failures[number as usize].down.clone())
        .unwrap_or_default();
    let tier = component.tier.or_else(|| view.tier_of(&apps));
    let note = seen.iter().find_map(|evidence| evidence.note.clone());
    let note = note.map_or_else(String::new, |note| format!(" ({note})"));
    let id = target.component.clone();
    let witness = view.along(vec![from, target]);
    Finding {
        rule: rule.id.into(),
        severity: view.severity_for(rule, tier, apps.len().max(1)),
        confidence: witness.confidence,
        app: Some(component.id.clone()),
        cut_set: vec![id.clone()],
        message: format!("`{}` was seen to use `{id}`{note}, and no manifest says so", component.id),
        remedy: format!(
            "declare it where `{}` is described, or as `needs: [{id}]` in linchpin.yaml; if it is not meant to be used, end it",
            component.id
        ),
        witness: witness.chain,
        others: Vec::new(),
        evidence: if witness.evidence.is_empty() { seen.to_vec() } else { witness.evidence },
        standing: Standing::New,
        under: None,
    }
}
