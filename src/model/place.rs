//! Where things run: provider, region, zone.

use std::fmt;
use std::sync::Arc;

use super::ComponentId;

/// A provider, one of its regions, or one of a region's zones; written `aliyun`, `aliyun/cn-hangzhou`,
/// `aliyun/cn-hangzhou/h`. A place is itself a component with that text as its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The provider's name.
    pub provider: Arc<str>,
    /// The region, without the provider.
    pub region: Option<Arc<str>>,
    /// The zone, without the region.
    pub zone: Option<Arc<str>>,
}

impl Place {
    /// Reads `provider[/region[/zone]]`; a zone may repeat its region (`us-east-1/us-east-1a` is `us-east-1/a`).
    ///
    /// `None` when a part is empty or there are more than three.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let provider = parts.next().filter(|part| !part.is_empty())?;
        let region = parts.next();
        let zone = parts.next();
        if parts.next().is_some() || region == Some("") || zone == Some("") {
            return None;
        }
        let zone = zone.zip(region).map(|(zone, region)| {
            let short = zone.strip_prefix(region).unwrap_or(zone).trim_start_matches('-');
            if short.is_empty() { zone } else { short }
        });
        Some(Place { provider: provider.into(), region: region.map(Arc::from), zone: zone.map(Arc::from) })
    }

    /// The place that contains this one: the region of a zone, the provider of a region.
    pub fn parent(&self) -> Option<Place> {
        let mut parent = self.clone();
        if parent.zone.take().is_some() || parent.region.take().is_some() { Some(parent) } else { None }
    }

    /// The region that this place is or lies in.
    pub fn in_region(&self) -> Option<Place> {
        self.region.is_some().then(|| Place { zone: None, ..self.clone() })
    }

    /// The provider that this place belongs to.
    pub fn in_provider(&self) -> Place {
        Place { provider: Arc::clone(&self.provider), region: None, zone: None }
    }

    /// The text after the provider: `cn-hangzhou/h`.
    pub fn within_provider(&self) -> Option<String> {
        match (&self.region, &self.zone) {
            (Some(region), Some(zone)) => Some(format!("{region}/{zone}")),
            (Some(region), None) => Some(region.to_string()),
            _ => None,
        }
    }

    /// The component that this place is.
    pub fn id(&self) -> ComponentId {
        ComponentId::new(&self.to_string())
    }

    /// Whether `other` is this place or lies in it.
    pub fn contains(&self, other: &Place) -> bool {
        self.provider == other.provider
            && (self.region.is_none() || self.region == other.region)
            && (self.zone.is_none() || self.zone == other.zone)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.provider)?;
        self.within_provider().map_or(Ok(()), |rest| write!(f, "/{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_nest_and_zones_lose_their_region() {
        let zone = Place::parse("aws/us-east-1/us-east-1a").expect("zone");
        assert_eq!(zone.to_string(), "aws/us-east-1/a");
        let region = zone.parent().expect("region");
        assert!(region.contains(&zone) && !zone.contains(&region));
        assert_eq!(region.parent().and_then(|p| p.parent()), None);
        assert_eq!(Place::parse("aws//a"), None);
        assert_eq!(Place::parse("a/b/c/d"), None);
    }
}
