//! The catalogues that are compiled in, read once for all tests.

use std::sync::LazyLock;

use linchpin::catalogue::{Catalogue, built_in, load};

/// What the program knows without `--catalogue`. That it is without fault is held by a test of its own.
pub(crate) static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| load(built_in()).0);
