//! What could not be resolved, in few lines: what is said for one reason together.

use std::collections::BTreeMap;

use crate::model::Unresolved;

/// From so many different things on those of one reason are one line.
const MANY: usize = 4;
/// How many of them it names.
const MOST_NAMED: usize = 12;

/// Lines that stand for several of their kind, with how many more there are: what a component says, and what is not
/// resolved for a reason that few others have, by itself; else the reason with all that it holds for.
pub(super) fn grouped(unresolved: &[Unresolved]) -> Vec<(String, String, usize)> {
    let mut whats: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for item in unresolved.iter().filter(|item| item.from.is_none()) {
        let all = whats.entry(&item.reason).or_default();
        match all.iter_mut().find(|(what, _)| *what == item.what) {
            Some((_, times)) => *times += 1,
            None => all.push((&item.what, 1)),
        }
    }
    whats.retain(|_, all| all.len() >= MANY);
    let mut groups: Vec<(String, String, usize)> = Vec::new();
    for item in unresolved {
        let from = item.from.as_ref().map_or(String::new(), |from| format!("{from} -> "));
        let together = whats.get(&*item.reason).filter(|_| item.from.is_none());
        let (key, line) = match together {
            Some(all) => (item.reason.clone(), format!("{}: {} ({})", names(all), item.reason, item.evidence.at)),
            None => (
                format!("{}: {}", item.what, item.reason),
                format!("{from}{}: {} ({})", item.what, item.reason, item.evidence.at),
            ),
        };
        match groups.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, _, others)) => *others += 1,
            None => groups.push((key, line, 0)),
        }
    }
    groups
}

/// The things of one reason, those that are there most often first: `a (23), b (2), c and 4 more kinds`.
fn names(all: &[(&str, usize)]) -> String {
    let mut all = all.to_vec();
    all.sort_by_key(|(what, times)| (std::cmp::Reverse(*times), *what));
    let named = all.iter().take(MOST_NAMED);
    let named = named.map(|(what, times)| if *times > 1 { format!("{what} ({times})") } else { (*what).to_owned() });
    let named = named.collect::<Vec<_>>().join(", ");
    if all.len() > MOST_NAMED { format!("{named} and {} more kinds", all.len() - MOST_NAMED) } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Basis, ComponentId, Evidence};
    use crate::source::Location;

    fn item(from: Option<&str>, what: &str, reason: &str, line: u32) -> Unresolved {
        let at = Location { file: "main.tf".into(), line, column: 1, length: 0 };
        let evidence = Evidence { at, basis: Basis::Manifest, note: None };
        Unresolved { from: from.map(ComponentId::new), what: what.to_owned(), reason: reason.to_owned(), evidence }
    }

    #[test]
    fn many_things_of_one_reason_are_one_line_and_few_are_not() {
        let mut all: Vec<Unresolved> = ["policy", "policy", "schema", "group", "operation"]
            .iter()
            .map(|what| item(None, what, "a piece", 3))
            .collect();
        all.push(item(None, "x", "not there", 9));
        all.push(item(Some("web"), "y", "a piece", 11));
        let lines: Vec<(String, usize)> = grouped(&all).into_iter().map(|(_, line, others)| (line, others)).collect();
        assert_eq!(
            lines,
            [
                ("policy (2), group, operation, schema: a piece (main.tf:3:1)".to_owned(), 4),
                ("x: not there (main.tf:9:1)".to_owned(), 0),
                ("web -> y: a piece (main.tf:11:1)".to_owned(), 0),
            ]
        );
        assert_eq!(grouped(&all[..3]).len(), 2, "of few each is told by itself");
    }

    #[test]
    fn of_very_many_the_most_frequent_are_named() {
        let all: Vec<Unresolved> = (0..30).map(|n| item(None, &format!("t{n:02}"), "a piece", n + 1)).collect();
        let groups = grouped(&all);
        assert!(groups.len() == 1 && groups[0].1.contains("t11 and 18 more kinds: a piece"), "{groups:?}");
    }
}
