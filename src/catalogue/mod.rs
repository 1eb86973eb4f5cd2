//! What is known about providers and about the software that people run: `models/` as types.
//!
//! A catalogue knows no manifest format and no rule. It answers three questions: what is this name (a product's id, a
//! host, an image), what does that product need at that place, and where was that learned.

mod as_of;
mod credits;
mod entry;
mod imports;
mod index;
mod lint;
mod load;
mod need;
pub mod outage;
mod parsed;
mod partition;
mod recognise;
mod resource;
mod schema;

pub use credits::{Credit, due, falls_below};
pub use entry::{
    Before, CapabilityEntry, Citable, Keep, Member, NeedEntry, Product, Provider, RegionEntry, Scope, Stated, Target,
    Wanted,
};
pub use imports::ImportRule;
pub use lint::lint;
pub use load::{built_in, load};
pub use recognise::{Found, Pattern, Recognise, VOCABULARIES, registry, repository};
pub use resource::{Attribute, Meaning, Part, ResourceEntry, plain};
pub use schema::file_schema;

use std::collections::BTreeMap;
use std::sync::Arc;

/// All providers that are known, by name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The providers; `software` is one of them.
    pub providers: BTreeMap<Arc<str>, Provider>,
    index: index::Index,
    /// Signs that hold only where something runs with a provider, by that provider.
    here: BTreeMap<Arc<str>, index::Index>,
}

impl Catalogue {
    /// The provider with this name or alias.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers
            .get(name)
            .or_else(|| self.providers.values().find(|provider| provider.aliases.iter().any(|alias| &**alias == name)))
    }

    /// The product `provider/name`, other names of both included.
    pub fn product(&self, provider: &str, name: &str) -> Option<(&Provider, &Product)> {
        let provider = self.provider(provider)?;
        Some((provider, provider.product(name)?))
    }

    /// What a selector means (`gcp/gcs@europe-west1:control`) in the names that components have
    /// (`google/storage@europe-west1:control`); `None` where these are its own, or no product is called so.
    pub fn in_own_names(&self, selector: &str) -> Option<String> {
        let end = selector.find(['@', ':']).unwrap_or(selector.len());
        let (name, rest) = selector.split_at(end);
        let (first, product) = name.split_once('/')?;
        let (provider, product) = self.product(first, product)?;
        let own = format!("{}/{}", provider.name, product.name);
        (own != name).then(|| own + rest)
    }

    /// Every product with its provider, in the order of their names.
    pub fn products(&self) -> impl Iterator<Item = (&Provider, &Product)> {
        self.providers.values().flat_map(|provider| provider.products.values().map(move |product| (provider, product)))
    }
}
