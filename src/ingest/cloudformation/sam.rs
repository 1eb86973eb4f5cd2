//! What the serverless model implies: shared settings, APIs that nobody wrote, roles and stages of functions.

use std::collections::BTreeMap;

use super::template::Template;
use crate::source::yaml::Node;

/// Kinds of events that make an API where none is named, with the implied API's name, type and the field for another.
const API_EVENTS: [(&str, &str, &str, &str); 2] = [
    ("Api", "ServerlessRestApi", "AWS::Serverless::Api", "RestApiId"),
    ("HttpApi", "ServerlessHttpApi", "AWS::Serverless::HttpApi", "ApiId"),
];

/// Ends of names of resources that are made along with one of the serverless model.
const MADE_ALONG: [&str; 14] = [
    "Role",
    "Version",
    "Alias",
    "Url",
    "UrlPermissions",
    "Stage",
    "ProdStage",
    "Deployment",
    "ApiGatewayDefaultStage",
    "UsagePlan",
    "ApiKey",
    "DomainName",
    "EventInvokeConfigOnSuccessQueue",
    "EventInvokeConfigOnFailureQueue",
];

/// A resource with what `Globals` says for its type put in where it does not say so itself.
pub(super) fn with_globals(body: &Node, globals: Option<&Node>) -> Node {
    let mut body = body.clone();
    let kind = body.text_at(&["Type"]).and_then(|kind| kind.strip_prefix("AWS::Serverless::")).map(str::to_owned);
    let Some(shared) = kind.and_then(|kind| globals?.get(&kind).cloned()) else { return body };
    if let Some(properties) = body.make(&["Properties"], &shared) {
        fill(properties, &shared);
    }
    body
}

/// Mappings are joined, lists are added to, and everything else is the resource's own if it has it.
fn fill(own: &mut Node, shared: &Node) {
    for (key, value) in shared.entries() {
        let Some(name) = key.text() else { continue };
        match own.get_mut(name) {
            None => own.set(key.clone(), value.clone()),
            Some(own) if own.is_map() && value.is_map() && own.tag.is_none() => fill(own, value),
            Some(own) => {
                if let Some(items) = own.items_mut() {
                    items.splice(0..0, value.items().iter().cloned());
                }
            }
        }
    }
}

/// The APIs that events of functions imply: name, type, and the event that says so.
pub(super) fn implicit_apis(template: &Template) -> Vec<(String, &'static str, Node)> {
    let mut found: BTreeMap<&str, (&'static str, Node)> = BTreeMap::new();
    for body in template.resources.values() {
        for (_, event) in body.at(&["Properties", "Events"]).map(Node::entries).unwrap_or_default() {
            let kind = event.text_at(&["Type"]).unwrap_or_default();
            let Some((_, name, made, field)) = API_EVENTS.iter().find(|(known, ..)| *known == kind) else { continue };
            if event.at(&["Properties", field]).is_none() {
                found.entry(*name).or_insert_with(|| (*made, event.clone()));
            }
        }
    }
    found.into_iter().map(|(name, (kind, node))| (name.to_owned(), kind, node)).collect()
}

/// The implied API of an event, if it names none: the field that would, and the API's logical name.
pub(super) fn implied_api(event: &Node) -> Option<(&'static str, &'static str)> {
    let kind = event.text_at(&["Type"])?;
    let (_, name, _, field) = API_EVENTS.iter().find(|(known, ..)| *known == kind)?;
    event.at(&["Properties", field]).is_none().then_some((*field, *name))
}

/// The resource of the template along with which one of this name is made.
pub(super) fn implied_by<'t>(template: &'t Template, logical: &str) -> Option<&'t str> {
    if !template.is_serverless() {
        return None;
    }
    let apis = API_EVENTS.iter().map(|(_, name, ..)| *name);
    let owner = |name: &str, body: Option<&Node>| {
        // `Function.Alias` and `FunctionAliaslive` are two ways to say the same.
        let rest = logical.strip_prefix(name).map(|rest| rest.strip_prefix('.').unwrap_or(rest));
        let Some(rest) = rest.filter(|rest| !rest.is_empty()) else { return false };
        let of_event = || {
            let events =
                body.and_then(|body| body.at(&["Properties", "Events"])).map(Node::entries).unwrap_or_default();
            events.iter().filter_map(|(key, _)| key.text()).any(|event| rest.starts_with(event))
        };
        // An alias is called by its name, and a version by the hash of the code.
        MADE_ALONG.contains(&rest) || rest.starts_with("Alias") || rest.starts_with("Version") || of_event()
    };
    let serverless = template
        .resources
        .iter()
        .filter(|(_, body)| body.text_at(&["Type"]).is_some_and(|kind| kind.starts_with("AWS::Serverless::")));
    let mut owners: Vec<&str> =
        serverless.filter(|(name, body)| owner(name, Some(body))).map(|(name, _)| name.as_str()).collect();
    owners.extend(apis.filter(|name| owner(name, None)));
    owners.into_iter().max_by_key(|name| name.len())
}
