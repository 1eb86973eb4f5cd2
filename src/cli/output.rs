//! Where results go: standard output, or files, in one format or in several at once.

use std::io::Write;
use std::path::PathBuf;

use super::Exit;
use crate::report::{self, Report};
use crate::source::{Problem, replace};

/// How to write the result.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Output {
    /// Format of the result, text or json where the command names no others; may be repeated, each with its --output
    #[arg(long, value_name = "FORMAT")]
    format: Vec<String>,
    /// File to write to, `-` for standard output; the first --output is for the first --format and so on
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
}

/// The columns of the terminal, 100 where there is none.
pub(super) fn width() -> usize {
    terminal_size::terminal_size_of(std::io::stdout()).map_or(100, |(width, _)| usize::from(width.0)).max(20)
}

impl Output {
    /// Whether nothing but text is asked for.
    pub(super) fn is_text(&self) -> bool {
        self.format.iter().all(|format| format == "text")
    }

    /// Writes a report in every format that was asked for.
    pub(super) fn report(&self, report: &impl Report) -> Result<(), Exit> {
        let known: Vec<&str> = report::FORMATS.iter().map(|format| format.name).collect();
        self.each("text", &known, |format| report::write(report, format, width()))
    }

    /// Writes a picture in every format that was asked for; `write` gives `None` for a format that it does not know.
    pub(super) fn each(
        &self,
        default: &str,
        known: &[&str],
        mut write: impl FnMut(&str) -> Option<String>,
    ) -> Result<(), Exit> {
        let default = vec![default.to_owned()];
        let formats = if self.format.is_empty() { &default } else { &self.format };
        if self.output.len() > formats.len() {
            return usage("more --output than --format", "give each file its format: `--format json --output a.json`");
        }
        if let Some(unknown) = formats.iter().find(|format| !known.contains(&format.as_str())) {
            return usage(&format!("`{unknown}` is not a format here"), &format!("one of `{}`", known.join("`, `")));
        }
        for (index, format) in formats.iter().enumerate() {
            let Some(text) = write(format) else { return Err(Exit::Usage) };
            match self.output.get(index).filter(|path| path.as_os_str() != "-") {
                Some(path) => {
                    let plain = anstream::adapter::strip_str(&text).to_string();
                    replace(path, &plain).map_err(|problem| fail(&problem))?;
                }
                None => print(&text),
            }
        }
        Ok(())
    }
}

/// Writes to standard output; a reader that has gone away is no error.
pub(super) fn print(text: &str) {
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
}

/// Prints a problem that has no place in a file.
pub(super) fn fail(problem: &Problem) -> Exit {
    super::diagnostics::print(std::slice::from_ref(problem), |_, _| None);
    Exit::Usage
}

fn usage(message: &str, help: &str) -> Result<(), Exit> {
    Err(fail(&Problem::general(message).help(help)))
}
