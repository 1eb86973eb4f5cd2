//! The Serverless Framework's `serverless.yml` as the template that it becomes: functions with their events, and the
//! resources that are written out. Variables are replaced where the file itself says what they are; what is not read is
//! told.

use std::collections::BTreeMap;

mod events;
mod variables;

use crate::source::Location;
use crate::source::Source;
use crate::source::yaml::Node;

/// How many letters and nodes variables may be replaced by in a file: where each stands for several others, a short file
/// says more than memory holds.
const MOST_FILLED: usize = 1 << 20;

/// What a file holds that is not read: what, why, and where.
pub(super) type Unread = (String, String, Location);

/// Keys of a service that are read, or that say nothing of what runs.
const KNOWN: &[&str] = &[
    "service",
    "provider",
    "functions",
    "resources",
    "custom",
    "plugins",
    "package",
    "frameworkVersion",
    "app",
    "org",
    "tenant",
    "useDotenv",
    "variablesResolutionMode",
    "configValidationMode",
    "unresolvedVariablesNotificationMode",
    "deprecationNotificationMode",
    "disabledDeprecations",
    "console",
    "stages",
    "params",
    "outputs",
    "build",
    "license",
];

/// Whether a document is a service of the framework.
pub(super) fn is_service(path: &str, root: &Node) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let called = name.starts_with("serverless.") || name.starts_with("serverless-");
    called && root.get("service").is_some() && root.get("provider").is_some()
}

/// The template of a service, and what of the file is not read.
pub(super) fn template(source: &Source, root: &Node) -> (Node, Vec<Unread>) {
    let mut reader =
        Reader { root: root.clone(), path: source, left: MOST_FILLED, unread: Vec::new(), made: Vec::new() };
    let mut root = root.clone();
    reader.fill(&mut root, 0);
    reader.root = root.clone();
    let mut template = root.with_entries(vec![(root.with_text("Transform"), root.with_text("serverless"))]);
    let resources = root.get("resources");
    let parts = resources.map(|node| if node.is_seq() { node.items() } else { std::slice::from_ref(node) });
    for part in parts.into_iter().flatten() {
        if part.text().is_some() {
            reader.tell("resources", "what stands in another file is not read", part);
        }
        for (key, section) in part.entries() {
            let name = key.text().unwrap_or_default();
            if let Some(into) = template.make(&[name], section) {
                section.entries().iter().for_each(|(key, value)| into.set(key.clone(), value.clone()));
                if section.text().is_some() {
                    *into = section.clone();
                }
            }
        }
    }
    reader.whole(&root);
    let functions: Vec<Node> = match root.get("functions") {
        Some(list) if list.is_seq() => list.items().to_vec(),
        Some(map) => vec![map.clone()],
        None => Vec::new(),
    };
    for (key, function) in functions.iter().flat_map(Node::entries) {
        let name = key.text().unwrap_or_default();
        if !function.is_map() {
            reader.tell(&format!("function {name}"), "what stands in another file is not read", key);
            continue;
        }
        let body = reader.function(name, key, function, &root);
        if let Some(resources) = template.make(&["Resources"], key) {
            resources.set(key.with_text(&logical(name)), body);
        }
    }
    for (name, body) in std::mem::take(&mut reader.made) {
        if let Some(resources) = template.make(&["Resources"], &body).filter(|all| all.get(&name).is_none()) {
            resources.set(body.with_text(&name), body);
        }
    }
    (template, reader.unread)
}

/// The name that the framework gives the resource of a function.
fn logical(name: &str) -> String {
    normal(name) + "LambdaFunction"
}

fn normal(name: &str) -> String {
    let plain = name.replace('-', "Dash").replace('_', "Underscore");
    let plain: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut letters = plain.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

struct Reader<'s> {
    root: Node,
    path: &'s Source,
    /// How much more variables may be replaced by.
    left: usize,
    unread: Vec<Unread>,
    /// Resources that events make: name and body.
    made: Vec<(String, Node)>,
}

impl Reader<'_> {
    fn tell(&mut self, what: &str, reason: &str, at: &Node) {
        self.unread.push((what.to_owned(), reason.to_owned(), at.location(&self.path.path)));
    }

    /// What of a service is not read: its plugins, and keys that mean something else.
    fn whole(&mut self, root: &Node) {
        let plugins = root.get("plugins").map(|node| node.get("modules").unwrap_or(node).items().to_vec());
        for plugin in plugins.into_iter().flatten() {
            let name = plugin.text().unwrap_or_default().to_owned();
            self.tell(&format!("plugin {name}"), "what a plugin makes of the service is not known", &plugin);
        }
        for (key, _) in root.entries().iter().filter(|(key, _)| !KNOWN.contains(&key.text().unwrap_or_default())) {
            self.tell(key.text().unwrap_or_default(), "this part of a service is not read", key);
        }
        if let Some(name) = root.at(&["provider", "name"]).cloned()
            && name.text() != Some("aws")
            && root.get("functions").is_some()
        {
            self.tell("functions", "they run at a provider whose services are not read", &name);
        }
    }

    /// The resource of a function.
    fn function(&mut self, name: &str, key: &Node, function: &Node, root: &Node) -> Node {
        let mut properties: Vec<(Node, Node)> = Vec::new();
        let mut set = |name: &str, value: Node| properties.push((bare(&value).with_text(name), value));
        for (from, to) in [
            ("handler", "Handler"),
            ("runtime", "Runtime"),
            ("role", "Role"),
            ("layers", "Layers"),
            ("timeout", "Timeout"),
            ("memorySize", "MemorySize"),
            ("description", "Description"),
        ] {
            let own = function.get(from).or_else(|| root.get("provider")?.get(from));
            own.cloned().into_iter().for_each(|value| set(to, value));
        }
        if function.get("handler").is_some() {
            set("CodeUri", key.with_text("."));
        }
        if let Some(image) = function.get("image") {
            set("ImageUri", image.get("uri").unwrap_or(image).clone());
        }
        let mut variables: BTreeMap<String, (Node, Node)> = BTreeMap::new();
        for part in [root.at(&["provider", "environment"]), function.get("environment")].into_iter().flatten() {
            for (key, value) in part.entries() {
                variables.insert(key.text().unwrap_or_default().to_owned(), (key.clone(), value.clone()));
            }
        }
        if !variables.is_empty() {
            let all = key.with_entries(variables.into_values().collect());
            set("Environment", key.with_entries(vec![(key.with_text("Variables"), all)]));
        }
        if let Some(vpc) = function.get("vpc").or_else(|| root.at(&["provider", "vpc"])).filter(|vpc| vpc.is_map()) {
            let renamed = vpc.entries().iter().map(|(key, value)| {
                let name = if key.text() == Some("subnetIds") { "SubnetIds" } else { "SecurityGroupIds" };
                (key.with_text(name), value.clone())
            });
            set("VpcConfig", vpc.with_entries(renamed.collect()));
        }
        if let Some(queue) = function.get("onError") {
            set("DeadLetterQueue", bare(queue).with_entries(vec![(bare(queue).with_text("TargetArn"), queue.clone())]));
        }
        let own = function.get("iamRoleStatements");
        let shared =
            root.at(&["provider", "iam", "role", "statements"]).or_else(|| root.at(&["provider", "iamRoleStatements"]));
        if let Some(statements) = own.or(shared).filter(|node| node.is_seq()) {
            let policy = statements.with_entries(vec![(statements.with_text("Statement"), statements.clone())]);
            set("Policies", statements.with_items(vec![policy]));
        }
        let mut events: Vec<(Node, Node)> = Vec::new();
        for (number, event) in function.get("events").map(Node::items).unwrap_or_default().iter().enumerate() {
            let (kind, body) = match event.entries() {
                [(kind, body), ..] => (kind.text().unwrap_or_default().to_owned(), body.clone()),
                [] => (event.text().unwrap_or_default().to_owned(), event.clone()),
            };
            match self.event(&kind, &body) {
                Some((known, given)) => {
                    let given = given.into_iter().map(|(name, value)| (bare(&value).with_text(name), value)).collect();
                    let body = bare(&body);
                    let made = body.with_entries(vec![
                        (body.with_text("Type"), body.with_text(known)),
                        (body.with_text("Properties"), body.with_entries(given)),
                    ]);
                    events.push((body.with_text(&format!("{}{number}", normal(&kind))), made));
                }
                None => self.tell(&format!("{name}: event {kind}"), "an event of this kind is not read", &body),
            }
        }
        let mut body = vec![(key.with_text("Type"), key.with_text("AWS::Serverless::Function"))];
        if !events.is_empty() {
            properties.push((key.with_text("Events"), key.with_entries(events)));
        }
        body.push((key.with_text("Properties"), key.with_entries(properties)));
        if let Some(after) = function.get("dependsOn") {
            body.push((after.with_text("DependsOn"), after.clone()));
        }
        key.with_entries(body)
    }
}

/// A node without the function that is called on it, to make others of at its place.
fn bare(node: &Node) -> Node {
    let mut plain = node.clone();
    plain.tag = None;
    plain
}
