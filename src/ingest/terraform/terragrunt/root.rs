//! What a unit says as a root of Terraform: a call of its module, what that is told, and files that are generated beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::folder::Folder;
use super::super::hcl;
use super::super::settings::in_quotes;
use super::super::syntax::{Attribute, Block, Body, Expr, Item, Piece, Spot};
use super::Unit;

impl Unit<'_> {
    /// Puts what it says into the root at its folder.
    pub(super) fn put_into_root(&mut self, module: Option<&str>, folders: &mut BTreeMap<String, Folder>) {
        let declared: Vec<(Arc<str>, Option<Expr>)> = module
            .or(Some(&self.folder).filter(|_| self.source.is_none()).map(String::as_str))
            .and_then(|path| folders.get(path))
            .map(|folder| {
                let default = |block: &Block| block.body.get("default").map(|default| default.value.clone());
                folder.variables.iter().map(|(name, block)| (Arc::clone(name), default(block))).collect()
            })
            .unwrap_or_default();
        let inputs = self.told(&declared);
        let path = self.folder.clone();
        let root = folders.entry(path.clone()).or_insert_with(|| Folder { path, ..Folder::default() });
        root.locals.extend(std::mem::take(&mut self.locals));
        for (name, block) in std::mem::take(&mut self.dependencies) {
            root.resources.insert(format!("data.terraform_remote_state.{name}").into(), dependency(&name, &block));
        }
        for (name, contents) in std::mem::take(&mut self.generated) {
            root.add_generated(&name, &contents);
        }
        if let Some(block) = self.state.take() {
            root.backend = root.backend.take().or_else(|| backend(block));
        }
        match &self.source {
            Some(source) => {
                let name: Arc<str> =
                    self.folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("unit").into();
                let value = match module {
                    Some(there) => Expr::Text(relative(&self.folder, there).into()),
                    None => source.value.clone(),
                };
                let source = Attribute { name: "source".into(), value, ..source.clone() };
                let (file, spot) = (Arc::clone(&source.file), source.spot);
                let body = Body { attributes: std::iter::once(source).chain(inputs).collect(), blocks: Vec::new() };
                root.passes = Some(Arc::clone(&name));
                let block = Block { kind: "module".into(), labels: vec![Arc::clone(&name)], body, file, spot };
                root.modules.insert(name, block);
            }
            None => root.given.extend(inputs.into_iter().map(|input| (Arc::clone(&input.name), input))),
        }
    }

    /// What the module is told, name by name. Of inputs that are worked out, as by `merge`, the variables are asked for
    /// one by one; a module from elsewhere is told them as a whole.
    fn told(&self, declared: &[(Arc<str>, Option<Expr>)]) -> Vec<Attribute> {
        let mut told: BTreeMap<Arc<str>, Attribute> = BTreeMap::new();
        for inputs in &self.inputs {
            let named = |name: &Arc<str>, value: Expr, spot: Spot| Attribute {
                name: Arc::clone(name),
                value,
                file: Arc::clone(&inputs.file),
                spot,
            };
            match &inputs.value {
                Expr::Object(_, entries) => {
                    for (key, item) in entries {
                        if let Expr::Text(name) = key {
                            told.insert(Arc::clone(name), named(name, item.value.clone(), item.spot));
                        }
                    }
                }
                whole if declared.is_empty() => {
                    told.insert("".into(), named(&"".into(), whole.clone(), inputs.spot));
                }
                whole => {
                    for (name, default) in declared {
                        let own = Expr::Get(Box::new(whole.clone()), Arc::clone(name));
                        let before = told.get(name).map(|known| known.value.clone()).or_else(|| default.clone());
                        let value = Expr::Call("try".into(), std::iter::once(own).chain(before).collect(), false);
                        told.insert(Arc::clone(name), named(name, value, inputs.spot));
                    }
                }
            }
        }
        told.into_values().collect()
    }
}

impl Folder {
    /// Adds what a generated file declares. A hole in its text becomes a local.
    fn add_generated(&mut self, name: &str, contents: &Attribute) {
        let whole = [Piece::Hole(contents.value.clone())];
        let pieces = if let Expr::Template(pieces) = &contents.value { pieces.as_slice() } else { &whole };
        let mut text = String::new();
        for (number, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(known) => text.push_str(known),
                Piece::Hole(Expr::Text(known)) => text.push_str(known),
                Piece::Hole(value) => {
                    let hole = format!("generate_{name}_{number}");
                    let reference =
                        if in_quotes(&text) { format!("${{local.{hole}}}") } else { format!("local.{hole}") };
                    text.push_str(&reference);
                    let local = Attribute { name: hole.as_str().into(), value: value.clone(), ..contents.clone() };
                    self.locals.insert(hole.into(), local);
                }
                Piece::If(..) | Piece::For { .. } => return,
            }
        }
        // What it generates may be no Terraform at all, which is nobody's mistake.
        let Ok(mut body) = hcl::parse(&contents.file, &text) else { return };
        moved(&mut body, contents.spot.line);
        self.add(body, false);
    }
}

/// Moves what was read in a text to the lines of the file in which the text stands.
fn moved(body: &mut Body, by: u32) {
    for attribute in &mut body.attributes {
        attribute.spot.line += by;
    }
    for block in &mut body.blocks {
        block.spot.line += by;
        moved(&mut block.body, by);
    }
}

/// The state of another unit, as one looks at it from a root.
fn dependency(name: &Arc<str>, block: &Block) -> Block {
    let at = |name: &str, value: Expr| Attribute {
        name: name.into(),
        value,
        file: Arc::clone(&block.file),
        spot: block.spot,
    };
    let text = |text: &str| Expr::Text(text.into());
    let path = block.body.get("config_path").map_or_else(|| text(""), |path| path.value.clone());
    let path = Expr::Template(vec![Piece::Hole(path), Piece::Text("/terraform.tfstate".into())]);
    let config = Expr::Object(Arc::clone(&block.file), vec![(text("path"), Item { value: path, spot: block.spot })]);
    Block {
        kind: "data".into(),
        labels: vec!["terraform_remote_state".into(), Arc::clone(name)],
        body: Body { attributes: vec![at("backend", text("local")), at("config", config)], blocks: Vec::new() },
        file: Arc::clone(&block.file),
        spot: block.spot,
    }
}

/// Where the state is kept, as a root says it.
fn backend(mut block: Block) -> Option<Block> {
    let kind = match block.body.get("backend").map(|backend| &backend.value) {
        Some(Expr::Text(kind)) => Arc::clone(kind),
        _ => return None,
    };
    let config = block.body.get("config").map(|config| config.value.clone());
    block.body = Body::default();
    if let Some(Expr::Object(file, entries)) = config {
        for (key, item) in entries {
            if let Expr::Text(name) = key {
                let attribute = Attribute { name, value: item.value, file: Arc::clone(&file), spot: item.spot };
                block.body.attributes.push(attribute);
            }
        }
    }
    Some(Block { kind: "backend".into(), labels: vec![kind], ..block })
}

/// The way from one folder to another, as the source of a module writes it.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let way: Vec<String> = std::iter::once(".".to_owned()).chain(up).chain(to[shared..].iter().cloned()).collect();
    way.join("/")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn the_way_between_folders() {
        assert_eq!(relative("live/prod/db", "modules/db"), "./../../../modules/db");
        assert_eq!(relative("", "m"), "./m");
        assert_eq!(relative("a/b", "a/b/c"), "./c");
    }
}
