//! What the compiled graph tells: each analysis is a pure function of it, one file each.

mod availability;
pub mod backtest;
mod blast;
mod change;
mod cold_start;
pub mod cuts;
mod impact;
mod joint;
mod lanes;
mod outage;
pub mod replay;
mod spread;
mod sweep;
mod trace;
mod unplaced;

pub use availability::{Available, Effort, Estimated, Figures, How, Share, Weighed, available, available_each};
pub use blast::{Blast, blast, is_short, lost_redundancy, nearest_loss};
pub use change::{Change, Delta, Radius, change, change_given};
pub use cold_start::never_starts;
pub use impact::{Impact, each_failure, impact};
pub use joint::{Joint, JointSet, Reached, joint};
pub use outage::{SelectError, inside, select};
pub use sweep::{
    Effect, Hits, Kept, Method, Outages, Pair, Pairs, Reach, SingleFailure, Updated, Worst, combinations, hits,
    hits_until, pairs, pairs_until, reach, single_failures, single_failures_of_both, worst,
};
pub use trace::{Step, confidence, steps};
pub use unplaced::{Doubt, Unplaced, unplaced};
