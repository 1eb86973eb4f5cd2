//! Partitions: a provider whose products are those of another, in regions and with control planes of its own.
//!
//! `like: aws` brings the products of `aws`, `homes: {us-east-1: cn-north-1}` says where its global control planes live,
//! and `without: [connect]` names products that it does not have. Signs are not copied: a resource type or a host
//! stands for one provider.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::need::texts;
use super::{Catalogue, NeedEntry, Product, Provider, Recognise, Target};
use crate::source::yaml::Node;
use crate::source::{Fields, did_you_mean};

/// Copies the products of the provider that a partition is like; what it describes itself stays.
pub(super) fn copy(fields: &mut Fields, node: &Node, catalogue: &mut Catalogue) {
    let (Some(like), Some(name)) = (node.get("like"), node.text_at(&["provider"])) else { return };
    let Some(base) = catalogue.provider(like.text().unwrap_or_default()).cloned() else {
        let names = catalogue.providers.keys().map(|name| &**name);
        let help = did_you_mean(like.text().unwrap_or_default(), names);
        fields.wrong(like, "no such provider to be like", &help.unwrap_or_else(|| "name one of the catalogue".into()));
        return;
    };
    let mut homes: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    for (from, to) in node.get("homes").map(Node::entries).unwrap_or_default() {
        if let (Some(from), Some(to)) = (fields.text(from, "a region"), fields.text(to, "a region")) {
            homes.insert(from.into(), to.into());
        }
    }
    let without: BTreeSet<Arc<str>> = texts(fields, node, "without").into_iter().collect();
    for absent in without.iter().filter(|name| !base.products.contains_key(*name)) {
        let message = format!("{} has no product `{absent}`", base.name);
        fields.wrong(node.get("without").unwrap_or(node), &message, "remove it from `without`");
    }
    let Some(provider) = catalogue.providers.get_mut(name) else { return };
    let called = base.also_called.into_iter().filter(|(_, name)| !without.contains(name));
    provider.also_called.extend(called);
    let mut missing = BTreeSet::new();
    for (key, product) in base.products.iter().filter(|(key, _)| !without.contains(*key)) {
        if !provider.products.contains_key(key) {
            let copied = moved(product, &homes, &without, provider, &mut missing);
            provider.products.insert(Arc::clone(key), copied);
        }
    }
    let cited: BTreeSet<Arc<str>> = provider.cited().into_iter().cloned().collect();
    for (key, source) in base.sources.iter().filter(|(key, _)| cited.contains(*key)) {
        provider.sources.entry(Arc::clone(key)).or_insert_with(|| source.clone());
    }
    for home in missing {
        let message = format!("nothing says what stands for the region `{home}` here");
        fields.wrong(like, &message, &format!("write `homes: {{{home}: REGION}}`"));
    }
}

/// A product with its homes and named regions moved, and without needs on what is not there.
fn moved(
    product: &Product,
    homes: &BTreeMap<Arc<str>, Arc<str>>,
    without: &BTreeSet<Arc<str>>,
    provider: &Provider,
    missing: &mut BTreeSet<Arc<str>>,
) -> Product {
    // Whoever runs the partition has agreements of its own.
    let mut product = Product { recognise: Recognise::default(), credits: None, ..product.clone() };
    let mut place = |region: &mut Option<Arc<str>>| {
        if let Some(old) = region.as_ref().filter(|old| !provider.regions.contains_key(*old)) {
            match homes.get(old) {
                Some(new) => *region = Some(Arc::clone(new)),
                None => drop(missing.insert(Arc::clone(old))),
            }
        }
    };
    let absent = |target: &Target| target.provider.is_none() && without.contains(&target.product);
    for entry in product.capabilities.values_mut() {
        place(&mut entry.home);
        entry.needs.retain_mut(|need: &mut NeedEntry| {
            // What holds in some regions of the other provider says nothing about those here.
            let only: Vec<Arc<str>> = need.only_in.iter().filter_map(|region| homes.get(region)).cloned().collect();
            let holds = need.only_in.is_empty() || !only.is_empty();
            need.only_in = only;
            let left = need.wanted.without(&absent).filter(|_| holds);
            left.map(|wanted| need.wanted = wanted).is_some()
        });
        let named = entry.needs.iter_mut().map(|need| &mut need.wanted);
        named.for_each(|wanted| wanted.change(&mut |target| place(&mut target.region)));
    }
    product
}
