//! One pass of 512 outages over both systems, bit by bit.

use super::Effect;
use super::bits::Bits;
use super::faces::Systems;
use crate::analysis::lanes::{Lanes, NONE, any};
use crate::graph::NodeId;

/// Both systems under the outages of a pass, reusable for the next.
pub(super) struct Pass<'a> {
    systems: &'a Systems<'a>,
    down: Bits<'a>,
    not_up: Option<Bits<'a>>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(systems: &'a Systems<'a>) -> Self {
        Pass { systems, down: Bits::new(&systems.down), not_up: systems.not_up.as_ref().map(Bits::new) }
    }

    /// Puts a node of the graph down under one outage.
    pub(super) fn seed(&mut self, node: NodeId, lane: usize) {
        self.systems.down.number(node).into_iter().for_each(|at| self.down.seed(at, lane));
        if let (Some(not_up), Some(bits)) = (&self.systems.not_up, &mut self.not_up) {
            not_up.number(node).into_iter().for_each(|at| bits.seed(at, lane));
        }
    }

    /// Lets failures spread in both systems.
    pub(super) fn run(&mut self) {
        self.down.run();
        self.not_up.iter_mut().for_each(Bits::run);
    }

    /// The faces that may have failed, by their numbers and in order.
    pub(super) fn hit(&self) -> Vec<u32> {
        self.systems.hit(self.down.touched(), self.not_up.as_ref().map_or(&[], Bits::touched))
    }

    /// Under which outages a face is down, degraded and frozen, of those in `every`; `None` for none at all.
    pub(super) fn effects(&self, face: u32, every: &Lanes) -> Option<[Lanes; 3]> {
        let face = &self.systems.faces[face as usize];
        let value = |node: Option<u32>| node.map_or(&NONE, |node| self.down.value(node));
        let (down, control) = (value(face.data), value(face.control));
        let impaired = match (&self.not_up, face.impaired) {
            _ if face.always => every,
            (Some(bits), Some(node)) => bits.value(node),
            _ => down,
        };
        let plain = face.control.is_none() && std::ptr::eq(impaired, down);
        if !(any(down) || !plain && (any(impaired) || any(control))) {
            return None;
        }
        if plain {
            let mut effects = [NONE; 3];
            effects[0].iter_mut().zip(down).zip(every).for_each(|((hit, down), every)| *hit = down & every);
            return Some(effects);
        }
        Some(Effect::of(down, impaired, control, every))
    }

    /// Forgets the pass; costs what it touched.
    pub(super) fn reset(&mut self) {
        self.down.reset();
        self.not_up.iter_mut().for_each(Bits::reset);
    }
}
