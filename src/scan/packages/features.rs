//! Which features of the packages of a repository are on, when each is built as it and those that use it declare.
//!
//! As Cargo unifies them: `a/b` turns on `b` of the dependency `a`, and `a` itself where that is optional; `a?/b` turns on `b`
//! only where `a` is on; a feature that another member asks for is on for all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Dependency, Package, Packages};

/// A package by its place in the list.
type At = usize;

struct Build<'p> {
    packages: &'p [Package],
    /// The packages in each folder.
    by_folder: BTreeMap<&'p str, Vec<At>>,
    /// The features that are on.
    on: Vec<BTreeSet<&'p str>>,
    /// The dependencies that are on, by the names that features know them by.
    used: Vec<BTreeSet<&'p str>>,
    /// Features that are asked for only where a dependency is on: whose, the dependency, the feature of it.
    weak: BTreeSet<(At, &'p str, &'p str)>,
    open: Vec<(At, &'p str)>,
}

/// The features that are on in the package of each folder that has any. Every package is built with its defaults. Linear
/// in features and dependencies.
pub(in crate::scan) fn turned_on(packages: &Packages) -> BTreeMap<Arc<str>, BTreeSet<Arc<str>>> {
    let packages = packages.packages.as_slice();
    let mut by_folder: BTreeMap<&str, Vec<At>> = BTreeMap::new();
    for (at, package) in packages.iter().enumerate() {
        by_folder.entry(&package.folder).or_default().push(at);
    }
    let open = (0..packages.len()).map(|at| (at, "default")).collect();
    let none = || vec![BTreeSet::new(); packages.len()];
    let mut build = Build { packages, by_folder, on: none(), used: none(), weak: BTreeSet::new(), open };
    for (at, package) in packages.iter().enumerate() {
        for dependency in package.dependencies.iter().filter(|one| one.only_if.is_empty() && !one.is_dev) {
            build.use_it(at, key(dependency));
        }
    }
    while let Some((at, feature)) = build.open.pop() {
        if build.on[at].insert(feature) {
            build.turn_on(at, feature);
        }
    }
    let mut all: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (package, on) in packages.iter().zip(build.on).filter(|(package, _)| !package.features.is_empty()) {
        all.entry(Arc::clone(&package.folder)).or_default().extend(on.into_iter().map(Arc::from));
    }
    all
}

/// The name by which features know a dependency.
fn key(dependency: &Dependency) -> &str {
    let name = || dependency.name.split_once(':').map_or(&*dependency.name, |(_, name)| name);
    dependency.alias.as_deref().unwrap_or_else(name)
}

impl<'p> Build<'p> {
    fn turn_on(&mut self, at: At, feature: &'p str) {
        let package = &self.packages[at];
        let Some(enabled) = package.features.get(feature) else {
            // An optional dependency is a feature of its own, unless features name it otherwise.
            return self.use_it(at, feature);
        };
        for one in enabled {
            if let Some(name) = one.strip_prefix("dep:") {
                self.use_it(at, name);
            } else if let Some((name, asked)) = one.split_once("?/") {
                self.weak.insert((at, name, asked));
                if self.used[at].contains(name) {
                    self.ask(at, name, asked);
                }
            } else if let Some((name, asked)) = one.split_once('/') {
                self.use_it(at, name);
                self.open.push((at, name));
                self.ask(at, name, asked);
            } else {
                self.open.push((at, one));
            }
        }
    }

    /// A dependency is on: so is what is asked of it.
    fn use_it(&mut self, at: At, name: &'p str) {
        let package = &self.packages[at];
        let asked: Vec<&Dependency> =
            package.dependencies.iter().filter(|one| !one.is_dev && key(one) == name).collect();
        if asked.is_empty() || !self.used[at].insert(name) {
            return;
        }
        for feature in asked.into_iter().flat_map(|one| &one.features) {
            self.ask(at, name, feature);
        }
        let weak: Vec<&'p str> =
            self.weak.iter().filter(|(of, on, _)| *of == at && *on == name).map(|(_, _, asked)| *asked).collect();
        for feature in weak {
            self.ask(at, name, feature);
        }
    }

    /// A feature is asked of a dependency, which may be a package of this repository.
    fn ask(&mut self, at: At, name: &str, feature: &'p str) {
        let folders = self.packages[at].dependencies.iter().filter(|one| key(one) == name);
        let targets = folders.filter_map(|one| one.path.as_deref()).filter_map(|folder| self.by_folder.get(folder));
        self.open.extend(targets.flatten().map(|target| (*target, feature)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(folder: &str, features: &[(&str, &[&str])], dependencies: &[(&str, &[&str], &[&str])]) -> Package {
        let mut package = Package::new("crate", &format!("{folder}/Cargo.toml").into());
        let texts = |all: &[&str]| -> Vec<Arc<str>> { all.iter().map(|one| Arc::from(*one)).collect() };
        package.features = features.iter().map(|(name, on)| (Arc::from(*name), texts(on))).collect();
        let dependency = |(name, only_if, features): &(&str, &[&str], &[&str])| Dependency {
            name: format!("crate:{name}").into(),
            only_if: texts(only_if),
            features: texts(features),
            path: Some(Arc::from(*name)),
            ..Dependency::default()
        };
        package.dependencies = dependencies.iter().map(dependency).collect();
        package
    }

    fn on(packages: Vec<Package>, folder: &str) -> String {
        let all = turned_on(&Packages { packages, ..Packages::default() });
        all.get(folder).into_iter().flatten().map(|name| &**name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn members_turn_on_features_of_each_other() {
        let store = || {
            package("store", &[("default", &["fs"]), ("fs", &[]), ("s3", &["aws"]), ("aws", &[]), ("gcs", &[])], &[])
        };
        assert_eq!(on(vec![store()], "store"), "default fs");
        let app = package("app", &[], &[("store", &[], &["s3"])]);
        assert_eq!(on(vec![app, store()], "store"), "aws default fs s3");
        // By a feature that is on, and by one that is not.
        let app = |default: &[&str]| {
            package("app", &[("default", default), ("cloud", &["store/gcs"])], &[("store", &["cloud"], &["s3"])])
        };
        assert_eq!(on(vec![app(&["cloud"]), store()], "store"), "aws default fs gcs s3");
        assert_eq!(on(vec![app(&[]), store()], "store"), "default fs");
    }

    #[test]
    fn weak_features_wait_for_their_dependency() {
        let store = || package("store", &[("s3", &[]), ("default", &[])], &[]);
        let app = |default: &[&str]| {
            package(
                "app",
                &[("default", default), ("tls", &["store?/s3"]), ("kept", &["dep:store"])],
                &[("store", &["kept"], &[])],
            )
        };
        assert_eq!(on(vec![app(&["tls"]), store()], "store"), "default");
        assert_eq!(on(vec![app(&["tls", "kept"]), store()], "store"), "default s3");
        assert_eq!(on(vec![app(&["kept", "tls"]), store()], "store"), "default s3");
        // `dep:store` brings the dependency, and is no feature called `store`.
        assert_eq!(on(vec![app(&["kept"]), store()], "app"), "default kept");
    }
}
