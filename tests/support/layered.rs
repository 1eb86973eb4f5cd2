//! Large layered systems, as `../shared/tools/make_graph.py` writes them.

use std::process::Command;

use linchpin::graph::Graph;
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Requires, System, Terms,
};
use linchpin::source::Location;

use crate::shared::shared;

/// The text of a graph from the generator with these arguments; `None` where the generator or Python is missing.
pub(crate) fn generated(arguments: &[&str], rings: Option<&str>) -> Option<String> {
    let tool = shared("tools/make_graph.py")?;
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("graph.txt");
    let made = Command::new("python3").arg(tool).args(arguments).arg(&out).args(rings).output().ok()?;
    made.status.success().then(|| std::fs::read_to_string(&out).expect("the generator wrote it"))
}

fn evidence() -> Evidence {
    Evidence { at: Location::start_of(&"graph.txt".into()), basis: Basis::Manifest, note: None }
}

/// The system that a text of the generator describes.
pub(crate) fn system(text: &str) -> System {
    let mut lines = text.lines();
    let head: Vec<usize> = numbers(lines.next().expect("a head"));
    let (count, first_app) = (head[0], head[3]);
    let proof = evidence();
    let ids: Vec<ComponentId> = (0..count).map(|number| ComponentId::new(&format!("c{number:07}"))).collect();
    let data = Capability::data();
    let need = |requires| Need { requires, terms: Terms::hard(Confidence::Declared), evidence: vec![proof.clone()] };
    // Lists that grow step by step would hold up to twice the memory that they need.
    let mut length = vec![0; count];
    lines.clone().for_each(|line| length[numbers(line)[0]] += 1);
    let mut needs: Vec<Vec<Need>> = length.into_iter().map(Vec::with_capacity).collect();
    for line in lines {
        let row = numbers(line);
        let one = |target: &usize| need(Requires::One(CapabilityRef::new(ids[*target].clone(), data.clone())));
        let members: Vec<Need> = row[2..].iter().map(one).collect();
        let whole = if members.len() == 1 {
            members.into_iter().next().expect("one")
        } else {
            need(Requires::AtLeast { k: row[1], members })
        };
        needs[row[0]].push(whole);
    }
    let components = ids.iter().zip(needs).enumerate().map(|(number, (id, needs))| {
        let kind = if number >= first_app { Kind::App } else { Kind::Service };
        let mut component = Component::new(id.clone(), kind, proof.clone());
        component.capabilities.insert(data.clone(), needs);
        (id.clone(), component)
    });
    System { components: components.collect(), ..System::default() }
}

fn numbers(line: &str) -> Vec<usize> {
    line.split_whitespace().map(|word| word.parse().expect("a number")).collect()
}

/// The pairs of a component that is no app and an app that goes down with it.
pub(crate) fn pairs(graph: &Graph, down: impl Iterator<Item = (u32, usize)>) -> usize {
    let mut app = vec![false; graph.components().len()];
    graph.apps().iter().for_each(|number| app[*number as usize] = true);
    down.filter(|(component, _)| !app[*component as usize]).map(|(_, lost)| lost).sum()
}
