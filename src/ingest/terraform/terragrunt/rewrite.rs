//! Expressions of Terragrunt as those of a root of Terraform: includes, dependencies, files and paths put in.

use std::sync::Arc;

use super::super::functions;
use super::super::syntax::{Attribute, Expr, For, Item, Piece, Step};
use super::super::value::{Data, Value};
use super::above::parents;
use super::{Unit, join};
use crate::source::toward;

/// Stands for the folder in which the repository begins.
pub(super) const REPOSITORY: &str = "\u{1}";
/// How deep a text may hang on locals.
const DEEPEST: usize = 40;
/// How many steps the texts of a unit may take.
const MOST_STEPS: u32 = 20_000;
/// How many files may hang on each other by their inputs.
const MOST_FILES: usize = 6;

impl Unit<'_> {
    /// The locals of a file, each once.
    pub(super) fn locals_of(&mut self, file: &Arc<str>) {
        if !self.read.insert(Arc::clone(file)) {
            return;
        }
        let Some(body) = self.body(file) else { return };
        for local in body.blocks("locals").flat_map(|block| &block.body.attributes) {
            let value = self.rewritten(&local.value, file);
            let name = qualified(file, &local.name);
            self.locals.insert(Arc::clone(&name), Attribute { name, value, ..local.clone() });
        }
    }

    /// An expression of a file in the words of the root.
    pub(super) fn rewritten(&mut self, expr: &Expr, file: &Arc<str>) -> Expr {
        if let Expr::Get(inner, name) = expr {
            match &**inner {
                Expr::Name(root) if &**root == "local" => {
                    return Expr::Get(inner.clone(), qualified(file, name));
                }
                Expr::Name(root) if &**root == "dependency" => {
                    let data = Expr::Get(Box::new(Expr::Name("data".into())), "terraform_remote_state".into());
                    return Expr::Get(Box::new(data), Arc::clone(name));
                }
                Expr::Name(root) if &**root == "values" && !self.values.is_empty() => return self.value_of(name),
                Expr::Name(root) if &**root == "include" => {
                    if let Some(there) = self.includes.get(name).cloned() {
                        return self.configuration(&there);
                    }
                    if let Some(there) = self.includes.get("").cloned() {
                        return Expr::Get(Box::new(self.configuration(&there)), Arc::clone(name));
                    }
                }
                _ => {}
            }
        }
        if let Expr::Call(name, arguments, spread) = expr {
            let arguments: Vec<Expr> = arguments.iter().map(|argument| self.rewritten(argument, file)).collect();
            return self.called(name, arguments, *spread, file);
        }
        self.inner(expr, file)
    }

    /// A function that knows where it is called from; any other is left as it is.
    fn called(&mut self, name: &Arc<str>, arguments: Vec<Expr>, spread: bool, file: &Arc<str>) -> Expr {
        let text = |text: String| Expr::Text(text.into());
        let first = arguments.first().and_then(|argument| self.text(argument));
        match &**name {
            "find_in_parent_folders" => {
                let wanted = first.unwrap_or_else(|| "terragrunt.hcl".to_owned());
                match self.above(&wanted) {
                    Some(path) => text(format!("/{path}")),
                    None => arguments.into_iter().nth(1).unwrap_or(Expr::Null),
                }
            }
            "read_terragrunt_config" => {
                let path = first.and_then(|path| self.located(&path));
                match path.filter(|path| self.body(path).is_some()) {
                    Some(path) => self.configuration(&path),
                    None => arguments.into_iter().nth(1).unwrap_or(Expr::Call(Arc::clone(name), Vec::new(), false)),
                }
            }
            "get_terragrunt_dir" | "get_original_terragrunt_dir" => text(format!("/{}", self.folder)),
            "get_parent_terragrunt_dir" => text(format!("/{}", folder_of(&self.included(first.as_deref(), file)))),
            "path_relative_to_include" => {
                let above = folder_of(&self.included(first.as_deref(), file)).to_owned();
                let below = self.folder.strip_prefix(&*above).unwrap_or(&self.folder).trim_start_matches('/');
                text(if below.is_empty() { ".".to_owned() } else { below.to_owned() })
            }
            "get_repo_root" | "get_path_to_repo_root" => text(REPOSITORY.to_owned()),
            // What the surroundings say is not known here; what holds without them is.
            "get_env" => arguments.into_iter().nth(1).unwrap_or(Expr::Call(Arc::clone(name), Vec::new(), false)),
            _ => Expr::Call(Arc::clone(name), arguments, spread),
        }
    }

    /// The file that is included under a label, else the one that is, else the one that asks.
    fn included(&self, label: Option<&str>, file: &Arc<str>) -> Arc<str> {
        let named = label.and_then(|label| self.includes.get(label));
        // A file that is included itself speaks of how it is.
        let own = self.includes.values().find(|path| *path == file);
        named.or(own).or_else(|| self.includes.values().next()).unwrap_or(file).clone()
    }

    /// What a file of configuration holds, as an object of locals and inputs.
    fn configuration(&mut self, file: &Arc<str>) -> Expr {
        self.locals_of(file);
        let Some(body) = self.body(file).filter(|_| self.depth < MOST_FILES) else { return Expr::Null };
        let mut locals = Vec::new();
        for local in body.blocks("locals").flat_map(|block| &block.body.attributes) {
            let value = Expr::Get(Box::new(Expr::Name("local".into())), qualified(file, &local.name));
            locals.push((Expr::Text(Arc::clone(&local.name)), Item { value, spot: local.spot }));
        }
        let mut all = vec![(
            Expr::Text("locals".into()),
            Item { value: Expr::Object(Arc::clone(file), locals), spot: Default::default() },
        )];
        if let Some(inputs) = body.get("inputs") {
            self.depth += 1;
            let value = self.rewritten(&inputs.value, file);
            self.depth -= 1;
            all.push((Expr::Text("inputs".into()), Item { value, spot: inputs.spot }));
        }
        Expr::Object(Arc::clone(file), all)
    }

    /// The nearest file of a name in the folders above the unit's.
    fn above(&self, name: &str) -> Option<String> {
        let paths = parents(&self.folder).into_iter().map(|above| join(&above, name));
        paths.into_iter().find(|path| self.tree.contains(path))
    }

    /// The path of a file that an expression names, from the root of the files.
    pub(super) fn path(&mut self, expr: &Expr, file: &Arc<str>) -> Option<Arc<str>> {
        let expr = self.rewritten(expr, file);
        let text = self.text(&expr)?;
        self.located(&text)
    }

    fn located(&self, text: &str) -> Option<Arc<str>> {
        if let Some(rest) = text.strip_prefix(REPOSITORY) {
            let above = parents(&self.folder).into_iter().rev();
            let mut all = above.map(|above| join(&above, rest.trim_start_matches('/')));
            return all.find(|path| self.tree.contains(path)).map(Arc::from);
        }
        let path = match text.strip_prefix('/') {
            Some(rooted) => toward("x", rooted),
            None => toward(&join(&self.folder, "x"), text),
        };
        path.map(Arc::from)
    }

    /// The text that an expression comes to by the files of the unit alone.
    pub(super) fn text(&self, expr: &Expr) -> Option<String> {
        let folded = self.folded(expr, 0)?;
        value(&folded)?.as_text().map(|text| text.to_string())
    }

    /// An expression with locals and attributes put in; `None` when it hangs on more than the unit's files.
    fn folded(&self, expr: &Expr, depth: usize) -> Option<Expr> {
        self.steps.set(self.steps.get() + 1);
        if depth > DEEPEST || self.steps.get() > MOST_STEPS {
            return None;
        }
        match expr {
            Expr::Get(inner, name) => match &**inner {
                Expr::Name(root) if &**root == "local" => self.folded(&self.locals.get(name)?.value, depth + 1),
                _ => match self.folded(inner, depth + 1)? {
                    Expr::Object(_, entries) => {
                        let is_it = |key: &Expr| matches!(key, Expr::Text(text) if text == name);
                        let (_, item) = entries.into_iter().find(|(key, _)| is_it(key))?;
                        self.folded(&item.value, depth + 1)
                    }
                    _ => None,
                },
            },
            Expr::Template(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(known) => text.push_str(known),
                        Piece::Hole(hole) => text.push_str(&value(&self.folded(hole, depth + 1)?)?.as_text()?),
                        Piece::If(..) | Piece::For { .. } => return None,
                    }
                }
                Some(Expr::Text(text.into()))
            }
            Expr::Call(name, arguments, false) => {
                let values: Option<Vec<Value>> =
                    arguments.iter().map(|argument| value(&self.folded(argument, depth + 1)?)).collect();
                functions::call(name, &values?)?.as_text().map(Expr::Text)
            }
            Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Object(..) | Expr::List(..) => Some(expr.clone()),
            _ => None,
        }
    }

    /// The same expression with everything in it rewritten.
    fn inner(&mut self, expr: &Expr, file: &Arc<str>) -> Expr {
        let item = |unit: &mut Self, item: &Item| Item { value: unit.rewritten(&item.value, file), spot: item.spot };
        match expr {
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Name(_) => expr.clone(),
            Expr::List(at, items) => Expr::List(Arc::clone(at), items.iter().map(|one| item(self, one)).collect()),
            Expr::Object(at, entries) => {
                let entry = |(key, value): &(Expr, Item)| (self.rewritten(key, file), item(self, value));
                Expr::Object(Arc::clone(at), entries.iter().map(entry).collect())
            }
            Expr::Template(pieces) => Expr::Template(self.pieces(pieces, file)),
            Expr::Get(inner, name) => Expr::Get(Box::new(self.rewritten(inner, file)), Arc::clone(name)),
            Expr::Index(inner, index) => {
                Expr::Index(Box::new(self.rewritten(inner, file)), Box::new(self.rewritten(index, file)))
            }
            Expr::Splat(inner, steps) => {
                let step = |step: &Step| match step {
                    Step::Get(name) => Step::Get(Arc::clone(name)),
                    Step::Index(index) => Step::Index(self.rewritten(index, file)),
                };
                let steps = steps.iter().map(step).collect();
                Expr::Splat(Box::new(self.rewritten(inner, file)), steps)
            }
            Expr::Call(name, arguments, spread) => {
                let arguments = arguments.iter().map(|argument| self.rewritten(argument, file)).collect();
                Expr::Call(Arc::clone(name), arguments, *spread)
            }
            Expr::If(parts) => Expr::If(Box::new([
                self.rewritten(&parts[0], file),
                self.rewritten(&parts[1], file),
                self.rewritten(&parts[2], file),
            ])),
            Expr::For(each) => Expr::For(Box::new(For {
                over: self.rewritten(&each.over, file),
                key: each.key.as_ref().map(|key| self.rewritten(key, file)),
                value: self.rewritten(&each.value, file),
                condition: each.condition.as_ref().map(|condition| self.rewritten(condition, file)),
                ..(**each).clone()
            })),
            Expr::Binary(operator, sides) => {
                let sides = [self.rewritten(&sides[0], file), self.rewritten(&sides[1], file)];
                Expr::Binary(*operator, Box::new(sides))
            }
            Expr::Not(inner) => Expr::Not(Box::new(self.rewritten(inner, file))),
            Expr::Negative(inner) => Expr::Negative(Box::new(self.rewritten(inner, file))),
        }
    }

    fn pieces(&mut self, pieces: &[Piece], file: &Arc<str>) -> Vec<Piece> {
        let one = |piece: &Piece| match piece {
            Piece::Text(text) => Piece::Text(Arc::clone(text)),
            Piece::Hole(hole) => Piece::Hole(self.rewritten(hole, file)),
            Piece::If(condition, yes, no) => {
                Piece::If(Box::new(self.rewritten(condition, file)), self.pieces(yes, file), self.pieces(no, file))
            }
            Piece::For { key, value, over, body } => Piece::For {
                key: key.clone(),
                value: Arc::clone(value),
                over: Box::new(self.rewritten(over, file)),
                body: self.pieces(body, file),
            },
        };
        pieces.iter().map(one).collect()
    }
}

/// The name under which a local of a file is kept: files may use the same names.
fn qualified(file: &str, name: &str) -> Arc<str> {
    format!("{file}#{name}").into()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What is written out as a value.
fn value(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Text(text) => Some(Value::new(Data::Text(Arc::clone(text)))),
        Expr::Number(number) => Some(Value::new(Data::Number(*number))),
        Expr::Bool(flag) => Some(Value::new(Data::Bool(*flag))),
        Expr::List(_, items) => {
            items.iter().map(|item| value(&item.value)).collect::<Option<Vec<_>>>().map(Value::list)
        }
        _ => None,
    }
}
