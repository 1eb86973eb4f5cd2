//! One fact, one finding: what says the same from further away goes under what says it from nearer by.
//!
//! Rules find independently of each other, so that one that is switched off hides nothing of another's. A product, what
//! it stands on, its region and its provider then each take the same app down, and to mend the nearest is what there is
//! to do. The others stay findings of their own, with an identity that does not depend on whether something nearer is
//! known, so that mending the nearest makes nothing look new. They only say what they go under.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Nearer};
use super::view::View;
use crate::graph::NodeId;
use crate::model::{ComponentId, State};

/// Rules that say "this component alone takes the app down", the particular before the general.
const ALONE: [&str; 4] =
    ["fake-redundancy", "control-plane-in-request-path", "stateful-single-copy", "single-point-of-failure"];
/// Rules of places, the narrow before the wide.
const PLACES: [&str; 3] = ["single-zone", "single-region", "single-provider"];

/// Sets [`Finding::under`] where another finding says the same from nearer by, and is as severe.
///
/// One impact for each component that findings are about; then quadratic in the findings of each app.
pub(super) fn fold(view: &View<'_>, findings: &mut [Finding]) {
    let brings = Brings::new(view, findings);
    let named = named(view);
    let mut by_app: BTreeMap<Option<&ComponentId>, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.cut_set.len() == 1) {
        by_app.entry(finding.app.as_ref()).or_default().push(index);
    }
    let mut fakes: BTreeMap<&[ComponentId], Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.rule == ALONE[0]) {
        fakes.entry(&finding.cut_set).or_default().push(index);
    }
    let mut under: BTreeMap<usize, usize> = BTreeMap::new();
    for (app, all) in by_app {
        if app.is_none() {
            put(&mut under, same_radius(view, findings, &all, &brings, &named));
            continue;
        }
        put(&mut under, same_cause(findings, &all, &fakes));
        put(&mut under, same_tool(findings, &all, &brings));
        put(&mut under, same_group(findings, &all, &brings, &named));
        let rest: Vec<usize> = all.into_iter().filter(|index| !under.contains_key(index)).collect();
        put(&mut under, nearest(findings, &rest, &brings, &named));
    }
    let told = |index: usize| {
        let nearer = &findings[root(&under, index)];
        let told = Nearer { rule: nearer.rule.clone(), app: nearer.app.clone(), cut_set: nearer.cut_set.clone() };
        (nearer.severity >= findings[index].severity).then_some((index, told))
    };
    let found: Vec<(usize, Nearer)> = under.keys().filter_map(|index| told(*index)).collect();
    for (index, nearer) in found {
        findings[index].under = Some(nearer);
    }
}

/// Keeps the first pair of each finding, unless it closes a circle: what brings what down need not carry over from one
/// to the next.
fn put(under: &mut BTreeMap<usize, usize>, pairs: Vec<(usize, usize)>) {
    for (index, nearer) in pairs {
        if !under.contains_key(&index) && root(under, nearer) != index {
            under.insert(index, nearer);
        }
    }
}

/// The last of a chain of findings under each other.
fn root(under: &BTreeMap<usize, usize>, mut index: usize) -> usize {
    while let Some(next) = under.get(&index) {
        index = *next;
    }
    index
}

/// What one's own components name: to do without it is a decision of its own.
fn named(view: &View<'_>) -> BTreeSet<ComponentId> {
    let own = view.system.components.values().filter(|component| component.provider.is_none());
    let needs = own.flat_map(|component| component.capabilities.values().flatten());
    needs.flat_map(|need| need.targets()).map(|target| target.component.clone()).collect()
}

/// Which of the components that findings are about bring which others down, by the faces that the findings name.
struct Brings {
    number: BTreeMap<ComponentId, usize>,
    provided: Vec<bool>,
    rows: Vec<Vec<bool>>,
}

impl Brings {
    fn new(view: &View<'_>, findings: &[Finding]) -> Self {
        let mut faces: BTreeMap<&ComponentId, BTreeSet<NodeId>> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| finding.cut_set.len() == 1) {
            let (lost, last) = (&finding.cut_set[0], finding.witness.last());
            let Some(number) = view.graph.component(lost) else { continue };
            let face = last.filter(|last| last.component == *lost).map(|last| &last.capability);
            let node = face.map_or_else(|| view.data_of(number), |face| view.graph.node(number, face));
            faces.entry(lost).or_default().extend(node);
        }
        let known: Vec<(ComponentId, u32, BTreeSet<NodeId>)> =
            faces.into_iter().filter_map(|(id, faces)| Some((id.clone(), view.graph.component(id)?, faces))).collect();
        let components: Vec<u32> = known.iter().map(|(_, component, _)| *component).collect();
        let rows = view.each_loss(&components, |_, impact| {
            let falls = |faces: &BTreeSet<NodeId>| faces.iter().any(|node| impact.state(*node) == State::Down);
            known.iter().map(|(_, _, faces)| falls(faces)).collect()
        });
        let provided = known.iter().map(|(_, component, _)| view.component(*component).provider.is_some()).collect();
        let number = known.into_iter().enumerate().map(|(number, (id, ..))| (id, number)).collect();
        Brings { number, provided, rows }
    }

    fn of(&self, finding: &Finding) -> Option<usize> {
        self.number.get(&finding.cut_set[0]).copied()
    }

    /// Whether the second finding, on the second component, is the nearer, or beside the first and the surer.
    fn nearer(&self, findings: &[Finding], (far, near): (usize, usize), (one, other): (usize, usize)) -> bool {
        let key = |index: usize| (findings[index].confidence, index);
        self.beyond(one, other) || (!self.rows[one][other] && !self.rows[other][one] && key(near) < key(far))
    }

    /// Whether the loss of `far` takes `near` down, and not the other way round; of two that take each other down the
    /// one that comes first in the order of ids is the nearer.
    fn beyond(&self, far: usize, near: usize) -> bool {
        far != near && self.rows[far][near] && (!self.rows[near][far] || near < far)
    }
}

/// Findings on the same component: the particular rule says more than the general one.
///
/// `fakes` are the redundancies that are none, by what takes them down.
fn same_cause(
    findings: &[Finding],
    all: &[usize],
    fakes: &BTreeMap<&[ComponentId], Vec<usize>>,
) -> Vec<(usize, usize)> {
    let rank = |rule: &str| ALONE.iter().chain(&PLACES).position(|known| *known == rule);
    let mut pairs = Vec::new();
    for index in all {
        let finding = &findings[*index];
        let Some(own) = rank(&finding.rule) else { continue };
        let says_more = |other: &&usize| {
            let other = &findings[**other];
            let more = rank(&other.rule).is_some_and(|rank| rank < own) && other.cut_set == finding.cut_set;
            more && (other.rule != ALONE[1] || other.witness.last() == finding.witness.last())
        };
        // A redundancy that is none may be that of a component on the way.
        let on_the_way = |other: &&usize| {
            let fake = &findings[**other];
            let passes = finding.witness.iter().any(|step| Some(&step.component) == fake.app.as_ref());
            own > 0 && passes
        };
        let fakes = fakes.get(&*finding.cut_set).into_iter().flatten();
        let found = fakes.copied().find(|index| on_the_way(&index)).or_else(|| all.iter().find(says_more).copied());
        pairs.extend(found.map(|nearer| (*index, nearer)));
    }
    pairs
}

/// What providers bring in below the same alternatives, side by side: the surest.
fn same_group(
    findings: &[Finding],
    all: &[usize],
    brings: &Brings,
    named: &BTreeSet<ComponentId>,
) -> Vec<(usize, usize)> {
    let of: Vec<(usize, usize)> = all
        .iter()
        .filter(|index| findings[**index].rule == ALONE[0] && !named.contains(&findings[**index].cut_set[0]))
        .filter_map(|index| Some((*index, brings.of(&findings[*index]).filter(|number| brings.provided[*number])?)))
        .collect();
    let ways = |index: usize| {
        let chains = std::iter::once(&findings[index].witness).chain(&findings[index].others);
        chains.map(|chain| chain.get(1)).collect::<Vec<_>>()
    };
    let mut pairs = Vec::new();
    for (index, number) in &of {
        let nearer = of.iter().find(|(other, second)| {
            ways(*index) == ways(*other) && brings.nearer(findings, (*index, *other), (*number, *second))
        });
        pairs.extend(nearer.map(|(nearer, _)| (*index, *nearer)));
    }
    pairs
}

/// Findings on the same tool of repair: the nearest of what takes it and the app down.
fn same_tool(findings: &[Finding], all: &[usize], brings: &Brings) -> Vec<(usize, usize)> {
    let of: Vec<usize> = all.iter().copied().filter(|index| findings[*index].rule == "operator-path").collect();
    let mut pairs = Vec::new();
    for index in &of {
        let nearer = of.iter().find(|other| {
            let (far, near) = (&findings[*index], &findings[**other]);
            far.witness.get(1) == near.witness.get(1)
                && brings
                    .of(far)
                    .zip(brings.of(near))
                    .is_some_and(|pair| brings.nearer(findings, (*index, **other), pair))
        });
        pairs.extend(nearer.map(|nearer| (*index, *nearer)));
    }
    pairs
}

/// Components that take the same apps down: the nearest of them, and of what providers bring in the surest.
fn same_radius(
    view: &View<'_>,
    findings: &[Finding],
    all: &[usize],
    brings: &Brings,
    named: &BTreeSet<ComponentId>,
) -> Vec<(usize, usize)> {
    let of = all.iter().copied().filter(|index| findings[*index].rule == "blast-radius");
    let of: Vec<(usize, usize, BTreeSet<u32>)> = of
        .filter_map(|index| {
            let lost = view.graph.component(&findings[index].cut_set[0])?;
            let itself = view.component(lost).is_app().then_some(lost);
            let radius = view.failures[lost as usize].down.iter().copied().chain(itself).collect();
            Some((index, brings.of(&findings[index])?, radius))
        })
        .collect();
    let brought = |index: usize, number: usize| brings.provided[number] && !named.contains(&findings[index].cut_set[0]);
    let mut pairs = Vec::new();
    for (index, far, radius) in &of {
        let nearer = of.iter().find(|(other, near, same)| {
            let beside = brought(*index, *far) && brought(*other, *near);
            radius == same
                && (brings.beyond(*far, *near) || beside && brings.nearer(findings, (*index, *other), (*far, *near)))
        });
        pairs.extend(nearer.map(|(nearer, ..)| (*index, *nearer)));
    }
    pairs
}

/// What an app falls with, each below the nearest that leads to it alone.
///
/// A place goes under the narrowest place that takes the app down as well. What a provider brings in goes under
/// another finding if every way to it leads through what that is behind as well: if both lie behind the same of those
/// findings that are the first on their way, or that one's own components name. Of two that lie side by side the surer
/// speaks for both.
fn nearest(findings: &[Finding], all: &[usize], brings: &Brings, named: &BTreeSet<ComponentId>) -> Vec<(usize, usize)> {
    let place = |index: usize| PLACES.iter().position(|rule| findings[index].rule == *rule);
    let of: Vec<(usize, usize)> = all
        .iter()
        .filter(|index| place(**index).is_some() || ALONE.contains(&&*findings[**index].rule))
        .filter_map(|index| Some((*index, brings.of(&findings[*index])?)))
        .collect();
    let beyond: Vec<Vec<usize>> =
        of.iter().map(|(_, far)| (0..of.len()).filter(|near| brings.beyond(*far, of[*near].1)).collect()).collect();
    let is_first = |at: usize| beyond[at].is_empty() || named.contains(&findings[of[at].0].cut_set[0]);
    let behind: Vec<Vec<usize>> = (0..of.len())
        .map(|at| {
            let mut first: Vec<usize> = beyond[at].iter().copied().chain([at]).filter(|at| is_first(*at)).collect();
            first.sort_unstable();
            first
        })
        .collect();
    let mut pairs = Vec::new();
    for (at, (index, number)) in of.iter().enumerate() {
        // That a control plane is in the way is a fact of its own, wherever it lies.
        if findings[*index].rule == ALONE[1] {
            continue;
        }
        let narrower =
            |near: &&usize| place(*index).zip(place(of[**near].0)).is_some_and(|(wide, narrow)| narrow < wide);
        let same = |near: &&usize| brings.provided[*number] && !is_first(at) && behind[**near] == behind[at];
        let nearer = beyond[at].iter().filter(narrower).min_by_key(|near| place(of[**near].0));
        let beside = |near: &usize| {
            let (other, second) = of[*near];
            same(&near) && brings.nearer(findings, (*index, other), (*number, second))
        };
        let nearer = nearer.copied().or_else(|| (0..of.len()).find(beside));
        pairs.extend(nearer.map(|near| (*index, of[near].0)));
    }
    pairs
}
