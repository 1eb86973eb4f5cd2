//! Folding: several items of a draft become one, by what a person asks for and until the picture fits its budget.
//!
//! What counts least is folded first: what the outage does not touch before what it does, and what takes few apps down
//! before what takes many. So the names that are left are those that the picture is about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::draft::{Draft, Frame, Item, Tie};
use super::scene::{Change, Mark, What};
use super::view::{Collapse, View};
use crate::model::{ComponentId, Kind};

/// How much each component counts; what is missing counts nothing.
pub(super) type Weights = BTreeMap<ComponentId, u64>;

/// Folds what a person asked to fold, then until the budget holds; says what was folded, in words.
///
/// `weights` is asked only when the budget does not hold. Within a level the number of folded items is found by halving,
/// so it costs a pass over the draft for each doubling of its size.
pub(super) fn fold(draft: Draft, view: &View, weights: impl FnOnce() -> Weights) -> (Draft, Vec<String>) {
    let before: BTreeSet<String> = draft.items.keys().cloned().collect();
    let mut draft = draft;
    for collapse in &view.collapse {
        draft = gather(&draft, |_, item| collapsed(*collapse, item));
    }
    let fits = |draft: &Draft| draft.items.len() <= view.budget && draft.ties.len() <= view.links;
    for marked in [false, true] {
        if !fits(&draft) {
            let alike = alike(&draft, marked);
            draft = gather(&draft, |key, _| alike.get(key).cloned());
        }
    }
    // Under an outage the picture is about what it touches.
    if !fits(&draft) && draft.items.values().any(|item| item.mark > Mark::None) {
        draft = gather(&draft, |_, item| untouched(item));
    }
    if !fits(&draft) {
        let order = order(&draft, &weights());
        draft = LEVELS.iter().find_map(|level| least(&draft, &order, *level, &fits)).unwrap_or_else(|| {
            gather(&draft, |_, _| Some(Class { key: "everything".to_owned(), path: Vec::new(), lines: false }))
        });
    }
    let notes = told(&draft, &before, view);
    (draft, notes)
}

/// What items are folded into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    key: String,
    /// The boxes of what they become.
    path: Vec<Frame>,
    /// Whether the owner or the place is the label rather than a count.
    lines: bool,
}

/// How coarse classes are: the boxes that they keep apart, and whether kinds and states are kept apart.
#[derive(Clone, Copy)]
struct Level {
    boxes: usize,
    kinds: bool,
    marks: bool,
    kept: bool,
}

const LEVELS: [Level; 5] = [
    Level { boxes: 3, kinds: true, marks: true, kept: false },
    Level { boxes: 1, kinds: true, marks: true, kept: false },
    Level { boxes: 1, kinds: false, marks: true, kept: false },
    Level { boxes: 1, kinds: false, marks: true, kept: true },
    Level { boxes: 1, kinds: false, marks: false, kept: true },
];

fn class(item: &Item, level: Level) -> Class {
    let path: Vec<Frame> = item.path.iter().take(level.boxes).cloned().collect();
    let titles: Vec<&str> = path.iter().map(|frame| frame.title.as_str()).collect();
    let kind = if level.kinds { format!("{:?}", item.what) } else { String::new() };
    let mark = if level.marks { format!("{:?}", item.mark) } else { String::new() };
    let change = format!("{:?}", item.change);
    Class { key: format!("folded {} {kind} {mark} {change}", titles.join("/")), path, lines: false }
}

/// What an item is folded into that the outage leaves alone: apps apart from the rest of their box.
fn untouched(item: &Item) -> Option<Class> {
    if item.kept || item.mark != Mark::None {
        return None;
    }
    let titles: Vec<&str> = item.path.iter().map(|frame| frame.title.as_str()).collect();
    let apps = if item.what == What::Kind(Kind::App) { "apps" } else { "rest" };
    let change = format!("{:?}", item.change);
    Some(Class {
        key: format!("untouched {apps} {} {change}", titles.join("/")),
        path: item.path.clone(),
        lines: false,
    })
}

/// Folds as few of the least items as make the draft fit; `None` when all of them are not enough.
fn least(draft: &Draft, order: &[String], level: Level, fits: &impl Fn(&Draft) -> bool) -> Option<Draft> {
    let foldable: Vec<&String> =
        order.iter().filter(|key| level.kept || draft.items.get(*key).is_some_and(|item| !item.kept)).collect();
    let ranked = foldable.iter().enumerate();
    let classes: HashMap<&str, (usize, Class)> =
        ranked.map(|(rank, key)| (key.as_str(), (rank, class(&draft.items[*key], level)))).collect();
    let folded = |count: usize| {
        let chosen = |key: &str| classes.get(key).filter(|(rank, _)| *rank < count);
        gather(draft, |key, _| chosen(key).map(|(_, class)| class.clone()))
    };
    let (mut low, mut high) = (0, foldable.len());
    let mut best = folded(high);
    if !fits(&best) {
        return None;
    }
    while low < high {
        let middle = (low + high) / 2;
        let tried = folded(middle);
        if fits(&tried) {
            (best, high) = (tried, middle);
        } else {
            low = middle + 1;
        }
    }
    Some(best)
}

/// Items from the least to the most that a picture is about.
fn order(draft: &Draft, weights: &Weights) -> Vec<String> {
    let weight = |item: &Item| {
        let of = |id| weights.get(id).copied().unwrap_or_default();
        item.members.iter().map(of).sum::<u64>()
    };
    let mut keys: Vec<&String> = draft.items.keys().collect();
    keys.sort_by_key(|key| {
        let item = &draft.items[*key];
        (item.kept, item.mark, item.change != Change::Kept, weight(item), *key)
    });
    keys.into_iter().cloned().collect()
}

/// Items that only their names tell apart: of the same kind, in the same box, in the same state, and with the same ties.
fn alike(draft: &Draft, marked: bool) -> BTreeMap<String, Class> {
    let mut sides: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((from, to, control), tie) in &draft.ties {
        let look = format!("{control} {} {} {:?} {}", tie.hard, tie.start, tie.passes, tie.lost);
        sides.entry(from).or_default().push(format!("> {to} {look}"));
        sides.entry(to).or_default().push(format!("< {from} {look}"));
    }
    let mut same: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (key, item) in &draft.items {
        if item.kept || item.what == What::Junction || (item.mark != Mark::None) != marked {
            continue;
        }
        let ties = sides.get(key.as_str()).map(|ties| ties.join("; ")).unwrap_or_default();
        same.entry(format!("{} with {ties}", class(item, LEVELS[0]).key)).or_default().push(key);
    }
    let mut classes = BTreeMap::new();
    for keys in same.into_values().filter(|keys| keys.len() > 1) {
        let path = draft.items[keys[0]].path.clone();
        let class = Class { key: format!("alike {}", keys[0]), path, lines: false };
        classes.extend(keys.into_iter().map(|key| (key.clone(), class.clone())));
    }
    classes
}

/// What an item is folded into when a person asks for it.
fn collapsed(collapse: Collapse, item: &Item) -> Option<Class> {
    let rank = item.path.first().map(|frame| frame.rank);
    let titles = |count: usize| {
        let titles: Vec<&str> = item.path.iter().take(count).map(|frame| frame.title.as_str()).collect();
        titles.join("/")
    };
    let named =
        |key: String, count: usize| Class { key, path: item.path.iter().take(count).cloned().collect(), lines: true };
    match collapse {
        Collapse::Provider if rank == Some(2) => Some(named(format!("all of {}", titles(1)), 1)),
        Collapse::Region if rank == Some(2) && item.path.len() > 1 => Some(named(format!("all of {}", titles(2)), 2)),
        Collapse::System if rank == Some(0) => Some(named("all of this system".to_owned(), 1)),
        Collapse::Team if rank == Some(0) && item.what != What::Junction => {
            Some(named(format!("team {}", item.owner.as_deref().unwrap_or_default()), 1))
        }
        Collapse::Kind if item.what != What::Junction => Some(named(format!("{:?} of {}", item.what, titles(3)), 3)),
        _ => None,
    }
}

/// Folds items of the same class into one; a class of one item stays as it is.
fn gather(draft: &Draft, class: impl Fn(&str, &Item) -> Option<Class>) -> Draft {
    let mut classes: BTreeMap<Class, Vec<&String>> = BTreeMap::new();
    for (key, item) in &draft.items {
        if let Some(class) = class(key, item) {
            classes.entry(class).or_default().push(key);
        }
    }
    classes.retain(|class, keys| keys.len() > 1 || class.lines);
    let mut into: BTreeMap<&str, String> = BTreeMap::new();
    let mut items = BTreeMap::new();
    for (class, keys) in &classes {
        // A component may be named like a class.
        let mut key = class.key.clone();
        while draft.items.contains_key(&key) && !keys.contains(&&key) {
            key.push('+');
        }
        into.extend(keys.iter().map(|old| (old.as_str(), key.clone())));
        items.insert(key, together(class, &keys.iter().map(|key| &draft.items[*key]).collect::<Vec<_>>()));
    }
    let kept = draft.items.iter().filter(|(key, _)| !into.contains_key(key.as_str()));
    items.extend(kept.map(|(key, item)| (key.clone(), item.clone())));
    let new = |key: &String| into.get(key.as_str()).cloned().unwrap_or_else(|| key.clone());
    let mut ties: BTreeMap<(String, String, bool), Tie> = BTreeMap::new();
    for ((from, to, control), tie) in &draft.ties {
        let key = (new(from), new(to), *control);
        if key.0 != key.1 {
            let known = ties.entry(key);
            known.and_modify(|known| add(known, tie)).or_insert_with(|| tie.clone());
        }
    }
    let mut draft = Draft { items, ties };
    settle(&mut draft);
    draft
}

fn add(known: &mut Tie, tie: &Tie) {
    let count = known.count + tie.count;
    known.merge(tie);
    known.count = count;
}

/// A junction all of whose members were folded into one is a plain tie; several between the same are one.
fn settle(draft: &mut Draft) {
    let mut ins: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    let mut outs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to, control) in draft.ties.keys() {
        ins.entry(to.clone()).or_default().push((from.clone(), *control));
        outs.entry(from.clone()).or_default().insert(to.clone());
    }
    let is_junction = |key: &String| draft.items.get(key).is_some_and(|item| item.what == What::Junction);
    let junctions: Vec<String> = draft.items.keys().filter(|key| is_junction(key)).cloned().collect();
    for junction in junctions {
        let targets = outs.get(&junction).cloned().unwrap_or_default();
        let asking = ins.get(&junction).cloned().unwrap_or_default();
        let [target] = targets.iter().collect::<Vec<_>>()[..] else { continue };
        if is_folded(draft, target) {
            for (from, control) in asking {
                let Some(tie) = draft.ties.remove(&(from.clone(), junction.clone(), control)) else { continue };
                if from != *target {
                    let known = draft.ties.entry((from, target.clone(), control));
                    known.and_modify(|known| add(known, &tie)).or_insert(tie);
                }
            }
            draft.ties.retain(|(from, ..), _| *from != junction);
            draft.items.remove(&junction);
        }
    }
}

fn is_folded(draft: &Draft, key: &str) -> bool {
    draft.items.get(key).is_some_and(|item| item.members.len() > 1)
}

/// Several items as one: what they are and how many, the first few names, and how many are in which state.
fn together(class: &Class, items: &[&Item]) -> Item {
    let members: Vec<ComponentId> = items.iter().flat_map(|item| &item.members).cloned().collect();
    let first = items[0].what;
    let what = if items.iter().all(|item| item.what == first) { first } else { What::Mixed };
    let counted = counted(items);
    let mut lines = Vec::new();
    let mut label = counted.clone();
    if class.lines {
        label = match class.key.strip_prefix("team ") {
            Some("") => "no owner".to_owned(),
            Some(team) => team.to_owned(),
            None => counted.clone(),
        };
        if label != counted {
            lines.push(counted);
        }
    }
    let names: Vec<&str> =
        items.iter().filter(|item| item.members.len() == 1).map(|item| item.label.as_str()).collect();
    match names[..] {
        [] => {}
        [one] => lines.push(format!("{one} \u{2026}")),
        [one, other] if items.len() == 2 => lines.push(format!("{one}, {other}")),
        [one, other, ..] => lines.push(format!("{one}, {other} \u{2026}")),
    }
    // Junctions among others say nothing of their own.
    let only_junctions = what == What::Junction;
    let told: Vec<&&Item> = items.iter().filter(|item| only_junctions || item.what != What::Junction).collect();
    let mark = told.iter().map(|item| item.mark).max().unwrap_or_default();
    let all = told.iter().all(|item| item.mark == mark);
    let states: Vec<String> = Mark::ALL
        .into_iter()
        .filter_map(|mark| {
            let count: usize = items.iter().filter(|item| item.mark == mark).map(|item| item.members.len()).sum();
            let word = mark.word().filter(|_| count > 0)?;
            Some(if all { word.to_owned() } else { format!("{count} {word}") })
        })
        .collect();
    if !states.is_empty() {
        lines.push(states.join(", "));
    }
    let change = items[0].change;
    Item {
        what,
        label,
        lines,
        mark,
        highlighted: items.iter().any(|item| item.highlighted),
        change: if items.iter().all(|item| item.change == change) { change } else { Change::Altered },
        path: class.path.clone(),
        owner: items[0].owner.clone().filter(|owner| items.iter().all(|item| item.owner.as_ref() == Some(owner))),
        kept: items.iter().any(|item| item.kept) && items.len() == 1,
        members,
    }
}

/// How many of which kind: `12 services`, `3 products, 1 shared component`.
fn counted(items: &[&Item]) -> String {
    let mut counts: BTreeMap<What, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item.what).or_default() += item.members.len().max(1);
    }
    let mut counts: Vec<(What, usize)> = counts.into_iter().collect();
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    if counts.len() > 2 {
        return format!("{total} components");
    }
    counts.sort_by_key(|(what, count)| (std::cmp::Reverse(*count), *what));
    let words = |(what, count): (What, usize)| format!("{count} {}", plural(what, count));
    counts.into_iter().map(words).collect::<Vec<_>>().join(", ")
}

fn plural(what: What, count: usize) -> String {
    let (one, many) = match what {
        What::Kind(Kind::External) => ("third party", "third parties"),
        What::Kind(Kind::Shared) => ("shared component", "shared components"),
        What::Mixed => ("component", "components"),
        What::Junction => ("group of alternatives", "groups of alternatives"),
        What::Kind(kind) => return if count == 1 { kind.word().to_owned() } else { format!("{}s", kind.word()) },
    };
    (if count == 1 { one } else { many }).to_owned()
}

/// What was folded, in words.
fn told(draft: &Draft, before: &BTreeSet<String>, view: &View) -> Vec<String> {
    let new: Vec<&Item> = draft.items.iter().filter(|(key, _)| !before.contains(*key)).map(|(_, item)| item).collect();
    if new.is_empty() {
        return Vec::new();
    }
    let folded: usize = new.iter().map(|item| item.members.len().max(1)).sum();
    let why = if view.collapse.is_empty() {
        format!("to keep to {} nodes and {} lines", view.budget, view.links)
    } else {
        "as asked".to_owned()
    };
    let nodes = if new.len() == 1 { "1 node".to_owned() } else { format!("{} nodes", new.len()) };
    vec![format!("{folded} components are folded into {nodes} {why}")]
}
