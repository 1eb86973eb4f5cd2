//! The sweeps of `simulate`: every place of a kind by itself, or the worst of so many at once.

use clap::ValueEnum;

use super::Exit;
use super::input::Loaded;
use super::interrupt;
use super::output::{Output, fail};
use super::progress::Progress;
use crate::analysis::{combinations, worst};
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
        let at_once = if together > 1 { format!(", too few for {together} at once") } else { String::new() };
        let problem = Problem::general(format!("this system names {} of kind `{word}`{at_once}", all.len()));
        let help = if of.kind().is_place() {
            "say in linchpin.yaml where its components run, with `at:`".to_owned()
        } else {
            "`linchpin scan` lists what there is".to_owned()
        };
        return Err(fail(&problem.help(help)));
    }
    if combinations(all.len(), together) > MOST {
        let problem =
            Problem::general(format!("there are over {MOST} sets of {together} of {} of kind `{word}`", all.len()));
        return Err(fail(&problem.help("take fewer at once, with a smaller `--worst`".to_owned())));
    }
    let named = Named::new(system, graph);
    let look = || worst(graph, &all, together, &named.weights(), limit, &interrupt::is_raised);
    let found = interrupt::catching(|| Progress::during("looking at outages", look));
    output.report(&named.sweep(of.kind(), together, found))?;
    Ok(interrupt::exit(loaded.exit))
}
