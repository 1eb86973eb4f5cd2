//! Source code to facts: what programs really call, and whether they can live without it.

pub mod code;
pub mod languages;
pub mod packages;
