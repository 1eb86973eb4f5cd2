//! Linchpin, a dependency blast-radius analyzer: when this one component goes down, which of our apps go with it?
//!
//! The rooms below are the flow of data, in order; a room imports only rooms above it in this list.

pub mod source;

pub mod model;

pub mod facts;

pub mod catalogue;

pub mod ingest;

pub mod scan;

pub mod resolve;

pub mod graph;

pub mod analysis;

pub mod policy;

pub mod report;

pub mod draw;

pub mod cli;
