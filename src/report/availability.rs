//! How often apps are up, and what of the rest is whose.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::promise::{PromiseView, Promises};
use super::text::{BAD, FAINT, HEAD, POOR, count, paint, table, wrapped};
use super::{Report, SCHEMA};
use crate::analysis::cuts::{CONFIDENCE, Way};
use crate::analysis::{Available, How, Share, Weighed};
use crate::catalogue::Catalogue;
use crate::graph::Graph;
use crate::model::{Availability, Component, System};

/// Hours of a year, leap years counted in.
const HOURS_OF_A_YEAR: f64 = 8_765.82;

/// The report of `availability`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AvailabilityReport {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// What was taken for components without a figure, a share from 0 to 1.
    pub assumed: Option<f64>,
    /// The apps, in the order of their ids.
    pub availability: Vec<AppView>,
    /// Whether the run was interrupted, so that what was not finished is given by bounds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    #[serde(skip)]
    limit: usize,
}

/// How often one app is up: its own failures are left out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AppView {
    /// The app.
    pub app: String,
    /// How critical it is.
    pub tier: Option<u8>,
    /// The availability that it declares: its target.
    pub target: Option<f64>,
    /// Whether the target can be kept: `false` when what it needs does not allow it even if everything of which nothing is
    /// known never fails.
    pub target_in_reach: Option<bool>,
    /// Whether nothing that it needs was found: then nothing is known, and its shares are anything from 0 to 1.
    pub nothing_found: bool,
    /// It serves.
    pub data: ShareView,
    /// It can be deployed, scaled and failed over.
    pub control: ShareView,
    /// Both.
    pub operable: ShareView,
    /// It serves, and nothing degrades it.
    pub whole: ShareView,
    /// What the product of the figures along every path would say, missing ones taken for 100 %; nothing where nothing was
    /// found that it needs.
    pub naive: Option<f64>,
    /// The lowest figure that anybody gives of what bears on `data`: the weakest promise.
    pub weakest_promise: Option<PromiseView>,
    /// The figure that costs it the most downtime, which is another one where the weakest has alternatives.
    pub costliest_promise: Option<PromiseView>,
    /// The components that bear on it and of which no figure is known.
    pub unknown: Vec<String>,
    /// The components that bear on `data`, the most critical first; what is not known about others counts as never failing.
    pub components: Vec<WeighedView>,
}

/// A share of the time, between two numbers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShareView {
    /// If everything of which nothing is known is always down.
    pub low: f64,
    /// If it never is.
    pub high: f64,
    /// How `low` and `high` were found: `exact` over a decision diagram, `bounds` where none fitted the limits, or `open`
    /// where nothing was found that the app needs.
    pub method: &'static str,
    /// Where it lies within the bounds by sampling; never where it is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<EstimateView>,
    /// The hours of a year that `high` leaves.
    pub hours_down_at_least: f64,
    /// The hours of a year that `low` leaves.
    pub hours_down_at_most: f64,
}

/// What sampling says of a share that is known within bounds alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EstimateView {
    /// It is at least this.
    pub low: f64,
    /// It is at most this.
    pub high: f64,
    /// How likely that holds, whatever the truth is.
    pub confidence: f64,
    /// How many samples were drawn.
    pub samples: u64,
    /// `direct`, or `karp-luby` over the minimal cut sets that were found.
    pub method: &'static str,
}

/// How much a component matters to an app.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WeighedView {
    /// Its id.
    pub id: String,
    /// The share of the time that it is up by itself; nothing when that is not known.
    pub availability: Option<f64>,
    /// Where the figure comes from: `linchpin.yaml:7:5`, `catalogue`, `assumed` or `unknown`.
    pub source: String,
    /// The probability that the app is down when it is, less that when it is not.
    pub birnbaum: f64,
    /// The share of the app's downtime that ends when it never fails.
    pub criticality: f64,
    /// Fussell-Vesely: the share of the sum over the minimal cut sets that those with it have.
    pub fussell_vesely: f64,
    /// How many times as often the app is down when it always is.
    pub risk_achievement_worth: Option<f64>,
    /// How many times as often the app is down as when it never is.
    pub risk_reduction_worth: Option<f64>,
}

/// Makes the report; the text shows `limit` components of each app.
pub fn availability(
    system: &System,
    graph: &Graph,
    catalogue: &Catalogue,
    found: &[(u32, Available)],
    assumed: Option<f64>,
    limit: usize,
) -> AvailabilityReport {
    let component = |number: u32| &system.components[&graph.components()[number as usize]];
    let promises = Promises { system, graph, catalogue };
    let view = |(app, available): &(u32, Available)| {
        let app = component(*app);
        let target = app.availability.as_ref().map(share_of);
        // The shares of an app about which nothing is known would be a flattering 100 %.
        let nothing_found = available.components.is_empty() && available.unknown.is_empty();
        let seen = |share: Share| if nothing_found { open() } else { seen(share) };
        AppView {
            app: app.id.to_string(),
            tier: app.tier,
            target,
            target_in_reach: target.filter(|_| !nothing_found).map(|target| target <= available.data.high + 1e-12),
            nothing_found,
            data: seen(available.data),
            control: seen(available.control),
            operable: seen(available.operable),
            whole: seen(available.whole),
            naive: (!nothing_found).then_some(available.naive),
            weakest_promise: promises.weakest(available),
            costliest_promise: promises.costliest(available),
            unknown: available.unknown.iter().map(|number| component(*number).id.to_string()).collect(),
            components: available.components.iter().map(|w| weighed(component(w.component), w)).collect(),
        }
    };
    AvailabilityReport {
        schema: SCHEMA,
        assumed,
        availability: found.iter().map(view).collect(),
        interrupted: false,
        limit,
    }
}

pub(super) fn share_of(availability: &Availability) -> f64 {
    match availability {
        Availability::Share(share) => *share,
        Availability::Means { mtbf, mttr } => {
            let (up, down) = (mtbf.as_secs_f64(), mttr.as_secs_f64());
            if up + down > 0.0 { up / (up + down) } else { 1.0 }
        }
    }
}

fn seen(share: Share) -> ShareView {
    ShareView {
        low: share.low,
        high: share.high,
        method: if share.how == How::Exact { "exact" } else { "bounds" },
        estimate: share.estimate.map(|estimate| EstimateView {
            low: estimate.low,
            high: estimate.high,
            confidence: CONFIDENCE,
            samples: estimate.samples,
            method: if estimate.way == Way::Direct { "direct" } else { "karp-luby" },
        }),
        hours_down_at_least: (1.0 - share.high) * HOURS_OF_A_YEAR,
        hours_down_at_most: (1.0 - share.low) * HOURS_OF_A_YEAR,
    }
}

/// Anything from never to always.
fn open() -> ShareView {
    ShareView {
        low: 0.0,
        high: 1.0,
        method: "open",
        estimate: None,
        hours_down_at_least: 0.0,
        hours_down_at_most: HOURS_OF_A_YEAR,
    }
}

fn weighed(component: &Component, weighed: &Weighed) -> WeighedView {
    let place = component.evidence.first().map_or_else(String::new, |evidence| evidence.at.to_string());
    let source = match (&component.availability, weighed.down, &component.provider) {
        (None, None, _) => "unknown".to_owned(),
        (None, Some(_), _) => "assumed".to_owned(),
        (Some(_), _, Some(_)) => "catalogue".to_owned(),
        (Some(_), _, None) => place,
    };
    WeighedView {
        id: component.id.to_string(),
        availability: weighed.down.map(|down| 1.0 - down),
        source,
        birnbaum: weighed.birnbaum,
        criticality: weighed.criticality,
        fussell_vesely: weighed.fussell_vesely,
        risk_achievement_worth: weighed.achievement,
        risk_reduction_worth: weighed.reduction,
    }
}

impl Report for AvailabilityReport {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{}\n", paint(HEAD, "How often what they need lets apps be up"));
        if let Some(assumed) = self.assumed {
            let _ = writeln!(out, "components without a figure are taken to be up {}", percent(assumed));
        }
        let bounds =
            |app: &&AppView| [&app.data, &app.control, &app.operable, &app.whole].iter().any(|s| s.method == "bounds");
        if self.interrupted {
            let left = count(self.availability.iter().filter(bounds).count(), "app");
            let text =
                format!("interrupted: the figures of {left} are bounds that hold whatever is shared, and may be wide");
            out += &paint(POOR, wrapped(&text, 0, width).trim_end());
            out.push('\n');
        }
        for app in &self.availability {
            app.text(&mut out, self.limit, width);
        }
        out
    }
}

impl AppView {
    fn text(&self, out: &mut String, limit: usize, width: usize) {
        let tier = self.tier.map_or(String::new(), |tier| format!(" (tier {tier})"));
        let _ = writeln!(out, "\n{}", paint(HEAD, format!("{}{tier}", self.app)));
        if self.nothing_found {
            let _ = writeln!(out, "  {}", paint(POOR, "not known: nothing that it needs was found"));
            return;
        }
        for (word, share) in [
            ("serves", &self.data),
            ("undegraded", &self.whole),
            ("changeable", &self.control),
            ("both", &self.operable),
        ] {
            if word == "undegraded" && (share.low, share.high) == (self.data.low, self.data.high) {
                continue;
            }
            let _ = writeln!(out, "  {word:11} {}", share.words());
            if let Some(estimate) = &share.estimate {
                let _ = writeln!(out, "  {:11} {}", "", paint(POOR, estimate.words()));
            }
        }
        // Of nothing but missing figures the product would be a flattering 100 %.
        if let Some(naive) = self.naive.filter(|naive| self.data.low >= 1e-12 || *naive < 1.0) {
            let missing = if self.unknown.is_empty() { "" } else { ", and missing figures were 100 %" };
            let naive = percent(naive);
            let naive = format!("{naive} by multiplying along every path, as if nothing were shared{missing}");
            let _ = writeln!(out, "{}", paint(FAINT, wrapped(&naive, 2, width).trim_end()));
        }
        match (self.target, self.target_in_reach) {
            (Some(target), Some(false)) => {
                let text = format!("its target of {} is out of reach: what it needs allows less", percent(target));
                let _ = writeln!(out, "  {}", paint(BAD, text));
            }
            (Some(target), _) if target > self.data.low + 1e-12 => {
                let text = format!("its target of {} holds only if what is not known allows it", percent(target));
                let _ = writeln!(out, "  {}", paint(POOR, text));
            }
            (Some(target), _) => {
                let _ = writeln!(out, "  its target of {} is within what its needs allow", percent(target));
            }
            (None, _) => {}
        }
        self.promises(out, width);
        if !self.unknown.is_empty() {
            let some: Vec<&str> = self.unknown.iter().take(6).map(String::as_str).collect();
            let more = self.unknown.len().saturating_sub(6);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let text =
                format!("no figure is known of {}: {}{rest}", count(self.unknown.len(), "component"), some.join(", "));
            *out += &wrapped(&text, 2, width);
        }
        let shown: Vec<&WeighedView> = self.components.iter().filter(|c| c.criticality > 0.0).take(limit).collect();
        if shown.is_empty() {
            return;
        }
        let row = |view: &&WeighedView| {
            vec![
                format!("  {}", view.id),
                view.availability.map_or_else(|| "?".to_owned(), percent),
                format!("{:.1} %", view.criticality * 100.0),
                format!("{:.3}", view.birnbaum),
                view.source.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = shown.iter().map(row).collect();
        *out += &table(width, &["  component", "up by itself", "of the downtime", "matters", "source"], &rows);
    }
}

impl AppView {
    fn promises(&self, out: &mut String, width: usize) {
        let Some(weakest) = &self.weakest_promise else { return };
        *out += &wrapped(&format!("weakest promise: {}", weakest.words()), 2, width);
        let dearer = self.costliest_promise.as_ref().filter(|costliest| costliest.availability > weakest.availability);
        if let Some(costliest) = dearer {
            *out += &wrapped(&format!("costliest promise: {}", costliest.words()), 2, width);
        }
    }
}

impl ShareView {
    fn words(&self) -> String {
        let bounds = if self.method == "exact" { "" } else { ", by bounds: the diagram was not finished" };
        if self.high - self.low < 1e-12 {
            return format!("{}, down {} a year{bounds}", percent(self.high), hours(self.hours_down_at_least));
        }
        // From never to always says nothing, and from never to something only the latter.
        if self.low < 1e-12 && self.high > 1.0 - 1e-12 {
            return format!("not known: figures are missing{bounds}");
        }
        let (low, high) = (percent(self.low), percent(self.high));
        if self.low < 1e-12 {
            let hours = hours(self.hours_down_at_least);
            return format!("at most {high}, down {hours} a year or more; figures are missing{bounds}");
        }
        format!("{low} to {high}, down {} a year or more{bounds}", hours(self.hours_down_at_least))
    }
}

impl EstimateView {
    fn words(&self) -> String {
        let (low, high) = apart(self.low, self.high);
        let sure = self.confidence * 100.0;
        let samples = count(usize::try_from(self.samples).unwrap_or(usize::MAX), "sample");
        format!("estimated {low} to {high}, {sure:.0} % sure ({samples}, {})", self.method)
    }
}

/// Two shares with enough digits to tell one from the other and both from 100 %.
fn apart(low: f64, high: f64) -> (String, String) {
    let digits = |gap: f64| if gap > 0.0 { (1.0 - (gap * 100.0).log10().floor()).clamp(2.0, 12.0) as usize } else { 2 };
    let most = digits(1.0 - high).max(digits(high - low));
    (format!("{:.most$} %", low * 100.0), format!("{:.most$} %", high * 100.0))
}

/// A share with as many digits as tell it from 100 %: `99.95 %`, `99.99987 %`.
pub(super) fn percent(share: f64) -> String {
    let missing = (1.0 - share) * 100.0;
    let digits = if missing > 0.0 { (1.0 - missing.log10().floor()).clamp(2.0, 12.0) } else { 2.0 };
    format!("{:.*} %", digits as usize, share * 100.0)
}

/// `8.8 h`, `5.3 min`, `12 s`.
fn hours(hours: f64) -> String {
    if hours >= 48.0 {
        format!("{:.1} days", hours / 24.0)
    } else if hours >= 1.0 {
        format!("{hours:.1} h")
    } else if hours >= 1.0 / 60.0 {
        format!("{:.1} min", hours * 60.0)
    } else {
        format!("{:.1} s", hours * 3600.0)
    }
}
