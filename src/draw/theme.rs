//! The colours of pictures. Every state has a sign and a word as well, so none of them is needed to read one.

use super::scene::{Change, Mark};

/// A set of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its name on the command line.
    pub name: &'static str,
    /// Behind everything.
    pub background: &'static str,
    /// Text.
    pub ink: &'static str,
    /// Text of less weight, and lines that no failure goes along.
    pub faint: &'static str,
    /// In boxes.
    pub box_fill: &'static str,
    /// Around boxes.
    pub box_line: &'static str,
    /// In nodes that the outage does not touch.
    pub node_fill: &'static str,
    /// Around nodes that the outage does not touch.
    pub node_line: &'static str,
    /// In and around what the outage takes down itself.
    pub struck: Pair,
    /// In and around what is down.
    pub down: Pair,
    /// In and around what is degraded.
    pub degraded: Pair,
    /// In and around what is frozen.
    pub frozen: Pair,
    /// In and around what is at risk.
    pub risk: Pair,
    /// Around what is highlighted.
    pub highlight: &'static str,
    /// What a comparison added.
    pub added: &'static str,
    /// What a comparison removed.
    pub removed: &'static str,
}

/// A filling and the line around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Inside; `ink` can be read on it.
    pub fill: &'static str,
    /// Around it, and for signs; `background` can be read on it.
    pub line: &'static str,
}

const fn pair(fill: &'static str, line: &'static str) -> Pair {
    Pair { fill, line }
}

/// All themes; the first is the default.
pub const THEMES: &[Theme] = &[
    Theme {
        name: "light",
        background: "#ffffff",
        ink: "#1b1f24",
        faint: "#59636e",
        box_fill: "#f6f8fa",
        box_line: "#c4ccd4",
        node_fill: "#ffffff",
        node_line: "#818b98",
        struck: pair("#ffb3ad", "#a40e26"),
        down: pair("#ffdad6", "#c4162d"),
        degraded: pair("#fff0c2", "#8f5a00"),
        frozen: pair("#d8ebff", "#0a5cc2"),
        risk: pair("#f3e8ff", "#7b3bc4"),
        highlight: "#0a3069",
        added: "#116329",
        removed: "#a40e26",
    },
    Theme {
        name: "dark",
        background: "#0d1117",
        ink: "#f0f3f6",
        faint: "#a3adb8",
        box_fill: "#161b22",
        box_line: "#444c56",
        node_fill: "#21262d",
        node_line: "#7d8794",
        struck: pair("#8e1519", "#ff9492"),
        down: pair("#5d1216", "#ff8182"),
        degraded: pair("#4d3400", "#f0b72f"),
        frozen: pair("#0b2f5c", "#79b8ff"),
        risk: pair("#3b1f63", "#cda8ff"),
        highlight: "#ffffff",
        added: "#4ac26b",
        removed: "#ff8182",
    },
    Theme {
        name: "print",
        background: "#ffffff",
        ink: "#000000",
        faint: "#555555",
        box_fill: "#ffffff",
        box_line: "#777777",
        node_fill: "#ffffff",
        node_line: "#777777",
        struck: pair("#b8b8b8", "#000000"),
        down: pair("#d0d0d0", "#000000"),
        degraded: pair("#e4e4e4", "#222222"),
        frozen: pair("#f2f2f2", "#333333"),
        risk: pair("#ffffff", "#333333"),
        highlight: "#000000",
        added: "#000000",
        removed: "#555555",
    },
    // The colours of Okabe and Ito, which most kinds of colour blindness tell apart.
    Theme {
        name: "colour-blind",
        background: "#ffffff",
        ink: "#000000",
        faint: "#555555",
        box_fill: "#f7f7f7",
        box_line: "#bbbbbb",
        node_fill: "#ffffff",
        node_line: "#777777",
        struck: pair("#f0a368", "#8f3d00"),
        down: pair("#f8d2b3", "#a84700"),
        degraded: pair("#f9f3b0", "#6e6600"),
        frozen: pair("#cfe6f7", "#00588f"),
        risk: pair("#f2dbe8", "#8c3f6b"),
        highlight: "#000000",
        added: "#00664c",
        removed: "#a84700",
    },
];

impl Theme {
    /// The theme of a name.
    pub fn named(name: &str) -> Option<&'static Theme> {
        THEMES.iter().find(|theme| theme.name == name)
    }

    /// The colours of what an outage did something to.
    pub fn of(&self, mark: Mark) -> Pair {
        match mark {
            Mark::None => Pair { fill: self.node_fill, line: self.node_line },
            Mark::Risk => self.risk,
            Mark::Frozen => self.frozen,
            Mark::Degraded => self.degraded,
            Mark::Down => self.down,
            Mark::Struck => self.struck,
        }
    }

    /// The colour of a change, `None` where nothing changed.
    pub fn of_change(&self, change: Change) -> Option<&'static str> {
        match change {
            Change::Kept => None,
            Change::Added => Some(self.added),
            Change::Removed => Some(self.removed),
            Change::Altered => Some(self.degraded.line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hex")) / 255.0;
        let linear = |part: f64| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
    }

    /// The contrast of WCAG 2.1.
    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_everything_that_it_stands_on() {
        for theme in THEMES {
            let marks = [Mark::None, Mark::Risk, Mark::Frozen, Mark::Degraded, Mark::Down, Mark::Struck];
            let fills = marks.map(|mark| theme.of(mark).fill);
            for behind in fills.iter().chain([&theme.background, &theme.box_fill]) {
                assert!(contrast(theme.ink, behind) >= 4.5, "{}: ink on {behind}", theme.name);
            }
            for behind in [theme.background, theme.box_fill] {
                assert!(contrast(theme.faint, behind) >= 4.5, "{}: faint on {behind}", theme.name);
                for mark in marks {
                    assert!(contrast(theme.of(mark).line, behind) >= 3.0, "{}: {mark:?} on {behind}", theme.name);
                }
            }
            for mark in Mark::ALL {
                let Pair { fill, line } = theme.of(mark);
                assert!(contrast(line, fill) >= 3.0, "{}: the sign of {mark:?}", theme.name);
                assert!(contrast(line, theme.background) >= 3.0, "{}: what is in the sign of {mark:?}", theme.name);
            }
        }
    }
}
