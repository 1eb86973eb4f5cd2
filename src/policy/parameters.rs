//! What of a rule can be set: the parameters that rules name, and the values that a policy gives them.

use std::collections::BTreeMap;

use super::rules::Rule;

/// A number that a rule looks at and that a policy may set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name below the rule.
    pub name: &'static str,
    /// What holds unless a policy says otherwise.
    pub default: f64,
    /// What it counts in, and so which values make sense.
    pub unit: Unit,
    /// What it does, in one sentence.
    pub summary: &'static str,
}

/// What a parameter counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A part of a whole, from 0 to 1; written `40%` or `0.4`.
    Share,
    /// A whole number from 0.
    Count,
}

impl Unit {
    /// Whether a value makes sense in this unit.
    pub fn allows(self, value: f64) -> bool {
        match self {
            Unit::Share => (0.0..=1.0).contains(&value),
            Unit::Count => value >= 0.0 && value.fract() == 0.0 && value <= f64::from(u32::MAX),
        }
    }
}

/// The values that a policy sets, by rule and name; what it does not set keeps its default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(BTreeMap<(String, String), f64>);

impl Parameters {
    /// Sets a parameter of a rule; a later value replaces an earlier one.
    ///
    /// A value is kept as it is: whether the rule has such a parameter, and whether its unit allows the value, is for
    /// the reader of the policy to say, who knows where it was written.
    pub fn set(&mut self, rule: &str, name: &str, value: f64) {
        self.0.insert((rule.to_owned(), name.to_owned()), value);
    }

    /// Takes over what another set of values says.
    pub fn extend(&mut self, other: Parameters) {
        self.0.extend(other.0);
    }

    /// The value of a parameter of a rule: as set, else its default.
    pub fn value(&self, rule: &Rule, parameter: &Parameter) -> f64 {
        self.0.get(&(rule.id.to_owned(), parameter.name.to_owned())).copied().unwrap_or(parameter.default)
    }
}
