//! The one integration binary.

#![expect(clippy::expect_used, reason = "a test that can not go on should say so and stop")]

mod catalogue;
mod cold_start;
mod impact;
mod layers;
mod manifest;
mod outages;
mod resolve;
