//! Labels: what the files say about a component beside its name, and which components one means by them.

use super::Component;

/// Which components are meant: those with a label, or with a label of one of some values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelTest {
    /// The label.
    pub key: String,
    /// The values of which one is enough; any value where none is given.
    pub values: Vec<String>,
}

impl LabelTest {
    /// Reads `team`, `team=pay` or `team=pay,web`; `None` when a part of it is empty.
    pub fn parse(text: &str) -> Option<LabelTest> {
        let (key, values) = text.split_once('=').map_or((text, None), |(key, values)| (key, Some(values)));
        let values: Vec<String> =
            values.map(|values| values.split(',').map(|value| value.trim().to_owned()).collect()).unwrap_or_default();
        let key = key.trim();
        (!key.is_empty() && !values.iter().any(String::is_empty)).then(|| LabelTest { key: key.to_owned(), values })
    }

    /// Whether a component is meant.
    pub fn holds(&self, component: &Component) -> bool {
        let value = component.labels.get(self.key.as_str());
        value.is_some_and(|value| self.values.is_empty() || self.values.iter().any(|wanted| **wanted == **value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_names_a_label_and_perhaps_values() {
        let test = |key: &str, values: &[&str]| {
            Some(LabelTest { key: key.into(), values: values.iter().map(|value| (*value).to_owned()).collect() })
        };
        assert_eq!(LabelTest::parse("team"), test("team", &[]));
        assert_eq!(LabelTest::parse("team=pay"), test("team", &["pay"]));
        assert_eq!(LabelTest::parse("app.kubernetes.io/name = a, b"), test("app.kubernetes.io/name", &["a", "b"]));
        for text in ["", "=", "=pay", "team=", "team=a,,b"] {
            assert_eq!(LabelTest::parse(text), None, "{text}");
        }
    }
}
