//! Alternatives that go in a circle: each of two components names the other as what to fall back to.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::model::{ComponentId, Confidence, Evidence, Need, Requires};
use crate::source::Problem;

/// A declared fall-back that falls back on the one that it is for is a mistake: neither helps the other.
pub(super) fn check(builder: &mut Builder<'_>) {
    let mut falls_back: BTreeMap<&ComponentId, Vec<(&ComponentId, &Evidence)>> = BTreeMap::new();
    for component in builder.components.values().filter(|component| component.provider.is_none()) {
        for need in component.capabilities.values().flatten() {
            members(need, &mut |target, evidence| {
                if target != &component.id {
                    falls_back.entry(&component.id).or_default().push((target, evidence));
                }
            });
        }
    }
    let mut problems = Vec::new();
    for (start, targets) in &falls_back {
        for (target, evidence) in targets {
            // Each circle is told once, from its first component by name.
            if let Some(path) = path(&falls_back, target, start).filter(|path| path.iter().all(|id| id >= start)) {
                let names: Vec<String> = std::iter::once(*start).chain(path).map(ToString::to_string).collect();
                let message = format!("alternatives go in a circle: {}", names.join(" -> "));
                let help = "let one of them stand without the other, or it is no alternative";
                problems.push(Problem::error(evidence.at.clone(), message).help(help));
            }
        }
    }
    builder.problems.append(&mut problems);
}

/// What stands among declared alternatives.
fn members<'a>(need: &'a Need, keep: &mut dyn FnMut(&'a ComponentId, &'a Evidence)) {
    let Requires::AtLeast { k, members: all } = &need.requires else { return };
    for member in all {
        match &member.requires {
            Requires::One(target) if *k < all.len() && need.terms.confidence == Confidence::Declared => {
                keep(&target.component, &member.evidence[0]);
            }
            Requires::One(_) => {}
            Requires::AtLeast { .. } => members(member, keep),
        }
    }
}

/// The shortest way from one to the other, both included.
fn path<'a>(
    edges: &BTreeMap<&'a ComponentId, Vec<(&'a ComponentId, &'a Evidence)>>,
    from: &'a ComponentId,
    to: &'a ComponentId,
) -> Option<Vec<&'a ComponentId>> {
    let mut before: BTreeMap<&ComponentId, &ComponentId> = BTreeMap::new();
    let mut seen = BTreeSet::from([from]);
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(here) = queue.pop_front() {
        if here == to {
            let mut way = vec![here];
            while let Some(previous) = way.last().and_then(|last| before.get(last)) {
                way.push(previous);
            }
            way.reverse();
            return Some(way);
        }
        for (next, _) in edges.get(here).into_iter().flatten() {
            if seen.insert(next) {
                before.insert(next, here);
                queue.push_back(next);
            }
        }
    }
    None
}
