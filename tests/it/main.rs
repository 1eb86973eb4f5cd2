//! The one integration binary.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can not go on should say so and stop")]

mod action;
mod agreements;
mod align;
mod alternatives;
mod availability;
mod backtest;
#[path = "../support/built_in.rs"]
mod built_in;
#[path = "../support/cases.rs"]
mod cases;
mod catalogue;
mod catalogue_needs;
mod cloudformation;
mod cold_start;
mod compose;
mod configuration;
mod coverage_aws;
mod coverage_china;
mod coverage_google_azure;
mod customer;
mod cuts;
mod deployments;
mod draw;
mod draw_formats;
mod draw_layout;
mod examples;
#[path = "../support/fault_tree.rs"]
mod fault_tree;
#[path = "../support/folder.rs"]
mod folder;
mod formats;
mod four_ways;
mod gate;
mod gate_formats;
mod helm;
mod hostile;
mod identity;
mod impact;
mod imports;
mod init;
mod interrupt;
mod kept;
mod kubernetes;
mod kustomize;
mod labels;
#[path = "../support/layered.rs"]
mod layered;
mod layers;
mod manifest;
mod manual;
#[path = "../support/oracle.rs"]
mod oracle;
mod outages;
mod outages_others;
mod page;
mod page_systems;
mod policy;
mod policy_oracle;
mod providers;
mod reach;
mod replay;
mod replay_reference;
mod resolve;
mod rules;
mod rules_oracle;
mod scan_code;
mod scan_fuzz;
mod scan_languages;
mod scan_packages;
mod scan_rust;
mod schema;
#[path = "../support/shared.rs"]
mod shared;
mod signs;
mod software;
mod stages;
mod sweep;
mod terraform;
mod traces;
mod truth;
#[path = "../support/twin.rs"]
mod twin;
mod waivers_cloudformation;
mod worked_examples;
