//! What lasts: failures that a grace bridges, and stand-bys whose switch is under way.

use super::Seconds;
use super::level::Level;
use super::wiring::{LinkId, Standby, Wiring};

/// It does not last.
const NEVER: Seconds = Seconds::MIN;

/// Since when what lasts, by link.
pub(super) struct Timers {
    /// Since when the target of a link with a grace is down, and not up.
    failing: [Vec<Seconds>; 2],
    /// The links of which it is.
    lasting: [Vec<LinkId>; 2],
    /// Since when a stand-by is wanted and able.
    wanted: Vec<Seconds>,
    /// The stand-bys that are.
    waiting: Vec<LinkId>,
    /// Stand-bys at work that rest once they are no longer wanted.
    pub(super) relieving: Vec<LinkId>,
}

impl Timers {
    pub(super) fn new(wiring: &Wiring) -> Self {
        let never = vec![NEVER; wiring.links.len()];
        Timers {
            failing: [never.clone(), never.clone()],
            lasting: [Vec::new(), Vec::new()],
            wanted: never,
            waiting: Vec::new(),
            relieving: Vec::new(),
        }
    }

    /// Whether the target of a link has failed since just this moment.
    pub(super) fn fails_since(&self, link: LinkId, degrading: bool, since: Seconds) -> bool {
        self.failing[usize::from(degrading)][link as usize] == since
    }

    /// Whether the switch to a stand-by is done at this moment.
    pub(super) fn is_switched(&self, wiring: &Wiring, link: LinkId, now: Seconds) -> bool {
        let since = self.wanted[link as usize];
        matches!(wiring.link(link).switch, Some(Standby::After(time)) if since != NEVER && since + time == now)
    }

    /// What began to fail behind a grace is bridged from now on, what is up again is forgotten; which links, and until
    /// when, are bridged anew. Costs what fails, and what did until now.
    pub(super) fn bridge(
        &mut self,
        wiring: &Wiring,
        level: &mut Level,
        degrading: bool,
        now: Seconds,
    ) -> Vec<(Seconds, LinkId)> {
        let failing = &mut self.failing[usize::from(degrading)];
        let lasting = &mut self.lasting[usize::from(degrading)];
        lasting.retain(|&id| {
            let lasts = level.has_failed(wiring.link(id).to);
            if !lasts {
                failing[id as usize] = NEVER;
                level.bridge(id, true);
            }
            lasts
        });
        let mut begun = Vec::new();
        let groups = level.touched().iter().filter(|group| level.has_failed(**group));
        for &id in level.failed.iter().chain(groups).flat_map(|node| wiring.graces(*node)) {
            if failing[id as usize] == NEVER {
                failing[id as usize] = now;
                lasting.push(id);
                begun.push((now.saturating_add(wiring.link(id).grace), id));
            }
        }
        begun
    }

    /// Switches begin where stand-bys are wanted, and are called off where not; which begin, and when they are done.
    pub(super) fn prepare(&mut self, wiring: &Wiring, down: &Level, now: Seconds) -> Vec<(Seconds, LinkId)> {
        let wanted = &mut self.wanted;
        self.waiting.retain(|link| {
            let still = is_wanted(wiring, down, *link);
            if !still {
                wanted[*link as usize] = NEVER;
            }
            still
        });
        let mut begun = Vec::new();
        // Only a group with a failed member can want a stand-by.
        let members = down.touched().iter().flat_map(|group| wiring.inputs(*group));
        for &id in members.filter(|id| wiring.link(**id).switch.is_some()) {
            if wanted[id as usize] != NEVER || !is_wanted(wiring, down, id) {
                continue;
            }
            wanted[id as usize] = now;
            self.waiting.push(id);
            if let Some(Standby::After(time)) = wiring.link(id).switch {
                begun.push((now.saturating_add(time), id));
            }
        }
        begun
    }

    /// Stand-bys that are wanted and able, and not at work.
    pub(super) fn pending(&self, working: &[bool]) -> Vec<LinkId> {
        let mut pending: Vec<LinkId> = self.waiting.iter().copied().filter(|link| !working[*link as usize]).collect();
        pending.sort_unstable();
        pending
    }
}

/// Whether a stand-by is wanted (those that carry load are too few) and able to work.
pub(super) fn is_wanted(wiring: &Wiring, down: &Level, link: LinkId) -> bool {
    let link = wiring.link(link);
    let members = wiring.inputs(link.from);
    let serves = |id: &&LinkId| {
        let member = wiring.link(**id);
        let failed = down.passes(**id) && down.has_failed(member.to);
        member.switch.is_none() && !failed
    };
    let wanted = (members.len() + 1).saturating_sub(wiring.threshold[link.from as usize] as usize);
    members.iter().filter(serves).count() < wanted && !down.has_failed(link.to)
}
