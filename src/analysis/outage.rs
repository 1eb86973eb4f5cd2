//! Which components and capabilities an outage takes down: selectors.

use std::collections::BTreeSet;

use globset::GlobBuilder;

use crate::graph::{Graph, NodeId};
use crate::model::{Capability, Component, Kind, LabelTest, Place, State, System};
use crate::source::{did_you_mean, nearest};

/// A selector that selects nothing, or is not written rightly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectError {
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// The nodes that selectors take down, in order, each once.
///
/// A selector is `label:team=pay` (`label:team` for any value), `component`, `component:capability`, a glob over these (`aliyun/*:control`), or `provider=aliyun`,
/// `region=aws/us-east-1`, `zone=aws/us-east-1/a`. A product without a place, `aliyun/oss`, is that product
/// everywhere. Globs leave places out: a place is selected by its name alone. Linear in the components for each selector.
///
/// # Errors
/// A selector that matches nothing, with the nearest names.
pub fn select(system: &System, graph: &Graph, selectors: &[String]) -> Result<Vec<(NodeId, State)>, SelectError> {
    let mut nodes = BTreeSet::new();
    for selector in selectors {
        nodes.extend(one(system, graph, selector)?);
    }
    Ok(nodes.into_iter().map(|node| (node, State::Down)).collect())
}

fn one(system: &System, graph: &Graph, selector: &str) -> Result<Vec<NodeId>, SelectError> {
    let text = selector.trim();
    if let Some(label) = text.strip_prefix("label:") {
        return labelled(system, graph, selector, label);
    }
    if let Some((word, value)) = text.split_once('=') {
        return place(system, graph, selector, word, value);
    }
    let (name, capability) = text.rsplit_once(':').map_or((text, None), |(name, face)| (name, Some(face)));
    let is_glob = |text: &str| text.contains(['*', '?', '[', '{']);
    let matcher = |pattern: &str| {
        let glob = GlobBuilder::new(pattern).literal_separator(false).build();
        glob.map(|glob| glob.compile_matcher()).map_err(|error| SelectError {
            message: format!("`{selector}` is not a glob: {}", error.kind()),
            help: Some("`*` stands for any run of characters, `?` for one".to_owned()),
        })
    };
    let names = if is_glob(name) { Some(matcher(name)?) } else { None };
    let faces = capability.map(matcher).transpose()?;
    let mut nodes = Vec::new();
    let mut faceless = BTreeSet::new();
    for component in system.components.values() {
        let hit = match &names {
            Some(glob) => {
                !component.kind.is_place()
                    && (glob.is_match(component.id.as_str()) || glob.is_match(component.id.base()))
            }
            None => {
                component.id.as_str() == name
                    || (component.provider.is_some() && component.id.base() == name)
                    || stands_within(component, name)
                    || component.aliases.iter().any(|alias| &**alias == name)
            }
        };
        if !hit {
            continue;
        }
        let Some(number) = graph.component(&component.id) else { continue };
        for node in graph.capabilities_of(number) {
            let face = graph.capability(node).map(|reference| reference.capability);
            let taken =
                faces.as_ref().is_none_or(|glob| face.as_ref().is_some_and(|face| glob.is_match(face.as_str())));
            if taken {
                nodes.push(node);
            } else {
                faceless.extend(face);
            }
        }
    }
    if !nodes.is_empty() {
        return Ok(nodes);
    }
    let message = format!("`{selector}` matches nothing in this system");
    let help = if faceless.is_empty() {
        names_near(system, name)
    } else {
        let all: Vec<&str> = faceless.iter().map(Capability::as_str).collect();
        Some(format!("{name} has the capabilities `{}`", all.join("`, `")))
    };
    Err(SelectError { message, help })
}

/// All capabilities of the components with a label.
fn labelled(system: &System, graph: &Graph, selector: &str, label: &str) -> Result<Vec<NodeId>, SelectError> {
    let Some(test) = LabelTest::parse(label) else {
        let help = "write `label:team=pay`, or `label:team` for any value".to_owned();
        return Err(SelectError { message: format!("`{selector}` is not a selector"), help: Some(help) });
    };
    let meant = system.components.values().filter(|component| test.holds(component));
    let numbers = meant.filter_map(|component| graph.component(&component.id));
    let nodes: Vec<NodeId> = numbers.flat_map(|number| graph.capabilities_of(number)).collect();
    if !nodes.is_empty() {
        return Ok(nodes);
    }
    let keys: BTreeSet<&str> = system.components.values().flat_map(|c| c.labels.keys().map(|key| &**key)).collect();
    let values = system.components.values().filter_map(|c| Some(&**c.labels.get(test.key.as_str())?));
    let values: BTreeSet<&str> = values.filter(|value| !value.is_empty()).take(8).collect();
    let help = match (keys.contains(test.key.as_str()), keys.is_empty()) {
        (true, _) => format!("`{}` is {}", test.key, Vec::from_iter(values).join(", ")),
        (false, true) => "nothing here has labels".to_owned(),
        (false, false) => did_you_mean(&test.key, keys.iter().copied())
            .unwrap_or_else(|| format!("labels here: {}", keys.iter().take(8).copied().collect::<Vec<_>>().join(", "))),
    };
    Err(SelectError { message: format!("`{selector}` matches nothing in this system"), help: Some(help) })
}

/// Whether a component is the instance of a product in a zone of the place that is named: `aws/ebs@us-east-1` means
/// `aws/ebs@us-east-1/a` as well.
fn stands_within(component: &Component, name: &str) -> bool {
    let Some((base, place)) = name.split_once('@') else { return false };
    let inner = component.id.place().and_then(|own| own.strip_prefix(place));
    component.provider.is_some() && component.id.base() == base && inner.is_some_and(|rest| rest.starts_with('/'))
}

fn place(system: &System, graph: &Graph, selector: &str, word: &str, value: &str) -> Result<Vec<NodeId>, SelectError> {
    let kind = match word {
        "provider" => Kind::Provider,
        "region" => Kind::Region,
        "zone" => Kind::Zone,
        _ => {
            return Err(SelectError {
                message: format!("`{word}=` is not a selector"),
                help: Some("write `provider=NAME`, `region=PROVIDER/REGION` or `zone=PROVIDER/REGION/ZONE`".to_owned()),
            });
        }
    };
    let wanted = Place::parse(value).map(|place| place.id());
    let found = wanted.as_ref().and_then(|id| system.components.get(id)).filter(|component| component.kind == kind);
    if let Some(number) = found.and_then(|component| graph.component(&component.id)) {
        return Ok(graph.capabilities_of(number).collect());
    }
    let known: Vec<&str> =
        system.components.values().filter(|c| c.kind == kind).map(|component| component.id.as_str()).collect();
    let near = nearest(value, known.iter().copied());
    let shown = if near.is_empty() { known.into_iter().take(8).collect() } else { near };
    let help = match shown.as_slice() {
        [] => {
            format!("this system names no {}; say in linchpin.yaml where its components run, with `at:`", kind.word())
        }
        some => format!("known here: `{}`", some.join("`, `")),
    };
    Err(SelectError { message: format!("`{selector}` matches nothing in this system"), help: Some(help) })
}

/// The components that selectors stand for, in order; `provider=`, `region=` and `zone=` mean the place and all that stands
/// in it and nowhere else.
///
/// # Errors
/// As [`select`].
pub fn inside(system: &System, graph: &Graph, selectors: &[String]) -> Result<Vec<u32>, SelectError> {
    let mut found = BTreeSet::new();
    for selector in selectors {
        found.extend(one(system, graph, selector)?.into_iter().filter_map(|node| graph.owner(node)));
        let Some(place) = selector.split_once('=').and_then(|(_, value)| Place::parse(value.trim())) else { continue };
        let whole = place.region.is_none();
        for component in system.components.values() {
            let there = !component.at.is_empty() && component.at.iter().all(|at| place.contains(at));
            let product = whole && component.provider.as_deref() == Some(&*place.provider);
            if there || product {
                found.extend(graph.component(&component.id));
            }
        }
    }
    Ok(found.into_iter().collect())
}

fn names_near(system: &System, name: &str) -> Option<String> {
    let aliases = system.components.values().flat_map(|c| c.aliases.iter().map(|alias| &**alias));
    let ids = system.components.keys().flat_map(|id| [id.as_str(), id.base()]);
    did_you_mean(name, ids.chain(aliases)).or_else(|| {
        let mut some: Vec<&str> = system.components.keys().map(|id| id.as_str()).take(8).collect();
        some.dedup();
        (!some.is_empty()).then(|| format!("known here: `{}`, …", some.join("`, `")))
    })
}
