//! Progress on standard error: a bar where it is known how much there is to do, else a word and a clock. Nothing is shown
//! within the first second, or where standard error is no terminal.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run may take before anything is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the clock moves.
const TICK: Duration = Duration::from_millis(200);

/// What is shown of something that takes its time; it is cleared when this is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Shows the bar once the patience is over; ends when the sender is gone.
    clock: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// So many steps of something: `apps`.
    pub(super) fn of(what: &'static str, steps: usize) -> Self {
        Progress::shown(what, Some(steps as u64), "{elapsed:>4} {wide_bar} {pos} of {len} {msg}")
    }

    /// Runs something of which nobody knows how long it takes.
    pub(super) fn during<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
        let _shown = Progress::shown(what, None, "{elapsed:>4} {msg} …");
        work()
    }

    /// One more step is done.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    fn shown(what: &'static str, steps: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(steps, ProgressDrawTarget::hidden()).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if !std::io::stderr().is_terminal() {
            return Progress { bar, clock: None };
        }
        let (alive, over) = channel();
        let later = bar.clone();
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                later.set_draw_target(ProgressDrawTarget::stderr());
                later.enable_steady_tick(TICK);
                let _ = over.recv();
                later.finish_and_clear();
            }
        });
        Progress { bar, clock: thread.ok().map(|thread| (alive, thread)) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((alive, thread)) = self.clock.take() {
            drop(alive);
            let _ = thread.join();
        }
    }
}
