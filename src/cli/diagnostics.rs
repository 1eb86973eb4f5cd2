//! Problems on standard error, each with the line that it is about.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::source::{Gravity, Problem};

const MOST: usize = 50;

/// Prints problems, errors first; `line` gives the text of a line of a file.
pub(super) fn print(problems: &[Problem], line: impl Fn(&str, u32) -> Option<String>) {
    let (errors, warnings): (Vec<&Problem>, Vec<&Problem>) = problems.iter().partition(|problem| problem.is_error());
    let all: Vec<&Problem> = errors.into_iter().chain(warnings).collect();
    for problem in all.iter().take(MOST) {
        anstream::eprintln!("{}\n", render(problem, &line));
    }
    if all.len() > MOST {
        anstream::eprintln!("and {} more problems", all.len() - MOST);
    }
}

fn render(problem: &Problem, line: &impl Fn(&str, u32) -> Option<String>) -> String {
    let level = match problem.gravity {
        Gravity::Error => Level::ERROR,
        Gravity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&problem.message));
    let text = problem.at.as_ref().and_then(|at| line(&at.file, at.line)).map(|text| shortened(&text));
    if let Some(at) = &problem.at {
        let text = text.unwrap_or_default();
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let column = (at.column.max(1) as usize - 1).min(starts.len() - 1);
        let end = (column + (at.length.max(1) as usize)).min(starts.len() - 1);
        let span = starts[column]..starts[end.max(column)];
        let marked = Snippet::source(text).line_start(at.line as usize).path(&*at.file);
        group = group.element(marked.annotation(AnnotationKind::Primary.span(span)));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::styled().render(&[group])
}

/// Lines of generated data can be endless.
fn shortened(text: &str) -> String {
    text.chars().take(400).collect()
}
