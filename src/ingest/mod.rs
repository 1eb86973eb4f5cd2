//! Manifests to facts: one file a format.

pub mod linchpin;
