//! What a person says about how manifests are read.

use std::sync::Arc;

use crate::facts::Chosen;
use crate::source::Source;

/// How to read what can be read in more than one way.
#[derive(Clone, Default)]
pub struct Settings {
    /// Files of values for charts; a later one counts more.
    pub values: Vec<ValuesFile>,
    /// The stage that is read alone; without it all are.
    pub stage: Option<Chosen>,
    /// Renders charts in place of the built-in rendering.
    pub helm: Option<Arc<Helm>>,
}

/// A file of values for charts.
#[derive(Clone, Debug)]
pub struct ValuesFile {
    /// The chart that it is for, by its name or folder; `None` for every chart that is released.
    pub chart: Option<Arc<str>>,
    /// The file. A file of this path among those that are read goes before it: an earlier version has its own.
    pub source: Arc<Source>,
}

/// Renders a chart to the documents that it defines, as `helm template` does; an error says why it could not.
pub type Helm = dyn Fn(&HelmCall) -> Result<String, String> + Send + Sync;

/// A chart to render.
#[derive(Clone, Debug)]
pub struct HelmCall {
    /// The name of the release.
    pub name: String,
    /// The namespace that it is released into.
    pub namespace: String,
    /// The files of the chart by their paths in its folder; the charts in it lie in `charts/`.
    pub files: Vec<(String, Vec<u8>)>,
    /// Values as YAML; a later one counts more.
    pub values: Vec<String>,
}
