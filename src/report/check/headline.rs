//! The one sentence that says what a report comes to, for those who read no further.

use std::collections::BTreeSet;

use super::view::{Check, FixedView, RadiusView};
use crate::policy::Decision;
use crate::report::text::count;

/// What the report comes to.
///
/// Where a change lets the loss of one component take down more apps, the one that grows the most is named with both
/// numbers; then what is new; then what shrinks, unless its apps are merely gone; then what is there at all.
pub(super) fn sentence(report: &Check) -> String {
    if report.compared.as_ref().is_some_and(|compared| compared.unchanged) && report.counts.new_ones() == 0 {
        return "No file that Linchpin reads is changed, so nothing is new.".to_owned();
    }
    if let Some(radius) = grown(report) {
        return format!("Losing `{}` would now take down {}.", radius.component, numbers(radius));
    }
    let new = report.counts.new_ones();
    if new == 0 && report.compared.as_ref().is_some_and(|compared| compared.blind) {
        return "Files that could be read before can't be read any more, so their part was not checked.".to_owned();
    }
    if report.compared.is_some() && new > 0 {
        let first = report.findings.first().map(|finding| finding.message.as_str()).unwrap_or_default();
        let rest = if new > 1 { format!(" ({} more)", new - 1) } else { String::new() };
        return format!("New: {}{rest}.", first.trim_end_matches('.'));
    }
    // Of those that shrink alike, the first in the order of the report.
    let smaller = report.blast.iter().filter(|radius| radius.after.len() + radius.gone < radius.before.len());
    let shrunk = smaller.min_by_key(|radius| {
        let growth = |before: usize, after: usize| after as i64 - before as i64;
        let tiers = growth(radius.tier_1_before, radius.tier_1_after);
        (tiers, growth(radius.before.len(), radius.after.len()), radius.place, &radius.component)
    });
    if let Some(radius) = shrunk {
        return format!("Losing `{}` would now take down {}.", radius.component, numbers(radius));
    }
    if report.compared.is_some() {
        return match (report.counts.fixed - report.counts.gone, report.counts.gone) {
            (0, 0) => "This change adds no finding.".to_owned(),
            (0, _) => format!("This change adds no finding; {}.", parting(report)),
            (fixed, 0) => format!("This change mends {} and adds none.", count(fixed, "finding")),
            (fixed, _) => format!("This change mends {} and adds none; {}.", count(fixed, "finding"), parting(report)),
        };
    }
    match (report.verdict, new) {
        (_, 0) => "Nothing speaks against this system.".to_owned(),
        (Decision::Fail, new) => format!("{} in this system, of which some must be mended.", count(new, "finding")),
        (_, new) => format!("{} in this system.", count(new, "finding")),
    }
}

/// The component whose loss takes down the most more; of several the one that the first finding is about.
fn grown(report: &Check) -> Option<&RadiusView> {
    let growth = |radius: &RadiusView| {
        let more = |after: usize, before: usize| after as i64 - before as i64;
        (more(radius.tier_1_after, radius.tier_1_before), more(radius.after.len(), radius.before.len()))
    };
    let first = report.blast.first().filter(|radius| grows(radius))?;
    let alike = || report.blast.iter().filter(|radius| growth(radius) == growth(first));
    let new = report.findings.iter().filter(|finding| finding.state == "new" && !finding.folded);
    let mut told = new.filter_map(|finding| alike().find(|radius| finding.cut_set == [radius.component.clone()]));
    told.next().or(Some(first))
}

/// What is there no more, and how many findings were about it: `` `a`, `b` and 2 more are gone, and with them 7 findings ``.
pub(super) fn parting(report: &Check) -> String {
    const MOST: usize = 3;
    let gone = report.fixed.iter().filter(|fixed| fixed.gone);
    let names: BTreeSet<String> = gone.map(about).collect();
    let findings = count(report.counts.gone, "finding");
    let mut shown: Vec<String> = names.iter().take(MOST).cloned().collect();
    if names.len() > MOST {
        shown.push(format!("{} more", names.len() - MOST));
    }
    let last = shown.pop().unwrap_or_default();
    match shown.as_slice() {
        [] => format!("{last} is gone, and with it {findings}"),
        others => format!("{} and {last} are gone, and with them {findings}", others.join(", ")),
    }
}

/// The app of a finding of before, or else its cut set.
fn about(fixed: &FixedView) -> String {
    fixed.app.as_ref().map_or_else(|| format!("`{}`", fixed.cut_set.join("`, `")), |app| format!("`{app}`"))
}

fn grows(radius: &RadiusView) -> bool {
    radius.tier_1_after > radius.tier_1_before
        || (radius.tier_1_after == radius.tier_1_before && radius.after.len() > radius.before.len())
}

/// `7 tier-1 apps; before, 4`, or of all apps where those of tier 1 do not differ.
fn numbers(radius: &RadiusView) -> String {
    let told = |number: usize, what: &str| match number {
        0 => format!("no {what}"),
        number => count(number, what),
    };
    let before = |number: usize| if number == 0 { "none".to_owned() } else { number.to_string() };
    if radius.tier_1_after == radius.tier_1_before {
        return format!("{}; before, {}", told(radius.after.len(), "app"), before(radius.before.len()));
    }
    format!("{}; before, {}", told(radius.tier_1_after, "tier-1 app"), before(radius.tier_1_before))
}
