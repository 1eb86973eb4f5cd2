//! The fields of a service read, their variables replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::env::Vars;
use super::interpolate::{Filled, UNSET};
use super::service::{Dependency, EnvFile, Extends, Service, Text, Variable};
use crate::source::yaml::Node;
use crate::source::{Location, Problem, beside, toward};

/// Reads nodes of one file with the variables that hold in it.
pub(super) struct Reader<'a> {
    /// The file.
    pub(super) file: &'a Arc<str>,
    /// The folder that its paths begin at.
    pub(super) folder: &'a str,
    /// The variables.
    pub(super) vars: &'a Vars,
    /// What was wrong.
    pub(super) problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn place(&self, node: &Node) -> Location {
        node.location(self.file)
    }

    /// A scalar with its variables replaced.
    pub(super) fn text(&self, node: &Node) -> Option<Text> {
        Some(self.filled(node.text()?, node))
    }

    fn filled(&self, text: &str, node: &Node) -> Text {
        Text { filled: self.vars.fill(text), at: self.place(node) }
    }

    fn word(&self, node: &Node) -> Option<String> {
        self.text(node)?.whole().map(str::to_owned)
    }

    /// The texts of a list; a single value stands for a list of one.
    pub(super) fn words(&self, node: Option<&Node>) -> Vec<String> {
        items(node).iter().filter_map(|item| self.word(item)).collect()
    }

    /// A path of the file as a shown path, `None` outside of the tree.
    pub(super) fn path(&self, written: &str) -> Option<String> {
        beside(&format!("{}/_", self.folder), written)
    }

    /// Reads a service; what is odd in it is left out.
    pub(super) fn service(&mut self, key: &Node, node: &Node) -> Service {
        let field = |name: &str| node.get(name).filter(|value| value.tag.as_deref() != Some("reset"));
        if !node.is_map() && !node.is_null() && node.tag.is_none() {
            let name = key.text().unwrap_or_default();
            let message = format!("service `{name}` is {}", node.describe());
            self.problems.push(Problem::error(self.place(node), message).help("write a mapping: `image: …`"));
        }
        let tagged = |node: &Node| matches!(node.tag.as_deref(), Some("reset" | "override"));
        let mut cleared: BTreeSet<String> =
            node.entries().iter().filter(|(_, value)| tagged(value)).filter_map(|(key, _)| word_of(key)).collect();
        if tagged(node) {
            cleared.insert("*".to_owned());
        }
        let deploy = field("deploy");
        let replicas = deploy.and_then(|deploy| deploy.get("replicas")).or_else(|| field("scale"));
        let preferences = deploy.and_then(|deploy| deploy.at(&["placement", "preferences"]));
        Service {
            at: self.place(key),
            image: field("image").and_then(|node| self.text(node)),
            build: field("build").filter(|node| !node.is_null()).map(|node| self.place(node)),
            built_from: field("build").and_then(|node| self.built_from(node)),
            roots: self.roots(node),
            context: self.context(node),
            mounts: self.mounts(node),
            working_dir: field("working_dir").and_then(|node| self.word(node)),
            container_name: field("container_name").and_then(|node| self.text(node)),
            hostname: field("hostname").and_then(|node| self.text(node)),
            environment: field("environment").map(|node| self.environment(node)).unwrap_or_default(),
            env_file: items(field("env_file")).iter().filter_map(|item| self.env_file(item)).collect(),
            command: field("command").filter(|node| !node.is_null()).map(|node| self.command(node)),
            entrypoint: field("entrypoint").filter(|node| !node.is_null()).map(|node| self.command(node)),
            depends_on: field("depends_on").map(|node| self.depends_on(node)).unwrap_or_default(),
            links: self.links(field("links")),
            external_links: self.links(field("external_links")),
            joined: self.joined(node),
            networks: self.networks(field("networks")),
            inner_ports: items(field("ports")).iter().filter_map(|item| self.inner_port(item)).collect(),
            public: field("labels").map(|node| self.public(node)).unwrap_or_default(),
            mapped_ports: items(field("ports")).iter().filter_map(|item| self.mapped_port(item)).collect(),
            ports: items(field("ports")).iter().filter(|item| self.published(item)).map(|i| self.place(i)).collect(),
            extends: field("extends").and_then(|node| self.extends(node)),
            replicas: replicas.and_then(|node| self.word(node)).and_then(|text| text.parse().ok()),
            spread: items(preferences)
                .iter()
                .filter_map(|item| self.word(item.get("spread")?).map(Arc::from))
                .collect(),
            profiles: self.words(field("profiles")),
            labels: [deploy.and_then(|deploy| deploy.get("labels")), field("labels")]
                .into_iter()
                .flatten()
                .flat_map(|node| self.labels(node))
                .collect(),
            cleared,
            removed: node.tag.as_deref() == Some("reset"),
            is_patch: false,
            is_variant: false,
        }
    }

    fn built_from(&self, node: &Node) -> Option<String> {
        let context = if node.is_map() { node.get("context") } else { Some(node) };
        let folder = self.path(&context.map_or(Some(".".to_owned()), |node| self.word(node))?)?;
        let recipe = node.get("dockerfile").and_then(|node| self.word(node)).unwrap_or_else(|| "Dockerfile".to_owned());
        let stage = node.get("target").and_then(|node| self.word(node)).unwrap_or_default();
        let recipe = beside(&format!("{folder}/_"), &recipe)?;
        Some(format!("{recipe} {stage}").trim_end().to_owned())
    }

    /// The folder that a service is built in, and what is mounted into it by a path.
    fn roots(&self, node: &Node) -> Vec<String> {
        let mounted = self.mounts(node).into_iter().map(|(source, _)| source);
        self.context(node).into_iter().chain(mounted).collect()
    }

    fn context(&self, node: &Node) -> Option<String> {
        let build = node.get("build").filter(|build| !build.is_null())?;
        let context = if build.is_map() { build.get("context") } else { Some(build) };
        self.path(&context.map_or(Some(".".to_owned()), |node| self.word(node))?)
    }

    /// What is mounted by a path of the tree, and where; where is empty when it isn't said.
    fn mounts(&self, node: &Node) -> Vec<(String, String)> {
        let mounted = items(node.get("volumes")).iter().filter_map(|item| {
            let (source, target) = if item.is_map() {
                let target = item.get("target").and_then(|target| self.word(target));
                (self.word(item.get("source")?)?, target.unwrap_or_default())
            } else {
                let text = self.text(item)?;
                let mut parts = text.text().split(':');
                (parts.next()?.to_owned(), parts.next().unwrap_or_default().to_owned())
            };
            let source = source.starts_with('.').then(|| self.path(&source))??;
            Some((source, target))
        });
        mounted.collect()
    }

    fn environment(&self, node: &Node) -> BTreeMap<String, Variable> {
        let mut found = BTreeMap::new();
        for (key, value) in node.entries() {
            let Some(name) = word_of(key) else { continue };
            let reset = value.tag.as_deref() == Some("reset");
            let text = if value.is_null() { self.passed(&name, key) } else { self.text(value) };
            found.insert(name, Variable { value: text, at: self.place(key), reset });
        }
        for item in node.items() {
            let Some(text) = item.text() else { continue };
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(self.filled(value, item))),
                None => (text, self.passed(text, item)),
            };
            found.insert(name.to_owned(), Variable { value, at: self.place(item), reset: false });
        }
        found
    }

    /// Labels as a mapping, or as a list of `key=value`.
    fn labels(&self, node: &Node) -> Vec<(Arc<str>, Arc<str>)> {
        let value = |node: &Node| self.word(node).unwrap_or_default();
        let mapped = node.entries().iter().filter_map(|(key, node)| Some((word_of(key)?, value(node))));
        let listed = node.items().iter().filter_map(|item| {
            let text = self.word(item)?;
            let (key, value) = text.split_once('=').unwrap_or((&text, ""));
            Some((key.to_owned(), value.to_owned()))
        });
        mapped.chain(listed).map(|(key, value)| (key.into(), value.into())).collect()
    }

    /// A variable without a value has the one that it has in the project.
    fn passed(&self, name: &str, node: &Node) -> Option<Text> {
        let value = Arc::clone(self.vars.get(name)?);
        let filled = Filled { text: value.text.clone(), unset: value.unset.clone(), used: vec![value] };
        Some(Text { filled, at: self.place(node) })
    }

    fn env_file(&self, node: &Node) -> Option<EnvFile> {
        let written = self.word(node.get("path").unwrap_or(node))?;
        let optional = node.get("required").is_some_and(|node| node.boolean() == Some(false));
        let raw = node.text_at(&["format"]) == Some("raw");
        let path = toward(&format!("{}/_", self.folder), &written);
        Some(EnvFile { path, written, optional, raw, at: self.place(node) })
    }

    fn command(&self, node: &Node) -> Vec<Text> {
        items(Some(node)).iter().filter_map(|item| self.text(item)).collect()
    }

    fn depends_on(&self, node: &Node) -> BTreeMap<String, Dependency> {
        let listed = node.items().iter().map(|item| (item, None));
        let mapped = node.entries().iter().map(|(key, value)| (key, Some(value)));
        let mut found = BTreeMap::new();
        for (key, value) in listed.chain(mapped) {
            let Some(name) = self.word(key) else { continue };
            let condition = value.and_then(|value| value.text_at(&["condition"]));
            let required = value.and_then(|value| value.get("required")).and_then(Node::boolean);
            let dependency = Dependency {
                ends: condition == Some("service_completed_successfully"),
                optional: required == Some(false),
                inherited: false,
                reset: value.is_some_and(|value| value.tag.as_deref() == Some("reset")),
                at: self.place(key),
            };
            found.insert(name, dependency);
        }
        found
    }

    fn links(&self, node: Option<&Node>) -> BTreeMap<String, (String, Location)> {
        let mut found = BTreeMap::new();
        for item in items(node) {
            let Some(text) = self.word(item) else { continue };
            let (target, alias) = text.split_once(':').unwrap_or((&text, &text));
            found.insert(alias.to_lowercase(), (target.to_owned(), self.place(item)));
        }
        found
    }

    fn joined(&self, node: &Node) -> BTreeMap<String, (String, Location)> {
        let mut found = BTreeMap::new();
        for key in ["network_mode", "pid", "ipc"] {
            let Some(node) = node.get(key) else { continue };
            let text = self.word(node).unwrap_or_default();
            // A value that names no service is kept: it takes away one that an earlier file gave.
            let target = text.strip_prefix("service:").unwrap_or_default();
            found.insert(key.to_owned(), (target.to_owned(), self.place(node)));
        }
        for item in items(node.get("volumes_from")) {
            let text = self.word(item).unwrap_or_default();
            if text.starts_with("container:") {
                continue;
            }
            let target = text.split(':').next().unwrap_or_default();
            found.insert(format!("volumes_from {target}"), (target.to_owned(), self.place(item)));
        }
        found
    }

    fn networks(&self, node: Option<&Node>) -> BTreeMap<String, Vec<Text>> {
        let mapped = node.map(Node::entries).unwrap_or_default();
        let aliases = |value: &Node| items(value.get("aliases")).iter().filter_map(|item| self.text(item)).collect();
        mapped.iter().filter_map(|(key, value)| Some((word_of(key)?, aliases(value)))).collect()
    }

    /// Whether a port has a number on the outside and is not kept to the machine itself. A port that gets any free
    /// number is for people who look it up, not for users.
    fn published(&self, item: &Node) -> bool {
        let local = |ip: &str| ip.starts_with("127.") || ip.starts_with("[::1]") || ip == "localhost" || ip == "::1";
        if item.is_map() {
            let ip = item.get("host_ip").and_then(|node| self.word(node)).unwrap_or_default();
            return item.text_at(&["published"]).is_some() && !local(&ip);
        }
        let Some(text) = self.text(item) else { return false };
        text.text().rsplit_once(':').is_some_and(|(outside, _)| !local(outside))
    }

    /// The port of the container that a published one leads to.
    fn mapped_port(&self, item: &Node) -> Option<(u16, u16)> {
        let outer = match item.get("published") {
            Some(published) => self.word(published)?,
            None => {
                let text = self.text(item)?;
                let (outer, _) = text.text().rsplit_once(':')?;
                outer.rsplit(':').next()?.to_owned()
            }
        };
        Some((outer.parse().ok()?, self.inner_port(item)?))
    }

    fn inner_port(&self, item: &Node) -> Option<u16> {
        if item.is_map() {
            return self.word(item.get("target")?)?.parse().ok();
        }
        let text = self.text(item)?;
        let (_, inner) = text.text().rsplit_once(':')?;
        inner.split('/').next()?.parse().ok()
    }

    /// The names in labels by which a proxy knows a service: rules of Traefik, and the sites of Caddy.
    fn public(&self, node: &Node) -> Vec<(String, Location)> {
        let mapped = node.entries().iter().filter_map(|(key, value)| Some((word_of(key)?, self.text(value)?)));
        let listed = node.items().iter().filter_map(|item| {
            let text = self.text(item)?;
            let (key, value) = text.text().split_once('=')?;
            let filled = Filled { text: value.to_owned(), ..text.filled.clone() };
            Some((key.to_owned(), Text { filled, at: text.at.clone() }))
        });
        let mut found = Vec::new();
        for (key, value) in mapped.chain(listed) {
            let key = key.to_lowercase();
            let text = value.text();
            let is_rule = key.starts_with("traefik.") && (key.ends_with(".rule") || key.ends_with("frontend.rule"));
            let hosts: Vec<&str> = if is_rule {
                quoted_hosts(text)
            } else if key == "caddy" {
                text.split([',', ' ']).collect()
            } else {
                continue;
            };
            let public =
                |host: &&str| host.contains('.') && !host.contains(['*', '{', '/', ' ']) && !host.contains(UNSET);
            found.extend(hosts.into_iter().filter(public).map(|host| (host.to_lowercase(), value.at.clone())));
        }
        found
    }

    fn extends(&mut self, node: &Node) -> Option<Extends> {
        let file = node.get("file").and_then(|node| self.word(node));
        let service = node.get("service").unwrap_or(node);
        let Some(service) = self.word(service) else {
            let help = "write `extends: {service: name}`";
            self.problems.push(Problem::warning(self.place(node), "`extends` names no service").help(help));
            return None;
        };
        Some(Extends { file, service, at: self.place(node) })
    }
}

/// The hosts of a rule of Traefik: ``Host(`a.example`) || Host(`b.example`, `c.example`)``, or `Host:a.example` of old.
fn quoted_hosts(rule: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in rule.split("Host(").skip(1) {
        let inside = part.split(')').next().unwrap_or_default();
        found.extend(inside.split(',').map(|host| host.trim().trim_matches(['`', '"', '\''])));
    }
    for part in rule.split("Host:").skip(1) {
        found.extend(part.split(';').next().unwrap_or_default().split(',').map(str::trim));
    }
    found
}

fn word_of(node: &Node) -> Option<String> {
    node.text().map(str::to_owned)
}

/// The items of a list; a single value or mapping stands for a list of one.
pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node {
        Some(node) if node.is_seq() => node.items(),
        Some(node) if !node.is_null() => std::slice::from_ref(node),
        _ => &[],
    }
}
