//! Files of variables that a program reads by itself: `.env`, and its checked-in example where that is all there is.

use super::sheet::{Kind, Line, Sheet};
use crate::ingest::compose::env;
use crate::ingest::{Format, Reading};
use crate::source::{Source, Tree};

/// The table line of files of variables.
pub const FORMAT: Format = Format { name: "dotenv", wants, claims: |source, _| wants(&source.path), read };

/// What files are called that are for one person or for tests.
const NOT_RUN: [&str; 6] = [".local", ".development", ".dev", ".test", ".testing", ".ci"];

fn wants(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let rest = name.strip_prefix(".env");
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.starts_with('.') && !NOT_RUN.iter().any(|word| rest.starts_with(word))
    })
}

fn read(files: &[&Source], tree: &Tree) -> Reading {
    let mut reading = Reading::default();
    for source in files {
        let example = env::is_example(source.name());
        let beside = source.path.strip_suffix(source.name()).map(|folder| format!("{folder}.env"));
        if example && beside.is_some_and(|own| tree.contains(&own)) {
            continue;
        }
        let mut sheet = Sheet { is_environment: true, ..Sheet::new(&source.path) };
        for (name, value, at) in env::written(&source.path, &source.text) {
            sheet.values.insert(name.clone(), value.clone());
            sheet.lines.push(Line { yields: true, bare: true, ..Line::new(&name, &value, Kind::Variable, at) });
        }
        reading.sheets.push(sheet);
    }
    reading
}
