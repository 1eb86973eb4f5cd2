//! From the words of a need to its targets, once for each place where the one that needs it runs.

use super::Builder;
use super::merge::Merged;
use super::names::Names;
use super::targets::{Asker, by_address, by_name, by_sign};
use crate::catalogue::registry;
use crate::facts::{Facts, Sign, Target, Wanted};
use crate::model::{Capability, CapabilityRef, ComponentId, Confidence, Need, Phase, Place, Requires, Terms};

/// A need of a component, resolved at each of its places.
pub(super) struct Draft {
    /// Whose.
    pub(super) from: ComponentId,
    /// Of which capability.
    pub(super) capability: Capability,
    /// Whether a person wrote it in `linchpin.yaml`, which overrides what readers infer.
    pub(super) declared: bool,
    /// The set and the number of the need that it was made of; `None` when it follows from others.
    pub(super) said: Option<(usize, usize)>,
    /// One for each place of the component, or a single one when it has none or one.
    pub(super) copies: Vec<Need>,
}

/// Resolves every need of every fact.
pub(super) fn drafts(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    names: &Names,
    builder: &mut Builder<'_>,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (set, (format, facts)) in facts.iter().enumerate() {
        for (number, fact) in facts.needs.iter().enumerate() {
            let id = merged.id(set, fact.from);
            let scope = merged.scope(set, fact.from);
            let declared = *format == "linchpin";
            let asker = Asker { id, scope, set, at: None, places: &[], names, merged };
            if let Some(copies) = at_each_place(builder, asker, &fact.need) {
                let (from, capability) = (id.clone(), fact.capability.clone());
                drafts.push(Draft { from, capability, declared, said: Some((set, number)), copies });
            }
        }
        for (index, fact) in facts.components.iter().enumerate() {
            let id = merged.id(set, index);
            for image in &fact.images {
                let sign = Target::Sign(Sign::Registry(registry(&image.text).into()));
                let terms = Terms { phase: Phase::Start, ..Terms::hard(Confidence::Inferred) };
                let want = Wanted { target: sign, terms, evidence: vec![image.evidence.clone()] };
                let asker = Asker { id, scope: merged.scope(set, index), set, at: None, places: &[], names, merged };
                if let Some(copies) = at_each_place(builder, asker, &want) {
                    let capability = Capability::data();
                    drafts.push(Draft { from: id.clone(), capability, declared: false, said: None, copies });
                }
            }
            // What it is built on is pulled to build it: whoever runs does not need it, whoever changes it does.
            for base in &fact.bases {
                let sign = Target::Sign(Sign::Registry(registry(&base.text).into()));
                let terms = Terms::hard(Confidence::Inferred);
                let want = Wanted { target: sign, terms, evidence: vec![base.evidence.clone()] };
                let asker = Asker { id, scope: merged.scope(set, index), set, at: None, places: &[], names, merged };
                if let Some(copies) = at_each_place(builder, asker, &want) {
                    let capability = Capability::control();
                    drafts.push(Draft { from: id.clone(), capability, declared: false, said: None, copies });
                }
            }
        }
    }
    drafts
}

/// The need as each copy of the component has it; `None` when it leads nowhere.
fn at_each_place(builder: &mut Builder<'_>, asker: Asker<'_>, want: &Wanted) -> Option<Vec<Need>> {
    let all: Vec<Place> = builder.components.get(asker.id).map(|component| component.at.clone()).unwrap_or_default();
    let each: Vec<Option<&Place>> = if all.len() > 1 { all.iter().map(Some).collect() } else { vec![all.first()] };
    each.into_iter().map(|at| need(builder, &Asker { at, places: &all, ..asker }, want)).collect()
}

fn need(builder: &mut Builder<'_>, asker: &Asker<'_>, want: &Wanted) -> Option<Need> {
    let evidence = want.evidence.first()?;
    let mut terms = want.terms.clone();
    let requires = match &want.target {
        Target::Name(text) => Requires::One(by_name(builder, asker, text, evidence)?),
        Target::Component(index) => {
            Requires::One(CapabilityRef::new(asker.merged.id(asker.set, *index).clone(), Capability::data()))
        }
        Target::Address(address) => Requires::One(by_address(builder, asker, address, evidence, &mut terms)?),
        Target::Sign(sign) => Requires::One(by_sign(builder, asker, sign, evidence, &mut terms)?),
        Target::AtLeast { k, members } => {
            let members: Vec<Need> = members.iter().filter_map(|member| need(builder, asker, member)).collect();
            if members.len() < *k {
                return None;
            }
            Requires::AtLeast { k: *k, members }
        }
    };
    Some(Need { requires, terms, evidence: want.evidence.clone() })
}
