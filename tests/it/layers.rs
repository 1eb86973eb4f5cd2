//! The shape of the tree, from the code's own imports: a room imports only rooms above it, and only `source` reads files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// The rooms in the order of the flow of data.
const ROOMS: [&str; 13] = [
    "source",
    "model",
    "facts",
    "catalogue",
    "ingest",
    "scan",
    "resolve",
    "graph",
    "analysis",
    "policy",
    "report",
    "draw",
    "cli",
];

#[derive(Default)]
struct Imports {
    rooms: BTreeSet<String>,
    std: BTreeSet<String>,
}

impl Imports {
    fn path(&mut self, segments: &[String]) {
        match segments {
            [root, room, ..] if root == "crate" => drop(self.rooms.insert(room.clone())),
            [root, module, ..] if root == "std" => drop(self.std.insert(module.clone())),
            _ => {}
        }
    }

    fn tree(&mut self, before: &mut Vec<String>, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(before, &path.tree);
                before.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(before, item)),
            syn::UseTree::Name(name) => self.path(&[before.clone(), vec![name.ident.to_string()]].concat()),
            syn::UseTree::Rename(name) => self.path(&[before.clone(), vec![name.ident.to_string()]].concat()),
            _ => self.path(before),
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&mut Vec::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        syn::visit::visit_path(self, path);
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn rooms_import_downward_only_and_only_source_reads_files() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    let mut wrong = Vec::new();
    for file in &all {
        let inside = file.strip_prefix(&src).expect("inside");
        let room = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let Some(place) = ROOMS.iter().position(|known| room.as_deref() == Some(known)) else {
            let root = ["lib.rs", "main.rs", "build.rs"].iter().any(|root| inside == Path::new(root));
            if !root {
                wrong.push(format!("{}: a room that the order does not name", inside.display()));
            }
            continue;
        };
        let text = std::fs::read_to_string(file).expect("file");
        let mut imports = Imports::default();
        imports.visit_file(&syn::parse_file(&text).expect("Rust"));
        for other in &imports.rooms {
            if ROOMS.iter().position(|known| known == other).is_some_and(|there| there > place) {
                wrong.push(format!("{} imports {other}", inside.display()));
            }
        }
        for module in ["fs", "net", "process", "env"].iter().filter(|module| imports.std.contains(**module)) {
            let may = matches!((*module, ROOMS[place]), ("fs", "source") | ("process" | "env", "cli"));
            if !may {
                wrong.push(format!("{} uses std::{module}", inside.display()));
            }
        }
        if text.lines().count() > 800 {
            wrong.push(format!("{} has over 800 lines", inside.display()));
        }
    }
    assert!(all.len() > 10 && wrong.is_empty(), "{wrong:#?}");
}
