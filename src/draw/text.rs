//! How wide text is, by the metrics of Noto Sans, which every picture names first.

use std::sync::LazyLock;

use ttf_parser::Face;
use unicode_width::UnicodeWidthChar;

static REGULAR: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(ttf_noto_sans::REGULAR, 0).ok());
static BOLD: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(ttf_noto_sans::BOLD, 0).ok());

/// A way of setting text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// The height of an em in pixels.
    pub size: f64,
    /// Whether it is set bold.
    pub bold: bool,
}

impl Style {
    /// The first line of an app, and headings.
    pub const STRONG: Style = Style { size: 13.0, bold: true };
    /// The first line of everything else.
    pub const PLAIN: Style = Style { size: 13.0, bold: false };
    /// Further lines of a node, and what stands at a line.
    pub const SMALL: Style = Style { size: 11.0, bold: false };
    /// The title of a picture.
    pub const TITLE: Style = Style { size: 18.0, bold: true };

    /// The distance from one line of text to the next, in pixels.
    pub fn line(self) -> f64 {
        (self.size * 1.35).ceil()
    }

    /// How wide a text is, in pixels.
    ///
    /// A letter that the font lacks counts as an em where it is wide (Chinese, Japanese, Korean), as nothing where it has
    /// no width of its own, and as 0.6 em otherwise. Kerning and shaping are left out: they change little, and narrow.
    pub fn width(self, text: &str) -> f64 {
        let face = if self.bold { &BOLD } else { &REGULAR };
        text.chars().map(|letter| self.size * advance(face.as_ref(), letter)).sum()
    }

    /// The text, or as much of it as fits, with an ellipsis in place of its middle.
    ///
    /// The ends of long names tell more than their middles.
    pub fn fit(self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let room = width - self.width("\u{2026}");
        let letters: Vec<char> = text.chars().collect();
        let (mut head, mut tail, mut used) = (0, letters.len(), 0.0);
        while head < tail {
            let from_head = head <= letters.len() - tail;
            let letter = if from_head { letters[head] } else { letters[tail - 1] };
            used += self.width(letter.encode_utf8(&mut [0; 4]));
            if used > room {
                break;
            }
            if from_head { head += 1 } else { tail -= 1 }
        }
        let text = |letters: &[char]| letters.iter().collect::<String>();
        format!("{}\u{2026}{}", text(&letters[..head]), text(&letters[tail..]))
    }
}

/// The advance of a letter in ems.
fn advance(face: Option<&Face>, letter: char) -> f64 {
    let known = face.and_then(|face| {
        let glyph = face.glyph_index(letter)?;
        Some(f64::from(face.glyph_hor_advance(glyph)?) / f64::from(face.units_per_em()))
    });
    known.unwrap_or_else(|| match letter.width() {
        None | Some(0) => 0.0,
        Some(1) => 0.6,
        Some(_) => 1.0,
    })
}

/// A name as it may stand in a picture: one line, without letters that steer how others are shown.
///
/// Line breaks and tabs become spaces. Controls and marks of direction are left out: a name can't turn its surroundings
/// around.
pub fn clean(name: &str) -> String {
    let steers = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{061c}');
    let kept = name.chars().filter(|letter| !steers(*letter));
    let spaced = kept.map(|letter| if letter.is_whitespace() || letter.is_control() { ' ' } else { letter });
    spaced.filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // The advances of Noto Sans, of 1000 units to the em (2048 in this build).
        let wide = Style::PLAIN.width("WWWW");
        assert!(wide > 2.5 * Style::PLAIN.width("iiii"), "{wide}");
        assert!(Style::STRONG.width("checkout") > Style::PLAIN.width("checkout"));
    }

    #[test]
    fn a_chinese_letter_is_an_em() {
        assert!((Style::PLAIN.width("\u{652f}\u{4ed8}") - 26.0).abs() < 0.01);
        assert!(Style::PLAIN.width("e\u{301}") < Style::PLAIN.width("ee"));
    }

    #[test]
    fn long_names_keep_both_ends_and_fit() {
        let name = format!("payments{}gateway", "-".repeat(500));
        let fitted = Style::PLAIN.fit(&name, 120.0);
        assert!(Style::PLAIN.width(&fitted) <= 120.0, "{fitted}");
        assert!(fitted.starts_with("paym") && fitted.ends_with("way"), "{fitted}");
        assert_eq!(Style::PLAIN.fit("cart", 120.0), "cart");
    }

    #[test]
    fn names_lose_what_would_steer_the_rest() {
        assert_eq!(clean("a\u{202e}b\nc\td\u{0}"), "ab c d");
    }
}
