//! Exit codes: the same for every command, whatever the format.

use std::process::ExitCode;

/// How a run ended; the worst of several counts, usage first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything is fine.
    Fine,
    /// There are findings at or above `--fail-on`.
    Findings,
    /// The arguments or the configuration are wrong.
    Usage,
    /// There was nothing to analyse.
    Nothing,
    /// The input could only be read in part, and `--strict` was given.
    Partial,
    /// Somebody interrupted it: the answer, if there is one, is one in part.
    Interrupted,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Nothing => 3,
            Exit::Partial => 4,
            // What a shell says of a process that ended by the signal.
            Exit::Interrupted => 130,
        }
    }

    /// The one that counts of two: that it was interrupted, then usage, then what was not read, then findings.
    pub fn and(self, other: Exit) -> Exit {
        let rank = |exit: Exit| match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Partial => 2,
            Exit::Nothing => 3,
            Exit::Usage => 4,
            Exit::Interrupted => 5,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
