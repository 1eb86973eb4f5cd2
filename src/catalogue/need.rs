//! Reading needs and stated figures of a catalogue: what, under which terms, and who says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Before, Citable, Keep, Member, NeedEntry, Stated, Target, Wanted};
use crate::model::{Capability, CapabilityRef, Grade, Phase, Restart, Strength};
use crate::source::Fields;
use crate::source::yaml::Node;

type Sources = BTreeMap<Arc<str>, Citable>;

const FORMS: [&str; 5] = ["to", "any_of", "all_of", "at_least", "zones"];
const TERMS: [&str; 10] =
    ["only_in", "strength", "phase", "grace", "source", "known", "ended", "grade", "before", "note"];
const GRADES: &[(&str, Grade)] =
    &[("documented", Grade::Documented), ("incident", Grade::Incident), ("inferred", Grade::Inferred)];
const MOST_NESTED: usize = 8;
const HOW: &str = "write one of `to: product`, `any_of: […]`, `all_of: […]`, `{at_least: 2, of: […]}`, `zones: 2`";

pub(super) fn all_needs(fields: &mut Fields, node: &Node, sources: &Sources) -> Vec<NeedEntry> {
    let items = fields.list(node, "needs");
    items.into_iter().filter_map(|item| need(fields, item, sources)).collect()
}

fn need(fields: &mut Fields, node: &Node, sources: &Sources) -> Option<NeedEntry> {
    let (Some(source), Some(grade)) = (node.get("source"), node.get("grade")) else {
        fields.wrong(node, "a need without `source` or `grade`", "every need cites a source and says how it is known");
        return None;
    };
    let wanted = wanted(fields, node, &TERMS, 0)?;
    let (source, published) = cited(fields, source, sources)?;
    let phases = &[("run", Phase::Run), ("start", Phase::Start)];
    let now = strength(fields, node);
    Some(NeedEntry {
        wanted,
        only_in: texts(fields, node, "only_in"),
        strength: now,
        phase: node.get("phase").and_then(|node| fields.one_of(node, "phase", phases)).unwrap_or_default(),
        grace: node.get("grace").and_then(|node| fields.duration(node)),
        source,
        known: match node.get("known") {
            Some(known) => date(fields, known)?,
            None => published,
        },
        ended: match node.get("ended") {
            Some(ended) => Some(date(fields, ended)?),
            None => None,
        },
        grade: fields.one_of(grade, "grade", GRADES)?,
        before: match node.get("before") {
            Some(before) => Some(self::before(fields, before, now, sources)?),
            None => None,
        },
        note: text(fields, node, "note"),
        at: fields.place(node.get("to").unwrap_or(node)),
    })
}

/// `{source: manual, known: 2012-01-18, grade: inferred, strength: soft}`: what could be known of a need earlier.
fn before(fields: &mut Fields, node: &Node, now: Strength, sources: &Sources) -> Option<Before> {
    fields.mapping(node, "`before`", &["source", "known", "grade", "strength"]);
    let (Some(source), Some(grade)) = (node.get("source"), node.get("grade")) else {
        fields.wrong(node, "`before` without `source` or `grade`", "say who could tell before, and how well");
        return None;
    };
    let (source, published) = cited(fields, source, sources)?;
    let known = match node.get("known") {
        Some(known) => date(fields, known)?,
        None => published,
    };
    let held = if node.get("strength").is_some() { strength(fields, node) } else { now };
    Some(Before { source, known, grade: fields.one_of(grade, "grade", GRADES)?, strength: held })
}

/// Reads what is needed; `more` are the keys that may stand beside it.
fn wanted(fields: &mut Fields, node: &Node, more: &[&str], depth: usize) -> Option<Wanted> {
    if depth > MOST_NESTED {
        fields.wrong(node, "alternatives are nested too deeply", "give the inner group a shared component of its own");
        return None;
    }
    let has = |form: &&str| node.get(form).is_some();
    let mut forms: Vec<&str> = FORMS.into_iter().filter(has).collect();
    // `{zones: 2, to: box}`: a box in each of two zones.
    if forms == ["to", "zones"] {
        forms.remove(0);
    }
    let [form] = forms.as_slice() else {
        let found = if forms.is_empty() { "nothing".to_owned() } else { format!("`{}`", forms.join("` and `")) };
        fields.wrong(node, &format!("a need says exactly one thing, and this one says {found}"), HOW);
        return None;
    };
    let beside: &[&str] = match *form {
        "to" => &["region"],
        "at_least" => &["of"],
        "zones" => &["to"],
        _ => &[],
    };
    fields.mapping(node, "a catalogue need", &[&[*form], beside, more].concat());
    let value = node.get(form)?;
    match *form {
        "to" => target(fields, value, node.get("region")).map(Wanted::One),
        "any_of" => group(fields, value, Some(1), depth),
        "all_of" => group(fields, value, None, depth),
        "zones" => {
            let keep = keep(fields, value)?;
            let of = match node.get("to") {
                Some(to) => Some(target(fields, to, None)?),
                None => None,
            };
            Some(Wanted::Zones { keep, of })
        }
        _ => {
            let most = node.get("of").map_or(0, |of| of.items().len());
            let k = value.integer().and_then(|k| usize::try_from(k).ok()).filter(|k| (1..=most).contains(k));
            let (Some(of), Some(k)) = (node.get("of"), k) else {
                let help = "write `{at_least: 2, of: [a, b, c]}`, with a number from 1 to that of the members";
                fields.wrong(value, "`at_least` can't be met or says nothing", help);
                return None;
            };
            group(fields, of, Some(k), depth)
        }
    }
}

fn group(fields: &mut Fields, node: &Node, k: Option<usize>, depth: usize) -> Option<Wanted> {
    let written = node.items().len();
    if !node.is_seq() || written == 0 {
        fields.wrong(node, "alternatives are a list with at least one member", "write `any_of: [a, b]`");
        return None;
    }
    let members: Vec<Member> = node.items().iter().filter_map(|item| member(fields, item, depth + 1)).collect();
    (members.len() == written).then(|| Wanted::AtLeast { k: k.unwrap_or(written), members })
}

fn member(fields: &mut Fields, node: &Node, depth: usize) -> Option<Member> {
    if !node.is_map() {
        return target(fields, node, None).map(|target| Member {
            wanted: Wanted::One(target),
            switch: None,
            capacity: None,
        });
    }
    Some(Member {
        wanted: wanted(fields, node, &["switch", "capacity"], depth)?,
        switch: node.get("switch").and_then(|node| fields.duration(node)),
        capacity: node.get("capacity").and_then(|node| fields.share(node)),
    })
}

/// `product`, `product:capability`, `provider/product:capability`.
fn target(fields: &mut Fields, node: &Node, region: Option<&Node>) -> Option<Target> {
    let (name, capability) = CapabilityRef::split(fields.text(node, "to")?);
    let (provider, product) = match name.split_once('/') {
        Some((provider, product)) => (Some(provider.into()), product),
        None => (None, name),
    };
    let region = match region {
        Some(region) => Some(fields.text(region, "region")?.into()),
        None => None,
    };
    let capability = capability.map_or_else(Capability::data, Capability::new);
    Some(Target { provider, product: product.into(), capability, region })
}

fn keep(fields: &mut Fields, node: &Node) -> Option<Keep> {
    let text = node.text().unwrap_or_default();
    let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number > 0);
    let keep = match text.strip_prefix("all-but-") {
        Some(lost) => number(lost).map(Keep::AllBut),
        None => number(text).map(Keep::AtLeast),
    };
    if keep.is_none() {
        fields.wrong(node, &format!("`{text}` is not a number of zones"), "write `zones: 2` or `zones: all-but-1`");
    }
    keep
}

/// The key of a source, and when that was published.
fn cited(fields: &mut Fields, node: &Node, sources: &Sources) -> Option<(Arc<str>, Arc<str>)> {
    let key = fields.text(node, "source")?;
    let Some(citable) = sources.get(key) else {
        fields.wrong(node, &format!("no source `{key}`"), "list it under `sources` of the provider");
        return None;
    };
    Some((key.into(), Arc::clone(&citable.date)))
}

pub(super) fn strength(fields: &mut Fields, node: &Node) -> Strength {
    let known = &[("hard", Strength::Hard), ("soft", Strength::Soft)];
    node.get("strength").and_then(|node| fields.one_of(node, "strength", known)).unwrap_or_default()
}

/// `{sticky: true, takes: 2h, drain: 1h, source: report}`.
pub(super) fn restart(fields: &mut Fields, node: &Node, sources: &Sources) -> Option<Stated<Restart>> {
    if !fields.mapping(node, "`restart`", &["sticky", "takes", "drain", "source", "known", "note"]) {
        return None;
    }
    let value = Restart {
        sticky: node.get("sticky").and_then(|node| fields.boolean(node, "sticky")).unwrap_or(false),
        takes: node.get("takes").and_then(|node| fields.duration(node)).unwrap_or_default(),
        drain: node.get("drain").and_then(|node| fields.duration(node)).unwrap_or_default(),
    };
    stated(fields, node, value, sources)
}

/// `{source: manual, note: of the voting members}`: a majority of its copies must be up.
pub(super) fn quorum(fields: &mut Fields, node: &Node, sources: &Sources) -> Option<Stated<()>> {
    if !fields.mapping(node, "`quorum`", &["source", "known", "note"]) {
        return None;
    }
    stated(fields, node, (), sources)
}

/// `99.95%`, or `{share: 99.95%, source: agreement, note: over two zones}`.
pub(super) fn availability(fields: &mut Fields, node: &Node, sources: &Sources) -> Option<Stated<f64>> {
    if !node.is_map() {
        return Some(Stated { value: fields.share(node)?, source: None, known: None, note: None });
    }
    fields.mapping(node, "`availability`", &["share", "source", "known", "note", "credits"]);
    let Some(share) = node.get("share") else {
        fields.wrong(node, "an availability without a figure", "write `{share: 99.95%, source: agreement}`");
        return None;
    };
    let value = fields.share(share)?;
    stated(fields, node, value, sources)
}

pub(super) fn stated<T>(fields: &mut Fields, node: &Node, value: T, sources: &Sources) -> Option<Stated<T>> {
    let (source, published) = match node.get("source") {
        Some(source) => cited(fields, source, sources).unzip(),
        None => (None, None),
    };
    let known = match node.get("known") {
        Some(known) => Some(date(fields, known)?),
        None => published,
    };
    Some(Stated { value, source, known, note: text(fields, node, "note") })
}

pub(super) fn text(fields: &mut Fields, node: &Node, key: &str) -> Option<Arc<str>> {
    node.get(key).and_then(|node| fields.text(node, key)).map(Arc::from)
}

pub(super) fn texts(fields: &mut Fields, node: &Node, key: &str) -> Vec<Arc<str>> {
    let items = node.get(key).map(|node| fields.list(node, key)).unwrap_or_default();
    items.into_iter().filter_map(|item| fields.text(item, key)).map(Arc::from).collect()
}

pub(super) fn date(fields: &mut Fields, node: &Node) -> Option<Arc<str>> {
    let text = node.text().unwrap_or_default();
    if text.parse::<jiff::civil::Date>().is_err() {
        fields.wrong(node, &format!("`{text}` is not a date"), "write `2023-11-12`");
        return None;
    }
    Some(text.into())
}
