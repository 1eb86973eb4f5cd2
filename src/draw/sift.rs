//! What of a draft would hide the rest: needs of control planes that say nothing new, and pulls at start.

use std::collections::BTreeSet;

use super::draft::{Draft, Item};
use super::scene::{Mark, What};
use crate::model::{Kind, State};

/// Leaves out ties that would hide the others; says how many, in words.
///
/// Whether a control plane works matters for what serves, and is on the way of a failure only where it is what fails. An
/// image is pulled from a registry by nearly everything, which matters when the registry fails.
pub(super) fn sift(draft: &mut Draft, outage: bool) -> Vec<String> {
    let (mut planes, mut pulls) = (0, 0);
    let items = &draft.items;
    let hit = |item: Option<&Item>| item.is_some_and(|item| item.mark != Mark::None);
    // A component may fail by its own control plane: then that line is all that tells why.
    let carrying = draft.ties.iter().filter(|((_, _, control), tie)| !control && tie.passes > State::Up);
    let carrying: BTreeSet<String> = carrying.map(|((from, ..), _)| from.clone()).collect();
    let own = |item: Option<&Item>| item.is_some_and(|item| item.path.first().is_none_or(|frame| frame.rank == 0));
    draft.ties.retain(|(from, to, control), tie| {
        let told = carrying.contains(from);
        let (from, to) = (items.get(from), items.get(to));
        let worse = from.is_some_and(|item| item.mark > Mark::Frozen && item.mark != Mark::Struck) && told;
        let plane = *control
            && !tie.start
            && if outage { worse || (!own(from) && tie.passes != State::Down) } else { !own(from) };
        let pull = tie.start && own(from) && !own(to) && !hit(to);
        planes += usize::from(plane);
        pulls += usize::from(!plane && pull);
        !plane && !pull
    });
    let mut notes = Vec::new();
    if planes > 0 {
        notes.push(format!("needs of control planes, which say nothing more about who serves: {planes}"));
    }
    if pulls > 0 {
        notes.push(format!("needs to start, of registries and the like: {pulls}"));
    }
    let ends: BTreeSet<&String> = draft.ties.keys().flat_map(|(from, to, _)| [from, to]).collect();
    let is_inner = |item: &Item| match item.what {
        What::Kind(Kind::Product | Kind::Shared) => true,
        What::Kind(kind) => kind.is_place(),
        _ => false,
    };
    draft.items.retain(|key, item| item.kept || !is_inner(item) || ends.contains(key));
    notes
}
