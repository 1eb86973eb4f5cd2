//! `report`: everything as one HTML page.

use std::path::PathBuf;
use std::sync::Arc;

use super::Exit;
use super::check::Settings;
use super::diagnostics;
use super::input::{Input, Lines, Loaded, load};
use super::outages::library;
use super::output::{fail, print};
use super::replay::{named, story, watched};
use super::simulate::outage;
use crate::analysis::replay::{Scenario, Timeline, Told, replay};
use crate::catalogue::outage::Outage;
use crate::draw::page::{Replayed, Subject, Untold, page};
use crate::policy::{self, Circumstances, judge};
use crate::report::text::count;
use crate::report::{self, Replay};
use crate::source::{Location, replace};

/// How many outages of the library are replayed.
const REPLAYS: usize = 5;

/// Write one HTML page: what falls with what and why, findings and replays
///
/// The page holds a picture, a ranking, and what was not understood, too. It needs nothing else: no network, no server.
/// In it outages can be switched on and combined, needs and alternatives left out to see what that changes, and outages
/// of the library replayed. A link to it keeps what is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    settings: Settings,
    /// File to write to, `-` for standard output
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
    /// What is down when the page opens; selectors as for `simulate`, repeat it for several at once
    #[arg(long, value_name = "SELECTOR")]
    down: Vec<String>,
    /// An outage to replay (an id of the library, or a file), in place of those that hit the system hardest; may be repeated
    #[arg(long, value_name = "OUTAGE")]
    replay: Vec<PathBuf>,
    /// Replay so many outages of the library, those that hit the system hardest
    #[arg(long, value_name = "N", default_value_t = REPLAYS, conflicts_with = "replay")]
    replays: usize,
}

/// Writes the page with everything else as it is without being asked for.
pub(super) fn plain(input: Input, down: Vec<String>, output: PathBuf) -> Result<Exit, Exit> {
    run(&Args { input, settings: Settings::default(), output, down, replay: Vec::new(), replays: REPLAYS })
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let chosen: Vec<Outage> =
        args.replay.iter().map(|name| named(name, &args.input.options.catalogue)).collect::<Result<_, _>>()?;
    let loaded = load(&args.input)?;
    let chosen: Vec<Outage> = chosen.into_iter().map(|outage| outage.in_own_names(&loaded.catalogue)).collect();
    let opening: Vec<u32> = match args.down.as_slice() {
        [] => Vec::new(),
        some => outage(some, &loaded)?.seeds.into_iter().map(|(node, _)| node).collect(),
    };
    let ready = args.settings.ready(&loaded)?;
    let findings = policy::findings(&loaded.system, &loaded.graph, &ready.policy);
    let circumstances =
        Circumstances { waivers: ready.waivers.clone(), today: ready.today, ..Circumstances::default() };
    let verdict = judge(&loaded.system, findings, &ready.policy, &circumstances);
    let check = report::check(&verdict, &loaded.system, &ready.policy, None, None);
    let (outages, most) =
        if chosen.is_empty() { (of_library(args, &loaded), args.replays) } else { (chosen, usize::MAX) };
    let (told, untold) = replays(&outages, &loaded, most);
    let replays: Vec<Replayed<'_>> = told.iter().map(Run::replayed).collect();
    let quote = loaded.quotes();
    let subject = Subject {
        system: &loaded.system,
        graph: &loaded.graph,
        accounts: &loaded.accounts,
        check: &check,
        replays: &replays,
        untold: &untold,
        opening: &opening,
        quote: &quote,
    };
    let text = page(&subject);
    if args.output.as_os_str() == "-" {
        print(&text);
    } else {
        replace(&args.output, &text).map_err(|problem| fail(&problem))?;
        let megabytes = text.len() as f64 / 1e6;
        let (apps, components) = (loaded.graph.apps().len(), loaded.system.components.len());
        anstream::eprintln!(
            "{}: {megabytes:.1} MB, {} among {}, {}; open it in a browser",
            args.output.display(),
            count(apps, "app"),
            count(components, "component"),
            count(replays.len(), "replay")
        );
    }
    Ok(loaded.exit.and(ready.exit))
}

/// The outage library, with the folders that the arguments name.
fn of_library(args: &Args, loaded: &Loaded) -> Vec<Outage> {
    let mut lines = Lines::built_in();
    let (mut outages, problems) = library(&args.input.options.catalogue, &mut lines);
    diagnostics::print(&problems, |file, line| {
        lines.line(file, line).or_else(|| loaded.quote(&Location { file: file.into(), line, column: 1, length: 0 }))
    });
    outages.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    outages.into_iter().map(|outage| outage.in_own_names(&loaded.catalogue)).collect()
}

/// An outage that was replayed.
struct Run<'o> {
    outage: &'o Outage,
    told: Told,
    timeline: Timeline,
    report: Replay,
}

impl Run<'_> {
    fn replayed(&self) -> Replayed<'_> {
        let Run { outage, told, timeline, report } = self;
        Replayed { outage, scenario: &told.scenario, timeline, report }
    }

    /// How hard the apps were hit, the hardest first: seconds down, degraded, frozen.
    fn hardness(&self) -> (i64, i64, i64) {
        let sum = |of: fn(&Replay) -> i64| -of(&self.report);
        (
            sum(|report| report.apps.iter().map(|app| app.down_seconds).sum()),
            sum(|report| report.apps.iter().map(|app| app.degraded_seconds).sum()),
            sum(|report| report.apps.iter().map(|app| app.frozen_seconds).sum()),
        )
    }
}

/// Replays the outages that take down something of the system, and keeps the worst; of the others that hit an app it
/// says why they are left out.
fn replays<'o>(outages: &'o [Outage], loaded: &Loaded, most: usize) -> (Vec<Run<'o>>, Vec<Untold>) {
    let (system, graph) = (&loaded.system, &loaded.graph);
    let mut runs = Vec::new();
    for outage in outages {
        let told = Scenario::of(outage, system, graph);
        if told.scenario.windows.is_empty() && most != usize::MAX {
            continue;
        }
        let timeline = replay(system, graph, &told.scenario, &watched(graph));
        let report = report::replay(system, graph, &story(outage, &told, loaded), &told.scenario, &timeline);
        if most == usize::MAX || report.apps.iter().any(|app| app.worst != "up") {
            runs.push(Run { outage, told, timeline, report });
        }
    }
    if most == usize::MAX {
        return (runs, Vec::new());
    }
    runs.sort_by_key(|run| (run.hardness(), run.outage.date, Arc::clone(&run.outage.id)));
    let rest = runs.split_off(most.min(runs.len()));
    let untold = rest.iter().map(|run| Untold {
        id: run.outage.id.to_string(),
        title: run.outage.title.to_string(),
        reason: "others hit the system harder",
    });
    (runs, untold.collect())
}
