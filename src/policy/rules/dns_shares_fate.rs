//! The name of an app and what the name points to fail together.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::{Impact, impact, lost_redundancy};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, ComponentId, Kind, Need, Requires, Role, State, Strength};

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for failure in view.failures.iter().filter(|failure| !failure.down.is_empty()) {
        let names = view.component(failure.component);
        if names.role != Some(Role::Names) {
            continue;
        }
        let Some(zone) = Zone::new(view, failure.component, &failure.down) else { continue };
        for app in &failure.down {
            let finding = zone.widest(*app).and_then(|fate| finding(rule, view, &zone, fate, *app, failure.down.len()));
            findings.extend(finding);
        }
    }
    findings
}

/// What answers for names, and what else fails with it.
struct Zone<'a> {
    id: &'a ComponentId,
    /// The loss of what answers for the names itself.
    loss: Impact,
    /// The system as it would be if nothing fell with the names: what they point to.
    behind: Graph,
    fates: Vec<Fate>,
}

/// A component with which the name, or the way to change it, fails.
struct Fate {
    component: u32,
    /// Whether it is a whole provider, and how many of the others fall with it.
    width: (bool, usize),
    loss: Impact,
    /// The face of what answers for the names that fails: `data`, else `control`.
    face: NodeId,
    behind: Impact,
    /// Which nodes behind the name are short of an alternative.
    short: Vec<bool>,
}

impl<'a> Zone<'a> {
    /// One impact for each component that takes one of the apps down, and another for each that hits the name too.
    fn new(view: &View<'a>, number: u32, apps: &[u32]) -> Option<Self> {
        let id = &view.component(number).id;
        let faces = [view.data_of(number)?, view.graph.node(number, &Capability::control())?];
        let mut system = view.system.clone();
        for component in system.components.values_mut() {
            component.capabilities.values_mut().flatten().for_each(|need| soften(need, id));
        }
        let behind = Graph::compile(&system);
        let others = view.failures.iter().filter(|failure| failure.component != number);
        let mut fates: Vec<Fate> = others
            .filter(|failure| failure.down.iter().any(|app| apps.contains(app)))
            .filter_map(|failure| {
                let component = failure.component;
                let loss = view.loss_of(component);
                let face = faces.into_iter().find(|face| loss.state(*face) == State::Down)?;
                let nodes = view.graph.capabilities_of(component).map(|node| (node, State::Down));
                let hit = impact(&behind, &nodes.collect::<Vec<_>>());
                let short = lost_redundancy(&behind, &hit);
                Some(Fate { component, width: (false, 0), loss, face, behind: hit, short })
            })
            .collect();
        let all: Vec<u32> = fates.iter().map(|fate| fate.component).collect();
        for fate in &mut fates {
            let falls = |other: &&u32| view.data_of(**other).is_some_and(|node| fate.loss.state(node) == State::Down);
            fate.width = (view.component(fate.component).kind == Kind::Provider, all.iter().filter(falls).count());
        }
        Some(Zone { id, loss: view.loss_of(number), behind, fates })
    }

    /// The widest of what takes both the name and what it points to: that is down, or short of what it has
    /// alternatives to.
    fn widest(&self, app: u32) -> Option<&Fate> {
        let node = self.behind.node(app, &Capability::data())?;
        let hit = |fate: &&Fate| fate.behind.state(node) == State::Down || fate.short[node as usize];
        self.fates.iter().filter(hit).max_by_key(|fate| (fate.width, std::cmp::Reverse(fate.component)))
    }

    /// Why what the name points to is down; empty when it is only short of an alternative.
    fn behind(&self, fate: &Fate, app: u32) -> Vec<CapabilityRef> {
        let node = self.behind.node(app, &Capability::data()).filter(|node| fate.behind.state(*node) == State::Down);
        let chain = node.map(|node| fate.behind.witness(&self.behind, node)).unwrap_or_default();
        chain.into_iter().filter_map(|node| self.behind.capability(node)).collect()
    }
}

fn soften(need: &mut Need, names: &ComponentId) {
    match &mut need.requires {
        Requires::One(target) if target.component == *names => need.terms.strength = Strength::Soft,
        Requires::One(_) => {}
        Requires::AtLeast { members, .. } => members.iter_mut().for_each(|member| soften(member, names)),
    }
}

fn finding(rule: &Rule, view: &View<'_>, zone: &Zone<'_>, fate: &Fate, app: u32, fall: usize) -> Option<Finding> {
    let node = view.data_of(app)?;
    let (lost, app, number) = (view.component(fate.component), view.component(app), app);
    // To the name, and from there on to what fails: two chains that meet in what answers for the name.
    let mut name = view.witness(&zone.loss, node);
    let below = view.witness(&fate.loss, fate.face);
    name.chain.pop();
    name.chain.extend(below.chain);
    name.evidence.extend(below.evidence);
    let points = view.along(zone.behind(fate, number));
    name.evidence.extend(points.evidence);
    name.evidence.dedup();
    let together = view.graph.capability(fate.face).is_some_and(|face| face.capability == Capability::data());
    let (id, names, app) = (&lost.id, zone.id, &app.id);
    let message = if together {
        format!(
            "`{names}`, which answers for the name of `{app}`, and what the name points to fail together with `{id}`"
        )
    } else {
        format!(
            "when `{id}` takes down what the name of `{app}` points to, the name in `{names}` can't be changed either"
        )
    };
    let remedy = format!(
        "let somebody who does not need `{id}` answer for the name of `{app}`, alone or beside `{names}` (declare both with \
         `any_of`), so that the name can point elsewhere when `{id}` fails"
    );
    Some(Finding {
        rule: rule.id.into(),
        severity: view.severity_for(rule, view.component(number).tier, fall),
        confidence: name.confidence.max(below.confidence).max(points.confidence),
        app: Some(app.clone()),
        cut_set: vec![id.clone()],
        message,
        remedy,
        witness: name.chain,
        others: Some(points.chain).filter(|chain| chain.len() > 1).into_iter().collect(),
        evidence: name.evidence,
        standing: Standing::New,
        under: None,
    })
}
