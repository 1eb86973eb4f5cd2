//! How code writes the name of a library: what an import is called follows, as a rule, from what its package is called.

use std::sync::Arc;

use super::Provider;
use crate::source::Fields;
use crate::source::yaml::Node;

/// A rule by which imports follow from packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRule {
    /// The package, with one `*`.
    pub package: Arc<str>,
    /// The imports, with what the star stood for: `*` as it is, `{joined}` without `-`, `_`, `.` and `/`, `{snake}` with
    /// `_` for `-`, `{dotted}` with `.` for `-`, `{slashed}` with `\\` for `-`.
    pub imports: Vec<Arc<str>>,
}

/// What holds for every package of a registry.
const EVERYWHERE: [(&str, &[&str]); 6] = [
    ("go:*", &["go:*"]),
    ("npm:*", &["js:*"]),
    ("crate:*", &["rust:{snake}"]),
    ("pypi:*", &["python:{snake}", "python:{dotted}"]),
    ("nuget:*", &["csharp:*"]),
    ("gem:*", &["ruby:*"]),
];

/// The imports that follow from a package, by the rules of its provider and by those of its registry.
pub(super) fn imports_of(package: &str, rules: &[ImportRule]) -> Vec<String> {
    let own = rules.iter().flat_map(|rule| rule.imports.iter().map(|import| (&*rule.package, &**import)));
    let all = EVERYWHERE.iter().flat_map(|(package, imports)| imports.iter().map(|import| (*package, *import)));
    let mut found: Vec<String> = own.chain(all).filter_map(|(rule, import)| follow(package, rule, import)).collect();
    found.dedup();
    found
}

fn follow(package: &str, rule: &str, import: &str) -> Option<String> {
    let (before, after) = rule.split_once('*')?;
    let star = package.strip_prefix(before)?.strip_suffix(after)?;
    if star.is_empty() {
        return None;
    }
    // The star of the import goes first: what is filled in may hold one itself.
    let mut text = import.replacen('*', star, 1);
    for (word, filled) in [
        ("{joined}", star.replace(['-', '_', '.', '/'], "")),
        ("{snake}", star.replace('-', "_")),
        ("{dotted}", star.replace('-', ".")),
        ("{slashed}", star.replace('-', "\\")),
    ] {
        text = text.replace(word, &filled);
    }
    Some(text)
}

/// Reads `imports: [{package: "maven:acme:*", as: ["java:acme.*"]}]` of a file of the provider.
pub(super) fn read(fields: &mut Fields, node: &Node, provider: &mut Provider) {
    let Some(list) = node.get("imports") else { return };
    for item in fields.list(list, "imports") {
        if !fields.mapping(item, "a rule of imports", &["package", "as"]) {
            continue;
        }
        let (Some(package), Some(list)) = (item.get("package"), item.get("as")) else {
            fields.wrong(
                item,
                "a rule of imports lacks a part",
                "write `{package: \"npm:@acme/*\", as: [\"js:acme#*\"]}`",
            );
            continue;
        };
        let Some(text) = fields.text(package, "package") else { continue };
        if text.matches('*').count() != 1 || text.split_once(':').is_none_or(|(_, rest)| rest == "*") {
            fields.wrong(
                package,
                "a rule of imports needs one `*` after more than the registry",
                "write `maven:acme:*`",
            );
            continue;
        }
        let text: Arc<str> = text.to_lowercase().into();
        let imports = fields.list(list, "as");
        let imports =
            imports.into_iter().filter_map(|import| Some(fields.text(import, "an import")?.to_lowercase().into()));
        let imports = imports.collect();
        provider.imports.push(ImportRule { package: text, imports });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_follow_from_packages() {
        let rule = |package: &str, import: &str| ImportRule { package: package.into(), imports: vec![import.into()] };
        let rules = [
            rule("maven:software.amazon.awssdk:*", "java:software.amazon.awssdk.services.*"),
            rule("npm:@aws-sdk/client-*", "js:aws-sdk#{joined}"),
        ];
        for (package, expected) in [
            ("maven:software.amazon.awssdk:s3", "java:software.amazon.awssdk.services.s3"),
            ("npm:@aws-sdk/client-dynamodb-streams", "js:aws-sdk#dynamodbstreams js:@aws-sdk/client-dynamodb-streams"),
            ("pypi:azure-storage-blob", "python:azure_storage_blob python:azure.storage.blob"),
            ("pypi:redis", "python:redis"),
            ("crate:aws-sdk-s3", "rust:aws_sdk_s3"),
            ("go:github.com/redis/go-redis/v*", "go:github.com/redis/go-redis/v*"),
            ("maven:org.acme:s3", ""),
            ("gem:redis", "ruby:redis"),
            ("nuget:Azure.Storage.*", "csharp:Azure.Storage.*"),
        ] {
            assert_eq!(imports_of(package, &rules).join(" "), expected, "{package}");
        }
    }
}
