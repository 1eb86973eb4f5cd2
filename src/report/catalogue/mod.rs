//! What a catalogue holds: a list of products, and one product whole.

mod text;

use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA;
use crate::catalogue::{Catalogue, Keep, NeedEntry, Product, Provider, Scope, Stated, Target, Wanted};
use crate::facts::Sign;
use crate::model::{Grade, Kind, Phase, Restart, Strength};

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
    /// Who promises it, when, and under which condition.
    pub availability_source: Option<String>,
    /// What is paid back when it is up less than that, the mildest breach first.
    pub credits: Vec<CreditView>,
    /// Who says so, when, and under which condition.
    pub credits_source: Option<String>,
    /// It stays down after its cause is gone, until it is restarted.
    pub sticky: bool,
    /// Who says that a majority of its copies must be up, if that is so.
    pub quorum: Option<String>,
    /// How it comes back, if that is known.
    pub restart: Option<RestartView>,
    /// Its capabilities.
    pub capabilities: Vec<CapabilityView>,
    /// How it is recognised, `images: postgres`.
    pub recognised_by: Vec<String>,
    /// What needs it, `provider/product:capability`.
    pub needed_by: Vec<String>,
}

/// A step of a service agreement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CreditView {
    /// Up for less than this share of the month, from 0 to 1.
    pub below: f64,
    /// The share of the month's fee that is paid back, from 0 to 1.
    pub pays: f64,
}

/// How a product comes back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RestartView {
    /// How many seconds the restart takes.
    pub takes: u64,
    /// How many seconds it is degraded afterwards.
    pub drain: u64,
    /// Who says so, and when.
    pub source: Option<String>,
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
    /// On what: `provider/product:capability`, with `@region` where it is always there, or alternatives in words.
    pub to: String,
    /// The regions that it holds in; empty when it holds everywhere.
    pub only_in: Vec<String>,
    /// How many seconds a cached token or a buffer bridges the failure.
    pub grace: Option<u64>,
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
    /// The day since which something of it could be known, if that is earlier.
    pub known_before: Option<String>,
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
        let local = catalogue.providers.keys().filter_map(|name| catalogue.recognise_with(name, &sign));
        for found in catalogue.recognise(&sign).into_iter().chain(local) {
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
    }
    What { schema: SCHEMA, word: word.to_owned(), recognised }
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

/// What is needed, in words: `aws/iam:data`, `any of a, b`, `2 of a, b, c`, `all but 1 of its zones`.
fn written(provider: &Provider, wanted: &Wanted) -> String {
    let one = |target: &Target| {
        let place = target.region.as_ref().map_or(String::new(), |region| format!("@{region}"));
        let owner = target.provider.as_ref().unwrap_or(&provider.name);
        format!("{owner}/{}{place}:{}", target.product, target.capability)
    };
    match wanted {
        Wanted::One(target) => one(target),
        Wanted::AtLeast { k, members } => {
            let list = members.iter().map(|member| match &member.wanted {
                group @ Wanted::AtLeast { .. } => format!("({})", written(provider, group)),
                other => written(provider, other),
            });
            let list: Vec<String> = list.collect();
            match *k {
                1 if members.len() > 1 => format!("any of {}", list.join(", ")),
                all if all == members.len() => list.join(" and "),
                k => format!("{k} of {}", list.join(", ")),
            }
        }
        Wanted::Zones { keep, of } => {
            let number = match keep {
                Keep::AtLeast(k) => k.to_string(),
                Keep::AllBut(lost) => format!("all but {lost}"),
            };
            let what = of.as_ref().map_or(String::new(), |target| format!("{} in ", one(target)));
            format!("{what}{number} of its zones")
        }
    }
}

/// `title, 2023-01-08 (over several zones)`.
pub(in crate::report) fn cited<T>(provider: &Provider, stated: &Stated<T>) -> Option<String> {
    let title = stated.source.as_ref().map(|key| provider.sources.get(key).map_or(key, |source| &source.title));
    let parts: Vec<&str> = title.into_iter().chain(&stated.known).map(|part| &**part).collect();
    let note = stated.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
    let text = format!("{}{note}", parts.join(", "));
    (!text.is_empty()).then(|| text.trim().to_owned())
}

fn restart_view(provider: &Provider, restart: &Stated<Restart>) -> RestartView {
    RestartView {
        takes: restart.value.takes.as_secs(),
        drain: restart.value.drain.as_secs(),
        source: cited(provider, restart),
    }
}

/// Shows one product.
pub fn product(catalogue: &Catalogue, provider: &Provider, product: &Product) -> ProductView {
    let need = |entry: &NeedEntry| {
        let source = provider.sources.get(&entry.source);
        CatalogueNeed {
            to: written(provider, &entry.wanted),
            only_in: entry.only_in.iter().map(ToString::to_string).collect(),
            grace: entry.grace.map(|grace| grace.as_secs()),
            strength: entry.strength,
            phase: entry.phase,
            source: source.map_or_else(|| entry.source.to_string(), |source| source.title.to_string()),
            url: source.and_then(|source| source.url.as_deref()).map(str::to_owned),
            known: entry.known.to_string(),
            ended: entry.ended.as_deref().map(str::to_owned),
            known_before: entry.before.as_ref().map(|before| before.known.to_string()),
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
    let needing = catalogue.products().flat_map(|(owner, other)| {
        let away = (owner.name != provider.name).then_some(&*provider.name);
        other.capabilities.iter().filter_map(move |(name, entry)| {
            let mut targets = entry.needs.iter().flat_map(|need| need.wanted.targets());
            targets
                .any(|target| target.is(away, &product.name))
                .then(|| format!("{}/{}:{name}", owner.name, other.name))
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
        availability: product.availability.as_ref().map(|share| share.value),
        credits: product
            .credits
            .iter()
            .flat_map(|credits| &credits.value)
            .map(|credit| CreditView { below: credit.below, pays: credit.pays })
            .collect(),
        credits_source: product.credits.as_ref().and_then(|credits| cited(provider, credits)),
        availability_source: product.availability.as_ref().and_then(|share| cited(provider, share)),
        sticky: product.restart.as_ref().is_some_and(|restart| restart.value.sticky),
        quorum: product.quorum.as_ref().and_then(|quorum| cited(provider, quorum)),
        restart: product.restart.as_ref().map(|restart| restart_view(provider, restart)),
        capabilities: capabilities.collect(),
        recognised_by: signs.collect(),
        needed_by: needing.collect(),
    }
}
