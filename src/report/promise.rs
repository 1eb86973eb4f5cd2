//! What components promise: which figure is the lowest of all that an app rests on, which costs it most, and who says so.

use schemars::JsonSchema;
use serde::Serialize;

use super::availability::{percent, share_of};
use super::catalogue::cited;
use crate::analysis::{Available, Weighed};
use crate::catalogue::{Catalogue, Product, Provider};
use crate::graph::Graph;
use crate::model::{Component, System};

/// The figure of a component, and where it comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PromiseView {
    /// The component.
    pub id: String,
    /// The share of the time that it is up by itself, as promised.
    pub availability: f64,
    /// Where the figure stands: `linchpin.yaml:7:5`, or what the catalogue cites.
    pub source: String,
    /// Where that is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The share of the app's downtime that ends when it never fails; nothing where no diagram fitted the limits.
    pub criticality: Option<f64>,
}

/// Looks up what is promised.
pub(super) struct Promises<'a> {
    pub(super) system: &'a System,
    pub(super) graph: &'a Graph,
    pub(super) catalogue: &'a Catalogue,
}

impl Promises<'_> {
    /// The lowest figure that anybody gives of what bears on an app's `data`; of equal ones that which costs the app most.
    pub(super) fn weakest(&self, available: &Available) -> Option<PromiseView> {
        let weight = |component: u32| weighed(available, component).map_or(0.0, |weighed| weighed.criticality);
        let figure = |component: &u32| Some((*component, share_of(self.component(*component).availability.as_ref()?)));
        let lowest = available.bearing.iter().filter_map(figure).min_by(|a, b| {
            let by_figure = a.1.total_cmp(&b.1);
            by_figure.then_with(|| weight(b.0).total_cmp(&weight(a.0))).then(a.0.cmp(&b.0))
        });
        lowest.map(|(component, share)| self.view(component, share, available))
    }

    /// The figure that costs an app the most downtime; nothing where that is none, or not known.
    pub(super) fn costliest(&self, available: &Available) -> Option<PromiseView> {
        let costly = available.components.iter().filter(|weighed| weighed.criticality > 0.0);
        costly.map(|weighed| weighed.component).find_map(|component| {
            let share = share_of(self.component(component).availability.as_ref()?);
            Some(self.view(component, share, available))
        })
    }

    fn component(&self, number: u32) -> &Component {
        &self.system.components[&self.graph.components()[number as usize]]
    }

    fn view(&self, number: u32, share: f64, available: &Available) -> PromiseView {
        let component = self.component(number);
        let (source, url) = self.source(component, share);
        let criticality = weighed(available, number).map(|weighed| weighed.criticality);
        PromiseView { id: component.id.to_string(), availability: share, source, url, criticality }
    }

    /// Who gives a component its figure: the catalogue's source of its product, else where the component is declared.
    fn source(&self, component: &Component, share: f64) -> (String, Option<String>) {
        let stated = self.product(component).and_then(|(provider, product)| {
            let stated = product.availability.as_ref().filter(|stated| stated.value == share)?;
            let url = stated.source.as_ref().and_then(|key| provider.sources.get(key)?.url.as_ref());
            let text = cited(provider, stated).unwrap_or_else(|| format!("the catalogue, {}", product.at));
            Some((text, url.map(ToString::to_string)))
        });
        stated.unwrap_or_else(|| {
            (component.evidence.first().map_or_else(String::new, |evidence| evidence.at.to_string()), None)
        })
    }

    fn product(&self, component: &Component) -> Option<(&Provider, &Product)> {
        let (_, name) = component.id.base().split_once('/')?;
        self.catalogue.product(component.provider.as_ref()?, name)
    }
}

fn weighed(available: &Available, component: u32) -> Option<&Weighed> {
    available.components.iter().find(|weighed| weighed.component == component)
}

impl PromiseView {
    /// `aliyun/slb@cn-hangzhou, 99.950 %, 50.0 % of the downtime (Service level agreements, 2023-01-08)`.
    pub(super) fn words(&self) -> String {
        let share = self.criticality.map_or(String::new(), |share| format!(", {:.1} % of the downtime", share * 100.0));
        format!("{}, {}{share} ({})", self.id, percent(self.availability), self.source)
    }
}
