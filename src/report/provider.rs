//! The blast radius inside a provider: which products lose which plane where.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{HEAD, count, paint, table};
use super::{Report, SCHEMA};
use crate::analysis::Impact;
use crate::graph::Graph;
use crate::model::{State, System};

/// The report of `simulate --provider-only`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProviderBlast {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The selectors that were given.
    pub outage: Vec<String>,
    /// How many regions the provider has in the catalogue.
    pub regions: usize,
    /// What is lost, by product and capability.
    pub products: Vec<Loss>,
    /// The products of which nothing is lost.
    pub untouched: Vec<String>,
}

/// A capability of a product that is lost.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Loss {
    /// The product.
    pub product: String,
    /// Its capability.
    pub capability: String,
    /// Its state.
    pub state: State,
    /// The places where it is lost; empty for a product that is global.
    pub places: Vec<String>,
    /// Whether these are all the places that it has.
    pub everywhere: bool,
}

/// Makes the report of an impact on a provider by itself.
pub fn provider_blast(system: &System, graph: &Graph, selectors: &[String], impact: &Impact) -> ProviderBlast {
    let mut lost: BTreeMap<(String, String, State), Vec<String>> = BTreeMap::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut products = BTreeSet::new();
    let regions = system.components.values().filter(|component| component.kind == crate::model::Kind::Region).count();
    for component in system.components.values().filter(|component| !component.kind.is_place()) {
        let Some(number) = graph.component(&component.id) else { continue };
        let product = component.id.base().to_owned();
        products.insert(product.clone());
        for node in graph.capabilities_of(number) {
            let Some(reference) = graph.capability(node) else { continue };
            let key = (product.clone(), reference.capability.to_string());
            *places.entry(key.clone()).or_default() += 1;
            if impact.state(node) != State::Up {
                let place = component.id.place().unwrap_or_default().to_owned();
                lost.entry((key.0, key.1, impact.state(node))).or_default().push(place);
            }
        }
    }
    let losses = lost.into_iter().map(|((product, capability, state), found)| {
        let everywhere = places.get(&(product.clone(), capability.clone())) == Some(&found.len());
        let places = found.into_iter().filter(|place| !place.is_empty()).collect();
        Loss { product, capability, state, places, everywhere }
    });
    let losses: Vec<Loss> = losses.collect();
    let untouched = products.into_iter().filter(|name| losses.iter().all(|loss| loss.product != *name)).collect();
    ProviderBlast { schema: SCHEMA, outage: selectors.to_vec(), regions, products: losses, untouched }
}

impl Report for ProviderBlast {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{} {}\n", paint(HEAD, "Within the provider, without:"), self.outage.join(", "));
        let hit: BTreeSet<&str> = self.products.iter().map(|loss| loss.product.as_str()).collect();
        let _ = writeln!(
            out,
            "{} hit, {} untouched; {}",
            count(hit.len(), "product"),
            self.untouched.len(),
            count(self.regions, "region")
        );
        let mut rows: Vec<(&str, Vec<&str>, State, String)> = Vec::new();
        for loss in &self.products {
            let places = match (loss.everywhere, loss.places.as_slice()) {
                (true, _) => "everywhere".to_owned(),
                (_, few) if few.len() <= 4 => few.join(", "),
                (_, many) => format!("{} and {} more", many[..3].join(", "), many.len() - 3),
            };
            match rows.iter_mut().find(|row| row.0 == loss.product && row.2 == loss.state && row.3 == places) {
                Some(row) => row.1.push(&loss.capability),
                None => rows.push((&loss.product, vec![&loss.capability], loss.state, places)),
            }
        }
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|(product, lost, state, places)| {
                vec![product.to_owned(), lost.join(", "), state.word().to_owned(), places]
            })
            .collect();
        if !rows.is_empty() {
            out.push('\n');
            out += &table(width, &["product", "loses", "state", "where"], &rows);
        }
        if !self.untouched.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "Untouched"));
            out += &super::text::listed(&self.untouched, 2, width);
        }
        out
    }
}
