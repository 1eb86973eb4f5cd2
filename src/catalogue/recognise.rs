//! From a sign (a host, an image, a type) to a product: patterns as data.
//!
//! A pattern is literal text in which `*` stands for any run of characters and `{region}` for a region of the provider.
//! Of several that match, the one with the most literal text wins, then the first by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Catalogue;
use super::index::Index;
use crate::facts::Sign;
use crate::model::Capability;
use crate::source::yaml::Node;
use crate::source::{Fields, Location};

/// The vocabularies in which a product can be recognised.
pub const VOCABULARIES: &[&str] = &[
    "hosts",
    "schemes",
    "ports",
    "images",
    "registries",
    "kubernetes_types",
    "provisioners",
    "annotations",
    "controllers",
    "terraform",
    "cloudformation",
    "packages",
    "imports",
];

/// The signs of one product, by vocabulary.
#[derive(Clone, Debug, Default)]
pub struct Recognise {
    /// The patterns of each vocabulary.
    pub patterns: BTreeMap<&'static str, Vec<Pattern>>,
}

/// One sign of a product.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The text with `*` and `{region}`.
    pub text: Arc<str>,
    /// The capability that is meant; `data` where nothing is said.
    pub capability: Option<Capability>,
    /// It stands for the product only where something runs with its provider; elsewhere it is another's.
    pub here: bool,
    /// Where it is written.
    pub at: Location,
}

/// What a sign was recognised as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The provider's name.
    pub provider: Arc<str>,
    /// The product's name within it.
    pub product: Arc<str>,
    /// The capability that is meant.
    pub capability: Option<Capability>,
    /// The region that the sign names.
    pub region: Option<Arc<str>>,
    /// The pattern that matched.
    pub by: Arc<str>,
}

impl Recognise {
    /// Reads the `recognise` mapping of a product: `images: [postgres, {match: '…', capability: control}]`.
    pub(super) fn read(fields: &mut Fields, node: Option<&Node>) -> Self {
        let mut found = Recognise::default();
        let Some(node) = node else { return found };
        let known = [VOCABULARIES, &["title"]].concat();
        if !fields.mapping(node, "`recognise`", &known) {
            return found;
        }
        for vocabulary in VOCABULARIES {
            let Some(list) = node.get(vocabulary) else { continue };
            let items = fields.list(list, vocabulary);
            let patterns: Vec<Pattern> = items.into_iter().filter_map(|item| pattern(fields, item)).collect();
            found.patterns.insert(vocabulary, patterns);
        }
        found
    }
}

fn pattern(fields: &mut Fields, node: &Node) -> Option<Pattern> {
    let (text, capability, here) = if node.is_map() {
        fields.mapping(node, "a sign", &["match", "capability", "here"]);
        let capability = node.get("capability").and_then(|node| fields.text(node, "capability")).map(Capability::new);
        let here = node.get("here").and_then(|node| fields.boolean(node, "here")).unwrap_or(false);
        (node.get("match")?, capability, here)
    } else {
        (node, None, false)
    };
    let at = fields.place(text);
    let text = fields.text(text, "a sign")?.to_lowercase();
    if text.trim_matches(['*', '.', '/']).is_empty() {
        fields.fail(at, "this sign matches everything", "name the part that tells the product apart");
        return None;
    }
    Some(Pattern { text: text.into(), capability, here, at })
}

impl Catalogue {
    /// The product that a sign stands for. Costs a look for each length of text before a wildcard, and for each pattern
    /// that begins as the sign does.
    pub fn recognise(&self, sign: &Sign) -> Option<Found> {
        self.find(&self.index, sign)
    }

    /// The product that a sign stands for where something runs with this provider: one of the provider's, if it has
    /// such a sign there, else the same as everywhere.
    pub fn recognise_with(&self, provider: &str, sign: &Sign) -> Option<Found> {
        let here = self.here.get(provider).and_then(|index| self.find(index, sign));
        here.or_else(|| self.recognise(sign))
    }

    /// The patterns of everything that code may import, `python:azure.storage.*`, those that follow from the names of
    /// packages included; in no order, and some twice.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.index).chain(self.here.values()).flat_map(Index::imports)
    }

    fn find(&self, index: &Index, sign: &Sign) -> Option<Found> {
        let vocabulary = sign.vocabulary();
        let image = match sign {
            Sign::Import(import) => {
                let whole = index.find(self, vocabulary, import);
                let through = || through(import).iter().find_map(|import| index.find(self, vocabulary, import));
                let mut shorter = std::iter::successors(Sign::shorter(import), |import| Sign::shorter(import));
                return whole
                    .or_else(through)
                    .or_else(|| shorter.find_map(|import| index.find(self, vocabulary, import)));
            }
            Sign::Image(image) => image,
            Sign::Port(port) => return index.find(self, vocabulary, &port.to_string()),
            other => return index.find(self, vocabulary, &other.to_string()),
        };
        let repository = repository(image);
        let mut rest = repository;
        loop {
            if let Some(found) = index.find(self, vocabulary, rest) {
                return Some(found);
            }
            rest = rest.split_once('/')?.1;
        }
    }
}

/// A call with an argument as if what is called were reached with fewer steps: `python:boto3.session.Session.client(s3)`
/// is also `python:boto3.session.client(s3)` and `python:boto3.client(s3)`. The longest first.
fn through(import: &str) -> Vec<String> {
    let Some(called) = Sign::shorter(import).filter(|_| import.ends_with(')')) else { return Vec::new() };
    let (Some(before), argument) = (Sign::shorter(called), &import[called.len()..]) else { return Vec::new() };
    let member = &called[before.len()..];
    let roots = std::iter::successors(Sign::shorter(before), |root| Sign::shorter(root));
    roots.map(|root| format!("{root}{member}{argument}")).collect()
}

/// An image without registry defaults, tag and digest: `docker.io/library/postgres:16` is `postgres`.
pub fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let image = match image.rsplit_once(':') {
        Some((head, tag)) if !tag.contains('/') => head,
        _ => image,
    };
    let image = image.strip_prefix("docker.io/").or_else(|| image.strip_prefix("index.docker.io/")).unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image)
}

/// The registry that an image is pulled from; `docker.io` when it names none.
pub fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first,
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_lose_their_defaults_and_tags() {
        for (image, bare, from) in [
            ("postgres", "postgres", "docker.io"),
            ("docker.io/library/postgres:16", "postgres", "docker.io"),
            ("ghcr.io/org/app@sha256:00", "ghcr.io/org/app", "ghcr.io"),
            ("localhost:5000/app:1", "localhost:5000/app", "localhost:5000"),
            ("bitnami/kafka:3.7", "bitnami/kafka", "docker.io"),
        ] {
            assert_eq!((repository(image), registry(image)), (bare, from), "{image}");
        }
    }
}
