//! Time: an outage replayed by events, with what delays failures, what bridges them and what holds a recovery back.
//!
//! Between two events nothing changes. At each event the states are the least fixed point of the static semantics over
//! the needs that pass a failure on at that moment:
//! * a need with a *grace* passes on only what has lasted that long;
//! * a *stand-by* counts as missing until its switch is done, which begins once the alternatives that carry load are too
//!   few, takes its time, and begins anew when the stand-by (or what switches to it, where it is named beside it)
//!   fails on the way; one that is switched by hand waits for an action;
//! * what has to *restart* stays down after its cause is gone. A restart begins once nothing else takes it down and
//!   its start needs are up, takes its time, and leaves a backlog (`drain`) during which it is degraded. What is
//!   *sticky* waits for somebody: for the restart that an action names, else for the first moment at which one helps.
//!
//! Every capability of a component with restart terms restarts, but for its `control`; one with start needs of its own
//! does in any case. With no delays and no restarts the states of every moment are those of
//! [`impact`](super::impact()).

mod deadlock;
mod held;
mod level;
mod record;
mod restarts;
mod run;
mod scenario;
mod timers;
mod wiring;

pub use deadlock::Deadlock;
pub use held::{Held, Why};
pub use run::replay;
pub use scenario::Told;

use crate::graph::NodeId;
use crate::model::State;

/// A moment or a length of time, in seconds; moments count from any origin that the scenario chooses.
pub type Seconds = i64;

/// What happens to a system.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    /// The moment that the replay begins at, with all that can be up.
    pub begins: Seconds,
    /// What is taken down, and when.
    pub windows: Vec<Window>,
    /// What operators do.
    pub actions: Vec<Action>,
    /// Nobody restarts what is sticky unless an action says so.
    pub unattended: bool,
}

/// Nodes put into a state for a time.
#[derive(Clone, Debug)]
pub struct Window {
    /// The capabilities.
    pub nodes: Vec<NodeId>,
    /// `Down` or `Degraded`.
    pub state: State,
    /// From this moment on.
    pub from: Seconds,
    /// Up to this moment, itself left out; `None` for ever.
    pub until: Option<Seconds>,
}

/// Something that operators do at a moment.
#[derive(Clone, Debug)]
pub struct Action {
    /// When.
    pub at: Seconds,
    /// What.
    pub what: Remedy,
    /// The capabilities that it is done to.
    pub nodes: Vec<NodeId>,
    /// How long a restart takes, if not as long as its component says.
    pub takes: Option<Seconds>,
}

/// What operators do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Restart what waits; in vain while its start needs or something else keeps it down.
    Restart,
    /// As `Restart`, without its start needs.
    Force,
    /// Switch the alternatives that it needs to their stand-bys, at once and for good.
    Switch,
}

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which action of the scenario.
    pub action: usize,
    /// On which node.
    pub node: NodeId,
    /// What came of it.
    pub outcome: Outcome,
    /// Where it was in vain: the chain from the node to a start need that is down, if that is the reason.
    pub chain: Vec<NodeId>,
}

/// What came of an action on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it is for.
    Done,
    /// There was nothing to do: the node was not waiting.
    Idle,
    /// The node still waits.
    Vain,
}

/// A capability that is not up for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Which.
    pub node: NodeId,
    /// `Down` or `Degraded`.
    pub state: State,
    /// From this moment on.
    pub from: Seconds,
    /// Up to this moment; `None` when it never comes back.
    pub until: Option<Seconds>,
    /// The chain that brought the failure, for nodes that are watched; groups are left out.
    pub chain: Vec<NodeId>,
    /// What kept it so to the end, for nodes that are watched.
    pub held: Option<Held>,
}

/// How an outage went.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// When what was not up, by node and time.
    pub segments: Vec<Segment>,
    /// What became of the actions, in their order.
    pub attempts: Vec<Attempt>,
    /// Restarts that wait for themselves.
    pub deadlocks: Vec<Deadlock>,
    /// The moment of the last event.
    pub end: Seconds,
    /// At how many moments something happened.
    pub moments: usize,
    /// Too much happened: the replay was ended early, and what was not up then is told as never coming back.
    pub truncated: bool,
}

impl Timeline {
    /// The state of a node at a moment; a binary search.
    pub fn state(&self, node: NodeId, at: Seconds) -> State {
        let next = self.segments.partition_point(|segment| (segment.node, segment.from) <= (node, at));
        let last = next.checked_sub(1).map(|index| &self.segments[index]);
        last.filter(|s| s.node == node && s.until.is_none_or(|until| at < until)).map_or(State::Up, |s| s.state)
    }

    /// When a node was not up, in order.
    pub fn of(&self, node: NodeId) -> &[Segment] {
        let first = self.segments.partition_point(|segment| segment.node < node);
        let end = self.segments.partition_point(|segment| segment.node <= node);
        &self.segments[first..end]
    }
}
