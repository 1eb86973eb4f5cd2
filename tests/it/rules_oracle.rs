//! Rules against the definition of the states, evaluated on the model itself, on random small systems.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use linchpin::graph::Graph;
use linchpin::model::{Capability, CapabilityRef, Component, ComponentId, Kind, State, System};
use linchpin::policy::{Finding, Parameters, Severity, check};
use proptest::prelude::*;

use super::impact::system;
use crate::oracle::states;

const KINDS: [Kind; 10] = [
    Kind::App,
    Kind::App,
    Kind::App,
    Kind::Service,
    Kind::Store,
    Kind::External,
    Kind::Product,
    Kind::Provider,
    Kind::Region,
    Kind::Zone,
];

/// A random system whose components are of all kinds.
pub(crate) fn mixed() -> impl Strategy<Value = System> {
    let traits = (any::<prop::sample::Index>(), 0u8..4, 0u32..3);
    (system(9), prop::collection::vec(traits, 9)).prop_map(|(mut system, traits)| {
        for (component, (kind, tier, copies)) in system.components.values_mut().zip(traits) {
            component.kind = *kind.get(&KINDS);
            let provided = component.kind.is_place() || component.kind == Kind::Product;
            component.provider = provided.then(|| Arc::from("p"));
            component.tier = (component.is_app() && tier > 0).then_some(tier);
            component.redundancy.replicas = (copies > 0).then_some(copies);
        }
        system
    })
}

fn findings(system: &System) -> Vec<Finding> {
    check(system, &Graph::compile(system), &Parameters::default(), Severity::Error).findings
}

/// What each component takes down: the capabilities that are down when it alone is lost.
fn losses(system: &System) -> BTreeMap<&ComponentId, BTreeSet<CapabilityRef>> {
    let down = |id: &ComponentId| {
        let states = states(system, std::slice::from_ref(id)).into_iter();
        states.filter(|(_, state)| *state == State::Down).map(|(capability, _)| capability).collect()
    };
    system.components.keys().map(|id| (id, down(id))).collect()
}

fn data(id: &ComponentId) -> CapabilityRef {
    CapabilityRef::new(id.clone(), Capability::data())
}

/// Which rule speaks of the loss of a component alone, by what it is.
fn speaks(lost: &Component) -> Option<&'static str> {
    let single = lost.redundancy.replicas == Some(1);
    match lost.kind {
        Kind::Zone => Some("single-zone"),
        Kind::Region => Some("single-region"),
        Kind::Provider => Some("single-provider"),
        Kind::Product | Kind::Shared | Kind::External => Some("single-point-of-failure"),
        Kind::Store => lost.redundancy.replicas.is_none_or(|copies| copies < 2).then_some("single-point-of-failure"),
        Kind::App | Kind::Service | Kind::Job => single.then_some("single-point-of-failure"),
    }
}

/// Rule, app and cut set.
type Told = (String, Option<ComponentId>, Vec<ComponentId>);

fn told(findings: &[Finding], rules: &[&str]) -> BTreeSet<Told> {
    let of = findings.iter().filter(|finding| rules.contains(&&*finding.rule));
    of.map(|finding| (finding.rule.to_string(), finding.app.clone(), finding.cut_set.clone())).collect()
}

/// Components that take more than a share of some apps down, and at least so many.
fn wide<'s>(
    system: &'s System,
    apps: &[&ComponentId],
    share: f64,
    least: usize,
    counts: impl Fn(&Component) -> bool,
) -> Vec<&'s ComponentId> {
    let losses = losses(system);
    let wide = system.components.values().filter(|lost| counts(lost)).filter(|lost| {
        let fall = apps.iter().filter(|app| losses[&lost.id].contains(&data(app))).count();
        let others = apps.iter().filter(|app| ***app != lost.id && losses[&lost.id].contains(&data(app))).count();
        others > 0 && fall >= least && fall as f64 / apps.len() as f64 > share
    });
    wide.map(|lost| &lost.id).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(400))]

    #[test]
    fn what_takes_an_app_down_alone_is_told_and_nothing_else(system in mixed()) {
        let losses = losses(&system);
        let mut expected = BTreeSet::new();
        for lost in system.components.values() {
            for app in system.apps().filter(|app| app.id != lost.id && losses[&lost.id].contains(&data(&app.id))) {
                expected.extend(speaks(lost).map(|rule| (rule.to_owned(), Some(app.id.clone()), vec![lost.id.clone()])));
                if lost.kind == Kind::Store && lost.redundancy.replicas == Some(1) {
                    expected.insert(("stateful-single-copy".to_owned(), Some(app.id.clone()), vec![lost.id.clone()]));
                }
            }
        }
        let rules = ["single-zone", "single-region", "single-provider", "single-point-of-failure", "stateful-single-copy"];
        prop_assert_eq!(told(&findings(&system), &rules), expected);
    }

    #[test]
    fn what_takes_many_apps_down_is_told_and_nothing_else(system in mixed()) {
        let all: Vec<&ComponentId> = system.apps().map(|app| &app.id).collect();
        let tiered = system.apps().any(|app| app.tier.is_some());
        let first: Vec<&ComponentId> = system.apps().filter(|app| app.tier == Some(1)).map(|app| &app.id).collect();
        let counted = if tiered { first } else { all.clone() };
        let mut expected = BTreeSet::new();
        for lost in wide(&system, &counted, 0.5, 2, |lost| lost.kind != Kind::Provider) {
            expected.insert(("blast-radius".to_owned(), None, vec![lost.clone()]));
        }
        for lost in wide(&system, &all, 0.6, 3, |lost| lost.kind == Kind::Provider) {
            expected.insert(("concentration".to_owned(), None, vec![lost.clone()]));
        }
        prop_assert_eq!(told(&findings(&system), &["blast-radius", "concentration"]), expected);
    }

    #[test]
    fn what_is_told_of_a_loss_is_so(system in mixed()) {
        let losses = losses(&system);
        for finding in findings(&system) {
            prop_assert!(!finding.evidence.is_empty() && !finding.witness.is_empty(), "{finding:?}");
            let ([lost], Some(app)) = (finding.cut_set.as_slice(), &finding.app) else { continue };
            let falls = |capability: Capability| losses[lost].contains(&CapabilityRef::new(app.clone(), capability));
            match &*finding.rule {
                "operator-path" => prop_assert!(falls(Capability::data()) && falls(Capability::control()), "{finding:?}"),
                "control-plane-in-request-path" => prop_assert!(falls(Capability::data()), "{finding:?}"),
                "fake-redundancy" => {
                    // A group that is needed softly leaves its owner degraded.
                    let after = states(&system, std::slice::from_ref(lost));
                    prop_assert!(after[&finding.witness[0]] != State::Up, "{finding:?}");
                }
                _ => {}
            }
            // A chain leads from one need to the next, and ends in what is lost.
            for chain in std::iter::once(&finding.witness).chain(&finding.others) {
                prop_assert!(chain.last().is_some_and(|last| last.component == *lost), "{finding:?}");
                prop_assert_eq!(linchpin::analysis::steps(&system, chain).len(), chain.len() - 1);
            }
        }
    }

    #[test]
    fn what_folds_goes_under_what_stands_by_itself_and_is_as_bad(system in mixed()) {
        let findings = findings(&system);
        let key = |finding: &'_ Finding| (finding.rule.clone(), finding.app.clone(), finding.cut_set.clone());
        let by_identity: BTreeMap<_, _> = findings.iter().map(|finding| (key(finding), finding)).collect();
        prop_assert_eq!(by_identity.len(), findings.len());
        for finding in &findings {
            let Some(nearer) = &finding.under else { continue };
            let nearer = by_identity.get(&(nearer.rule.clone(), nearer.app.clone(), nearer.cut_set.clone()));
            let nearer = nearer.expect("a finding");
            prop_assert!(nearer.under.is_none() && nearer.severity >= finding.severity, "{finding:?}");
        }
    }
}
