//! Ctrl-C. While an analysis runs that can stop early, the first one tells it to, and what is known by then is the answer;
//! the second ends the program at once, and so does every one at any other time.

use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

use super::Exit;

/// Whether there was one.
static RAISED: AtomicBool = AtomicBool::new(false);

/// Whether the next one ends the program.
static DEADLY: AtomicBool = AtomicBool::new(true);

/// When the first was noticed.
static NOTICED: OnceLock<Instant> = OnceLock::new();

/// Whether signals are listened to: from the first analysis on that can stop early.
static LISTENING: OnceLock<()> = OnceLock::new();

/// Runs something that asks [`is_raised`] now and then and stops early.
pub(super) fn catching<T>(work: impl FnOnce() -> T) -> T {
    // Set before anybody listens: whoever sees that signals are caught may count on it.
    DEADLY.store(RAISED.load(Ordering::SeqCst), Ordering::SeqCst);
    LISTENING.get_or_init(|| {
        // Their order matters: the first signal finds the program not yet willing to end. Where the system has no such
        // signal the program ends as it always did.
        let _ = match is_first_process() {
            true => flag::register_conditional_shutdown(SIGINT, i32::from(Exit::Interrupted.code()), &DEADLY),
            false => flag::register_conditional_default(SIGINT, &DEADLY),
        }
        .and_then(|_| flag::register(SIGINT, &RAISED))
        .and_then(|_| flag::register(SIGINT, &DEADLY));
    });
    let done = work();
    DEADLY.store(true, Ordering::SeqCst);
    done
}

/// Whether to stop; says so when it is noticed first.
pub(super) fn is_raised() -> bool {
    let raised = RAISED.load(Ordering::Relaxed);
    if raised {
        NOTICED.get_or_init(|| {
            // A terminal has shown `^C` where the cursor was.
            let line = if std::io::stderr().is_terminal() { "\n" } else { "" };
            anstream::eprintln!("{line}interrupted: here is what is known so far; Ctrl-C once more ends at once");
            Instant::now()
        });
    }
    raised
}

/// Whether to stop what is done with a little time in place of what was given up.
pub(super) fn is_raised_for(time: Duration) -> bool {
    is_raised() && NOTICED.get().is_some_and(|noticed| noticed.elapsed() >= time)
}

/// How a run ends after an answer was written that may be one in part.
pub(super) fn exit(exit: Exit) -> Exit {
    if RAISED.load(Ordering::Relaxed) { exit.and(Exit::Interrupted) } else { exit }
}

/// Ends the program by the signal, so that a script that runs it ends too; comes back where that can't be.
pub(super) fn end() {
    let _ = std::io::stdout().flush();
    if !is_first_process() {
        let _ = low_level::emulate_default_handler(SIGINT);
    }
}

/// The first process of a container does not die of signals.
fn is_first_process() -> bool {
    std::process::id() == 1
}
