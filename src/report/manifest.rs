//! A `linchpin.yaml` to begin with: what was found, for a person to correct.

use std::fmt::Write;

use crate::model::{Component, Need, Phase, Requires, Strength, System};

/// Writes the manifest: each own component with its kind; what was inferred stands in comments, so that the file
/// changes nothing until somebody edits it.
pub fn manifest(system: &System) -> String {
    let mut out = String::from(
        "# What no manifest says about this system, and what overrides what was inferred wrongly.\n\
         # Everything below was found by `linchpin init`; needs in comments are read anyway and need not be repeated.\n\
         version: 1\n",
    );
    let name = system.name.as_deref().unwrap_or("my-system");
    let _ = writeln!(out, "system: {}", scalar(name));
    out += "# Where components run unless they say otherwise: without it no region or provider can be simulated.\n\
            # at: [aliyun/cn-hangzhou]\n\
            components:\n";
    let own: Vec<&Component> = system.components.values().filter(|c| c.provider.is_none()).collect();
    for component in own.iter().filter(|component| !component.id.as_str().contains(['/', ':', '@'])) {
        let _ = writeln!(out, "  {}:", scalar(component.id.as_str()));
        let _ = writeln!(out, "    kind: {}", component.kind.word());
        if component.is_app() {
            match component.tier {
                Some(tier) => drop(writeln!(out, "    tier: {tier}")),
                None => out += "    # tier: 1           # 1 is the most critical\n    # owner: team\n",
            }
        }
        let needs: Vec<String> =
            component.capabilities.values().flatten().filter_map(|need| words(need, system)).collect();
        if !needs.is_empty() {
            out += "    # found needs; repeat one only to change it: {to: name, strength: soft}, or strength: none\n";
        }
        for need in needs {
            let _ = writeln!(out, "    #   - {need}");
        }
    }
    if !system.unresolved.is_empty() {
        out += "\n# Not resolved; a component with this name, or an alias, mends it:\n";
        let mut names: Vec<String> =
            system.unresolved.iter().map(|item| format!("{}: {}", item.what, item.reason)).collect();
        names.sort();
        names.dedup();
        for name in names.iter().take(50) {
            let _ = writeln!(out, "#   {}", name.replace('\n', " "));
        }
    }
    out
}

fn words(need: &Need, system: &System) -> Option<String> {
    let Requires::One(target) = &need.requires else { return None };
    if system.components.get(&target.component).is_some_and(|component| component.kind.is_place()) {
        return None;
    }
    let soft = if need.terms.strength == Strength::Soft { ", soft" } else { "" };
    let start = if need.terms.phase == Phase::Start { ", to start" } else { "" };
    let at = need.evidence.first().map_or(String::new(), |evidence| format!("{}", evidence.at));
    Some(format!("{}  # {at}{soft}{start}", super::text::short(target)))
}

/// A name as YAML reads it back: quoted where it would be something else.
fn scalar(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(name, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}
