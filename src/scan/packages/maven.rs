//! `pom.xml`, with parents that lie in the repository.

use std::collections::BTreeMap;
use std::sync::Arc;

use roxmltree::{Document, Node};

use super::xml::{at, children, line, parse, text};
use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name};
use crate::source::beside;

/// Maven.
pub(super) const ECOSYSTEM: Ecosystem = Ecosystem { name: "maven", wants: |path| file_name(path) == "pom.xml", read };

/// No chain of parents is longer.
const MOST_PARENTS: usize = 16;

type Poms<'t> = BTreeMap<Arc<str>, Document<'t>>;

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    let mut poms: Poms = BTreeMap::new();
    for (path, text) in &texts.files {
        match parse(path, text) {
            Ok(document) => drop(poms.insert(Arc::clone(path), document)),
            Err(problem) => found.problems.push(problem),
        }
    }
    for path in poms.keys() {
        found.add(package(path, &poms));
    }
    found.join_by_name("maven");
    found
}

/// A file and those that it inherits from, itself first.
fn chain<'p>(path: &Arc<str>, poms: &'p Poms<'p>) -> Vec<(&'p Arc<str>, Node<'p, 'p>)> {
    let mut all: Vec<(&Arc<str>, Node)> = Vec::new();
    let mut next = Some(path.to_string());
    while let Some((path, document)) = next.take().and_then(|path| poms.get_key_value(&*path)) {
        if all.len() >= MOST_PARENTS || all.iter().any(|(seen, _)| *seen == path) {
            break;
        }
        let root = document.root_element();
        all.push((path, root));
        next = at(root, &["parent"]).and_then(|parent| {
            let to = text(parent, &["relativePath"]).unwrap_or("../pom.xml");
            let file =
                if to.ends_with(".xml") { to.to_owned() } else { format!("{}/pom.xml", to.trim_end_matches('/')) };
            let file = beside(path, &file)?;
            // A file that happens to lie above is no parent; Maven compares the names.
            let root = poms.get(&*file)?.root_element();
            (text(root, &["artifactId"]) == text(parent, &["artifactId"])).then_some(file)
        });
    }
    all
}

/// What the properties of a chain of files stand for, the nearest file first.
struct Words<'c, 'p> {
    chain: &'c [(&'p Arc<str>, Node<'p, 'p>)],
}

impl Words<'_, '_> {
    /// A text with its properties replaced; those that nothing sets stay.
    fn fill(&self, given: &str) -> String {
        let mut out = given.to_owned();
        for _ in 0..MOST_PARENTS {
            let Some((start, rest)) = out.find("${").and_then(|start| Some((start, out[start..].find('}')? + start)))
            else {
                break;
            };
            let Some(value) = self.property(&out[start + 2..rest]) else { break };
            out.replace_range(start..=rest, &value);
        }
        out
    }

    fn property(&self, name: &str) -> Option<String> {
        let (_, own) = self.chain.first()?;
        match name.strip_prefix("project.").or_else(|| name.strip_prefix("pom.")) {
            Some("groupId") => self.group(),
            Some("artifactId") => text(*own, &["artifactId"]).map(str::to_owned),
            Some("parent.groupId") => text(*own, &["parent", "groupId"]).map(str::to_owned),
            _ => self.chain.iter().find_map(|(_, root)| {
                let properties = at(*root, &["properties"])?;
                let found = properties.children().find(|child| child.tag_name().name() == name)?;
                found.text().map(|text| text.trim().to_owned())
            }),
        }
    }

    fn group(&self) -> Option<String> {
        let (_, own) = self.chain.first()?;
        text(*own, &["groupId"]).or_else(|| text(*own, &["parent", "groupId"])).map(str::to_owned)
    }
}

fn package(path: &Arc<str>, poms: &Poms) -> Package {
    let chain = chain(path, poms);
    let words = Words { chain: &chain };
    let mut package = Package::new("maven", path);
    if let Some(root) = chain.first().map(|(_, root)| *root) {
        let artifact = text(root, &["artifactId"]).map(|artifact| words.fill(artifact));
        package.name = artifact.map(|artifact| match words.group() {
            Some(group) => format!("{}:{artifact}", words.fill(&group)).into(),
            None => artifact.into(),
        });
        package.is_program = is_program(root, &chain);
    }
    for (file, root) in &chain {
        let profiles = at(*root, &["profiles"]).into_iter().flat_map(|profiles| children(profiles, "profile"));
        let behind = profiles.map(|profile| (profile, text(profile, &["id"]).map(Arc::from)));
        for (node, profile) in std::iter::once((*root, None)).chain(behind) {
            let Some(list) = at(node, &["dependencies"]) else { continue };
            for dependency in children(list, "dependency") {
                package.dependencies.extend(one(file, dependency, profile.clone(), &words));
            }
        }
    }
    package
}

fn one(file: &Arc<str>, node: Node, profile: Option<Arc<str>>, words: &Words) -> Option<Dependency> {
    let group = words.fill(text(node, &["groupId"])?);
    let artifact = words.fill(text(node, &["artifactId"])?);
    let scope = text(node, &["scope"]).map(str::to_owned).or_else(|| managed_scope(&group, &artifact, words));
    Some(Dependency {
        name: format!("maven:{group}:{artifact}").into(),
        file: Arc::clone(file),
        line: line(node),
        only_if: profile.into_iter().collect(),
        is_dev: matches!(scope.as_deref(), Some("test" | "import")),
        ..Dependency::default()
    })
}

/// The scope that `dependencyManagement` of the files gives to what names none itself.
fn managed_scope(group: &str, artifact: &str, words: &Words) -> Option<String> {
    words.chain.iter().find_map(|(_, root)| {
        let list = at(*root, &["dependencyManagement", "dependencies"])?;
        let mut all = children(list, "dependency");
        let entry = all.find(|entry| {
            text(*entry, &["artifactId"]) == Some(artifact)
                && text(*entry, &["groupId"]).is_some_and(|own| words.fill(own) == group)
        })?;
        text(entry, &["scope"]).map(str::to_owned)
    })
}

/// A file of modules is no program; one that is packed to be run is.
fn is_program(root: Node, chain: &[(&Arc<str>, Node)]) -> Option<bool> {
    match text(root, &["packaging"]) {
        Some("pom") => return Some(false),
        Some("war" | "ear") => return Some(true),
        _ => {}
    }
    let plugins = |root: Node| {
        let list = at(root, &["build", "plugins"]);
        let all = list.into_iter().flat_map(|list| children(list, "plugin"));
        all.filter_map(|plugin| text(plugin, &["artifactId"]).map(str::to_owned)).collect::<Vec<_>>()
    };
    let runs = ["spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin", "jib-maven-plugin"];
    let named =
        |root: Node| root.descendants().any(|node| matches!(node.tag_name().name(), "mainClass" | "start-class"));
    let packed = plugins(root).iter().any(|plugin| runs.contains(&&**plugin)) || named(root);
    let inherited = chain.iter().skip(1).any(|(_, root)| plugins(*root).iter().any(|plugin| runs.contains(&&**plugin)));
    match (packed, inherited) {
        (true, _) => Some(true),
        // The plugin of a parent packs libraries too, unless they skip it.
        (false, true) => None,
        (false, false) => None,
    }
}
