//! A need as it is written in `linchpin.yaml`: a name, a mapping with `to`, or alternatives.

use crate::facts::{Denied, Target, Wanted};
use crate::model::{Basis, Confidence, Evidence, Phase, Strength, Switch, Terms};
use crate::source::Fields;
use crate::source::yaml::Node;

const TERMS: [&str; 5] = ["strength", "phase", "grace", "switch", "capacity"];
const MOST_NESTED: usize = 16;

/// Reads `{to: name, strength: none}`: a need that manifests seem to show and that does not exist.
pub(super) fn denied(reader: &mut Fields, node: &Node, from: usize) -> Option<Denied> {
    if node.text_at(&["strength"]) != Some("none") || node.get("to").is_none() {
        return None;
    }
    reader.mapping(node, "a need that does not exist", &["to", "strength"]);
    let target = reader.text(node.get("to")?, "to")?.to_owned();
    Some(Denied { from, target, evidence: Evidence { at: reader.place(node), basis: Basis::Manifest, note: None } })
}

/// Reads one need; `None` when it is wrong, which the reader then knows.
pub(super) fn read(reader: &mut Fields, node: &Node, depth: usize) -> Option<Wanted> {
    let evidence = vec![Evidence { at: reader.place(node), basis: Basis::Manifest, note: None }];
    if !node.is_map() {
        let name = reader.text(node, "a need")?.to_owned();
        return Some(Wanted { target: Target::Name(name), terms: Terms::hard(Confidence::Declared), evidence });
    }
    if depth > MOST_NESTED {
        reader.wrong(node, "alternatives are nested too deeply", "give the inner group a component of its own");
        return None;
    }
    let forms: Vec<&str> =
        ["to", "any_of", "all_of", "at_least"].into_iter().filter(|f| node.get(f).is_some()).collect();
    let [form] = forms.as_slice() else {
        let help = "write one of `to: name`, `any_of: […]`, `all_of: […]`, `{at_least: 2, of: […]}`";
        let found = if forms.is_empty() { "nothing".to_owned() } else { format!("`{}`", forms.join("` and `")) };
        reader.wrong(node, &format!("a need says exactly one thing, and this one says {found}"), help);
        return None;
    };
    let mut known = vec![*form];
    known.extend(TERMS);
    if *form == "at_least" {
        known.push("of");
    }
    reader.mapping(node, "a need", &known);
    let value = node.get(form)?;
    let terms = terms(reader, node, depth);
    let target = match *form {
        "to" => Target::Name(reader.text(value, "to")?.to_owned()),
        "any_of" => group(reader, value, Some(1), depth)?,
        "all_of" => group(reader, value, None, depth)?,
        _ => {
            let Some(of) = node.get("of") else {
                reader.wrong(node, "`at_least` without `of`", "write `{at_least: 2, of: [a, b, c]}`");
                return None;
            };
            let most = of.items().len();
            let k = value.integer().and_then(|k| usize::try_from(k).ok()).filter(|k| (1..=most).contains(k));
            if k.is_none() {
                let help = format!("a whole number from 1 to {most}, the number of members");
                reader.wrong(value, "`at_least` can't be met or says nothing", &help);
                return None;
            }
            group(reader, of, k, depth)?
        }
    };
    Some(Wanted { target, terms, evidence })
}

fn group(reader: &mut Fields, node: &Node, k: Option<usize>, depth: usize) -> Option<Target> {
    let written = node.items().len();
    if !node.is_seq() || written == 0 {
        reader.wrong(node, "alternatives are a list with at least one member", "write `any_of: [a, b]`");
        return None;
    }
    let members: Vec<Wanted> = node.items().iter().filter_map(|item| read(reader, item, depth + 1)).collect();
    (members.len() == written).then(|| Target::AtLeast { k: k.unwrap_or(written), members })
}

fn terms(reader: &mut Fields, node: &Node, depth: usize) -> Terms {
    let mut terms = Terms::hard(Confidence::Declared);
    if let Some(value) = node.get("strength") {
        let known = &[("hard", Strength::Hard), ("soft", Strength::Soft)];
        terms.strength = reader.one_of(value, "strength", known).unwrap_or_default();
    }
    if let Some(value) = node.get("phase") {
        let known = &[("run", Phase::Run), ("start", Phase::Start)];
        terms.phase = reader.one_of(value, "phase", known).unwrap_or_default();
        if depth > 0 {
            reader.wrong(
                value,
                "`phase` inside alternatives",
                "the whole group has one phase; write it beside `any_of`",
            );
        }
    }
    terms.grace = node.get("grace").and_then(|value| reader.duration(value));
    terms.switch = node.get("switch").and_then(|value| match value.text() {
        Some("manual") => Some(Switch::ByHand),
        _ => reader.duration(value).map(Switch::After),
    });
    terms.capacity = node.get("capacity").and_then(|value| reader.share(value));
    terms
}
