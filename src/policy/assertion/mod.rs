//! Own rules as data: what must hold in every system, said in a sentence.

mod sentence;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::sentence::{Claim, Effect, Sentence};
use super::finding::{Finding, Severity, Standing};
use super::view::{View, Witness};
use crate::graph::NodeId;
use crate::model::{Capability, CapabilityRef, Component, Confidence, Evidence, Need, Phase, State, System};
use crate::source::yaml::Node;
use crate::source::{Fields, Location, Problem};

/// An own rule.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Its name, which stands in findings as the rule's id.
    pub name: Arc<str>,
    /// The sentence, as it is written.
    pub text: Arc<str>,
    severity: Severity,
    remedy: Option<String>,
    sentence: Sentence,
    at: Location,
}

const KEYS: &[&str] = &["assert", "severity", "remedy"];
const SEVERITIES: &[(&str, Severity)] =
    &[("note", Severity::Note), ("warning", Severity::Warning), ("error", Severity::Error)];

/// One component that has the effect, and with what.
struct Case<'a> {
    subject: &'a Component,
    witness: Witness,
}

impl Assertion {
    /// Reads an own rule: a sentence, or a mapping with `assert`; `None` when it is wrong, which the reader then knows.
    pub(super) fn read(reader: &mut Fields, name: &str, node: &Node) -> Option<Assertion> {
        let (text, severity, remedy) = if node.is_map() {
            reader.mapping(node, "an assertion", KEYS);
            let Some(text) = node.get("assert") else {
                reader.wrong(node, "an assertion without `assert`", "write `assert:` and a sentence");
                return None;
            };
            let severity = node.get("severity").and_then(|value| reader.one_of(value, "severity", SEVERITIES));
            let remedy = node.get("remedy").and_then(|value| reader.text(value, "remedy")).map(str::to_owned);
            (text, severity, remedy)
        } else {
            (node, None, None)
        };
        let written = reader.text(text, "a sentence")?.trim().to_owned();
        match sentence::read(&written) {
            Ok(sentence) => Some(Assertion {
                name: name.into(),
                text: written.into(),
                severity: severity.unwrap_or(Severity::Error),
                remedy,
                sentence,
                at: reader.place(text),
            }),
            Err((message, help)) => {
                reader.wrong(text, &message, &help);
                None
            }
        }
    }

    /// Where the system breaks it.
    ///
    /// Costs one impact for each component of the object, or one walk for each of the subject.
    pub(super) fn check(&self, view: &View<'_>) -> Vec<Finding> {
        match self.sentence.claim {
            Claim::No => self.each(view, |assertion, component| assertion.sentence.subject.holds(component)),
            Claim::Only => self.each(view, |assertion, component| !assertion.sentence.subject.holds(component)),
            Claim::Every => self.every(view),
            Claim::AtMost(limit) => {
                let all = own(view).filter(|component| self.sentence.subject.holds(component)).count();
                let holds = |component: &Component| self.sentence.subject.holds(component);
                let found = self.cases(view, &holds).into_iter();
                let many = found.filter(|(_, cases)| limit.exceeded_by(cases.len(), all));
                many.map(|(object, cases)| self.too_many(view, object, cases, all)).collect()
            }
        }
    }

    /// A finding for each pair that has the effect.
    fn each(&self, view: &View<'_>, judged: impl Fn(&Self, &Component) -> bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (object, cases) in self.cases(view, &|component| judged(self, component)) {
            let object = view.component(object);
            for case in cases {
                let (subject, verb) = (&case.subject.id, self.verb());
                let message = format!("`{subject}` {verb} `{}`: {}", object.id, self.text);
                let remedy = match self.sentence.effect {
                    Effect::Need | Effect::Reach => format!("let `{subject}` do without `{}`", object.id),
                    _ => format!(
                        "give what needs `{}` below `{subject}` an alternative, or make the need soft",
                        object.id
                    ),
                };
                let cut_set = vec![object.id.clone()];
                findings.push(self.finding(Some(case.subject), cut_set, message, remedy, vec![case.witness]));
            }
        }
        findings
    }

    fn every(&self, view: &View<'_>) -> Vec<Finding> {
        let subject = |component: &Component| self.sentence.subject.holds(component);
        let fine: BTreeSet<_> =
            self.cases(view, &subject).into_values().flatten().map(|case| &case.subject.id).collect();
        let missing = own(view).filter(|component| subject(component) && !fine.contains(&component.id));
        let finding = |component: &Component| {
            let verb = if self.sentence.effect == Effect::Need { "need" } else { "reach" };
            let message = format!("`{}` does not {verb} {}: {}", component.id, self.sentence.object.text, self.text);
            let remedy = format!("declare what `{}` needs, or add it", component.id);
            let chain = vec![CapabilityRef::new(component.id.clone(), Capability::data())];
            let evidence = component.evidence.first().cloned().into_iter().collect();
            let witness = Witness { chain, evidence, confidence: Confidence::Declared };
            self.finding(Some(component), Vec::new(), message, remedy, vec![witness])
        };
        missing.map(finding).collect()
    }

    fn too_many(&self, view: &View<'_>, object: u32, cases: Vec<Case<'_>>, all: usize) -> Finding {
        let object = view.component(object);
        let names: Vec<String> = cases.iter().map(|case| format!("`{}`", case.subject.id)).collect();
        let message =
            format!("{} of {all} have it with `{}` ({}): {}", names.len(), object.id, names.join(", "), self.text);
        let remedy = format!("let more of them do without `{}`", object.id);
        let witnesses = cases.into_iter().map(|case| case.witness).collect();
        self.finding(None, vec![object.id.clone()], message, remedy, witnesses)
    }

    fn finding(
        &self,
        app: Option<&Component>,
        cut_set: Vec<crate::model::ComponentId>,
        message: String,
        remedy: String,
        witnesses: Vec<Witness>,
    ) -> Finding {
        let confidence = witnesses.iter().map(|witness| witness.confidence).max().unwrap_or(Confidence::Declared);
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut chains = Vec::new();
        for witness in witnesses {
            evidence.extend(witness.evidence);
            chains.push(witness.chain);
        }
        let witness = if chains.is_empty() { Vec::new() } else { chains.remove(0) };
        Finding {
            rule: self.name.to_string().into(),
            severity: self.severity,
            confidence,
            app: app.map(|component| component.id.clone()),
            cut_set,
            message,
            remedy: self.remedy.clone().unwrap_or(remedy),
            witness,
            others: chains,
            evidence,
            standing: Standing::New,
            under: None,
        }
    }

    fn verb(&self) -> &'static str {
        match self.sentence.effect {
            Effect::Fall => "goes down with",
            Effect::Degrade => "is degraded without",
            Effect::Freeze => "can't be changed without",
            Effect::Need => "needs",
            Effect::Reach => "rests on",
        }
    }

    /// For each component of the object, the judged components that have the effect.
    fn cases<'a>(&self, view: &View<'a>, judged: &dyn Fn(&Component) -> bool) -> BTreeMap<u32, Vec<Case<'a>>> {
        match self.sentence.effect {
            Effect::Fall | Effect::Degrade | Effect::Freeze => self.struck(view, judged),
            Effect::Need => self.needing(view, judged),
            Effect::Reach => self.reaching(view, judged),
        }
    }

    fn struck<'a>(&self, view: &View<'a>, judged: &dyn Fn(&Component) -> bool) -> BTreeMap<u32, Vec<Case<'a>>> {
        let face = if self.sentence.effect == Effect::Freeze { Capability::control() } else { Capability::data() };
        let least = if self.sentence.effect == Effect::Degrade { State::Degraded } else { State::Down };
        let mut found: BTreeMap<u32, Vec<Case<'a>>> = BTreeMap::new();
        let subjects: Vec<(&Component, NodeId)> = own(view)
            .filter(|component| judged(component))
            .filter_map(|component| {
                let number = view.graph.component(&component.id)?;
                Some((component, view.graph.node(number, &face)?))
            })
            .collect();
        for number in numbers(view).filter(|number| self.sentence.object.holds(view.component(*number))) {
            let impact = view.loss_of(number);
            for (subject, node) in &subjects {
                if subject.id != view.component(number).id && impact.state(*node) >= least {
                    let witness = view.witness(&impact, *node);
                    found.entry(number).or_default().push(Case { subject, witness });
                }
            }
        }
        found
    }

    fn needing<'a>(&self, view: &View<'a>, judged: &dyn Fn(&Component) -> bool) -> BTreeMap<u32, Vec<Case<'a>>> {
        let mut found: BTreeMap<u32, Vec<Case<'a>>> = BTreeMap::new();
        for subject in own(view).filter(|component| judged(component)) {
            let mut seen = BTreeSet::new();
            for (capability, needs) in &subject.capabilities {
                for target in needs.iter().flat_map(Need::targets) {
                    let Some(number) = view.graph.component(&target.component) else { continue };
                    let fits = self.sentence.object.holds(view.component(number)) && target.component != subject.id;
                    if fits && seen.insert(number) {
                        let from = CapabilityRef::new(subject.id.clone(), capability.clone());
                        let witness = view.along(vec![from, target.clone()]);
                        found.entry(number).or_default().push(Case { subject, witness });
                    }
                }
            }
        }
        found
    }

    fn reaching<'a>(&self, view: &View<'a>, judged: &dyn Fn(&Component) -> bool) -> BTreeMap<u32, Vec<Case<'a>>> {
        let mut found: BTreeMap<u32, Vec<Case<'a>>> = BTreeMap::new();
        for subject in own(view).filter(|component| judged(component)) {
            let Some(start) = view.graph.component(&subject.id).and_then(|number| view.data_of(number)) else {
                continue;
            };
            let (order, before) = ways_from(view, start);
            let mut seen = BTreeSet::new();
            for node in &order {
                let Some(number) = view.graph.owner(*node) else { continue };
                let component = view.component(number);
                if component.id != subject.id && self.sentence.object.holds(component) && seen.insert(number) {
                    let witness = view.along(way_to(view, &before, *node));
                    found.entry(number).or_default().push(Case { subject, witness });
                }
            }
        }
        found
    }

    /// A rule over components that do not exist says nothing, which is worth knowing.
    pub(super) fn without_effect(&self, system: &System) -> Vec<Problem> {
        let sets = [&self.sentence.subject, &self.sentence.object];
        let empty = sets.into_iter().filter(|set| !system.components.values().any(|component| set.holds(component)));
        let problem = |set: &sentence::Set| {
            let message = format!("`{}` holds no component, so assertion `{}` has no effect", set.text, self.name);
            Problem::warning(self.at.clone(), message)
                .help("compare it with what `linchpin scan` lists; names may be globs")
        };
        empty.map(problem).collect()
    }
}

/// One's own components.
fn own<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Component> + use<'a> {
    view.system.components.values().filter(|component| component.provider.is_none() && !component.kind.is_place())
}

fn numbers(view: &View<'_>) -> impl Iterator<Item = u32> + use<> {
    (0..).take(view.graph.components().len())
}

/// Every node that a node needs at run time, by itself or through others, nearest first, and the one before each.
fn ways_from(view: &View<'_>, start: NodeId) -> (Vec<NodeId>, BTreeMap<NodeId, NodeId>) {
    let mut before = BTreeMap::new();
    let mut order = vec![start];
    let mut next = 0;
    while let Some(here) = order.get(next).copied() {
        next += 1;
        for edge in view.graph.inputs(here).iter().filter(|edge| edge.phase == Phase::Run && edge.node != start) {
            if let Entry::Vacant(entry) = before.entry(edge.node) {
                entry.insert(here);
                order.push(edge.node);
            }
        }
    }
    (order, before)
}

fn way_to(view: &View<'_>, before: &BTreeMap<NodeId, NodeId>, node: NodeId) -> Vec<CapabilityRef> {
    let mut nodes = vec![node];
    while let Some(previous) = nodes.last().and_then(|last| before.get(last)) {
        nodes.push(*previous);
    }
    nodes.reverse();
    nodes.into_iter().filter_map(|node| view.graph.capability(node)).collect()
}
