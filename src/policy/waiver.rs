//! Waivers: findings that somebody accepts for a time, with a reason.

use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::finding::Finding;
use super::scope::{self, Scope, glob, values};
use crate::facts::{Aside, Covers};
use crate::model::{Basis, Component, ComponentId, Kind, System};
use crate::source::yaml::Node;
use crate::source::{Fields, Location, Problem};

/// A waiver.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// What all may see of it.
    pub excuse: Arc<Excuse>,
    /// Of which rules.
    pub rules: Vec<String>,
    reach: Reach,
}

/// Why a finding is accepted, by whom and until when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excuse {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Where it is written.
    pub at: Location,
}

/// Which findings a waiver is about.
#[derive(Clone, Debug)]
enum Reach {
    /// Those of a scope, about components of which each must match.
    Scope(Scope, Vec<GlobMatcher>),
    /// Those that rest on a line, or are about the component that it names.
    Line(u32),
    /// Those about the components that lines hold.
    Object(u32, u32),
}

const KEYS: &[&str] = &["rule", "scope", "owner", "reason", "until"];
const SYNTAX: &str = "write `linchpin: ignore[rule] reason (until 2026-12-31)`";

/// Reads an item of `waivers:`; `None` when it is wrong, which the reader then knows.
pub(super) fn read(reader: &mut Fields, node: &Node, limit: Option<&str>) -> Option<Waiver> {
    if !reader.mapping(node, "a waiver", KEYS) {
        return None;
    }
    let rules: Vec<String> = values(node.get("rule"))
        .into_iter()
        .filter_map(|value| reader.text(value, "rule"))
        .map(str::to_owned)
        .collect();
    let missing = |reader: &mut Fields, key: &str, help: &str| {
        reader.wrong(node, &format!("a waiver without `{key}`"), help);
    };
    if rules.is_empty() {
        missing(reader, "rule", "name the rule, `rule: single-provider`, or several in a list");
    }
    let reason = node.get("reason").and_then(|value| reader.text(value, "reason")).unwrap_or_default().trim();
    if reason.is_empty() {
        missing(reader, "reason", "say why this is accepted; whoever reads it next year will want to know");
    }
    let until = match node.get("until") {
        Some(value) => day(value.text().unwrap_or_default()).or_else(|| {
            reader.wrong(value, "this is no date", "write the last day on which it holds: `until: 2026-12-31`");
            None
        }),
        None => {
            missing(reader, "until", "add the last day on which it holds: `until: 2026-12-31`");
            None
        }
    };
    let mut scope = Scope::default();
    let mut cut_set = Vec::new();
    if let Some(value) = node.get("scope") {
        let keys: Vec<&str> = scope::KEYS.iter().copied().chain(["cut_set"]).collect();
        reader.mapping(value, "`scope`", &keys);
        scope = Scope::read(reader, value);
        for value in values(value.get("cut_set")) {
            cut_set.extend(glob(reader, value, "cut_set"));
        }
    }
    if scope.is_all() && cut_set.is_empty() {
        missing(reader, "scope", "say for what: `scope: {app: checkout}` or `scope: {cut_set: aliyun/ak}`");
        return None;
    }
    if let Some(folder) = limit {
        scope = scope.limited_to(folder);
    }
    let owner = node.get("owner").and_then(|value| reader.text(value, "owner")).map(str::to_owned);
    let at = reader.place(node);
    if rules.is_empty() || reason.is_empty() {
        return None;
    }
    let excuse = Arc::new(Excuse { owner, reason: reason.to_owned(), until: until?, at });
    Some(Waiver { excuse, rules, reach: Reach::Scope(scope, cut_set) })
}

/// Reads what stands in comments, annotations and metadata; what is wrong is a problem and waives nothing.
pub fn of_asides(asides: &[Aside]) -> (Vec<Waiver>, Vec<Problem>) {
    let (mut waivers, mut problems) = (Vec::new(), Vec::new());
    for aside in asides {
        match of_aside(aside) {
            Ok(waiver) => waivers.push(waiver),
            Err((message, help)) => problems.push(Problem::error(aside.at.clone(), message).help(help)),
        }
    }
    (waivers, problems)
}

fn of_aside(aside: &Aside) -> Result<Waiver, (String, String)> {
    let wrong = |message: &str| (message.to_owned(), SYNTAX.to_owned());
    let rest =
        aside.text.strip_prefix("ignore").ok_or_else(|| wrong("this comment is for Linchpin and says nothing"))?;
    let (rules, rest) = (rest.trim_start().strip_prefix('['))
        .and_then(|rest| rest.split_once(']'))
        .ok_or_else(|| wrong("a waiver that names no rule"))?;
    let rules: Vec<String> =
        rules.split(',').map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty()).collect();
    if rules.is_empty() {
        return Err(wrong("a waiver that names no rule"));
    }
    let rest = rest.trim();
    let (reason, terms) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((reason, terms)) if terms.contains("until") => (reason.trim(), terms),
        _ => return Err(wrong("a waiver without an expiry")),
    };
    if reason.is_empty() {
        return Err(wrong("a waiver without a reason"));
    }
    let (mut owner, mut until) = (None, None);
    for term in terms.split(',').map(str::trim) {
        match term.split_once(char::is_whitespace) {
            Some(("until", value)) => {
                until = Some(day(value.trim()).ok_or_else(|| wrong(&format!("`{}` is no date", value.trim())))?);
            }
            Some(("owner", value)) => owner = Some(value.trim().to_owned()),
            _ => return Err(wrong(&format!("`{term}` is neither `until` with a date nor `owner` with a name"))),
        }
    }
    let until = until.ok_or_else(|| wrong("a waiver without an expiry"))?;
    let excuse = Arc::new(Excuse { owner, reason: reason.to_owned(), until, at: aside.at.clone() });
    let reach = match aside.covers {
        Covers::Line(line) => Reach::Line(line),
        Covers::Object(first, last) => Reach::Object(first, last),
    };
    Ok(Waiver { excuse, rules, reach })
}

/// A date, `2026-12-31`.
fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

impl Waiver {
    /// Whether it speaks of a finding, be it expired or not.
    pub(super) fn covers(&self, finding: &Finding, system: &System) -> bool {
        if !self.rules.iter().any(|rule| *rule == finding.rule) {
            return false;
        }
        match &self.reach {
            Reach::Scope(scope, cut_set) => {
                let known = |id: &ComponentId| cut_set.iter().any(|g| g.is_match(id.as_str()) || g.is_match(id.base()));
                scope.covers(finding, system) && (cut_set.is_empty() || finding.cut_set.iter().all(known))
            }
            Reach::Line(line) => {
                let here = |at: &Location| at.file == self.excuse.at.file && at.line == *line;
                let rests = finding.evidence.iter().any(|e| e.basis == Basis::Manifest && here(&e.at));
                rests || self.about(finding, system, here)
            }
            Reach::Object(first, last) => {
                let inside = |at: &Location| at.file == self.excuse.at.file && (*first..=*last).contains(&at.line);
                self.about(finding, system, inside)
            }
        }
    }

    /// Whether a finding is about one's own component that is declared where the waiver says.
    fn about(&self, finding: &Finding, system: &System, here: impl Fn(&Location) -> bool) -> bool {
        // A third party is declared wherever it is named first.
        let own = |component: &&Component| component.provider.is_none() && component.kind != Kind::External;
        let mut components = finding.app.iter().chain(&finding.cut_set).filter_map(|id| system.components.get(id));
        components.any(|component| own(&component) && component.evidence.iter().any(|evidence| here(&evidence.at)))
    }

    /// Whether it held on a day.
    pub fn holds_on(&self, today: Date) -> bool {
        today <= self.excuse.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aside(text: &str) -> Aside {
        let at = Location { file: "a.yaml".into(), line: 1, column: 1, length: 0 };
        Aside { at, text: text.into(), covers: Covers::Line(1) }
    }

    #[test]
    fn a_comment_names_rules_reason_owner_and_expiry() {
        let (waivers, problems) = of_asides(&[aside("ignore[a, b] we (all) know (owner payments, until 2026-12-31)")]);
        assert_eq!(problems, []);
        assert_eq!(waivers[0].rules, ["a", "b"]);
        assert_eq!(waivers[0].excuse.reason, "we (all) know");
        assert_eq!(waivers[0].excuse.owner.as_deref(), Some("payments"));
        assert!(waivers[0].holds_on(jiff::civil::date(2026, 12, 31)));
        assert!(!waivers[0].holds_on(jiff::civil::date(2027, 1, 1)));
    }

    #[test]
    fn without_rule_reason_or_expiry_it_waives_nothing_and_says_so() {
        for text in [
            "ignore",
            "ignore reason (until 2026-12-31)",
            "ignore[] reason (until 2026-12-31)",
            "ignore[a] (until 2026-12-31)",
            "ignore[a] reason",
            "ignore[a] reason (until tomorrow)",
            "ignore[a] reason (until 2026-02-30)",
            "ignore[a] reason (until 2026-12-31, by me)",
            "disable[a]",
        ] {
            let (waivers, problems) = of_asides(&[aside(text)]);
            assert_eq!((waivers.len(), problems.len()), (0, 1), "{text}");
            assert!(problems[0].is_error() && problems[0].help.is_some());
        }
    }
}
