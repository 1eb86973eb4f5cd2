//! The table of picture formats, and what each of them can hold.

use std::sync::Arc;

use resvg::usvg::fontdb::Database;

use super::build::scene;
use super::layout::{MOST_LINKS, MOST_NODES, Placed, layout_or_grid};
use super::scene::Scene;
use super::subject::Subject;
use super::theme::Theme;
use super::view::View;
use super::{d2, dot, json, mermaid, png, svg, terminal};

/// A picture format.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// The endings of its files.
    pub endings: &'static [&'static str],
    /// What it is for.
    pub summary: &'static str,
    /// What it holds without being folded, if nobody says otherwise.
    pub budget: Budget,
    /// What it can hold at most, whatever somebody says.
    pub most: Budget,
    write: fn(&Scene, &Canvas) -> Written,
}

/// How much a picture may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Nodes.
    pub nodes: usize,
    /// Links.
    pub links: usize,
    /// Letters of the file.
    pub letters: usize,
}

/// What a picture is painted on.
#[derive(Clone)]
pub struct Canvas {
    /// Its colours.
    pub theme: &'static Theme,
    /// Columns of a terminal.
    pub columns: usize,
    /// The fonts of painted pictures.
    pub fonts: Arc<Database>,
    /// Pixels of a painted picture for one of the SVG.
    pub scale: f32,
}

/// A picture in a format.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was folded and left out, and what else a person should know, in words.
    pub notes: Vec<String>,
}

/// What writing a scene gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    bytes: Vec<u8>,
    notes: Vec<String>,
}

impl From<String> for Written {
    fn from(text: String) -> Self {
        Written { bytes: text.into_bytes(), notes: Vec::new() }
    }
}

/// Nodes that a slide holds, and lines among them.
const SLIDE: Budget = Budget { nodes: 60, links: 150, letters: usize::MAX };
/// What is laid out by ourselves.
const LAID_OUT: Budget = Budget { nodes: MOST_NODES, links: MOST_LINKS, letters: usize::MAX };
const ENDLESS: Budget = Budget { nodes: usize::MAX, links: usize::MAX, letters: usize::MAX };
/// What Mermaid renders without being told otherwise: `maxEdges` is 500 and `maxTextSize` 50,000.
const MERMAID: Budget = Budget { nodes: 300, links: 480, letters: 49_000 };

/// All picture formats.
pub const FORMATS: &[Format] = &[
    Format {
        name: "text",
        endings: &["txt"],
        summary: "for a terminal, as wide as its window",
        budget: SLIDE,
        most: ENDLESS,
        write: |scene, canvas| terminal::write(scene, canvas.columns).into(),
    },
    Format {
        name: "svg",
        endings: &["svg"],
        summary: "for slides and web pages",
        budget: SLIDE,
        most: LAID_OUT,
        write: |scene, canvas| svg::write(scene, &placed(scene), canvas.theme).into(),
    },
    Format {
        name: "png",
        endings: &["png"],
        summary: "the same as pixels",
        budget: SLIDE,
        most: LAID_OUT,
        write: painted,
    },
    Format {
        name: "mermaid",
        endings: &["mmd", "mermaid"],
        summary: "for Markdown on GitHub and GitLab",
        budget: Budget { nodes: 60, ..MERMAID },
        most: MERMAID,
        write: |scene, canvas| mermaid::write(scene, canvas.theme).into(),
    },
    Format {
        name: "d2",
        endings: &["d2"],
        summary: "for D2",
        budget: SLIDE,
        most: ENDLESS,
        write: |scene, canvas| d2::write(scene, canvas.theme).into(),
    },
    Format {
        name: "json",
        endings: &["json"],
        summary: "what is drawn and where it stands, for programs",
        budget: SLIDE,
        most: LAID_OUT,
        write: |scene, _| json::write(scene, &placed(scene)).into(),
    },
    Format {
        name: "dot",
        endings: &["dot", "gv"],
        summary: "for Graphviz",
        budget: Budget { nodes: 200, links: 600, letters: usize::MAX },
        most: ENDLESS,
        write: |scene, canvas| dot::write(scene, canvas.theme).into(),
    },
];

fn placed(scene: &Scene) -> Placed {
    layout_or_grid(scene)
}

fn painted(scene: &Scene, canvas: &Canvas) -> Written {
    let svg = svg::write(scene, &placed(scene), canvas.theme);
    let Some(painted) = png::paint(&svg, canvas.scale, &canvas.fonts) else { return Written::default() };
    let mut notes = Vec::new();
    if !painted.missing.is_empty() {
        let some: String = painted.missing.iter().take(12).collect();
        notes.push(format!(
            "no font here has {} letters of this picture ({some}): install one that does, such as Noto Sans CJK, or write SVG",
            painted.missing.len()
        ));
    }
    if painted.scale < 1.0 {
        notes.push(format!("the picture is painted at {:.2} times its size, for it would be too large", painted.scale));
    }
    Written { bytes: painted.bytes, notes }
}

impl Format {
    /// The format of a name, or of an ending.
    pub fn named(name: &str) -> Option<&'static Format> {
        let name = name.to_ascii_lowercase();
        FORMATS.iter().find(|format| format.name == name || format.endings.contains(&name.as_str()))
    }

    /// Draws a subject, folded until it fits; `budget` is the number of nodes that somebody asked for.
    pub fn draw(&self, subject: &Subject, view: &View, budget: Option<usize>, canvas: &Canvas) -> Picture {
        let (scene, notes) = self.scene(subject, view, budget, canvas);
        let Written { bytes, notes: more } = (self.write)(&scene, canvas);
        Picture { bytes, notes: scene.notes.iter().cloned().chain(notes).chain(more).collect() }
    }

    /// The scene that [`Format::draw`] writes, with what a person should know of how it came about.
    pub fn scene(
        &self,
        subject: &Subject,
        view: &View,
        budget: Option<usize>,
        canvas: &Canvas,
    ) -> (Scene, Vec<String>) {
        let wanted = budget.unwrap_or(self.budget.nodes);
        let links = if budget.is_some() { self.most.links } else { self.budget.links };
        let mut notes = Vec::new();
        if wanted > self.most.nodes {
            notes.push(format!("{} holds {} nodes at most, not {wanted}", self.name, self.most.nodes));
        }
        let mut view = View { budget: wanted.min(self.most.nodes), links, ..view.clone() };
        loop {
            let scene = scene(subject, &view);
            // What is too long for the format is folded further, by a quarter at a time.
            let letters = if self.most.letters == usize::MAX { 0 } else { (self.write)(&scene, canvas).bytes.len() };
            if letters <= self.most.letters || view.budget <= 8 {
                return (scene, notes);
            }
            view.budget = view.budget.min(scene.all_nodes().len()) * 3 / 4;
            view.links = view.links.min(scene.links.len().max(8)) * 3 / 4;
        }
    }
}
