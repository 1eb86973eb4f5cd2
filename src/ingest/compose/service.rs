//! A service as one file defines it: nothing merged yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::interpolate::Filled;
use crate::source::Location;

/// A value of a file with its place.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The value with its variables replaced.
    pub(super) filled: Filled,
    /// Where it is written.
    pub(super) at: Location,
}

impl Text {
    /// The text itself.
    pub(super) fn text(&self) -> &str {
        &self.filled.text
    }

    /// The text, unless a variable in it has no value.
    pub(super) fn whole(&self) -> Option<&str> {
        self.filled.unset.is_empty().then_some(self.text()).filter(|text| !text.is_empty())
    }
}

/// An environment variable of a service.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// Its value, if it has one here or in the variables of the project.
    pub(super) value: Option<Text>,
    /// Where it is written.
    pub(super) at: Location,
    /// `!reset`: it is taken away.
    pub(super) reset: bool,
}

/// A service that must run before.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    /// It must have ended well, not run.
    pub(super) ends: bool,
    /// Without it the service starts all the same.
    pub(super) optional: bool,
    /// It was brought by `extends`, perhaps into a project that does not have it.
    pub(super) inherited: bool,
    /// `!reset`: it is taken away.
    pub(super) reset: bool,
    /// Where it is written.
    pub(super) at: Location,
}

/// A file of variables for a service.
#[derive(Clone, Debug)]
pub(super) struct EnvFile {
    /// Its shown path; `None` when it lies outside of the tree.
    pub(super) path: Option<String>,
    /// Its path as written.
    pub(super) written: String,
    /// Whether it may be absent.
    pub(super) optional: bool,
    /// Nothing in it is replaced.
    pub(super) raw: bool,
    /// Where it is written.
    pub(super) at: Location,
}

/// The service that a service starts from.
#[derive(Clone, Debug)]
pub(super) struct Extends {
    /// Its file as written; the same file if none is.
    pub(super) file: Option<String>,
    /// Its name.
    pub(super) service: String,
    /// Where it is written.
    pub(super) at: Location,
}

/// What one file, or several merged ones, say about a service.
#[derive(Clone, Debug)]
pub(super) struct Service {
    /// Where its name is written.
    pub(super) at: Location,
    pub(super) image: Option<Text>,
    /// Where it says that it is built here.
    pub(super) build: Option<Location>,
    /// The folder and the recipe that it is built from.
    pub(super) built_from: Option<String>,
    /// The folder that it is built in, and the files and folders of the tree that are mounted into it.
    pub(super) roots: Vec<String>,
    /// The folder that it is built from.
    pub(super) context: Option<String>,
    /// What of the tree is mounted into it, and where.
    pub(super) mounts: Vec<(String, String)>,
    /// The folder of the container in which it is run.
    pub(super) working_dir: Option<String>,
    pub(super) container_name: Option<Text>,
    pub(super) hostname: Option<Text>,
    pub(super) environment: BTreeMap<String, Variable>,
    pub(super) env_file: Vec<EnvFile>,
    pub(super) command: Option<Vec<Text>>,
    pub(super) entrypoint: Option<Vec<Text>>,
    pub(super) depends_on: BTreeMap<String, Dependency>,
    /// Alias to service.
    pub(super) links: BTreeMap<String, (String, Location)>,
    /// Alias to container of another project.
    pub(super) external_links: BTreeMap<String, (String, Location)>,
    /// Services whose network, processes or volumes it uses, by `network_mode`, `pid`, `ipc`, `volumes_from …`.
    pub(super) joined: BTreeMap<String, (String, Location)>,
    /// Names that it answers to on each network.
    pub(super) networks: BTreeMap<String, Vec<Text>>,
    /// Ports that can be reached from outside of the machine.
    pub(super) ports: Vec<Location>,
    /// The ports within the container that these lead to.
    pub(super) inner_ports: Vec<u16>,
    /// Ports of the machine, each with the port within the container that it leads to.
    pub(super) mapped_ports: Vec<(u16, u16)>,
    /// Public names that a proxy sends here, each with where that is written.
    pub(super) public: Vec<(String, Location)>,
    pub(super) extends: Option<Extends>,
    pub(super) replicas: Option<u32>,
    pub(super) spread: Vec<Arc<str>>,
    pub(super) profiles: Vec<String>,
    /// What it is labelled with, and what its containers are.
    pub(super) labels: BTreeMap<Arc<str>, Arc<str>>,
    /// Fields tagged `!reset` or `!override`: what they had before is dropped. `*` is the service as a whole.
    pub(super) cleared: BTreeSet<String>,
    /// `!reset` on the service: it is taken away.
    pub(super) removed: bool,
    /// A layer that only changes a service of another file.
    pub(super) is_patch: bool,
    /// Another way to run a service that another file has too: only one of the two ever runs.
    pub(super) is_variant: bool,
}

impl Service {
    /// Whether it can run as it is, and does not just change a service of another file.
    pub(super) fn is_whole(&self) -> bool {
        self.image.is_some() || self.build.is_some()
    }

    /// How much there is in it, to limit what is copied.
    pub(super) fn size(&self) -> usize {
        let words = |words: &Option<Vec<Text>>| words.as_ref().map_or(0, Vec::len);
        let lists = self.env_file.len() + self.ports.len() + words(&self.command) + words(&self.entrypoint);
        let links = self.links.len() + self.external_links.len() + self.joined.len();
        let aliases: usize = self.networks.values().map(|aliases| aliases.len() + 1).sum();
        1 + self.environment.len() + self.depends_on.len() + lists + links + aliases
    }
}
