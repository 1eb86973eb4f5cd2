//! The one integration binary.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can not go on should say so and stop")]

mod catalogue;
mod cold_start;
mod compose;
mod coverage_aws;
mod hostile;
mod impact;
mod kubernetes;
mod layers;
mod manifest;
#[path = "../support/oracle.rs"]
mod oracle;
mod outages;
mod resolve;
mod schema;
mod truth;
