//! A scene: what a picture shows, before it has places or a format. Plain data; everything in it is ordered.

use serde::Serialize;

use crate::model::{ComponentId, Kind, State};

/// A picture before it has a format.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scene {
    /// Its title.
    pub title: String,
    /// What the outage does, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Where needs point.
    pub direction: Direction,
    /// Whether an outage is shown.
    pub outage: bool,
    /// The outermost boxes.
    pub groups: Vec<Group>,
    /// The needs between nodes.
    pub links: Vec<Link>,
    /// What was folded and what was left out, in words.
    pub notes: Vec<String>,
}

/// Where needs point; apps stand at the other end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Apps on the left.
    #[default]
    Right,
    /// Apps at the top.
    Down,
}

/// A box.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Group {
    /// Unique among groups and nodes.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// What became of the place that it stands for.
    pub mark: Mark,
    /// Boxes within.
    pub groups: Vec<Group>,
    /// Nodes within.
    pub nodes: Vec<Node>,
}

/// A component, several folded into one, or a junction of alternatives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// Unique among groups and nodes; the id of the component, where it is one.
    pub key: String,
    /// The first line.
    pub label: String,
    /// Further lines: tier, state, copies.
    pub lines: Vec<String>,
    /// What it is.
    pub what: What,
    /// What became of it; the worst of several.
    pub mark: Mark,
    /// The components that it stands for; none for a junction.
    pub members: Vec<ComponentId>,
    /// It is to be seen first.
    pub highlighted: bool,
    /// Whether it appears or vanishes, where versions are compared.
    pub change: Change,
}

/// What a node stands for, which decides its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// One component, or several of the same kind.
    Kind(Kind),
    /// Components of several kinds.
    Mixed,
    /// Alternatives: so many of its links are enough.
    Junction,
}

/// What an outage does to a component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Nothing, or no outage is shown.
    #[default]
    None,
    /// It serves, and alternatives that it needs have lost a member.
    Risk,
    /// It serves, and can't be changed.
    Frozen,
    /// It is degraded.
    Degraded,
    /// It is down.
    Down,
    /// It is what the outage takes down.
    Struck,
}

impl Mark {
    /// The word that a label carries, so that colour is not all that tells.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Mark::None => None,
            Mark::Risk => Some("at risk"),
            Mark::Frozen => Some("frozen"),
            Mark::Degraded => Some("degraded"),
            Mark::Down => Some("down"),
            Mark::Struck => Some("OUTAGE"),
        }
    }

    /// The sign that stands beside the word.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::None => "",
            Mark::Risk => "-",
            Mark::Frozen => "=",
            Mark::Degraded => "~",
            Mark::Down => "\u{d7}",
            Mark::Struck => "!",
        }
    }

    /// All marks that an outage leaves, the worst first.
    pub const ALL: [Mark; 5] = [Mark::Struck, Mark::Down, Mark::Degraded, Mark::Frozen, Mark::Risk];
}

/// What became of something between two versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is in both, or none are compared.
    #[default]
    Kept,
    /// Only the later version has it.
    Added,
    /// Only the earlier version has it.
    Removed,
    /// Both have it, with different needs or terms.
    Altered,
}

impl Change {
    /// The word that a label carries.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Change::Kept => None,
            Change::Added => Some("added"),
            Change::Removed => Some("removed"),
            Change::Altered => Some("changed"),
        }
    }
}

/// One node needs another: one line for what it needs to serve, one for what its control plane needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Link {
    /// The key of the node whose need it is.
    pub from: String,
    /// The key of the node that is needed.
    pub to: String,
    /// The loss is passed on whole.
    pub hard: bool,
    /// It matters at start alone.
    pub start: bool,
    /// It is the need of `control` alone.
    pub control: bool,
    /// What goes along it in the outage: `up` where nothing does.
    pub passes: State,
    /// Its target fails, and what needs it has another that serves.
    pub lost: bool,
    /// It lies on a cycle of needs.
    pub cycle: bool,
    /// How many needs it stands for.
    pub count: usize,
    /// The topics whose messages go along it, where it is no need: `from` sends and `to` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    /// Whether it appears or vanishes, where versions are compared.
    pub change: Change,
}

impl Link {
    /// A hard need to serve, under which nothing fails.
    pub(super) fn plain(from: &str, to: &str) -> Link {
        Link {
            from: from.to_owned(),
            to: to.to_owned(),
            hard: true,
            start: false,
            control: false,
            passes: State::Up,
            lost: false,
            cycle: false,
            count: 1,
            flow: None,
            change: Change::Kept,
        }
    }

    /// What is written at the line where its look tells the rest: what changed, and how many needs it stands for.
    pub fn label(&self) -> Option<String> {
        if let Some(topics) = &self.flow {
            return Some(topics.clone());
        }
        let count = (self.count > 1).then(|| format!("\u{d7}{}", self.count));
        joined(self.change.word().map(str::to_owned).into_iter().chain(count))
    }

    /// All that a line tells, in words, for formats in which few looks can be told apart.
    pub fn words(&self) -> Option<String> {
        if let Some(topics) = &self.flow {
            return Some(format!("sends {topics}"));
        }
        let soft = !self.hard && !self.start;
        let told = [
            (self.control, "control"),
            (self.start, "start"),
            (soft, "soft"),
            (self.lost, "lost"),
            (self.cycle, "cycle"),
        ];
        let told = told.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word.to_owned());
        joined(told.chain(self.label()))
    }
}

fn joined(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}

impl Scene {
    /// Every group with the key of the one around it, outer ones first.
    pub fn all_groups(&self) -> Vec<(&Group, Option<&str>)> {
        fn walk<'s>(groups: &'s [Group], within: Option<&'s str>, found: &mut Vec<(&'s Group, Option<&'s str>)>) {
            for group in groups {
                found.push((group, within));
                walk(&group.groups, Some(&group.key), found);
            }
        }
        let mut found = Vec::new();
        walk(&self.groups, None, &mut found);
        found
    }

    /// Every node with the key of the group that it lies in.
    pub fn all_nodes(&self) -> Vec<(&Node, &str)> {
        let groups = self.all_groups();
        groups.into_iter().flat_map(|(group, _)| group.nodes.iter().map(|node| (node, group.key.as_str()))).collect()
    }
}
