//! An app goes down with a single provider.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::model::Kind;

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for failure in view.failures.iter().filter(|failure| !failure.blast.down.is_empty()) {
        let provider = view.component(failure.component);
        if provider.kind != Kind::Provider {
            continue;
        }
        let impact = view.loss_of(failure.component);
        for &number in &failure.blast.down {
            let app = view.component(number);
            let Some(node) = view.data_of(number) else { continue };
            let witness = view.witness(&impact, node);
            findings.push(Finding {
                rule: rule.id,
                severity: rule.severity.for_tier(app.tier),
                confidence: witness.confidence,
                app: Some(app.id.clone()),
                cut_set: vec![provider.id.clone()],
                message: format!("`{}` goes down with the whole provider `{}`", app.id, provider.id),
                remedy: format!(
                    "run a stand-by of `{}` outside `{}`, with data and a switch that do not need it, \
                     and declare it with `any_of`",
                    app.id, provider.id
                ),
                witness: witness.chain,
                others: Vec::new(),
                evidence: witness.evidence,
                standing: Standing::New,
            });
        }
    }
    findings
}
