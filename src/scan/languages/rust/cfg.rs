//! Conditions of the build: `#[cfg(feature = "redis")]`, and attributes that say when a function runs.

use std::sync::Arc;

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Token};

/// What attributes say about the build.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    /// The features, as in the attribute: `redis`, `any(redis, valkey)`, `not(std)`; other conditions are left out.
    pub(super) only_if: Option<Arc<str>>,
    /// It is there in tests only.
    pub(super) is_test: bool,
}

impl Condition {
    /// What these attributes add to the condition of what is around them.
    pub(super) fn with(&self, attributes: &[Attribute]) -> Condition {
        let mut all: Vec<String> = self.only_if.iter().map(ToString::to_string).collect();
        let mut is_test = self.is_test;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            let Ok(meta) = attribute.parse_args::<Meta>() else { continue };
            all.extend(features(&meta).filter(|one| !all.contains(one)));
            is_test |= names_test(&meta);
        }
        Condition { only_if: joined("all", all).map(Arc::from), is_test }
    }
}

fn joined(word: &str, mut all: Vec<String>) -> Option<String> {
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(format!("{word}({})", all.join(", "))),
    }
}

fn features(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) if pair.path.is_ident("feature") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        Meta::List(list) => {
            let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
            let all: Vec<String> = inner.iter().filter_map(features).collect();
            let word = list.path.get_ident()?.to_string();
            match &*word {
                "not" => all.first().map(|name| format!("not({name})")),
                // Where one of several need not be a feature, no feature is needed.
                "any" if all.len() < inner.len() => None,
                "any" | "all" => joined(&word, all),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a condition holds in tests only.
fn names_test(meta: &Meta) -> bool {
    match meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|inner| inner.iter().any(names_test)),
        _ => false,
    }
}

/// Whether an attribute makes a function a test: `#[test]`, `#[tokio::test]`, `#[rstest]`.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().filter_map(last).any(|name| name.ends_with("test") || name == "test_case" || name == "bench")
}

/// Whether an attribute makes a function the program's start: `#[tokio::main]`.
pub(super) fn is_main(attributes: &[Attribute]) -> bool {
    attributes.iter().filter_map(last).any(|name| name == "main" || name == "launch")
}

/// Attributes that call nothing.
const QUIET: &[&str] = &[
    "allow",
    "async_recursion",
    "async_trait",
    "cfg",
    "cfg_attr",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "inline",
    "instrument",
    "must_use",
    "new",
    "non_exhaustive",
    "repr",
    "serde",
    "should_panic",
    "track_caller",
    "warn",
];

/// Whether an attribute hands a function to somebody: `#[get("/")]`, `#[no_mangle]`.
pub(super) fn hands_on(attributes: &[Attribute]) -> bool {
    let ours = |name: String| !QUIET.contains(&&*name) && !name.ends_with("test") && name != "main";
    attributes.iter().filter(|attribute| !is_tool(attribute)).filter_map(last).any(ours)
}

/// Whether an attribute is for a tool: `#[rustfmt::skip]`, `#[clippy::…]`.
fn is_tool(attribute: &Attribute) -> bool {
    attribute.path().segments.first().is_some_and(|first| first.ident == "rustfmt" || first.ident == "clippy")
}

fn last(attribute: &Attribute) -> Option<String> {
    attribute.path().segments.last().map(|segment| segment.ident.to_string())
}
