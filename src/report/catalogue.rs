//! What a catalogue holds: a list of products, and one product whole.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{FAINT, HEAD, count, paint, table, wrapped};
use super::{Report, SCHEMA};
use crate::catalogue::{Catalogue, NeedEntry, Product, Provider, Scope};
use crate::facts::Sign;
use crate::model::{Grade, Kind, Phase, Strength};

/// The report of `catalogue list`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Products {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The products by provider and name.
    pub products: Vec<ProductLine>,
}

/// A product in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProductLine {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its capabilities.
    pub capabilities: Vec<String>,
    /// How many needs its capabilities have.
    pub needs: usize,
}

/// The report of `catalogue show`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProductView {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// The date that the provider's entries are as of.
    pub as_of: String,
    /// It is only recognised: what it needs beyond the control plane of every product is not known.
    pub sketch: bool,
    /// Apps run on it, and are deployed through its control plane.
    pub hosts: bool,
    /// The share of the time that it is up.
    pub availability: Option<f64>,
    /// It stays down after its cause is gone, until it is restarted.
    pub sticky: bool,
    /// Its capabilities.
    pub capabilities: Vec<CapabilityView>,
    /// How it is recognised, `images: postgres`.
    pub recognised_by: Vec<String>,
    /// What needs it, `provider/product:capability`.
    pub needed_by: Vec<String>,
}

/// A capability of a product.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CapabilityView {
    /// Its name.
    pub name: String,
    /// How far one instance reaches: `global`, `region`, `zone`.
    pub scope: &'static str,
    /// The region that a global one lives in.
    pub home: Option<String>,
    /// What it needs.
    pub needs: Vec<CatalogueNeed>,
    /// What is worth knowing.
    pub note: Option<String>,
}

/// A need of a product.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CatalogueNeed {
    /// On what, `provider/product:capability`.
    pub to: String,
    /// What its loss does.
    pub strength: Strength,
    /// When it matters.
    pub phase: Phase,
    /// The source's title.
    pub source: String,
    /// Where the source is published.
    pub url: Option<String>,
    /// When it became known.
    pub known: String,
    /// The day since which it is no longer so.
    pub ended: Option<String>,
    /// How well it is supported.
    pub grade: Grade,
    /// What is worth knowing.
    pub note: Option<String>,
}

/// The report of `catalogue what`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct What {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The word that was asked for.
    pub word: String,
    /// What it is recognised as, by each vocabulary that knows it.
    pub recognised: Vec<Recognised>,
}

/// One recognition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Recognised {
    /// The vocabulary: `hosts`, `terraform`, …
    pub vocabulary: &'static str,
    /// The product.
    pub product: String,
    /// The capability that is meant.
    pub capability: String,
    /// The region that the word names.
    pub region: Option<String>,
    /// The pattern that matched.
    pub by: String,
}

/// What a word is recognised as, whatever its vocabulary.
pub fn what(catalogue: &Catalogue, word: &str) -> What {
    let mut recognised: Vec<Recognised> = Vec::new();
    for sign in Sign::guesses(word) {
        let Some(found) = catalogue.recognise(&sign) else { continue };
        let product = format!("{}/{}", found.provider, found.product);
        if recognised.iter().any(|known| known.product == product && known.vocabulary == sign.vocabulary()) {
            continue;
        }
        recognised.push(Recognised {
            vocabulary: sign.vocabulary(),
            product,
            capability: found.capability.map_or_else(|| "data".to_owned(), |capability| capability.to_string()),
            region: found.region.as_deref().map(str::to_owned),
            by: found.by.to_string(),
        });
    }
    What { schema: SCHEMA, word: word.to_owned(), recognised }
}

impl Report for What {
    fn text(&self, width: usize) -> String {
        if self.recognised.is_empty() {
            return format!("no catalogue recognises `{}`\n", self.word);
        }
        let row = |one: &Recognised| {
            let region = one.region.clone().unwrap_or_default();
            vec![one.product.clone(), one.capability.clone(), region, format!("{}: {}", one.vocabulary, one.by)]
        };
        let rows: Vec<Vec<String>> = self.recognised.iter().map(row).collect();
        table(width, &["product", "capability", "region", "by"], &rows)
    }
}

/// Lists all products, or those of one provider.
pub fn products(catalogue: &Catalogue, provider: Option<&str>) -> Products {
    let only = provider.and_then(|name| catalogue.provider(name)).map(|provider| &provider.name);
    let chosen = catalogue.products().filter(|(provider, _)| only.is_none_or(|name| *name == provider.name));
    let lines = chosen.map(|(provider, product)| ProductLine {
        id: format!("{}/{}", provider.name, product.name),
        title: product.title.to_string(),
        kind: product.kind,
        capabilities: product.capabilities.keys().map(ToString::to_string).collect(),
        needs: product.capabilities.values().map(|entry| entry.needs.len()).sum(),
    });
    Products { schema: SCHEMA, products: lines.collect() }
}

/// Shows one product.
pub fn product(catalogue: &Catalogue, provider: &Provider, product: &Product) -> ProductView {
    let need = |entry: &NeedEntry| {
        let source = provider.sources.get(&entry.source);
        CatalogueNeed {
            to: format!("{}/{}:{}", provider.name, entry.product, entry.capability),
            strength: entry.strength,
            phase: entry.phase,
            source: source.map_or_else(|| entry.source.to_string(), |source| source.title.to_string()),
            url: source.and_then(|source| source.url.as_deref()).map(str::to_owned),
            known: entry.known.to_string(),
            ended: entry.ended.as_deref().map(str::to_owned),
            grade: entry.grade,
            note: entry.note.as_deref().map(str::to_owned),
        }
    };
    let capabilities = product.capabilities.iter().map(|(name, entry)| CapabilityView {
        name: name.to_string(),
        scope: match entry.scope {
            Scope::Global => "global",
            Scope::Region => "region",
            Scope::Zone => "zone",
        },
        home: entry.home.as_deref().map(str::to_owned),
        needs: entry.needs.iter().map(need).collect(),
        note: entry.note.as_deref().map(str::to_owned),
    });
    let signs = product.recognise.patterns.iter().flat_map(|(vocabulary, patterns)| {
        patterns.iter().map(move |pattern| match &pattern.capability {
            Some(capability) => format!("{vocabulary}: {} ({capability})", pattern.text),
            None => format!("{vocabulary}: {}", pattern.text),
        })
    });
    let needing = catalogue.products().filter(|(other, _)| other.name == provider.name).flat_map(|(_, other)| {
        other.capabilities.iter().filter_map(move |(name, entry)| {
            let hit = entry.needs.iter().any(|need| need.product == product.name);
            hit.then(|| format!("{}/{}:{name}", provider.name, other.name))
        })
    });
    ProductView {
        schema: SCHEMA,
        id: format!("{}/{}", provider.name, product.name),
        title: product.title.to_string(),
        kind: product.kind,
        as_of: provider.as_of.to_string(),
        sketch: product.sketch,
        hosts: product.hosts,
        availability: product.availability,
        sticky: product.restart.as_ref().is_some_and(|restart| restart.sticky),
        capabilities: capabilities.collect(),
        recognised_by: signs.collect(),
        needed_by: needing.collect(),
    }
}

impl Report for Products {
    fn text(&self, width: usize) -> String {
        let rows: Vec<Vec<String>> = self
            .products
            .iter()
            .map(|line| {
                let faces = line.capabilities.join(", ");
                vec![line.id.clone(), line.kind.word().to_owned(), line.title.clone(), faces, line.needs.to_string()]
            })
            .collect();
        table(width, &["id", "kind", "title", "capabilities", "needs"], &rows) + &count(rows.len(), "product") + "\n"
    }
}

impl Report for ProductView {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{}: {} ({})\n", paint(HEAD, &self.id), self.title, self.kind.word());
        let _ = writeln!(out, "{}", paint(FAINT, format!("as of {}", self.as_of)));
        if self.sketch {
            out += "Only recognised: what it needs, beyond the control plane of every product, is not known.\n";
        }
        if self.hosts {
            out += "Apps run on it: they are deployed and scaled through its control plane.\n";
        }
        if self.sticky {
            out += "It stays down after its cause is gone, until it is restarted.\n";
        }
        if let Some(share) = self.availability {
            let _ = writeln!(out, "Availability promised: {:.6} %", share * 100.0);
        }
        for capability in &self.capabilities {
            let home = capability.home.as_ref().map_or(String::new(), |home| format!(", home {home}"));
            let _ = writeln!(out, "\n{} {}{home}", paint(HEAD, &capability.name), capability.scope);
            if let Some(note) = &capability.note {
                out += &wrapped(note, 2, width);
            }
            for need in &capability.needs {
                let soft = if need.strength == Strength::Soft { ", soft" } else { "" };
                let start = if need.phase == Phase::Start { ", to start" } else { "" };
                let ended = need.ended.as_ref().map_or(String::new(), |day| format!(", until {day}"));
                let _ = writeln!(out, "  needs {}{soft}{start}{ended}", need.to);
                let grade = match need.grade {
                    Grade::Documented => "documented",
                    Grade::Incident => "seen in an outage",
                    Grade::Inferred => "inferred",
                };
                out += &wrapped(&format!("{grade}, known {}: {}", need.known, need.source), 6, width);
                for text in [&need.url, &need.note].into_iter().flatten() {
                    out += &wrapped(text, 6, width);
                }
            }
        }
        for (title, list) in [("recognised by", &self.recognised_by), ("needed by", &self.needed_by)] {
            if !list.is_empty() {
                let _ = writeln!(out, "\n{}", paint(HEAD, title));
                out += &super::text::listed(list, 2, width);
            }
        }
        out
    }
}
