//! `draw`: the graph as a picture.

use std::io::Write;
use std::process::{Command, Stdio};

use super::Exit;
use super::input::{Input, load};
use super::output::{Output, fail};
use super::simulate::outage;
use crate::draw;
use crate::source::Problem;

/// Draw the graph, grouped by provider, region and system
///
/// Formats: dot and mermaid; svg where Graphviz' `dot` is installed. With --down the impact is coloured.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// Show the impact of this outage; selectors as for `simulate`, repeat it for several at once
    #[arg(long, value_name = "SELECTOR")]
    down: Vec<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let loaded = load(&args.input)?;
    let outage = match args.down.as_slice() {
        [] => None,
        some => Some(outage(some, &loaded)?),
    };
    let shown = outage.as_ref().map(|outage| draw::Shown { impact: &outage.impact, down: &args.down });
    let subject = draw::Subject { system: &loaded.system, graph: &loaded.graph, outage: shown, before: None };
    let scene = draw::scene(&subject, &draw::View::default());
    for left_out in &scene.notes {
        anstream::eprintln!("note: {left_out}");
    }
    let mut known: Vec<&str> = draw::FORMATS.iter().map(|format| format.name).collect();
    known.push("svg");
    let written = args.output.each("dot", &known, |name| match draw::FORMATS.iter().find(|f| f.name == name) {
        Some(format) => Some((format.write)(&scene)),
        None => graphviz(&(draw::FORMATS[0].write)(&scene)),
    });
    written?;
    Ok(loaded.exit)
}

/// Lays a graph out with Graphviz, if it is installed; prints why not.
fn graphviz(dot: &str) -> Option<String> {
    let child = Command::new("dot").arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        let problem = Problem::general("SVG needs the program `dot` of Graphviz, which is not installed");
        fail(&problem.help("install Graphviz, or draw with `--format mermaid`"));
        return None;
    };
    let text = dot.to_owned();
    let stdin = child.stdin.take();
    let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(text.as_bytes())));
    let output = child.wait_with_output().ok()?;
    let _ = writer.join();
    if !output.status.success() {
        fail(&Problem::general("`dot` could not lay the graph out").help("draw with `--format dot` and look at it"));
        return None;
    }
    String::from_utf8(output.stdout).ok()
}
