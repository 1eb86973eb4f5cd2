//! When what was not up: from moments to segments.

use super::held::{Picture, Scene};
use super::level::Level;
use super::wiring::Wiring;
use super::{Seconds, Segment};
use crate::graph::NodeId;
use crate::model::State;

/// No segment.
const NONE: usize = usize::MAX;

/// Notes at each moment what changed its state.
pub(super) struct Recorder {
    /// Of which nodes the reasons are told.
    watched: Vec<bool>,
    /// The segment of each node that lasts.
    lasting: Vec<usize>,
    /// The nodes with such a segment.
    open: Vec<NodeId>,
    segments: Vec<Segment>,
    /// How things were explained at the moment before, and now.
    before: Picture,
    now: Picture,
}

impl Recorder {
    pub(super) fn new(wiring: &Wiring, watched: &[NodeId]) -> Self {
        let mut recorder = Recorder {
            watched: vec![false; wiring.capabilities],
            lasting: vec![NONE; wiring.capabilities],
            open: Vec::new(),
            segments: Vec::new(),
            before: Picture::new(wiring),
            now: Picture::new(wiring),
        };
        for node in watched {
            if let Some(watched) = recorder.watched.get_mut(*node as usize) {
                *watched = true;
            }
        }
        recorder
    }

    /// Notes a moment: costs what is not up then, or was until then.
    pub(super) fn note(&mut self, at: Seconds, scene: &Scene<'_>) {
        self.now.take(scene);
        let (segments, lasting) = (&mut self.segments, &mut self.lasting);
        let (watched, before) = (&self.watched, &self.before);
        self.open.retain(|&node| {
            let segment = &mut segments[lasting[node as usize]];
            let lasts = scene.state(node) == segment.state;
            if !lasts {
                segment.until = Some(at);
                if watched[node as usize] {
                    let (_, cause) = scene.causes(segment.state);
                    let trail = before.trail(scene.wiring, cause, node, segment.state);
                    segment.held = Some(trail.ended(scene.working));
                }
                lasting[node as usize] = NONE;
            }
            lasts
        });
        for &node in scene.down.failed.iter().chain(&scene.impaired.failed) {
            if lasting[node as usize] != NONE {
                continue;
            }
            let state = scene.state(node);
            let (cause, _) = scene.causes(state);
            let told = watched[node as usize].then(|| self.now.trail(scene.wiring, cause, node, state).held.chain);
            lasting[node as usize] = segments.len();
            self.open.push(node);
            let chain = told.unwrap_or_default();
            segments.push(Segment { node, state, from: at, until: None, chain, held: None });
        }
        std::mem::swap(&mut self.before, &mut self.now);
    }

    /// The segments by node and time; what lasts tells what it waits for.
    pub(super) fn finish(mut self, wiring: &Wiring, down: &Level, impaired: &Level) -> Vec<Segment> {
        for &node in self.open.iter().filter(|node| self.watched[**node as usize]) {
            let segment = &mut self.segments[self.lasting[node as usize]];
            let level = if segment.state == State::Down { down } else { impaired };
            segment.held = Some(self.before.trail(wiring, &level.cause, node, segment.state).held);
        }
        self.segments.sort_by_key(|segment| (segment.node, segment.from));
        self.segments
    }
}
