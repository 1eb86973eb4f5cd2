//! A draft to a scene: nested boxes, links and what was left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::draft::{Draft, Frame, Item};
use super::scene::{Group, Link, Mark, Node, Scene};
use super::subject::Subject;
use super::text::clean;
use super::view::View;
use crate::model::ComponentId;

/// Puts a draft into boxes.
pub(super) fn assemble(
    subject: &Subject,
    view: &View,
    mut draft: Draft,
    marks: &BTreeMap<&ComponentId, Mark>,
    notes: Vec<String>,
) -> Scene {
    house_junctions(&mut draft);
    let mut root = Group::default();
    let mut taken: BTreeSet<String> = draft.items.keys().cloned().collect();
    for (key, item) in order(&draft) {
        let frames: Vec<&Frame> = item.path.iter().collect();
        put(&mut root, &frames, "", node(key, item), &mut taken);
    }
    root.groups.iter_mut().for_each(|group| colour(group, "", marks));
    let met = met(&draft);
    let mut ties: Vec<_> = draft.ties.iter().collect();
    ties.sort_by_key(|((from, to, control), _)| (met.get(from.as_str()), met.get(to.as_str()), *control));
    let links = ties.into_iter().map(|((from, to, control), tie)| Link {
        from: from.clone(),
        to: to.clone(),
        hard: tie.hard,
        start: tie.start,
        control: *control,
        passes: tie.passes,
        lost: tie.lost,
        cycle: tie.cycle,
        count: tie.count,
        flow: None,
        change: tie.change,
    });
    let mut links: Vec<Link> = links.collect();
    let carried = flows(subject, &draft, &links);
    links.extend(carried);
    Scene {
        title: title(subject),
        headline: subject.headline(),
        direction: view.direction,
        outage: subject.outage.is_some(),
        links,
        groups: root.groups,
        notes,
    }
}

/// Messages between what is drawn, where no need lies between the two already.
fn flows(subject: &Subject, draft: &Draft, links: &[Link]) -> Vec<Link> {
    let members = draft.items.iter().flat_map(|(key, item)| item.members.iter().map(move |id| (id, key)));
    let drawn: HashMap<&ComponentId, &String> = members.collect();
    let mut topics: BTreeMap<(&String, &String), BTreeSet<String>> = BTreeMap::new();
    for flow in &subject.system.flows {
        for (from, to) in flow.producers.keys().flat_map(|from| flow.consumers.keys().map(move |to| (from, to))) {
            let (Some(from), Some(to)) = (drawn.get(from), drawn.get(to)) else { continue };
            if from != to {
                topics.entry((from, to)).or_default().insert(clean(&flow.topic));
            }
        }
    }
    topics.retain(|(from, to), _| !links.iter().any(|link| (&link.from, &link.to) == (*from, *to)));
    let link = |((from, to), topics): ((&String, &String), BTreeSet<String>)| Link {
        hard: false,
        flow: Some(topics.into_iter().collect::<Vec<_>>().join(", ")),
        ..Link::plain(from, to)
    };
    topics.into_iter().map(link).collect()
}

fn title(subject: &Subject) -> String {
    let name = subject.system.name.as_deref().map(clean);
    let down = subject.outage.map(|shown| clean(&shown.down.join(", ")));
    let compared = if subject.before.is_some() { ": what changed" } else { "" };
    let title = match (name, down) {
        (Some(name), Some(down)) => format!("{name} without {down}"),
        (None, Some(down)) => format!("without {down}"),
        (Some(name), None) => name,
        (None, None) => "dependencies".to_owned(),
    };
    title + compared
}

/// A junction lies in the box of the first that asks it.
fn house_junctions(draft: &mut Draft) {
    loop {
        let homeless = draft.items.iter().filter(|(_, item)| item.path.is_empty());
        let homes: Vec<(String, Vec<Frame>)> = homeless
            .filter_map(|(key, _)| {
                let mut asking =
                    draft.ties.keys().filter(|(_, to, _)| to == key).map(|(from, ..)| &draft.items[from].path);
                Some((key.clone(), asking.find(|path| !path.is_empty())?.clone()))
            })
            .collect();
        if homes.is_empty() {
            break;
        }
        for (key, path) in homes {
            if let Some(item) = draft.items.get_mut(&key) {
                item.path = path;
            }
        }
    }
    let nowhere = || vec![Frame { rank: 0, title: "this system".to_owned() }];
    draft.items.values_mut().filter(|item| item.path.is_empty()).for_each(|item| item.path = nowhere());
}

/// Items in the order of their boxes, and within these as one meets them on the way along needs, from what nothing needs
/// on: what belongs together stands together, and a small change moves little.
fn order(draft: &Draft) -> Vec<(&String, &Item)> {
    let met = met(draft);
    let mut all: Vec<(&String, &Item)> = draft.items.iter().collect();
    all.sort_by_key(|(key, item)| (&item.path, met.get(key.as_str())));
    all
}

/// When each item is met, depth first and in the order of the keys.
fn met(draft: &Draft) -> HashMap<&str, usize> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to, _) in draft.ties.keys() {
        next.entry(from).or_default().push(to);
    }
    let needed: BTreeSet<&str> = draft.ties.keys().map(|(_, to, _)| to.as_str()).collect();
    let keys = || draft.items.keys().map(String::as_str);
    let mut met = HashMap::new();
    for start in keys().filter(|key| !needed.contains(key)).chain(keys()) {
        let mut stack = vec![start];
        while let Some(here) = stack.pop() {
            if !met.contains_key(here) {
                met.insert(here, met.len());
                stack.extend(next.get(here).into_iter().flatten().rev());
            }
        }
    }
    met
}

fn node(key: &str, item: &Item) -> Node {
    let mut lines = item.lines.clone();
    lines.extend(item.change.word().map(str::to_owned));
    Node {
        key: key.to_owned(),
        label: item.label.clone(),
        lines,
        what: item.what,
        mark: item.mark,
        members: item.members.clone(),
        highlighted: item.highlighted,
        change: item.change,
    }
}

fn put(group: &mut Group, path: &[&Frame], above: &str, node: Node, taken: &mut BTreeSet<String>) {
    let [first, rest @ ..] = path else {
        group.nodes.push(node);
        return;
    };
    let within = format!("{above}{}/", first.title);
    if group.groups.last().is_none_or(|last| last.title != first.title) {
        // A component may have any name, also one that looks like a box.
        let mut key = format!("box {within}");
        while !taken.insert(key.clone()) {
            key.push('/');
        }
        group.groups.push(Group { key, title: first.title.clone(), ..Group::default() });
    }
    if let Some(inner) = group.groups.last_mut() {
        put(inner, rest, &within, node, taken);
    }
}

/// Gives boxes that stand for places the mark of the place.
fn colour(group: &mut Group, above: &str, marks: &BTreeMap<&ComponentId, Mark>) {
    let path = if above.is_empty() { group.title.clone() } else { format!("{above}/{}", group.title) };
    group.mark = marks.get(&ComponentId::new(&path)).copied().unwrap_or_default();
    group.groups.iter_mut().for_each(|inner| colour(inner, &path, marks));
}
