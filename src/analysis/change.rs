//! What changes between two versions of a system: components, needs, alternatives, and what each loss takes down.

use std::collections::{BTreeMap, BTreeSet};

use super::{SingleFailure, single_failures_of_both};
use crate::graph::Graph;
use crate::model::{CapabilityRef, ComponentId, Need, Phase, Requires, Strength, System};

/// What appears and what vanishes, each in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta<T> {
    /// Only in the later version.
    pub added: Vec<T>,
    /// Only in the earlier version.
    pub removed: Vec<T>,
}

/// The difference of two versions of a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Components.
    pub components: Delta<ComponentId>,
    /// Needs of one's own components that are no alternatives: whose, on what, and under which terms.
    pub needs: Delta<String>,
    /// Needs within providers, which follow from what one's own components need.
    pub inner_needs: Delta<String>,
    /// Groups of alternatives: whose, and among what.
    pub alternatives: Delta<String>,
    /// The components whose loss alone takes other apps down than before, in order.
    pub radii: Vec<Radius>,
}

/// What the loss of one component alone takes down, before and after; apps in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Radius {
    /// What is lost.
    pub component: ComponentId,
    /// The apps that went down with it.
    pub before: BTreeSet<ComponentId>,
    /// The apps that go down with it.
    pub after: BTreeSet<ComponentId>,
}

impl Radius {
    /// The apps that did not go down with it before.
    pub fn gained(&self) -> impl Iterator<Item = &ComponentId> {
        self.after.difference(&self.before)
    }

    /// The apps that do not go down with it any more.
    pub fn lost(&self) -> impl Iterator<Item = &ComponentId> {
        self.before.difference(&self.after)
    }
}

/// Compares two versions of a system; costs a sweep over the single failures of the earlier, and what differs of it.
pub fn change(before: (&System, &Graph), after: (&System, &Graph)) -> Change {
    let (earlier, later) = single_failures_of_both(before.1, after.1);
    change_given((before.0, before.1, &earlier), (after.0, after.1, &later))
}

/// As [`change`], from the effects of every component's failure in both versions where these are known already.
pub fn change_given(before: (&System, &Graph, &[SingleFailure]), after: (&System, &Graph, &[SingleFailure])) -> Change {
    let components = |system: &System| system.components.keys().cloned().collect::<BTreeSet<_>>();
    let (needs_before, needs_after) = (needs(before.0), needs(after.0));
    let (radii_before, radii_after) = (radii(before.1, before.2), radii(after.1, after.2));
    let lost: BTreeSet<&ComponentId> = radii_before.keys().chain(radii_after.keys()).collect();
    let radius = |component: &ComponentId| {
        let of =
            |radii: &BTreeMap<ComponentId, BTreeSet<ComponentId>>| radii.get(component).cloned().unwrap_or_default();
        let radius = Radius { component: component.clone(), before: of(&radii_before), after: of(&radii_after) };
        (radius.before != radius.after).then_some(radius)
    };
    Change {
        components: delta(components(before.0), components(after.0)),
        needs: delta(needs_before.own, needs_after.own),
        inner_needs: delta(needs_before.inner, needs_after.inner),
        alternatives: delta(needs_before.groups, needs_after.groups),
        radii: lost.into_iter().filter_map(radius).collect(),
    }
}

fn delta<T: Ord + Clone>(before: BTreeSet<T>, after: BTreeSet<T>) -> Delta<T> {
    Delta { added: after.difference(&before).cloned().collect(), removed: before.difference(&after).cloned().collect() }
}

fn radii(graph: &Graph, failures: &[SingleFailure]) -> BTreeMap<ComponentId, BTreeSet<ComponentId>> {
    let id = |number: &u32| graph.components()[*number as usize].clone();
    let failures = failures.iter().filter(|failure| !failure.down.is_empty());
    failures.map(|failure| (id(&failure.component), failure.down.iter().map(id).collect())).collect()
}

/// The needs of a system, in words.
#[derive(Default)]
struct Needs {
    own: BTreeSet<String>,
    inner: BTreeSet<String>,
    groups: BTreeSet<String>,
}

fn needs(system: &System) -> Needs {
    let mut all = Needs::default();
    for component in system.components.values() {
        for (capability, needs) in &component.capabilities {
            let from = short(&CapabilityRef::new(component.id.clone(), capability.clone()));
            for need in needs {
                let text = format!("{from} -> {}{}", told(need), terms(need));
                let list = match (&need.requires, &component.provider) {
                    (Requires::AtLeast { .. }, _) => &mut all.groups,
                    (Requires::One(_), None) if !component.kind.is_place() => &mut all.own,
                    _ => &mut all.inner,
                };
                list.insert(text);
            }
        }
    }
    all
}

fn told(need: &Need) -> String {
    match &need.requires {
        Requires::One(target) => short(target),
        Requires::AtLeast { k, members } => {
            let names: Vec<String> =
                members.iter().map(|member| format!("{}{}", told(member), terms(member))).collect();
            let names = names.join(", ");
            match k {
                1 => format!("any of [{names}]"),
                k if *k == members.len() => format!("all of [{names}]"),
                k => format!("at least {k} of [{names}]"),
            }
        }
    }
}

fn terms(need: &Need) -> String {
    let mut words = Vec::new();
    if need.terms.strength == Strength::Soft {
        words.push("soft".to_owned());
    }
    if need.terms.phase == Phase::Start {
        words.push("to start".to_owned());
    }
    if let Some(share) = need.terms.capacity {
        words.push(format!("{:.0} % of the load", share * 100.0));
    }
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

fn short(reference: &CapabilityRef) -> String {
    if reference.capability.as_str() == "data" { reference.component.to_string() } else { reference.to_string() }
}
