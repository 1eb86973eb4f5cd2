//! `draw`: the graph as a picture.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Exit;
use super::input::{Earlier, Input, Loaded, load, quietly, whole};
use super::output::{fail, width};
use super::report;
use super::simulate::outage;
use crate::analysis::inside;
use crate::draw::{Canvas, Collapse, Direction, FORMATS, Format, Picture, Shown, Subject, THEMES, Theme, View, fonts};
use crate::model::ComponentId;
use crate::source::{Problem, Repository, Tree, replace};

/// Draw the graph, grouped by provider, region and system
///
/// Without --output a text picture as wide as the window; with it the ending decides: svg, png, mmd, d2, dot,
/// json, and html for the page of `linchpin report`.
/// One's own components, third parties and the products that these need are drawn; with --down also where the failure
/// comes from. A picture that would be too large is folded, and it says what was folded and left out.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// Show the impact of this outage; selectors as for `simulate`, repeat it for several at once
    #[arg(long, value_name = "SELECTOR")]
    down: Vec<String>,
    /// Only this and what is within --depth steps of it; repeatable
    #[arg(long, value_name = "SELECTOR")]
    focus: Vec<String>,
    /// Steps around --focus; without it, how many hands deep products of providers are drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    depth: usize,
    /// Only this and everything that rests on it; repeatable
    #[arg(long, value_name = "SELECTOR")]
    reaches: Vec<String>,
    /// Only what the outage touches
    #[arg(long, requires = "down")]
    affected: bool,
    /// Only what has changed since this revision
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Fold these into one node each; repeatable
    #[arg(long, value_name = "WHAT")]
    collapse: Vec<Fold>,
    /// The most nodes; what counts least is folded [default: what the format holds, 60 on a slide]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    budget: Option<u32>,
    /// Draw this with a thick line, and fold it last; repeatable
    #[arg(long, value_name = "SELECTOR")]
    highlight: Vec<String>,
    /// Where needs point
    #[arg(long, default_value = "right")]
    direction: Pointing,
    /// Colours
    #[arg(long, value_name = "THEME", default_value = "light",
        value_parser = clap::builder::PossibleValuesParser::new(THEMES.iter().map(|theme| theme.name)))]
    theme: String,
    /// What lays the picture out; dot is Graphviz, where it is installed
    #[arg(long, default_value = "built-in")]
    engine: Engine,
    /// Format of the picture: text, svg, png, mermaid, d2, json, dot; repeatable, each with its --output
    #[arg(long, value_name = "FORMAT")]
    format: Vec<String>,
    /// File to write to, `-` for standard output; repeatable
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
}

/// What is folded whatever the budget.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Fold {
    /// Each provider
    Provider,
    /// Each region of a provider
    Region,
    /// All own components
    System,
    /// Own components by owner
    Team,
    /// What is of one kind in one box
    Kind,
}

/// Where needs point.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Pointing {
    /// Apps on the left
    Right,
    /// Apps at the top
    Down,
}

/// What lays a picture out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// A layered layout that needs nothing installed
    BuiltIn,
    /// The program `dot` of Graphviz, for svg and png
    Dot,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let is_page = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "html");
    let (pages, rest): (Vec<PathBuf>, Vec<PathBuf>) = args.output.iter().cloned().partition(is_page);
    if args.format.is_empty() && !pages.is_empty() {
        let mut exit = Exit::Fine;
        for page in pages {
            exit = exit.and(report::plain(args.input.clone(), args.down.clone(), page)?);
        }
        return match rest.is_empty() {
            true => Ok(exit),
            false => Ok(exit.and(run(&Args { output: rest, ..args.clone() })?)),
        };
    }
    let targets = targets(args)?;
    let loaded = load(&args.input)?;
    let outage = match args.down.as_slice() {
        [] => None,
        some => Some(outage(some, &loaded)?),
    };
    let before = args.since.as_deref().map(|revision| earlier(revision, args, &loaded)).transpose()?;
    let subject = Subject {
        system: &loaded.system,
        graph: &loaded.graph,
        outage: outage.as_ref().map(|outage| Shown { impact: &outage.impact, down: &args.down }),
        before: before.as_ref().map(|before| &before.system),
    };
    let view = view(args, &loaded)?;
    let budget = args.budget.map(|budget| budget as usize);
    let canvas = Canvas {
        theme: Theme::named(&args.theme).unwrap_or(&THEMES[0]),
        columns: width(),
        fonts: fonts(targets.iter().any(|(format, _)| format.name == "png")),
        scale: 2.0,
    };
    let mut told = Vec::new();
    for (format, file) in &targets {
        let picture = match args.engine {
            Engine::Dot if matches!(format.name, "svg" | "png") => {
                graphviz(format.name, &subject, &view, budget, &canvas)?
            }
            _ => format.draw(&subject, &view, budget, &canvas),
        };
        for note in picture.notes.iter().filter(|note| !told.contains(*note)) {
            anstream::eprintln!("note: {note}");
        }
        told.extend(picture.notes);
        write(format, file.as_deref(), &picture.bytes)?;
    }
    Ok(loaded.exit)
}

/// The formats and files that are asked for; a file without a format has that of its ending.
fn targets(args: &Args) -> Result<Vec<(&'static Format, Option<PathBuf>)>, Exit> {
    let known: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    let one_of = || format!("one of `{}`", known.join("`, `"));
    let mut targets = Vec::new();
    for at in 0..args.format.len().max(args.output.len()).max(1) {
        let file = args.output.get(at);
        let format = match (args.format.get(at), file) {
            (Some(name), _) => {
                Format::named(name).ok_or_else(|| (format!("`{name}` is not a format of pictures"), one_of()))
            }
            (None, Some(path)) if path.as_os_str() != "-" => {
                let ending = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
                let problem = format!("the ending of {} is not that of a format of pictures", path.display());
                Format::named(&ending).ok_or_else(|| (problem, format!("name the format with --format, {}", one_of())))
            }
            (None, _) => Format::named("text").ok_or_else(|| ("no format".to_owned(), one_of())),
        };
        let format = format.map_err(|(problem, help)| fail(&Problem::general(problem).help(help)))?;
        targets.push((format, file.filter(|path| path.as_os_str() != "-").cloned()));
    }
    Ok(targets)
}

fn view(args: &Args, loaded: &Loaded) -> Result<View, Exit> {
    let ids = |selectors: &[String]| -> Result<Vec<ComponentId>, Exit> {
        let found = inside(&loaded.system, &loaded.graph, selectors).map_err(|error| {
            let mut problem = Problem::general(error.message);
            problem.help = error.help;
            fail(&problem)
        })?;
        Ok(found.into_iter().map(|number| loaded.graph.components()[number as usize].clone()).collect())
    };
    let collapse = args.collapse.iter().map(|fold| match fold {
        Fold::Provider => Collapse::Provider,
        Fold::Region => Collapse::Region,
        Fold::System => Collapse::System,
        Fold::Team => Collapse::Team,
        Fold::Kind => Collapse::Kind,
    });
    Ok(View {
        focus: ids(&args.focus)?,
        depth: args.depth,
        reaches: ids(&args.reaches)?,
        affected: args.affected,
        collapse: collapse.collect(),
        highlight: ids(&args.highlight)?,
        direction: match args.direction {
            Pointing::Right => Direction::Right,
            Pointing::Down => Direction::Down,
        },
        ..View::default()
    })
}

/// The version to compare with, from the objects of the repository.
fn earlier(revision: &str, args: &Args, loaded: &Loaded) -> Result<Earlier, Exit> {
    let first = args.input.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let repository = Repository::around(first).map_err(|problem| fail(&problem))?;
    let revision = repository.revision(revision).map_err(|problem| fail(&problem))?;
    Ok(quietly(&whole(Tree::at(&repository, &revision, &args.input.paths)), loaded))
}

/// Writes a picture to its file, or to standard output.
fn write(format: &Format, file: Option<&Path>, bytes: &[u8]) -> Result<(), Exit> {
    match file {
        Some(path) if format.name == "text" => {
            let plain = anstream::adapter::strip_bytes(bytes).into_vec();
            replace(path, plain).map_err(|problem| fail(&problem))
        }
        Some(path) => replace(path, bytes).map_err(|problem| fail(&problem)),
        None if format.name == "png" && std::io::stdout().is_terminal() => {
            let problem = Problem::general("a PNG is nothing for a terminal");
            Err(fail(&problem.help("name a file, `--output outage.png`, or pipe it into a program")))
        }
        None if format.name == "png" => {
            let _ = std::io::stdout().lock().write_all(bytes);
            Ok(())
        }
        None => {
            let _ = anstream::stdout().lock().write_all(bytes);
            Ok(())
        }
    }
}

/// Lays a graph out with Graphviz, if it is installed; prints why not.
fn graphviz(
    name: &'static str,
    subject: &Subject,
    view: &View,
    budget: Option<usize>,
    canvas: &Canvas,
) -> Result<Picture, Exit> {
    let no_dot = || fail(&Problem::general("no format `dot`"));
    let mut picture = Format::named("dot").ok_or_else(no_dot)?.draw(subject, view, budget, canvas);
    let mut command = Command::new("dot");
    let child = command.arg(format!("-T{name}")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        let problem = Problem::general("the program `dot` of Graphviz is not installed");
        return Err(fail(
            &problem.help("install Graphviz, or leave out `--engine dot`: the built-in engine needs nothing"),
        ));
    };
    let text = std::mem::take(&mut picture.bytes);
    let stdin = child.stdin.take();
    let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&text)));
    let output = child.wait_with_output();
    let _ = writer.join();
    match output {
        Ok(output) if output.status.success() => Ok(Picture { bytes: output.stdout, ..picture }),
        _ => {
            let problem = Problem::general("`dot` could not lay the graph out");
            Err(fail(&problem.help("draw with `--format dot` and look at it, or leave out `--engine dot`")))
        }
    }
}
