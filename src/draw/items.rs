//! Components as items of a draft: what is written in them, and the boxes that they lie in.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, Drafter, Frame, Item};
use super::scene::{Change, Mark, What};
use super::subject::{Subject, is_own};
use super::text::clean;
use crate::model::{Component, ComponentId, Kind, Place, System};

/// A draft of chosen components.
pub(super) fn draft(
    subject: Subject,
    chosen: &BTreeSet<ComponentId>,
    marks: &BTreeMap<&ComponentId, Mark>,
    highlight: &[ComponentId],
) -> Draft {
    let (junctions, ties) = Drafter::new(subject, chosen).run();
    let mut items = junctions;
    let scattered = is_scattered(subject.system);
    for component in chosen.iter().filter_map(|id| subject.system.components.get(id)) {
        let mark = marks.get(&component.id).copied().unwrap_or_default();
        let highlighted = highlight.contains(&component.id);
        let item = Item {
            what: What::Kind(component.kind),
            label: label(component),
            lines: lines(subject, component, mark, scattered),
            mark,
            members: vec![component.id.clone()],
            highlighted,
            change: Change::Kept,
            path: path(component, subject.system),
            owner: component.owner.as_deref().map(clean),
            kept: highlighted || mark == Mark::Struck,
        };
        items.insert(component.id.as_str().to_owned(), item);
    }
    Draft { items, ties }
}

/// Whether one's own components stand at several places, so that each says at which.
fn is_scattered(system: &System) -> bool {
    let own = system.components.values().filter(|component| is_own(component) && !component.at.is_empty());
    own.map(|component| &component.at).collect::<BTreeSet<_>>().len() > 1
}

fn label(component: &Component) -> String {
    let id = &component.id;
    let last = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    let label = match (component.kind, &component.provider, id.base().split_once('/')) {
        (kind, ..) if kind.is_place() => format!("{} {}", kind.word(), last(id.as_str())),
        (_, Some(_), Some((_, product))) => product.to_owned(),
        _ => id.to_string(),
    };
    let label = clean(&label);
    if label.is_empty() { "(a name of blanks)".to_owned() } else { label }
}

fn lines(subject: Subject, component: &Component, mark: Mark, scattered: bool) -> Vec<String> {
    let mut about = Vec::new();
    about.extend(component.tier.map(|tier| format!("tier {tier}")));
    if scattered && is_own(component) && !component.at.is_empty() {
        let places: Vec<String> = component.at.iter().take(2).map(Place::to_string).collect();
        let more = component.at.len().saturating_sub(2);
        about.push(if more > 0 { format!("{} +{more}", places.join(", ")) } else { places.join(", ") });
    }
    let mut lines = Vec::new();
    if !about.is_empty() {
        lines.push(clean(&about.join(" \u{b7} ")));
    }
    if let Some(word) = mark.word() {
        let faces = if mark == Mark::Struck { subject.struck_faces(component) } else { None };
        lines.push(faces.map_or(word.to_owned(), |faces| format!("{word} of {faces}")));
    }
    lines
}

/// The boxes that a component lies in, from the outermost.
fn path(component: &Component, system: &System) -> Vec<Frame> {
    let frame = |rank: u8, title: &str| Frame { rank, title: clean(title) };
    if is_own(component) {
        return vec![frame(0, system.name.as_deref().unwrap_or("this system"))];
    }
    if component.kind == Kind::External {
        return vec![frame(1, "third parties")];
    }
    let place = Place::parse(component.id.as_str()).filter(|_| component.kind.is_place());
    let place = place.as_ref().or(component.at.first());
    let Some(provider) = component.provider.as_deref().or(place.map(|place| &*place.provider)) else {
        return vec![frame(1, "third parties")];
    };
    let mut path = vec![frame(2, provider)];
    if let Some(place) = place.filter(|place| &*place.provider == provider) {
        path.extend(place.region.as_deref().map(|region| frame(2, region)));
        path.extend(place.zone.as_deref().map(|zone| frame(2, zone)));
    }
    path
}
