//! What went wrong, whose fault it is and what to do about it, as plain data.

use serde::Serialize;

use super::Location;

/// How much a [`Problem`] matters to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The input is wrong: what it says can't be used.
    Error,
    /// The input was used, but something about it was repaired, guessed or ignored.
    Warning,
}

/// One thing that is wrong with the input, with its place and a way out.
///
/// Problems are values: the rest of the run goes on, and only the edge of the program prints them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// Where, if it has a place in a file.
    pub at: Option<Location>,
    /// How much it matters.
    pub gravity: Gravity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What would be right, or what to do.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    pub fn error(at: Location, message: impl Into<String>) -> Self {
        Problem { at: Some(at), gravity: Gravity::Error, message: message.into(), help: None }
    }

    /// A warning at a place.
    pub fn warning(at: Location, message: impl Into<String>) -> Self {
        Problem { at: Some(at), gravity: Gravity::Warning, message: message.into(), help: None }
    }

    /// An error about the run as a whole.
    pub fn general(message: impl Into<String>) -> Self {
        Problem { at: None, gravity: Gravity::Error, message: message.into(), help: None }
    }

    /// The same problem with advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the input can't be used as it is.
    pub fn is_error(&self) -> bool {
        self.gravity == Gravity::Error
    }
}
