//! Files that are another way to run the project, not something to lay on its base.

use super::load::Services;
use super::service::{Service, Text};
use crate::ingest::address;

/// Whether a file can be run by itself and says again what is known of its services: `elsewhere` finds what other files
/// say about a service.
///
/// Who means a file to be laid on another one does not repeat that one.
pub(super) fn stands_alone<'p>(layer: &Services, elsewhere: &impl Fn(&str) -> Option<&'p Service>) -> bool {
    let mut said = 0;
    let mut repeated = 0;
    for (name, service) in layer {
        let missing = |other: &str| !layer.contains_key(other) && elsewhere(other).is_some();
        let waits = service.depends_on.keys().any(|other| missing(other));
        if !service.is_whole() || service.removed || !service.cleared.is_empty() || waits || calls(service, &missing) {
            return false;
        }
        if let Some(known) = elsewhere(name) {
            said += known.environment.len();
            repeated += known.environment.keys().filter(|key| service.environment.contains_key(*key)).count();
        }
    }
    said > 0 && repeated * 2 >= said
}

/// Whether a variable of the service names a host that is missing from its file.
fn calls(service: &Service, missing: &impl Fn(&str) -> bool) -> bool {
    let told = service.environment.iter().filter_map(|(key, variable)| Some((key, variable.value.as_ref()?)));
    told.flat_map(|(key, value)| address::of_variable(key, Text::text(value))).any(|address| missing(&address.host))
}
