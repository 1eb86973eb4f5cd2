//! What somebody wrote beside a thing for this program: `# linchpin: ignore[rule] reason (until 2026-12-31)`.

use std::sync::Arc;

use crate::source::Location;

/// A wish that a file holds, in the words of the file; what it means is for the policy to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aside {
    /// Where it is written.
    pub at: Location,
    /// What is written, without what marks it: `ignore[rule] reason (until 2026-12-31)`.
    pub text: Arc<str>,
    /// The lines that it speaks of.
    pub covers: Covers,
}

/// The lines that an [`Aside`] speaks of, all from 1 and included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covers {
    /// What is written on one line: a need, or the name of a component.
    Line(u32),
    /// The object that these lines hold.
    Object(u32, u32),
}
