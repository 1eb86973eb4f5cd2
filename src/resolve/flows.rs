//! Messages that go from producers to consumers through a broker: beside the needs that both have of it, and none of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Builder;
use super::merge::Merged;
use crate::facts::{Facts, Way};
use crate::model::{ComponentId, Evidence, Flow, Kind, Need, Phase};

/// Who sends to a topic, or takes from it, and the lines that say so.
type Ends = BTreeMap<ComponentId, Vec<Evidence>>;

/// Joins what programs send and take by the names of topics. What comes to an exchange comes to the queues that are bound
/// to it, and a pattern takes what fits it.
pub(super) fn flows(facts: &[(&'static str, Facts)], merged: &Merged, builder: &Builder<'_>) -> Vec<Flow> {
    let (mut sends, mut takes): (BTreeMap<Arc<str>, Ends>, BTreeMap<Arc<str>, Ends>) = Default::default();
    let mut bound: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (set, (_, facts)) in facts.iter().enumerate() {
        for message in &facts.messages {
            let ends = match &message.way {
                Way::Sends => sends.entry(Arc::clone(&message.topic)).or_default(),
                Way::Takes => takes.entry(Arc::clone(&message.topic)).or_default(),
                Way::Binds(exchange) => {
                    bound.entry(Arc::clone(&message.topic)).or_default().insert(Arc::clone(exchange));
                    continue;
                }
            };
            let lines = ends.entry(merged.id(set, message.from).clone()).or_default();
            if !lines.contains(&message.evidence) {
                lines.push(message.evidence.clone());
            }
        }
    }
    // A queue that nobody sends to by name gets what comes to its exchanges.
    for (queue, exchanges) in bound.into_iter().filter(|(queue, _)| !sends.contains_key(queue)) {
        let Some(ends) = takes.remove(&queue) else { continue };
        for exchange in exchanges {
            join(takes.entry(exchange).or_default(), &ends);
        }
    }
    let patterns: Vec<(Arc<str>, Ends)> = takes
        .iter()
        .filter(|(topic, _)| is_pattern(topic))
        .map(|(topic, ends)| (Arc::clone(topic), ends.clone()))
        .collect();
    for (pattern, ends) in patterns {
        let fitting: Vec<Arc<str>> = sends.keys().filter(|topic| fits(&pattern, topic)).cloned().collect();
        if !fitting.is_empty() {
            takes.remove(&pattern);
        }
        fitting.into_iter().for_each(|topic| join(takes.entry(topic).or_default(), &ends));
    }
    let topics: BTreeSet<Arc<str>> = sends.keys().chain(takes.keys()).cloned().collect();
    let flow = |topic: Arc<str>| {
        let producers = sends.remove(&topic).unwrap_or_default();
        let consumers = takes.remove(&topic).unwrap_or_default();
        Flow { broker: broker(&producers, &consumers, builder), topic, producers, consumers }
    };
    topics.into_iter().map(flow).collect()
}

fn join(ends: &mut Ends, more: &Ends) {
    for (id, lines) in more {
        let known = ends.entry(id.clone()).or_default();
        known.extend(lines.iter().filter(|line| !known.contains(line)).cloned().collect::<Vec<_>>());
    }
}

/// The one store or product that all ends need to serve; where there are several, the one whose needs are shown by the
/// files that name the topic, if that is one.
fn broker(producers: &Ends, consumers: &Ends, builder: &Builder<'_>) -> Option<ComponentId> {
    let mut common: Option<BTreeMap<ComponentId, usize>> = None;
    for (id, lines) in producers.iter().chain(consumers) {
        let component = builder.components.get(id)?;
        let mut targets: BTreeMap<ComponentId, usize> = BTreeMap::new();
        for need in component.capabilities.values().flatten().filter(|need| need.terms.phase == Phase::Run) {
            let shown = shows(need, lines);
            for target in need.targets() {
                *targets.entry(target.component.clone()).or_default() += usize::from(shown);
            }
        }
        targets.retain(|target, _| is_store(target, builder));
        common = Some(match common {
            None => targets,
            Some(known) => {
                let both = known.into_iter().filter_map(|(id, shown)| Some((id.clone(), shown + targets.get(&id)?)));
                both.collect()
            }
        });
    }
    let common = common?;
    let most = common.values().max().copied()?;
    let mut best = common.into_iter().filter(|(_, shown)| *shown == most);
    best.next().filter(|_| best.next().is_none()).map(|(id, _)| id)
}

fn shows(need: &Need, lines: &[Evidence]) -> bool {
    need.evidence.iter().any(|one| lines.iter().any(|line| line.at.file == one.at.file))
}

fn is_store(id: &ComponentId, builder: &Builder<'_>) -> bool {
    builder
        .components
        .get(id)
        .is_some_and(|component| matches!(component.kind, Kind::Store | Kind::Product) || component.software.is_some())
}

fn is_pattern(topic: &str) -> bool {
    topic.contains(['*', '#', '>'])
}

/// Whether a topic fits a pattern, part by part: `*` is one part, `#` and `>` are the rest; a `*` within a part is
/// whatever stands there.
fn fits(pattern: &str, topic: &str) -> bool {
    let (mut wanted, mut parts) = (pattern.split('.'), topic.split('.'));
    loop {
        match (wanted.next(), parts.next()) {
            (Some("#" | ">"), _) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(part)) if wanted == part => {}
            (Some(wanted), Some(part)) => {
                let Some((before, after)) = wanted.split_once('*') else { return false };
                if !(part.starts_with(before) && part.ends_with(after)) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_what_fits_them() {
        for (pattern, topic, expected) in [
            ("orders.*", "orders.made", true),
            ("orders.*", "orders.made.late", false),
            ("orders.>", "orders.made.late", true),
            ("#", "anything.at.all", true),
            ("orders-*", "orders-made", true),
            ("orders.*", "carts.made", false),
            ("orders", "orders", true),
            ("orders", "orders.made", false),
        ] {
            assert_eq!(fits(pattern, topic), expected, "{pattern} {topic}");
        }
    }
}
