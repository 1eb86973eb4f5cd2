//! Intrinsic functions, in their long form, their short form and that of ROS.

use std::sync::Arc;

use super::value::{Data, HOLE, Value};
use super::world::{World, comma_list};
use crate::ingest::gathered::Refs;
use crate::source::Location;
use crate::source::yaml::{Kind, Node};

const DEEPEST: usize = 80;
/// Exports that are made of exports could go on for ever.
const MOST_STEPS: usize = 200_000;

/// Names that the service gives values to.
const PSEUDO: [(&str, Option<&str>); 12] = [
    ("AWS::Partition", Some("aws")),
    ("AWS::URLSuffix", Some("amazonaws.com")),
    ("AWS::AccountId", None),
    ("AWS::Region", None),
    ("AWS::StackId", None),
    ("AWS::StackName", None),
    ("AWS::NotificationARNs", None),
    ("ALIYUN::AccountId", None),
    ("ALIYUN::Region", None),
    ("ALIYUN::StackId", None),
    ("ALIYUN::StackName", None),
    ("ALIYUN::TenantId", None),
];

impl World {
    /// What a node comes to in a stack.
    pub(super) fn eval(&self, node: &Node, stack: usize) -> Value {
        let at = node.location(&self.templates[self.stacks[stack].template].path);
        self.steps.set(if self.depth.get() == 0 { 0 } else { self.steps.get() + 1 });
        if self.depth.get() >= DEEPEST || self.steps.get() > MOST_STEPS {
            return Value::unknown("it is too much to work out", &at);
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.node(node, stack, &at);
        self.depth.set(self.depth.get() - 1);
        value
    }

    fn node(&self, node: &Node, stack: usize, at: &Location) -> Value {
        if let Some(tag) = node.tag.as_deref() {
            return self.call(tag, node, stack, at);
        }
        if let [(key, argument)] = node.entries()
            && let Some(name) = key.text()
            && let Some(function) = name.strip_prefix("Fn::").or((name == "Ref").then_some("Ref"))
        {
            return self.call(function, argument, stack, at);
        }
        self.plain(node, stack, at)
    }

    /// A node without regard to its tag.
    fn plain(&self, node: &Node, stack: usize, at: &Location) -> Value {
        match &node.kind {
            Kind::Null => Value::new(Data::Null, at),
            Kind::Bool(value) => Value::new(Data::Bool(*value), at),
            Kind::Scalar => match node.number() {
                Some(number) if number.is_finite() => Value::new(Data::Number(number), at),
                _ => self.dynamic(node.text().unwrap_or_default(), at),
            },
            Kind::Seq(items) => {
                let items = items.iter().map(|item| self.eval(item, stack));
                Value::new(Data::List(items.filter(|item| !matches!(item.data, Data::Null)).collect()), at)
            }
            Kind::Map(entries) => {
                let entry =
                    |(key, value): &(Node, Node)| (key.text().unwrap_or_default().to_owned(), self.eval(value, stack));
                Value::new(Data::Map(entries.iter().map(entry).collect()), at)
            }
        }
    }

    /// A text in which `{{resolve:ssm:name}}` may stand for a value of a store.
    fn dynamic(&self, text: &str, at: &Location) -> Value {
        let mut refs = Refs::new();
        let mut rest = text;
        while let Some((_, inner)) = rest.split_once("{{resolve:") {
            let (reference, behind) = inner.split_once("}}").unwrap_or((inner, ""));
            let name = reference.split(':').nth(1).unwrap_or_default();
            let found = self.in_store(name);
            let here = !name.is_empty() && name != "arn" && !name.starts_with("/aws/service/");
            if found.is_empty() && here {
                self.miss(
                    &name.replace(HOLE, "?"),
                    "nothing that was read puts this into the store that it is taken from",
                    at,
                );
            }
            refs.extend(found);
            rest = behind;
        }
        Value::text_of(text, at).with_refs(refs)
    }

    fn call(&self, function: &str, argument: &Node, stack: usize, at: &Location) -> Value {
        match function {
            "Ref" => self.reference(argument.text().unwrap_or_default(), stack, at),
            "GetAtt" => self.attribute(argument, stack, at),
            "Sub" => self.substitute(argument, stack, at),
            "If" => self.choice(argument, stack, at),
            "FindInMap" => self.mapped(argument, stack, at),
            "ImportValue" => self.exported(&self.inner(argument, stack), stack),
            "Join" => self.joined(argument, stack, at),
            "Select" => self.selected(argument, stack, at),
            "Split" => self.split(argument, stack, at),
            "GetAZs" => Value::unknown("the zones of the region", at),
            "Base64" | "Base64Encode" | "Str" | "ToJsonString" => self.inner(argument, stack),
            // A condition by its name; as a value it is not known.
            "Condition" | "Equals" | "And" | "Or" | "Not" | "Contains" => Value::unknown("a condition", at),
            // What else is computed is computed of its argument.
            _ => {
                let refs = self.inner(argument, stack).all_refs();
                Value::unknown(&format!("what `{function}` makes"), at).with_refs(refs)
            }
        }
    }

    /// An argument, which may be a function itself: `!Base64 {"Fn::Sub": …}`.
    fn inner(&self, argument: &Node, stack: usize) -> Value {
        if argument.tag.is_none() {
            return self.eval(argument, stack);
        }
        let mut plain = argument.clone();
        plain.tag = None;
        self.eval(&plain, stack)
    }

    /// What a name means: a parameter, a name that the service gives a value to, or a resource.
    fn reference(&self, name: &str, stack: usize, at: &Location) -> Value {
        if name == "AWS::NoValue" || name == "ALIYUN::NoValue" {
            return Value::new(Data::Null, at);
        }
        if let Some((_, value)) = PSEUDO.iter().find(|(known, _)| *known == name) {
            return match value {
                Some(value) => Value::text_of(value, at),
                None => Value::unknown(name, at),
            };
        }
        let template = &self.templates[self.stacks[stack].template];
        if let Some(parameter) = template.entry("Parameters", name) {
            return self.parameter(name, parameter, stack, at);
        }
        let (found, nested) = (self.resource(stack, name), self.stacks[stack].nested.contains_key(name));
        self.lead(name, at, found.is_some() || nested);
        if let Some((index, attribute)) = found {
            let attribute = attribute.unwrap_or_default().into();
            return Value::unknown("", at).with_refs(Refs::from([(index, attribute)]));
        }
        if !nested {
            self.miss(name, "the template has no resource or parameter of this name", at);
        }
        Value::unknown("", at)
    }

    fn parameter(&self, name: &str, parameter: &Node, stack: usize, at: &Location) -> Value {
        if let Some(given) = self.given(stack, name) {
            return Value { at: at.clone(), ..given };
        }
        let kind = parameter.text_at(&["Type"]).unwrap_or_default();
        let is_stored = kind.starts_with("AWS::SSM::Parameter::") || kind.starts_with("ALIYUN::OOS::Parameter::");
        let Some(default) = parameter.get("Default") else {
            if is_stored {
                return self.given_from_store(name, stack, at);
            }
            return Value::unknown(&format!("the parameter {name} is given when the stack is made"), at);
        };
        let text = default.text().unwrap_or_default();
        if is_stored {
            let refs = self.in_store(text);
            if refs.is_empty() && !text.starts_with("/aws/service/") {
                self.miss(text, "nothing that was read puts this parameter into the store", at);
            }
            return Value::unknown("a parameter of the store", at).with_refs(refs);
        }
        let data = match kind {
            _ if default.is_map() || default.is_seq() => {
                return Value { at: at.clone(), ..self.plain(default, stack, at) };
            }
            "CommaDelimitedList" => comma_list(text, at),
            _ if kind.starts_with("List<") => comma_list(text, at),
            _ => Data::Text(text.to_owned()),
        };
        Value::new(data, at)
    }

    /// A parameter whose value is in the store under a name that is only given when the stack is made: the one entry that
    /// another template makes under the same logical name.
    fn given_from_store(&self, name: &str, stack: usize, at: &Location) -> Value {
        let refs = self.stored_as(name, stack);
        if refs.is_empty() {
            let reason = "it is taken from the parameter store, under a name that is given when the stack is made";
            self.miss(name, reason, at);
        }
        Value::unknown("a parameter of the store", at).with_refs(refs)
    }

    /// `Resource.Attribute` or a list of both; of a nested stack an output.
    fn attribute(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let (name, attribute) = match (argument.text(), argument.items()) {
            (Some(text), _) => {
                let (name, attribute) = text.split_once('.').unwrap_or((text, ""));
                (name.to_owned(), attribute.to_owned())
            }
            (None, [name, rest @ ..]) => {
                let rest: Vec<String> = rest.iter().map(|part| self.eval(part, stack).as_text()).collect();
                (self.eval(name, stack).as_text(), rest.join("."))
            }
            _ => return Value::unknown("", at),
        };
        self.attribute_of(&name, &attribute, stack, at)
    }

    fn attribute_of(&self, name: &str, attribute: &str, stack: usize, at: &Location) -> Value {
        if let Some(child) = self.stacks[stack].nested.get(name) {
            let output = attribute.strip_prefix("Outputs.").unwrap_or(attribute);
            let value = self.output(*child, output, at);
            self.lead(&format!("{name}.{attribute}"), at, value.is_some());
            return value.unwrap_or_else(|| {
                self.miss(&format!("{name}.{attribute}"), "the nested stack has no output of this name", at);
                Value::unknown("", at)
            });
        }
        let found = self.resource(stack, name);
        self.lead(&format!("{name}.{attribute}"), at, found.is_some());
        if let Some((index, implied)) = found {
            let attribute = implied.map_or_else(|| attribute.to_owned(), |implied| format!("{implied}.{attribute}"));
            return Value::unknown("", at).with_refs(Refs::from([(index, attribute.into())]));
        }
        self.miss(&format!("{name}.{attribute}"), "the template has no resource of this name", at);
        Value::unknown("", at)
    }

    /// A text with `${Name}`, `${Resource.Attribute}`, and names of its own.
    fn substitute(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let (text, own) = match argument.items() {
            [text, own, ..] => (text, Some(own)),
            [text] => (text, None),
            [] => (argument, None),
        };
        let Some(pattern) = text.text() else { return Value::unknown("", at) };
        let mut result = String::new();
        let mut refs = Refs::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                result.push_str("${");
                rest = after;
                continue;
            };
            rest = behind;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let name = name.trim();
            let value = match (own.and_then(|own| own.get(name)), name.split_once('.')) {
                (Some(node), _) => self.eval(node, stack),
                (None, Some((resource, attribute))) if !name.contains("::") => {
                    self.attribute_of(resource, attribute, stack, at)
                }
                _ => self.reference(name, stack, at),
            };
            result.push_str(&value.as_text());
            refs.extend(value.all_refs());
        }
        result.push_str(rest);
        self.dynamic(&result, at).with_refs(refs)
    }

    fn choice(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let [condition, yes, no] = argument.items() else { return Value::unknown("", at) };
        let name = condition.text().unwrap_or("a condition");
        let template = &self.templates[self.stacks[stack].template];
        if condition.tag.is_none() && condition.text().is_some() && template.entry("Conditions", name).is_none() {
            self.miss(name, "the template has no condition of this name", at);
        }
        let (yes, no) = (Box::new(self.eval(yes, stack)), Box::new(self.eval(no, stack)));
        Value::new(Data::If(name.into(), yes, no), at)
    }

    /// The value of a mapping; with a key that is not known that which all keys agree on.
    fn mapped(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let [map, top, second, ..] = argument.items() else { return Value::unknown("", at) };
        let template = &self.templates[self.stacks[stack].template];
        let name = self.eval(map, stack).as_text();
        let Some(mapping) = template.entry("Mappings", &name) else {
            if !name.contains(HOLE) && template.root.at(&["Mappings", "Fn::Transform"]).is_none() {
                self.miss(&name, "the template has no mapping of this name", at);
            }
            return Value::unknown("", at);
        };
        let (top, second) = (self.eval(top, stack), self.eval(second, stack));
        let (top, second) = (top.known_text(), second.known_text());
        let fits =
            |wanted: &Option<String>, key: &Node| wanted.as_ref().is_none_or(|wanted| key.text() == Some(wanted));
        let below = mapping.entries().iter().filter(|(key, _)| fits(&top, key));
        let found: Vec<&Node> = below
            .flat_map(|(_, map)| map.entries())
            .filter(|(key, _)| fits(&second, key))
            .map(|(_, value)| value)
            .collect();
        let Some(first) = found.first() else { return Value::unknown("a key that the mapping lacks", at) };
        let same = found.iter().all(|node| node.text() == first.text() && node.items().len() == first.items().len());
        if same {
            let value = self.eval(first, stack);
            return Value { at: at.clone(), ..value };
        }
        Value::unknown(&format!("one of the values of the mapping {name}"), at)
    }

    fn joined(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let [separator, list] = argument.items() else { return Value::unknown("", at) };
        let list = self.eval(list, stack);
        let refs = list.all_refs();
        let Some(items) = list.items() else { return Value::text_of(&HOLE.to_string(), at).with_refs(refs) };
        let parts: Vec<String> = items.iter().map(Value::as_text).collect();
        self.dynamic(&parts.join(separator.text().unwrap_or_default()), at).with_refs(refs)
    }

    fn selected(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let [index, list, ..] = argument.items() else { return Value::unknown("", at) };
        let list = self.eval(list, stack);
        let index = self.eval(index, stack).as_text();
        if let Data::Map(entries) = &list.data {
            let found = entries.iter().find(|(key, _)| *key == index).map(|(_, value)| value.clone());
            return found.unwrap_or_else(|| Value::unknown("", at)).with_refs(list.refs);
        }
        let number: Option<usize> = index.parse().ok();
        match number.zip(list.items()).and_then(|(number, items)| items.get(number)) {
            Some(item) => Value { at: at.clone(), ..item.clone() }.with_refs(list.refs.clone()),
            None => {
                let reason: Option<Arc<str>> =
                    if let Data::Unknown(reason) = &list.data { reason.clone() } else { None };
                Value::new(Data::Unknown(reason), at).with_refs(list.all_refs())
            }
        }
    }

    fn split(&self, argument: &Node, stack: usize, at: &Location) -> Value {
        let [separator, text] = argument.items() else { return Value::unknown("", at) };
        let text = self.eval(text, stack);
        let separator = separator.text().unwrap_or_default();
        let Some(known) = text.known_text().filter(|_| !separator.is_empty()) else {
            return Value::unknown("", at).with_refs(text.all_refs());
        };
        let items = known.split(separator).map(|part| Value::text_of(part, at)).collect();
        Value::new(Data::List(items), at).with_refs(text.refs)
    }
}
