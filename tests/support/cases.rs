//! How many random cases a property is tried on.

use proptest::prelude::ProptestConfig;

/// As many cases as a run of the tests can afford, times `LINCHPIN_SOAK` where somebody has the time.
pub(crate) fn cases(few: u32) -> ProptestConfig {
    let times = std::env::var("LINCHPIN_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig::with_cases(few.saturating_mul(times))
}
