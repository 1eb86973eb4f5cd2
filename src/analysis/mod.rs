//! What the compiled graph tells: each analysis is a pure function of it, one file each.

mod impact;

pub use impact::{Impact, impact};
