//! Runs a library's code so that its panic is a value.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}
static HOOK: Once = Once::new();

/// The stack of the thread in which it runs: layout walks long chains by calling itself.
const STACK: usize = 256 << 20;

/// What `work` gives, `None` when it panics; nothing is printed about that panic.
///
/// Panics elsewhere are reported as before.
pub(super) fn quietly<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    let guarded = || {
        QUIET.set(true);
        catch_unwind(AssertUnwindSafe(work)).ok()
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, guarded).ok()?;
        thread.join().ok().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing() {
        assert_eq!(quietly(|| 1), Some(1));
        assert_eq!(quietly(|| -> i32 { panic!("inside") }), None);
    }

    #[test]
    fn a_deep_recursion_is_survived() {
        fn deep(n: u64) -> u64 {
            let here = std::hint::black_box([n; 32]);
            if n == 0 { here[3] } else { deep(n - 1) + here[7] % 2 }
        }
        assert!(quietly(|| deep(100_000)).is_some());
    }
}
