//! The two Boolean systems of a sweep, and where the apps that are watched are in them.

use crate::graph::{Boolean, Failure, Graph, NodeId, Place};
use crate::model::{Capability, Phase};

/// The two systems, and where the apps are in them.
pub(super) struct Systems<'a> {
    pub(super) graph: &'a Graph,
    pub(super) down: Boolean,
    /// `None` where nothing can be degraded without being down.
    pub(super) not_up: Option<Boolean>,
    /// The apps that are watched, in their order.
    pub(super) faces: Vec<Face>,
    down_faces: ByNode,
    up_faces: ByNode,
    /// The faces that are degraded whatever happens.
    always: Vec<u32>,
}

/// The capabilities of an app.
pub(super) struct Face {
    pub(super) app: u32,
    pub(super) data: Option<u32>,
    pub(super) control: Option<u32>,
    pub(super) impaired: Option<u32>,
    /// It is degraded whatever happens.
    pub(super) always: bool,
}

impl<'a> Systems<'a> {
    /// The systems of some apps, in order; linear in the nodes of the graph, and in the needs that bear on these apps.
    pub(super) fn new(graph: &'a Graph, apps: &[u32]) -> Self {
        let datas = graph.nodes(apps, &Capability::data());
        // A control plane that needs nothing fails with the app itself alone, which is left out.
        let needs = |node: &NodeId| graph.inputs(*node).iter().any(|edge| edge.phase == Phase::Run && !edge.soft);
        let controls = graph.nodes(apps, &Capability::control()).into_iter().map(|node| node.filter(needs));
        let controls: Vec<Option<NodeId>> = controls.collect();
        let watched: Vec<NodeId> = datas.iter().flatten().copied().collect();
        let both: Vec<NodeId> = datas.iter().chain(&controls).flatten().copied().collect();
        let degrades = graph.has_soft() || !graph.partial_inputs().is_empty();
        let (down, not_up) = rayon::join(
            || Boolean::new(graph, Failure::Down, &both),
            || degrades.then(|| Boolean::new(graph, Failure::NotUp, &watched)),
        );
        let number = |node: &Option<NodeId>| node.and_then(|node| down.number(node));
        let place = |node: &Option<NodeId>| Some(not_up.as_ref()?.place((*node)?));
        let face = |((app, data), control): ((&u32, &Option<NodeId>), &Option<NodeId>)| {
            let (always, impaired) = match place(data) {
                Some(Place::At(number)) => (false, Some(number)),
                Some(Place::Always) => (true, None),
                _ => (false, None),
            };
            Face { app: *app, data: number(data), control: number(control), impaired, always }
        };
        let faces: Vec<Face> = apps.iter().zip(&datas).zip(&controls).map(face).collect();
        let numbered = || (0u32..).zip(&faces);
        let down_faces = ByNode::new(numbered().flat_map(|(at, face)| [(face.data, at), (face.control, at)]));
        let up_faces = ByNode::new(numbered().map(|(at, face)| (face.impaired, at)));
        let always = numbered().filter(|(_, face)| face.always).map(|(at, _)| at).collect();
        Systems { graph, down, not_up, faces, down_faces, up_faces, always }
    }

    /// Whether some app is degraded whatever happens.
    pub(super) fn is_any_always(&self) -> bool {
        !self.always.is_empty()
    }

    /// The faces, by their numbers and in order, that may have failed where these nodes have.
    pub(super) fn hit(&self, down: &[u32], not_up: &[u32]) -> Vec<u32> {
        // Where much is hit, looking at all is less than looking each up.
        if (down.len() + not_up.len()) * 8 > self.faces.len() {
            return (0u32..).take(self.faces.len()).collect();
        }
        let mut hit = self.always.clone();
        self.down_faces.of(down, &mut hit);
        self.up_faces.of(not_up, &mut hit);
        hit.sort_unstable();
        hit.dedup();
        hit
    }
}

/// The faces of apps by the nodes of a system.
struct ByNode(Vec<(u32, u32)>);

impl ByNode {
    fn new(pairs: impl Iterator<Item = (Option<u32>, u32)>) -> Self {
        let mut pairs: Vec<(u32, u32)> = pairs.filter_map(|(node, face)| Some((node?, face))).collect();
        pairs.sort_unstable();
        ByNode(pairs)
    }

    /// The faces of those nodes.
    fn of(&self, nodes: &[u32], found: &mut Vec<u32>) {
        for node in nodes {
            let first = self.0.partition_point(|pair| pair.0 < *node);
            found.extend(self.0[first..].iter().take_while(|pair| pair.0 == *node).map(|(_, face)| *face));
        }
    }
}
