//! Spring: `application` and `bootstrap` files, as YAML and as properties.
//!
//! They say what the program is called among services, where its stores and brokers are, where it finds others, and to
//! whom it routes. What a file or document says for a profile holds when that profile does.

use std::sync::Arc;

use java_properties::{LineContent, PropertiesIter};

use super::leaves::leaves;
use super::sheet::{Kind, Line, Sheet, said};
use crate::facts::Said;
use crate::ingest::{Format, Reading, Status};
use crate::model::{Phase, Strength};
use crate::source::yaml::Node;
use crate::source::{Location, Problem, Source, Tree};

/// The table line of Spring's configuration.
pub const FORMAT: Format = Format { name: "spring", wants, claims, read };

/// Parts of a key that say its value is not what the program calls to serve.
const NOT_CALLED: [&str; 14] = [
    "server.",
    "management.",
    "logging.",
    "springdoc.",
    "swagger.",
    "info.",
    "eureka.instance.",
    "spring.jpa.",
    "spring.mvc.",
    "spring.application.",
    "spring.profiles.",
    "spring.boot.admin.client.instance.",
    "spring.cloud.inetutils.",
    "spring.cloud.client.",
];

fn stem(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".yml", ".yaml", ".properties"].iter().find_map(|end| name.strip_suffix(end))
}

/// The profile in the name of a file, empty for none; `None` where the name is not one that Spring looks for.
fn profile_of(path: &str) -> Option<&str> {
    let stem = stem(path)?;
    ["application", "bootstrap"].iter().find_map(|word| match stem.strip_prefix(word)? {
        "" => Some(""),
        rest => rest.strip_prefix('-').filter(|profile| !profile.is_empty()),
    })
}

fn wants(path: &str) -> bool {
    stem(path).is_some() && !path.contains("src/test/")
}

fn claims(source: &Source, tree: &Tree) -> bool {
    let is_plain = || source.documents.nodes.iter().all(|root| root.is_map() && root.get("apiVersion").is_none());
    wants(&source.path)
        && (profile_of(&source.path).is_some() || is_kept(&source.path) && beside_application(&source.path, tree))
        && is_plain()
}

/// Whether a file lies where a configuration server keeps those of other programs: in a folder of its resources that
/// Spring itself does not look into, or in a folder that is called so.
fn is_kept(path: &str) -> bool {
    let Some((folder, _)) = path.rsplit_once('/') else { return false };
    if let Some((_, inner)) = folder.split_once("src/main/resources") {
        return !matches!(inner, "" | "/config");
    }
    let name = folder.rsplit('/').next().unwrap_or(folder).to_lowercase();
    ["config-repo", "configrepo", "config-repository", "configurations", "config-data", "config-files"]
        .contains(&name.as_str())
}

fn beside_application(path: &str, tree: &Tree) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    ["yml", "yaml", "properties"].iter().any(|end| tree.contains(&format!("{folder}/application.{end}")))
}

/// For whom a file is kept: `orders.yml` for `orders`, `application.yml` for all.
fn kept_for(path: &str) -> Option<String> {
    let stem = stem(path).filter(|_| is_kept(path))?;
    Some(if profile_of(path).is_some() { String::new() } else { stem.to_owned() })
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let mut reading = Reading::default();
    for source in files {
        let profile = profile_of(&source.path).filter(|profile| !profile.is_empty());
        let mut sheet = Sheet { kept_for: kept_for(&source.path), ..Sheet::new(&source.path) };
        if source.path.ends_with(".properties") {
            let (settings, problem) = properties(source);
            fill(&mut sheet, &settings, profile);
            if let Some(problem) = problem {
                reading.partly.push((Arc::clone(&source.path), Status::Partial, problem.message.clone()));
                reading.problems.push(problem);
            }
        }
        for root in &source.documents.nodes {
            let settings: Vec<Setting> = leaves(root)
                .into_iter()
                .map(|(key, value, node)| Setting { key, value, at: node.location(&source.path) })
                .collect();
            let own = root.at(&["spring", "config", "activate", "on-profile"]).and_then(Node::text);
            let own = own.or_else(|| root.text_at(&["spring", "profiles"]));
            fill(&mut sheet, &settings, own.or(profile));
        }
        reading.sheets.push(sheet);
    }
    reading
}

/// A setting as it is written.
struct Setting {
    key: String,
    value: String,
    at: Location,
}

fn properties(source: &Source) -> (Vec<Setting>, Option<Problem>) {
    let mut settings = Vec::new();
    for line in PropertiesIter::new(source.text.as_bytes()) {
        match line {
            Ok(line) => {
                let number = u32::try_from(line.line_number()).unwrap_or(1).max(1);
                let at = Location { line: number, ..Location::start_of(&source.path) };
                if let LineContent::KVPair(key, value) = line.consume_content() {
                    settings.push(Setting { key, value, at });
                }
            }
            Err(error) => {
                let line = error.line_number().and_then(|line| u32::try_from(line).ok()).unwrap_or(1).max(1);
                let at = Location { line, ..Location::start_of(&source.path) };
                let problem = Problem::warning(at, error.to_string());
                return (settings, Some(problem.help("what stands before it was read")));
            }
        }
    }
    (settings, None)
}

/// Keys are written in many ways: `server-addr`, `serverAddr`, `server_addr`.
fn canonical(key: &str) -> String {
    key.chars().filter(|letter| !matches!(letter, '-' | '_')).flat_map(char::to_lowercase).collect()
}

fn fill(sheet: &mut Sheet, settings: &[Setting], profile: Option<&str>) {
    for setting in settings {
        let Setting { key, value, at } = setting;
        if profile.is_none() {
            sheet.values.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let plain = canonical(key);
        if plain == "spring.application.name" && sheet.name.is_none() && profile.is_none() {
            let evidence = said(at, "spring.application.name".to_owned());
            sheet.name = Some(Said { text: value.as_str().into(), evidence });
        }
        if NOT_CALLED.iter().any(|part| plain.starts_with(&canonical(part))) || value.is_empty() {
            continue;
        }
        for mut line in lines(&plain, setting) {
            line.yields = true;
            line.profile = profile.map(Arc::from);
            sheet.lines.push(line);
        }
    }
}

/// What a setting says; most say nothing of others.
fn lines(plain: &str, Setting { key, value, at }: &Setting) -> Vec<Line> {
    let line = |value: &str, kind| Line::new(key, value, kind, at.clone());
    let last = plain.rsplit('.').next().unwrap_or(plain);
    // Where the rest of the configuration comes from is asked at the start.
    if plain == "spring.config.import" || plain == "spring.cloud.config.uri" {
        let each = value.split(',').map(str::trim);
        return each
            .filter_map(|source| {
                let (optional, source) = match source.strip_prefix("optional:") {
                    Some(source) => (true, source),
                    None => (false, source),
                };
                let source = source.strip_prefix("configserver:").unwrap_or(source);
                let strength = if optional { Strength::Soft } else { Strength::Hard };
                let phase = Phase::Start;
                source.contains("://").then(|| Line { phase, strength, ..line(source, Kind::Variable) })
            })
            .collect();
    }
    if plain == "spring.cloud.config.discovery.serviceid" {
        return vec![Line { phase: Phase::Start, ..line(value, Kind::Service) }];
    }
    // Balanced by the client: the host is the name of a service.
    if let Some(name) = value.strip_prefix("lb://").or_else(|| value.strip_prefix("lb:ws://")) {
        return vec![line(name.split('/').next().unwrap_or(name), Kind::Service)];
    }
    if plain.starts_with("zuul.routes.") {
        let route = key.get("zuul.routes.".len()..).unwrap_or_default();
        return match (last, route.contains('.')) {
            ("serviceid", _) => vec![line(value, Kind::Service)],
            ("url", _) => vec![line(value, Kind::Variable)],
            // `zuul.routes.users: /users/**` is for the service of that name.
            (_, false) if value.starts_with('/') => vec![line(route, Kind::Service)],
            _ => Vec::new(),
        };
    }
    if last == "listofservers" {
        return vec![line(value, Kind::Host)];
    }
    if last == "nodes" && (plain.contains("redis") || plain.contains("elasticsearch")) || last == "servers" {
        return vec![line(value, Kind::Host)];
    }
    vec![line(value, Kind::Variable)]
}
