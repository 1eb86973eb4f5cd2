//! What the compiled graph tells: each analysis is a pure function of it, one file each.

mod cold_start;
mod impact;
mod spof;

pub use cold_start::never_starts;
pub use impact::{Impact, impact};
pub use spof::{SingleFailure, single_failures};
