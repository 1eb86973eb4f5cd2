//! A block of outages, and the worker that runs blocks one after the other.

use super::faces::Systems;
use super::pass::Pass;
use super::sets::{MOST, Sets};
use super::sink::Sink;
use super::{Effect, Method, Outages};
use crate::analysis::lanes::{LANES, LaneSet, NONE, any};
use crate::graph::Boolean;

/// Set by set is faster while a need passes on, in the mean, fewer failures than this to a node.
const FEW: u64 = 2;

/// Outages that are looked at together: those whose failures begin near each other.
pub(super) struct Block {
    pub(super) number: usize,
    pub(super) outages: Vec<u32>,
}

impl Block {
    /// Cuts the outages into blocks; those that bear on no app are left out.
    pub(super) fn cut(systems: &Systems<'_>, outages: &Outages) -> Vec<Block> {
        let all = systems.is_any_always();
        let mut order: Vec<(u32, u32)> = Vec::new();
        for outage in 0..outages.len() {
            let down = outages.nodes(outage).iter().filter_map(|node| systems.down.number(*node)).min();
            let soft = || {
                let not_up = systems.not_up.as_ref()?;
                outages.nodes(outage).iter().filter_map(|node| not_up.number(*node)).min()
            };
            // What bears on an app over soft needs alone comes last.
            let first = down.or_else(|| soft().map(|at| at.saturating_add(1 << 31))).or(all.then_some(u32::MAX));
            order.extend(first.zip(u32::try_from(outage).ok()));
        }
        order.sort_unstable();
        let size = (order.len() / 12).next_multiple_of(LANES).clamp(LANES * 4, MOST / 4);
        let chunks = order.chunks(size).enumerate();
        let block = |(number, chunk): (usize, &[(u32, u32)])| Block {
            number,
            outages: chunk.iter().map(|(_, outage)| *outage).collect(),
        };
        chunks.map(block).collect()
    }
}

/// Runs blocks one after the other with the same memory.
pub(super) struct Worker<'a> {
    systems: &'a Systems<'a>,
    pass: Pass<'a>,
    down_sets: Option<Sets<'a>>,
    up_sets: Option<Sets<'a>>,
    is_app: Vec<bool>,
    size: usize,
}

impl<'a> Worker<'a> {
    pub(super) fn new(systems: &'a Systems<'a>, blocks: &[Block]) -> Self {
        let mut is_app = vec![false; systems.graph.components().len()];
        systems.graph.apps().iter().for_each(|app| is_app[*app as usize] = true);
        Worker {
            systems,
            pass: Pass::new(systems),
            down_sets: None,
            up_sets: None,
            is_app,
            size: blocks.iter().map(|block| block.outages.len()).max().unwrap_or(0),
        }
    }

    /// What each outage of a block does, in the order of the block.
    pub(super) fn run<S: Sink>(&mut self, block: &Block, outages: &Outages, method: Method, sink: &S) -> Vec<S::Item> {
        let mut results = vec![S::Item::default(); block.outages.len()];
        let (mut found, mut left): (&mut [S::Item], &[u32]) = (&mut results, &block.outages);
        if method == Method::Adaptive && left.len() > LANES {
            // As far as sets go well they are done; where they do not, little is lost when they give up.
            if self.sets(&left[..LANES], outages, &mut found[..LANES], sink, Some(FEW)) {
                (left, found) = (&left[LANES..], &mut found[LANES..]);
                if self.sets(left, outages, found, sink, None) {
                    return results;
                }
            }
        }
        if method == Method::Sets && self.sets(left, outages, found, sink, None) {
            return results;
        }
        for (chunk, found) in left.chunks(LANES).zip(found.chunks_mut(LANES)) {
            self.bits(chunk, outages, found, sink);
        }
        results
    }

    /// The apps that outages put down themselves, with the place of the outage.
    fn own(&self, chunk: &[u32], outages: &Outages) -> Vec<(u32, usize)> {
        let mut own = Vec::new();
        for (place, outage) in chunk.iter().enumerate() {
            for owner in outages.nodes(*outage as usize).iter().filter_map(|node| self.systems.graph.owner(*node)) {
                if self.is_app[owner as usize] {
                    own.push((owner, place));
                }
            }
        }
        own.sort_unstable();
        own
    }

    fn bits<S: Sink>(&mut self, chunk: &[u32], outages: &Outages, found: &mut [S::Item], sink: &S) {
        for (lane, outage) in chunk.iter().enumerate() {
            outages.nodes(*outage as usize).iter().for_each(|node| self.pass.seed(*node, lane));
        }
        self.pass.run();
        let own = self.own(chunk, outages);
        let mut every = NONE;
        (0..chunk.len()).for_each(|lane| every.set(lane));
        let mut own = own.iter().peekable();
        let mut tally = S::Tally::default();
        for number in self.pass.hit() {
            let app = self.systems.faces[number as usize].app;
            let mut keep = every;
            while own.next_if(|pair| pair.0 < app).is_some() {}
            while let Some((_, lane)) = own.next_if(|pair| pair.0 == app) {
                keep[lane / 64] &= !(1 << (lane % 64));
            }
            let Some(effects) = self.pass.effects(number, &keep) else { continue };
            for (effect, lanes) in Effect::ALL.into_iter().zip(&effects) {
                if any(lanes) {
                    sink.many(&mut tally, found, app, effect, lanes);
                }
            }
        }
        sink.done(tally, found);
        self.pass.reset();
    }

    /// The same by sets; `false`, and nothing found, when these grow too large, or pass on more than `few` failures over a
    /// need in the mean.
    fn sets<S: Sink>(
        &mut self,
        chunk: &[u32],
        outages: &Outages,
        found: &mut [S::Item],
        sink: &S,
        few: Option<u64>,
    ) -> bool {
        let systems = self.systems;
        let size = self.size;
        let ready = run(
            self.down_sets.get_or_insert_with(|| Sets::new(&systems.down, size)),
            &systems.down,
            chunk,
            outages,
            few,
        ) && systems.not_up.as_ref().is_none_or(|not_up| {
            run(self.up_sets.get_or_insert_with(|| Sets::new(not_up, size)), not_up, chunk, outages, few)
        });
        if let (true, Some(down)) = (ready, &self.down_sets) {
            let own = self.own(chunk, outages);
            let up = self.up_sets.as_ref();
            let mut marks = vec![0u8; chunk.len()];
            for number in systems.hit(down.touched(), up.map_or(&[], Sets::touched)) {
                let face = &systems.faces[number as usize];
                let first = own.partition_point(|pair| pair.0 < face.app);
                let own = own[first..].iter().take_while(|pair| pair.0 == face.app).map(|(_, place)| *place);
                own.clone().for_each(|place| marks[place] = 1);
                let value = |node: Option<u32>| node.map_or(&[][..], |node| down.value(node));
                let impaired = up.zip(face.impaired).map_or(&[][..], |(up, node)| up.value(node));
                let every = if face.always { chunk.len() } else { 0 };
                let mut emit = |place: usize, effect: Effect| {
                    if std::mem::replace(&mut marks[place], 1) == 0 {
                        sink.one(&mut found[place], face.app, effect);
                    }
                };
                value(face.data).iter().for_each(|place| emit(usize::from(*place), Effect::Down));
                impaired.iter().for_each(|place| emit(usize::from(*place), Effect::Degraded));
                (0..every).for_each(|place| emit(place, Effect::Degraded));
                value(face.control).iter().for_each(|place| emit(usize::from(*place), Effect::Frozen));
                for place in value(face.data).iter().chain(impaired).chain(value(face.control)) {
                    marks[usize::from(*place)] = 0;
                }
                own.for_each(|place| marks[place] = 0);
                marks[..every].fill(0);
            }
        }
        self.down_sets.iter_mut().chain(&mut self.up_sets).for_each(Sets::reset);
        ready
    }
}

fn run(sets: &mut Sets<'_>, system: &Boolean, chunk: &[u32], outages: &Outages, few: Option<u64>) -> bool {
    for (place, outage) in (0u16..).zip(chunk) {
        for node in outages.nodes(*outage as usize) {
            system.number(*node).into_iter().for_each(|at| sets.seed(at, place));
        }
    }
    sets.run(few)
}
