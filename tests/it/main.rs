//! The one integration binary.

#![expect(clippy::expect_used, reason = "a test that can not go on should say so and stop")]

mod cold_start;
mod impact;
mod kubernetes;
mod layers;
mod manifest;
mod resolve;
