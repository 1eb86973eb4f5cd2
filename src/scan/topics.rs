//! What programs send to, and take from: the topics, queues, channels and exchanges of brokers, by the calls and
//! annotations of their libraries.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::code::{Argument, Call};
use super::environment::Environment;
use super::values::Values;
use super::verbs::words;
use super::view::{Id, View};
use crate::facts::Way;
use crate::source::Location;

/// Calls that name where messages go or come from: their names in small letters, which way, the names of the arguments
/// that say it, their places where they have no names, and the last words of what they are called on; none for any.
struct Rule {
    calls: &'static str,
    way: Direction,
    keys: &'static str,
    at: &'static [usize],
    on: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Sends,
    Takes,
}

const SENDERS: &str = "producer template kafka jms rocketmq bridge sender publisher queue bus broker";
const KEYS: &str = "topic topics topicname topic_name queue queues queuename queue_name channel subject exchange \
    routing_key routingkey destination queueurl topicarn name";

const RULES: &[Rule] = &[
    Rule {
        calls: "basicpublish basicpublishasync publishwithcontext publishwithdeferredconfirmwithcontext",
        way: Direction::Sends,
        keys: "exchange routing_key routingkey",
        at: &[0, 1, 2],
        on: "",
    },
    Rule { calls: "publishevent publisheventasync", way: Direction::Sends, keys: KEYS, at: &[1], on: "" },
    Rule { calls: "publish publishasync", way: Direction::Sends, keys: KEYS, at: &[1], on: "pubsub" },
    Rule { calls: "publish publishasync", way: Direction::Sends, keys: KEYS, at: &[0, 1], on: "" },
    Rule { calls: "send sendasync", way: Direction::Sends, keys: KEYS, at: &[0], on: SENDERS },
    Rule {
        calls: "convertandsend convertsendandreceive sendtoqueue",
        way: Direction::Sends,
        keys: KEYS,
        at: &[0, 1],
        on: "",
    },
    Rule {
        calls: "produce produceasync sendtask syncsend asyncsend sendoneway",
        way: Direction::Sends,
        keys: KEYS,
        at: &[0],
        on: "",
    },
    Rule { calls: "producerrecord newsender createsender", way: Direction::Sends, keys: KEYS, at: &[0], on: "" },
    Rule {
        calls: "producermessage writer writerconfig publishcommand sendmessagecommand sendmessageinput sendmessagerequest publishinput createpublisher sendmessage",
        way: Direction::Sends,
        keys: KEYS,
        at: &[],
        on: "",
    },
    Rule {
        calls: "subscribe psubscribe queuesubscribe subscribetopics subscribeasync",
        way: Direction::Takes,
        keys: KEYS,
        at: &[0],
        on: "",
    },
    Rule {
        calls: "basicconsume basicconsumeasync consume consumewithcontext",
        way: Direction::Takes,
        keys: "queue queues topic topics",
        at: &[0, 1],
        on: "",
    },
    Rule {
        calls: "consumepartition setqueuenames createreceiver newreceiverforqueue newreceiver createprocessor",
        way: Direction::Takes,
        keys: KEYS,
        at: &[0, 1],
        on: "",
    },
    Rule {
        calls: "kafkaconsumer aiokafkaconsumer",
        way: Direction::Takes,
        keys: "topics topic",
        at: &[0, 1, 2],
        on: "",
    },
    Rule {
        calls: "readerconfig receivemessagecommand receivemessageinput receivemessagerequest receivemessage",
        way: Direction::Takes,
        keys: "topic grouptopics queueurl",
        at: &[],
        on: "",
    },
];

/// Annotations of functions and types that take messages, or send what they give back: the last part of the name, which
/// way, and the arguments that say where; an empty one stands for the argument without a name.
const NOTES: &[(&str, Direction, &[&str])] = &[
    ("KafkaListener", Direction::Takes, &["", "topics", "value", "topicPattern"]),
    ("RabbitListener", Direction::Takes, &["", "queues", "queuesToDeclare"]),
    ("JmsListener", Direction::Takes, &["destination"]),
    ("SqsListener", Direction::Takes, &["", "value", "queueNames"]),
    ("RocketMQMessageListener", Direction::Takes, &["topic"]),
    ("StreamListener", Direction::Takes, &["", "value", "target"]),
    ("SendTo", Direction::Sends, &["", "value"]),
    ("Incoming", Direction::Takes, &["", "value"]),
    ("Outgoing", Direction::Sends, &["", "value"]),
    ("EventPattern", Direction::Takes, &[""]),
    ("RabbitSubscribe", Direction::Takes, &["queue", "exchange"]),
    ("Topic", Direction::Takes, &["", "name", "topic"]),
    ("ServiceBusTrigger", Direction::Takes, &[""]),
    ("QueueTrigger", Direction::Takes, &[""]),
    ("KafkaTrigger", Direction::Takes, &[""]),
];

/// Calls that let what comes to an exchange come to a queue too.
const BINDS: &str = "queuebind queuebindasync queuebindnowait bindqueue";

/// A topic that a program names, which way its messages go there, and the line.
pub(super) type Said = BTreeSet<(Arc<str>, Way, Location)>;

/// What the live functions and annotations of a program send and take; `set` is what it is set to.
pub(super) fn topics(view: &View<'_>, set: &Environment) -> Said {
    let values = Values::new(view, set);
    let mut all = Said::new();
    for (id, (file, function)) in view.functions.iter().enumerate().filter(|(id, _)| view.is_live(*id)) {
        for (index, call) in function.calls.iter().enumerate() {
            if view.is_off((id, index)) {
                continue;
            }
            let Some(name) = call.path.last().map(|name| plain(name)) else { continue };
            let at = place(view, *file, call.line, call.column);
            if is_in(BINDS, &name) {
                for (queue, exchange) in bound(&values, id, call, view.file(id).language) {
                    all.insert((queue, Way::Binds(exchange), at.clone()));
                }
                continue;
            }
            let Some(rule) = RULES.iter().find(|rule| is_in(rule.calls, &name) && stands_on(rule.on, call)) else {
                continue;
            };
            for topic in named(&values, id, call, rule) {
                all.insert((topic, way(rule.way), at.clone()));
            }
        }
    }
    let mut first: HashMap<usize, Id> = HashMap::new();
    for (id, (file, _)) in view.functions.iter().enumerate() {
        first.entry(*file).or_insert(id);
    }
    for file in &view.files {
        let Some(here) = first.get(file).copied() else { continue };
        for note in &view.code.files[*file].module.annotations {
            let Some(name) = note.path.last() else { continue };
            let Some((_, to, keys)) = NOTES.iter().find(|(one, ..)| **one == **name) else { continue };
            let said = note.arguments.iter().filter(|one| keys.contains(&one.name.as_deref().unwrap_or("")));
            // `[Topic("pubsub", "orders")]` names the broker first.
            let unnamed = note.arguments.iter().filter(|one| one.name.is_none()).count();
            let skipped = usize::from(&**name == "Topic" && unnamed > 1);
            for topic in said.skip(skipped).flat_map(|one| values.of(here, &one.value)).filter_map(|one| tidy(&one)) {
                all.insert((topic, way(*to), place(view, *file, note.line, 1)));
            }
        }
    }
    all
}

fn way(direction: Direction) -> Way {
    match direction {
        Direction::Sends => Way::Sends,
        Direction::Takes => Way::Takes,
    }
}

fn place(view: &View<'_>, file: usize, line: u32, column: u32) -> Location {
    Location { file: Arc::clone(&view.code.files[file].path), line, column, length: 0 }
}

fn plain(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// Whether a call is made on something of one of these names.
fn stands_on(on: &str, call: &Call) -> bool {
    if on.is_empty() {
        return true;
    }
    let before = call.path.len().checked_sub(2).and_then(|at| call.path.get(at));
    before.is_some_and(|name| words(name).last().is_some_and(|last| is_in(on, last)))
}

/// The topics that a call names: by the first of its arguments by name that says one, or else by the first in place. An
/// empty text is the exchange that sends to the queue of the key.
fn named(values: &Values<'_, '_>, id: Id, call: &Call, rule: &Rule) -> BTreeSet<Arc<str>> {
    let keyed = rule.keys.split_whitespace().filter_map(|key| {
        call.arguments.iter().find(|one| one.name.as_ref().is_some_and(|name| plain(name) == plain(key)))
    });
    let in_place = rule.at.iter().filter_map(|at| call.arguments.get(*at).filter(|one| one.name.is_none()));
    for argument in keyed.chain(in_place) {
        let found = values.of(id, &argument.value);
        let topics: BTreeSet<Arc<str>> = found.iter().filter_map(|one| tidy(one)).collect();
        if !topics.is_empty() {
            return topics;
        }
    }
    BTreeSet::new()
}

/// Queue and exchange of a call that binds one to the other.
fn bound(values: &Values<'_, '_>, id: Id, call: &Call, language: &str) -> Vec<(Arc<str>, Arc<str>)> {
    let by_name =
        |key: &str| call.arguments.iter().find(|one| one.name.as_ref().is_some_and(|name| plain(name) == key));
    // Go puts the key between the two.
    let second = if language == "Go" { 2 } else { 1 };
    let queue = by_name("queue").or_else(|| call.arguments.first());
    let exchange = by_name("exchange").or_else(|| call.arguments.get(second));
    let (Some(queue), Some(exchange)) = (queue, exchange) else { return Vec::new() };
    let all = |argument: &Argument| -> Vec<Arc<str>> {
        values.of(id, &argument.value).iter().filter_map(|one| tidy(one)).collect()
    };
    let exchanges = all(exchange);
    all(queue)
        .into_iter()
        .flat_map(|queue| exchanges.iter().map(move |one| (Arc::clone(&queue), Arc::clone(one))))
        .collect()
}

/// The name of a topic by itself, without the address or account that it lies at; `None` for what is no name.
fn tidy(text: &str) -> Option<Arc<str>> {
    let last = if text.starts_with("arn:") { text.rsplit(':').next() } else { text.rsplit('/').next() };
    let name = last.unwrap_or_default();
    let fits = |letter: char| letter.is_alphanumeric() || "._-:*#>".contains(letter);
    let is_name = name.len() > 1 && name.len() < 120 && name.chars().all(fits) && name.contains(char::is_alphabetic);
    // A name with a port is the address of a broker.
    let port = name.rsplit_once(':').map(|(_, port)| port);
    let is_address = port.is_some_and(|port| !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit()));
    (is_name && !is_address).then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_known_by_their_names() {
        for (text, expected) in [
            ("orders", Some("orders")),
            ("https://sqs.eu-west-1.amazonaws.com/1234/orders", Some("orders")),
            ("arn:aws:sns:eu-west-1:1234:orders", Some("orders")),
            ("/queues/orders", Some("orders")),
            ("orders.*", Some("orders.*")),
            ("an order came in", None),
            ("", None),
            ("{\"id\": 1}", None),
            ("42", None),
            ("kafka:9092", None),
            ("shop:orders", Some("shop:orders")),
        ] {
            assert_eq!(tidy(text).as_deref(), expected, "{text}");
        }
    }
}
