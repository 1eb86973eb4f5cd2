//! The services of a project to facts: what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::env::{Vars, present};
use super::interpolate::UNSET;
use super::load::Services;
use super::service::{Service, Text};
use crate::facts::{Built, ComponentFact, Deployed, Facts, Remark, Said, Stage};
use crate::model::{Basis, Evidence, Kind};
use crate::source::{Location, Problem, Tree};

/// Makes the facts of one project, of which the base and every layer are told one after the other.
pub(super) struct Emitter<'a> {
    pub(super) tree: &'a Tree,
    pub(super) vars: &'a Vars,
    scope: Arc<str>,
    /// What was found so far.
    pub(super) facts: Facts,
    pub(super) problems: &'a mut Vec<Problem>,
    /// Service to component.
    pub(super) by_name: BTreeMap<String, usize>,
    /// Host name to the components that answer to it.
    pub(super) by_host: BTreeMap<Arc<str>, BTreeSet<usize>>,
    /// Port of the machine to the services that claim it, each with its own port.
    pub(super) by_mapped_port: BTreeMap<u16, BTreeSet<(String, u16)>>,
    /// Needs by whose they are, on what, and when, so that each is told once.
    pub(super) told: BTreeMap<(usize, String, bool), usize>,
    /// What was remarked about which component.
    remarked: BTreeSet<(usize, String)>,
    /// Whether the needs that are told are those of another way to run a service.
    pub(super) is_variant: bool,
    /// The files of variables that several services read.
    pub(super) shared: BTreeSet<String>,
    /// The services that others wait for.
    pub(super) waited: BTreeSet<String>,
    /// How many variables were read from files of services.
    pub(super) variables: usize,
    /// Whether it was told that they are too many.
    pub(super) is_full: bool,
}

impl<'a> Emitter<'a> {
    /// For a project with this scope and these variables.
    pub(super) fn new(tree: &'a Tree, vars: &'a Vars, scope: &str, problems: &'a mut Vec<Problem>) -> Self {
        Emitter {
            tree,
            vars,
            scope: scope.into(),
            facts: Facts::default(),
            problems,
            by_name: BTreeMap::new(),
            by_host: BTreeMap::new(),
            by_mapped_port: BTreeMap::new(),
            told: BTreeMap::new(),
            remarked: BTreeSet::new(),
            is_variant: false,
            shared: BTreeSet::new(),
            waited: BTreeSet::new(),
            variables: 0,
            is_full: false,
        }
    }

    /// Tells the services of the base or of a layer; one that is known gets what is new about it.
    pub(super) fn components(&mut self, services: &Services) {
        for (name, service) in services.iter().filter(|(_, service)| !service.removed) {
            let known = self.by_name.get(name).copied();
            let index = known.unwrap_or(self.facts.components.len());
            if known.is_none() {
                let fact = self.component(name, service);
                self.facts.components.push(fact);
                self.by_name.insert(name.clone(), index);
            }
            self.image(index, service, known.is_some());
            self.lies(index, service);
            for host in hosts(name, service) {
                let fact = &mut self.facts.components[index];
                if !fact.hosts.contains(&host) {
                    fact.hosts.push(Arc::clone(&host));
                }
                self.by_host.entry(host).or_default().insert(index);
            }
            for (outer, inner) in &service.mapped_ports {
                self.by_mapped_port.entry(*outer).or_default().insert((name.clone(), *inner));
            }
        }
        let ended = services.values().filter(|service| !service.removed).flat_map(|service| &service.depends_on);
        for (name, _) in ended.filter(|(_, dependency)| dependency.ends) {
            if let Some(index) = self.by_name.get(name) {
                self.facts.components[*index].kind = Some(Kind::Job);
            }
        }
    }

    fn component(&mut self, name: &str, service: &Service) -> ComponentFact {
        let profiles = (!service.profiles.is_empty()).then(|| format!("profile {}", service.profiles.join(", ")));
        let mut fact = ComponentFact::new(name, evidence(&service.at, profiles));
        fact.scope = Some(Arc::clone(&self.scope));
        fact.deployed = Some(Deployed { by: None, usual: Stage::Machine });
        fact.labels.clone_from(&service.labels);
        let image = service.image.as_ref().and_then(Text::whole).map(repository);
        fact.origin = service.built_from.as_deref().or(image).map(Arc::from);
        fact.built = built(service);
        fact.runs = runs(service);
        fact.redundancy.replicas = service.replicas.filter(|replicas| *replicas > 0);
        fact.redundancy.spread.clone_from(&service.spread);
        let public = service.public.first().map(|(_, at)| evidence(at, Some("labels".to_owned())));
        fact.exposed = service.ports.first().map(|at| evidence(at, Some("ports".to_owned()))).or(public);
        fact.ports.clone_from(&service.inner_ports);
        fact
    }

    /// Where the program of a service lies: its recipe and the folder of that, the folder that it is built in, and what
    /// is mounted into it.
    fn lies(&mut self, index: usize, service: &Service) {
        let recipe = service.built_from.as_deref().and_then(|built| built.split(' ').next());
        let beside = recipe.map(|recipe| recipe.rsplit_once('/').map_or("", |(folder, _)| folder));
        let all = recipe.into_iter().chain(beside).map(str::to_owned).chain(service.roots.iter().cloned());
        let all: Vec<Arc<str>> = all.map(Arc::from).collect();
        let files = service.env_file.iter().filter_map(|file| present(file.path.as_ref()?, self.tree));
        let files: Vec<Arc<str>> = files.map(Arc::from).collect();
        self.facts.components[index].told_by.extend(files);
        let roots = &mut self.facts.components[index].roots;
        for root in all {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }

    /// The image that a service pulls. The name of one that is built here says nothing about what it is.
    fn image(&mut self, index: usize, service: &Service, known: bool) {
        let Some(image) = service.image.as_ref().filter(|_| service.build.is_none()) else { return };
        let Some(text) = image_name(image) else {
            self.unset(index, image, &format!("image {}", image.text().replace(UNSET, "?")));
            return;
        };
        let images = &mut self.facts.components[index].images;
        match images.first() {
            None if !known => images.push(Said { text: text.into(), evidence: evidence(&image.at, None) }),
            Some(first) if repository(&first.text) != repository(&text) => {
                let reason = format!("another file of the project says {}, which is used", first.text);
                let evidence = evidence(&image.at, None);
                let what = format!("image {text}");
                self.facts.remarks.push(Remark { about: Some(index), what, reason, evidence });
            }
            _ => {}
        }
    }

    /// Remarks that a value could not be read for want of a variable.
    pub(super) fn unset(&mut self, index: usize, text: &Text, what: &str) {
        let names: BTreeSet<&String> = text.filled.unset.iter().collect();
        let names = names.into_iter().map(String::as_str).collect::<Vec<_>>().join("`, `");
        self.missing(index, &text.at, what, &names);
    }

    /// Remarks that a variable is not set.
    pub(super) fn missing(&mut self, index: usize, at: &Location, what: &str, names: &str) {
        let reason = format!("variable `{names}` is not set anywhere");
        self.remark(index, at, what, reason);
    }

    /// Remarks something about a component, once.
    pub(super) fn remark(&mut self, index: usize, at: &Location, what: &str, reason: String) {
        let remark = Remark { about: Some(index), what: what.to_owned(), reason, evidence: evidence(at, None) };
        if self.remarked.insert((index, what.to_owned())) {
            self.facts.remarks.push(remark);
        }
    }
}

/// Evidence in a Compose file.
pub(super) fn evidence(at: &Location, note: Option<String>) -> Evidence {
    Evidence { at: at.clone(), basis: Basis::Manifest, note: note.map(Arc::from) }
}

/// The words of what a service runs.
fn runs(service: &Service) -> Vec<Arc<str>> {
    let lists = [&service.entrypoint, &service.command].into_iter().flatten().flatten();
    let words = lists.filter_map(Text::whole).flat_map(str::split_whitespace);
    words.map(|word| word.trim_matches(['"', '\'']).into()).collect()
}

/// The folders that a service may be made of: the one that it is built from, and the one that is mounted where it is run.
fn built(service: &Service) -> Vec<Built> {
    let runs = runs(service);
    let within: Option<Arc<str>> = service.working_dir.as_deref().map(Arc::from);
    let mut found = Vec::new();
    if let Some(folder) = service.context.as_deref().filter(|_| service.build.is_some()) {
        let mut words = service.built_from.as_deref().unwrap_or_default().split(' ');
        let recipe = words.next().filter(|recipe| !recipe.is_empty()).map(Arc::from);
        let stage = words.next().map(Arc::from);
        let image = service.image.as_ref().and_then(image_name).map(|image| repository(&image).into());
        let (folder, within, runs) = (folder.into(), within.clone(), runs.clone());
        found.push(Built { folder, recipe, image, stage, mounted: None, within, runs });
    }
    let lies = |target: &str, path: &str| {
        let rest = path.strip_prefix(target.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let run_in = |target: &&(String, String)| {
        let target = target.1.as_str();
        let is_named = within.iter().chain(&runs).any(|path| lies(target, path));
        target.starts_with('/') && target.len() > 1 && is_named
    };
    if let Some((folder, target)) = service.mounts.iter().filter(run_in).max_by_key(|(_, target)| target.len()) {
        let mounted = Some(target.trim_end_matches('/').into());
        found.push(Built { folder: folder.as_str().into(), mounted, within, runs, ..Built::default() });
    }
    found
}

/// The names that a service answers to within its project.
pub(super) fn hosts(name: &str, service: &Service) -> Vec<Arc<str>> {
    let given = [&service.container_name, &service.hostname].into_iter().flatten();
    let aliases = service.networks.values().flatten();
    let mut found: Vec<Arc<str>> = vec![name.to_lowercase().into()];
    let public = service.public.iter().map(|(host, _)| host.as_str());
    for text in given.chain(aliases).filter_map(Text::whole).chain(public) {
        let text: Arc<str> = text.to_lowercase().into();
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// The name of an image; without its tag or registry where only these hang on a variable that is not set.
fn image_name(image: &Text) -> Option<String> {
    let text = image.text();
    let text = text.strip_suffix(&format!(":{UNSET}")).unwrap_or(text);
    let text = text.strip_prefix(&format!("{UNSET}/")).unwrap_or(text);
    (!text.is_empty() && !text.contains(UNSET)).then(|| text.to_owned())
}

/// An image without its tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}
