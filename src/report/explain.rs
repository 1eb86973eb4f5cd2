//! Why a component is down, degraded or frozen, or why it is not: a tree whose every step shows its evidence.

use std::collections::BTreeSet;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{FAINT, GOOD, HEAD, count, of_state, paint, short, wrapped};
use super::{Report, SCHEMA};
use crate::analysis::Impact;
use crate::graph::Graph;
use crate::model::{
    Basis, Capability, CapabilityRef, ComponentId, Evidence, Grade, Need, Phase, Requires, State, Strength, System,
};
use crate::source::Location;

const MOST_BRANCHES: usize = 400;

/// The report of `explain`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explain {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The component that is explained.
    pub component: String,
    /// The selectors of the outage.
    pub outage: Vec<String>,
    /// The state of its `data`.
    pub data: State,
    /// The state of its `control`.
    pub control: State,
    /// The answer in one sentence.
    pub summary: String,
    /// Why, from the component down to what the outage takes; for one that stays up, what it lost and what saved it.
    pub because: Vec<Branch>,
    /// What it needs that could not be resolved.
    pub unknown: Vec<String>,
}

/// One step of an explanation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Branch {
    /// What is needed: a capability, or a group of alternatives in words.
    pub needs: String,
    /// Its state.
    pub state: State,
    /// What is remarkable: taken down by the outage, soft, an alternative that holds.
    pub remark: Option<String>,
    /// How we know of the need.
    pub evidence: Vec<Quote>,
    /// Why it is in that state.
    pub because: Vec<Branch>,
}

/// A piece of evidence with the line that it points at.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Quote {
    /// Where, on what basis.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// The source line.
    pub line_text: Option<String>,
}

/// What an explanation is made from.
struct Explainer<'a> {
    system: &'a System,
    graph: &'a Graph,
    impact: &'a Impact,
    quote: &'a dyn Fn(&Location) -> Option<String>,
    seen: BTreeSet<CapabilityRef>,
    left: usize,
}

/// Explains the states of a component under an outage; `quote` gives the text of a source line.
pub fn explain(
    system: &System,
    graph: &Graph,
    impact: &Impact,
    (component, selectors): (&ComponentId, &[String]),
    quote: &dyn Fn(&Location) -> Option<String>,
) -> Explain {
    let mut explainer = Explainer { system, graph, impact, quote, seen: BTreeSet::new(), left: MOST_BRANCHES };
    let of = |capability: Capability| CapabilityRef::new(component.clone(), capability);
    let (data, control) = (explainer.state(&of(Capability::data())), explainer.state(&of(Capability::control())));
    let asked =
        if data == State::Up && control != State::Up { of(Capability::control()) } else { of(Capability::data()) };
    let because = if explainer.state(&asked) == State::Up { explainer.saved(&asked) } else { explainer.causes(&asked) };
    let what = selectors.join(" and ");
    let summary = match (data, control) {
        (State::Down, _) if because.is_empty() => format!("{component} is itself what goes down"),
        (State::Down, _) => format!("{component} goes down with {what}"),
        (State::Degraded, _) => format!("{component} is degraded without {what}"),
        (State::Up, State::Down) => format!("{component} is frozen without {what}: it serves, but can't be changed"),
        (State::Up, _) if because.is_empty() => {
            format!("{component} stays up: nothing that it needs is touched by {what}")
        }
        (State::Up, _) => format!("{component} stays up without {what}: something else holds"),
    };
    let of_it = system.unresolved.iter().filter(|item| item.from.as_ref() == Some(component));
    let unknown = of_it.map(|item| format!("`{}`: {} ({})", item.what, item.reason, item.evidence.at)).collect();
    Explain {
        schema: SCHEMA,
        component: component.to_string(),
        outage: selectors.to_vec(),
        data,
        control,
        summary,
        because,
        unknown,
    }
}

impl Explainer<'_> {
    fn state(&self, reference: &CapabilityRef) -> State {
        let number = self.graph.component(&reference.component);
        let node = number.and_then(|number| self.graph.node(number, &reference.capability));
        node.map_or(State::Up, |node| self.impact.state(node))
    }

    /// Whether the outage itself takes it down.
    fn is_struck(&self, reference: &CapabilityRef) -> bool {
        let number = self.graph.component(&reference.component);
        let node = number.and_then(|number| self.graph.node(number, &reference.capability));
        node.is_some_and(|node| self.impact.is_struck(node))
    }

    fn of_need(&self, need: &Need) -> State {
        let state = match &need.requires {
            Requires::One(target) => self.state(target),
            Requires::AtLeast { k, members } => {
                let mut states: Vec<State> = members.iter().map(|member| self.of_need(member)).collect();
                states.sort();
                states[k - 1]
            }
        };
        let state = if need.terms.strength == Strength::Soft { state.min(State::Degraded) } else { state };
        if need.terms.is_partial() { state.max(State::Degraded) } else { state }
    }

    fn needs(&self, reference: &CapabilityRef) -> Vec<Need> {
        let component = self.system.components.get(&reference.component);
        let needs = component.and_then(|component| component.capabilities.get(&reference.capability));
        needs.into_iter().flatten().filter(|need| need.terms.phase == Phase::Run).cloned().collect()
    }

    /// The needs that explain a state that is not up: those that pass on the worst.
    fn causes(&mut self, reference: &CapabilityRef) -> Vec<Branch> {
        if !self.seen.insert(reference.clone()) {
            return Vec::new();
        }
        let state = self.state(reference);
        let needs = self.needs(reference);
        let mut carrying: Vec<Need> = needs.into_iter().filter(|need| self.of_need(need) >= state).collect();
        carrying.sort_by_key(|need| self.distance(need));
        // What stands at a place that is lost falls with it: to follow each of its other needs there would tell nothing.
        let place = carrying.iter().find(|need| self.is_place(need)).and_then(|need| self.root(need));
        let (with_it, mut told): (Vec<Need>, Vec<Need>) =
            carrying.into_iter().partition(|need| place.is_some() && !self.is_place(need) && self.root(need) == place);
        if told.is_empty() {
            told = with_it.clone();
        }
        let mut branches: Vec<Branch> = told.iter().map(|need| self.branch(need)).collect();
        if let Some(first) = branches.first_mut().filter(|_| place.is_some() && !with_it.is_empty()) {
            let others = format!("and {} there with it", count(with_it.len(), "other need"));
            first.remark = Some(first.remark.take().map_or(others.clone(), |remark| format!("{remark}, {others}")));
        }
        branches
    }

    fn is_place(&self, need: &Need) -> bool {
        let of = |target: &CapabilityRef| self.system.components.get(&target.component);
        matches!(&need.requires, Requires::One(target) if of(target).is_some_and(|c| c.kind.is_place()))
    }

    /// What the outage takes down at the end of the shortest chain over a need.
    fn root(&self, need: &Need) -> Option<u32> {
        let target = need.targets().into_iter().next()?;
        let node = self.graph.node(self.graph.component(&target.component)?, &target.capability)?;
        self.graph.owner(*self.impact.witness(self.graph, node).last()?)
    }

    /// How far it is to what the outage takes down, over the nearest of the targets.
    fn distance(&self, need: &Need) -> usize {
        let of = |target: &CapabilityRef| {
            let number = self.graph.component(&target.component)?;
            Some(self.impact.witness(self.graph, self.graph.node(number, &target.capability)?).len())
        };
        need.targets().into_iter().filter_map(of).filter(|length| *length > 0).min().unwrap_or(usize::MAX)
    }

    fn branch(&mut self, need: &Need) -> Branch {
        let state = self.of_need(need);
        self.left = self.left.saturating_sub(1);
        match &need.requires {
            Requires::One(target) => {
                let known = self.seen.contains(target);
                let itself = self.state(target);
                let because = if self.left == 0 || itself == State::Up { Vec::new() } else { self.causes(target) };
                let remark = match (itself, known) {
                    (State::Up, _) => Some("holds".to_owned()),
                    _ if self.is_struck(target) => Some("taken down by the outage".to_owned()),
                    (_, true) => Some("explained above".to_owned()),
                    _ if need.terms.strength == Strength::Soft => Some("soft: it is missed, not fatal".to_owned()),
                    _ => None,
                };
                Branch { needs: short(target), state: itself, remark, evidence: self.quotes(need), because }
            }
            Requires::AtLeast { k, members } => {
                let words = if *k == 1 {
                    "any of".to_owned()
                } else if *k == members.len() {
                    "all of".to_owned()
                } else {
                    format!("at least {k} of {}", members.len())
                };
                let shown: Vec<&Need> = members
                    .iter()
                    .filter(|member| *k < members.len() || self.of_need(member) >= state.max(State::Degraded))
                    .collect();
                let because: Vec<Branch> = shown.into_iter().map(|member| self.branch(member)).collect();
                let names: Vec<String> = need.targets().into_iter().map(short).collect();
                let needs = if because.is_empty() { format!("{words} {}", names.join(", ")) } else { words };
                let remark = (state == State::Up).then(|| "holds".to_owned());
                Branch { needs, state, remark, evidence: Vec::new(), because }
            }
        }
    }

    /// For one that is up: the needs in which something failed and something else held.
    fn saved(&mut self, reference: &CapabilityRef) -> Vec<Branch> {
        if !self.seen.insert(reference.clone()) || self.left == 0 {
            return Vec::new();
        }
        let mut found = Vec::new();
        for need in self.needs(reference) {
            match &need.requires {
                Requires::AtLeast { .. } if self.touched(&need) => found.push(self.branch(&need)),
                Requires::One(target) => {
                    let below = self.saved(target);
                    if !below.is_empty() {
                        let (state, evidence) = (self.state(target), self.quotes(&need));
                        found.push(Branch { needs: short(target), state, remark: None, evidence, because: below });
                    }
                }
                Requires::AtLeast { .. } => {}
            }
        }
        found
    }

    fn touched(&self, need: &Need) -> bool {
        need.targets().iter().any(|target| self.state(target) != State::Up)
    }

    fn quotes(&self, need: &Need) -> Vec<Quote> {
        let all = need.evidence.iter().take(3);
        all.map(|evidence| Quote { evidence: evidence.clone(), line_text: (self.quote)(&evidence.at) }).collect()
    }
}

impl Report for Explain {
    fn text(&self, width: usize) -> String {
        let mut out = String::new();
        let state = if self.data == State::Up { self.control.min(State::Degraded) } else { self.data };
        let _ = writeln!(out, "{}", paint(of_state(state), &self.summary));
        for branch in &self.because {
            branch.write(&mut out, 1, width);
        }
        if !self.unknown.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "Not known: it may need these as well"));
            for item in &self.unknown {
                out += &wrapped(item, 2, width);
            }
        }
        out
    }
}

/// The start of a line that is longer than there is room for.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

impl Branch {
    fn write(&self, out: &mut String, depth: usize, width: usize) {
        let indent = "  ".repeat(depth.min(24));
        let style = if self.state == State::Up { GOOD } else { of_state(self.state) };
        let remark = self.remark.as_ref().map_or(String::new(), |remark| format!(", {remark}"));
        let _ =
            writeln!(out, "{indent}needs {}: {}{remark}", paint(HEAD, &self.needs), paint(style, self.state.word()));
        for quote in &self.evidence {
            let _ = writeln!(out, "{indent}    {}", paint(FAINT, &quote.evidence.at));
            if let Some(note) = &quote.evidence.note {
                *out += &wrapped(&format!("({note})"), indent.len() + 4, width);
            }
            let room = width.saturating_sub(indent.len() + 6).max(20);
            if let Some(text) = &quote.line_text {
                let text = cut(text.trim(), room);
                let _ = writeln!(out, "{indent}    {} {text}", paint(FAINT, "|"));
            }
            if let Basis::Catalogue(citation) = &quote.evidence.basis {
                let grade = match citation.grade {
                    Grade::Documented => "",
                    Grade::Incident => ", seen in an outage",
                    Grade::Inferred => ", inferred: our reading",
                };
                let text = format!("source: {}, {}{grade}", citation.source, citation.known);
                *out += &wrapped(&text, indent.len() + 4, width);
            }
        }
        for branch in &self.because {
            branch.write(out, depth + 1, width);
        }
    }
}
