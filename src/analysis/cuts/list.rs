//! Listing minimal cut sets, small ones first, without a step that leads to none.

use super::count::Counts;
use super::solve::{Leaf, Module};

/// A part of a set that is still to be chosen: of a module, from a node of its diagram on, so many events.
#[derive(Clone, Copy)]
struct Part {
    module: usize,
    at: u32,
    size: usize,
}

/// Lists the sets of so many events, up to a number of sets, each in order.
pub(super) struct Lister<'a> {
    pub(super) modules: &'a [Module],
    pub(super) counts: &'a [Counts],
    pub(super) most: usize,
    pub(super) found: Vec<Vec<u32>>,
}

impl Lister<'_> {
    /// All sets of the top of so many events; costs what is listed, times its length and the depth of the diagrams.
    pub(super) fn of_size(&mut self, size: usize) {
        let Some(module) = self.modules.len().checked_sub(1) else { return };
        let at = self.modules[module].sets.root;
        let mut open = vec![(vec![Part { module, at, size }], Vec::new())];
        while let Some((mut parts, mut set)) = open.pop() {
            if self.found.len() >= self.most {
                return;
            }
            let Some(part) = parts.pop() else {
                set.sort_unstable();
                self.found.push(set);
                continue;
            };
            if part.at == 1 {
                if part.size == 0 {
                    open.push((parts, set));
                }
                continue;
            }
            let node = self.modules[part.module].sets.nodes[part.at as usize];
            if self.has(part.module, node.low, part.size) {
                let mut parts = parts.clone();
                parts.push(Part { at: node.low, ..part });
                open.push((parts, set.clone()));
            }
            match self.modules[part.module].leaves[node.level as usize] {
                Leaf::Event(event) => {
                    if part.size > 0 && self.has(part.module, node.high, part.size - 1) {
                        parts.push(Part { at: node.high, size: part.size - 1, ..part });
                        set.push(event);
                        open.push((parts, set));
                    }
                }
                Leaf::Module(inner) => {
                    let root = self.modules[inner].sets.root;
                    for own in 1..=part.size {
                        if self.has(inner, root, own) && self.has(part.module, node.high, part.size - own) {
                            let mut parts = parts.clone();
                            parts.push(Part { at: node.high, size: part.size - own, ..part });
                            parts.push(Part { module: inner, at: root, size: own });
                            open.push((parts, set.clone()));
                        }
                    }
                }
            }
        }
    }

    fn has(&self, module: usize, at: u32, size: usize) -> bool {
        self.counts[module].of(at).get(size).is_some_and(|count| *count > 0)
    }
}
