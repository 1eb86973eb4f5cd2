//! What resource types of infrastructure as code mean: which part a resource plays, and what its settings say.
//!
//! Attributes are compared without case, `_` and `-`, so that one entry serves every format: `multi_az` is `MultiAZ`.

use std::sync::Arc;

use super::index::{glob, literal};
use super::{Catalogue, Provider};
use crate::facts::Sign;
use crate::model::{Capability, CapabilityRef, Kind};
use crate::source::yaml::Node;
use crate::source::{Fields, Location};

/// What some resource types mean; several entries may speak of one type.
#[derive(Clone, Debug)]
pub struct ResourceEntry {
    /// Patterns of the types that it is about, in lower case.
    pub types: Vec<Arc<str>>,
    /// The part that they play, if it says so.
    pub is: Option<Part>,
    /// The product that they are made of, and the face of it that is needed, where the type alone does not tell.
    pub product: Option<(Arc<str>, Option<Capability>)>,
    /// What their settings say.
    pub says: Vec<(Meaning, Vec<Attribute>)>,
    /// Where it is written.
    pub at: Location,
}

/// The part that a resource plays in a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A thing of one's own that can fail, of this kind.
    Thing(Kind),
    /// A detail of whatever refers to it: a task definition, a launch template.
    Detail,
    /// A piece of what it refers to: a listener, an attachment, a database of a server.
    Piece,
    /// A piece that requests are spread from: those behind it take each other's place.
    Pool,
    /// Nothing that fails by itself: who refers to it needs its product.
    Product,
    /// A subnet, a zone: it says where things stand.
    Place,
    /// A name in the domain name system, which is a piece of what it points to.
    Record,
    /// The settings that resources are made with: a provider's region.
    Settings,
    /// Nothing that fails and nothing that joins.
    Nothing,
}

/// What a setting says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// What it is called, among all formats.
    Named,
    /// Host names that it answers to.
    Hosts,
    /// Container images that it runs.
    Images,
    /// Variables in which it is told the addresses of others.
    Variables,
    /// A region or zone in which it stands.
    Places,
    /// A region in which a copy of it stands as well.
    Elsewhere,
    /// The account, subscription or project that it is in, or a name of something there that holds it.
    Account,
    /// It stands where this stands.
    Within,
    /// How many copies of it run.
    Copies,
    /// Its copies are spread over zones.
    Spread,
    /// People outside can reach it.
    Exposed,
    /// It needs this to serve.
    Needs,
    /// It serves, if worse, without this.
    Soft,
    /// It needs this to start.
    Start,
    /// It needs this to be changed, scaled or deployed.
    Control,
    /// People come to it through this, which it needs to be reached.
    Behind,
    /// This needs it.
    Serves,
    /// People come to this through it, which is one of several that it spreads requests over.
    Fronts,
    /// It is a piece of this.
    PieceOf,
    /// It is one of the copies that this is made of, where it stands itself.
    CopyOf,
    /// It stands by for this: somebody has to switch.
    StandbyOf,
    /// This stands by for it.
    Standby,
    /// All that refer to this stand by for each other.
    StandbyWith,
    /// How many minutes after a failure the switch to a stand-by is made by itself.
    SwitchesAfter,
    /// Where copies of it stand elsewhere, they take its place by themselves.
    TakesOver,
    /// A copy of it stands in the paired region: somebody has to switch.
    Paired,
    /// That copy is read without a switch.
    Readable,
    /// The record answers with the host that it names.
    Answers,
    /// Whether it is up is looked at by what chooses between it and others.
    Checked,
    /// This is one of several that take each other's place.
    AnyOf,
    /// How many of those that take each other's place there must be.
    AtLeast,
    /// Those that would take each other's place serve a part each.
    Parted,
    /// It is only asked when the others of its name are seen to be down.
    Spare,
    /// It takes no part.
    Off,
    /// What an item is called within the resource: an origin, a group of origins.
    Called,
    /// The items that this item, a group, is made of; the first is the one that is preferred.
    Members,
    /// A group of items turns to its next member when one fails.
    FailsOver,
    /// The item that requests go to.
    Routes,
    /// The item that some of the requests go to.
    RoutesPart,
    /// Who uses it also uses this.
    Carries,
    /// It has nothing to do with this.
    Ignores,
}

impl Meaning {
    /// Whether it says what a resource has to do with those that the setting refers to.
    pub fn is_about_others(self) -> bool {
        !matches!(
            self,
            Meaning::Named
                | Meaning::Hosts
                | Meaning::Account
                | Meaning::Copies
                | Meaning::Spread
                | Meaning::Exposed
                | Meaning::CopyOf
                | Meaning::Checked
                | Meaning::Answers
                | Meaning::SwitchesAfter
                | Meaning::TakesOver
                | Meaning::Paired
                | Meaning::Readable
                | Meaning::AtLeast
                | Meaning::Parted
                | Meaning::Spare
                | Meaning::Off
                | Meaning::Called
                | Meaning::Members
                | Meaning::FailsOver
                | Meaning::Routes
                | Meaning::RoutesPart
        )
    }
}

/// The keys under which an entry says what settings mean.
pub(super) const MEANINGS: &[(&str, Meaning)] = &[
    ("named", Meaning::Named),
    ("hosts", Meaning::Hosts),
    ("images", Meaning::Images),
    ("variables", Meaning::Variables),
    ("places", Meaning::Places),
    ("elsewhere", Meaning::Elsewhere),
    ("account", Meaning::Account),
    ("within", Meaning::Within),
    ("copies", Meaning::Copies),
    ("spread", Meaning::Spread),
    ("exposed", Meaning::Exposed),
    ("needs", Meaning::Needs),
    ("soft", Meaning::Soft),
    ("start", Meaning::Start),
    ("control", Meaning::Control),
    ("behind", Meaning::Behind),
    ("serves", Meaning::Serves),
    ("fronts", Meaning::Fronts),
    ("piece_of", Meaning::PieceOf),
    ("copy_of", Meaning::CopyOf),
    ("standby_of", Meaning::StandbyOf),
    ("standby", Meaning::Standby),
    ("standby_with", Meaning::StandbyWith),
    ("switches_after", Meaning::SwitchesAfter),
    ("takes_over", Meaning::TakesOver),
    ("paired", Meaning::Paired),
    ("readable", Meaning::Readable),
    ("answers", Meaning::Answers),
    ("checked", Meaning::Checked),
    ("any_of", Meaning::AnyOf),
    ("at_least", Meaning::AtLeast),
    ("parted", Meaning::Parted),
    ("spare", Meaning::Spare),
    ("off", Meaning::Off),
    ("called", Meaning::Called),
    ("members", Meaning::Members),
    ("fails_over", Meaning::FailsOver),
    ("routes", Meaning::Routes),
    ("routes_part", Meaning::RoutesPart),
    ("carries", Meaning::Carries),
    ("ignores", Meaning::Ignores),
];

/// The words for the parts that resources play.
pub(super) const PARTS: &[(&str, Part)] = &[
    ("service", Part::Thing(Kind::Service)),
    ("store", Part::Thing(Kind::Store)),
    ("job", Part::Thing(Kind::Job)),
    ("external", Part::Thing(Kind::External)),
    ("detail", Part::Detail),
    ("piece", Part::Piece),
    ("pool", Part::Pool),
    ("product", Part::Product),
    ("place", Part::Place),
    ("record", Part::Record),
    ("settings", Part::Settings),
    ("nothing", Part::Nothing),
];

/// A setting, by its path: `multi_az`, `engine=aurora`, `!internal`.
///
/// A path is any run of keys of the setting's path, one that begins with a dot the whole of it; `*` stands for any run
/// of characters of a key. A condition compares the value without regard to case; `!` turns it round, and what is not
/// set counts as not so. `[]` behind a key says that what is within one item there belongs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    keys: Vec<String>,
    /// How many of the keys lead to the item within which all belongs together.
    item: Option<usize>,
    whole: bool,
    equals: Option<String>,
    not: bool,
}

impl Attribute {
    /// Reads one; `None` when it has no key.
    pub fn parse(text: &str) -> Option<Self> {
        let (not, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (path, equals) = match text.split_once('=') {
            Some((path, value)) => (path, Some(value.trim().to_lowercase())),
            None => (text, None),
        };
        let (whole, path) = path.strip_prefix('.').map_or((false, path), |rest| (true, rest));
        let item = path.split('.').position(|key| key.ends_with("[]")).map(|at| at + 1);
        let keys: Vec<String> = path.split('.').map(|key| plain(key.trim_end_matches("[]"))).collect();
        let named = keys.iter().all(|key| !key.is_empty());
        named.then_some(Attribute { keys, item, whole, equals, not })
    }

    /// Whether a setting with this path is meant. Linear in both paths.
    pub fn is_at(&self, path: &[String]) -> bool {
        if self.whole && path.len() != self.keys.len() {
            return false;
        }
        self.begins(path).is_some()
    }

    /// Where in a path the run of keys begins. Linear in both paths.
    fn begins(&self, path: &[String]) -> Option<usize> {
        let same = |run: &[String]| run.iter().zip(&self.keys).all(|(key, pattern)| glob(pattern, key));
        path.windows(self.keys.len()).position(same)
    }

    /// How many keys of a path lead to the item within which all belongs together; `None` when it names none.
    pub fn item_at(&self, path: &[String]) -> Option<usize> {
        Some(self.begins(path)? + self.item?)
    }

    /// Whether it asks for a value, or for the lack of one.
    pub fn is_condition(&self) -> bool {
        self.not || self.equals.is_some()
    }

    /// Whether it turns its condition round.
    pub fn is_negated(&self) -> bool {
        self.not
    }

    /// Whether a value is the one asked for, `!` left aside: what it equals, else anything but `false`, `0` and `none`.
    pub fn accepts(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        match &self.equals {
            Some(wanted) => glob(wanted, &value),
            None => !matches!(value.as_str(), "" | "false" | "0" | "none" | "disabled" | "null"),
        }
    }
}

/// A key without case, `_` and `-`.
pub fn plain(key: &str) -> String {
    key.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}

impl Catalogue {
    /// Everything that is said of a resource type, the entry with the most literal pattern first, with its provider.
    ///
    /// Linear in the entries of all providers.
    pub fn resource(&self, sign: &Sign) -> Vec<(&Provider, &ResourceEntry)> {
        let text = sign.to_string().to_lowercase();
        let mut found: Vec<(usize, &Provider, &ResourceEntry)> = Vec::new();
        for provider in self.providers.values() {
            for entry in &provider.resources {
                let matching = entry.types.iter().filter(|pattern| glob(pattern, &text));
                if let Some(best) = matching.map(|pattern| literal(pattern)).max() {
                    found.push((best, provider, entry));
                }
            }
        }
        // An entry that a later file adds goes before an earlier one of the same length.
        found.reverse();
        found.sort_by_key(|(literal, ..)| std::cmp::Reverse(*literal));
        found.into_iter().map(|(_, provider, entry)| (provider, entry)).collect()
    }
}

/// Reads the list `resources` of a file.
pub(super) fn read(fields: &mut Fields, node: &Node, provider: &mut Provider) {
    let Some(list) = node.get("resources") else { return };
    let known: Vec<&str> = ["types", "is", "product"].into_iter().chain(MEANINGS.iter().map(|(key, _)| *key)).collect();
    for item in fields.list(list, "resources") {
        if !fields.mapping(item, "a resource", &known) {
            continue;
        }
        let types = super::need::texts(fields, item, "types");
        if types.is_empty() {
            fields.wrong(item, "a resource without `types`", "write `types: [aws_sqs_queue]`");
            continue;
        }
        let mut says = Vec::new();
        for (key, meaning) in MEANINGS {
            let Some(list) = item.get(key) else { continue };
            let mut attributes = Vec::new();
            for node in fields.list(list, key) {
                match fields.text(node, key).map(Attribute::parse) {
                    Some(Some(attribute)) => attributes.push(attribute),
                    Some(None) => fields.wrong(node, "this names no attribute", "write keys joined by dots: `a.b`"),
                    None => {}
                }
            }
            says.push((*meaning, attributes));
        }
        let product = item.get("product").and_then(|node| fields.text(node, "product")).map(|text| {
            let (name, capability) = CapabilityRef::split(text);
            (Arc::from(name), capability.map(Capability::new))
        });
        provider.resources.push(ResourceEntry {
            types: types.iter().map(|pattern| pattern.to_lowercase().into()).collect(),
            is: item.get("is").and_then(|node| fields.one_of(node, "is", PARTS)),
            product,
            says,
            at: fields.place(item),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_at(attribute: &str, setting: &str) -> bool {
        let path: Vec<String> = setting.split('.').map(plain).collect();
        Attribute::parse(attribute).expect("an attribute").is_at(&path)
    }

    #[test]
    fn an_attribute_is_any_run_of_keys_in_whatever_spelling() {
        assert!(is_at("multi_az", "MultiAZ"));
        assert!(is_at("load_balancer.target_group_arn", "LoadBalancers.load_balancer.TargetGroupArn"));
        assert!(is_at("*role_arn", "config.task_role_arn"));
        assert!(!is_at("role", "role_arn"));
        assert!(!is_at("load_balancer.target_group_arn", "load_balancer.x.target_group_arn"));
        assert!(is_at(".arn", "arn") && !is_at(".arn", "target.arn"));
        assert_eq!(Attribute::parse("a..b"), None);
        let path: Vec<String> = ["x", "pool", "backend", "address"].map(plain).to_vec();
        let item_at = |text: &str| Attribute::parse(text).expect("an attribute").item_at(&path);
        assert_eq!(item_at("pool[].backend.address"), Some(2));
        assert_eq!((item_at("pool.backend.address"), item_at("pool[].address")), (None, None));
    }

    #[test]
    fn a_condition_compares_the_value() {
        let spread = Attribute::parse("mode=*_multi_az").expect("an attribute");
        assert!(
            spread.is_condition() && spread.accepts("ACTIVE_STANDBY_MULTI_AZ") && !spread.accepts("SINGLE_INSTANCE")
        );
        let open = Attribute::parse("!internal").expect("an attribute");
        assert!(open.is_negated() && open.accepts("true") && !open.accepts("false"));
    }
}
