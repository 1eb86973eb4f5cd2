//! "Did you mean": the known names nearest to one that is not known.

/// Up to three of `known` that are close to `wanted`, nearest first, then by name.
///
/// Near is a Jaro-Winkler similarity of at least 0.8, or containing what was asked for. Linear in `known`.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let similarity = strsim::jaro_winkler(&wanted, &lower);
            let contains =
                wanted.len() >= 3 && lower.len() >= 3 && (lower.contains(&wanted) || wanted.contains(&lower));
            let score = if contains { similarity.max(0.8) } else { similarity };
            (score >= 0.8).then_some((score, name))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The sentence that names them: `did you mean `a` or `b`?`; `None` when nothing is near.
pub fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let names = nearest(wanted, known);
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("did you mean {one}?")),
        [init @ .., last] => Some(format!("did you mean {} or {last}?", init.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_name_and_nonsense_finds_none() {
        assert_eq!(did_you_mean("chekout", ["checkout", "cart"]).as_deref(), Some("did you mean `checkout`?"));
        assert_eq!(nearest("zzzz", ["checkout", "cart"]), Vec::<&str>::new());
    }
}
