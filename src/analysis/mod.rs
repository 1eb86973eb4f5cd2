//! What the compiled graph tells: each analysis is a pure function of it, one file each.

pub mod backtest;
mod blast;
mod cold_start;
mod impact;
mod outage;
pub mod replay;
mod spof;
mod spread;
mod trace;

pub use blast::{Blast, blast, is_short, lost_redundancy, nearest_loss};
pub use cold_start::never_starts;
pub use impact::{Impact, impact};
pub use outage::{SelectError, select};
pub use spof::{SingleFailure, Swept, single_failures, sweep};
pub use trace::{Step, confidence, steps};
