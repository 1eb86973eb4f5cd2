//! What was known on a day: the catalogue that a prediction of a later outage may use.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Catalogue, NeedEntry};

impl Catalogue {
    /// A copy with only the needs that were known on this day or before, and that had not ended by then; and with only
    /// the restarts, availabilities and service credits that a source stated by then.
    ///
    /// A need that ended later holds in the copy. Products, scopes and signs stay: they have no dates. To predict an
    /// outage, ask for the day before it, since reports come out on the same day. Linear in the needs.
    #[must_use]
    pub fn as_of(&self, day: Date) -> Catalogue {
        let day = day.to_string();
        let keep = |needs: &mut Vec<NeedEntry>| {
            needs.retain_mut(|need| {
                need.ended = need.ended.take().filter(|ended| **ended <= *day);
                if let Some(before) = need.before.take_if(|before| *need.known > *day && *before.known <= *day) {
                    need.strength = before.strength;
                    (need.source, need.known, need.grade) = (before.source, before.known, before.grade);
                }
                *need.known <= *day && need.ended.is_none()
            });
        };
        let mut copy = self.clone();
        let unknown = |known: &Option<Arc<str>>| known.as_ref().is_some_and(|known| **known > *day);
        for provider in copy.providers.values_mut() {
            keep(&mut provider.control_needs);
            for product in provider.products.values_mut() {
                product.restart.take_if(|restart| unknown(&restart.known));
                product.availability.take_if(|share| unknown(&share.known));
                product.credits.take_if(|credits| unknown(&credits.known));
            }
            let capabilities = provider.products.values_mut().flat_map(|product| product.capabilities.values_mut());
            capabilities.for_each(|capability| keep(&mut capability.needs));
        }
        copy
    }
}
