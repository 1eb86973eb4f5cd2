//! Projects of .NET: `*.csproj` and its like, `packages.config`, `Directory.Build.props`, `packages.lock.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use roxmltree::Node;

use super::xml::{children, line, parse, text};
use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, folder, inside, upward};
use crate::source::{beside, yaml};

/// NuGet.
pub(super) const ECOSYSTEM: Ecosystem = Ecosystem {
    name: "nuget",
    wants: |path| {
        is_project(path)
            || SHARED.contains(&file_name(path))
            || matches!(file_name(path), "packages.config" | "packages.lock.json")
    },
    read,
};

/// Files that every project below them builds on.
const SHARED: [&str; 3] = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];

fn is_project(path: &str) -> bool {
    [".csproj", ".fsproj", ".vbproj"].iter().any(|ending| path.ends_with(ending))
}

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    let mut documents = BTreeMap::new();
    for (path, text) in texts.files.iter().filter(|(path, _)| !path.ends_with(".json")) {
        match parse(path, text) {
            Ok(document) => drop(documents.insert(path, document)),
            Err(problem) => found.problems.push(problem),
        }
    }
    for (path, document) in documents.iter().filter(|(path, _)| is_project(path)) {
        let root = document.root_element();
        let mut package = Package::new("nuget", path);
        let stem = file_name(path).rsplit_once('.').map_or(file_name(path), |(stem, _)| stem);
        let named = ["PackageId", "AssemblyName"].iter().find_map(|key| property(root, key));
        package.name = Some(named.filter(|name| !name.contains("$(")).unwrap_or(stem).into());
        package.is_program = is_program(root);
        references(&mut package, path, root);
        for above in upward(&package.folder.clone()) {
            for name in SHARED {
                let Some((path, document)) = documents.get_key_value(&Arc::from(inside(above, name))) else { continue };
                references(&mut package, path, document.root_element());
            }
        }
        if let Some((path, document)) = documents.get_key_value(&Arc::from(inside(&package.folder, "packages.config")))
        {
            for node in children(document.root_element(), "package") {
                let is_dev = node.attribute("developmentDependency") == Some("true");
                package.dependencies.extend(node.attribute("id").map(|id| dependency(id, path, node, is_dev)));
            }
        }
        found.add(package);
    }
    for (path, text) in texts.files.iter().filter(|(path, _)| path.ends_with(".json")) {
        let documents = yaml::parse(path, text);
        found.problems.extend(documents.problems.into_iter().filter(|problem| problem.is_error()).take(1));
        let frameworks = documents.nodes.first().and_then(|node| node.get("dependencies"));
        let entries = frameworks.map(yaml::Node::entries).unwrap_or_default().iter();
        let names = entries.flat_map(|(_, framework)| framework.entries());
        let foreign = names.filter(|(_, entry)| entry.text_at(&["type"]) != Some("Project"));
        let named = foreign.filter_map(|(key, _)| Some((key.text()?, key.location(path).line)));
        found.hints(path, "nuget", named.collect::<Vec<_>>());
    }
    found
}

/// A property of a project, wherever a group sets it.
fn property<'a>(root: Node<'a, '_>, name: &'a str) -> Option<&'a str> {
    children(root, "PropertyGroup").find_map(|group| text(group, &[name]))
}

fn is_program(root: Node) -> Option<bool> {
    let sdk = root.attribute("Sdk").unwrap_or_default();
    match property(root, "OutputType") {
        Some(kind) => Some(matches!(kind.to_lowercase().as_str(), "exe" | "winexe")),
        None if sdk.is_empty() => None,
        None => Some(sdk.starts_with("Microsoft.NET.Sdk.") && !sdk.ends_with(".Razor")),
    }
}

fn references(package: &mut Package, path: &Arc<str>, root: Node) {
    for group in children(root, "ItemGroup") {
        for node in group.children().filter(Node::is_element) {
            let Some(included) = node.attribute("Include") else { continue };
            match node.tag_name().name() {
                "PackageReference" | "GlobalPackageReference" => {
                    let private = node.attribute("PrivateAssets").or_else(|| text(node, &["PrivateAssets"]));
                    let is_dev = private.is_some_and(|assets| assets.eq_ignore_ascii_case("all"));
                    package.dependencies.push(dependency(included, path, node, is_dev));
                }
                "ProjectReference" => {
                    let Some(file) = beside(path, &included.replace('\\', "/")) else { continue };
                    let name = file_name(&file).rsplit_once('.').map_or(file_name(&file), |(stem, _)| stem);
                    let own = dependency(name, path, node, false);
                    package.dependencies.push(Dependency { path: Some(folder(&file).into()), ..own });
                }
                _ => {}
            }
        }
    }
}

fn dependency(name: &str, path: &Arc<str>, node: Node, is_dev: bool) -> Dependency {
    Dependency {
        name: format!("nuget:{name}").into(),
        file: Arc::clone(path),
        line: line(node),
        is_dev,
        ..Dependency::default()
    }
}
