//! Alternatives that go in a circle: each of two components names the other as what to fall back to.

use std::collections::{BTreeMap, HashMap};

use super::Builder;
use crate::model::{ComponentId, Confidence, Evidence, Need, Requires};
use crate::source::Problem;

const MOST_TOLD: usize = 20;

/// What a component falls back on, and where that is written.
type FallsBack<'a> = BTreeMap<&'a ComponentId, Vec<(&'a ComponentId, &'a Evidence)>>;

/// A declared fall-back that falls back on the one that it is for is a mistake: neither helps the other.
///
/// Depth first, each component once; every circle that closes on the way is told, up to a limit.
pub(super) fn check(builder: &mut Builder<'_>) {
    let mut falls_back = FallsBack::new();
    for component in builder.components.values().filter(|component| component.provider.is_none()) {
        for need in component.capabilities.values().flatten() {
            members(need, &mut |target, evidence| {
                falls_back.entry(&component.id).or_default().push((target, evidence));
            });
        }
    }
    let mut problems = Vec::new();
    let mut done: HashMap<&ComponentId, bool> = HashMap::new();
    for start in falls_back.keys() {
        if !done.contains_key(start) {
            walk(&falls_back, start, &mut done, &mut problems);
        }
    }
    problems.truncate(MOST_TOLD);
    builder.problems.append(&mut problems);
}

/// Walks from one component; `done` says of each that was met whether the walk has left it.
fn walk<'a>(
    falls_back: &FallsBack<'a>,
    start: &'a ComponentId,
    done: &mut HashMap<&'a ComponentId, bool>,
    problems: &mut Vec<Problem>,
) {
    let mut way: Vec<(&ComponentId, usize)> = vec![(start, 0)];
    done.insert(start, false);
    while let Some((here, next)) = way.last_mut() {
        let Some((target, evidence)) = falls_back.get(here).and_then(|targets| targets.get(*next)) else {
            done.insert(here, true);
            way.pop();
            continue;
        };
        *next += 1;
        match done.get(target) {
            None => {
                done.insert(target, false);
                way.push((target, 0));
            }
            Some(false) if problems.len() < MOST_TOLD => {
                let from = way.iter().position(|(id, _)| id == target).unwrap_or(0);
                let mut names: Vec<String> = way[from..].iter().map(|(id, _)| id.to_string()).collect();
                names.push(target.to_string());
                let message = format!("alternatives go in a circle: {}", names.join(" -> "));
                let help = "let one of them stand without the other, or it is no alternative";
                problems.push(Problem::error(evidence.at.clone(), message).help(help));
            }
            Some(_) => {}
        }
    }
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
