//! What a later definition of a service does to an earlier one.

use super::service::{Dependency, Service};

/// The service that results when `over` is laid on `base`: mappings are merged by key, ports and files are added,
/// everything else is replaced.
pub(super) fn merge(mut base: Service, over: Service) -> Service {
    if over.cleared.contains("*") {
        return over;
    }
    clear(&mut base, &over);
    base.image = over.image.or(base.image);
    base.build = over.build.or(base.build);
    base.built_from = over.built_from.or(base.built_from);
    base.container_name = over.container_name.or(base.container_name);
    base.hostname = over.hostname.or(base.hostname);
    base.command = over.command.or(base.command);
    base.entrypoint = over.entrypoint.or(base.entrypoint);
    base.extends = over.extends.or(base.extends);
    base.replicas = over.replicas.or(base.replicas);
    base.environment.extend(over.environment);
    base.labels.extend(over.labels);
    base.environment.retain(|_, variable| !variable.reset);
    base.env_file.extend(over.env_file);
    base.depends_on.extend(over.depends_on);
    base.depends_on.retain(|_, dependency| !dependency.reset);
    base.links.extend(over.links);
    base.external_links.extend(over.external_links);
    base.joined.extend(over.joined);
    for (network, aliases) in over.networks {
        base.networks.entry(network).or_default().extend(aliases);
    }
    base.ports.extend(over.ports);
    base.inner_ports.extend(over.inner_ports);
    base.mapped_ports.extend(over.mapped_ports);
    base.roots.extend(over.roots);
    base.public.extend(over.public);
    if !over.spread.is_empty() {
        base.spread = over.spread;
    }
    base.profiles.extend(over.profiles);
    base.profiles.sort();
    base.profiles.dedup();
    base.cleared.extend(over.cleared);
    base.removed = over.removed;
    base
}

/// The service that `extends` makes of its base and what it says itself; it is the one that is written here.
pub(super) fn extend(mut base: Service, own: Service) -> Service {
    let at = own.at.clone();
    base.extends = None;
    // Profiles say when a service runs: they are its own business.
    base.profiles.clear();
    base.depends_on.values_mut().for_each(inherit);
    Service { at, extends: None, ..merge(base, own) }
}

fn inherit(dependency: &mut Dependency) {
    dependency.inherited = true;
}

/// Takes away what `!reset` and `!override` say.
fn clear(base: &mut Service, over: &Service) {
    for field in &over.cleared {
        match field.as_str() {
            "image" => base.image = None,
            "build" => base.build = None,
            "container_name" => base.container_name = None,
            "hostname" => base.hostname = None,
            "environment" => base.environment.clear(),
            "env_file" => base.env_file.clear(),
            "command" => base.command = None,
            "entrypoint" => base.entrypoint = None,
            "depends_on" => base.depends_on.clear(),
            "links" => base.links.clear(),
            "external_links" => base.external_links.clear(),
            "networks" => base.networks.clear(),
            "ports" => {
                base.ports.clear();
                base.inner_ports.clear();
                base.mapped_ports.clear();
            }
            "labels" => {
                base.labels.clear();
                base.public.clear();
            }
            "profiles" => base.profiles.clear(),
            "volumes_from" => base.joined.retain(|key, _| !key.starts_with("volumes_from")),
            "deploy" | "scale" => {
                base.replicas = None;
                base.spread.clear();
            }
            key => drop(base.joined.remove(key)),
        }
    }
}
