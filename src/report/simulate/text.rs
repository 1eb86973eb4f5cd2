//! The report of an outage for a terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anstyle::Style;

use super::{ImpactView, Simulate};
use crate::model::{Capability, State};
use crate::report::Report;
use crate::report::text::{
    BAD, COLD, FAINT, GOOD, HEAD, POOR, chain, count, listed, of_state, paint, readable, wrapped,
};

/// How many unknown things are listed.
const MOST_UNKNOWN: usize = 20;

impl Report for Simulate {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{} {}\n{}\n", paint(HEAD, "If these go down:"), self.outage.join(", "), self.headline());
        let (data, control) = (Capability::data(), Capability::control());
        let frozen = "FROZEN: they serve, but can't be changed, scaled or failed over";
        self.apps_in(&mut out, ("DOWN", BAD), &self.apps.down, &data, width);
        self.apps_in(&mut out, ("DEGRADED", POOR), &self.apps.degraded, &data, width);
        self.apps_in(&mut out, (frozen, COLD), &self.apps.frozen, &control, width);
        self.at_risk(&mut out, width);
        let safe: Vec<String> = self.apps.up.iter().filter(|app| !self.apps.at_risk.contains(app)).cloned().collect();
        if !safe.is_empty() {
            let _ = writeln!(out, "\n{} ({})", paint(GOOD, "UNTOUCHED"), safe.len());
            let named: Vec<String> = self.by_tier(&safe).into_iter().map(|name| self.with_tier(&name)).collect();
            out += &listed(&named, 2, width);
        }
        self.others(&mut out, width);
        self.open(&mut out, width);
        out
    }
}

impl Simulate {
    fn headline(&self) -> String {
        let parts = [
            (self.apps.down.len(), "down"),
            (self.apps.degraded.len(), "degraded"),
            (self.apps.frozen.len(), "frozen"),
        ];
        let hit: usize = parts.iter().map(|(number, _)| number).sum();
        let all = count(hit + self.apps.up.len(), "app");
        let said: Vec<String> =
            parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
        let risk = match self.apps.at_risk.len() {
            0 => String::new(),
            number => format!("; {number} lost redundancy"),
        };
        match hit {
            0 => format!("none of {all} is hit{risk}"),
            1 => format!("1 of {all} is hit: {}{risk}", said.join(", ")),
            _ => format!("{hit} of {all} are hit: {}{risk}", said.join(", ")),
        }
    }

    fn by_tier(&self, names: &[String]) -> Vec<String> {
        let mut names = names.to_vec();
        names.sort_by_key(|name| (self.tiers.get(name).copied().unwrap_or(u8::MAX), name.clone()));
        names
    }

    fn with_tier(&self, name: &str) -> String {
        self.tiers.get(name).map_or_else(|| name.to_owned(), |tier| format!("{name} (tier {tier})"))
    }

    fn apps_in(
        &self,
        out: &mut String,
        (title, style): (&str, Style),
        names: &[String],
        capability: &Capability,
        width: usize,
    ) {
        if names.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({})", paint(style, title), names.len());
        let face = |view: &&ImpactView| view.capability == capability.as_str();
        let views: BTreeMap<&str, &ImpactView> =
            self.impact.iter().filter(face).map(|view| (view.component.as_str(), view)).collect();
        for name in self.by_tier(names) {
            let _ = writeln!(out, "  {}", paint(HEAD, self.with_tier(&name)));
            if let Some(view) = views.get(name.as_str()) {
                let mut steps = readable(&view.witness);
                if let Some(left_out) = view.left_out {
                    steps.insert(steps.len() / 2, format!("({left_out} more)"));
                }
                let _ = writeln!(out, "    {}", chain(&steps, 4, width));
                if self.inferred.contains(&name) {
                    let _ = writeln!(out, "    {}", paint(FAINT, "(rests on an inferred need: see `explain`)"));
                }
            }
        }
    }

    /// Who still serves with less redundancy, and what holds.
    fn at_risk(&self, out: &mut String, width: usize) {
        if self.apps.at_risk.is_empty() {
            return;
        }
        let title = "AT RISK: they serve, and have lost redundancy";
        let _ = writeln!(out, "\n{} ({})", paint(POOR, title), self.apps.at_risk.len());
        for name in self.by_tier(&self.apps.at_risk) {
            let _ = writeln!(out, "  {}", paint(HEAD, self.with_tier(&name)));
            if let Some(loss) = self.lost.get(&name) {
                *out += &wrapped(&format!("{} lost; {} left", loss.lost.join(", "), loss.left.join(", ")), 4, width);
            }
        }
    }

    /// What else is hit, each component once.
    fn others(&self, out: &mut String, width: usize) {
        let lists = [&self.apps.down, &self.apps.degraded, &self.apps.frozen, &self.apps.up];
        let apps: BTreeSet<&String> = lists.into_iter().flatten().collect();
        let mut by_component: BTreeMap<&str, Vec<&ImpactView>> = BTreeMap::new();
        for view in self.impact.iter().filter(|view| !apps.contains(&view.component)) {
            by_component.entry(&view.component).or_default().push(view);
        }
        if by_component.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({})", paint(HEAD, "OTHER COMPONENTS"), by_component.len());
        for wanted in [Some(State::Down), Some(State::Degraded), None] {
            let chosen: Vec<_> = by_component.iter().filter(|(_, views)| serving(views) == wanted).collect();
            if chosen.is_empty() {
                continue;
            }
            let (style, word) = wanted
                .map_or((COLD, "can't be changed, scaled or failed over"), |state| (of_state(state), state.word()));
            let _ = writeln!(out, "  {}", paint(style, format!("{word} ({})", chosen.len())));
            let names: Vec<String> = chosen.iter().map(|(name, views)| with_faces(name, views)).collect();
            *out += &listed(&names, 4, width);
        }
    }

    fn open(&self, out: &mut String, width: usize) {
        if self.unknown.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({}): may be affected as well", paint(HEAD, "UNKNOWN"), self.unknown.len());
        let mut groups: Vec<(&str, Vec<&str>, &str)> = Vec::new();
        for item in &self.unknown {
            let who = item.component.as_deref().unwrap_or_default();
            match groups.iter_mut().find(|(reason, ..)| *reason == item.reason) {
                Some((_, names, _)) if names.contains(&who) => {}
                Some((_, names, _)) => names.push(who),
                None => groups.push((&item.reason, vec![who], &item.place)),
            }
        }
        for (reason, names, place) in groups.iter().take(MOST_UNKNOWN) {
            let shown = names.iter().filter(|name| !name.is_empty()).take(6).copied().collect::<Vec<_>>().join(", ");
            let more = if names.len() > 6 { format!(" and {} more", names.len() - 6) } else { String::new() };
            let who = if shown.is_empty() { String::new() } else { format!("{shown}{more}: ") };
            *out += &wrapped(&format!("{who}{reason} ({place})"), 2, width);
        }
        if groups.len() > MOST_UNKNOWN {
            let rest = groups.len() - MOST_UNKNOWN;
            let _ = writeln!(out, "  {}", paint(FAINT, format!("and {rest} more; see `--format json`")));
        }
    }
}

/// The worst state of what serves; `None` when the control plane alone is hit.
fn serving(views: &[&ImpactView]) -> Option<State> {
    let control = Capability::control();
    views.iter().filter(|view| view.capability != control.as_str()).map(|view| view.state).max()
}

/// A component, with the named capabilities that it lost where its `data` holds.
fn with_faces(name: &str, views: &[&ImpactView]) -> String {
    let (data, control) = (Capability::data(), Capability::control());
    let whole = views.iter().any(|view| view.capability == data.as_str());
    let faces = views.iter().map(|view| view.capability.as_str());
    let named: Vec<&str> = faces.filter(|face| *face != data.as_str() && *face != control.as_str()).collect();
    if named.is_empty() || whole { name.to_owned() } else { format!("{name} ({})", named.join(", ")) }
}
