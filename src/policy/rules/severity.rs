//! How bad a finding is: the severity of its rule, moved by the tier of what is hit and by how much of the system that is.

use super::super::finding::Severity;
use super::super::view::View;
use super::Rule;

/// From this many apps on, a small part of them is told apart.
const LARGE: usize = 50;

impl View<'_> {
    /// The severity of a finding on one app: by its tier, and a step down where fewer than one in fifty apps fall with it
    /// and nobody said that this one is critical.
    pub(in super::super) fn severity_for(&self, rule: &Rule, tier: Option<u8>, fall: usize) -> Severity {
        let severity = rule.severity.for_tier(tier);
        let critical = tier.is_some_and(|tier| tier <= 2);
        if critical || fall * LARGE >= self.graph.apps().len() { severity } else { lower(severity) }
    }

    /// The tier of the most critical of some apps, `None` when none of them has one.
    pub(in super::super) fn tier_of(&self, apps: &[u32]) -> Option<u8> {
        apps.iter().filter_map(|app| self.component(*app).tier).min()
    }
}

/// The severity of a finding on a share of the apps: moved by the tier of the most critical once the share is in the
/// upper half of what lies above the limit, and a step down where nobody gave them tiers.
pub(super) fn of_share(rule: &Rule, tier: Option<u8>, share: f64, limit: f64) -> Severity {
    let most = share >= limit.midpoint(1.0);
    match tier {
        Some(_) if most => rule.severity.for_tier(tier),
        Some(_) => rule.severity.for_tier(tier).min(rule.severity),
        None => lower(rule.severity),
    }
}

/// A step down.
pub(super) fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Error => Severity::Warning,
        _ => Severity::Note,
    }
}
