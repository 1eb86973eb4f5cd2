//! The one integration binary.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can not go on should say so and stop")]

mod backstage;
mod backtest;
mod catalogue;
mod catalogue_needs;
mod cloudformation;
mod cold_start;
mod compose;
mod coverage_aws;
mod coverage_china;
mod coverage_google_azure;
mod customer;
mod examples;
mod helm;
mod hostile;
mod impact;
mod init;
mod kubernetes;
mod kustomize;
mod layers;
mod manifest;
mod manual;
#[path = "../support/oracle.rs"]
mod oracle;
mod outages;
mod outages_others;
mod replay;
mod replay_reference;
mod resolve;
mod rules;
mod schema;
mod signs;
mod software;
mod terraform;
mod traces;
mod truth;
#[path = "../support/twin.rs"]
mod twin;
mod worked_examples;
