//! Monotone circuits: when a top fails, in terms of events. What both diagrams and bounds are made from.

use super::hash::{Map, Set};

/// A node of a [`Circuit`].
pub type Ref = u32;

/// Never fails.
pub const FALSE: Ref = 0;

/// Has failed whatever happens.
pub const TRUE: Ref = 1;

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Never or always: [`FALSE`] and [`TRUE`].
    Constant,
    /// It fails with the event of this number.
    Event(u32),
    /// It fails when so many of these have failed: 1 is *or*, all of them *and*.
    AtLeast(u32, Box<[Ref]>),
}

/// A circuit of events and thresholds without cycles, each node once; inputs have smaller numbers than what they are
/// inputs of.
#[derive(Clone, Debug)]
pub struct Circuit {
    nodes: Vec<Node>,
    known: Map<(u32, Box<[Ref]>), Ref>,
    events: Map<u32, Ref>,
}

impl Default for Circuit {
    fn default() -> Self {
        Circuit { nodes: vec![Node::Constant, Node::Constant], known: Map::default(), events: Map::default() }
    }
}

impl Circuit {
    /// A node.
    pub fn node(&self, at: Ref) -> &Node {
        &self.nodes[at as usize]
    }

    /// How many nodes there are, the constants included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is nothing but the constants.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 2
    }

    /// Whether another circuit has the same nodes in the same places.
    pub fn is_same(&self, other: &Circuit) -> bool {
        self.nodes == other.nodes
    }

    /// The inputs of a node.
    pub fn inputs(&self, at: Ref) -> &[Ref] {
        if let Node::AtLeast(_, inputs) = self.node(at) { inputs } else { &[] }
    }

    /// The event with a number.
    pub fn event(&mut self, number: u32) -> Ref {
        let next = count(self.nodes.len());
        let at = *self.events.entry(number).or_insert(next);
        if at == next {
            self.nodes.push(Node::Event(number));
        }
        at
    }

    /// Fails when any of these has failed.
    pub fn any(&mut self, inputs: impl IntoIterator<Item = Ref>) -> Ref {
        self.at_least(1, inputs.into_iter().collect())
    }

    /// Fails when all of these have failed.
    pub fn all(&mut self, inputs: impl IntoIterator<Item = Ref>) -> Ref {
        let inputs: Vec<Ref> = inputs.into_iter().collect();
        self.at_least(count(inputs.len()), inputs)
    }

    /// Fails when so many of these have failed; one that is there twice counts twice. Constants are folded, and what is
    /// there already is not made again.
    pub fn at_least(&mut self, threshold: u32, mut inputs: Vec<Ref>) -> Ref {
        let certain = count(inputs.iter().filter(|input| **input == TRUE).count());
        inputs.retain(|input| *input > TRUE);
        let mut threshold = threshold.saturating_sub(certain);
        if threshold == 0 {
            return TRUE;
        }
        if threshold as usize > inputs.len() {
            return FALSE;
        }
        let all = threshold as usize == inputs.len();
        let mut sorted = inputs.clone();
        sorted.sort_unstable();
        if threshold == 1 || all {
            let before = sorted.len();
            sorted.dedup();
            if sorted.len() < before {
                let mut seen: Set<Ref> = Set::default();
                inputs.retain(|input| seen.insert(*input));
            }
            threshold = if all { count(sorted.len()) } else { 1 };
            if let [only] = sorted[..] {
                return only;
            }
        }
        let next = count(self.nodes.len());
        let at = *self.known.entry((threshold, sorted.into())).or_insert(next);
        if at == next {
            self.nodes.push(Node::AtLeast(threshold, inputs.into()));
        }
        at
    }

    /// What bears on some tops as a circuit of its own, in which an event that `never` happens is left out, and where the
    /// tops are in it. Linear in that part.
    pub fn part(&self, tops: &[Ref], never: impl Fn(u32) -> bool) -> (Circuit, Vec<Ref>) {
        let mut seen: Set<Ref> = Set::default();
        let mut open: Vec<Ref> = tops.iter().copied().filter(|at| *at > TRUE && seen.insert(*at)).collect();
        let mut nodes = Vec::new();
        while let Some(at) = open.pop() {
            nodes.push(at);
            open.extend(self.inputs(at).iter().filter(|input| seen.insert(**input)));
        }
        nodes.sort_unstable();
        let mut next = Circuit::default();
        let mut new: Map<Ref, Ref> = Map::default();
        new.extend([(FALSE, FALSE), (TRUE, TRUE)]);
        for at in nodes {
            let made = match self.node(at) {
                Node::Constant => continue,
                Node::Event(number) if never(*number) => FALSE,
                Node::Event(number) => next.event(*number),
                Node::AtLeast(threshold, inputs) => {
                    next.at_least(*threshold, inputs.iter().map(|input| new[input]).collect())
                }
            };
            new.insert(at, made);
        }
        let at = tops.iter().map(|top| new[top]).collect();
        (next, at)
    }

    /// The same circuit for one top: only what bears on it, with `value` deciding events that are constant. Inputs of
    /// *or* and *and* that are of the same kind and used nowhere else are merged into them, and what another input
    /// absorbs is dropped. Linear for each of a few rounds.
    pub fn reduced(&self, top: Ref, value: impl Fn(u32) -> Option<bool>) -> (Circuit, Ref) {
        let (mut circuit, mut top) = self.rebuilt(top, &value, |_, _, _| None);
        for _ in 0..8 {
            let within = circuit.within_others(top);
            let before = circuit.len();
            let (next, next_top) = circuit.rebuilt(top, &|_| None, |next, at, new| match circuit.node(at) {
                // The gate that uses it takes its inputs: a gate of its own at each step of a long chain would hold all
                // steps below it.
                _ if within[at as usize] => Some(FALSE),
                Node::AtLeast(threshold, inputs) => {
                    let is_one = *threshold == 1;
                    let is_all = *threshold as usize == inputs.len();
                    let all = circuit.flattened(inputs, &within).map(|input| new[input as usize]).collect();
                    Some(next.absorbed(*threshold, is_one, is_all, all))
                }
                _ => None,
            });
            let done = next.len() >= before;
            (circuit, top) = (next, next_top);
            if done {
                break;
            }
        }
        (circuit, top)
    }

    /// Builds what bears on a top anew; `inner` may make a gate of its own, from what became of those before it.
    fn rebuilt(
        &self,
        top: Ref,
        value: &impl Fn(u32) -> Option<bool>,
        inner: impl Fn(&mut Circuit, Ref, &[Ref]) -> Option<Ref>,
    ) -> (Circuit, Ref) {
        let uses = self.uses(top);
        let mut next = Circuit::default();
        let mut new = vec![FALSE; self.len()];
        new[TRUE as usize] = TRUE;
        for at in (2..count(self.len())).filter(|at| uses[*at as usize] > 0) {
            new[at as usize] = match self.node(at) {
                Node::Constant => continue,
                Node::Event(number) => match value(*number) {
                    Some(true) => TRUE,
                    Some(false) => FALSE,
                    None => next.event(*number),
                },
                Node::AtLeast(threshold, inputs) => {
                    let own = inner(&mut next, at, &new);
                    own.unwrap_or_else(|| {
                        next.at_least(*threshold, inputs.iter().map(|input| new[*input as usize]).collect())
                    })
                }
            };
        }
        let top = new[top as usize];
        (next, top)
    }

    /// The gates that are an input of one other gate alone, which is an *or* or an *and* as they are.
    fn within_others(&self, top: Ref) -> Vec<bool> {
        let uses = self.uses(top);
        let kind = |at: Ref| match self.node(at) {
            Node::AtLeast(1, _) => Some(false),
            Node::AtLeast(threshold, inputs) if *threshold as usize == inputs.len() => Some(true),
            _ => None,
        };
        let mut within = vec![false; self.len()];
        for at in (2..count(self.len())).filter(|at| uses[*at as usize] > 0) {
            let Some(own) = kind(at) else { continue };
            for input in self.inputs(at) {
                within[*input as usize] |= uses[*input as usize] == 1 && kind(*input) == Some(own);
            }
        }
        within
    }

    /// Inputs in their order, with the inputs of those that are within others in place of these.
    fn flattened<'c>(&'c self, inputs: &'c [Ref], within: &'c [bool]) -> impl Iterator<Item = Ref> + 'c {
        let mut open: Vec<Ref> = inputs.iter().rev().copied().collect();
        std::iter::from_fn(move || {
            while let Some(input) = open.pop() {
                if !within[input as usize] {
                    return Some(input);
                }
                open.extend(self.inputs(input).iter().rev());
            }
            None
        })
    }

    /// A gate without the inputs that another one absorbs.
    fn absorbed(&mut self, threshold: u32, or: bool, and: bool, mut all: Vec<Ref>) -> Ref {
        if !(or || and) {
            return self.at_least(threshold, all);
        }
        // x or (x and y) is x; x and (x or y) is x.
        let direct: Set<Ref> = all.iter().copied().collect();
        all.retain(|input| match self.node(*input) {
            Node::AtLeast(inner, list) => {
                let dual = if or { *inner as usize == list.len() } else { *inner == 1 };
                !(dual && list.iter().any(|deep| direct.contains(deep)))
            }
            _ => true,
        });
        if or { self.any(all) } else { self.all(all) }
    }

    /// How often each node is an input of what bears on a top; once more for the top.
    pub(super) fn uses(&self, top: Ref) -> Vec<u32> {
        let mut uses = vec![0u32; self.len()];
        uses[top as usize] = 1;
        for at in (2..count(self.len())).rev().filter(|at| *at <= top) {
            if uses[at as usize] > 0 {
                self.inputs(at).iter().for_each(|input| uses[*input as usize] += 1);
            }
        }
        uses
    }
}

pub(super) fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
