//! Own rules, verdicts and comparisons against their definitions, on random small systems.

use std::collections::{BTreeMap, BTreeSet};

use linchpin::analysis::cuts::Limits;
use linchpin::analysis::{Reached, change, joint};
use linchpin::graph::Graph;
use linchpin::model::{Capability, CapabilityRef, Component, ComponentId, Phase, State, System};
use linchpin::policy::{Baseline, Circumstances, Finding, Identity, Policy, findings, judge, of_file};
use proptest::prelude::*;

use super::rules_oracle::mixed;
use crate::oracle::states;

type Pairs = BTreeSet<(ComponentId, ComponentId)>;

fn found(system: &System, policy: &str) -> Vec<Finding> {
    let (policy, problems) = of_file(&"policy.yaml".into(), policy);
    assert_eq!(problems, [], "{policy:?}");
    findings(system, &Graph::compile(system), &policy)
}

/// Who has an effect with whom, by the rule that forbids it to all.
fn told(system: &System, effect: &str) -> Pairs {
    let all = found(system, &format!("rules: {{'*': off, own: on}}\nassertions: {{own: no * may {effect} *}}"));
    all.into_iter().filter_map(|one| Some((one.app?, one.cut_set.first()?.clone()))).collect()
}

fn own(system: &System) -> impl Iterator<Item = &Component> {
    system.components.values().filter(|component| component.provider.is_none() && !component.kind.is_place())
}

/// The same by the definition of the states.
fn struck(system: &System, face: &Capability, least: State) -> Pairs {
    let mut pairs = Pairs::new();
    for lost in system.components.keys() {
        let states = states(system, std::slice::from_ref(lost));
        for subject in own(system).filter(|subject| subject.id != *lost) {
            if states[&CapabilityRef::new(subject.id.clone(), face.clone())] >= least {
                pairs.insert((subject.id.clone(), lost.clone()));
            }
        }
    }
    pairs
}

fn targets(system: &System, from: &CapabilityRef, run_only: bool) -> Vec<CapabilityRef> {
    let needs = system.components[&from.component].capabilities.get(&from.capability).into_iter().flatten();
    let needs = needs.filter(|need| !run_only || need.terms.phase == Phase::Run);
    needs.flat_map(|need| need.targets()).cloned().collect()
}

fn reached(system: &System, from: &CapabilityRef, seen: &mut BTreeSet<CapabilityRef>) {
    for target in targets(system, from, true) {
        if seen.insert(target.clone()) {
            reached(system, &target, seen);
        }
    }
}

/// The apps that go down with each component alone, itself left out.
fn radii(system: &System) -> BTreeMap<ComponentId, BTreeSet<ComponentId>> {
    let mut radii = BTreeMap::new();
    for lost in system.components.keys() {
        let states = states(system, std::slice::from_ref(lost));
        let down = |app: &&Component| {
            app.id != *lost && states[&CapabilityRef::new(app.id.clone(), Capability::data())] == State::Down
        };
        let apps: BTreeSet<ComponentId> = system.apps().filter(down).map(|app| app.id.clone()).collect();
        radii.insert(lost.clone(), apps);
    }
    radii
}

/// The pairs that take each app down, and of which neither member does alone; the app itself left out.
fn pairs(system: &System) -> BTreeSet<(ComponentId, Vec<ComponentId>)> {
    let ids: Vec<&ComponentId> = system.components.keys().collect();
    let mut pairs = BTreeSet::new();
    for app in system.apps() {
        let down = |lost: &[ComponentId]| {
            states(system, lost)[&CapabilityRef::new(app.id.clone(), Capability::data())] == State::Down
        };
        let others: Vec<&ComponentId> =
            ids.iter().copied().filter(|id| **id != app.id && !down(&[(*id).clone()])).collect();
        for (number, one) in others.iter().enumerate() {
            for other in &others[number + 1..] {
                let set = vec![(*one).clone(), (*other).clone()];
                if down(&set) {
                    pairs.insert((app.id.clone(), set));
                }
            }
        }
    }
    pairs
}

fn identities(findings: &[Finding]) -> BTreeSet<Identity> {
    findings.iter().map(Finding::identity).collect()
}

proptest! {
    #[test]
    fn effects_are_what_the_states_say(system in mixed()) {
        let (data, control) = (Capability::data(), Capability::control());
        prop_assert_eq!(told(&system, "fall with"), struck(&system, &data, State::Down));
        prop_assert_eq!(told(&system, "degrade with"), struck(&system, &data, State::Degraded));
        prop_assert_eq!(told(&system, "freeze with"), struck(&system, &control, State::Down));
    }

    #[test]
    fn needs_and_what_they_lead_to_are_what_is_written(system in mixed()) {
        let (mut needs, mut reach) = (Pairs::new(), Pairs::new());
        for subject in own(&system) {
            for capability in subject.capabilities.keys() {
                let from = CapabilityRef::new(subject.id.clone(), capability.clone());
                needs.extend(targets(&system, &from, false).into_iter().map(|to| (subject.id.clone(), to.component)));
            }
            let mut seen = BTreeSet::new();
            reached(&system, &CapabilityRef::new(subject.id.clone(), Capability::data()), &mut seen);
            reach.extend(seen.into_iter().map(|to| (subject.id.clone(), to.component)));
        }
        for pairs in [&mut needs, &mut reach] {
            pairs.retain(|(from, to)| from != to);
        }
        prop_assert_eq!(told(&system, "need"), needs);
        prop_assert_eq!(told(&system, "reach"), reach);
    }

    #[test]
    fn at_most_counts_those_that_fall(system in mixed(), most in 0usize..4) {
        let text = format!("rules: {{'*': off, own: on}}\nassertions: {{own: at most {most} of kind=app may fall with any one *}}");
        let told: BTreeSet<ComponentId> = found(&system, &text).into_iter().flat_map(|one| one.cut_set).collect();
        let apps: BTreeSet<&ComponentId> = own(&system).filter(|one| one.is_app()).map(|one| &one.id).collect();
        let falls = |apps_down: &BTreeSet<ComponentId>| apps_down.iter().filter(|app| apps.contains(app)).count();
        let many = radii(&system).into_iter().filter(|(_, down)| falls(down) > most);
        prop_assert_eq!(told, many.map(|(lost, _)| lost).collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_verdict_parts_all_findings_by_what_was_there_before(system in mixed(), keep in any::<u64>()) {
        let policy = Policy::default();
        let all = findings(&system, &Graph::compile(&system), &policy);
        let kept = |at: &usize| keep >> (at % 64) & 1 == 1;
        let mut before: BTreeSet<Identity> =
            all.iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, one)| one.identity()).collect();
        let gone = Identity { rule: "single-provider".into(), app: Some("gone".into()), cut_set: vec!["x".into()], said: None };
        before.insert(gone.clone());
        let circumstances = Circumstances { before: Some(before.clone()), ..Circumstances::default() };
        let verdict = judge(&system, all.clone(), &policy, &circumstances);
        prop_assert_eq!(verdict.counts.new_ones() + verdict.counts.known, all.len());
        let of = |word: &str| -> Vec<Finding> {
            verdict.findings.iter().filter(|one| one.standing.word() == word).cloned().collect()
        };
        let expected: BTreeSet<Identity> = identities(&all).difference(&before).cloned().collect();
        prop_assert_eq!(identities(&of("new")), expected);
        prop_assert_eq!(&verdict.fixed, &vec![gone]);
        // Against itself nothing is new and nothing is fixed.
        let itself = Circumstances { before: Some(identities(&all)), ..Circumstances::default() };
        let verdict = judge(&system, all.clone(), &policy, &itself);
        prop_assert_eq!((verdict.counts.new_ones(), verdict.counts.known, verdict.counts.fixed), (0, all.len(), 0));
    }

    #[test]
    fn a_change_is_the_difference_of_all_losses(before in mixed(), after in mixed()) {
        let change = change((&before, &Graph::compile(&before)), (&after, &Graph::compile(&after)));
        let (old, new) = (radii(&before), radii(&after));
        let lost: BTreeSet<&ComponentId> = old.keys().chain(new.keys()).collect();
        let mut expected = BTreeMap::new();
        for id in lost {
            let pair = (old.get(id).cloned().unwrap_or_default(), new.get(id).cloned().unwrap_or_default());
            if pair.0 != pair.1 {
                expected.insert(id.clone(), pair);
            }
        }
        let told: BTreeMap<_, _> =
            change.radii.into_iter().map(|radius| (radius.component, (radius.before, radius.after))).collect();
        prop_assert_eq!(told, expected);
    }

    #[test]
    fn sets_of_two_are_compared_as_they_are(before in mixed(), other in mixed(), changed in any::<prop::sample::Index>(), whole in any::<bool>()) {
        // Another system, or the same with one component's needs changed.
        let mut after = before.clone();
        let common: Vec<ComponentId> = before.components.keys().filter(|id| other.components.contains_key(*id)).cloned().collect();
        if whole || common.is_empty() {
            after = other;
        } else {
            let id = &common[changed.index(common.len())];
            let needs = other.components[id].capabilities.clone();
            let known = |need: &linchpin::model::Need| need.targets().iter().all(|target| {
                after.components.get(&target.component).is_some_and(|c| c.capabilities.contains_key(&target.capability))
            });
            let kept = needs.into_iter().map(|(face, needs)| (face, needs.into_iter().filter(known).collect())).collect();
            if let Some(component) = after.components.get_mut(id) {
                component.capabilities = kept;
            }
        }
        let (old, new) = (Graph::compile(&before), Graph::compile(&after));
        let reached = Reached { order: 2, sets: 10_000, limits: Limits { nodes: 1_000_000, work: usize::MAX, stop: &|| false } };
        let told = joint((&before, &old), (&after, &new), reached);
        let (old, new) = (pairs(&before), pairs(&after));
        prop_assert_eq!(told.left_out, vec![]);
        prop_assert_eq!(told.added, new.difference(&old).cloned().collect::<Vec<_>>());
        prop_assert_eq!(told.removed, old.difference(&new).cloned().collect::<Vec<_>>());
    }

    #[test]
    fn a_baseline_keeps_any_text(known in prop::collection::btree_set((".*", prop::option::of(".*"), prop::collection::vec(".*", 0..3)), 0..5)) {
        let known: BTreeSet<Identity> = known
            .into_iter()
            .map(|(rule, app, cut_set)| Identity { rule, app, cut_set, said: None })
            .collect();
        let (read, problems) = Baseline::read(&"b.yaml".into(), &Baseline::write(&known));
        prop_assert_eq!(problems, vec![]);
        prop_assert_eq!(read.known.into_keys().collect::<BTreeSet<_>>(), known);
    }
}
