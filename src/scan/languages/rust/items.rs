//! Items to functions, types and imports.

use std::collections::BTreeSet;
use std::sync::Arc;

use syn::spanned::Spanned;
use syn::{
    Attribute, Block, Expr, FnArg, ImplItem, Item, Pat, ReturnType, Signature, TraitItem, Type as Ty, TypeParamBound,
    UseTree, Visibility,
};

use super::cfg::{self, Condition};
use super::walk::{Frame, Walk};
use crate::scan::code::{Annotation, Binding, Function, Import, Module, Role, Type};

/// What the items of a file say.
pub(super) fn module(items: &[Item]) -> Module {
    let mut reader = Reader::default();
    reader.items(items, &Condition::default());
    reader.finish()
}

/// A path that is written in full, the condition of the build around it, and its line.
type Full = (Vec<Arc<str>>, Option<Arc<str>>, u32);

/// What is read so far.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) module: Module,
    /// The code outside of functions.
    outside: Function,
    /// Paths that begin with a name that nothing in the file brings: those of other crates, written in full.
    pub(super) full: Vec<Full>,
    /// The names of modules and items of this file.
    own: BTreeSet<Arc<str>>,
}

impl Reader {
    fn items(&mut self, items: &[Item], condition: &Condition) {
        items.iter().for_each(|item| self.item(item, condition));
    }

    pub(super) fn item(&mut self, item: &Item, condition: &Condition) {
        match item {
            Item::Use(item) => {
                let condition = condition.with(&item.attrs);
                if !condition.is_test {
                    let again = !matches!(item.vis, Visibility::Inherited);
                    self.imports(&mut Vec::new(), &item.tree, again, &condition, line(item));
                }
            }
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
                let condition = condition.with(&item.attrs);
                self.import(&[word(&item.ident)], Some(word(name)), false, &condition, line(item));
            }
            Item::Mod(item) => {
                let condition = condition.with(&item.attrs);
                self.own.insert(word(&item.ident));
                match &item.content {
                    Some((_, items)) => self.items(items, &condition),
                    None if condition.is_test => {}
                    None => {
                        let path = [Arc::from("self"), word(&item.ident)];
                        self.import(&path, Some(word(&item.ident)), false, &condition, line(item));
                    }
                }
            }
            Item::Fn(item) => {
                let condition = condition.with(&item.attrs);
                self.function(&item.attrs, &item.sig, Some(&item.block), None, false, &condition, item.span());
            }
            Item::Struct(item) => {
                let fields =
                    item.fields.iter().filter_map(|field| Some((word(field.ident.as_ref()?), kind(&field.ty)?)));
                self.kind(&item.ident, Vec::new(), fields.collect());
            }
            Item::Enum(item) => self.kind(&item.ident, Vec::new(), Vec::new()),
            Item::Trait(item) => {
                let condition = condition.with(&item.attrs);
                let bases = item.supertraits.iter().filter_map(bound).collect();
                self.kind(&item.ident, bases, Vec::new());
                let owner = word(&item.ident);
                for inner in &item.items {
                    let TraitItem::Fn(inner) = inner else { continue };
                    let condition = condition.with(&inner.attrs);
                    let block = inner.default.as_ref();
                    self.function(&inner.attrs, &inner.sig, block, Some(&owner), false, &condition, inner.span());
                }
            }
            Item::Impl(item) => {
                let condition = condition.with(&item.attrs);
                let Some(owner) = kind(&item.self_ty) else { return };
                let base =
                    item.trait_.as_ref().and_then(|(path, _)| path.segments.last().map(|last| word(&last.ident)));
                if let Some(base) = &base {
                    self.base(&owner, base, line(item));
                }
                for inner in &item.items {
                    match inner {
                        ImplItem::Fn(inner) => {
                            let condition = condition.with(&inner.attrs);
                            let of_trait = base.is_some();
                            let block = Some(&inner.block);
                            self.function(
                                &inner.attrs,
                                &inner.sig,
                                block,
                                Some(&owner),
                                of_trait,
                                &condition,
                                inner.span(),
                            );
                        }
                        ImplItem::Const(inner) => self.value(&inner.ident, &inner.expr, &condition),
                        _ => {}
                    }
                }
            }
            Item::Const(item) => self.value(&item.ident, &item.expr, &condition.with(&item.attrs)),
            Item::Static(item) => self.value(&item.ident, &item.expr, &condition.with(&item.attrs)),
            Item::Macro(item) => {
                let mut outside = std::mem::take(&mut self.outside);
                Walk::new(self, &mut outside, None, condition.clone(), Frame::default()).outer_macro(&item.mac);
                self.outside = outside;
            }
            _ => {}
        }
    }

    /// A constant or static: it gets its value when the program starts, or when it is first used.
    fn value(&mut self, name: &syn::Ident, value: &Expr, condition: &Condition) {
        if condition.is_test {
            return;
        }
        let mut outside = std::mem::take(&mut self.outside);
        let parts = Walk::new(self, &mut outside, None, condition.clone(), Frame::default()).value(value);
        outside.bindings.push(Binding::new(word(name), true, parts, line(name)));
        outside.line = if outside.line == 0 { line(name) } else { outside.line };
        outside.end = line(name).max(outside.end);
        self.outside = outside;
    }

    #[expect(clippy::too_many_arguments, reason = "functions of files, traits and types differ in exactly these")]
    fn function(
        &mut self,
        attributes: &[Attribute],
        signature: &Signature,
        block: Option<&Block>,
        owner: Option<&Arc<str>>,
        of_trait: bool,
        condition: &Condition,
        span: proc_macro2::Span,
    ) {
        let Some(block) = block else { return };
        let name = word(&signature.ident);
        let is_start = owner.is_none() && &*name == "main" || cfg::is_main(attributes);
        let is_test = condition.is_test || cfg::is_test(attributes);
        let foreign = signature.abi.is_some();
        let mut function = Function {
            name: Arc::clone(&name),
            owner: owner.cloned(),
            parameters: signature.inputs.iter().filter_map(parameter).collect(),
            role: match (is_test, is_start) {
                (true, _) => Role::Test,
                (_, true) => Role::Main,
                _ => Role::Plain,
            },
            exposed: of_trait || foreign || cfg::hands_on(attributes),
            only_if: condition.only_if.clone(),
            line: line(signature.fn_token),
            end: u32::try_from(span.end().line).unwrap_or(u32::MAX),
            ..Function::default()
        };
        self.annotations(attributes, owner, &name);
        let frame = Frame::of_function(answers(&signature.output), is_start);
        let mut walk = Walk::new(self, &mut function, owner.cloned(), condition.clone(), frame);
        walk.body(block);
        self.module.functions.push(function);
    }

    fn annotations(&mut self, attributes: &[Attribute], owner: Option<&Arc<str>>, member: &Arc<str>) {
        for attribute in attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
            let path = attribute.path().segments.iter().map(|segment| word(&segment.ident)).collect();
            self.module.annotations.push(Annotation {
                path,
                arguments: Vec::new(),
                owner: owner.cloned(),
                member: Some(Arc::clone(member)),
                line: line(attribute),
            });
        }
    }

    fn kind(&mut self, name: &syn::Ident, bases: Vec<Arc<str>>, fields: Vec<(Arc<str>, Arc<str>)>) {
        let at = line(name);
        let name = word(name);
        self.own.insert(Arc::clone(&name));
        match self.module.types.iter_mut().find(|one| one.name == name) {
            Some(one) => {
                one.fields.extend(fields);
                one.bases.extend(bases);
                one.line = at;
            }
            None => self.module.types.push(Type { name, bases, fields, line: at }),
        }
    }

    fn base(&mut self, name: &Arc<str>, base: &Arc<str>, line: u32) {
        match self.module.types.iter_mut().find(|one| one.name == *name) {
            Some(one) if one.bases.contains(base) => {}
            Some(one) => one.bases.push(Arc::clone(base)),
            None => self.module.types.push(Type {
                name: Arc::clone(name),
                bases: vec![Arc::clone(base)],
                fields: Vec::new(),
                line,
            }),
        }
    }

    fn imports(&mut self, before: &mut Vec<Arc<str>>, tree: &UseTree, again: bool, condition: &Condition, line: u32) {
        match tree {
            UseTree::Path(path) => {
                before.push(word(&path.ident));
                self.imports(before, &path.tree, again, condition, line);
                before.pop();
            }
            UseTree::Group(group) => {
                group
                    .items
                    .iter()
                    .for_each(|tree| self.imports(before, tree, again, condition, self::line(tree).max(line)));
            }
            UseTree::Name(name) if name.ident == "self" => {
                let last = before.last().cloned();
                self.import(&before.clone(), last, again, condition, line);
            }
            UseTree::Name(name) => {
                let path = [before.as_slice(), &[word(&name.ident)]].concat();
                self.import(&path, Some(word(&name.ident)), again, condition, line);
            }
            UseTree::Rename(name) => {
                let path = [before.as_slice(), &[word(&name.ident)]].concat();
                let path = if name.ident == "self" { before.clone() } else { path };
                let alias = Some(word(&name.rename)).filter(|alias| &**alias != "_");
                self.import(&path, alias, again, condition, line);
            }
            UseTree::Glob(_) => self.import(&before.clone(), None, again, condition, line),
        }
    }

    fn import(&mut self, path: &[Arc<str>], name: Option<Arc<str>>, again: bool, condition: &Condition, line: u32) {
        let only_if = condition.only_if.clone();
        self.module.imports.push(Import { path: path.join("::").into(), name, again, only_if, line });
    }

    /// The module, with an import for each crate that is only named in full: `redis::Client::open(…)`.
    fn finish(mut self) -> Module {
        let known: BTreeSet<Arc<str>> = self.module.imports.iter().filter_map(|import| import.name.clone()).collect();
        let mut seen = BTreeSet::new();
        self.full.sort_by_key(|(.., line)| *line);
        for (path, only_if, line) in std::mem::take(&mut self.full) {
            let Some(first) = path.first().filter(|first| !known.contains(*first) && !self.own.contains(*first)) else {
                continue;
            };
            let text: Arc<str> = path.join("::").into();
            if seen.insert(Arc::clone(&text)) {
                let name = Some(Arc::clone(first));
                self.module.imports.push(Import { path: text, name, again: false, only_if, line });
            }
        }
        let outside = &self.outside;
        if !outside.bindings.is_empty() || !outside.calls.is_empty() || !outside.texts.is_empty() {
            self.outside.role = Role::Initialiser;
            self.module.functions.push(self.outside);
        }
        self.module
    }
}

/// A name without the mark of raw identifiers.
pub(super) fn word(ident: &syn::Ident) -> Arc<str> {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).into()
}

/// The first line of something, from 1.
pub(super) fn line(of: impl Spanned) -> u32 {
    u32::try_from(of.span().start().line).unwrap_or(u32::MAX)
}

/// Types that hold one of another and stand for it.
const HOLDERS: &[&str] = &[
    "Arc",
    "Rc",
    "Box",
    "Option",
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "OnceCell",
    "OnceLock",
    "LazyLock",
    "Lazy",
    "Vec",
    "Pin",
    "Cow",
    "Data",
    "State",
    "Extension",
    "Json",
    "Path",
    "Query",
    "Result",
    "Weak",
    "ArcSwap",
];

/// The last part of a type's name; of `Arc<dyn Storage>` it is `Storage`.
pub(super) fn kind(ty: &Ty) -> Option<Arc<str>> {
    match ty {
        Ty::Reference(inner) => kind(&inner.elem),
        Ty::Paren(inner) => kind(&inner.elem),
        Ty::Group(inner) => kind(&inner.elem),
        Ty::Slice(inner) => kind(&inner.elem),
        Ty::Array(inner) => kind(&inner.elem),
        Ty::TraitObject(object) => object.bounds.iter().find_map(bound),
        Ty::ImplTrait(object) => object.bounds.iter().find_map(bound),
        Ty::Path(path) => {
            let last = path.path.segments.last()?;
            if let syn::PathArguments::AngleBracketed(inner) = &last.arguments
                && HOLDERS.contains(&&*word(&last.ident))
            {
                let held = inner.args.iter().find_map(|argument| match argument {
                    syn::GenericArgument::Type(ty) => kind(ty),
                    _ => None,
                });
                return held.or_else(|| Some(word(&last.ident)));
            }
            Some(word(&last.ident))
        }
        _ => None,
    }
}

fn bound(bound: &TypeParamBound) -> Option<Arc<str>> {
    match bound {
        TypeParamBound::Trait(one) => one.path.segments.last().map(|last| word(&last.ident)),
        _ => None,
    }
}

fn parameter(argument: &FnArg) -> Option<(Arc<str>, Option<Arc<str>>)> {
    let FnArg::Typed(typed) = argument else { return None };
    let mut names = Vec::new();
    names_of(&typed.pat, &mut names);
    Some((names.into_iter().next().unwrap_or_default(), kind(&typed.ty)))
}

/// The names that a pattern gives values to.
pub(super) fn names_of(pat: &Pat, names: &mut Vec<Arc<str>>) {
    match pat {
        Pat::Ident(one) => {
            names.push(word(&one.ident));
            one.subpat.iter().for_each(|(_, inner)| names_of(inner, names));
        }
        Pat::Type(one) => names_of(&one.pat, names),
        Pat::Reference(one) => names_of(&one.pat, names),
        Pat::Paren(one) => names_of(&one.pat, names),
        Pat::Guard(one) => names_of(&one.pat, names),
        Pat::Tuple(list) => list.elems.iter().for_each(|one| names_of(one, names)),
        Pat::TupleStruct(list) => list.elems.iter().for_each(|one| names_of(one, names)),
        Pat::Slice(list) => list.elems.iter().for_each(|one| names_of(one, names)),
        Pat::Struct(one) => one.fields.iter().for_each(|field| names_of(&field.pat, names)),
        Pat::Or(list) => list.cases.iter().take(1).for_each(|one| names_of(one, names)),
        _ => {}
    }
}

/// Whether a function can hand a failure to its caller: its type speaks of a result, an option or an answer.
fn answers(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    let mut finder = Finder(false);
    syn::visit::Visit::visit_type(&mut finder, ty);
    finder.0
}

struct Finder(bool);

impl<'ast> syn::visit::Visit<'ast> for Finder {
    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        let name = ident.to_string();
        self.0 |= name.ends_with("Result") || matches!(&*name, "Option" | "Try" | "TryStream");
    }
}
