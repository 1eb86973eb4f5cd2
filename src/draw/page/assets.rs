//! The files that a page is put together from.

/// The page without its parts; `{{name}}` is where a part goes.
const TEMPLATE: &str = include_str!("page.html");

/// The page's code in the order in which it is put together: what a file uses when it is loaded stands before it.
const SCRIPTS: &[&str] = &[
    include_str!("data.js"),
    include_str!("engine.js"),
    include_str!("whatif.js"),
    include_str!("dom.js"),
    include_str!("view.js"),
    include_str!("shapes.js"),
    include_str!("picture.js"),
    include_str!("whole.js"),
    include_str!("around.js"),
    include_str!("open.js"),
    include_str!("outage.js"),
    include_str!("detail.js"),
    include_str!("search.js"),
    include_str!("ranking.js"),
    include_str!("findings.js"),
    include_str!("replay.js"),
    include_str!("sources.js"),
    include_str!("main.js"),
];

const STYLES: &[&str] = &[include_str!("page.css"), include_str!("picture.css"), include_str!("print.css")];

/// The page's code as one script.
pub(super) fn script() -> String {
    format!("\"use strict\";\n{}", SCRIPTS.concat())
}

/// The page's style sheet.
pub(super) fn style() -> String {
    STYLES.concat()
}

/// The template with its parts; what a part holds is never looked at again.
pub(super) fn filled(parts: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(TEMPLATE.len() + parts.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        out.push_str(parts.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text));
        rest = after;
    }
    out + rest
}
