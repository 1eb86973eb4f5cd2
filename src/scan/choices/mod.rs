//! Which of several ways a program goes, where configuration or a default in its code decides it: back ends that are
//! chosen by a name. The ways that are not taken run nothing. Where nothing says which is taken, each counts, and what it
//! needs says so.

mod notes;
mod tables;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::code::{Arm, Part};
use super::environment::Environment;
use super::settings::loose;
use super::values::{Certain, Values};
use super::view::{Id, Site, View};

/// Of how many ways it is worked out what hangs on each; a program with more is no set of back ends.
const MOST_WAYS: usize = 60;

/// What does not run, because the ways to it are not taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Off {
    pub(super) calls: HashSet<Site>,
    /// The names that a function has in such ways alone.
    pub(super) names: HashMap<Id, BTreeSet<Arc<str>>>,
    pub(super) functions: HashSet<Id>,
}

impl Off {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.names.is_empty() && self.functions.is_empty()
    }

    fn add(&mut self, way: &Way) {
        self.calls.extend(&way.calls);
        self.functions.extend(&way.functions);
        for (id, names) in &way.names {
            self.names.entry(*id).or_default().extend(names.iter().cloned());
        }
    }
}

/// What hangs on one way alone, and what is to be said of it.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) note: Arc<str>,
    pub(super) calls: HashSet<Site>,
    pub(super) functions: HashSet<Id>,
}

impl Region {
    /// Whether a call stands in it.
    pub(super) fn has(&self, site: Site) -> bool {
        self.calls.contains(&site) || self.functions.contains(&site.0)
    }
}

/// A choice that no configuration decides: the settings that would, the ways, its file and line.
#[derive(Clone, Debug)]
pub(super) struct Undecided {
    pub(super) settings: String,
    pub(super) ways: BTreeSet<String>,
    pub(super) file: Arc<str>,
    pub(super) line: u32,
}

/// What is decided in a program, and what is not.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    /// What does not run.
    pub(super) off: Off,
    /// What hangs on each way that is not taken.
    pub(super) untaken: Vec<Region>,
    /// What hangs on each way of which nobody knows.
    pub(super) unknown: Vec<Region>,
    /// The choices that regions name, in their order.
    pub(super) undecided: Vec<Undecided>,
}

/// A choice in one form, however it is written.
#[derive(Debug)]
struct Choice {
    value: Certain,
    ways: Vec<Way>,
    file: Arc<str>,
    line: u32,
    /// The way that it stands in: the number of the choice among those of its function, and that of the way.
    within: Option<(usize, usize)>,
    /// Its function and number there, where others may stand in it.
    own: Option<(Id, usize)>,
}

/// One of the ways.
#[derive(Debug, Default)]
struct Way {
    /// The texts that it is taken for; `None` where one of them can't be told, empty where it is for all others.
    when: Option<BTreeSet<Arc<str>>>,
    /// Whether it is taken for everything but these.
    is_negated: bool,
    calls: BTreeSet<Site>,
    names: BTreeMap<Id, BTreeSet<Arc<str>>>,
    functions: BTreeSet<Id>,
}

impl Way {
    fn fits(&self, texts: &BTreeSet<Arc<str>>) -> bool {
        let same = |text: &Arc<str>| texts.iter().any(|one| loose(one) == loose(text));
        self.when.as_ref().is_none_or(|when| when.iter().any(same) != self.is_negated)
    }

    fn is_default(&self) -> bool {
        self.when.as_ref().is_some_and(BTreeSet::is_empty)
    }

    fn label(&self) -> String {
        let all: Vec<String> = self.when.iter().flatten().map(|text| format!("`{text}`")).collect();
        match (all.is_empty(), self.is_negated) {
            (true, _) => "anything else".to_owned(),
            (false, true) => format!("not {}", all.join(", ")),
            (false, false) => all.join(" or "),
        }
    }
}

/// What configuration decides in a program. For each way that matters the functions that can run are worked out anew.
pub(super) fn decide(view: &View<'_>, environment: &Environment) -> Decisions {
    let values = Values::new(view, environment);
    let mut choices = written(view, &values);
    choices.extend(tables::tables(view, &values));
    choices.extend(notes::notes(view, &values));
    choices.retain(|choice| choice.value != Certain::Unknown);
    let mut decisions = Decisions::default();
    let taken: Vec<Vec<bool>> = choices.iter().map(taken).collect();
    // What stands in a way that is not taken is not taken either.
    let is_within_off = |choice: &Choice| {
        let mut here = choice.within.zip(choice.own);
        while let Some(((number, way), (id, _))) = here {
            let Some(outer) = choices.iter().position(|one| one.own == Some((id, number))) else { return false };
            if !taken[outer][way] {
                return true;
            }
            here = choices[outer].within.zip(choices[outer].own);
        }
        false
    };
    let mut running: HashMap<Id, BTreeSet<Arc<str>>> = HashMap::new();
    for (choice, taken) in choices.iter().zip(&taken) {
        let inner_off = is_within_off(choice);
        for (way, taken) in choice.ways.iter().zip(taken) {
            if *taken && !inner_off {
                way.names.iter().for_each(|(id, names)| running.entry(*id).or_default().extend(names.iter().cloned()));
            } else {
                decisions.off.add(way);
            }
        }
    }
    for (id, names) in &mut decisions.off.names {
        names.retain(|name| !running.get(id).is_some_and(|running| running.contains(name)));
    }
    decisions.off.names.retain(|_, names| !names.is_empty());
    let live = view.live_without(&decisions.off);
    let mut left = MOST_WAYS;
    for (choice, taken) in choices.iter().zip(&taken) {
        let (settings, known) = match &choice.value {
            Certain::Texts(texts, settings) => {
                (settings, texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" or "))
            }
            Certain::Unset(settings) => (settings, String::new()),
            Certain::Unknown => continue,
        };
        let named = settings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let of = if named.is_empty() { "its value".to_owned() } else { named.clone() };
        let mut found = false;
        for (way, taken) in choice.ways.iter().zip(taken) {
            let is_open = known.is_empty();
            if left == 0 || *taken && !is_open || is_open && way.is_default() {
                continue;
            }
            left -= 1;
            let mut off = if is_open { decisions.off.clone() } else { Off::default() };
            off.add(way);
            let without = view.live_without(&off);
            let with = |id: &Id| if is_open { live[*id] } else { view.is_live(*id) };
            let functions: HashSet<Id> = (0..without.len()).filter(|id| !without[*id]).filter(with).collect();
            let calls: HashSet<Site> = way.calls.iter().copied().collect();
            if functions.is_empty() && calls.is_empty() {
                continue;
            }
            let label = way.label();
            let note = match is_open {
                true => format!("only where {of} is {label}, and nothing says what it is"),
                false => format!("only where {of} is {label}, and it is {known}"),
            };
            let region = Region { note: note.into(), calls, functions };
            match is_open {
                true => decisions.unknown.push(region),
                false => decisions.untaken.push(region),
            }
            found |= is_open;
        }
        if found {
            let labels = choice.ways.iter().filter(|way| !way.is_default()).map(Way::label);
            let same = |other: &&mut Undecided| other.settings == of && other.file == choice.file;
            // The branches of a chain are one choice.
            match decisions.undecided.iter_mut().find(same) {
                Some(known) => known.ways.extend(labels),
                None => decisions.undecided.push(Undecided {
                    ways: labels.collect(),
                    settings: of,
                    file: Arc::clone(&choice.file),
                    line: choice.line,
                }),
            }
        }
    }
    decisions
}

/// Which ways are taken; all of them where that is not known.
fn taken(choice: &Choice) -> Vec<bool> {
    let Certain::Texts(texts, _) = &choice.value else { return vec![true; choice.ways.len()] };
    let alone = |text: &Arc<str>| {
        let one = BTreeSet::from([Arc::clone(text)]);
        !choice.ways.iter().any(|way| !way.is_default() && way.when.is_some() && way.fits(&one))
    };
    let others = texts.iter().any(alone);
    choice.ways.iter().map(|way| if way.is_default() { others } else { way.fits(texts) }).collect()
}

/// The switches and branches that are written in functions that can run.
fn written(view: &View<'_>, values: &Values<'_, '_>) -> Vec<Choice> {
    let mut all = Vec::new();
    for (id, (_, function)) in view.functions.iter().enumerate().filter(|(id, _)| view.is_live(*id)) {
        for (number, choice) in function.choices.iter().enumerate().filter(|(_, choice)| choice.table.is_none()) {
            if leads_nowhere(view, &choice.arms) {
                continue;
            }
            all.push(Choice {
                value: values.certain(id, &choice.value),
                ways: choice.arms.iter().map(|arm| way(values, id, arm)).collect(),
                file: Arc::clone(&view.file(id).path),
                line: choice.line,
                within: choice.within,
                own: Some((id, number)),
            });
        }
    }
    all
}

/// Whether no way leads to a function or type: such are no back ends. Asked before what the ways are for, which costs more.
fn leads_nowhere(view: &View<'_>, arms: &[Arm]) -> bool {
    !arms.iter().any(|arm| !arm.calls.is_empty() || arm.names.iter().any(|name| view.defines(name)))
}

/// A way of a switch or a table that a function writes out.
fn way(values: &Values<'_, '_>, id: Id, arm: &Arm) -> Way {
    Way {
        when: labels(values, id, &arm.when),
        is_negated: false,
        calls: arm.calls.iter().map(|call| (id, *call)).collect(),
        names: BTreeMap::from([(id, arm.names.clone())]),
        functions: BTreeSet::new(),
    }
}

/// The texts that a way is for: those that are written, those of constants, and else the names of constants themselves.
fn labels(values: &Values<'_, '_>, id: Id, when: &[Part]) -> Option<BTreeSet<Arc<str>>> {
    let mut all = BTreeSet::new();
    for part in when {
        match (values.certain(id, std::slice::from_ref(part)), part) {
            (Certain::Texts(texts, _), _) => all.extend(texts),
            (_, Part::Name(path)) if path.last()?.starts_with(char::is_uppercase) => {
                all.insert(Arc::clone(path.last()?));
            }
            _ => return None,
        }
    }
    Some(all)
}
