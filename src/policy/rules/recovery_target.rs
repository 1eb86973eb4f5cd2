//! An app is not back in time after an outage that it is held against.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::replay::{Scenario, Seconds, Segment, replay};
use crate::catalogue::outage::{Clock, Outage};
use crate::model::{CapabilityRef, Component, State};

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let promising: Vec<(&Component, u32, Seconds)> = (view.graph.apps().iter())
        .filter_map(|app| {
            let component = view.component(*app);
            Some((component, view.data_of(*app)?, Seconds::try_from(component.rto?.as_secs()).ok()?))
        })
        .collect();
    if promising.is_empty() {
        return Vec::new();
    }
    let watched: Vec<u32> = promising.iter().map(|(_, node, _)| *node).collect();
    let mut findings = Vec::new();
    for outage in view.outages {
        let told = Scenario::of(outage, view.system, view.graph);
        let timeline = replay(view.system, view.graph, &told.scenario, &watched);
        for (app, node, rto) in &promising {
            let late = |segment: &&Segment| {
                let lasts = segment.until.map(|until| until - segment.from);
                segment.state == State::Down && lasts.is_none_or(|lasts| lasts > *rto)
            };
            findings.extend(
                timeline.of(*node).iter().find(late).map(|late| finding(rule, view, outage, (app, *rto), late)),
            );
        }
    }
    findings
}

fn finding(
    rule: &Rule,
    view: &View<'_>,
    outage: &Outage,
    (app, rto): (&Component, Seconds),
    late: &Segment,
) -> Finding {
    let chain = late.held.as_ref().map_or(&late.chain, |held| &held.chain);
    let chain: Vec<CapabilityRef> = chain.iter().filter_map(|node| view.graph.capability(*node)).collect();
    let last = chain.last().map_or_else(|| app.id.clone(), |last| last.component.clone());
    let witness = view.along(chain);
    let lasts = late.until.map_or("for ever".to_owned(), |until| format!("for {}", Clock(until - late.from).length()));
    let evidence = if witness.evidence.is_empty() { app.evidence.clone() } else { witness.evidence };
    Finding {
        rule: rule.id.into(),
        severity: rule.severity.for_tier(app.tier),
        confidence: witness.confidence,
        app: Some(app.id.clone()),
        cut_set: vec![last.clone()],
        message: format!(
            "in `{}` `{}` would be down {lasts}, and has to be back within {}",
            outage.id,
            app.id,
            Clock(rto).length()
        ),
        remedy: format!(
            "give `{}` a way to serve without `{last}` that is switched to within {}; `linchpin replay {}` shows what \
             holds it back",
            app.id,
            Clock(rto).length(),
            outage.id
        ),
        witness: witness.chain,
        others: Vec::new(),
        evidence,
        standing: Standing::New,
        under: None,
    }
}
