//! From sets of nodes to what each component does to each app, and back into rows.

use super::layer::Set;
use crate::analysis::sweep::{Effect, SingleFailure};
use crate::graph::{Failure, Graph, NOWHERE, NodeId};
use crate::model::Capability;

/// The sets of both systems as they are.
pub(super) struct Columns<'a> {
    pub(super) graph: &'a Graph,
    pub(super) down: &'a [Set],
    pub(super) not_up: Option<&'a [Set]>,
    /// The slot of each component.
    pub(super) slots: &'a [u32],
    /// The component of each slot.
    pub(super) numbers: &'a [u32],
}

/// What takes an app down, degrades it and freezes it: sets that overlap, of which the worst counts.
#[derive(Clone, Default)]
pub(super) struct Column {
    own: Option<u32>,
    sets: Vec<(Set, Effect)>,
}

/// What a component does to an app from now on.
pub(super) struct Edit {
    component: u32,
    app: u32,
    from: Option<Effect>,
    to: Option<Effect>,
}

impl Columns<'_> {
    /// The column of an app, by the sets as they are now.
    pub(super) fn now(&self, app: u32) -> Column {
        self.column(app, |failure, node| match failure {
            Failure::Down => Some(self.down[node as usize].clone()),
            Failure::NotUp => Some(self.not_up?[node as usize].clone()),
        })
    }

    /// The column of an app, by the sets that `of` gives; without a set for `NotUp` nothing degrades.
    pub(super) fn column(&self, app: u32, of: impl Fn(Failure, NodeId) -> Option<Set>) -> Column {
        let mut sets = Vec::new();
        let data = self.graph.node(app, &Capability::data());
        if let Some(data) = data {
            sets.extend(of(Failure::Down, data).map(|set| (set, Effect::Down)));
            sets.extend(of(Failure::NotUp, data).map(|set| (set, Effect::Degraded)));
        }
        if let Some(control) = self.graph.node(app, &Capability::control()) {
            sets.extend(of(Failure::Down, control).map(|set| (set, Effect::Frozen)));
        }
        Column { own: Some(self.slots[app as usize]), sets }
    }

    /// Whether an app is degraded whatever happens.
    pub(super) fn is_always_degraded(&self, app: u32) -> bool {
        let data = self.graph.node(app, &Capability::data());
        data.zip(self.not_up).is_some_and(|(data, sets)| sets[data as usize].is_none())
    }

    /// The rows of all components; costs what they hold.
    pub(super) fn rows(&self) -> Vec<SingleFailure> {
        let components = (0u32..).take(self.graph.components().len());
        let mut rows: Vec<SingleFailure> = components.map(SingleFailure::of).collect();
        let mut marks = Marks::new(self.numbers.len());
        for &app in self.graph.apps() {
            marks.each(&self.now(app), self.numbers, |component, effect| {
                rows[component as usize].list(effect).push(app)
            });
        }
        rows
    }
}

impl SingleFailure {
    /// A loss that does nothing.
    pub(super) fn of(component: u32) -> Self {
        SingleFailure { component, down: Vec::new(), degraded: Vec::new(), frozen: Vec::new() }
    }

    fn list(&mut self, effect: Effect) -> &mut Vec<u32> {
        match effect {
            Effect::Down => &mut self.down,
            Effect::Degraded => &mut self.degraded,
            Effect::Frozen => &mut self.frozen,
        }
    }
}

/// What each slot does to the app that is looked at.
pub(super) struct Marks {
    /// The turn, and the effect in the old and in the new column.
    marks: Vec<(u32, [u8; 2])>,
    turn: u32,
    seen: Vec<u32>,
}

const EFFECTS: [Option<Effect>; 4] = [None, Some(Effect::Down), Some(Effect::Degraded), Some(Effect::Frozen)];

impl Marks {
    pub(super) fn new(slots: usize) -> Self {
        Marks { marks: vec![(0, [0; 2]); slots], turn: 0, seen: Vec::new() }
    }

    /// Looks at a column: every slot that does something, with the worst that it does.
    fn read(&mut self, column: &Column, which: usize) {
        for (set, effect) in &column.sets {
            let code = match effect {
                Effect::Down => 1,
                Effect::Degraded => 2,
                Effect::Frozen => 3,
            };
            let every = 0..u32::try_from(self.marks.len()).unwrap_or(u32::MAX);
            let list: &mut dyn Iterator<Item = u32> = match set {
                Some(list) => &mut list.iter().copied(),
                None => &mut every.clone(),
            };
            for slot in list.filter(|slot| Some(*slot) != column.own) {
                let mark = &mut self.marks[slot as usize];
                if mark.0 != self.turn {
                    *mark = (self.turn, [0; 2]);
                    self.seen.push(slot);
                }
                if mark.1[which] == 0 {
                    mark.1[which] = code;
                }
            }
        }
    }

    fn each(&mut self, column: &Column, numbers: &[u32], mut act: impl FnMut(u32, Effect)) {
        self.turn += 1;
        self.seen.clear();
        self.read(column, 0);
        for &slot in &self.seen {
            let (_, [code, _]) = self.marks[slot as usize];
            let number = numbers[slot as usize];
            if let (Some(effect), true) = (EFFECTS[usize::from(code)], number != NOWHERE) {
                act(number, effect);
            }
        }
    }

    /// What becomes different of an app; components that are `fresh` did nothing before.
    pub(super) fn difference(
        &mut self,
        app: u32,
        [old, new]: &[Column; 2],
        numbers: &[u32],
        fresh: &[bool],
        edits: &mut Vec<Edit>,
    ) {
        self.turn += 1;
        self.seen.clear();
        self.read(old, 0);
        self.read(new, 1);
        for &slot in &self.seen {
            let (_, [from, to]) = self.marks[slot as usize];
            let component = numbers[slot as usize];
            if component == NOWHERE {
                continue;
            }
            let from = if fresh[component as usize] { 0 } else { from };
            if from != to {
                let (from, to) = (EFFECTS[usize::from(from)], EFFECTS[usize::from(to)]);
                edits.push(Edit { component, app, from, to });
            }
        }
    }
}

/// Mends rows; the components whose rows differ now, in order.
///
/// A list is merged with what comes and goes, so that each row costs its length once.
pub(super) fn apply(rows: &mut [SingleFailure], mut edits: Vec<Edit>) -> Vec<u32> {
    edits.sort_by_key(|edit| (edit.component, edit.app));
    let mut touched = Vec::new();
    for group in edits.chunk_by(|a, b| a.component == b.component) {
        let row = &mut rows[group[0].component as usize];
        for effect in EFFECTS.into_iter().flatten() {
            let gone: Vec<u32> = group.iter().filter(|edit| edit.from == Some(effect)).map(|edit| edit.app).collect();
            let come: Vec<u32> = group.iter().filter(|edit| edit.to == Some(effect)).map(|edit| edit.app).collect();
            let list = row.list(effect);
            if !gone.is_empty() {
                list.retain(|app| gone.binary_search(app).is_err());
            }
            if !come.is_empty() {
                list.extend(come);
                list.sort_unstable();
            }
        }
        touched.push(group[0].component);
    }
    touched
}
