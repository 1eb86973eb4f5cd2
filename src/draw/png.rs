//! PNG, painted by resvg from the SVG.

use std::collections::BTreeSet;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// The most pixels of a picture; a larger one is painted smaller.
const MOST_PIXELS: f64 = 24e6;

/// A painted picture.
#[derive(Clone, Debug)]
pub struct Painted {
    /// The file.
    pub bytes: Vec<u8>,
    /// Letters of the picture that no font has; they are boxes in it.
    pub missing: BTreeSet<char>,
    /// How many pixels stand for one of the SVG.
    pub scale: f32,
}

/// The fonts that pictures are painted with: first the one that text is measured with, then what the system has.
///
/// With only the built-in font the same picture is the same bytes on every machine. Others are used for letters alone
/// that it lacks.
pub fn fonts(system: bool) -> Arc<Database> {
    let mut fonts = Database::new();
    fonts.load_font_data(ttf_noto_sans::REGULAR.to_vec());
    fonts.load_font_data(ttf_noto_sans::BOLD.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    if system {
        fonts.load_system_fonts();
    }
    Arc::new(fonts)
}

/// Paints an SVG, so many pixels for one; `None` when the library can't read it.
pub fn paint(svg: &str, scale: f32, fonts: &Arc<Database>) -> Option<Painted> {
    let options = Options { font_family: "Noto Sans".to_owned(), fontdb: Arc::clone(fonts), ..Options::default() };
    let tree = Tree::from_str(svg, &options).ok()?;
    let size = tree.size();
    let pixels = f64::from(size.width()) * f64::from(size.height());
    #[expect(clippy::cast_possible_truncation, reason = "a scale between 0 and 4")]
    let most = (MOST_PIXELS / pixels.max(1.0)).sqrt() as f32;
    let scale = scale.min(most);
    let size = size.to_int_size().scale_by(scale)?;
    let mut pixmap = Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Some(Painted { bytes: pixmap.encode_png().ok()?, missing: missing(svg, fonts), scale })
}

/// The letters of a text that none of the fonts has.
fn missing(text: &str, fonts: &Database) -> BTreeSet<char> {
    let mut wanted: BTreeSet<char> =
        text.chars().filter(|letter| !letter.is_ascii() && !letter.is_whitespace()).collect();
    for face in fonts.faces() {
        if wanted.is_empty() {
            break;
        }
        fonts.with_face_data(face.id, |data, index| {
            if let Ok(face) = ttf_parser::Face::parse(data, index) {
                wanted.retain(|letter| face.glyph_index(*letter).is_none());
            }
        });
    }
    wanted
}
