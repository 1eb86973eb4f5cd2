//! How much an analysis may take: `--max-memory` and `--timeout`.

use std::time::{Duration, Instant};

use crate::analysis::cuts::Limits;
use crate::source::quantity::duration;

/// Bytes that a node of the diagrams takes, with its place in the tables of two diagrams.
const BYTES_OF_A_NODE: usize = 80;

/// The results of operations that diagrams may take where no time is given: about a minute, and the same on every machine,
/// as what is said then must be.
const WORK: usize = 1 << 30;

/// No processor that there is makes more of them in a second.
const MOST_A_SECOND: usize = 1 << 28;

/// Limits of the diagrams.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct LimitArgs {
    /// Memory that diagrams may take: `512M`, `2G`; what does not fit is bounded, and the report says so
    #[arg(long, value_name = "SIZE", default_value = "2G", value_parser = bytes)]
    max_memory: usize,
    /// Time after which what is left is bounded instead: `30s`, `5m`; unless given, a number of steps that takes about a
    /// minute, so that every machine says the same
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl LimitArgs {
    /// The time by which a share of the time that is allowed is over.
    pub(super) fn deadline(&self, share: f64) -> Deadline {
        Deadline(self.timeout.and_then(|timeout| Instant::now().checked_add(timeout.mul_f64(share))))
    }

    /// The limits, with what says when to stop.
    pub(super) fn limits<'a>(&self, stop: &'a (dyn Fn() -> bool + Sync)) -> Limits<'a> {
        let work = self.timeout.map_or(WORK, |timeout| {
            let seconds = usize::try_from(timeout.as_secs()).unwrap_or(usize::MAX);
            WORK.max(seconds.saturating_mul(MOST_A_SECOND))
        });
        Limits { nodes: (self.max_memory / BYTES_OF_A_NODE).max(1_000), work, stop }
    }
}

impl Deadline {
    /// Whether it is over.
    pub(super) fn is_over(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

fn bytes(text: &str) -> Result<usize, String> {
    let wrong = || format!("`{text}` is not a size; write a whole number with `K`, `M` or `G`, such as `512M`");
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit: usize = match text[digits.len()..].trim().trim_end_matches(['B', 'b']).trim_end_matches('i') {
        "" => 1,
        "K" | "k" => 1 << 10,
        "M" | "m" => 1 << 20,
        "G" | "g" => 1 << 30,
        _ => return Err(wrong()),
    };
    let number: usize = digits.parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_write_them() {
        for (text, size) in [("512M", 512 << 20), ("2G", 2 << 30), ("2GiB", 2 << 30), ("64 kB", 64 << 10), ("9", 9)] {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "M", "-1G", "1.5G", "3 pages", "0"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
