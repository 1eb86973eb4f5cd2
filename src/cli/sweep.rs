//! The sweeps of `simulate`: every place of a kind by itself, or the worst of so many at once.

use clap::ValueEnum;

use super::Exit;
use super::input::Loaded;
use super::output::{Output, fail};
use crate::analysis::{Hits, Method, Outages, hits, reach};
use crate::model::Kind;
use crate::report::Named;
use crate::source::Problem;

/// The most outages that are looked at.
const MOST: u64 = 5_000_000;

/// Kinds of components that are taken down one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Of {
    /// Every provider
    Provider,
    /// Every region
    Region,
    /// Every zone
    Zone,
    /// Every product of a provider
    Product,
    /// Every internal component that a provider's products share
    Shared,
    /// Every third party
    External,
    /// Every store
    Store,
    /// Every service
    Service,
    /// Every app
    App,
}

impl Of {
    fn kind(self) -> Kind {
        match self {
            Of::Provider => Kind::Provider,
            Of::Region => Kind::Region,
            Of::Zone => Kind::Zone,
            Of::Product => Kind::Product,
            Of::Shared => Kind::Shared,
            Of::External => Kind::External,
            Of::Store => Kind::Store,
            Of::Service => Kind::Service,
            Of::App => Kind::App,
        }
    }
}

/// Takes down every set of `together` components of a kind, and shows the worst.
pub(super) fn run(loaded: &Loaded, of: Of, together: usize, limit: usize, output: &Output) -> Result<Exit, Exit> {
    let (system, graph) = (&loaded.system, &loaded.graph);
    let kind = |number: &u32| system.components[&graph.components()[*number as usize]].kind;
    let all: Vec<u32> = (0u32..).take(graph.components().len()).filter(|number| kind(number) == of.kind()).collect();
    let word = of.kind().word();
    if all.len() < together {
        let problem = Problem::general(format!("this system names {} of kind `{word}`", all.len()));
        let help = if of.kind().is_place() {
            "say in linchpin.yaml where its components run, with `at:`".to_owned()
        } else {
            "`linchpin scan` lists what there is".to_owned()
        };
        return Err(fail(&problem.help(help)));
    }
    if sets(all.len(), together) > MOST {
        let problem =
            Problem::general(format!("there are over {MOST} sets of {together} of {} of kind `{word}`", all.len()));
        return Err(fail(&problem.help("take fewer at once, with a smaller `--worst`".to_owned())));
    }
    let chosen = combinations(&all, together);
    let nodes = |set: &Vec<u32>| set.iter().flat_map(|number| graph.capabilities_of(*number)).collect::<Vec<_>>();
    let named = Named::new(system, graph);
    let found = hits(graph, &Outages::of(chosen.iter().map(nodes)), &named.weights(), Method::Adaptive);
    let touched = |hits: &Hits| hits.down + hits.degraded + hits.frozen > 0;
    let mut ranked: Vec<(&Vec<u32>, &Hits)> = chosen.iter().zip(&found).filter(|(_, hits)| touched(hits)).collect();
    let key = |(set, hits): &(&Vec<u32>, &Hits)| {
        let worst = std::cmp::Reverse((hits.weight, hits.down, hits.frozen, hits.degraded));
        (worst, (*set).clone())
    };
    ranked.sort_by_cached_key(key);
    let harmless = chosen.len() - ranked.len();
    let worst: Vec<Vec<u32>> = ranked.into_iter().take(limit).map(|(set, _)| set.clone()).collect();
    let shown = reach(graph, &Outages::of(worst.iter().map(nodes)), Method::Adaptive);
    let outages = worst.into_iter().zip(shown).collect();
    output.report(&named.sweep(of.kind(), together, chosen.len(), harmless, outages))?;
    Ok(loaded.exit)
}

/// How many sets of so many there are.
fn sets(of: usize, together: usize) -> u64 {
    (0..together).fold(1u64, |sets, taken| sets.saturating_mul((of - taken) as u64) / (taken as u64 + 1))
}

/// All sets of so many, in order.
fn combinations(all: &[u32], together: usize) -> Vec<Vec<u32>> {
    let mut sets: Vec<Vec<u32>> = vec![Vec::new()];
    for _ in 0..together {
        let longer = |set: &Vec<u32>| {
            let last = set.last().copied();
            let next = all.iter().copied().filter(move |number| last.is_none_or(|last| *number > last));
            let set = set.clone();
            next.map(move |number| [&set[..], &[number]].concat()).collect::<Vec<_>>()
        };
        sets = sets.iter().flat_map(longer).collect();
    }
    sets
}
