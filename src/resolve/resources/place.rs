//! Where resources stand: what they say of regions and zones, the subnets they lie in, and their provider's settings.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Made, Stock};
use crate::catalogue::{Catalogue, Meaning, Part, Provider, Scope};
use crate::model::{Capability, Evidence, Place};

/// How far the way to a place may be: a group of subnets, a subnet, a zone.
const MOST_STEPS: usize = 5;

/// Regions and zones with where they are written.
pub(super) type Places = Vec<(Place, Evidence)>;

impl Stock<'_> {
    /// The provider that a resource is made at: by its product, else by its type, else by the settings it is made with.
    pub(super) fn provider(&self, resource: usize) -> Option<Arc<str>> {
        let known = &self.types[resource];
        let place = |name: &Arc<str>| self.catalogue.providers.get(name).is_some_and(|provider| provider.is_place);
        let own = known.made.as_ref().map(|made| Arc::clone(&made.provider)).or_else(|| known.provider.clone());
        own.filter(place).or_else(|| {
            let settings = self.all[resource].settings.iter().flat_map(|setting| &setting.refers);
            let mut with = settings.filter(|referral| self.parts[referral.to] == Part::Settings);
            with.find_map(|referral| self.types[referral.to].provider.clone()).filter(place)
        })
    }

    /// The product that a resource is made of, in the partition of the provider where it stands.
    pub(super) fn made(&self, resource: usize) -> Option<Made> {
        let mut made = self.types[resource].made.clone()?;
        let provider = self.places(resource).first().map(|(place, _)| Arc::clone(&place.provider));
        if let Some(there) = provider.filter(|there| self.catalogue.product(there, &made.product).is_some()) {
            made.provider = there;
        }
        Some(made)
    }

    /// Whether it is made of a product that there is one of for the whole world.
    pub(super) fn is_global(&self, resource: usize) -> bool {
        let made = self.types[resource].made.as_ref();
        let product = made.and_then(|made| self.catalogue.product(&made.provider, &made.product));
        let serves = product.and_then(|(_, product)| product.capabilities.get(&Capability::data()));
        serves.is_some_and(|serves| serves.scope == Scope::Global)
    }

    /// Where a resource stands: its zones, else its region; nothing when nobody says.
    pub(super) fn places(&self, resource: usize) -> Places {
        let Some(provider) = self.provider(resource) else { return Vec::new() };
        let mut found = Vec::new();
        self.gather_places(resource, &provider, &mut found, &mut BTreeSet::new(), MOST_STEPS);
        settle(found)
    }

    fn gather_places(
        &self,
        resource: usize,
        provider: &Arc<str>,
        found: &mut Places,
        seen: &mut BTreeSet<usize>,
        steps: usize,
    ) {
        if steps == 0 || !seen.insert(resource) {
            return;
        }
        for (_, setting, _) in self.settings(resource, Meaning::Places) {
            // Some types take several zones as one text.
            let text = setting.value.text().unwrap_or_default();
            let named = text.split(',').filter_map(|text| place(self.catalogue, provider, text));
            found.extend(named.map(|place| (place, setting.evidence.clone())));
            // A list of zones that only the provider knows: the resource that asks for it knows the region at most.
            for referral in setting.refers.iter().filter(|referral| self.parts[referral.to] == Part::Place) {
                self.gather_places(referral.to, provider, found, seen, steps - 1);
            }
        }
        for (_, setting, _) in self.settings(resource, Meaning::Within) {
            for referral in &setting.refers {
                self.gather_places(referral.to, provider, found, seen, steps - 1);
            }
        }
        for setting in &self.all[resource].settings {
            for referral in setting.refers.iter().filter(|referral| self.parts[referral.to] == Part::Settings) {
                self.gather_places(referral.to, provider, found, seen, steps - 1);
            }
        }
        // What a piece or a detail says of places holds for the thing that it belongs to.
        if self.is_thing(resource) {
            for setting in &self.all[resource].settings {
                for referral in setting.refers.iter().filter(|r| self.parts[r.to] == Part::Detail) {
                    self.gather_places(referral.to, provider, found, seen, steps - 1);
                }
            }
        }
    }
}

impl Stock<'_> {
    /// The account, subscription or project that a resource is in: what it says itself, else what it is made with says.
    /// `None` when nobody says, or it is only known when things run.
    pub(super) fn account(&self, resource: usize) -> Option<Arc<str>> {
        let own = |resource: usize| {
            let mut settings = self.settings(resource, Meaning::Account);
            settings.find_map(|(_, setting, _)| account(&setting.value.text()?))
        };
        own(resource).or_else(|| {
            let with = self.all[resource].settings.iter().flat_map(|setting| &setting.refers);
            let mut with = with.filter(|referral| self.parts[referral.to] == Part::Settings);
            with.find_map(|referral| own(referral.to))
        })
    }
}

/// The account in a name of a resource, `arn:aws:iam::123456789012:role/x`, or the text itself.
fn account(text: &str) -> Option<Arc<str>> {
    let text = text.trim();
    let whole = |text: &str| !text.is_empty() && !text.contains(['?', '*', '$', ' ']);
    if let Some(rest) = text.strip_prefix("/subscriptions/") {
        return rest.split('/').next().filter(|id| whole(id)).map(Arc::from);
    }
    if !text.contains(':') {
        return (whole(text) && !text.contains('/')).then(|| text.into());
    }
    let mut parts = text.split([':', '/']);
    let number = |part: &&str| part.len() >= 6 && part.chars().all(|letter| letter.is_ascii_digit());
    parts.find(number).map(Arc::from)
}

/// Zones where any are known, each once and in order, else the first region; a zone by its letter alone lies in it.
fn settle(found: Places) -> Places {
    let region = found.iter().find(|(place, _)| place.region.is_some() && place.zone.is_none()).cloned();
    let mut zones: Places = Vec::new();
    for (mut place, evidence) in found {
        if place.zone.is_some() && place.region.is_none() {
            match &region {
                Some((region, _)) => place.region.clone_from(&region.region),
                None => continue,
            }
        }
        if place.zone.is_some() && !zones.iter().any(|(known, _)| *known == place) {
            zones.push((place, evidence));
        }
    }
    zones.sort();
    if zones.is_empty() { region.into_iter().collect() } else { zones }
}

/// The region or zone that a text names at a provider, `us-east-1`, `cn-hangzhou-h`, `West Europe`, `1` for a zone of
/// whatever region, or a name with a region between colons; `None` when it names none.
pub(super) fn place(catalogue: &Catalogue, provider: &Arc<str>, text: &str) -> Option<Place> {
    if text.contains(':') {
        return text.split(':').filter(|part| part.contains('-')).find_map(|part| place(catalogue, provider, part));
    }
    let text = text.trim().to_lowercase().replace(' ', "");
    let of = |provider: &Provider| {
        let mut regions: Vec<&Arc<str>> = provider.regions.keys().filter(|id| text.starts_with(&***id)).collect();
        regions.sort_by_key(|id| std::cmp::Reverse(id.len()));
        let region = regions.first()?;
        let rest = text[region.len()..].trim_start_matches('-');
        let short = rest.len() <= 2 && rest.chars().all(|letter| letter.is_ascii_alphanumeric());
        let name = Arc::clone(&provider.name);
        let zone = (!rest.is_empty()).then(|| Arc::from(rest));
        (rest.is_empty() || short).then(|| Place { provider: name, region: Some(Arc::clone(region)), zone })
    };
    let own = catalogue.providers.get(provider)?;
    if own.regions.is_empty() {
        return None;
    }
    if let Some(place) = of(own) {
        return Some(place);
    }
    // A partition of the provider, in China say, has regions of its own.
    let partition = format!("{provider}-");
    let mut partitions = catalogue.providers.values().filter(|other| other.name.starts_with(&partition));
    if let Some(place) = partitions.find_map(of) {
        return Some(place);
    }
    let number = text.len() == 1 && text.chars().all(|letter| letter.is_ascii_digit());
    number.then(|| Place { provider: Arc::clone(provider), region: None, zone: Some(text.into()) })
}

#[cfg(test)]
mod tests {
    use super::account;

    #[test]
    fn accounts_are_found_in_names() {
        let found = [
            ("123456789012", Some("123456789012")),
            ("arn:aws:iam::123456789012:role/deploy", Some("123456789012")),
            ("acs:ram::1234567890123456:role/ops", Some("1234567890123456")),
            ("qcs::cam::uin/100001234567:roleName/ops", Some("100001234567")),
            (
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/x",
                Some("0b1f6471-1bf0-4dda-aec3-111122223333"),
            ),
            ("shop-prod", Some("shop-prod")),
            ("arn:aws:iam::?:role/deploy", None),
            ("arn:aws:s3:::bucket", None),
            ("?-prod", None),
            ("", None),
        ];
        for (text, expected) in found {
            assert_eq!(account(text).as_deref(), expected, "{text}");
        }
    }
}
