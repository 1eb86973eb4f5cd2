//! The stage that a person wants to see alone, by the word that their files use for it.

use std::collections::BTreeSet;

use super::stage::{DEVELOPMENT, PRODUCTION, STAGING, unnumbered, words};

/// Words that mean the same stage.
const ALIKE: [&[&str]; 5] = [
    &["prod", "production", "prd", "productive", "live"],
    &["staging", "stage", "stg"],
    &["preprod", "preproduction", "pre"],
    &["dev", "devel", "develop", "development"],
    &["test", "tests", "testing"],
];

/// Words that also stand for other things: a file is for another stage only where its path says so in plainer words.
const UNSURE: [&str; 8] = ["live", "kind", "pre", "canary", "debug", "ci", "playground", "acceptance"];

/// A stage by its name: `production`, `uat`, `weu-prod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    name: String,
    /// For each word of the name those that mean the same.
    words: Vec<Vec<String>>,
}

/// What a path says of the stage that is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// It is for the stage.
    This,
    /// It is for another one.
    Another,
    /// It names no stage.
    Nothing,
}

impl Chosen {
    /// A stage by its name; `None` when it holds no letter.
    pub fn new(name: &str) -> Option<Chosen> {
        let alike = |word: &String| match ALIKE.iter().find(|group| group.contains(&&**word)) {
            Some(group) => group.iter().map(|word| (*word).to_owned()).collect(),
            None => vec![word.clone()],
        };
        let words: Vec<Vec<String>> = words(name).iter().map(alike).collect();
        (!words.is_empty()).then(|| Chosen { name: name.to_owned(), words })
    }

    /// Its name, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a path says of it. Linear in the path.
    ///
    /// A folder or name further in that is nothing but the word for another stage counts before one further out:
    /// `prod/overlays/dev` is for development, and `prod/test-runner` is for production.
    pub fn of(&self, path: &str) -> Says {
        let mut another = false;
        for (depth, part) in path.rsplit('/').enumerate() {
            let own = words(if depth == 0 { without_ending(part) } else { part });
            if self.is_in(&own) {
                return Says::This;
            }
            // A word within a name, as in `synthetic-test-app`, says what a thing is and not what it is for.
            let last = own.last().is_some_and(|word| is_sure(word));
            let first = own.first().is_some_and(|word| is_sure(word)) && own[1..].iter().all(|word| is_of_place(word));
            if own.len() == 1 && last {
                return Says::Another;
            }
            let not = own.windows(2).any(|pair| pair[0] == "non" && PRODUCTION.contains(&&*pair[1]));
            another |= last || first || not;
        }
        if another { Says::Another } else { Says::Nothing }
    }

    fn is_in(&self, words: &[String]) -> bool {
        // `non-prod` is not production.
        let denied = words.iter().any(|word| matches!(word.as_str(), "non" | "not" | "no" | "pre"));
        let own_denial = self.words.iter().flatten().any(|word| word == "pre" || word == "non");
        (own_denial || !denied)
            && self.words.iter().all(|alike| {
                let meant = |word: &String| alike.contains(word) || alike.iter().any(|one| one == unnumbered(word));
                words.iter().any(meant)
            })
    }
}

/// The words for stages in a path.
pub fn stages_in(path: &str) -> BTreeSet<String> {
    path.split('/').flat_map(words).filter(|word| is_sure(word)).collect()
}

/// The name of a file without what says its format.
fn without_ending(name: &str) -> &str {
    const ENDINGS: [&str; 10] =
        [".yaml", ".yml", ".json", ".tfvars", ".tf", ".hcl", ".properties", ".toml", ".env", ".tpl"];
    let mut stem = name;
    while let Some(rest) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)) {
        stem = rest;
    }
    stem
}

/// Whether a word tells of a region, or is a number.
fn is_of_place(word: &str) -> bool {
    const PLACES: [&str; 17] = [
        "eu",
        "us",
        "ap",
        "sa",
        "ca",
        "cn",
        "east",
        "west",
        "north",
        "south",
        "central",
        "northeast",
        "southeast",
        "europe",
        "asia",
        "region",
        "cluster",
    ];
    PLACES.contains(&unnumbered(word)) || unnumbered(word).is_empty()
}

fn is_sure(word: &str) -> bool {
    let plain = unnumbered(word);
    let known = |word: &str| [&DEVELOPMENT[..], &STAGING[..], &PRODUCTION[..]].iter().any(|all| all.contains(&word));
    (known(word) || known(plain)) && !UNSURE.contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_for_the_stage_or_for_another_or_for_all() {
        for (name, path, says) in [
            ("production", "overlays/prod/kustomization.yaml", Says::This),
            ("prod", "charts/web/values-production.yaml", Says::This),
            ("prod", "env/weu-prod/terraform.tfvars", Says::This),
            ("weu-prod", "env/weu-prod/terraform.tfvars", Says::This),
            ("weu-prod", "env/itn-prod/terraform.tfvars", Says::Another),
            ("prod", "prod2/main.tf", Says::This),
            ("prod", "prod/apps/test-runner/deployment.yaml", Says::This),
            ("prod", "prod/overlays/dev/web.yaml", Says::Another),
            ("prod", "infra-staging/main.tf", Says::Another),
            ("prod", "compose.non-prod.yaml", Says::Another),
            ("prod", "docker-compose.override.yml", Says::Another),
            ("uat", "env/weu-uat/terraform.tfvars", Says::This),
            ("staging", "env/weu-uat/terraform.tfvars", Says::Another),
            ("staging", "live/staging/eu/main.tf", Says::This),
            ("staging", "live/common.hcl", Says::Nothing),
            ("prod", "base/web.yaml", Says::Nothing),
            ("prod", ".env.staging", Says::Another),
            ("prod", "staging.env", Says::Another),
            ("prod", "uat.tfvars.json", Says::Another),
            ("prod", "non-production-eu/web.yaml", Says::Another),
            ("prod", "non-fungible/web.yaml", Says::Nothing),
            ("prod", "dev-eu-west-1/web.yaml", Says::Another),
            ("prod", "charts/apps/templates/synthetic-test-app.yaml", Says::Nothing),
            ("prod", "services/preview-service/deployment.yaml", Says::Nothing),
            ("prod", "products/deliver.yaml", Says::Nothing),
        ] {
            let chosen = Chosen::new(name).expect("a name");
            assert_eq!(chosen.of(path), says, "{name}: {path}");
        }
        assert_eq!(Chosen::new("--"), None);
    }

    #[test]
    fn words_for_stages_are_found() {
        let found: Vec<String> = stages_in("clusters/eu-prod/uat/kind/web.yaml").into_iter().collect();
        assert_eq!(found, ["prod", "uat"]);
    }
}
