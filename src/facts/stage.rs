//! What a deployment is for, as far as the names of its files tell.

use std::sync::Arc;

/// What a deployment is for; the nearer to production, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Development and tests.
    Development,
    /// One machine, as a rule that of a developer: what a manifest says that is made for one machine.
    Machine,
    /// What is tried before it goes to production.
    Staging,
    /// Nothing says what it is for, so it may be production.
    Unnamed,
    /// Production.
    Production,
}

/// How the manifest of a component deploys it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The file that says to deploy it, where that is not the one that a setting is written in: the overlay, say, of a
    /// base.
    pub by: Option<Arc<str>>,
    /// What such a manifest is for when nothing in its path says so.
    pub usual: Stage,
}

/// Words of paths for development and tests.
pub(super) const DEVELOPMENT: [&str; 20] = [
    "dev",
    "devel",
    "develop",
    "development",
    "developer",
    "local",
    "localhost",
    "laptop",
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "sandbox",
    "minikube",
    "kind",
    "k3d",
    "debug",
    "override",
    "playground",
];
/// Words of paths for what comes before production.
pub(super) const STAGING: [&str; 12] = [
    "staging",
    "stage",
    "stg",
    "uat",
    "qa",
    "preprod",
    "preproduction",
    "pre",
    "preview",
    "acceptance",
    "canary",
    "integration",
];
/// Words of paths for production.
pub(super) const PRODUCTION: [&str; 5] = ["prod", "production", "prd", "live", "productive"];

impl Stage {
    /// What the words of a path tell, its last folders and its name first; `None` when none of them does.
    ///
    /// Within one part of a path the more careful word counts: `non-prod` and `pre-prod` are not production.
    pub fn of(path: &str) -> Option<Stage> {
        path.rsplit('/').find_map(|part| {
            let words = words(part);
            let has =
                |all: &[&str]| words.iter().any(|word| all.contains(&unnumbered(word)) || all.contains(&word.as_str()));
            let denies = |pair: &[String]| {
                matches!(pair[0].as_str(), "non" | "not" | "no") && matches!(pair[1].as_str(), "prod" | "production")
            };
            if has(&DEVELOPMENT) || words.windows(2).any(denies) {
                Some(Stage::Development)
            } else if has(&STAGING) {
                Some(Stage::Staging)
            } else if has(&PRODUCTION) {
                Some(Stage::Production)
            } else {
                None
            }
        })
    }

    /// What it is for, in words that follow the name of a file.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Development => "for development",
            Stage::Machine => "for one machine",
            Stage::Staging => "for staging",
            Stage::Unnamed => "taken for production",
            Stage::Production => "for production",
        }
    }
}

/// The words of a part of a path, in small letters.
pub(super) fn words(part: &str) -> Vec<String> {
    let split = part.split(|letter: char| !letter.is_ascii_alphanumeric());
    split.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// A word without the number that it ends in.
pub(super) fn unnumbered(word: &str) -> &str {
    word.trim_end_matches(char::is_numeric)
}

impl Deployed {
    /// What a setting is for that is written in this file, both paths without the folders that all files share.
    ///
    /// A manifest for one machine that says it is for production is no more than one that says nothing: that a system is
    /// run in two ways tells of neither that it is the other's stand-in.
    pub fn stage(&self, file: &str, shared: &str) -> Stage {
        let own = |path: &str| Stage::of(path.strip_prefix(shared).unwrap_or(path));
        let said = self.by.as_deref().and_then(own).or_else(|| own(file));
        match said {
            Some(Stage::Production) if self.usual == Stage::Machine => Stage::Unnamed,
            Some(stage) => stage,
            None => self.usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_what_they_are_for() {
        for (path, stage) in [
            ("overlays/prod/kustomization.yaml", Some(Stage::Production)),
            ("prod/eu-1/web.yaml", Some(Stage::Production)),
            ("values-production.yaml", Some(Stage::Production)),
            ("envs/prod2/main.tf", Some(Stage::Production)),
            ("prod/overlays/dev/web.yaml", Some(Stage::Development)),
            ("docker-compose.override.yml", Some(Stage::Development)),
            ("compose.non-prod.yaml", Some(Stage::Development)),
            ("overlays/pre-prod/kustomization.yaml", Some(Stage::Staging)),
            ("k8s/web.yaml", None),
            ("products/web.yaml", None),
            ("device/deliver.yaml", None),
        ] {
            assert_eq!(Stage::of(path), stage, "{path}");
        }
    }

    #[test]
    fn the_overlay_speaks_before_the_base_and_shared_folders_say_nothing() {
        let overlay = Deployed { by: Some("x/overlays/prod/kustomization.yaml".into()), usual: Stage::Unnamed };
        assert_eq!(overlay.stage("x/dev/base.yaml", "x/"), Stage::Production);
        let plain = Deployed { by: None, usual: Stage::Unnamed };
        assert_eq!(plain.stage("dev/shop/web.yaml", "dev/shop/"), Stage::Unnamed);
        assert_eq!(plain.stage("dev/shop/web.yaml", ""), Stage::Development);
        let machine = Deployed { by: None, usual: Stage::Machine };
        assert_eq!(machine.stage("docker-compose.prod.yml", ""), Stage::Unnamed);
        assert_eq!(machine.stage("docker-compose.yml", ""), Stage::Machine);
    }
}
