//! What calls the functions of a `serverless.yml`, in the words of the serverless model of CloudFormation.

use super::{Reader, bare, normal};
use crate::ingest::cloudformation::value::HOLE;
use crate::source::yaml::Node;

impl Reader<'_> {
    /// An event in the words of the serverless model: its type and its properties; `None` for one that is not read.
    pub(super) fn event(&mut self, kind: &str, body: &Node) -> Option<(&'static str, Vec<(&'static str, Node)>)> {
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

/// A reference to a resource of the template.
fn referred(at: &Node, name: &str) -> Node {
    let at = bare(at);
    at.with_entries(vec![(at.with_text("Ref"), at.with_text(name))])
}
