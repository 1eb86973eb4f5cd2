//! Files, places in them and what is wrong with them: what is read, and where a thing was said.
//!
//! Only this room reads files.

mod fields;
mod file;
mod fingerprint;
mod kept;
mod location;
mod nearest;
mod pool;
mod problem;
pub mod quantity;
mod redact;
mod revision;
mod scratch;
mod tree;
mod write;
pub mod yaml;

pub use fields::Fields;
pub use file::{Source, is_template};
pub use fingerprint::fingerprint;
pub use kept::{keep, recall};
pub use location::Location;
pub use nearest::{did_you_mean, nearest};
pub use pool::on_deep_threads;
pub use problem::{Gravity, Problem};
pub use redact::redacted;
pub use revision::{Repository, Revision};
pub use scratch::Scratch;
pub use tree::{Tree, beside, exists, toward};
pub use write::{create, replace};
