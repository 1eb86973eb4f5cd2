//! A small Mermaid picture of the chains of some findings and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::FindingView;
use crate::report::text::readable;

/// More nodes than this make no picture that anybody could read.
const MOST_NODES: usize = 24;

/// Draws the chains of findings, in order, as long as they fit; `None` when there is none to draw.
pub(super) fn draw<'a>(findings: impl Iterator<Item = &'a FindingView>) -> Option<String> {
    let mut nodes: Vec<String> = Vec::new();
    let mut arrows: BTreeSet<(usize, usize)> = BTreeSet::new();
    let (mut apps, mut lost) = (BTreeSet::new(), BTreeSet::new());
    let mut left_out = 0;
    for finding in findings {
        let chains = std::iter::once(&finding.witness).chain(&finding.others).filter(|chain| chain.len() > 1);
        for chain in chains {
            let parts = readable(chain);
            let fresh: BTreeSet<&String> = parts.iter().filter(|part| !nodes.contains(part)).collect();
            if nodes.len() + fresh.len() > MOST_NODES {
                left_out += 1;
                continue;
            }
            let ids: Vec<usize> = parts.iter().map(|part| number(&mut nodes, part)).collect();
            arrows.extend(ids.windows(2).map(|pair| (pair[0], pair[1])));
            apps.extend(ids.first().filter(|id| finding.app.as_ref() == Some(&nodes[**id])).copied());
            lost.extend(ids.last().filter(|id| finding.cut_set.contains(&nodes[**id])).copied());
        }
    }
    if nodes.is_empty() {
        return None;
    }
    let mut out = String::from("flowchart LR\n");
    let classes: BTreeMap<usize, &str> =
        apps.iter().map(|id| (*id, ":::app")).chain(lost.iter().map(|id| (*id, ":::lost"))).collect();
    for (id, name) in nodes.iter().enumerate() {
        let _ = writeln!(out, "  n{id}[\"{}\"]{}", escape(name), classes.get(&id).unwrap_or(&""));
    }
    for (from, to) in &arrows {
        let _ = writeln!(out, "  n{from} --> n{to}");
    }
    out += "  classDef app stroke-width:3px\n";
    out += "  classDef lost fill:#e57373,stroke:#c62828,color:#000\n";
    if left_out > 0 {
        let _ = writeln!(out, "  more[\"and {left_out} more paths\"]");
    }
    Some(out)
}

fn number(nodes: &mut Vec<String>, name: &String) -> usize {
    nodes.iter().position(|known| known == name).unwrap_or_else(|| {
        nodes.push(name.clone());
        nodes.len() - 1
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
