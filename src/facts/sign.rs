//! Signs by which a catalogue recognises a product, and addresses as manifests write them.

use std::fmt;
use std::sync::Arc;

/// A word of a manifest or of code by which a product may be recognised, with the vocabulary that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// A DNS name, `oss-cn-hangzhou.aliyuncs.com`.
    Host(Arc<str>),
    /// The scheme of a URL, `amqp`.
    Scheme(Arc<str>),
    /// A TCP port.
    Port(u16),
    /// A container image with its registry, `docker.io/library/postgres:16`.
    Image(Arc<str>),
    /// The registry that an image is pulled from, `ghcr.io`.
    Registry(Arc<str>),
    /// A Kubernetes type, `group/Kind`, the core group being `core`.
    KubernetesType(Arc<str>),
    /// The provisioner of a storage class.
    Provisioner(Arc<str>),
    /// The key of an annotation.
    Annotation(Arc<str>),
    /// The controller of an ingress or gateway class, or the class's name where that is all there is.
    Controller(Arc<str>),
    /// A resource type or data source of Terraform, `aws_sqs_queue`.
    Terraform(Arc<str>),
    /// A resource type of CloudFormation, `AWS::SQS::Queue`.
    CloudFormation(Arc<str>),
    /// A library with its registry, `pypi:boto3`, `maven:com.aliyun.oss:aliyun-sdk-oss`.
    Package(Arc<str>),
    /// What code imports, or reaches through an import, with its language: `python:azure.storage.blob`,
    /// `js:aws-sdk#S3`, `python:boto3.client(s3)`; see [`Sign::import`].
    Import(Arc<str>),
}

/// The languages of imports: their names, the word of their imports, what stands between the parts of a path, and what
/// before a member of an imported module where that is another.
const LANGUAGES: [(&[&str], &str, &str, &str); 8] = [
    (&["go"], "go", "/", "#"),
    (&["javascript", "typescript", "tsx", "jsx", "js"], "js", "/", "#"),
    (&["java", "kotlin"], "java", ".", "."),
    (&["python"], "python", ".", "."),
    (&["csharp", "c#"], "csharp", ".", "."),
    (&["ruby"], "ruby", "::", "::"),
    (&["php"], "php", "\\", "\\"),
    (&["rust"], "rust", "::", "::"),
];

impl Sign {
    /// What code imports: the path as the language writes it, then the members by which something is reached through it,
    /// then the text that a call there is given first.
    ///
    /// `boto3` with `client` and `s3` is `python:boto3.client(s3)`; `aws-sdk` with `S3` is `js:aws-sdk#S3`. `None` when
    /// nothing is imported in this language.
    pub fn import(language: &str, path: &str, members: &[Arc<str>], argument: Option<&str>) -> Option<Sign> {
        let (_, word, separator, member) =
            LANGUAGES.iter().find(|(names, ..)| names.iter().any(|name| name.eq_ignore_ascii_case(language)))?;
        let mut text = format!("{word}:{}", path.trim_start_matches(separator));
        for (number, name) in members.iter().enumerate() {
            text += if number == 0 || *member != "#" { member } else { "." };
            text += name;
        }
        text += &argument.map(|argument| format!("({argument})")).unwrap_or_default();
        Some(Sign::Import(text.into()))
    }

    /// The words that an import begins with, one for each language.
    pub fn import_words() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|(_, word, ..)| *word)
    }

    /// An import without its last part: the argument, the last member, the last part of its path. `None` at its end.
    pub fn shorter(import: &str) -> Option<&str> {
        if let Some((before, _)) = import.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
            return Some(before);
        }
        let (word, path) = import.split_once(':')?;
        let (_, _, separator, member) = LANGUAGES.iter().find(|(_, known, ..)| *known == word)?;
        let end = match path.rfind('#') {
            Some(at) if *member == "#" => path[at..].rfind(['.', '#']).map(|last| at + last),
            _ => path.rfind(separator),
        };
        end.map(|end| &import[..word.len() + 1 + end])
    }

    /// Every sign that a word may be, for one who does not know its vocabulary.
    pub fn guesses(text: &str) -> Vec<Sign> {
        let word: Arc<str> = text.into();
        let mut all = vec![
            Sign::Terraform(Arc::clone(&word)),
            Sign::CloudFormation(Arc::clone(&word)),
            Sign::Package(Arc::clone(&word)),
        ];
        let registries = ["npm", "pypi", "crate", "go", "maven", "nuget", "composer", "gem"];
        all.extend(registries.iter().map(|registry| Sign::Package(format!("{registry}:{text}").into())));
        all.push(Sign::Import(Arc::clone(&word)));
        all.extend(Sign::import_words().map(|language| Sign::Import(format!("{language}:{text}").into())));
        all.extend([
            Sign::KubernetesType(Arc::clone(&word)),
            Sign::Provisioner(Arc::clone(&word)),
            Sign::Annotation(Arc::clone(&word)),
            Sign::Controller(Arc::clone(&word)),
            Sign::Registry(Arc::clone(&word)),
            Sign::Host(Arc::clone(&word)),
            Sign::Scheme(Arc::clone(&word)),
        ]);
        all.extend(text.parse().ok().map(Sign::Port));
        all.push(Sign::Image(word));
        all
    }

    /// The word of the vocabulary, as catalogue files write it.
    pub fn vocabulary(&self) -> &'static str {
        match self {
            Sign::Host(_) => "hosts",
            Sign::Scheme(_) => "schemes",
            Sign::Port(_) => "ports",
            Sign::Image(_) => "images",
            Sign::Registry(_) => "registries",
            Sign::KubernetesType(_) => "kubernetes_types",
            Sign::Provisioner(_) => "provisioners",
            Sign::Annotation(_) => "annotations",
            Sign::Controller(_) => "controllers",
            Sign::Terraform(_) => "terraform",
            Sign::CloudFormation(_) => "cloudformation",
            Sign::Package(_) => "packages",
            Sign::Import(_) => "imports",
        }
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sign::Port(port) => write!(f, "port {port}"),
            Sign::Host(text)
            | Sign::Scheme(text)
            | Sign::Image(text)
            | Sign::Registry(text)
            | Sign::KubernetesType(text)
            | Sign::Provisioner(text)
            | Sign::Annotation(text)
            | Sign::Controller(text)
            | Sign::Terraform(text)
            | Sign::CloudFormation(text)
            | Sign::Package(text)
            | Sign::Import(text) => f.write_str(text),
        }
    }
}

/// A network address as a manifest or code writes it: `postgres://db:5432/orders` is host `db`, port 5432, scheme
/// `postgres`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The host name, in lower case, without a trailing dot.
    pub host: Arc<str>,
    /// The port, if one is given.
    pub port: Option<u16>,
    /// The scheme, if one is given, in lower case; of `jdbc:mysql://` the inner one.
    pub scheme: Option<Arc<str>>,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = &self.scheme {
            write!(f, "{scheme}://")?;
        }
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_grow_shorter_from_their_end() {
        for (language, path, members, argument, expected) in [
            (
                "python",
                "boto3",
                &["client"][..],
                Some("s3"),
                "python:boto3.client(s3) > python:boto3.client > python:boto3",
            ),
            (
                "typescript",
                "@aws-sdk/client-s3",
                &["S3"],
                None,
                "js:@aws-sdk/client-s3#S3 > js:@aws-sdk/client-s3 > js:@aws-sdk",
            ),
            ("javascript", "socket.io", &["a", "b"], None, "js:socket.io#a.b > js:socket.io#a > js:socket.io"),
            (
                "rust",
                "opendal::services::S3",
                &[],
                None,
                "rust:opendal::services::S3 > rust:opendal::services > rust:opendal",
            ),
            ("php", "\\Aws\\S3", &[], None, "php:Aws\\S3 > php:Aws"),
            ("go", "gopkg.in/a.v1", &[], None, "go:gopkg.in/a.v1 > go:gopkg.in"),
            ("Kotlin", "redis.clients", &[], None, "java:redis.clients > java:redis"),
        ] {
            let members: Vec<Arc<str>> = members.iter().map(|name| Arc::from(*name)).collect();
            let sign =
                Sign::import(language, path, &members, argument).map(|sign| sign.to_string()).unwrap_or_default();
            let all: Vec<&str> = std::iter::successors(Some(&*sign), |text| Sign::shorter(text)).collect();
            assert_eq!(all.join(" > "), expected, "{language}");
        }
        assert_eq!(Sign::import("cobol", "a", &[], None), None);
    }
}
