//! Gives each place where a value chooses to the function that it stands in, with the calls and names of its ways.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::Marks;
use crate::scan::code::{Arm, Choice, Function, Lookup, Part};
use crate::scan::languages::choices::{Chosen, Span, Way};

/// Places what was marked. Of each way it tells the names that its function has in ways alone. Linear in the names and
/// calls of the functions that choose, for each of their choices.
pub(super) fn place(functions: &mut [Function], spans: &[Range<usize>], marks: Marks) {
    let mut of: BTreeMap<usize, Vec<Chosen>> = BTreeMap::new();
    for chosen in marks.chosen {
        let around = |span: &Range<usize>| span.start <= chosen.bytes.start && chosen.bytes.start < span.end;
        let innermost = spans.iter().enumerate().filter(|(_, span)| around(span));
        let innermost = innermost.min_by_key(|(_, span)| span.end - span.start).map(|(at, _)| at);
        of.entry(innermost.unwrap_or_default()).or_default().push(chosen);
    }
    for (at, all) in of {
        let Some(function) = functions.get_mut(at) else { continue };
        let span = spans.get(at).cloned().unwrap_or(0..usize::MAX);
        let inner: Vec<&Range<usize>> = spans
            .iter()
            .filter(|other| **other != span && span.start <= other.start && other.end <= span.end)
            .collect();
        let is_own = |byte: usize| span.contains(&byte) && !inner.iter().any(|other| other.contains(&byte));
        let names = marks.names.iter().filter(|(byte, _)| is_own(*byte));
        let in_ways = |byte: usize| all.iter().flat_map(|chosen| &chosen.ways).any(|way| way.bytes.contains(&byte));
        let (within, outside): (Vec<_>, Vec<_>) = names.partition(|(byte, _)| in_ways(*byte));
        let outside: BTreeSet<&Arc<str>> = outside.into_iter().map(|(_, name)| name).collect();
        let mut placed: Vec<&Chosen> = Vec::new();
        for chosen in &all {
            let value = valued(function, chosen);
            if chosen.ways.is_empty() {
                function.lookups.extend(chosen.table.clone().map(|table| Lookup { table, value }));
                continue;
            }
            let arm = |way: &Way| Arm {
                when: way.when.clone(),
                calls: calls_in(function, &way.stands).collect(),
                names: within
                    .iter()
                    .filter(|(byte, name)| way.bytes.contains(byte) && !outside.contains(name))
                    .map(|(_, name)| Arc::clone(name))
                    .collect(),
                line: way.stands.start.0,
            };
            let arms = chosen.ways.iter().map(arm).collect();
            // Outer ones come before inner ones.
            let within = placed.iter().enumerate().rev().find_map(|(number, outer)| {
                let is_in = |way: &Way| way.bytes.start <= chosen.bytes.start && chosen.bytes.start < way.bytes.end;
                outer.ways.iter().position(is_in).map(|way| (number, way))
            });
            placed.push(chosen);
            function.choices.push(Choice { value, table: chosen.table.clone(), arms, within, line: chosen.line });
        }
    }
}

fn calls_in<'f>(function: &'f Function, span: &'f Span) -> impl Iterator<Item = usize> + 'f {
    let is_in = move |(_, call): &(usize, &crate::scan::code::Call)| span.contains(&(call.line, call.column));
    function.calls.iter().enumerate().filter(is_in).map(|(at, _)| at)
}

/// What is looked at: its names and texts, and the calls in it that are no part of others.
fn valued(function: &Function, chosen: &Chosen) -> Vec<Part> {
    let all: Vec<usize> = calls_in(function, &chosen.stands).collect();
    let mut parts = BTreeSet::new();
    for call in all.iter().filter_map(|at| function.calls.get(*at)) {
        parts.extend(call.receiver);
        let given = call.arguments.iter().flat_map(|argument| &argument.value);
        parts.extend(given.filter_map(|part| if let Part::Call(at) = part { Some(*at) } else { None }));
    }
    let whole = all.into_iter().filter(|at| !parts.contains(at)).map(Part::Call);
    chosen.value.iter().cloned().chain(whole).collect()
}
