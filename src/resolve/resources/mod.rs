//! Resources of infrastructure as code to things and needs: what the reader wrote down meets what the catalogue says.
//!
//! 1. Each resource plays a part (`part.rs`): a thing, a piece or a detail of one, a place, or nothing that fails.
//! 2. Each thing stands somewhere (`place.rs`).
//! 3. What its settings, and those of its pieces and details, refer to becomes needs (`uses.rs`).
//! 4. What stands behind one pool of a balancer becomes alternatives (`pools.rs`).
//! 5. Names of the domain name system are told of what they point to (`records.rs`).

mod called;
mod groups;
mod items;
mod part;
mod place;
mod pools;
mod records;
mod redundancy;
mod things;
mod uses;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use self::items::Routed;
use crate::catalogue::{Attribute, Catalogue, Meaning, Part, ResourceEntry, plain};
use crate::facts::{Facts, ResourceFact, Setting, Sign};
use crate::model::{Capability, ComponentId};

/// The facts with things and needs in place of resources; `None` when there are no resources.
pub(super) fn understood(facts: &[(&'static str, Facts)], catalogue: &Catalogue) -> Option<Vec<(&'static str, Facts)>> {
    if facts.iter().all(|(_, facts)| facts.resources.is_empty()) {
        return None;
    }
    let one = |(format, facts): &(&'static str, Facts)| {
        let mut facts = facts.clone();
        let resources = std::mem::take(&mut facts.resources);
        if !resources.is_empty() {
            things::add(Stock::new(&resources, catalogue), &mut facts);
        }
        (*format, facts)
    };
    Some(facts.iter().map(one).collect())
}

/// The product that a resource is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    provider: Arc<str>,
    product: Arc<str>,
    capability: Option<Capability>,
}

impl Made {
    fn id(&self) -> ComponentId {
        ComponentId::product(&self.provider, &self.product, None)
    }
}

/// All that the catalogue says of a type.
struct Type<'a> {
    entries: Vec<&'a ResourceEntry>,
    /// The provider whose file says most about it.
    provider: Option<Arc<str>>,
    part: Option<Part>,
    /// Whether an entry names the very type.
    named: bool,
    made: Option<Made>,
}

/// The resources of one format with what is known of each.
struct Stock<'a> {
    catalogue: &'a Catalogue,
    all: &'a [ResourceFact],
    types: Vec<Rc<Type<'a>>>,
    /// The plain keys of each setting of each resource.
    paths: Vec<Vec<Rc<Vec<String>>>>,
    parts: Vec<Part>,
    /// The things that each resource belongs to, in order.
    owners: Vec<Vec<usize>>,
    /// For each resource, who refers to it: the resource and the number of its setting.
    referrers: Vec<Vec<(usize, usize)>>,
    /// The resources whose items are chosen among, as far as that can be followed.
    routed: BTreeMap<usize, Routed>,
    /// The pools that are things by what is behind them; they stand where their balancers do, and are made of these.
    spread: BTreeSet<usize>,
}

impl<'a> Stock<'a> {
    fn new(all: &'a [ResourceFact], catalogue: &'a Catalogue) -> Self {
        let mut known: HashMap<&Sign, Rc<Type<'a>>> = HashMap::new();
        let mut spelled: HashMap<&str, Rc<Vec<String>>> = HashMap::new();
        let mut stock = Stock {
            catalogue,
            all,
            types: Vec::with_capacity(all.len()),
            paths: Vec::with_capacity(all.len()),
            parts: Vec::new(),
            owners: Vec::new(),
            referrers: vec![Vec::new(); all.len()],
            routed: BTreeMap::new(),
            spread: BTreeSet::new(),
        };
        for (index, resource) in all.iter().enumerate() {
            let found = known.entry(&resource.sign).or_insert_with(|| Rc::new(of_type(&resource.sign, catalogue)));
            stock.types.push(Rc::clone(found));
            let mut paths = Vec::with_capacity(resource.settings.len());
            for (number, setting) in resource.settings.iter().enumerate() {
                let keys = || Rc::new(setting.path.split('.').map(plain).collect());
                paths.push(Rc::clone(spelled.entry(&setting.path).or_insert_with(keys)));
                for referral in &setting.refers {
                    stock.referrers[referral.to].push((index, number));
                }
            }
            stock.paths.push(paths);
        }
        stock.parts = part::all(&stock);
        stock.owners = part::owners(&stock);
        stock.routed = (0..all.len()).filter_map(|index| Some((index, stock.routed(index)?))).collect();
        stock
    }

    /// What a setting says, by the most special entry that speaks of it.
    fn meaning(&self, resource: usize, setting: usize) -> Option<Meaning> {
        let path = &self.paths[resource][setting];
        self.types[resource].entries.iter().find_map(|entry| {
            let said = entry.says.iter().filter(|(meaning, _)| meaning.is_about_others());
            said.filter(|(_, attributes)| attributes.iter().any(|attribute| attribute.is_at(path)))
                .map(|(meaning, _)| *meaning)
                .next()
        })
    }

    /// The attributes of a resource that have a meaning, by the most special entry that names any.
    fn attributes(&self, resource: usize, wanted: Meaning) -> &'a [Attribute] {
        let entries = &self.types[resource].entries;
        let named = entries.iter().find_map(|entry| entry.says.iter().find(|(meaning, _)| *meaning == wanted));
        named.map(|(_, attributes)| attributes.as_slice()).unwrap_or_default()
    }

    /// The settings of a resource that have a meaning, conditions left aside.
    fn settings(&self, resource: usize, wanted: Meaning) -> impl Iterator<Item = (usize, &'a Setting, &'a Attribute)> {
        let attributes = self.attributes(resource, wanted);
        let settings = self.all[resource].settings.iter().enumerate();
        settings.filter_map(move |(number, setting)| {
            let path = &self.paths[resource][number];
            Some((number, setting, attributes.iter().find(|attribute| attribute.is_at(path))?))
        })
    }

    /// Whether the settings say so: the one that does, or `None` for what holds when nothing is set.
    ///
    /// One that asks for something is enough; of those that ask for the lack of something all must hold. The outer
    /// `None` means that it does not hold, or that it is not known.
    fn holds(&self, resource: usize, wanted: Meaning) -> Option<Option<&'a Setting>> {
        let attributes = self.attributes(resource, wanted);
        let settings = &self.all[resource].settings;
        let at = |attribute: &'a Attribute| {
            settings.iter().enumerate().filter(|(n, _)| attribute.is_at(&self.paths[resource][*n])).map(|(_, s)| s)
        };
        let is_so = |attribute: &Attribute, setting: &Setting| {
            let known = setting.value.text().map(|text| attribute.accepts(&text));
            known.unwrap_or(attribute.is_negated() || (!attribute.is_condition() && !setting.refers.is_empty()))
        };
        let mut positive = attributes.iter().filter(|attribute| !attribute.is_negated());
        let found = positive.find_map(|attribute| at(attribute).find(|setting| is_so(attribute, setting)));
        if found.is_some() {
            return Some(found);
        }
        let mut negative = attributes.iter().filter(|attribute| attribute.is_negated()).peekable();
        negative.peek()?;
        let mut lacking = None;
        for attribute in negative {
            for setting in at(attribute) {
                if is_so(attribute, setting) {
                    return None;
                }
                lacking = lacking.or(Some(setting));
            }
        }
        Some(lacking)
    }

    /// The first text among the settings that have a meaning.
    fn text(&self, resource: usize, wanted: Meaning) -> Option<Arc<str>> {
        self.settings(resource, wanted).find_map(|(_, setting, _)| setting.value.text()).filter(|text| !text.is_empty())
    }
}

/// What the catalogue says of a type: its entries, and the product by the entry or by its sign.
fn of_type<'a>(sign: &Sign, catalogue: &'a Catalogue) -> Type<'a> {
    let found = catalogue.resource(sign);
    let given = found.iter().find_map(|(provider, entry)| {
        let (product, capability) = entry.product.clone()?;
        Some(Made { provider: Arc::clone(&provider.name), product, capability })
    });
    let by_sign = || {
        let found = catalogue.recognise(sign)?;
        Some(Made { provider: found.provider, product: found.product, capability: found.capability })
    };
    let text = sign.to_string().to_lowercase();
    Type {
        named: found.iter().any(|(_, entry)| entry.types.iter().any(|pattern| **pattern == *text)),
        part: found.iter().find_map(|(_, entry)| entry.is),
        made: given.or_else(by_sign),
        provider: found.first().map(|(provider, _)| Arc::clone(&provider.name)),
        entries: found.into_iter().map(|(_, entry)| entry).collect(),
    }
}
