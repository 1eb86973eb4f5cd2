//! What the code of a program says of its other sides, put together: what it needs, what it would need if configuration
//! chose otherwise, and what nobody can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::choices::Undecided;
use super::view::Site;
use crate::facts::{Sign, Target, Wanted};
use crate::model::{Basis, Evidence, Strength};
use crate::source::Location;

/// What the code of a program says about one other side.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// How its loss matters while the program serves; `None` when it only matters at the start.
    pub(super) run: Option<Strength>,
    /// Whether the program does not start without it.
    pub(super) start: bool,
    /// Whether the code shows what becomes of a failure while the program serves.
    pub(super) is_clear: bool,
    /// The lines that show it; never empty.
    pub(super) evidence: Vec<Evidence>,
    /// The calls that talk to the other side, or make what does.
    pub(super) sites: BTreeSet<Site>,
}

/// Everything that the code of a program says.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Needs on what code itself names.
    pub(super) needs: Vec<Wanted>,
    /// What becomes of the variables that manifests set; `None` for one that comes to no use that is seen.
    pub(super) variables: BTreeMap<Arc<str>, Option<Finding>>,
    /// The topics, queues and channels that it names.
    pub(super) messages: super::topics::Said,
    /// Libraries whose other side is not known, with where they are used.
    pub(super) unknown: Vec<(String, Evidence)>,
    /// The products whose libraries are imported, used or not: provider and name.
    pub(super) reached: BTreeSet<(Arc<str>, Arc<str>)>,
    /// What would be needed if configuration chose otherwise, each with the line that shows it and why it does not run.
    pub(super) unchosen: Vec<(String, Evidence)>,
    /// Variables that are read by what configuration does not choose alone.
    pub(super) idle: BTreeMap<Arc<str>, Evidence>,
    /// Choices that nothing decides and on which something hangs that is needed.
    pub(super) undecided: Vec<(String, Evidence)>,
    /// Libraries that are imported and not used, each with the import.
    pub(super) unused: BTreeMap<Sign, Location>,
}

impl Findings {
    /// Notes what `whole`, in which nothing is decided, has more; `whole` is what the same program would need.
    pub(super) fn leave_out(&mut self, whole: Findings) {
        let has = |target: &Target| self.needs.iter().any(|need| named(&need.target) == named(target));
        let (more, _): (Vec<Wanted>, Vec<Wanted>) = whole.needs.into_iter().partition(|need| !has(&need.target));
        // What nobody saw a use of hangs on nothing that is chosen.
        let is_vague = |need: &Wanted| {
            need.evidence.first().and_then(|one| one.note.as_deref()).is_some_and(|note| note.ends_with(VAGUE))
        };
        let (vague, more): (Vec<Wanted>, Vec<Wanted>) = more.into_iter().partition(is_vague);
        let mut unchosen: Vec<(String, Evidence)> = Vec::new();
        for need in more {
            unchosen.extend(why(&need.evidence).map(|evidence| (named(&need.target), evidence)));
        }
        self.unused.retain(|sign, _| !vague.iter().any(|need| named(&need.target) == sign.to_string()));
        self.needs.extend(vague);
        for (what, evidence) in whole.unknown {
            if !self.unknown.iter().any(|(known, _)| *known == what) {
                unchosen.extend(why(&[evidence]).map(|evidence| (what, evidence)));
            }
        }
        unchosen.sort();
        unchosen.dedup_by(|one, other| one.0 == other.0);
        self.unused.retain(|sign, _| !unchosen.iter().any(|(what, _)| *what == sign.to_string()));
        self.unchosen = unchosen;
        for (name, finding) in whole.variables {
            let Some(finding) = finding.filter(|_| self.variables.get(&name).is_none_or(Option::is_none)) else {
                continue;
            };
            self.idle.extend(of_way(&finding.evidence).cloned().map(|evidence| (name, evidence)));
        }
    }

    /// Notes the choices that nothing decides and that are named as the reason of something.
    pub(super) fn note_undecided(&mut self, all: &[Undecided]) {
        let found = self.variables.values().flatten().flat_map(|finding| &finding.evidence);
        let notes: Vec<&str> = self
            .needs
            .iter()
            .flat_map(|need| &need.evidence)
            .chain(found)
            .filter_map(|one| one.note.as_deref())
            .collect();
        for one in all {
            let told = format!("only where {} is ", one.settings);
            if notes.iter().any(|note| note.contains(&told)) {
                let at = Location { file: Arc::clone(&one.file), line: one.line, column: 1, length: 0 };
                let note = Some(format!("{} chooses", one.settings).into());
                let what = format!("{}: {}", one.settings, one.ways.iter().cloned().collect::<Vec<_>>().join(", "));
                self.undecided.push((what, Evidence { at, basis: Basis::Code, note }));
            }
        }
    }
}

/// What is said of what would run on several ways none of which is chosen.
const SEVERAL: &str = "only where something else is chosen";

/// How the note on a library ends that is imported as a whole, and of which no use was seen.
pub(super) const VAGUE: &str = "where it is used is not known";

/// The evidence that says that something runs on one way alone.
fn of_way(all: &[Evidence]) -> Option<&Evidence> {
    all.iter().find(|one| one.note.as_deref().is_some_and(|note| note.contains("only where ")))
}

/// Why something does not run: the way that it hangs on, or that it hangs on several and so on none of them alone.
fn why(all: &[Evidence]) -> Option<Evidence> {
    let several = || Some(Evidence { note: Some(SEVERAL.into()), ..all.first()?.clone() });
    of_way(all).cloned().or_else(several)
}

/// What a target is called in the lists of what is not chosen.
fn named(target: &Target) -> String {
    match target {
        Target::Address(address) => address.to_string(),
        Target::Sign(sign) => sign.to_string(),
        Target::Name(name) => name.clone(),
        Target::Component(_) | Target::AtLeast { .. } => String::new(),
    }
}
