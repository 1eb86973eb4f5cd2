//! What the documents show is what the program prints.
//!
//! A block ```` ```console ```` holds commands, each on a line that begins with `$ linchpin`, and their output. A command may
//! end in `| head -3` or `| tail -1`, and an exit code other than 0 is its last line, `(exit code 1)`. A picture follows a
//! comment with its command, `<!-- $ linchpin draw … -->`.
//!
//! With `LINCHPIN_BLESS=1` in the environment the blocks are written anew instead; read the difference before it is kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All documents of the project, as paths from its root.
pub(crate) fn documents() -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::from([PathBuf::from("README.md")]);
    for folder in ["docs", "examples"] {
        walk(&root(), Path::new(folder), &mut found);
    }
    found
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(root.join(folder)).expect("folder") {
        let path = folder.join(entry.expect("entry").file_name());
        if root.join(&path).is_dir() {
            walk(root, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.insert(path);
        }
    }
}

pub(crate) fn text(document: &Path) -> String {
    std::fs::read_to_string(root().join(document)).expect("document")
}

/// A fenced block of a document.
pub(crate) struct Block<'a> {
    /// The line of its first line of content, from 0.
    pub(crate) start: usize,
    pub(crate) language: &'a str,
    pub(crate) lines: Vec<&'a str>,
    /// The line above the fence.
    pub(crate) above: &'a str,
}

pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    let mut above = "";
    for (number, line) in text.lines().enumerate() {
        match (open.as_mut(), line.strip_prefix("```")) {
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => block.lines.push(line),
            (None, Some(language)) => {
                open = Some(Block { start: number + 1, language, lines: Vec::new(), above });
            }
            (None, None) => {}
        }
        above = line;
    }
    assert!(open.is_none(), "a block that does not end");
    blocks
}

/// What a command prints on standard output, and its exit code as a last line where it is not 0.
fn run(command: &str) -> Vec<String> {
    let (command, filter) =
        command.split_once(" | ").map_or((command, None), |(command, filter)| (command, Some(filter)));
    let words = command.split_whitespace().map(|word| word.trim_matches('\''));
    let output = Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .args(words.skip(1))
        .current_dir(root())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("linchpin runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines: Vec<String> = printed.lines().map(str::to_owned).collect();
    match filter.map(|filter| filter.split_once(" -").expect("a number")) {
        Some(("head", most)) => lines.truncate(most.parse().expect("number")),
        Some(("tail", most)) => drop(lines.drain(..lines.len().saturating_sub(most.parse().expect("number")))),
        Some((other, _)) => panic!("no filter `{other}`"),
        None => {}
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => lines.push(format!("(exit code {code})")),
        None => panic!("{command} was killed"),
    }
    lines
}

/// The content that a block should have; `None` when it shows no command of ours.
fn content(block: &Block<'_>) -> Option<Vec<String>> {
    if let Some(command) = block.above.strip_prefix("<!-- $ ").and_then(|rest| rest.strip_suffix(" -->")) {
        return Some(run(command));
    }
    if block.language != "console" {
        return None;
    }
    let mut lines: Vec<String> = Vec::new();
    for line in block.lines.iter().filter(|line| line.starts_with("$ ")) {
        let command = line.trim_start_matches("$ ");
        assert!(command.starts_with("linchpin "), "`{line}` is not a command that can be held to its output");
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push((*line).to_owned());
        lines.extend(run(command));
    }
    assert!(!lines.is_empty(), "a console block without a command");
    Some(lines)
}

#[test]
fn every_output_in_the_documents_is_what_the_program_prints() {
    let write = std::env::var_os("LINCHPIN_BLESS").is_some();
    let mut shown = 0;
    for document in documents() {
        let text = text(&document);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for block in blocks(&text).iter().rev() {
            let Some(wanted) = content(block) else { continue };
            shown += 1;
            if write {
                lines.splice(block.start..block.start + block.lines.len(), wanted);
            } else {
                let place = format!("{}:{}", document.display(), block.start + 1);
                assert_eq!(block.lines.join("\n"), wanted.join("\n"), "{place}: LINCHPIN_BLESS=1 writes it anew");
            }
        }
        if write && lines.join("\n") + "\n" != text {
            std::fs::write(root().join(&document), lines.join("\n") + "\n").expect("written");
        }
    }
    assert!(shown >= 10, "only {shown} blocks were found");
}

#[test]
fn the_two_clouds_are_told_apart() {
    let found = |folder: &str| run(&format!("linchpin check examples/two-clouds/{folder}"));
    let (before, after) = (found("before"), found("after"));
    assert!(before.iter().any(|line| line.starts_with("error[fake-redundancy]: ")), "{before:?}");
    assert_eq!(before.last().map(String::as_str), Some("(exit code 1)"));
    assert!(!after.iter().any(|line| line.contains("[fake-redundancy]") || line.starts_with("(exit")), "{after:?}");
}

#[test]
fn what_the_stories_quote_is_in_their_manifests() {
    let quotes = |text: &str| -> String { text.split_whitespace().collect::<Vec<_>>().join(" ") };
    for document in documents().iter().filter(|document| document.starts_with("examples")) {
        let mut manifests = String::new();
        let folder = document.parent().expect("folder");
        for path in [folder.join("linchpin.yaml"), folder.join("before/linchpin.yaml")] {
            manifests += &std::fs::read_to_string(root().join(path)).unwrap_or_default();
        }
        for block in blocks(&text(document)).iter().filter(|block| block.language == "yaml") {
            let quoted = quotes(&block.lines.join("\n"));
            assert!(quotes(&manifests).contains(&quoted), "{}:{}", document.display(), block.start + 1);
        }
    }
}

#[test]
fn the_links_between_documents_lead_somewhere() {
    for document in documents() {
        for link in text(&document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let target = root().join(document.parent().expect("folder")).join(path);
            assert!(target.exists(), "{}: {link}", document.display());
        }
    }
}

/// The text of a table's first column, without backquotes.
fn first_column(text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")).skip(1);
    rows.filter_map(|row| row.split(" |").next()).map(|cell| cell.replace('`', "")).collect()
}

#[test]
fn every_dependency_has_its_line_and_every_line_a_dependency() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let mut declared = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if let Some((name, value)) = line.split_once(" = ").filter(|_| inside && !line.starts_with('#')) {
            let package = value.split("package = \"").nth(1).and_then(|rest| rest.split('"').next());
            declared.insert(package.unwrap_or(name).to_owned());
        }
    }
    let listed: BTreeSet<String> = first_column(&text(Path::new("docs/dependencies.md"))).into_iter().collect();
    assert_eq!(declared, listed);
}

#[test]
fn the_readme_names_every_command_and_format() {
    let readme = text(Path::new("README.md"));
    let commands: Vec<String> = (run("linchpin --help").iter())
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect();
    assert!(commands.len() >= 10);
    let renderers = linchpin::ingest::RENDERERS.iter().map(|renderer| renderer.name);
    let formats = linchpin::ingest::FORMATS.iter().map(|format| format.name).chain(renderers);
    let streams = linchpin::ingest::STREAMS.iter().map(|stream| stream.name);
    let formats = formats.chain(streams).map(str::to_owned);
    for name in commands.into_iter().chain(formats) {
        assert!(readme.contains(&format!("| `{name}")), "README.md does not name `{name}` in a table");
    }
}
