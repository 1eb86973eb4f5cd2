//! The JSON Schema of catalogue files, for editors; the loader says more about a mistake than a schema can.

use serde_json::{Map, Value, json};

use super::VOCABULARIES;
use super::resource::{MEANINGS, PARTS};

/// The JSON Schema (draft 2020-12) of a file of a catalogue.
pub fn file_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a Linchpin catalogue",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "provider": {"type": "string", "description": "Begins a provider; one file of a folder has it."},
            "title": {"type": "string"},
            "aliases": list(json!({"type": "string"})),
            "as_of": {"$ref": "#/$defs/date"},
            "place": {"type": "boolean", "description": "Whether things run at it; true unless said otherwise."},
            "like": {"type": "string", "description": "A provider whose products this partition has as well."},
            "homes": map(json!({"type": "string"})),
            "without": list(json!({"type": "string"})),
            "regions": map(json!({"type": ["object", "null"], "additionalProperties": false, "properties": {
                "title": {"type": "string"},
                "zones": list(json!({"type": ["string", "number"]})),
                "pair": {"type": "string", "description": "The region in which geo-redundant products keep their copy."},
            }})),
            "sources": map(json!({"type": "object", "additionalProperties": false, "required": ["date"], "properties": {
                "title": {"type": "string"},
                "url": {"type": "string", "format": "uri"},
                "date": {"$ref": "#/$defs/date"},
            }})),
            "control_needs": list(json!({"$ref": "#/$defs/need"})),
            "products": map(json!({"$ref": "#/$defs/product"})),
            "also_called": map(json!({"type": "string", "description": "The name of the product that people call so."})),
            "signs": map(json!({"$ref": "#/$defs/signs"})),
            "resources": list(resource()),
            "imports": list(json!({"type": "object", "additionalProperties": false, "required": ["package", "as"],
                "properties": {"package": {"type": "string"}, "as": list(json!({"type": "string"}))}})),
        },
        "$defs": {
            "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "need": need(),
            "member": member(),
            "product": product(),
            "signs": signs(),
        },
    })
}

fn map(value: Value) -> Value {
    json!({"type": "object", "additionalProperties": value})
}

fn list(item: Value) -> Value {
    json!({"type": "array", "items": item})
}

/// What is needed: each key of `forms` in a need, and beside `switch` and `capacity` in one of several alternatives.
fn forms() -> Map<String, Value> {
    let members = json!({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/member"}});
    let forms = json!({
        "to": {"type": "string", "description":
            "A product, or one of its capabilities: `ram`, `iam:control`; of another provider: `google/spanner`."},
        "region": {"type": "string", "description": "The region where the target is, if not at the place of the need."},
        "any_of": members, "all_of": members, "of": members,
        "at_least": {"type": "integer", "minimum": 1},
        "zones": {"type": ["integer", "string"], "pattern": "^(all-but-)?[1-9][0-9]*$", "minimum": 1,
            "description": "How many zones of its region it needs: `2`, `all-but-1`; with `to`, a product in each."},
    });
    forms.as_object().cloned().unwrap_or_default()
}

fn with(more: Value) -> Value {
    let mut properties = forms();
    properties.extend(more.as_object().cloned().unwrap_or_default());
    let one_of = json!([
        {"required": ["to"]}, {"required": ["any_of"]}, {"required": ["all_of"]}, {"required": ["at_least", "of"]},
        {"required": ["zones"]},
    ]);
    json!({"type": "object", "additionalProperties": false, "anyOf": one_of, "properties": properties})
}

fn need() -> Value {
    let mut need = with(json!({
        "only_in": list(json!({"type": "string"})),
        "strength": {"enum": ["hard", "soft"]},
        "phase": {"enum": ["run", "start"]},
        "grace": {"type": "string"},
        "source": {"type": "string", "description": "A key of `sources`."},
        "known": {"$ref": "#/$defs/date"},
        "ended": {"$ref": "#/$defs/date", "description": "The day since which it is no longer so."},
        "grade": {"enum": ["documented", "incident", "inferred"]},
        "before": {"type": "object", "additionalProperties": false, "required": ["source", "grade"],
            "description": "What could be known of it before the source was out.", "properties": {
            "source": {"type": "string"},
            "known": {"$ref": "#/$defs/date"},
            "grade": {"enum": ["documented", "incident", "inferred"]},
            "strength": {"enum": ["hard", "soft"]},
        }},
        "note": {"type": "string"},
    }));
    need["required"] = json!(["source", "grade"]);
    need
}

fn member() -> Value {
    let alternatives = with(json!({"switch": {"type": "string"}, "capacity": {"type": ["string", "number"]}}));
    json!({"anyOf": [{"type": "string"}, alternatives]})
}

fn product() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {
        "title": {"type": "string"},
        "kind": {"enum": ["product", "shared", "store", "service", "job"]},
        "hosts": {"type": "boolean"},
        "gateway": {"type": "boolean"},
        "role": {"enum": ["names", "control-plane"], "description": "It answers for names of its customers; other products are managed through it."},
        "strength": {"enum": ["hard", "soft"]},
        "restart": {"type": "object", "additionalProperties": false, "properties": {
            "sticky": {"type": "boolean"},
            "takes": {"type": "string"},
            "drain": {"type": "string"},
            "source": {"type": "string"},
            "known": {"$ref": "#/$defs/date"},
            "note": {"type": "string"},
        }},
        "quorum": {"type": "object", "additionalProperties": false, "required": ["source"],
            "description": "A majority of its copies must be up for it to serve.", "properties": {
            "source": {"type": "string"},
            "known": {"$ref": "#/$defs/date"},
            "note": {"type": "string"},
        }},
        "availability": {"anyOf": [
            {"type": ["string", "number"]},
            {"type": "object", "additionalProperties": false, "required": ["share"], "properties": {
                "share": {"type": ["string", "number"]},
                "source": {"type": "string", "description": "A key of `sources`."},
                "known": {"$ref": "#/$defs/date"},
                "note": {"type": "string", "description": "Under which condition."},
                "credits": {"type": "object", "additionalProperties": false, "required": ["below"],
                    "description": "What is paid back when it is up less than promised.", "properties": {
                    "below": {"type": "object", "minProperties": 1,
                        "description": "Share of the month that it was up to share of the monthly fee: `{99.9%: 10%}`.",
                        "additionalProperties": {"type": ["string", "number"]}},
                    "source": {"type": "string", "description": "A key of `sources`."},
                    "known": {"$ref": "#/$defs/date"},
                    "note": {"type": "string", "description": "Under which condition."},
                }},
            }},
        ]},
        "inherit": {"type": "boolean"},
        "capabilities": map(json!({"type": "object", "additionalProperties": false, "properties": {
            "scope": {"enum": ["global", "region", "zone"]},
            "home": {"type": "string"},
            "needs": list(json!({"$ref": "#/$defs/need"})),
            "note": {"type": "string"},
        }})),
        "recognise": {"$ref": "#/$defs/signs"},
    }})
}

fn resource() -> Value {
    let mut properties: Map<String, Value> =
        MEANINGS.iter().map(|(name, _)| ((*name).to_owned(), list(json!({"type": "string"})))).collect();
    let parts: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    properties.insert("types".to_owned(), list(json!({"type": "string"})));
    properties.insert("is".to_owned(), json!({"enum": parts}));
    properties.insert("product".to_owned(), json!({"type": "string"}));
    json!({"type": "object", "additionalProperties": false, "required": ["types"], "properties": properties})
}

fn signs() -> Value {
    let sign = json!({"anyOf": [
        {"type": ["string", "number"]},
        {"type": "object", "additionalProperties": false, "required": ["match"], "properties": {
            "match": {"type": ["string", "number"]},
            "capability": {"type": "string"},
            "here": {"type": "boolean", "description": "Only where something runs with the provider."},
        }},
    ]});
    let mut properties: Map<String, Value> =
        VOCABULARIES.iter().map(|name| ((*name).to_owned(), list(sign.clone()))).collect();
    properties.insert("title".to_owned(), json!({"type": "string"}));
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}
