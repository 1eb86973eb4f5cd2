//! PNG, painted by resvg from the SVG.

use std::collections::BTreeSet;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, FaceInfo, ID, Language, Style};
use resvg::usvg::{FallbackSelectionFn, FontResolver, Options, Tree};

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
    fonts.load_font_data(without_classes(ttf_noto_sans::REGULAR));
    fonts.load_font_data(without_classes(ttf_noto_sans::BOLD));
    fonts.set_sans_serif_family("Noto Sans");
    if system {
        fonts.load_system_fonts();
    }
    Arc::new(fonts)
}

/// A font without its table of what glyphs are: this one takes accents that stand alone, the grave among them, for marks
/// on the letter before. Without it the shaper knows what is a mark from Unicode.
fn without_classes(font: &[u8]) -> Vec<u8> {
    const HEADER: usize = 12;
    const RECORD: usize = 16;
    let mut font = font.to_vec();
    let tables = font.get(4..6).map_or(0, |count| usize::from(u16::from_be_bytes([count[0], count[1]])));
    let records = font.get_mut(HEADER..HEADER + tables * RECORD).unwrap_or_default();
    // Under another name, which keeps the order of the tables, nobody finds it.
    let classes = records.chunks_exact_mut(RECORD).filter(|record| record.starts_with(b"GDEF"));
    classes.for_each(|record| record[3] = b'X');
    font
}

/// Which font has the letters that another lacks: of those that do the one that is set most like it, without serifs, as
/// heavy, and for Chinese first, whose letters the others share.
fn fallback() -> FallbackSelectionFn<'static> {
    Box::new(|letter, used, fonts| {
        let base = used.first().and_then(|id| fonts.face(*id)).map_or(400, |face| face.weight.0);
        let mut faces: Vec<&FaceInfo> = fonts.faces().filter(|face| !used.contains(&face.id)).collect();
        faces.sort_by_cached_key(|face| {
            let name = name(face);
            let unlike = name.contains("Serif") || name.contains("Mono") || !matches!(face.style, Style::Normal);
            (unlike, face.weight.0.abs_diff(base), !name.contains(" SC"), name)
        });
        let has = |id: ID| fonts.with_face_data(id, |data, index| has_letter(data, index, letter)).unwrap_or(false);
        faces.into_iter().map(|face| face.id).find(|id| has(*id))
    })
}

/// The English name of a family, or the first that there is.
fn name(face: &FaceInfo) -> String {
    let english = face.families.iter().find(|(_, language)| *language == Language::English_UnitedStates);
    english.or(face.families.first()).map(|(name, _)| name.clone()).unwrap_or_default()
}

fn has_letter(data: &[u8], index: u32, letter: char) -> bool {
    ttf_parser::Face::parse(data, index).is_ok_and(|face| face.glyph_index(letter).is_some())
}

/// Paints an SVG, so many pixels for one; `None` when the library can't read it.
pub fn paint(svg: &str, scale: f32, fonts: &Arc<Database>) -> Option<Painted> {
    let font_resolver =
        FontResolver { select_font: FontResolver::default_font_selector(), select_fallback: fallback() };
    let options =
        Options { font_family: "Noto Sans".to_owned(), fontdb: Arc::clone(fonts), font_resolver, ..Options::default() };
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the ink of each letter begins and ends, in pixels of a painted text, from left to right.
    fn ink(text: &str) -> Vec<(u32, u32)> {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"40\"><text x=\"10\" y=\"25\" \
             font-family=\"Noto Sans\" font-size=\"20\">{text}</text></svg>"
        );
        let painted = paint(&svg, 1.0, &fonts(false)).expect("a picture");
        let pixmap = Pixmap::decode_png(&painted.bytes).expect("a PNG");
        let inked = |x: u32| (0..pixmap.height()).any(|y| pixmap.pixel(x, y).is_some_and(|pixel| pixel.alpha() > 0));
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for x in (0..pixmap.width()).filter(|x| inked(*x)) {
            match runs.last_mut() {
                Some((_, end)) if *end + 1 == x => *end = x,
                _ => runs.push((x, x)),
            }
        }
        runs
    }

    #[test]
    fn an_accent_that_stands_alone_is_no_mark_on_the_letter_before() {
        let [letters, between] = ["ll", "l`l"].map(ink);
        assert_eq!((letters.len(), between.len()), (2, 3), "{between:?}");
        assert_eq!(ink("e\u{301}").len(), ink("e").len(), "an accent that combines stays one");
    }

    #[test]
    fn a_broken_font_stays_as_it_is() {
        for broken in [&b""[..], b"abcdef", b"\0\x01\0\0\xff\xff"] {
            assert_eq!(without_classes(broken), broken);
        }
    }
}
