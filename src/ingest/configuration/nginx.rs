//! nginx: where a server passes requests to, and who resolves names for it.
//!
//! A pass to an upstream goes to any of its servers, unless all of them are of one name. Templates that a start script
//! fills (`${CART_HOST}`) are read with the variables of the program.

use std::collections::BTreeMap;
use std::sync::Arc;

use nginx_lint_parser::ast::Directive;

use super::sheet::{Kind, Line, Lines, Sheet};
use crate::ingest::{Format, Reading, Status};
use crate::source::{Source, Tree};

/// The table line of nginx's configuration.
pub const FORMAT: Format = Format { name: "nginx", wants, claims: |source, _| claims(source), read };

/// Larger files are no configuration of a person.
const MOST_BYTES: usize = 1 << 20;
/// Directives whose first word is where requests go.
const PASSES: [&str; 6] = ["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass"];

/// Variables that hold parts of the request behind the host.
const REQUEST: [&str; 7] =
    ["$request_uri", "$is_args", "$args", "$query_string", "$uri", "${request_uri}", "$fastcgi_path_info"];

fn wants(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.ends_with(".conf")
        || name.ends_with(".nginx")
        || [".template", ".tmpl", ".tpl"]
            .iter()
            .any(|end| name.strip_suffix(end).is_some_and(|stem| stem.contains("conf")))
        || name.contains("nginx")
            && !name.contains("dockerfile")
            && [".yaml", ".yml", ".json"].iter().all(|end| !name.ends_with(end))
}

/// Whether some line passes requests on, as nginx writes it.
fn claims(source: &Source) -> bool {
    let text = &source.text;
    let passes = |line: &str| {
        let line = line.trim_start();
        !line.starts_with('#')
            && PASSES.iter().any(|pass| {
                line.split_once(pass).is_some_and(|(before, rest)| {
                    rest.starts_with(char::is_whitespace)
                        && rest.contains(';')
                        && !before.ends_with(|c: char| c.is_alphanumeric())
                })
            })
    };
    let is_chart = source.path.contains("/templates/") && text.contains("{{");
    wants(&source.path) && text.len() <= MOST_BYTES && !is_chart && text.lines().any(passes)
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let mut reading = Reading::default();
    for source in files {
        let (config, errors) = nginx_lint_parser::parse_string_with_errors(&source.text);
        if let Some(error) = errors.first() {
            let at = Lines::new(&source.path, &source.text).place(error.offset, 0);
            let reason = format!("line {}: {}", at.line, error.message);
            reading.partly.push((Arc::clone(&source.path), Status::Partial, reason));
        }
        let all: Vec<&Directive> = config.all_directives().collect();
        reading.sheets.push(sheet(source, &all));
    }
    reading
}

/// A word of a directive, without its quotes and with its variables as they are written.
struct Word {
    text: String,
    offset: usize,
    length: usize,
}

/// The words of a directive. The parser takes a word with a variable in it apart; what stands together is one.
fn words(directive: &Directive) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for part in &directive.args {
        let (start, end) = (part.span.start.offset, part.span.end.offset);
        let text = part.raw.trim_matches(['"', '\'']);
        match words.last_mut().filter(|word| word.offset + word.length == start) {
            Some(word) => {
                word.text.push_str(text);
                word.length = end.saturating_sub(word.offset);
            }
            None => words.push(Word { text: text.to_owned(), offset: start, length: end.saturating_sub(start) }),
        }
    }
    words
}

fn sheet(source: &Source, all: &[&Directive]) -> Sheet {
    let mut sheet = Sheet::new(&source.path);
    let places = Lines::new(&source.path, &source.text);
    let line = |key: &str, value: &str, word: &Word| {
        let at = places.place(word.offset, word.length);
        Line { bare: true, ..Line::new(key, value, Kind::Host, at) }
    };
    let mut upstreams: BTreeMap<String, Vec<Word>> = BTreeMap::new();
    for directive in all.iter().filter(|directive| directive.is("upstream")) {
        let servers = directive.block.iter().flat_map(|block| block.directives()).filter(|inner| inner.is("server"));
        let servers = servers.map(words).filter(|server| !server.iter().any(|word| word.text == "down"));
        let hosts =
            servers.filter_map(|server| server.into_iter().next()).filter(|host| !host.text.starts_with("unix:"));
        let Some(name) = words(directive).into_iter().next() else { continue };
        upstreams.entry(name.text).or_default().extend(hosts);
    }
    // `set $upstream http://cart;` makes nginx resolve a name anew; the pass then names the variable.
    for directive in all.iter().filter(|directive| directive.is("set")) {
        if let [name, value, ..] = words(directive).as_slice() {
            let name = name.text.trim_start_matches('$').trim_matches(['{', '}']).to_owned();
            sheet.values.entry(name).or_insert_with(|| value.text.clone());
        }
    }
    for directive in all.iter().filter(|directive| PASSES.contains(&directive.name.as_str())) {
        let Some(target) = words(directive).into_iter().next() else { continue };
        let written = &REQUEST.iter().fold(target.text.clone(), |text, part| text.replace(part, ""));
        let host = written.split_once("://").map_or(written.as_str(), |(_, rest)| rest);
        let host = host.split(['/', '?']).next().unwrap_or_default();
        match upstreams.get(host) {
            Some(servers) => {
                let values: Vec<&str> = servers.iter().map(|server| server.text.as_str()).collect();
                let key = format!("{} by upstream {host}", directive.name);
                sheet.lines.push(line(&key, &values.join(","), servers.first().unwrap_or(&target)));
            }
            None if written.starts_with("unix:") || host.is_empty() => {}
            None => sheet.lines.push(line(&directive.name, written, &target)),
        }
    }
    for directive in all.iter().filter(|directive| directive.is("resolver")) {
        for server in words(directive).iter().filter(|word| !word.text.contains('=')) {
            sheet.lines.push(line("resolver", &server.text, server));
        }
    }
    sheet
}
