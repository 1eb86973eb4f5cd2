//! Files, places in them and what is wrong with them: what is read, and where a thing was said.
//!
//! Only this room reads files.

mod location;
mod nearest;
mod problem;
pub mod yaml;

pub use location::Location;
pub use nearest::{did_you_mean, nearest};
pub use problem::{Gravity, Problem};
