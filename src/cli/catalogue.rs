//! `catalogue`: what is known about providers.

use std::path::PathBuf;

use jiff::civil::Date;

use super::Exit;
use super::diagnostics;
use super::input::catalogues;
use super::output::{Output, fail};
use crate::catalogue::lint;
use crate::report;
use crate::report::text::count;
use crate::source::{Problem, did_you_mean};

/// Show and check what is known about providers and their products
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder of catalogue files that add to and override the built-in ones; may be repeated
    #[arg(long, value_name = "DIR", global = true)]
    catalogue: Vec<PathBuf>,
    /// Only what was known on this day, `2023-11-11`
    #[arg(long, value_name = "DATE", global = true)]
    as_of: Option<Date>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List all products, or those of one provider
    List {
        /// Only this provider
        #[arg(long, value_name = "NAME")]
        provider: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Show a product: capabilities, scope, needs with their sources, how it is recognised
    Show {
        /// The product, `aliyun/oss`
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Say what a word stands for: a host, an image, a resource type, a package, a Kubernetes type
    What {
        /// The word, `oss-cn-hangzhou.aliyuncs.com` or `aws_sqs_queue`
        word: String,
        #[command(flatten)]
        output: Output,
    },
    /// Check the built-in catalogues and one's own
    Lint,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let (mut catalogue, mut problems, lines) = catalogues(&args.catalogue);
    if let Some(day) = args.as_of {
        catalogue = catalogue.as_of(day);
    }
    let wrong = problems.iter().any(Problem::is_error);
    match &args.command {
        Command::List { provider, output } => {
            diagnostics::print(&problems, |file, line| lines.line(file, line));
            if let Some(name) = provider.as_ref().filter(|name| catalogue.provider(name).is_none()) {
                let mut problem = Problem::general(format!("no provider `{name}` is known"));
                problem.help = did_you_mean(name, catalogue.providers.keys().map(|name| &**name));
                return Err(fail(&problem));
            }
            let report = report::products(&catalogue, provider.as_deref());
            output.report(&report)?;
            Ok(ended(wrong))
        }
        Command::Show { id, output } => {
            diagnostics::print(&problems, |file, line| lines.line(file, line));
            let found = id.split_once('/').and_then(|(provider, name)| catalogue.product(provider, name));
            let Some((provider, product)) = found else {
                let all: Vec<String> = catalogue.products().map(|(p, x)| format!("{}/{}", p.name, x.name)).collect();
                let mut problem = Problem::general(format!("no product `{id}` is known"));
                problem.help = did_you_mean(id, all.iter().map(String::as_str))
                    .or_else(|| Some("`linchpin catalogue list` lists them".to_owned()));
                return Err(fail(&problem));
            };
            let report = report::product(&catalogue, provider, product);
            output.report(&report)?;
            Ok(ended(wrong))
        }
        Command::What { word, output } => {
            diagnostics::print(&problems, |file, line| lines.line(file, line));
            let report = report::what(&catalogue, word);
            let found = if report.recognised.is_empty() { Exit::Nothing } else { Exit::Fine };
            output.report(&report)?;
            Ok(ended(wrong).and(found))
        }
        Command::Lint => {
            problems.extend(lint(&catalogue));
            diagnostics::print(&problems, |file, line| lines.line(file, line));
            let errors = problems.iter().filter(|problem| problem.is_error()).count();
            let read = [(catalogue.providers.len(), "provider"), (catalogue.products().count(), "product")];
            let [providers, products] = read.map(|(number, what)| count(number, what));
            let found = [(errors, "error"), (problems.len() - errors, "warning")];
            let [errors_told, warnings] = found.map(|(number, what)| count(number, what));
            anstream::println!("{providers}, {products}: {errors_told}, {warnings}");
            Ok(ended(errors > 0))
        }
    }
}

fn ended(wrong: bool) -> Exit {
    if wrong { Exit::Usage } else { Exit::Fine }
}
