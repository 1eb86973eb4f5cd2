//! The worked examples of `docs/model.md`: each system in it is built, and each statement below it must hold.
//!
//! `down a, b -> c down; d:control up; e at risk; f unknown` says what an outage does, `down nothing` what holds without one,
//! and `off -> c never starts; d starts` what comes up once everything is off. `down a for 60m -> c down after 5m` tells the
//! same minute by minute.

use std::path::Path;

use linchpin::analysis::replay::{Scenario, replay};
use linchpin::analysis::{impact, never_starts, select};
use linchpin::catalogue::Catalogue;
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::{Capability, CapabilityRef, ComponentId, State, System};
use linchpin::report;
use linchpin::resolve::resolve;
use linchpin::source::quantity;

use super::examples::{blocks, text};

use crate::built_in::BUILT_IN;

struct Example {
    place: String,
    system: System,
    graph: Graph,
}

impl Example {
    fn new(place: String, yaml: &str, catalogue: &Catalogue) -> Self {
        let (facts, problems) = read(&"linchpin.yaml".into(), yaml);
        assert_eq!(problems, [], "{place}");
        let resolved = resolve(&[("linchpin", facts)], catalogue);
        assert_eq!(resolved.problems, [], "{place}");
        let graph = Graph::compile(&resolved.system);
        Example { place, system: resolved.system, graph }
    }

    fn node(&self, name: &str) -> u32 {
        let (component, capability) = CapabilityRef::split(name);
        let capability = capability.map_or_else(Capability::data, Capability::new);
        let number = self.graph.component(&ComponentId::new(component));
        let node = number.and_then(|number| self.graph.node(number, &capability));
        node.unwrap_or_else(|| panic!("{}: nothing is called `{name}`", self.place))
    }

    fn holds(&self, statement: &str) {
        let (cause, effects) = statement.split_once(" -> ").unwrap_or_else(|| panic!("{}: `{statement}`", self.place));
        for effect in effects.split("; ") {
            let (name, word) = effect.split_once(' ').unwrap_or_else(|| panic!("{}: `{effect}`", self.place));
            let (word, after) = word.split_once(" after ").map_or((word, None), |(word, after)| (word, Some(after)));
            let found = match cause.strip_prefix("down ") {
                Some(outage) if after.is_some() => self.over_time(outage, name, after.unwrap_or_default()),
                Some(outage) => self.under(outage, name, word),
                None if cause == "off" => self.after_all_off(name),
                None => panic!("{}: `{cause}` is no cause", self.place),
            };
            assert_eq!(found, word, "{}: {name} in `{statement}`", self.place);
        }
    }

    /// What becomes of a component; what can be true beside its state is told when it is asked for.
    fn under(&self, outage: &str, name: &str, asked: &str) -> String {
        let selectors: Vec<String> =
            if outage == "nothing" { Vec::new() } else { outage.split(", ").map(str::to_owned).collect() };
        let seeds = select(&self.system, &self.graph, &selectors).unwrap_or_else(|e| panic!("{}: {e:?}", self.place));
        let impact = impact(&self.graph, &seeds);
        let report = report::simulate(&self.system, &self.graph, &selectors, &seeds, &impact);
        if asked == "at risk" && report.apps.at_risk.iter().any(|app| app == name) {
            return asked.to_owned();
        }
        if asked == "unknown" && report.unknown.iter().any(|item| item.component.as_deref() == Some(name)) {
            return asked.to_owned();
        }
        let state = impact.state(self.node(name));
        if asked == "frozen" && state == State::Up && impact.state(self.node(&format!("{name}:control"))) == State::Down
        {
            return asked.to_owned();
        }
        state.word().to_owned()
    }

    /// The state of a component so long after an outage that lasts for a time.
    fn over_time(&self, outage: &str, name: &str, after: &str) -> String {
        let (outage, lasts) = outage.split_once(" for ").unwrap_or_else(|| panic!("{}: for how long?", self.place));
        let selectors: Vec<String> = outage.split(", ").map(str::to_owned).collect();
        let seeds = select(&self.system, &self.graph, &selectors).unwrap_or_else(|e| panic!("{}: {e:?}", self.place));
        let seconds = |text: &str| {
            let time = quantity::duration(text).unwrap_or_else(|error| panic!("{}: {error}", self.place));
            i64::try_from(time.as_secs()).expect("short")
        };
        let nodes = seeds.into_iter().map(|(node, _)| node).collect();
        let timeline = replay(&self.system, &self.graph, &Scenario::down(nodes, 0, Some(seconds(lasts))), &[]);
        timeline.state(self.node(name), seconds(after)).word().to_owned()
    }

    fn after_all_off(&self, name: &str) -> String {
        let stuck = never_starts(&self.graph).contains(&self.node(name));
        if stuck { "never starts" } else { "starts" }.to_owned()
    }
}

#[test]
fn every_statement_of_the_model_holds() {
    let catalogue = &*BUILT_IN;
    let page = text(Path::new("docs/model.md"));
    let blocks = blocks(&page);
    let mut examples = 0;
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "yaml") {
        let place = format!("docs/model.md:{}", block.start + 1);
        let statements = blocks.get(index + 1).filter(|next| next.language == "text");
        let statements = statements.unwrap_or_else(|| panic!("{place}: no statements follow"));
        let example = Example::new(place, &(block.lines.join("\n") + "\n"), catalogue);
        assert!(!statements.lines.is_empty());
        statements.lines.iter().for_each(|statement| example.holds(statement));
        examples += 1;
    }
    assert!(examples >= 10, "only {examples} examples");
}
