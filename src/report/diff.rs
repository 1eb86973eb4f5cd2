//! What changes between two versions of a system.

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::Style;
use schemars::JsonSchema;
use serde::Serialize;

use super::text::{BAD, FAINT, GOOD, HEAD, POOR, count, listed, paint, wrapped};
use super::{Report, SCHEMA};
use crate::analysis::{Change, Joint, JointSet, Radius};

/// The report of `diff`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Diff {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The earlier version.
    pub base: Version,
    /// The later version.
    pub head: Version,
    /// Components.
    pub components: DeltaView,
    /// Needs of one's own components, `from -> to`, the terms behind them.
    pub needs: DeltaView,
    /// Needs within providers, which follow from what one's own components need.
    pub inner_needs: DeltaView,
    /// Groups of alternatives, `from -> any of […]`.
    pub alternatives: DeltaView,
    /// What takes an app down: components alone, and the smallest sets of several up to `order`.
    pub cut_sets: CutSets,
    /// What each loss takes down, where that differs; the most grown first.
    pub blast: Vec<BlastView>,
}

/// A version of the system.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Version {
    /// What was asked for; `null` is what lies on disk.
    pub revision: Option<String>,
    /// The commit.
    pub commit: Option<String>,
}

/// What appears and what vanishes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeltaView {
    /// Only in the later version.
    pub added: Vec<String>,
    /// Only in the earlier version.
    pub removed: Vec<String>,
}

/// Minimal cut sets that appear and vanish.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CutSets {
    /// The most components that a set was allowed to have.
    pub order: u32,
    /// Apps whose sets of several components are too many, or take too much, to be compared.
    pub not_compared: Vec<String>,
    /// Only in the later version.
    pub added: Vec<CutSet>,
    /// Only in the earlier version.
    pub removed: Vec<CutSet>,
}

/// A set of components whose joint failure takes an app down.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct CutSet {
    /// The app.
    pub app: String,
    /// The components.
    pub set: Vec<String>,
}

/// What the loss of a component takes down, before and after.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BlastView {
    /// What is lost.
    pub component: String,
    /// How many apps went down with it.
    pub before: usize,
    /// How many apps go down with it.
    pub after: usize,
    /// Apps that did not go down with it.
    pub gained: Vec<String>,
    /// Apps that do not go down with it any more.
    pub lost: Vec<String>,
}

/// Makes the report of a change.
pub fn diff(change: &Change, joint: &Joint, base: Version, head: Version) -> Diff {
    let texts = |ids: &[crate::model::ComponentId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let sets = |of: &dyn Fn(&Radius) -> Vec<String>, several: &[JointSet]| {
        let pairs = change.radii.iter().flat_map(|radius| {
            let set = vec![radius.component.to_string()];
            of(radius).into_iter().map(move |app| CutSet { app, set: set.clone() })
        });
        let several = several.iter().map(|(app, set)| CutSet { app: app.to_string(), set: texts(set) });
        let mut sets: Vec<CutSet> = pairs.chain(several).collect();
        sets.sort();
        sets
    };
    let gained = |radius: &Radius| radius.gained().map(ToString::to_string).collect::<Vec<_>>();
    let lost = |radius: &Radius| radius.lost().map(ToString::to_string).collect::<Vec<_>>();
    let mut blast: Vec<BlastView> = change
        .radii
        .iter()
        .map(|radius| BlastView {
            component: radius.component.to_string(),
            before: radius.before.len(),
            after: radius.after.len(),
            gained: gained(radius),
            lost: lost(radius),
        })
        .collect();
    blast.sort_by_key(|view| (view.before as i64 - view.after as i64, view.component.clone()));
    Diff {
        schema: SCHEMA,
        base,
        head,
        components: DeltaView { added: texts(&change.components.added), removed: texts(&change.components.removed) },
        needs: DeltaView { added: change.needs.added.clone(), removed: change.needs.removed.clone() },
        inner_needs: DeltaView { added: change.inner_needs.added.clone(), removed: change.inner_needs.removed.clone() },
        alternatives: DeltaView {
            added: change.alternatives.added.clone(),
            removed: change.alternatives.removed.clone(),
        },
        cut_sets: CutSets {
            order: joint.order,
            not_compared: texts(&joint.left_out),
            added: sets(&gained, &joint.added),
            removed: sets(&lost, &joint.removed),
        },
        blast,
    }
}

impl Version {
    fn told(&self) -> String {
        let commit = self.commit.as_ref().map(|id| format!(" ({})", id.get(..10).unwrap_or(id))).unwrap_or_default();
        match &self.revision {
            Some(name) => format!("{name}{commit}"),
            None => "the files on disk".to_owned(),
        }
    }
}

/// How many lines of one kind are shown.
const MOST: usize = 40;

/// How many sets of one app are shown.
const FEW: usize = 8;

impl Report for Diff {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{} -> {}\n", paint(HEAD, self.base.told()), paint(HEAD, self.head.told()));
        if !self.components.added.is_empty() || !self.components.removed.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "components"));
            for (names, sign) in [(&self.components.removed, "-"), (&self.components.added, "+")] {
                let names: Vec<String> = names.iter().map(|name| format!("{sign}{name}")).collect();
                if !names.is_empty() {
                    out += &listed(&names, 2, width);
                }
            }
        }
        let parts = [("needs", &self.needs), ("alternatives", &self.alternatives)];
        for (title, delta) in parts.iter().filter(|(_, delta)| !delta.added.is_empty() || !delta.removed.is_empty()) {
            let _ = writeln!(out, "\n{}", paint(HEAD, title));
            lines(&mut out, &delta.removed, ("-", BAD), MOST, width);
            lines(&mut out, &delta.added, ("+", GOOD), MOST, width);
        }
        let (added, removed) = (self.inner_needs.added.len(), self.inner_needs.removed.len());
        if added + removed > 0 {
            let text = format!("{added} needs within providers appear, {removed} vanish; `--format json` lists them");
            let _ = write!(out, "\n{}", paint(FAINT, wrapped(&text, 0, width)));
        }
        if !self.blast.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "apps down without"));
            for view in self.blast.iter().take(MOST) {
                let style = if view.after > view.before { BAD } else { GOOD };
                let numbers = paint(style, format!("{} -> {}", view.before, view.after));
                let _ = writeln!(out, "  {}: {numbers}", view.component);
                for (names, sign) in [(&view.gained, "+"), (&view.lost, "-")] {
                    let names: Vec<String> = names.iter().map(|name| format!("{sign}{name}")).collect();
                    if !names.is_empty() {
                        out += &listed(&names, 4, width);
                    }
                }
            }
            if self.blast.len() > MOST {
                let _ = writeln!(out, "  {}", paint(FAINT, format!("and {} more", self.blast.len() - MOST)));
            }
        }
        self.several(&mut out, width);
        let alone = |sets: &[CutSet]| sets.iter().filter(|set| set.set.len() == 1).count();
        let counts = |sets: &[CutSet]| (alone(sets), sets.len() - alone(sets));
        let ((appear, more), (vanish, fewer)) = (counts(&self.cut_sets.added), counts(&self.cut_sets.removed));
        let mut parts = Vec::new();
        if appear + vanish > 0 {
            parts.push(format!("single points of failure of apps: {appear} appear, {vanish} vanish"));
        }
        if more + fewer > 0 {
            parts.push(format!("sets of up to {} components: {more} appear, {fewer} vanish", self.cut_sets.order));
        }
        let summary = match parts.as_slice() {
            [] if self.is_empty() => "nothing changes".to_owned(),
            [] => "no app is exposed to more or to less".to_owned(),
            parts => parts.join("; "),
        };
        out + "\n" + &wrapped(&summary, 0, width)
    }
}

impl Diff {
    fn is_empty(&self) -> bool {
        let empty = |delta: &DeltaView| delta.added.is_empty() && delta.removed.is_empty();
        empty(&self.components)
            && empty(&self.needs)
            && empty(&self.inner_needs)
            && empty(&self.alternatives)
            && self.blast.is_empty()
            && self.cut_sets.added.is_empty()
            && self.cut_sets.removed.is_empty()
            && self.cut_sets.not_compared.is_empty()
    }

    /// The sets of several components, app by app.
    fn several(&self, out: &mut String, width: usize) {
        let CutSets { added, removed, not_compared, order } = &self.cut_sets;
        let several = |set: &&CutSet| set.set.len() > 1;
        let apps: BTreeSet<&String> = added.iter().chain(removed).filter(several).map(|set| &set.app).collect();
        if !apps.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, format!("what takes apps down together, up to {order}")));
        }
        for app in apps {
            let of = |sets: &[CutSet]| -> Vec<String> {
                let own = sets.iter().filter(several).filter(|set| set.app == *app);
                own.map(|set| set.set.join(" + ")).collect()
            };
            let _ = writeln!(out, "  {app}");
            let mut inner = String::new();
            lines(&mut inner, &of(removed), ("-", GOOD), FEW, width.saturating_sub(2));
            lines(&mut inner, &of(added), ("+", BAD), FEW, width.saturating_sub(2));
            inner.lines().for_each(|line| *out += &format!("  {line}\n"));
        }
        if !not_compared.is_empty() {
            let number = count(not_compared.len(), "app");
            let _ =
                writeln!(out, "\n{}", paint(POOR, format!("NOT COMPARED ({number}): too many sets of up to {order}")));
            *out += &listed(not_compared, 2, width);
        }
    }
}

fn lines(out: &mut String, texts: &[String], (sign, style): (&str, Style), most: usize, width: usize) {
    for text in texts.iter().take(most) {
        let text = wrapped(text, 4, width);
        let _ = write!(out, "  {} {}", paint(style, sign), text.trim_start());
    }
    if texts.len() > most {
        let rest = count(texts.len() - most, "more line");
        let _ = writeln!(out, "  {}", paint(FAINT, format!("{sign} and {rest}; `--format json` lists all")));
    }
}
