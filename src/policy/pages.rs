//! The pages of the rules, as they are in `docs/rules/`, so that a finding can be looked up without a network.

use include_dir::{Dir, include_dir};

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs/rules");

/// The page of a rule: what it finds, why, how to fix, configure and waive it. `None` for own rules.
pub fn page(rule: &str) -> Option<&'static str> {
    PAGES.get_file(format!("{rule}.md"))?.contents_utf8()
}
