//! Components, needs and what traces show, as the report has them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Component, Confidence, Evidence, Kind, Need, Phase, Redundancy, Requires, Strength};
use crate::resolve::{Comparison, Pair};

/// A component.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComponentView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it is an app.
    pub app: bool,
    /// How critical it is.
    pub tier: Option<u8>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What its files say about it beside.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Whose product it is, or where it runs.
    pub provider: Option<String>,
    /// Where it runs; the first place of several.
    pub place: Option<String>,
    /// All places where it runs.
    pub places: Vec<String>,
    /// It runs in some region or zone, and nobody says in which.
    pub place_unknown: bool,
    /// Its capabilities.
    pub capabilities: Vec<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// The software that it is.
    pub software: Option<String>,
    /// What is known about several copies of it.
    pub redundancy: Redundancy,
    /// Where it is declared or named.
    pub evidence: Vec<Evidence>,
}

/// A need on one capability.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NeedView {
    /// Whose, `component:capability`.
    pub from: String,
    /// On what, `component:capability`.
    pub to: String,
    /// What its loss does.
    pub strength: Strength,
    /// When it matters.
    pub phase: Phase,
    /// How sure we are.
    pub confidence: Confidence,
    /// How long its loss is bridged, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace: Option<u64>,
    /// The groups of alternatives that it stands in, from the outermost.
    pub alternatives: Vec<GroupView>,
    /// How we know.
    pub evidence: Vec<Evidence>,
}

/// What files say against what traces show.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ObservationView {
    /// Needs that files tell of, of components that were seen, and that no trace shows.
    pub never_observed: Vec<PairView>,
    /// Calls that traces show, and that no file tells of.
    pub never_declared: Vec<PairView>,
    /// Components of one's own that no trace shows.
    pub unseen: Vec<String>,
}

/// Two components of which only files know, or only traces.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairView {
    /// Who needs or calls.
    pub from: String,
    /// What it needs or calls.
    pub to: String,
    /// What its loss does, as files say, or hard for a call.
    pub strength: Strength,
    /// Where it is written, or in which traces it was seen.
    pub evidence: Vec<Evidence>,
}

impl ObservationView {
    pub(super) fn new(compared: Comparison) -> Self {
        let pairs = |pairs: Vec<Pair>| {
            let view = |Pair { from, to, strength, evidence }| PairView {
                from: from.to_string(),
                to: to.to_string(),
                strength,
                evidence,
            };
            pairs.into_iter().map(view).collect()
        };
        ObservationView {
            never_observed: pairs(compared.never_observed),
            never_declared: pairs(compared.never_declared),
            unseen: compared.unseen.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A group of alternatives.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GroupView {
    /// Its number among the groups of `from`, from 1.
    pub group: usize,
    /// How many members must be up.
    pub at_least: usize,
    /// How many members there are.
    pub of: usize,
}

pub(super) fn component(component: &Component) -> ComponentView {
    let place = component.at.first();
    ComponentView {
        id: component.id.to_string(),
        kind: component.kind,
        app: component.is_app(),
        tier: component.tier,
        owner: component.owner.as_deref().map(str::to_owned),
        provider: component.provider.as_deref().or(place.map(|place| &*place.provider)).map(str::to_owned),
        place: place.map(ToString::to_string),
        places: component.at.iter().map(ToString::to_string).collect(),
        place_unknown: component.place_unknown,
        capabilities: component.capabilities.keys().map(ToString::to_string).collect(),
        labels: component.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        aliases: component.aliases.iter().map(ToString::to_string).collect(),
        software: component.software.as_ref().map(ToString::to_string),
        redundancy: component.redundancy.clone(),
        evidence: component.evidence.clone(),
    }
}

pub(super) fn flatten(
    from: &str,
    need: &Need,
    phase: Phase,
    groups: &mut usize,
    within: &[GroupView],
    found: &mut Vec<NeedView>,
) {
    match &need.requires {
        Requires::One(target) => found.push(NeedView {
            from: from.to_owned(),
            to: target.to_string(),
            strength: need.terms.strength,
            phase,
            confidence: need.terms.confidence,
            grace: need.terms.grace.map(|grace| grace.as_secs()),
            alternatives: within.to_vec(),
            evidence: need.evidence.clone(),
        }),
        Requires::AtLeast { k, members } => {
            *groups += 1;
            let group = GroupView { group: *groups, at_least: *k, of: members.len() };
            let within = [within, &[group]].concat();
            for member in members {
                flatten(from, member, phase, groups, &within, found);
            }
        }
    }
}
