//! What a person asks to see of a system.

use super::scene::Direction;
use crate::model::ComponentId;

/// What a person asks to see.
#[derive(Clone, Debug)]
pub struct View {
    /// Only these and what is near them.
    pub focus: Vec<ComponentId>,
    /// How many steps are near; without a focus, how many hands deep products of providers are drawn.
    pub depth: usize,
    /// Only these and what needs them, however far.
    pub reaches: Vec<ComponentId>,
    /// Only what the outage touches.
    pub affected: bool,
    /// What is folded whatever the budget.
    pub collapse: Vec<Collapse>,
    /// What is to be seen first, and is folded last.
    pub highlight: Vec<ComponentId>,
    /// The most nodes; more are folded.
    pub budget: usize,
    /// The most links; more are folded.
    pub links: usize,
    /// Where needs point.
    pub direction: Direction,
}

/// What is folded into one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Collapse {
    /// Everything of a provider.
    Provider,
    /// Everything of a provider in a region, its zones included.
    Region,
    /// All components of one's own.
    System,
    /// One's own components of an owner.
    Team,
    /// What is of the same kind in the same box.
    Kind,
}

impl Default for View {
    fn default() -> Self {
        View {
            focus: Vec::new(),
            depth: 1,
            reaches: Vec::new(),
            affected: false,
            collapse: Vec::new(),
            highlight: Vec::new(),
            budget: 60,
            links: 180,
            direction: Direction::Right,
        }
    }
}
