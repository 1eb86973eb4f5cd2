//! Reading `models/<provider>/outages/*.yaml`, and an outage of one's own in the same shape.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Action, Clock, Deed, Failed, NotModelled, Outage, Reported, Selector, Source};
use crate::catalogue::load::MODELS;
use crate::catalogue::parsed::Parsed;
use crate::model::State;
use crate::source::yaml::{self, Node};
use crate::source::{Fields, Problem};

const OUTAGE: &[&str] = &[
    "outage",
    "title",
    "date",
    "utc_offset",
    "summary",
    "regions",
    "sources",
    "failed",
    "actions",
    "reported",
    "not_modelled",
    "learned",
];
const STATES: &[(&str, State)] = &[("down", State::Down), ("degraded", State::Degraded), ("up", State::Up)];
const GRADES: &[(&str, Source)] = &[
    ("official", Source::Official),
    ("summary", Source::Summary),
    ("press", Source::Press),
    ("inferred", Source::Inferred),
];
const DEEDS: &[(&str, Deed)] =
    &[("restart", Deed::Restart), ("force", Deed::Force), ("switch", Deed::Switch), ("rollback", Deed::Rollback)];

/// The outages that are compiled in, by path, `models/aliyun/outages/2023-11-12.yaml`, in order.
pub fn built_in() -> Vec<(Arc<str>, &'static str)> {
    let folders =
        MODELS.dirs().flat_map(|provider| provider.dirs()).filter(|folder| folder.path().ends_with("outages"));
    let yaml = folders.flat_map(|folder| folder.files());
    let mut files: Vec<(Arc<str>, &'static str)> = yaml
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml"))
        .map(|file| {
            let path = format!("models/{}", file.path().to_string_lossy().replace('\\', "/"));
            (path.into(), file.contents_utf8().unwrap_or_default())
        })
        .collect();
    files.sort();
    files
}

/// Reads one file; what is wrong is left out and listed. `None` when there is no outage in it.
pub fn load(file: &Arc<str>, text: &str) -> (Option<Outage>, Vec<Problem>) {
    let mut fields = Fields::new(file);
    let parsed = Parsed::table().documents(file, text).map_or_else(|| yaml::parse_strict(file, text), Ok);
    let documents = match parsed {
        Ok(documents) => documents,
        Err(problem) => return (None, vec![problem]),
    };
    let [node] = documents.as_slice() else {
        let at = crate::source::Location::start_of(file);
        fields.fail(at, "an outage is a file of one document", "write each outage into a file of its own");
        return (None, fields.problems);
    };
    let outage = outage(&mut fields, node);
    (outage, fields.problems)
}

fn outage(fields: &mut Fields, node: &Node) -> Option<Outage> {
    if !fields.mapping(node, "an outage", OUTAGE) {
        return None;
    }
    for key in ["outage", "title", "date", "failed"] {
        if node.get(key).is_none() {
            fields.wrong(node, &format!("an outage without `{key}`"), "see docs/outages.md for the shape of the file");
        }
    }
    // Without a day or an id there is no outage; the rest is read all the same, so that one run finds all mistakes.
    let day = node.get("date").and_then(|node| date(fields, node));
    let id = node.get("outage").and_then(|node| fields.text(node, "outage"));
    let whole = day.is_some() && id.is_some();
    let mut outage = Outage {
        id: id.unwrap_or_default().into(),
        title: text(fields, node, "title").unwrap_or_default(),
        date: day.unwrap_or_default(),
        utc_offset: node.get("utc_offset").and_then(|node| offset(fields, node)).unwrap_or_else(|| "+00:00".into()),
        summary: text(fields, node, "summary").unwrap_or_default(),
        regions: crate::catalogue::need::texts(fields, node, "regions"),
        sources: crate::catalogue::load::sources(fields, node),
        failed: Vec::new(),
        actions: Vec::new(),
        reported: Vec::new(),
        not_modelled: Vec::new(),
        learned: text(fields, node, "learned"),
        at: fields.place(node),
    };
    outage.failed = rows(fields, node, "failed", |fields, row| failed(fields, row, &outage));
    outage.actions = rows(fields, node, "actions", |fields, row| action(fields, row, &outage));
    outage.reported = rows(fields, node, "reported", |fields, row| reported(fields, row, &outage));
    outage.not_modelled = rows(fields, node, "not_modelled", not_modelled);
    whole.then_some(outage)
}

fn rows<T>(
    fields: &mut Fields,
    node: &Node,
    key: &str,
    mut read: impl FnMut(&mut Fields, &Node) -> Option<T>,
) -> Vec<T> {
    let items = node.get(key).map(|node| fields.list(node, key)).unwrap_or_default();
    items.into_iter().filter_map(|item| read(fields, item)).collect()
}

fn failed(fields: &mut Fields, row: &Node, outage: &Outage) -> Option<Failed> {
    let keys = &["down", "degraded", "from", "until", "until_note", "source", "note"];
    if !fields.mapping(row, "what failed", keys) {
        return None;
    }
    let (key, state) = if row.get("down").is_some() { ("down", State::Down) } else { ("degraded", State::Degraded) };
    let Some(from) = row.get("from") else {
        fields.wrong(row, "it failed, and nobody says when", "write `from: \"17:39\"`");
        return None;
    };
    let from = clock(fields, from, outage)?;
    let until = row.get("until").and_then(|node| clock(fields, node, outage));
    if let Some(node) = row.get("until").filter(|_| until.is_some_and(|until| until <= from)) {
        fields.wrong(node, "it ends before it begins", "give the date of a later day: `2023-11-13 02:10`");
        return None;
    }
    let note = text(fields, row, "note").or_else(|| text(fields, row, "until_note"));
    Some(Failed { what: selectors(fields, row, key)?, state, from, until, source: cited(fields, row, outage), note })
}

fn action(fields: &mut Fields, row: &Node, outage: &Outage) -> Option<Action> {
    let keys = &["restart", "force", "switch", "rollback", "time", "begins", "works", "source", "note"];
    if !fields.mapping(row, "an action", keys) {
        return None;
    }
    let Some((key, what)) = DEEDS.iter().find(|(key, _)| row.get(key).is_some()) else {
        fields.wrong(row, "an action that does nothing", "write one of `restart`, `force`, `switch`, `rollback`");
        return None;
    };
    let (done, begun) = (row.get("time"), row.get("begins"));
    let (Some(time), true) = (done.or(begun), done.is_none() || begun.is_none()) else {
        let help =
            "write `time: \"18:40\"`, when it was done, or `begins: \"18:40\"` for a restart that takes its time";
        fields.wrong(row, "an action with no time, or with two", help);
        return None;
    };
    let time = clock(fields, time, outage)?;
    cited(fields, row, outage);
    Some(Action {
        what: *what,
        to: selectors(fields, row, key)?,
        time,
        begins: begun.is_some(),
        note: text(fields, row, "note"),
    })
}

fn reported(fields: &mut Fields, row: &Node, outage: &Outage) -> Option<Reported> {
    if !fields.mapping(row, "a report", &["what", "state", "from", "until", "grade", "source", "note"]) {
        return None;
    }
    let (Some(state), Some(grade)) = (row.get("state"), row.get("grade")) else {
        fields.wrong(row, "a report without `state` or `grade`", "say how it was, and who says so");
        return None;
    };
    Some(Reported {
        what: selectors(fields, row, "what")?,
        state: fields.one_of(state, "state", STATES)?,
        from: row.get("from").and_then(|node| clock(fields, node, outage)),
        until: row.get("until").and_then(|node| clock(fields, node, outage)),
        grade: fields.one_of(grade, "grade", GRADES)?,
        source: cited(fields, row, outage),
        note: text(fields, row, "note"),
    })
}

fn not_modelled(fields: &mut Fields, row: &Node) -> Option<NotModelled> {
    if !fields.mapping(row, "what is not modelled", &["name", "state", "grade", "source", "note"]) {
        return None;
    }
    let (Some(name), Some(state)) = (text(fields, row, "name"), row.get("state")) else {
        fields.wrong(row, "it has no `name` or no `state`", "write `{name: Taobao, state: degraded, grade: press}`");
        return None;
    };
    let grade = row.get("grade").and_then(|node| fields.one_of(node, "grade", GRADES)).unwrap_or(Source::Press);
    Some(NotModelled { name, state: fields.one_of(state, "state", STATES)?, grade, note: text(fields, row, "note") })
}

fn selectors(fields: &mut Fields, row: &Node, key: &str) -> Option<Vec<Selector>> {
    let Some(list) = row.get(key) else {
        fields.wrong(row, &format!("`{key}` is missing"), "name components: `[aliyun/ak]`");
        return None;
    };
    let items = fields.list(list, key);
    let mut all = Vec::new();
    for item in items {
        if let Some(text) = fields.text(item, "a selector") {
            all.push(Selector { text: text.into(), at: fields.place(item) });
        }
    }
    if all.is_empty() {
        fields.wrong(list, &format!("`{key}` names nothing"), "name components: `[aliyun/ak]`");
        return None;
    }
    Some(all)
}

fn cited(fields: &mut Fields, row: &Node, outage: &Outage) -> Option<Arc<str>> {
    let node = row.get("source")?;
    let name = fields.text(node, "source")?;
    if !outage.sources.contains_key(name) {
        fields.wrong(node, &format!("no source `{name}`"), "list it under `sources` of the outage");
    }
    Some(name.into())
}

fn clock(fields: &mut Fields, node: &Node, outage: &Outage) -> Option<Clock> {
    let text = fields.text(node, "a time")?;
    let clock = Clock::parse(text, outage.date);
    if clock.is_none() {
        let help = "write `\"17:39\"` on the outage's day, `\"2023-11-13 02:10\"` on another";
        fields.wrong(node, &format!("`{text}` is not a time"), help);
    }
    clock
}

fn date(fields: &mut Fields, node: &Node) -> Option<Date> {
    let text = node.text().unwrap_or_default();
    let date = text.parse().ok();
    if date.is_none() {
        fields.wrong(node, &format!("`{text}` is not a date"), "write `2023-11-12`");
    }
    date
}

fn offset(fields: &mut Fields, node: &Node) -> Option<Arc<str>> {
    let text = fields.text(node, "utc_offset")?;
    let right = text.len() == 6
        && text.starts_with(['+', '-'])
        && Clock::parse(&text[1..], Date::constant(2000, 1, 1)).is_some();
    if !right {
        fields.wrong(node, &format!("`{text}` is not an offset from UTC"), "write `\"+08:00\"`");
    }
    right.then(|| text.into())
}

fn text(fields: &mut Fields, node: &Node, key: &str) -> Option<Arc<str>> {
    node.get(key).and_then(|node| fields.text(node, key)).map(Arc::from)
}
