//! Each format of pictures: hostile names stay names, budgets hold, and files are what their endings say.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use linchpin::draw::{Canvas, FORMATS, Format, Subject, THEMES, View, fonts, paint};
use linchpin::graph::Graph;
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Requires, System, Terms,
};
use linchpin::source::Location;
use unicode_width::UnicodeWidthStr;

/// Names that try to be something else.
const NAMES: [&str; 14] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "a' onload='alert(1)",
    "line\nbreak\r\n%%{init: {}}%%",
    "\u{202e}gnp.exe\u{2066}",
    "]]></title><script>x</script>",
    "-->|x| n1[\"pwned\"]",
    "${HOME} $(id) `id`",
    "back\\slash\\\" end }",
    "end",
    "\u{0}\u{1b}[31mred\u{7}",
    "&lt;b&gt; #35; #quot;",
    "\u{652f}\u{4ed8}\u{670d}\u{52a1}",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
];

fn system(names: &[String]) -> System {
    let evidence = || Evidence { at: Location::start_of(&"test".into()), basis: Basis::Manifest, note: None };
    let need = |to: &String| Need {
        requires: Requires::One(CapabilityRef::new(ComponentId::new(to), Capability::data())),
        terms: Terms::hard(Confidence::Declared),
        evidence: vec![evidence()],
    };
    let component = |(at, name): (usize, &String)| {
        let id = ComponentId::new(name);
        let kind = [Kind::App, Kind::Store, Kind::Service, Kind::External, Kind::Job][at % 5];
        let mut component = Component::new(id.clone(), kind, evidence());
        component.owner = Some(name.as_str().into());
        component.capabilities.insert(Capability::data(), names.get(at + 1).map(need).into_iter().collect());
        (id, component)
    };
    let components = names.iter().enumerate().map(component).collect();
    System { name: Some(names[0].clone()), components, ..System::default() }
}

fn hostile() -> System {
    let long = ["x".repeat(500), format!("<script>{}", "\"'&".repeat(170))];
    system(&NAMES.iter().map(|&name| name.to_owned()).chain(long).collect::<Vec<_>>())
}

fn canvas() -> Canvas {
    Canvas { theme: &THEMES[0], columns: 80, fonts: fonts(false), scale: 0.5 }
}

fn written(system: &System, format: &str, budget: Option<usize>) -> (String, Vec<String>) {
    let graph = Graph::compile(system);
    let subject = Subject { system, graph: &graph, outage: None, before: None };
    let picture = Format::named(format).expect(format).draw(&subject, &View::default(), budget, &canvas());
    (String::from_utf8(picture.bytes).expect("UTF-8"), picture.notes)
}

#[test]
fn no_format_lets_a_name_steer_its_surroundings() {
    let system = hostile();
    for format in FORMATS.iter().filter(|format| format.name != "png") {
        let (text, _) = written(&system, format.name, None);
        for letter in ['\u{0}', '\u{1b}', '\u{7}', '\u{202e}', '\u{2066}'] {
            // JSON writes what is no text as escapes; the colours of a terminal are stripped by who prints them.
            let allowed = letter == '\u{1b}' && format.name == "text" || format.name == "json";
            assert!(allowed || !text.contains(letter), "{} holds {letter:?}", format.name);
        }
        assert!(text.contains("\u{652f}\u{4ed8}\u{670d}\u{52a1}"), "{} loses Chinese", format.name);
    }
}

#[test]
fn svg_is_well_formed_and_holds_no_script_link_or_handler() {
    let (svg, _) = written(&hostile(), "svg", None);
    let document = roxmltree::Document::parse(&svg).expect("XML");
    let known: BTreeSet<&str> = ["svg", "title", "desc", "g", "rect", "path", "circle", "text"].into();
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(known.contains(element.tag_name().name()), "<{}>", element.tag_name().name());
        for attribute in element.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && !name.contains("href") && name != "style", "{name}");
            // A painter lays what is faded as a whole on a sheet of its own, which takes seconds for long lines.
            assert!(name != "opacity", "<{}>", element.tag_name().name());
        }
    }
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let labelled: Vec<&str> = root.attribute("aria-labelledby").unwrap_or_default().split(' ').collect();
    for id in labelled {
        assert!(document.descendants().any(|node| node.attribute("id") == Some(id)), "{id}");
    }
    let texts: Vec<&str> =
        document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
    assert!(texts.contains(&"<script>alert(1)</script>"), "a name is shown as it is: {texts:?}");
}

/// What stands in double quotes of a line, and whether the quotes close; a backslash escapes where it is one.
fn outside_quotes(line: &str, backslash: bool) -> Option<String> {
    let (mut outside, mut quoted, mut letters) = (String::new(), false, line.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '\\' if quoted && backslash => drop(letters.next()),
            letter if !quoted => outside.push(letter),
            _ => {}
        }
    }
    (!quoted).then_some(outside)
}

#[test]
fn names_stay_within_their_quotes_in_mermaid_d2_and_dot() {
    for (format, backslash) in [("mermaid", false), ("d2", true), ("dot", true)] {
        let (text, _) = written(&hostile(), format, None);
        for line in text.lines().filter(|line| !line.starts_with("title:")) {
            let outside = outside_quotes(line, backslash).unwrap_or_else(|| panic!("{format}: open quote in {line}"));
            for word in ["script", "alert", "onerror", "pwned", "HOME", "init", "slash"] {
                assert!(!outside.contains(word), "{format}: {line}");
            }
        }
    }
    let (mermaid, _) = written(&hostile(), "mermaid", None);
    assert!(!mermaid.contains("<script") && !mermaid.contains("<img"), "{mermaid}");
    let opened = mermaid.lines().filter(|line| line.trim_start().starts_with("subgraph ")).count();
    assert_eq!(opened, mermaid.lines().filter(|line| line.trim() == "end").count());
    let (d2, _) = written(&hostile(), "d2", None);
    assert!(!d2.replace("\\$", "").contains('$'), "a substitution in {d2}");
    // Graphviz reads entities in what it is to show.
    let (dot, _) = written(&hostile(), "dot", None);
    assert!(dot.contains("&amp;lt;b&amp;gt; #35; #quot;") && !dot.contains("\"&lt;"), "{dot}");
}

#[test]
fn json_holds_the_scene_with_its_places() {
    let (text, _) = written(&hostile(), "json", None);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["schema"], "linchpin/1");
    let placed = json["placed"]["nodes"].as_array().expect("nodes");
    assert_eq!(placed.len(), NAMES.len() + 2);
    assert!(placed.iter().all(|area| area["width"].as_f64().is_some_and(|width| width < 320.0)), "500 letters fit");
}

fn chain(parts: usize) -> System {
    let names: Vec<String> = (0..parts).map(|at| format!("a-component-with-a-long-name-{at:05}")).collect();
    let mut system = system(&names);
    // Every one needs several others, so that lines are what there is too much of.
    let needs: Vec<Need> =
        system.components.values().filter_map(|c| c.capabilities[&Capability::data()].first().cloned()).collect();
    for (at, component) in system.components.values_mut().enumerate() {
        let own = component.id.clone();
        let others = (1..4).map(|step| needs[(at * 31 + step * 17) % needs.len()].clone());
        let others = others.filter(|need| need.targets().iter().all(|target| target.component != own));
        component.capabilities.entry(Capability::data()).or_default().extend(others);
    }
    system
}

#[test]
fn mermaid_keeps_to_what_github_renders() {
    for (parts, budget) in [(900, None), (900, Some(5_000))] {
        let (text, notes) = written(&chain(parts), "mermaid", budget);
        let arrows = text.lines().filter(|line| line.contains("-->") || line.contains(".->")).count();
        assert!(arrows <= 500 && text.len() <= 50_000, "{arrows} arrows, {} letters", text.len());
        assert!(notes.iter().any(|note| note.contains("folded")), "{notes:?}");
        assert!(text.contains("legend[") && text.contains("folded into"), "the picture says so itself");
        assert_eq!(budget.is_some(), notes.iter().any(|note| note.contains("at most")), "{notes:?}");
    }
}

#[test]
fn a_terminal_is_never_overrun() {
    let systems = [hostile(), chain(50)];
    let graphs = systems.each_ref().map(Graph::compile);
    for (system, graph) in systems.iter().zip(&graphs) {
        for columns in [40, 60, 80, 120] {
            let subject = Subject { system, graph, outage: None, before: None };
            let canvas = Canvas { columns, ..canvas() };
            let picture = Format::named("text").expect("text").draw(&subject, &View::default(), None, &canvas);
            let text = anstream::adapter::strip_bytes(&picture.bytes).into_vec();
            let text = String::from_utf8(text).expect("UTF-8");
            for line in text.lines() {
                assert!(line.width() <= columns, "{} columns of {columns}: {line}", line.width());
            }
        }
    }
}

#[test]
fn a_picture_is_painted_the_same_everywhere_and_says_which_letters_it_lacks() {
    let names = ["web", "\u{652f}\u{4ed8}"].map(str::to_owned);
    let system = system(&names);
    let graph = Graph::compile(&system);
    let subject = Subject { system: &system, graph: &graph, outage: None, before: None };
    let draw = || Format::named("png").expect("png").draw(&subject, &View::default(), None, &canvas());
    let picture = draw();
    assert!(picture.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(draw().bytes, picture.bytes);
    let note = picture.notes.iter().find(|note| note.contains("no font here has")).expect("a note");
    assert!(note.contains("2 letters") && note.contains('\u{652f}'), "{note}");
    let plain = paint(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text>web</text></svg>",
        1.0,
        &fonts(false),
    );
    assert!(plain.expect("painted").missing.is_empty());
    assert!(paint("no svg", 1.0, &fonts(false)).is_none());
}

fn linchpin(folder: &Path, arguments: &[&str]) -> Output {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/campus-shower");
    let mut command = Command::new(env!("CARGO_BIN_EXE_linchpin"));
    command.current_dir(folder).arg("draw").arg(example).args(arguments).output().expect("run")
}

#[test]
fn the_ending_of_the_file_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = ["a.svg", "a.mmd", "a.d2", "a.dot", "a.json", "a.txt"];
    let mut arguments = vec!["--down", "aliyun/ak"];
    files.iter().for_each(|file| arguments.extend(["-o", file]));
    let output = linchpin(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let starts = ["<svg ", "---\ntitle", "direction: right", "digraph", "{", "campus without aliyun/ak"];
    for (file, start) in files.iter().zip(starts) {
        let text = std::fs::read_to_string(folder.path().join(file)).expect(file);
        assert!(text.starts_with(start), "{file}: {}", &text[..40]);
        assert!(text.contains("shower"), "{file}");
    }
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(told.matches("inside providers").count(), 1, "a note is told once: {told}");
    let wrong = linchpin(folder.path(), &["-o", "a.gif"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--format"), "it says what to do");
    assert_eq!(linchpin(folder.path(), &["--affected"]).status.code(), Some(2), "affected by what?");
    let named = linchpin(folder.path(), &["--format", "mermaid"]);
    assert!(String::from_utf8_lossy(&named.stdout).contains("flowchart LR"));
}
