//! The HTML report: nothing in a name becomes markup, the same bytes every time, and the data is what the engine found.

use std::path::Path;

use base64::Engine;
use linchpin::analysis::{Method, Outages, reach};
use linchpin::draw::page::{Subject, page};
use linchpin::graph::Graph;
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Requires, System, Terms,
};
use linchpin::policy::{Circumstances, Policy, findings, judge};
use linchpin::report;
use linchpin::source::Location;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::gate::linchpin;

/// The page of a system, with nothing replayed and no line quoted.
pub(crate) fn written(system: &System) -> String {
    let graph = Graph::compile(system);
    let policy = Policy::default();
    let verdict = judge(system, findings(system, &graph, &policy), &policy, &Circumstances::default());
    let check = report::check(&verdict, system, &policy, None, None);
    let subject = Subject {
        system,
        graph: &graph,
        accounts: &[],
        check: &check,
        replays: &[],
        untold: &[],
        opening: &[],
        quote: &|_| None,
    };
    page(&subject)
}

/// The data of a page, as a browser finds it.
pub(crate) fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").expect("data");
    let (json, _) = rest.split_once("</script>").expect("an end");
    serde_json::from_str(json).expect("JSON")
}

pub(crate) fn component(id: &str, kind: Kind, needs: &[&str]) -> Component {
    let proof = Evidence { at: Location::start_of(&"shop.yaml".into()), basis: Basis::Manifest, note: None };
    let mut component = Component::new(ComponentId::new(id), kind, proof.clone());
    let need = |target: &&str| Need {
        requires: Requires::One(CapabilityRef::new(ComponentId::new(target), Capability::data())),
        terms: Terms::hard(Confidence::Declared),
        evidence: vec![proof.clone()],
    };
    component.capabilities.insert(Capability::data(), needs.iter().map(need).collect());
    component
}

pub(crate) fn of(name: &str, components: Vec<Component>) -> System {
    let components = components.into_iter().map(|component| (component.id.clone(), component)).collect();
    System { name: Some(name.to_owned()), components, ..System::default() }
}

/// Names that would be markup, end a script, turn the direction of writing, or be very long.
pub(crate) fn hostile() -> System {
    let long = "x".repeat(500);
    let names = [
        "</script><script>window.broken = 1</script>",
        "<!-- <img src=x onerror=window.broken=1>",
        "\"quoted\" & 'single'",
        "evil\u{202e}gpj.exe",
        "line\u{2028}break",
        "支付网关服务器",
        "javascript:window.broken=1",
        &long,
    ];
    let mut all = vec![component("<b>shop</b>", Kind::App, &names)];
    all.extend(names.iter().map(|name| component(name, Kind::Service, &[])));
    let mut system = of("</title><script>window.broken = 1</script>{{script}}", all);
    for component in system.components.values_mut() {
        component.owner = Some("</script><i>owner</i>".into());
        component.aliases = vec!["{{data}}".into(), "<u>alias</u>".into()];
    }
    system
}

#[test]
fn no_name_becomes_markup() {
    let system = hostile();
    let page = written(&system);
    assert_eq!(page.matches("<script").count(), 2, "the data, and the code");
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!(page.matches("<title>").count(), 1);
    assert!(!page.contains("<b>shop") && !page.contains("<img") && !page.contains("<u>alias"), "markup of a name");
    let data = data(&page);
    let shown: Vec<&str> =
        data["components"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    let known: Vec<&str> = system.components.keys().map(ComponentId::as_str).collect();
    assert_eq!(shown, known, "every name as it is");
    assert_eq!(data["title"], "</title><script>window.broken = 1</script>{{script}}");
    assert_eq!(data["components"][0]["aliases"][0], "{{data}}", "a part is never looked at again");
}

#[test]
fn the_policy_lets_this_script_and_this_style_run_and_nothing_else() {
    let page = written(&of("shop", vec![component("web", Kind::App, &[])]));
    let between =
        |from: &str, to: &str| page.rsplit_once(from).and_then(|(_, rest)| rest.split_once(to)).expect("a part").0;
    let policy = between("http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    for (word, part) in
        [("script-src", between("<script>", "</script>")), ("style-src", between("<style>", "</style>"))]
    {
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(part.as_bytes()));
        assert!(policy.contains(&format!("{word} 'sha256-{digest}'")), "{word}: {policy}");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn the_code_of_the_page_makes_no_markup_and_reaches_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/draw/page");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !["js", "css", "html"].contains(&ending) {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).expect("text");
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "fetch(",
            "@import",
        ] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
        let addresses = text.matches("://").count() - text.matches("http://www.w3.org/").count();
        assert_eq!(addresses, 0, "{}: an address of the network", path.display());
        assert!(text.lines().count() <= 400, "{} is too long", path.display());
    }
    assert!(files > 15, "{files} files");
}

#[test]
fn the_same_system_gives_the_same_bytes() {
    let system = hostile();
    assert_eq!(written(&system), written(&system));
}

#[test]
fn the_data_is_what_the_engine_found() {
    let mut shop = component("shop", Kind::App, &["db", "mail"]);
    if let Some(needs) = shop.capabilities.get_mut(&Capability::data()) {
        let members = needs.clone();
        needs.push(Need { requires: Requires::AtLeast { k: 1, members }, ..needs[0].clone() });
    }
    let system = of("shop", vec![shop, component("db", Kind::Store, &[]), component("mail", Kind::External, &[])]);
    let (graph, data) = (Graph::compile(&system), data(&written(&system)));
    let wires = &data["graph"];
    let list = |name: &str| -> Vec<u64> {
        wires[name].as_array().expect("a list").iter().map(|value| value.as_u64().expect("a number")).collect()
    };
    let (start, to, proof) = (list("start"), list("to"), list("proof"));
    assert_eq!(start.len(), graph.len() + 1);
    for node in 0..graph.len() {
        let inputs: Vec<u64> = graph.inputs(node as u32).iter().map(|edge| u64::from(edge.node)).collect();
        assert_eq!(&to[start[node] as usize..start[node + 1] as usize], inputs);
    }
    // Every need has a proof, and every proof a place.
    for proof in proof {
        let pieces = wires["proofs"][proof as usize].as_array().expect("a proof");
        assert!(pieces.len() > 1, "{pieces:?}");
    }
    let swept = reach(&graph, &Outages::components(&graph), Method::Adaptive);
    for (row, reach) in data["single"].as_array().expect("rows").iter().zip(&swept) {
        assert_eq!(row[0], reach.down.len());
        assert_eq!(row[2], reach.frozen.len());
    }
    assert_eq!(data["single"][0][0], 1, "db takes the shop down");
    assert!(data["findings"].as_array().is_some_and(|all| !all.is_empty()));
}

#[test]
fn the_command_writes_a_page_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/campus-shower");
    let example = example.to_str().expect("a path");
    let run = linchpin(
        folder.path(),
        &["report", example, "--down", "aliyun/ak", "--replay", "alibaba-2023-11-12", "-o", "a.html"],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("a.html") && run.err.contains("1 replay;"), "{}", run.err);
    let page = std::fs::read_to_string(folder.path().join("a.html")).expect("a page");
    let data = data(&page);
    assert!(page.starts_with("<!doctype html>"));
    assert_eq!(data["replays"][0]["id"], "alibaba-2023-11-12");
    assert!(!data["opening"].as_array().expect("a list").is_empty());
    assert!(!page.contains(env!("CARGO_MANIFEST_DIR")), "no path of this machine");
    let wrong = linchpin(folder.path(), &["report", example, "--down", "aliyun/akk", "-o", "b.html"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("aliyun/ak"), "{}", wrong.err);
    assert!(!folder.path().join("b.html").exists());
}

#[test]
fn draw_writes_the_page_and_pictures_beside_it() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/two-clouds/before");
    let folder = tempfile::tempdir().expect("a folder");
    let run = linchpin(folder.path(), &["draw", example, "-o", "a.html", "-o", "a.svg"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("written");
    assert!(data(&text("a.html")).is_object());
    assert!(text("a.svg").starts_with("<svg") || text("a.svg").starts_with("<?xml"));
}
