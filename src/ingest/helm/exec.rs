//! Carrying out templates, with a note of the line that each line of the result comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::functions;
use super::parse::{Body, Node, Operand, Pipe, parse};
use super::value::Value;

/// A chart that takes more steps than this does not end.
const MOST_STEPS: usize = 2_000_000;
const MOST_BYTES: usize = 32 * 1024 * 1024;
const DEEPEST: usize = 60;
/// Lists of nodes within each other, those of templates that are called included.
const DEEPEST_LIST: usize = 300;

/// Why a template could not be rendered, in words.
pub(super) type Failure = String;

/// What templates of a chart share.
pub(super) struct Engine {
    /// Templates by name, with the file that each is defined in.
    pub(super) defines: BTreeMap<String, (Arc<str>, Body)>,
    /// How many steps the template took so far.
    pub(super) steps: usize,
    /// What had to be done without.
    pub(super) notes: Vec<String>,
    /// The charts whose values are not known, since they are not among the files.
    pub(super) absent: BTreeSet<String>,
    depth: usize,
    nested: usize,
    written: usize,
}

/// A text with the place that each of its lines comes from.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// The text.
    pub(super) text: String,
    /// File and line, for each line of the text that holds anything.
    pub(super) lines: Vec<Option<(Arc<str>, u32)>>,
}

impl Output {
    fn push(&mut self, text: &str, file: &Arc<str>, mut line: u32, moves: bool) {
        for (number, part) in text.split('\n').enumerate() {
            if number > 0 {
                self.text.push('\n');
                self.lines.push(None);
                line += u32::from(moves);
            }
            if self.lines.is_empty() {
                self.lines.push(None);
            }
            if !part.trim().is_empty()
                && let Some(last) = self.lines.last_mut()
                && last.is_none()
            {
                *last = Some((Arc::clone(file), line));
            }
            self.text.push_str(part);
        }
    }
}

/// What a list of nodes ended with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// Where a template is being carried out.
struct Frame {
    file: Arc<str>,
    root: Value,
    variables: Vec<(String, Value)>,
}

impl Engine {
    pub(super) fn new() -> Self {
        Engine {
            defines: BTreeMap::new(),
            steps: 0,
            notes: Vec::new(),
            absent: BTreeSet::new(),
            depth: 0,
            nested: 0,
            written: 0,
        }
    }

    /// Carries out a template with the dot set to a value.
    pub(super) fn run(&mut self, file: &Arc<str>, body: &Body, dot: &Value) -> Result<Output, Failure> {
        if self.depth >= DEEPEST {
            return Err("templates call each other without end".to_owned());
        }
        self.depth += 1;
        let mut frame = Frame { file: Arc::clone(file), root: dot.clone(), variables: Vec::new() };
        let mut output = Output::default();
        let outcome = self.list(body, dot, &mut frame, &mut output);
        self.depth -= 1;
        outcome.map(|_| output)
    }

    /// Carries out a named template.
    pub(super) fn include(&mut self, name: &str, dot: &Value) -> Result<Output, Failure> {
        let Some((file, body)) = self.defines.get(name).cloned() else {
            let text = usual(name, dot).ok_or_else(|| format!("no template is called `{name}`"))?;
            self.notes.push(format!("the template `{name}` is not there, and taken for what charts usually have"));
            return Ok(Output { text, lines: Vec::new() });
        };
        self.run(&file, &body, dot)
    }

    /// Carries out a text as a template.
    pub(super) fn tpl(&mut self, text: &str, dot: &Value) -> Result<String, Failure> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let parsed = parse(text).map_err(|wrong| wrong.message)?;
        let file: Arc<str> = "tpl".into();
        for (name, body) in parsed.defines {
            self.defines.insert(name, (Arc::clone(&file), body));
        }
        Ok(self.run(&file, &parsed.body, dot)?.text)
    }

    fn list(&mut self, body: &Body, dot: &Value, frame: &mut Frame, output: &mut Output) -> Result<Flow, Failure> {
        if self.nested >= DEEPEST_LIST {
            return Err("it is nested too deep".to_owned());
        }
        self.nested += 1;
        let height = frame.variables.len();
        let mut outcome = Ok(Flow::On);
        for node in body.iter() {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.written > MOST_BYTES {
                outcome = Err("it takes too many steps".to_owned());
                break;
            }
            outcome = self.node(node, dot, frame, output);
            if !matches!(outcome, Ok(Flow::On)) {
                break;
            }
        }
        self.nested -= 1;
        frame.variables.truncate(height);
        outcome
    }

    fn node(&mut self, node: &Node, dot: &Value, frame: &mut Frame, output: &mut Output) -> Result<Flow, Failure> {
        match node {
            Node::Text(text, line) => {
                self.written += text.len();
                output.push(text, &Arc::clone(&frame.file), *line, true);
            }
            Node::Action(pipe, line) => {
                let value = self.pipe(pipe, dot, frame).map_err(|why| at_line(why, *line))?;
                if pipe.variables.is_empty() {
                    if !value.is_sane() {
                        return Err(at_line("a value that is too large, or holds itself".to_owned(), *line));
                    }
                    let shown = value.shown();
                    self.written += shown.len();
                    output.push(&shown, &Arc::clone(&frame.file), *line, false);
                }
            }
            Node::If(branches) => {
                for (condition, body) in branches {
                    let height = frame.variables.len();
                    let holds = match condition {
                        Some(pipe) => self.pipe(pipe, dot, frame)?.is_true(),
                        None => true,
                    };
                    if holds {
                        let flow = self.list(body, dot, frame, output)?;
                        frame.variables.truncate(height);
                        return Ok(flow);
                    }
                    frame.variables.truncate(height);
                }
            }
            Node::With(branches) => {
                for (condition, body) in branches {
                    let height = frame.variables.len();
                    let value = match condition {
                        Some(pipe) => self.pipe(pipe, dot, frame)?,
                        None => dot.clone(),
                    };
                    if condition.is_none() || value.is_true() {
                        let flow = self.list(body, &value, frame, output)?;
                        frame.variables.truncate(height);
                        return Ok(flow);
                    }
                    frame.variables.truncate(height);
                }
            }
            Node::Range(pipe, body, other) => return self.range(pipe, body, other.as_ref(), dot, frame, output),
            Node::Template(name, with, line) => {
                let value = match with {
                    Some(pipe) => self.pipe(pipe, dot, frame)?,
                    None => Value::Null,
                };
                let inner = self.include(name, &value).map_err(|why| at_line(why, *line))?;
                self.written += inner.text.len();
                output.push(&inner.text, &Arc::clone(&frame.file), *line, false);
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        pipe: &Pipe,
        body: &Body,
        other: Option<&Body>,
        dot: &Value,
        frame: &mut Frame,
        output: &mut Output,
    ) -> Result<Flow, Failure> {
        let plain = self.commands(pipe, dot, frame)?;
        let items: Vec<(Value, Value)> = match &plain {
            Value::List(items) => (0..).map(Value::Int).zip(items.iter().cloned()).collect(),
            Value::Map(map) => map.borrow().iter().map(|(key, value)| (Value::text(key), value.clone())).collect(),
            Value::Int(count) => (0..(*count).clamp(0, 10_000)).map(|n| (Value::Int(n), Value::Int(n))).collect(),
            _ => Vec::new(),
        };
        if items.is_empty() {
            return other.map_or(Ok(Flow::On), |other| self.list(other, dot, frame, output));
        }
        for (key, value) in items {
            let height = frame.variables.len();
            match pipe.variables.as_slice() {
                [one] => frame.variables.push((one.clone(), value.clone())),
                [first, second] => {
                    frame.variables.push((first.clone(), key));
                    frame.variables.push((second.clone(), value.clone()));
                }
                _ => {}
            }
            let flow = self.list(body, &value, frame, output)?;
            frame.variables.truncate(height);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    /// What a pipeline gives; its variables are set.
    fn pipe(&mut self, pipe: &Pipe, dot: &Value, frame: &mut Frame) -> Result<Value, Failure> {
        let value = self.commands(pipe, dot, frame)?;
        for name in &pipe.variables {
            let known = frame.variables.iter_mut().rev().find(|(known, _)| known == name);
            match known.filter(|_| !pipe.declares) {
                Some((_, old)) => *old = value.clone(),
                None => frame.variables.push((name.clone(), value.clone())),
            }
        }
        Ok(value)
    }

    fn commands(&mut self, pipe: &Pipe, dot: &Value, frame: &mut Frame) -> Result<Value, Failure> {
        let mut result: Option<Value> = None;
        for command in &pipe.commands {
            result = Some(self.command(command, result, dot, frame)?);
        }
        Ok(result.unwrap_or(Value::Null))
    }

    fn command(
        &mut self,
        command: &[Operand],
        last: Option<Value>,
        dot: &Value,
        frame: &mut Frame,
    ) -> Result<Value, Failure> {
        self.steps += 1;
        let Some((first, rest)) = command.split_first() else { return Ok(Value::Null) };
        if let Operand::Function(name) = first {
            // These two look at no more than they have to.
            if name == "and" || name == "or" {
                let mut value = Value::Null;
                for operand in rest {
                    value = self.operand(operand, dot, frame)?;
                    if value.is_true() == (name == "or") {
                        return Ok(value);
                    }
                }
                return Ok(last.unwrap_or(value));
            }
            let mut arguments = Vec::with_capacity(rest.len() + 1);
            for operand in rest {
                arguments.push(self.operand(operand, dot, frame)?);
            }
            arguments.extend(last);
            return functions::call(self, name, arguments);
        }
        // A method of a value: `.Capabilities.APIVersions.Has "x"`, `.Files.Get "x"`.
        if let Operand::Fields(of, fields) = first
            && let Some((method, above)) = fields.split_last()
            && matches!(method.as_str(), "Has" | "Get" | "GetBytes" | "Glob" | "AsConfig" | "AsSecrets" | "Lines")
        {
            let mut receiver = self.operand(of, dot, frame)?;
            for field in above {
                receiver = receiver.get(field);
            }
            let mut arguments = Vec::new();
            for operand in rest {
                arguments.push(self.operand(operand, dot, frame)?);
            }
            arguments.extend(last.clone());
            if let Some(value) = functions::method(&receiver, method, &arguments) {
                return Ok(value);
            }
        }
        let value = self.operand(first, dot, frame)?;
        if !rest.is_empty() || last.is_some() {
            return Err("a value is called as if it were a function".to_owned());
        }
        Ok(value)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value, frame: &mut Frame) -> Result<Value, Failure> {
        Ok(match operand {
            Operand::Dot => dot.clone(),
            Operand::Nil => Value::Null,
            Operand::Bool(value) => Value::Bool(*value),
            Operand::Int(number) => Value::Int(*number),
            Operand::Float(number) => Value::Float(*number),
            Operand::Text(text) => Value::text(text),
            Operand::Variable(name) if name == "$" => frame.root.clone(),
            Operand::Variable(name) => {
                let known = frame.variables.iter().rev().find(|(known, _)| known == name);
                known.map(|(_, value)| value.clone()).ok_or_else(|| format!("the variable {name} is not set"))?
            }
            Operand::Function(name) => functions::call(self, name, Vec::new())?,
            Operand::Inner(pipe) => self.pipe(pipe, dot, frame)?,
            Operand::Fields(of, fields) => {
                let mut value = self.operand(of, dot, frame)?;
                for (number, field) in fields.iter().enumerate() {
                    if matches!(value, Value::Null) && number > 0 {
                        if let [root, chart, ..] = fields.as_slice()
                            && root == "Values"
                            && self.absent.contains(chart)
                        {
                            self.notes
                                .push(format!("the chart `{chart}`, and what its values are, is not among the files"));
                            return Ok(Value::Null);
                        }
                        return Err(format!("there is nothing to take `{}` of", fields.join(".")));
                    }
                    value = value.get(field);
                }
                value
            }
        })
    }
}

fn at_line(why: String, line: u32) -> String {
    if why.contains("line ") { why } else { format!("line {line}: {why}") }
}

/// What a helper that is not in the tree most likely gives, by the names that `helm create` writes: `shop.fullname`, and
/// `shop.db.labels` for a part of the chart. Charts that fetch their helpers from elsewhere are common.
fn usual(name: &str, dot: &Value) -> Option<String> {
    let mut parts: Vec<&str> = name.split('.').collect();
    let last = parts.pop()?;
    let root = if matches!(dot.get("Chart"), Value::Null) { dot.get("context") } else { dot.clone() };
    let values = root.get("Values");
    let chart = root.get("Chart").get("Name").shown();
    let given = |key: &str| Some(values.get(key).shown()).filter(|text| !text.is_empty());
    let own = given("nameOverride").unwrap_or_else(|| chart.clone());
    let release = root.get("Release").get("Name").shown();
    let joined = if release.contains(&own) { release.clone() } else { format!("{release}-{own}") };
    let full = given("fullnameOverride").unwrap_or(joined);
    let component =
        parts.get(1..).filter(|rest| *rest != ["names"]).map(|rest| rest.join("-")).filter(|part| !part.is_empty());
    let with_part = |text: String| component.as_ref().map_or(text.clone(), |part| format!("{text}-{part}"));
    if chart.is_empty() {
        return None;
    }
    match last {
        "name" => Some(own),
        "chart" => Some(chart),
        "labels" | "selectorLabels" => {
            let part = component.map(|part| format!("\napp.kubernetes.io/component: {part}")).unwrap_or_default();
            Some(format!("app.kubernetes.io/name: {own}\napp.kubernetes.io/instance: {release}{part}"))
        }
        _ if last.to_lowercase().ends_with("annotations") => Some(String::new()),
        _ if last.to_lowercase().ends_with("name") => Some(with_part(full)),
        _ => None,
    }
}
