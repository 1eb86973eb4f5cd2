//! The services of a project to facts: what they need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::emit::{Emitter, evidence, hosts};
use super::env::{Vars, present};
use super::interpolate::{Filled, UNSET};
use super::load::Services;
use super::service::{Dependency, EnvFile, Service, Text, Variable};
use crate::facts::{Address, NeedFact, Target, Wanted};
use crate::ingest::address;
use crate::model::{Capability, Confidence, Phase, Strength, Terms};
use crate::source::{Location, Problem};

/// More places for one need tell nobody anything.
const MOST_EVIDENCE: usize = 16;
/// No project has more variables in the files of its services, each counted once for every service.
const MOST_VARIABLES: usize = 200_000;

/// What is said of a need that rests on the order of starting alone.
pub(in crate::ingest) const TOLD_NOTHING: &str = "depends_on, and no address is configured";

/// What the machine that containers run on is called within them.
const MACHINE: [&str; 3] = ["host.docker.internal", "gateway.docker.internal", "docker.for.mac.localhost"];

/// An address that a service is told, or several of which any will do, and where.
struct Told {
    addresses: Vec<Address>,
    at: Location,
    note: String,
}

impl Emitter<'_> {
    /// Tells the needs of the services of the base or of a layer; those that are known get more evidence.
    pub(super) fn needs(&mut self, services: &Services) {
        let mut readers: BTreeMap<&String, usize> = BTreeMap::new();
        for path in services.values().flat_map(|service| &service.env_file).filter_map(|file| file.path.as_ref()) {
            *readers.entry(path).or_default() += 1;
        }
        self.shared = readers.into_iter().filter(|(_, count)| *count > 1).map(|(path, _)| path.clone()).collect();
        self.waited = services.values().flat_map(|service| service.depends_on.keys().cloned()).collect();
        for (name, service) in services.iter().filter(|(_, service)| !service.removed) {
            let Some(index) = self.by_name.get(name).copied() else { continue };
            self.is_variant = service.is_variant;
            let told_of_others = self.addresses(index, name, service);
            self.links(index, service);
            self.depends_on(index, service, told_of_others);
        }
    }

    /// Takes back that services need what they only wait for, where that is told their address: it calls them.
    pub(super) fn settle_order(&mut self) {
        let calls = |from: usize, to: usize| {
            self.facts.needs.iter().any(|fact| {
                let hit = |target: &Target| match target {
                    Target::Address(address) => self.facts.components[to].hosts.contains(&address.host),
                    _ => false,
                };
                fact.from == from && fact.need.terms.phase == Phase::Run && hit(&fact.need.target)
            })
        };
        let order: Vec<bool> = self
            .facts
            .needs
            .iter()
            .map(|fact| match &fact.need.target {
                Target::Component(to) => rests_on_order(&fact.need) && calls(*to, fact.from),
                _ => false,
            })
            .collect();
        let mut order = order.into_iter();
        self.facts.needs.retain(|_| !order.next().unwrap_or(false));
    }

    /// The addresses in the environment and the command lines; whether one of them is another service's.
    fn addresses(&mut self, index: usize, name: &str, service: &Service) -> bool {
        let mut found = Vec::new();
        let mut named = Vec::new();
        let environment = self.environment(name, service);
        let own = |key: &String| service.environment.get(key).is_some_and(|variable| variable.value.is_some());
        let is_shared = |file: &EnvFile| file.path.as_ref().is_some_and(|path| self.shared.contains(path));
        if !service.env_file.is_empty() && service.env_file.iter().all(is_shared) {
            let shared = environment.keys().filter(|key| !own(key)).map(|key| key.as_str().into());
            self.facts.components[index].told_with_others.extend(shared);
        }
        for (key, variable) in environment {
            match &variable.value {
                Some(text) => {
                    if let Some(value) = text.whole() {
                        let told = &mut self.facts.components[index].told;
                        told.entry(key.as_str().into()).or_insert_with(|| value.into());
                    }
                    let addresses = address::of_variable(&key, &self.within(&without_unset_ports(text.text())));
                    if addresses.is_empty() {
                        named.extend(self.named(service, &key, text));
                    }
                    self.told(index, text, &format!("env {key}"), addresses, &mut found);
                }
                // Nothing is known about its value: would it be an address if it had one?
                None if !address::of_variable(&key, UNSET).is_empty() => {
                    self.missing(index, &variable.at, &format!("env {key}"), &key);
                }
                None => {}
            }
            if variable.value.as_ref().is_none_or(|text| text.whole().is_none()) {
                self.facts.components[index].withheld.insert(key.as_str().into());
            }
        }
        for (what, words) in [("command", &service.command), ("entrypoint", &service.entrypoint)] {
            let Some(words) = words else { continue };
            let split = split(words);
            let after_h = split.windows(2).filter(|pair| matches!(pair[0].as_str(), "-h" | "-H")).map(|pair| &pair[1]);
            let hosts: Vec<Address> = after_h
                .filter_map(|host| self.by_host.get_key_value(host.as_str()))
                .map(|(host, _)| bare(host))
                .collect();
            for address in address::of_command(split.iter().map(String::as_str)).into_iter().chain(hosts) {
                let text = words.iter().find(|word| word.text().to_lowercase().contains(&*address.host));
                if let Some(text) = text.or(words.first()) {
                    self.told(index, text, what, vec![address], &mut found);
                }
            }
        }
        let own = hosts(name, service);
        let mut of_others = false;
        for Told { mut addresses, at, note } in found {
            let answers = &self.facts.components[index].hosts;
            addresses.retain(|address| !own.contains(&address.host) && !answers.contains(&address.host));
            let mut targets: Vec<Target> =
                addresses.into_iter().map(|address| self.answering(index, service, address, &mut of_others)).collect();
            let terms = || Terms::hard(Confidence::Inferred);
            let target = if targets.len() > 1 {
                let evidence = vec![evidence(&at, Some(note.clone()))];
                let member = |target| Wanted { target, terms: terms(), evidence: evidence.clone() };
                Target::AtLeast { k: 1, members: targets.into_iter().map(member).collect() }
            } else if let Some(target) = targets.pop() {
                target
            } else {
                continue;
            };
            self.need(index, target, terms(), &at, note);
        }
        for (target, strength, at, note) in named {
            let terms = Terms { strength, ..Terms::hard(Confidence::Inferred) };
            self.need(index, Target::Component(target), terms, &at, note);
        }
        of_others
    }

    /// What answers at an address that a service is told; notes when it is another service.
    fn answering(&self, index: usize, service: &Service, address: Address, of_others: &mut bool) -> Target {
        let linked = service.links.get(&*address.host).and_then(|(target, _)| self.by_name.get(target));
        if let Some(target) = linked {
            *of_others = true;
            return Target::Component(*target);
        }
        let known = self.by_host.get(&address.host);
        *of_others |= known.is_some_and(|known| known.iter().any(|other| *other != index));
        Target::Address(outside_name(service, address))
    }

    /// A text in which ports of the machine that the containers run on are those of the services that they lead to; a port
    /// that several claim is left, since they never run together and nobody says which one does.
    fn within(&self, text: &str) -> String {
        let mut told = text.to_owned();
        for machine in MACHINE.iter().filter(|machine| text.contains(**machine)) {
            let single = self.by_mapped_port.iter().filter(|(_, claimed)| claimed.len() == 1);
            for (outer, (name, inner)) in
                single.flat_map(|(outer, claimed)| claimed.iter().map(move |one| (outer, one)))
            {
                let written = format!("{machine}:{outer}");
                let mut from = 0;
                while let Some(at) = told[from..].find(&written).map(|at| from + at) {
                    from = at + written.len();
                    if !told[from..].starts_with(|next: char| next.is_ascii_digit()) {
                        let answers = format!("{name}:{inner}");
                        told.replace_range(at..from, &answers);
                        from = at + answers.len();
                    }
                }
            }
        }
        told
    }

    /// What a service waits for and then finds in a variable by its mere name, whatever the variable is called.
    fn named(&self, service: &Service, key: &str, text: &Text) -> Vec<(usize, Strength, Location, String)> {
        let words = text.text().split([',', ';', ' ']).map(str::trim);
        let waited = words.filter_map(|word| Some((service.depends_on.get(word)?, self.by_name.get(word)?)));
        let runs = waited.filter(|(dependency, _)| !dependency.ends && !dependency.reset);
        let strength = |optional| if optional { Strength::Soft } else { Strength::Hard };
        let told = |(dependency, target): (&Dependency, &usize)| {
            (*target, strength(dependency.optional), text.at.clone(), format!("env {key} and depends_on"))
        };
        runs.map(told).collect()
    }

    /// Sorts the addresses of a value into those that are known and those that hang on a variable without a value.
    fn told(&mut self, index: usize, text: &Text, what: &str, addresses: Vec<Address>, found: &mut Vec<Told>) {
        let told = |addresses: Vec<Address>| {
            let is_in = |text: &str| addresses.first().is_some_and(|one| text.to_lowercase().contains(&*one.host));
            let note = match text.filled.used.iter().find(|value| is_in(&value.text)) {
                Some(value) => format!("{what} from {}:{}", value.at.file, value.at.line),
                None => what.to_owned(),
            };
            Told { addresses, at: text.at.clone(), note }
        };
        if address::are_members(&addresses) && !addresses.iter().any(|address| address.host.contains(UNSET)) {
            found.push(told(addresses));
            return;
        }
        for address in addresses {
            if address.host.contains(UNSET) {
                self.unset(index, text, what);
                continue;
            }
            found.push(told(vec![address]));
        }
    }

    /// The variables that a service gets: those of its files, and above them its own.
    fn environment(&mut self, name: &str, service: &Service) -> BTreeMap<String, Variable> {
        let mut all = BTreeMap::new();
        for file in &service.env_file {
            let at = &file.at;
            let path = file.path.as_ref().and_then(|path| present(path, self.tree));
            if path.is_none() && file.path.as_ref().is_none_or(|path| self.tree.is_beyond(path)) && !file.optional {
                let message = format!("`{}` lies outside of the scanned tree", file.written);
                self.problems.push(Problem::warning(at.clone(), message).help("its variables count as not set"));
            } else if path.is_none() && !file.optional {
                let message = format!("no file `{}`, which variables are read from", file.written);
                self.problems.push(Problem::warning(at.clone(), message).help("its variables count as not set"));
            }
            let Some(path) = path.filter(|_| self.has_room(at)) else { continue };
            match Vars::of_service(&path, file.raw, self.tree, self.vars) {
                Ok(vars) if self.is_of_callers(name, service, file, &vars) => {}
                Ok(vars) => all.extend(vars.iter().take(MOST_VARIABLES - self.variables).map(|(name, value)| {
                    let used = vec![Arc::clone(value)];
                    let filled = Filled { text: value.text.clone(), unset: value.unset.clone(), used };
                    let text = Text { filled, at: at.clone() };
                    (name.clone(), Variable { value: Some(text), at: at.clone(), reset: false })
                })),
                Err(problem) => self.problems.push(problem),
            }
            self.variables = (self.variables + all.len()).min(MOST_VARIABLES);
        }
        for (key, variable) in service.environment.iter().filter(|(_, variable)| !variable.reset) {
            if variable.value.is_some() || !all.contains_key(key) {
                all.insert(key.clone(), variable.clone());
            }
        }
        all
    }

    /// Whether a file of variables that several services read is for those that call this one.
    ///
    /// This one is pulled as it is and waits for nothing. The file tells where it is, or others wait for it and its
    /// image has no maker's name: such images know nothing of a project.
    fn is_of_callers(&self, name: &str, service: &Service, file: &EnvFile, vars: &Vars) -> bool {
        let waits = !service.depends_on.is_empty() || !service.links.is_empty();
        let is_shared = file.path.as_ref().is_some_and(|path| self.shared.contains(path));
        let Some(image) = service.image.as_ref().filter(|_| service.build.is_none() && !waits && is_shared) else {
            return false;
        };
        if self.waited.contains(name) && !image.text().contains('/') {
            return true;
        }
        let own = hosts(name, service);
        let mut told = vars.iter().flat_map(|(key, value)| address::of_variable(key, &value.text));
        told.any(|address| own.contains(&address.host))
    }

    /// Whether more files of variables can be read.
    fn has_room(&mut self, at: &Location) -> bool {
        let has = self.variables < MOST_VARIABLES;
        if !has && !std::mem::replace(&mut self.is_full, true) {
            let message = format!("more than {MOST_VARIABLES} variables in the files of the project's services");
            self.problems.push(Problem::warning(at.clone(), message).help("the rest is left out"));
        }
        has
    }

    fn links(&mut self, index: usize, service: &Service) {
        let linked = service.links.values().map(|link| ("links", link));
        let joined = service.joined.iter().map(|(key, link)| (key.split(' ').next().unwrap_or(key), link));
        for (what, (target, at)) in linked.chain(joined).filter(|(_, (target, _))| !target.is_empty()) {
            if let Some(target) = self.target(target, at, what) {
                self.need(index, target, Terms::hard(Confidence::Declared), at, what.to_owned());
            }
        }
        for (target, at) in service.external_links.values() {
            let target = Target::Address(bare(&target.to_lowercase().into()));
            let note = "external_links".to_owned();
            self.need(index, target, Terms::hard(Confidence::Declared), at, note);
        }
    }

    fn depends_on(&mut self, index: usize, service: &Service, told_of_others: bool) {
        for (name, dependency) in service.depends_on.iter().filter(|(_, dependency)| !dependency.reset) {
            let at = &dependency.at;
            if (dependency.optional || dependency.inherited) && !self.by_name.contains_key(name) {
                continue;
            }
            let Some(target) = self.target(name, at, "depends_on") else { continue };
            let strength = if dependency.optional { Strength::Soft } else { Strength::Hard };
            let terms = Terms { strength, phase: Phase::Start, ..Terms::hard(Confidence::Declared) };
            self.need(index, target.clone(), terms, at, "depends_on".to_owned());
            // What a layer adds to the start of a service is order alone: it is not in what the service is.
            if !told_of_others && !dependency.ends && !service.is_patch {
                let terms = Terms { strength, ..Terms::hard(Confidence::Inferred) };
                self.need(index, target, terms, at, TOLD_NOTHING.to_owned());
            }
        }
    }

    fn target(&mut self, name: &str, at: &Location, what: &str) -> Option<Target> {
        let found = self.by_name.get(name).map(|index| Target::Component(*index));
        if found.is_none() {
            let message = format!("`{what}` names `{name}`, which is no service of the project");
            self.problems.push(Problem::warning(at.clone(), message).help("the need is left out"));
        }
        found
    }

    fn need(&mut self, from: usize, target: Target, terms: Terms, at: &Location, note: String) {
        let key = match &target {
            Target::Component(index) if *index == from => return,
            Target::Component(index) => format!("#{index}"),
            Target::Address(address) => address.to_string(),
            Target::AtLeast { members, .. } => {
                let members = members.iter().map(|member| match &member.target {
                    Target::Address(address) => address.to_string(),
                    other => format!("{other:?}"),
                });
                members.collect::<Vec<_>>().join(" or ")
            }
            _ => return,
        };
        let evidence = evidence(at, Some(note));
        let next = self.facts.needs.len();
        if self.is_variant && !self.told.contains_key(&(from, key.clone(), terms.phase == Phase::Start)) {
            let what = match &target {
                Target::Component(index) => format!("need of {}", self.facts.components[*index].name),
                Target::Address(address) => format!("need of {}", address.host),
                _ => format!("need of {key}"),
            };
            let other = &self.facts.components[from].evidence.at.file;
            let reason = format!("this file runs it in another way than {other}, whose needs are used");
            self.remark(from, at, &what, reason);
            return;
        }
        let known = *self.told.entry((from, key, terms.phase == Phase::Start)).or_insert(next);
        if let Some(NeedFact { need, .. }) = self.facts.needs.get_mut(known) {
            need.terms.confidence = need.terms.confidence.min(terms.confidence);
            need.terms.strength = need.terms.strength.min(terms.strength);
            if need.evidence.len() < MOST_EVIDENCE && !need.evidence.contains(&evidence) {
                need.evidence.push(evidence);
            }
            return;
        }
        let need = Wanted { target, terms, evidence: vec![evidence] };
        self.facts.needs.push(NeedFact { from, capability: Capability::data(), need });
    }
}

/// Whether a need is known from the order of starting alone.
pub(crate) fn rests_on_order(need: &Wanted) -> bool {
    need.terms.phase == Phase::Run && need.evidence.iter().all(|said| said.note.as_deref() == Some(TOLD_NOTHING))
}

fn bare(host: &Arc<str>) -> Address {
    Address { host: Arc::clone(host), port: None, scheme: None }
}

/// A host whose port is not known is still a host.
fn without_unset_ports(text: &str) -> String {
    text.replace(&format!(":{UNSET}"), "")
}

/// An address under an alias of a container of another project is that container's.
fn outside_name(service: &Service, address: Address) -> Address {
    match service.external_links.get(&*address.host) {
        Some((target, _)) => Address { host: target.to_lowercase().into(), ..address },
        None => address,
    }
}

/// The words of a command line as a shell takes them apart, also those that are given to a shell as one.
fn split(words: &[Text]) -> Vec<String> {
    let mut found = Vec::new();
    for word in words {
        let text = without_unset_ports(word.text());
        let quotes = |c: char| matches!(c, '"' | '\'' | ';' | '(' | ')' | '&' | '|');
        found.extend(text.split(|c: char| c.is_whitespace() || quotes(c)).filter(|w| !w.is_empty()).map(str::to_owned));
    }
    found
}
