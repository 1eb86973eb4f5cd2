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
}

impl Sign {
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
            | Sign::Package(text) => f.write_str(text),
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
