//! Which files may name another side: those whose text holds a word of the catalogue, of a manifest or of an address.
//!
//! One automaton for each language looks for all its words at once, so a tree that names nothing costs little more than
//! reading it. What stands around a word decides whether it counts: `nest` is a library in `"nest"`, and none in `nested`.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::dubbo;
use super::environment::{setting, variable};
use super::frameworks::{TELEMETRY_WORD, is_telemetry};
use super::languages::{LANGUAGES, Language};
use crate::catalogue::Catalogue;
use crate::facts::{Facts, Sign};

/// How a text begins that is an address, behind its quote; and how one ends that a host is put behind.
const SCHEMES: &[&str] = &[
    "http:",
    "https:",
    "ws:",
    "wss:",
    "amqp:",
    "amqps:",
    "redis:",
    "rediss:",
    "mongodb",
    "postgres",
    "mysql",
    "jdbc:",
    "kafka:",
    "nats:",
    "tcp:",
    "dns:",
    "grpc:",
    "mqtt:",
    "mqtts:",
    "ldap:",
    "ldaps:",
    "smtp:",
    "tls:",
    "udp:",
    "sftp:",
    "consul:",
    "etcd:",
    "zk:",
    "lb:",
    "r2dbc:",
    "pulsar:",
    "stomp:",
    "bolt:",
    "neo4j:",
    "cassandra:",
    "elasticsearch:",
];

/// A word, and what must stand around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    text: String,
    edges: Edges,
}

/// What must stand around a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edges {
    /// Anything.
    Free,
    /// A quote before it: the scheme of an address.
    Quote,
    /// A quote before it, and behind it one, or what parts a path, unless the word is only the beginning of a name: an
    /// import in languages that quote them.
    Import { is_begun: bool },
    /// Nothing that would make it a part of another name or path, behind it only if the word is no mere beginning: an
    /// import in the other languages.
    Name { is_begun: bool },
    /// Nothing that would make it a part of another name: a variable, the key of a
    /// setting.
    Whole,
    /// As a host stands in a text: one side a quote or what parts an address, and no letters on the other.
    Host,
}

/// What is looked for in each language.
pub(super) struct Words {
    /// The words of all languages.
    common: Vec<Word>,
    /// The patterns of what code imports, with the words of their languages.
    imports: BTreeSet<String>,
    finders: Vec<OnceLock<Finder>>,
}

/// The words of one language, ready to be looked for.
struct Finder {
    edges: Vec<Edges>,
    automaton: Option<AhoCorasick>,
}

/// All words that are looked for, whatever stands around them and in whichever language: what a search for plain texts
/// would have to be given to find the same files.
pub fn prefilter(facts: &[(&'static str, Facts)], catalogue: &Catalogue) -> Vec<String> {
    let words = Words::of(facts, catalogue);
    let all: BTreeSet<String> =
        LANGUAGES.iter().flat_map(|language| words.of_language(language)).map(|word| word.text).collect();
    all.into_iter().collect()
}

impl Words {
    /// Addresses, the libraries of the catalogue, and the names of the components and variables of manifests.
    pub(super) fn of(facts: &[(&'static str, Facts)], catalogue: &Catalogue) -> Self {
        let mut common: BTreeSet<Word> =
            SCHEMES.iter().map(|text| Word { text: (*text).to_owned(), edges: Edges::Quote }).collect();
        common.extend(["://\"", "://'", "://`"].map(|text| Word { text: text.to_owned(), edges: Edges::Free }));
        for (_, facts) in facts {
            for fact in &facts.components {
                let names = std::iter::once(&fact.name).chain(&fact.aliases).chain(&fact.hosts);
                common.extend(names.map(|name| Word { text: name.to_lowercase(), edges: Edges::Host }));
            }
            for evidence in facts.needs.iter().flat_map(|need| &need.need.evidence) {
                let name = variable(evidence).or_else(|| setting(evidence));
                // What reads a variable by itself is known by its import.
                if name.as_ref().is_some_and(|name| is_telemetry(name)) {
                    common.insert(Word { text: TELEMETRY_WORD.to_owned(), edges: Edges::Free });
                }
                common.extend(name.map(|name| Word { text: name.to_lowercase(), edges: Edges::Whole }));
            }
        }
        let imports = catalogue.imports().map(str::to_owned).collect();
        let finders = LANGUAGES.iter().map(|_| OnceLock::new()).collect();
        Words { common: common.into_iter().filter(|word| !word.text.is_empty()).collect(), imports, finders }
    }

    fn of_language(&self, language: &Language) -> Vec<Word> {
        let sign = Sign::import(language.name, "", &[], None).map(|sign| sign.to_string()).unwrap_or_default();
        let imports = self.imports.range(sign.clone()..).map_while(|pattern| pattern.strip_prefix(&sign));
        let mut words: BTreeSet<Word> = imports.filter_map(|pattern| import(&sign, pattern)).collect();
        words.extend(self.common.iter().cloned());
        if matches!(language.name, "Java" | "Kotlin") {
            words.insert(Word { text: dubbo::WORD.to_owned(), edges: Edges::Free });
        }
        words.into_iter().collect()
    }

    /// Whether a text in a language holds one of its words.
    pub(super) fn are_in(&self, language: &'static Language, text: &[u8]) -> bool {
        let at = LANGUAGES.iter().position(|one| one.name == language.name);
        let Some(finder) = at.and_then(|at| self.finders.get(at)) else { return true };
        finder.get_or_init(|| Finder::new(self.of_language(language))).finds(text)
    }
}

/// The text by which a pattern of imports is found in code, up to its first wildcard and member; `None` if nothing fixed
/// is left of it.
///
/// Where a language lets an import be written in parts (`from a import b`, `use a::{b, c}`) only the first part counts.
fn import(sign: &str, pattern: &str) -> Option<Word> {
    let end = pattern.find(['*', '{', '#', '(']).unwrap_or(pattern.len());
    let is_begun = pattern.get(end..).is_some_and(|rest| rest.starts_with(['*', '{']));
    let fixed = pattern.get(..end)?;
    let (text, is_begun) = match sign {
        "rust:" | "php:" => {
            let separator = if sign == "rust:" { "::" } else { "\\" };
            match fixed.split_once(separator) {
                Some((first, _)) => (first, false),
                None => (fixed, is_begun),
            }
        }
        "python:" => match fixed.rsplit_once('.') {
            Some((before, _)) => (before, false),
            None => (fixed, is_begun),
        },
        _ => (fixed, is_begun),
    };
    let edges = match sign {
        "go:" | "js:" | "ruby:" => Edges::Import { is_begun },
        _ => Edges::Name { is_begun },
    };
    (text.len() > 1).then(|| Word { text: text.to_owned(), edges })
}

impl Finder {
    fn new(words: Vec<Word>) -> Self {
        let edges = words.iter().map(|word| word.edges).collect();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(words.iter().map(|word| &word.text));
        Finder { edges, automaton: automaton.ok() }
    }

    fn finds(&self, text: &[u8]) -> bool {
        let Some(automaton) = &self.automaton else { return true };
        automaton.find_overlapping_iter(text).any(|found| {
            let before = found.start().checked_sub(1).and_then(|at| text.get(at)).copied();
            let after = text.get(found.end()).copied();
            self.edges.get(found.pattern().as_usize()).is_none_or(|edges| edges.hold(before, after))
        })
    }
}

impl Edges {
    /// Whether the letters before and behind a word are those that must stand there; `None` where the text ends.
    fn hold(self, before: Option<u8>, after: Option<u8>) -> bool {
        let is_quote = |letter: Option<u8>| matches!(letter, Some(b'"' | b'\'' | b'`'));
        let is_name =
            |letter: Option<u8>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
        match self {
            Edges::Free => true,
            Edges::Quote => is_quote(before),
            Edges::Import { is_begun } => {
                is_quote(before) && (is_begun || is_quote(after) || matches!(after, Some(b'/' | b'.' | b':' | b'@')))
            }
            Edges::Name { is_begun } => {
                !is_name(before) && before != Some(b'.') && before != Some(b'-') && (is_begun || !is_name(after))
            }
            Edges::Whole => !is_name(before) && !is_name(after),
            Edges::Host => {
                let begins = is_quote(before) || matches!(before, Some(b'/' | b'@' | b'='));
                let is_port = before == Some(b'(') && after == Some(b':');
                begins && !is_name(after) || is_quote(after) && !is_name(before) || is_port
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{built_in, load};

    fn language(name: &str) -> &'static Language {
        LANGUAGES.iter().find(|language| language.name == name).expect("a language")
    }

    #[test]
    fn words_count_where_they_are_names() {
        let words = Words::of(&[], &load(built_in()).0);
        for (name, text, expected) in [
            ("Go", "import \"github.com/aws/aws-sdk-go-v2/service/s3\"", true),
            ("Go", "import \"github.com/acme/strings\"", false),
            ("Go", "func across(jobs []nested) {}", false),
            ("Go", "get(\"http://cart/\")", true),
            ("Go", "// see http://acme.io", false),
            ("Go", "\"httpOnly\"", false),
            ("JavaScript", "const { S3 } = require('aws-sdk')", true),
            ("JavaScript", "import { S3Client } from '@aws-sdk/client-s3'", true),
            ("JavaScript", "const redis = 1", false),
            ("TypeScript", "import Redis from \"ioredis\"", true),
            ("TypeScript", "import x from \"ioredis-mocked\"", false),
            ("Python", "from google.cloud import storage", true),
            ("Python", "import boto3", true),
            ("Python", "import boto3_mocks", false),
            ("Python", "self.redis = None", false),
            ("Java", "import software.amazon.awssdk.services.s3.S3Client;", true),
            ("Rust", "use aws_sdk_s3::{Client, Config};", true),
            ("Rust", "use opendal::{services::Obs, Operator};", true),
            ("PHP", "use Aws\\{S3\\S3Client, Sqs\\SqsClient};", true),
            ("C#", "using Amazon.S3;", true),
            ("Ruby", "require 'aws-sdk-s3'", true),
        ] {
            assert_eq!(words.are_in(language(name), text.as_bytes()), expected, "{name}: {text}");
        }
    }

    #[test]
    fn names_of_components_count_as_hosts_alone() {
        let words = [Word { text: "cart".to_owned(), edges: Edges::Host }];
        let finder = Finder::new(words.to_vec());
        for (text, expected) in [
            ("dial(\"cart:8080\")", true),
            ("\"srv-cart\"", true),
            ("'http://cart'", true),
            ("\"Host=cart;Port=1\"", true),
            ("\"user:secret@tcp(cart:3306)/db\"", true),
            ("\"Cart.shop.svc\"", true),
            ("let cart = cart(cart.size())", false),
            ("\"carton\"", false),
            ("\"cartographer\" + 'descartes'", false),
        ] {
            assert_eq!(finder.finds(text.as_bytes()), expected, "{text}");
        }
    }
}
