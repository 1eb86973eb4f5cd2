//! The JSON Schema of outage files, for editors; the loader says more about a mistake than a schema can.

use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of an outage.
pub fn file_schema() -> Value {
    let words = || json!({"type": "string"});
    let list = |item: Value| json!({"type": "array", "minItems": 1, "items": item});
    let time = || json!({"$ref": "#/$defs/time"});
    let selectors = || json!({"$ref": "#/$defs/selectors"});
    let row = |required: Value, properties: Value| json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An outage of the Linchpin library",
        "type": "object",
        "additionalProperties": false,
        "required": ["outage", "title", "date", "failed"],
        "properties": {
            "outage": {"type": "string", "description": "Its id: `alibaba-2023-11-12`."},
            "title": words(),
            "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "utc_offset": {"type": "string", "pattern": "^[+-][0-9]{2}:[0-9]{2}$"},
            "summary": words(),
            "regions": list(words()),
            "sources": {"type": "object", "additionalProperties": row(json!(["date"]), json!({
                "title": words(), "url": {"type": "string", "format": "uri"}, "date": words(),
            }))},
            "failed": list(row(json!(["from"]), json!({
                "down": selectors(), "degraded": selectors(), "from": time(), "until": time(),
                "until_note": words(), "source": words(), "note": words(),
            }))),
            "actions": list(row(json!([]), json!({
                "restart": selectors(), "force": selectors(), "switch": selectors(), "rollback": selectors(),
                "time": time(), "begins": time(), "works": {"const": false}, "source": words(), "note": words(),
            }))),
            "reported": list(row(json!(["what", "state", "grade"]), json!({
                "what": selectors(), "state": {"$ref": "#/$defs/state"}, "from": time(), "until": time(),
                "grade": {"$ref": "#/$defs/grade"}, "source": words(), "note": words(),
            }))),
            "not_modelled": list(row(json!(["name", "state"]), json!({
                "name": words(), "state": {"$ref": "#/$defs/state"}, "grade": {"$ref": "#/$defs/grade"},
                "source": words(), "note": words(),
            }))),
            "learned": words(),
        },
        "$defs": {
            "time": {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}[ T])?[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$"},
            "selectors": {"type": "array", "minItems": 1, "items": {"type": "string"}},
            "state": {"enum": ["down", "degraded", "up"]},
            "grade": {"enum": ["official", "summary", "press", "inferred"]},
        },
    })
}
