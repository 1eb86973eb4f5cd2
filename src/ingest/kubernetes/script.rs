//! Shell scripts and commands: which hosts they call. No shell is modelled; words in the right places are enough.

use std::collections::HashMap;

use crate::facts::Address;
use crate::ingest::address;

/// Longer scripts are generated or hold data.
const MOST_BYTES: usize = 64 * 1024;
const MOST_NESTED: usize = 3;

/// Words before the program's name.
const BEFORE: &[&str] = &[
    "until",
    "while",
    "if",
    "elif",
    "then",
    "else",
    "do",
    "!",
    "sudo",
    "exec",
    "time",
    "eval",
    "{",
    "tini",
    "/sbin/tini",
    "/usr/bin/tini",
    "dumb-init",
    "/usr/bin/dumb-init",
    "env",
    "--",
];

/// Programs whose words are no addresses, however much they look like them: `chown mysql:999`, `echo http://…`.
const SILENT: &[&str] = &[
    "echo", "printf", "chown", "chmod", "chgrp", "cp", "mv", "mkdir", "rm", "ln", "sed", "awk", "grep", "cat", "ls",
    "test", "[", "[[", "tar", "sleep", "exit", "date", "adduser", "addgroup", "usermod", "seq", "for", "case", "apk",
    "apt-get", "yum", "pip", "npm", "git", "tee", "touch",
];

/// Programs that are given a host and a port as two words.
const HOST_THEN_PORT: &[&str] = &["nc", "ncat", "netcat", "telnet"];

/// Programs that look a name up or ping it.
const LOOKUPS: &[&str] = &["nslookup", "dig", "host", "ping", "getent"];

/// Clients that take their host as `-h host`.
const DASH_H: &[&str] = &[
    "pg_isready",
    "psql",
    "pg_dump",
    "pg_restore",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "mariadb",
    "mariadb-admin",
    "redis-cli",
    "valkey-cli",
    "mongo",
    "mongosh",
    "mongodump",
    "mosquitto_pub",
    "mosquitto_sub",
    "ldapsearch",
];

/// The addresses in a script, each with its line from 0. `lookup` knows the environment.
pub(super) fn of_script(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Vec<(usize, Address)> {
    nested(text, lookup, 0)
}

/// The addresses in one command that is given as words.
pub(super) fn of_words(words: &[String], lookup: &dyn Fn(&str) -> Option<String>) -> Vec<(usize, Address)> {
    simple(&words.iter().map(|word| (0, word.clone())).collect::<Vec<_>>(), lookup, 0)
}

/// The script in a command line such as `/bin/sh -c script`: its index among the words.
pub(super) fn script_in<S: AsRef<str>>(words: &[S]) -> Option<usize> {
    let program = words.first()?.as_ref().rsplit('/').next()?;
    if !matches!(program, "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh") {
        return None;
    }
    let flag = words.iter().skip(1).take_while(|word| word.as_ref().starts_with('-'));
    let position = flag.enumerate().find(|(_, flag)| !flag.as_ref().starts_with("--") && flag.as_ref().ends_with('c'));
    let position = position.or_else(|| {
        let mut flags = words.iter().skip(1).take_while(|word| word.as_ref().starts_with('-')).enumerate();
        flags.find(|(_, flag)| !flag.as_ref().starts_with("--") && flag.as_ref().contains('c'))
    });
    position.map(|(index, _)| index + 2).filter(|index| *index < words.len())
}

fn nested(text: &str, lookup: &dyn Fn(&str) -> Option<String>, depth: usize) -> Vec<(usize, Address)> {
    if text.len() > MOST_BYTES || depth > MOST_NESTED {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut locals: HashMap<String, String> = HashMap::new();
    for command in commands(text) {
        let known = |name: &str| locals.get(name).cloned().or_else(|| lookup(name));
        let command: Vec<(usize, String)> =
            command.into_iter().map(|(line, word)| (line, expanded(&word, &known))).collect();
        found.extend(simple(&command, &known, depth));
        let assigned = command.iter().filter(|(_, word)| word != "export").map_while(|(_, word)| assignment(word));
        let assigned: Vec<_> = assigned.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        locals.extend(assigned);
    }
    found
}

/// `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let valid = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    valid.then_some((name, value))
}

/// The commands of a script, each as words with their lines.
fn commands(text: &str) -> Vec<Vec<(usize, String)>> {
    let mut commands = vec![Vec::new()];
    let mut word = String::new();
    let (mut line, mut quote, mut in_word) = (0, None, false);
    let mut letters = text.chars().peekable();
    let end = |word: &mut String, in_word: &mut bool, line: usize, commands: &mut Vec<Vec<(usize, String)>>| {
        if std::mem::take(in_word) {
            let word = std::mem::take(word);
            commands.last_mut().into_iter().for_each(|command| command.push((line, word.clone())));
        }
    };
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => (quote, in_word) = (Some(letter), true),
            (None | Some('"'), '\\') if letters.peek() == Some(&'\n') => {
                end(&mut word, &mut in_word, line, &mut commands);
                letters.next();
                line += 1;
            }
            (Some(_), _) => word.push(letter),
            (None, '#') if !in_word => while letters.next_if(|letter| *letter != '\n').is_some() {},
            (None, '$') if letters.peek() == Some(&'(') => {
                end(&mut word, &mut in_word, line, &mut commands);
                commands.push(Vec::new());
            }
            (None, '\n' | ';' | '|' | '&' | '(' | ')' | '`') => {
                end(&mut word, &mut in_word, line, &mut commands);
                commands.push(Vec::new());
            }
            (None, _) if letter.is_whitespace() => end(&mut word, &mut in_word, line, &mut commands),
            (None, _) => {
                word.push(letter);
                in_word = true;
            }
        }
        line += usize::from(letter == '\n');
    }
    end(&mut word, &mut in_word, line, &mut commands);
    commands.retain(|command| !command.is_empty());
    commands
}

/// A word with `$NAME`, `${NAME}` and `${NAME:-default}` replaced where they are known.
fn expanded(word: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let mut result = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let bare = after.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(after.len());
        let (inside, behind) = braced.unwrap_or_else(|| after.split_at(bare));
        let (name, default) = match inside.split_once(":-").or_else(|| inside.split_once('-')) {
            Some((name, default)) => (name, Some(default.to_owned())),
            None => (inside, None),
        };
        match lookup(name).filter(|value| !value.is_empty()).or(default) {
            Some(value) if result.len() + value.len() <= MOST_BYTES => result.push_str(&value),
            _ => result.push('$'),
        }
        rest = behind;
    }
    result + rest
}

/// The addresses that one command calls.
fn simple(words: &[(usize, String)], lookup: &dyn Fn(&str) -> Option<String>, depth: usize) -> Vec<(usize, Address)> {
    let start = words.iter().position(|(_, word)| !BEFORE.contains(&word.as_str())).unwrap_or(words.len());
    let mut words = &words[start..];
    let mut found = Vec::new();
    // `timeout 30 nc …`, and variables set for one command.
    while let Some((line, word)) = words.first() {
        let timeout = word == "timeout";
        if !timeout && word != "export" && assignment(word).is_none() {
            break;
        }
        found.extend(address::of_command([word.as_str()]).into_iter().map(|address| (*line, address)));
        words = &words[1..];
        while timeout
            && words
                .first()
                .is_some_and(|(_, word)| word.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']))
        {
            words = &words[1..];
        }
    }
    let Some((line, program)) = words.first() else { return found };
    let program = program.rsplit('/').next().unwrap_or(program);
    let texts: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
    for (line, word) in words {
        if let Some((host, port)) = word.split_once("/dev/tcp/").and_then(|(_, rest)| rest.split_once('/')) {
            found.extend(host_and_port(host, port).into_iter().map(|address| (*line, address)));
        }
    }
    // A container's arguments alone begin with no program: `--redis=redis:6379`.
    let rest = if texts[0].starts_with('-') || texts[0].contains([':', '=']) { &texts[..] } else { &texts[1..] };
    let plain = || rest.iter().filter(|word| !word.starts_with(['-', '+']));
    let addresses = if SILENT.contains(&program) {
        Vec::new()
    } else if let Some(index) = script_in(&texts) {
        let inner = nested(texts[index], lookup, depth + 1);
        found.extend(inner.into_iter().map(|(inside, address)| (words[index].0 + inside, address)));
        Vec::new()
    } else if HOST_THEN_PORT.contains(&program) {
        let plain: Vec<&&str> = plain().collect();
        plain.windows(2).map(|pair| host_and_port(pair[0], pair[1])).find(|found| !found.is_empty()).unwrap_or_default()
    } else if LOOKUPS.contains(&program) {
        let names = plain().filter(|word| !matches!(**word, "hosts" | "ahosts" | "ahostsv4" | "A" | "AAAA"));
        names.map(|name| address::of_variable("HOST", name)).find(|found| !found.is_empty()).unwrap_or_default()
    } else if DASH_H.contains(&program) {
        let mut words: Vec<&str> = Vec::new();
        for word in rest {
            match word.strip_prefix("-h").filter(|rest| !rest.starts_with('-')) {
                Some("") => words.push("--host"),
                Some(host) => words.extend(["--host", host]),
                None => words.push(word),
            }
        }
        address::of_command(words)
    } else {
        address::of_command(rest.iter().copied())
    };
    // The line of the word that names the host, so that evidence points at it.
    for address in addresses {
        let named = words.iter().find(|(_, word)| word.to_lowercase().contains(&*address.host));
        found.push((named.map_or(*line, |(line, _)| *line), address));
    }
    found
}

fn host_and_port(host: &str, port: &str) -> Vec<Address> {
    let numeric = !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit());
    if numeric { address::of_variable("HOST", &format!("{host}:{port}")) } else { Vec::new() }
}
