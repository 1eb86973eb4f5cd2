//! An app rests on something of which nobody knows what it is, where it stands or what it needs.

use std::collections::BTreeMap;

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::Impact;
use crate::model::{Component, ComponentId, Evidence};

/// Something that is not known.
struct Unknown {
    id: ComponentId,
    /// What is not known of it, as the end of a sentence.
    what: String,
    remedy: String,
    evidence: Evidence,
}

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let unknowns = unknowns(view);
    let holders: Vec<u32> = unknowns.keys().copied().collect();
    let found = view.each_loss(&holders, |number, impact| {
        let down = &view.failures[number as usize].down;
        let itself = view.component(number).is_app().then_some(number);
        let apps = down.iter().copied().chain(itself);
        let finding = |app, unknown| finding(rule, view, impact, app, down.len(), unknown);
        apps.flat_map(|app| unknowns[&number].iter().filter_map(move |unknown| finding(app, unknown)))
            .collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// What is not known, by the component that has it: names that lead nowhere, and products without a place or without
/// needs.
fn unknowns(view: &View<'_>) -> BTreeMap<u32, Vec<Unknown>> {
    let mut all: BTreeMap<u32, Vec<Unknown>> = BTreeMap::new();
    for unresolved in &view.system.unresolved {
        let Some(number) = unresolved.from.as_ref().and_then(|from| view.graph.component(from)) else { continue };
        all.entry(number).or_default().push(Unknown {
            id: ComponentId::new(&unresolved.what),
            what: unresolved.reason.clone(),
            remedy: format!(
                "say in linchpin.yaml what `{}` is, as a component or as an alias of one; or have the manifest read that \
                 defines it",
                unresolved.what
            ),
            evidence: unresolved.evidence.clone(),
        });
    }
    for component in view.system.components.values() {
        let Some(number) = view.graph.component(&component.id) else { continue };
        all.entry(number).or_default().extend(product(component));
    }
    all.retain(|_, unknowns| !unknowns.is_empty());
    all
}

fn product(component: &Component) -> Option<Unknown> {
    let id = component.id.clone();
    let evidence = component.evidence.first()?.clone();
    if component.place_unknown {
        let what =
            "nobody says where it stands, so that no rule can tell with which region or zone it falls".to_owned();
        let remedy =
            format!("say with `at` in linchpin.yaml where what needs `{id}` runs, or name the place: `{id}@REGION`");
        return Some(Unknown { id, what, remedy, evidence });
    }
    component.sketch.then(|| {
        let what = "no catalogue says what it needs, so that what lies below it is not checked".to_owned();
        let remedy = format!("write down what `{id}` needs in a catalogue of your own, and give it with `--catalogue`");
        Unknown { id, what, remedy, evidence }
    })
}

fn finding(rule: &Rule, view: &View<'_>, impact: &Impact, app: u32, fall: usize, unknown: &Unknown) -> Option<Finding> {
    let mut witness = view.witness(impact, view.data_of(app)?);
    let app = view.component(app);
    let mut evidence = vec![unknown.evidence.clone()];
    evidence.append(&mut witness.evidence);
    evidence.dedup();
    let by = match witness.chain.last() {
        Some(last) if last.component != app.id && last.component != unknown.id => {
            format!(" by way of `{}`", last.component)
        }
        _ => String::new(),
    };
    Some(Finding {
        rule: rule.id.into(),
        severity: view.severity_for(rule, app.tier, fall),
        confidence: witness.confidence,
        app: Some(app.id.clone()),
        cut_set: vec![unknown.id.clone()],
        message: format!("`{}` rests on `{}`{by}: {}", app.id, unknown.id, unknown.what),
        remedy: unknown.remedy.clone(),
        witness: witness.chain,
        others: Vec::new(),
        evidence,
        standing: Standing::New,
        under: None,
    })
}
