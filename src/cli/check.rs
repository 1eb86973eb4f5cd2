//! `check`: the gate.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use jiff::civil::Date;

use super::Exit;
use super::input::{Earlier, Input, Loaded, before_plans, broken, earlier, load, with_plan};
use super::output::{Output, fail, print, width};
use crate::analysis::{Change, SingleFailure, change_given, single_failures, single_failures_of_both};
use crate::model::Confidence;
use crate::policy::{
    self, Baseline, Circumstances, Decision, Identity, Policy, RULES, STALE_WAIVER, Severity, Threshold, Verdict,
    Waiver, judge,
};
use crate::report::{self, CHECK_FORMATS, Compared, Surroundings};
use crate::source::{Location, Problem, Repository, Revision, Tree, did_you_mean};

/// Hold the system against the rules; new findings fail the run
///
/// Severity depends on the rule and on the tier of the app: a step up for tier 1, a step down below tier 2. With --base or
/// --baseline only what was not there before counts.
///
/// Formats: text, json, sarif, markdown, junit, github (annotations), gitlab (code quality) and csv. The page on the gate
/// in the documentation tells of policies, own rules and waivers.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) settings: Settings,
    /// Compare with where the work left this revision; only what is new since then counts
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Read this plan (`terraform show -json`, `-` for standard input), with other paths only if they are named; only what the plan introduces counts
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    plan: Option<PathBuf>,
    /// Compare with a file that `linchpin baseline write` wrote; what it knows does not count
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// List findings that were there before
    #[arg(long)]
    show_known: bool,
    /// List findings that are waived
    #[arg(long)]
    show_waived: bool,
    /// What a path is put behind to link to a file in Markdown: https://github.com/OWNER/NAME/blob/COMMIT
    #[arg(long, value_name = "URL")]
    link: Option<String>,
    /// Print the page of a rule, or the list of rules, and do nothing else
    #[arg(long, value_name = "RULE", num_args = 0..=1, default_missing_value = "")]
    explain: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// The policy, and what of it an argument overrides.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Settings {
    /// Policy file, over the `policy:` of linchpin.yaml; may be repeated, the last counts most
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// The least severity that fails the run [default: error, or what the policy says]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Level>,
    /// The least severity that makes the verdict `warn` [default: warning, or what the policy says]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    warn_on: Option<Level>,
    /// Set aside, and count, what is less sure than this [default: inferred, or what the policy says]
    #[arg(long, value_enum, value_name = "CONFIDENCE")]
    min_confidence: Option<Sureness>,
    /// An outage (an id of the library, or a file) after which each app has to be back within its `rto`; may be repeated
    #[arg(long, value_name = "OUTAGE")]
    outage: Vec<PathBuf>,
    /// Ignore waivers in comments, annotations and metadata; those in linchpin.yaml and policy files hold
    #[arg(long)]
    no_inline_waivers: bool,
    /// The day on which waivers are held against their expiry, 2026-12-31 [default: today, UTC]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sureness {
    Declared,
    Observed,
    Inferred,
}

impl From<Level> for Threshold {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Threshold::From(Severity::Error),
            Level::Warning => Threshold::From(Severity::Warning),
            Level::Note => Threshold::From(Severity::Note),
            Level::Never => Threshold::Never,
        }
    }
}

impl From<Sureness> for Confidence {
    fn from(sureness: Sureness) -> Self {
        match sureness {
            Sureness::Declared => Confidence::Declared,
            Sureness::Observed => Confidence::Observed,
            Sureness::Inferred => Confidence::Inferred,
        }
    }
}

/// A policy that is ready to judge.
pub(super) struct Ready {
    pub(super) policy: Policy,
    /// Those of the policy, and those beside things.
    pub(super) waivers: Vec<Waiver>,
    pub(super) today: Date,
    /// What mistakes in it make of the run.
    pub(super) exit: Exit,
}

impl Settings {
    /// Reads the policies of a system and of files, and prints what is wrong with them.
    pub(super) fn ready(&self, loaded: &Loaded) -> Result<Ready, Exit> {
        let (mut policy, mut problems) = policy::of_manifests(&loaded.policies);
        for path in &self.policy {
            let (shown, text) = read(path)?;
            let (other, mut wrong) = policy::of_file(&shown, &text);
            policy.extend(other);
            problems.append(&mut wrong);
        }
        policy.fail_on = self.fail_on.map(Threshold::from).or(policy.fail_on);
        policy.warn_on = self.warn_on.map(Threshold::from).or(policy.warn_on);
        policy.min_confidence = self.min_confidence.map(Confidence::from).or(policy.min_confidence);
        for name in &self.outage {
            policy.outages.push(super::replay::named(name, &[])?.in_own_names(&loaded.catalogue));
        }
        if !self.no_inline_waivers {
            let (inline, mut wrong) = policy::of_asides(&loaded.asides);
            policy.waivers.extend(inline);
            problems.append(&mut wrong);
        }
        problems.extend(policy.unknown_rules());
        problems.extend(policy.without_effect(&loaded.system));
        let wrong = self.tell(loaded, &problems)?;
        let waivers = std::mem::take(&mut policy.waivers);
        let today = self.today.unwrap_or_else(today);
        Ok(Ready { policy, waivers, today, exit: if wrong { Exit::Usage } else { Exit::Fine } })
    }

    /// Prints problems, with the lines of policy files too; whether there was an error.
    fn tell(&self, loaded: &Loaded, problems: &[Problem]) -> Result<bool, Exit> {
        let mut texts = Vec::new();
        for path in &self.policy {
            texts.push(read(path)?);
        }
        let line = |file: &str, number: u32| {
            let text = texts.iter().find(|(shown, _)| **shown == *file).map(|(_, text)| text.as_str());
            let nth = |text: &str| text.lines().nth((number as usize).checked_sub(1)?).map(str::to_owned);
            text.and_then(nth)
                .or_else(|| loaded.quote(&Location { file: file.into(), line: number, column: 1, length: 0 }))
        };
        super::diagnostics::print(problems, line);
        Ok(problems.iter().any(Problem::is_error))
    }
}

/// Today, where the clock is set to universal time: the same day for everybody.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Reads one file that an argument names.
pub(super) fn read(path: &Path) -> Result<(Arc<str>, String), Exit> {
    let tree = Tree::single(path);
    let Some(shown) = tree.files().next().cloned() else {
        let help = "give a file that exists";
        return Err(fail(&Problem::general(format!("{} is no file", path.display())).help(help)));
    };
    tree.read(&shown).map(|text| (shown, text)).map_err(|problem| fail(&problem))
}

/// What a system is compared with.
#[derive(Default)]
struct Before {
    known: Option<BTreeSet<Identity>>,
    earlier: Option<Earlier>,
    compared: Option<Compared>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    if let Some(rule) = &args.explain {
        return explain(rule);
    }
    // What is wrong with the arguments is told before anything is read.
    let repository = args.input.paths.first().and_then(|path| Repository::around(path).ok());
    let base = match &args.base {
        Some(name) => Some(revision(&args.input.paths[0], name)?),
        None => None,
    };
    let loaded = load(&with_plan(&args.input, args.plan.as_ref()))?;
    let ready = args.settings.ready(&loaded)?;
    let mut before = Before::default();
    if let Some((repository, revision)) = &base {
        before.earlier = earlier(&loaded, repository, revision, &args.input.paths);
    }
    if args.plan.is_some() {
        before.earlier = Some(before_plans(&loaded)?);
    }
    let (failures_before, failures) = match &before.earlier {
        Some(earlier) => single_failures_of_both(&earlier.graph, &loaded.graph),
        None => (Vec::new(), single_failures(&loaded.graph)),
    };
    let findings = policy::findings_given(&loaded.system, &loaded.graph, &failures, &ready.policy);
    let mut circumstances =
        Circumstances { waivers: ready.waivers.clone(), today: ready.today, ..Circumstances::default() };
    if let Some((_, revision)) = &base {
        before = compare(args, &loaded, &ready, revision, before.earlier, &failures_before);
        // The base says the same as what was read, so what is found now was found then.
        circumstances.unchanged = before.earlier.is_none();
    }
    if let Some(plan) = &args.plan {
        before.known = before.earlier.as_ref().map(|earlier| visible(args, &ready, earlier, &failures_before));
        let with = format!("what is there before the plan {}", plan.display());
        let compared = Compared { with, commit: None, unchanged: false, blind: false, remarks: Vec::new() };
        before.compared = Some(compared);
    }
    if let Some(path) = &args.baseline {
        with_baseline(path, &mut before)?;
    }
    circumstances.before = before.known.take();
    circumstances.blind = before.compared.as_ref().is_some_and(|compared| compared.blind);
    let verdict = judge(&loaded.system, findings, &ready.policy, &circumstances);
    let change = before.earlier.as_ref().map(|earlier| {
        let after = (&loaded.system, &loaded.graph, &failures[..]);
        (&earlier.system, change_given((&earlier.system, &earlier.graph, &failures_before), after))
    });
    write(args, &loaded, &ready, &verdict, before.compared, change.as_ref(), repository.as_ref())?;
    let found = if verdict.decision == Decision::Fail { Exit::Findings } else { Exit::Fine };
    Ok(loaded.exit.and(ready.exit).and(found))
}

/// The repository of a path, and where the work left a revision of it.
fn revision(path: &Path, name: &str) -> Result<(Repository, Revision), Exit> {
    let repository = Repository::around(path).map_err(|problem| fail(&problem))?;
    let revision = repository.base(name).map_err(|problem| fail(&problem))?;
    Ok((repository, revision))
}

/// Finds what was visible in a revision, under the policy of today and with the waivers that it had itself.
fn compare(
    args: &Args,
    loaded: &Loaded,
    ready: &Ready,
    revision: &Revision,
    earlier: Option<Earlier>,
    failures: &[SingleFailure],
) -> Before {
    let mut remarks: Vec<String> = revision.remark.iter().cloned().collect();
    let (mut known, mut blind) = (None, false);
    if let Some(earlier) = &earlier {
        let now = broken(&loaded.accounts);
        let mended = earlier.broken.difference(&now).count();
        if mended > 0 {
            remarks.push(format!("{mended} files of the base could not be read, so what they held counts as new"));
        }
        let names: Vec<String> = now.difference(&earlier.broken).map(|file| format!("`{file}`")).collect();
        blind = !names.is_empty();
        if blind {
            let names = names.join(", ");
            remarks.push(format!("{names} can't be read any more, so what is not seen is not counted as fixed"));
        }
        known = Some(visible(args, ready, earlier, failures));
    }
    let compared = Compared {
        with: revision.name.clone(),
        commit: Some(revision.commit.clone()),
        unchanged: earlier.is_none(),
        blind,
        remarks,
    };
    Before { known, earlier, compared: Some(compared) }
}

/// What was visible in an earlier version, under the policy of today and with the waivers that it had itself.
fn visible(args: &Args, ready: &Ready, earlier: &Earlier, failures: &[SingleFailure]) -> BTreeSet<Identity> {
    let findings = policy::findings_given(&earlier.system, &earlier.graph, failures, &ready.policy);
    let mut waivers = policy::of_manifests(&earlier.policies).0.waivers;
    if !args.settings.no_inline_waivers {
        waivers.extend(policy::of_asides(&earlier.asides).0);
    }
    let circumstances = Circumstances { waivers, today: ready.today, ..Circumstances::default() };
    let verdict = judge(&earlier.system, findings, &ready.policy, &circumstances);
    policy::visible(&verdict)
}

/// Adds what a baseline file knows.
fn with_baseline(path: &Path, before: &mut Before) -> Result<(), Exit> {
    let (shown, text) = read(path)?;
    let (baseline, problems) = Baseline::read(&shown, &text);
    if !problems.is_empty() {
        let nth = |number: u32| text.lines().nth((number as usize).checked_sub(1)?).map(str::to_owned);
        super::diagnostics::print(&problems, |_, number| nth(number));
        return Err(Exit::Usage);
    }
    before.known.get_or_insert_default().extend(baseline.known.into_keys());
    match &mut before.compared {
        Some(compared) => compared.remarks.push(format!("what {shown} knows does not count either")),
        None => {
            let with = shown.to_string();
            before.compared =
                Some(Compared { with, commit: None, unchanged: false, blind: false, remarks: Vec::new() });
        }
    }
    Ok(())
}

fn write(
    args: &Args,
    loaded: &Loaded,
    ready: &Ready,
    verdict: &Verdict,
    compared: Option<Compared>,
    change: Option<&(&crate::model::System, Change)>,
    repository: Option<&Repository>,
) -> Result<(), Exit> {
    let change = change.map(|(system, change)| (*system, change));
    let report = report::check(verdict, &loaded.system, &ready.policy, compared, change);
    let quote = loaded.quotes();
    let paths: RefCell<HashMap<String, String>> = RefCell::default();
    let path = |shown: &str| {
        let inside = || repository.and_then(|repository| loaded.tree().in_repository(repository, shown));
        let mut paths = paths.borrow_mut();
        paths.entry(shown.to_owned()).or_insert_with(|| inside().unwrap_or_else(|| shown.to_owned())).clone()
    };
    let surroundings = Surroundings {
        width: width(),
        quote: &quote,
        path: &path,
        link: args.link.as_deref(),
        show_known: args.show_known,
        show_waived: args.show_waived,
    };
    let known: Vec<&str> = CHECK_FORMATS.iter().map(|format| format.name).collect();
    args.output.each("text", &known, |name| {
        let format = CHECK_FORMATS.iter().find(|format| format.name == name)?;
        Some((format.write)(&report, &surroundings))
    })
}

/// Prints the page of a rule, or all rules with what they find.
fn explain(rule: &str) -> Result<Exit, Exit> {
    if rule.is_empty() {
        let mut rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (rule.id, rule.summary)).collect();
        rules.push((STALE_WAIVER, "A waiver has expired, or covers nothing."));
        rules.sort_unstable();
        let rows: Vec<Vec<String>> =
            rules.iter().map(|(id, text)| vec![(*id).to_owned(), (*text).to_owned()]).collect();
        print(&report::text::table(width(), &["rule", "what it finds"], &rows));
        return Ok(Exit::Fine);
    }
    let Some(page) = policy::page(rule) else {
        let mut problem = Problem::general(format!("there is no rule `{rule}`"));
        problem.help = did_you_mean(rule, RULES.iter().map(|rule| rule.id))
            .or_else(|| Some("`linchpin check --explain` lists the rules".to_owned()));
        return Err(fail(&problem));
    };
    print(page);
    Ok(Exit::Fine)
}
