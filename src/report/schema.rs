//! The JSON Schema of every report, and the version that they carry.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use super::{
    AvailabilityReport, BacktestReport, Check, Cuts, Diff, Explain, OutageView, Outages, ProductView, Products,
    ProviderBlast, Replay, Scan, Simulate, Spof, Sweep, What,
};

/// The version of our JSON: more may be added to it, nothing is renamed.
pub const SCHEMA: &str = "linchpin/1";

/// The JSON Schema (draft 2020-12) that every report satisfies: one of the reports, told apart by their fields.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let reports = [
        of::<Scan>(&mut generator),
        of::<Simulate>(&mut generator),
        of::<Explain>(&mut generator),
        of::<Spof>(&mut generator),
        of::<Sweep>(&mut generator),
        of::<AvailabilityReport>(&mut generator),
        of::<Cuts>(&mut generator),
        of::<Check>(&mut generator),
        of::<Diff>(&mut generator),
        of::<Products>(&mut generator),
        of::<ProductView>(&mut generator),
        of::<What>(&mut generator),
        of::<ProviderBlast>(&mut generator),
        of::<Replay>(&mut generator),
        of::<Outages>(&mut generator),
        of::<BacktestReport>(&mut generator),
        of::<OutageView>(&mut generator),
    ];
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "anyOf": reports,
        "$defs": generator.take_definitions(true),
    })
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}
