//! Needs of what runs at several places: as many copies, any one of which is enough.

use std::collections::BTreeMap;

use super::wants::Draft;
use super::{Builder, places};
use crate::model::{Capability, ComponentId, Confidence, Evidence, Need, Phase, Place, Requires, Terms};

/// Puts the needs into the components.
///
/// What runs at one place needs that place. What runs at several is as many copies, any one of which is enough, and
/// each copy needs its own place and the products at that place; what all copies share stays outside.
pub(super) fn settle(drafts: Vec<Draft>, builder: &mut Builder<'_>) {
    let mut by_owner: BTreeMap<(ComponentId, Capability), Vec<Draft>> = Default::default();
    for draft in drafts {
        by_owner.entry((draft.from.clone(), draft.capability.clone())).or_default().push(draft);
    }
    let own: Vec<(ComponentId, Vec<Place>, Vec<Capability>, Evidence)> = builder
        .components
        .values()
        .filter(|component| component.provider.is_none())
        .map(|c| (c.id.clone(), c.at.clone(), c.capabilities.keys().cloned().collect(), c.evidence[0].clone()))
        .collect();
    for (id, at, capabilities, evidence) in own {
        for capability in capabilities {
            let drafts = by_owner.remove(&(id.clone(), capability.clone())).unwrap_or_default();
            let needs = copies(&standing(builder, &id, &at, &evidence), drafts);
            if let Some(component) = builder.components.get_mut(&id) {
                component.capabilities.insert(capability, needs);
            }
        }
    }
}

/// The need of each place, with the line that says that the component runs there.
fn standing(builder: &Builder<'_>, id: &ComponentId, at: &[Place], declared: &Evidence) -> Vec<Need> {
    let need = |place: &Place| {
        let written = builder.stands.get(&(id.clone(), place.clone())).unwrap_or(declared);
        let evidence = Evidence { note: Some("it runs there".into()), ..written.clone() };
        places::need(place, Confidence::Declared, &evidence)
    };
    at.iter().map(need).collect()
}

fn copies(at: &[Need], drafts: Vec<Draft>) -> Vec<Need> {
    if at.len() < 2 {
        let place = at.first().cloned();
        let needs = drafts.into_iter().filter_map(|mut draft| draft.copies.pop());
        return place.into_iter().chain(needs).collect();
    }
    let mut shared = Vec::new();
    let mut local: Vec<Vec<Need>> = at.iter().map(|place| vec![place.clone()]).collect();
    for mut draft in drafts {
        let same = draft.copies.windows(2).all(|pair| pair[0].requires == pair[1].requires);
        if same || draft.copies.len() != at.len() {
            shared.extend(draft.copies.pop());
        } else if draft.copies[0].terms.phase == Phase::Start {
            shared.push(group(1, draft.copies));
        } else {
            for (copy, need) in local.iter_mut().zip(draft.copies) {
                copy.push(need);
            }
        }
    }
    let members =
        local.into_iter().map(|mut needs| if needs.len() == 1 { needs.remove(0) } else { group(needs.len(), needs) });
    let mut any = group(1, members.collect());
    any.terms.confidence = Confidence::Inferred;
    std::iter::once(any).chain(shared).collect()
}

fn group(k: usize, members: Vec<Need>) -> Need {
    let phase = members.first().map(|member| member.terms.phase).unwrap_or_default();
    let evidence: Vec<Evidence> =
        members.iter().filter_map(|member| member.evidence.first().cloned()).take(4).collect();
    Need {
        requires: Requires::AtLeast { k, members },
        terms: Terms { phase, ..Terms::hard(Confidence::Declared) },
        evidence,
    }
}
