//! A chart rendered by helm itself: the call, and where in the chart each line of the answer comes from.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use super::chart::{Chart, join};
use super::render::{Rendered, own_documents};
use super::value::Value;
use crate::ingest::settings::{Helm, HelmCall};
use crate::source::yaml::{self, Node};
use crate::source::{Location, Source, Tree};

/// Larger files are no part of what a chart is rendered from.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Renders a chart by helm; an error says why it could not.
///
/// Every document says which template it is of. The line is that of the template whose words before the first action are
/// those of the rendered line; where there is none, that of the line before.
pub(super) fn render(
    helm: &Helm,
    chart: &Chart,
    (name, namespace): (&str, &str),
    values: &[Value],
    tree: &Tree,
) -> Result<Vec<Rendered>, String> {
    let mut files = Vec::new();
    gather(chart, "", tree, &mut files);
    let values = values.iter().map(|value| value.yaml() + "\n").collect();
    let call = HelmCall { name: name.to_owned(), namespace: namespace.to_owned(), files, values };
    let text = helm(&call)?;
    let mut templates = BTreeMap::new();
    chart.templates_within(&chart.title(), &mut templates);
    let file: Arc<str> = join(&chart.folder, "Chart.yaml").into();
    read(&text, &templates, &file)
}

/// The files of a chart, and those of the charts in it, wherever these lie among the files.
fn gather(chart: &Chart, below: &str, tree: &Tree, files: &mut Vec<(String, Vec<u8>)>) {
    let prefix = join(&chart.folder, "");
    for path in tree.files().filter(|path| path.starts_with(&prefix)) {
        let inside = &path[prefix.len()..];
        // An unpacked chart is given as a chart of its own; a packed one as it is.
        if inside.strip_prefix("charts/").is_some_and(|rest| rest.contains('/')) {
            continue;
        }
        let mut bytes = Vec::new();
        let read = tree.open(path).map(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
        if matches!(read, Ok(Ok(_))) {
            files.push((format!("{below}{inside}"), bytes));
        }
    }
    for inner in &chart.inner {
        gather(inner, &format!("{below}charts/{}/", inner.title()), tree, files);
    }
}

/// The documents of helm's answer by the templates that they are of.
fn read(text: &str, templates: &BTreeMap<String, Arc<Source>>, file: &Arc<str>) -> Result<Vec<Rendered>, String> {
    let mut rendered: BTreeMap<Arc<str>, Vec<Node>> = BTreeMap::new();
    for part in split(text) {
        let said = part.lines().find_map(|line| line.strip_prefix("# Source: ")).map(str::trim);
        let source = said.and_then(|said| templates.get(said));
        let parsed = yaml::parse(file, part);
        if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_error()) {
            return Err(format!("what it answered is no YAML: {}", problem.message));
        }
        let mut nodes = parsed.nodes;
        let places = source.map(|source| lines(part, &source.text));
        for node in &mut nodes {
            node.relocate(&mut |at: &mut Location| match (source, &places) {
                (Some(source), Some(places)) => {
                    at.file = Arc::clone(&source.path);
                    at.line = places.get((at.line as usize).saturating_sub(1)).copied().unwrap_or(1);
                    (at.column, at.length) = (1, 0);
                }
                _ => (at.line, at.column, at.length) = (1, 1, 0),
            });
        }
        let path = source.map_or_else(|| Arc::clone(file), |source| Arc::clone(&source.path));
        rendered.entry(path).or_default().extend(own_documents(nodes));
    }
    let one = |(path, nodes): (Arc<str>, Vec<Node>)| Rendered { path, outcome: Ok(nodes), notes: Vec::new() };
    Ok(rendered.into_iter().map(one).collect())
}

/// The documents of a text of several, each from the line after its `---`.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            parts.push(&text[start..offset]);
            start = offset + line.len();
        }
        offset += line.len();
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// For each line of a rendered text the line of the template that it comes from, from 1.
///
/// The search goes on behind the line that was found last, and begins anew at the top where a loop goes round. Linear in
/// the product of both for a text that has nothing to do with the template.
fn lines(rendered: &str, template: &str) -> Vec<u32> {
    let written: Vec<(&str, bool)> = template
        .lines()
        .map(|line| {
            let line = line.trim();
            let known = line.split("{{").next().unwrap_or_default().trim();
            (known, known.len() < line.len())
        })
        .collect();
    let fits = |(known, open): &(&str, bool), line: &str| match (known.len() > 1, open) {
        (true, true) => line.starts_with(known),
        _ => !known.is_empty() && *known == line,
    };
    let mut last = 0;
    let mut found = Vec::new();
    for line in rendered.lines() {
        let line = line.trim();
        let at = (!line.is_empty()).then(|| {
            let behind = written.iter().enumerate().skip(last).find(|(_, one)| fits(one, line));
            behind.or_else(|| written.iter().enumerate().take(last).find(|(_, one)| fits(one, line)))
        });
        last = at.flatten().map_or(last, |(number, _)| number);
        found.push(u32::try_from(last + 1).unwrap_or(u32::MAX));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{lines, split};

    #[test]
    fn lines_are_found_by_the_words_before_actions() {
        let template = "kind: A\nname: {{ .x }}\n{{- range .all }}\n- port: {{ . }}\n  host: b\n{{- end }}\nlast: 1\n";
        let rendered = "kind: A\nname: web\n- port: 1\n  host: b\n- port: 2\n  host: b\nlast: 1\n";
        assert_eq!(lines(rendered, template), [1, 2, 4, 5, 4, 5, 7]);
        assert_eq!(lines("other: 1\n", template), [1]);
    }

    #[test]
    fn documents_are_told_apart_by_whole_lines() {
        assert_eq!(split("---\na: 1\n---\nb: '---'\n"), ["a: 1\n", "b: '---'\n"]);
    }
}
