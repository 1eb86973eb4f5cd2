//! The Serverless Framework's `serverless.yml` as the template that it becomes: functions with their events, and the
//! resources that are written out. Variables are replaced where the file itself says what they are; what is not read is
//! told.

use std::collections::BTreeMap;

use super::value::HOLE;
use crate::source::Location;
use crate::source::Source;
use crate::source::yaml::Node;

/// How deep variables may lead to others.
const DEEPEST: usize = 12;

/// How many letters and nodes variables may be replaced by in a file: where each stands for several others, a short file
/// says more than memory holds.
const MOST_FILLED: usize = 1 << 20;

/// What a file holds that is not read: what, why, and where.
pub(super) type Unread = (String, String, Location);

/// Where variables get their values from, by how they begin; other `${…}` are the template's own.
const SOURCES: &[&str] = &[
    "self:",
    "opt:",
    "sls:",
    "env:",
    "ssm:",
    "cf:",
    "cf(",
    "file(",
    "param:",
    "s3:",
    "aws:",
    "terraform:",
    "strToBool(",
];

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

    /// Replaces the variables in all texts below a node.
    fn fill(&mut self, node: &mut Node, depth: usize) {
        if let Some(whole) = node.text().and_then(|text| text.strip_prefix("${")?.strip_suffix('}')).map(str::to_owned)
            && !whole.contains("${")
            && let Some(mut value) = self.node_of(&whole).filter(|value| depth < DEEPEST && value.text().is_none())
        {
            if self.take(size(&value), node) {
                self.fill(&mut value, depth + 1);
                *node = value;
            }
            return;
        }
        if let Some(text) = node.text().filter(|text| text.contains("${")).map(str::to_owned) {
            let filled = self.filled(&text, node, depth);
            if filled != text {
                node.replace_text(&filled);
            }
        }
        for (_, value) in node.entries_mut().into_iter().flatten() {
            self.fill(value, depth);
        }
        for item in node.items_mut().into_iter().flatten() {
            self.fill(item, depth);
        }
    }

    /// Whether there is room for so much more; tells once where there is none.
    fn take(&mut self, much: usize, at: &Node) -> bool {
        let had_any = self.left > 0;
        self.left = self.left.saturating_sub(much + 1);
        if had_any && self.left == 0 {
            self.tell("variables", "they stand for too much: the rest of them is not replaced", at);
        }
        self.left > 0
    }

    /// What `self:custom.table` is, if the file says it.
    fn node_of(&self, variable: &str) -> Option<Node> {
        let path = variable.split(',').next()?.trim().strip_prefix("self:")?;
        let parts: Vec<&str> = path.split('.').collect();
        self.root.at(&parts).cloned()
    }

    /// A text with its variables replaced, innermost first; one that nothing says leaves a hole.
    fn filled(&mut self, text: &str, at: &Node, depth: usize) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, after) = rest.split_at(start);
            result.push_str(before);
            let inner = &after[2..];
            let Some(length) = closing(inner) else {
                result.push_str(after);
                return result;
            };
            let variable = &inner[..length];
            rest = &inner[length + 1..];
            if !SOURCES.iter().any(|source| variable.starts_with(source)) {
                result.push_str(&after[..length + 3]);
                continue;
            }
            if !self.take(length, at) {
                result.push(HOLE);
                continue;
            }
            let variable = if depth < DEEPEST { self.filled(variable, at, depth + 1) } else { variable.to_owned() };
            result.push_str(&self.value(&variable, at, depth));
        }
        result + rest
    }

    fn value(&mut self, variable: &str, at: &Node, depth: usize) -> String {
        let mut choices = variable.split(',').map(str::trim);
        let first = choices.next().unwrap_or_default();
        if let Some(name) = first.strip_prefix("ssm:") {
            return format!("{{{{resolve:ssm:{}}}}}", name.trim_end_matches("~true"));
        }
        let known = match first {
            "aws:region" => self.root.text_at(&["provider", "region"]).map(str::to_owned),
            "sls:stage" | "self:provider.stage" | "opt:stage" => {
                let stage = self.root.text_at(&["provider", "stage"]).filter(|stage| !stage.contains("opt:stage}"));
                let stage = stage.map_or_else(|| "dev".to_owned(), str::to_owned);
                let default = choices
                    .clone()
                    .next()
                    .filter(|_| first == "opt:stage")
                    .map(|text| text.trim_matches(['\'', '"']).to_owned());
                Some(default.unwrap_or(if stage.contains("${") { "dev".to_owned() } else { stage }))
            }
            _ => self.node_of(first).and_then(|node| node.text().map(str::to_owned)),
        };
        if let Some(text) = known {
            return if text.contains("${") && depth < DEEPEST { self.filled(&text, at, depth + 1) } else { text };
        }
        match choices.next() {
            Some(next) if SOURCES.iter().any(|source| next.starts_with(source)) => {
                let others = variable.split_once(',').map_or("", |(_, others)| others).trim().to_owned();
                self.value(&others, at, depth + 1)
            }
            Some(default) => default.trim_matches(['\'', '"']).to_owned(),
            None => {
                let what = format!("${{{}}}", first.replace(HOLE, "?"));
                if !self.unread.iter().any(|(known, ..)| *known == what) {
                    self.tell(&what, "nothing in the file says what this variable is", at);
                }
                HOLE.to_string()
            }
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

    /// An event in the words of the serverless model: its type and its properties; `None` for one that is not read.
    fn event(&mut self, kind: &str, body: &Node) -> Option<(&'static str, Vec<(&'static str, Node)>)> {
        let named = |keys: &[&str]| keys.iter().find_map(|key| body.get(key)).cloned();
        // What is given as a text, or under one of these keys; a mapping without them is a function of the template.
        let target = |keys: &[&str]| match body.is_map() && body.tag.is_none() {
            true => named(keys).or_else(|| {
                body.entries()
                    .iter()
                    .any(|(key, _)| key.text().is_some_and(|key| key == "Ref" || key.starts_with("Fn::")))
                    .then(|| body.clone())
            }),
            false => Some(body.clone()),
        };
        let with =
            |name: &'static str, value: Option<Node>| value.map(|value| (name, value)).into_iter().collect::<Vec<_>>();
        Some(match kind {
            "http" | "httpApi" => {
                let (method, path) = match body.text().and_then(|text| text.split_once(' ')) {
                    Some((method, path)) => (Some(body.with_text(method)), Some(body.with_text(path.trim()))),
                    None => (named(&["method"]), named(&["path"])),
                };
                let path = path.map(|path| match path.text() {
                    Some(text) if !text.starts_with('/') && text != "*" => path.with_text(&format!("/{text}")),
                    _ => path,
                });
                let known = if kind == "http" { "Api" } else { "HttpApi" };
                (known, with("Path", path).into_iter().chain(with("Method", method)).collect())
            }
            "sqs" => ("SQS", with("Queue", target(&["arn"]))),
            "stream" => {
                let arn = target(&["arn"])?;
                let said = body.text_at(&["type"]).map(str::to_owned).unwrap_or_else(|| format!("{arn:?}"));
                (if said.contains("kinesis") { "Kinesis" } else { "DynamoDB" }, vec![("Stream", arn)])
            }
            "sns" => ("SNS", with("Topic", self.topic(target(&["arn", "topicName"])?))),
            "s3" => {
                let bucket = target(&["bucket"])?;
                if body.get("existing").is_none() && bucket.text().is_some_and(|text| !text.contains(HOLE)) {
                    let name = format!("S3Bucket{}", normal(bucket.text().unwrap_or_default()));
                    let given = vec![(bucket.with_text("BucketName"), bucket.clone())];
                    self.make(&name, "AWS::S3::Bucket", &bucket, given);
                    return Some(("S3", vec![("Bucket", referred(&bucket, &name))]));
                }
                ("S3", vec![("Bucket", bucket)])
            }
            "schedule" => ("Schedule", with("Schedule", target(&["rate"]))),
            "eventBridge" => match body.get("eventBus").cloned() {
                None => ("EventBridgeRule", with("Pattern", named(&["pattern"]))),
                Some(bus) => {
                    let pattern = with("Pattern", named(&["pattern"]));
                    ("EventBridgeRule", with("EventBusName", Some(bus)).into_iter().chain(pattern).collect())
                }
            },
            "cloudwatchEvent" => ("CloudWatchEvent", with("Pattern", named(&["event"]))),
            "msk" => ("MSK", with("Stream", named(&["arn"]))),
            _ => return None,
        })
    }

    /// The topic of an event: one that is made along with it where only its name stands there.
    fn topic(&mut self, topic: Node) -> Option<Node> {
        let text = topic.text().filter(|text| topic.tag.is_none() && !text.starts_with("arn:") && !text.contains(HOLE));
        let Some(text) = text else { return Some(topic) };
        let name = format!("SNSTopic{}", normal(text));
        let given = vec![(topic.with_text("TopicName"), topic.clone())];
        self.make(&name, "AWS::SNS::Topic", &topic, given);
        Some(referred(&topic, &name))
    }

    fn make(&mut self, name: &str, kind: &str, at: &Node, properties: Vec<(Node, Node)>) {
        let at = bare(at);
        let body = at.with_entries(vec![
            (at.with_text("Type"), at.with_text(kind)),
            (at.with_text("Properties"), at.with_entries(properties)),
        ]);
        self.made.push((name.to_owned(), body));
    }
}

/// How many letters and nodes there are below a node.
fn size(node: &Node) -> usize {
    let text = node.text().map_or(0, str::len);
    let entries = node.entries().iter().map(|(key, value)| size(key) + size(value)).sum::<usize>();
    1 + text + entries + node.items().iter().map(size).sum::<usize>()
}

/// A reference to a resource of the template.
fn referred(at: &Node, name: &str) -> Node {
    let at = bare(at);
    at.with_entries(vec![(at.with_text("Ref"), at.with_text(name))])
}

/// A node without the function that is called on it, to make others of at its place.
fn bare(node: &Node) -> Node {
    let mut plain = node.clone();
    plain.tag = None;
    plain
}

/// Where the brace stands that closes a variable.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
