//! A scene and its places as JSON, for programs that draw it themselves.

use serde::Serialize;

use super::layout::Placed;
use super::scene::Scene;

#[derive(Serialize)]
struct Document<'s> {
    schema: &'static str,
    scene: &'s Scene,
    placed: &'s Placed,
}

/// Writes a scene with its places.
pub(super) fn write(scene: &Scene, placed: &Placed) -> String {
    let document = Document { schema: "linchpin/1", scene, placed };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
