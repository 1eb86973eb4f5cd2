//! What came of the files of each format.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::ingest::{Account, Tally};
use crate::model::{Evidence, Requires, System};

/// What came of the files of a format.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FormatView {
    /// Its name.
    pub format: &'static str,
    /// How many components its files are the first to tell of.
    pub components: usize,
    /// How many needs its files are the first evidence of, a group of alternatives as one.
    pub needs: usize,
    /// How many of the components stand at a place that is known.
    pub placed: usize,
    /// Of how many of the components it is known that there are several copies, places or ways.
    pub redundant: usize,
    /// What of its content was counted, and how much of that was understood.
    pub counted: Vec<Tally>,
}

/// What came of each format: components and needs go to the format of the file that their first evidence is in.
pub(super) fn formats(system: &System, accounts: &[Account], tallies: &[(&'static str, Tally)]) -> Vec<FormatView> {
    let of_file: HashMap<&str, &'static str> = accounts.iter().map(|one| (&*one.file, one.format)).collect();
    let format = |evidence: &[Evidence]| of_file.get(&*evidence.first()?.at.file).copied();
    let mut views: BTreeMap<&'static str, FormatView> = BTreeMap::new();
    for name in of_file.values().copied() {
        let counted = tallies.iter().filter(|(format, _)| *format == name).map(|(_, tally)| *tally).collect();
        let view = FormatView { format: name, components: 0, needs: 0, placed: 0, redundant: 0, counted };
        views.insert(name, view);
    }
    for component in system.components.values().filter(|component| component.provider.is_none()) {
        let needs = || component.capabilities.values().flatten();
        for need in needs() {
            if let Some(view) = format(&need.evidence).and_then(|name| views.get_mut(name)) {
                view.needs += 1;
            }
        }
        let Some(view) = format(&component.evidence).and_then(|name| views.get_mut(name)) else { continue };
        let several = needs().any(|need| matches!(need.requires, Requires::AtLeast { .. }));
        let copies = component.redundancy.replicas.is_some_and(|replicas| replicas > 1);
        view.components += 1;
        view.placed += usize::from(!component.at.is_empty());
        view.redundant += usize::from(several || copies || !component.redundancy.spread.is_empty());
    }
    views.into_values().collect()
}

/// `terraform: 812 references between resources, 805 understood, 7 listed as not resolved`
pub(super) fn counted(format: &str, tally: &Tally) -> String {
    let Tally { what, all, understood, listed } = tally;
    let rest = all.saturating_sub(understood + listed);
    let lost = if rest > 0 { format!(", {rest} left out") } else { String::new() };
    format!("{format}: {all} {what}, {understood} understood, {listed} listed with the reason{lost}")
}
