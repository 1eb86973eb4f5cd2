//! Source code of every language to the same form: what calls, texts and failures are, and that nothing breaks it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linchpin::scan::code::{Function, Module, Part, Piece, Role};
use linchpin::scan::languages::{LANGUAGES, Language};

fn cases() -> Vec<(PathBuf, &'static Language, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/scan");
    let mut found = Vec::new();
    for folder in fs::read_dir(root).expect("cases") {
        for file in fs::read_dir(folder.expect("folder").path()).expect("files") {
            let path = file.expect("file").path();
            let language = LANGUAGES.iter().find(|one| one.name != "Rust" && one.wants(&path.to_string_lossy()));
            if let Some(language) = language {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path, language, text));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 9, "cases are missing");
    found
}

fn pieces(pieces: &[Piece]) -> String {
    let show = |piece: &Piece| match piece {
        Piece::Fixed(letters) => letters.to_string(),
        Piece::Open(path) => format!("{{{}}}", path.join(".")),
    };
    pieces.iter().map(show).collect()
}

fn parts(all: &[Part]) -> String {
    let show = |part: &Part| match part {
        Part::Name(path) => path.join("."),
        Part::Text(text) => format!("{:?}", pieces(&text.pieces)),
        Part::Call(at) => format!("@{at}"),
    };
    all.iter().map(show).collect::<Vec<_>>().join(" | ")
}

/// All texts of a function with their lines.
fn texts(function: &Function) -> Vec<(u32, String)> {
    let mut all: Vec<&Part> = function.returns.iter().collect();
    all.extend(function.bindings.iter().flat_map(|binding| &binding.value));
    all.extend(function.calls.iter().flat_map(|call| &call.arguments).flat_map(|one| &one.value));
    let in_parts = all.into_iter().filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None });
    in_parts.chain(&function.texts).map(|text| (text.line, pieces(&text.pieces))).collect()
}

/// The facts of a module as a table.
fn facts(module: &Module) -> String {
    let mut out = String::new();
    writeln!(out, "unit {:?} errors {}", module.unit, module.has_errors).expect("write");
    for import in &module.imports {
        writeln!(out, "import {} as {} again {}", import.path, import.name.as_deref().unwrap_or("-"), import.again)
            .expect("write");
    }
    for kin in &module.types {
        let fields: Vec<String> = kin.fields.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
        writeln!(out, "type {} of [{}] with [{}]", kin.name, kin.bases.join(", "), fields.join(", ")).expect("write");
    }
    for note in &module.annotations {
        let given =
            note.arguments.iter().map(|one| format!("{}={}", one.name.as_deref().unwrap_or(""), parts(&one.value)));
        let given = given.collect::<Vec<_>>().join(", ");
        let (owner, member) = (note.owner.as_deref().unwrap_or("-"), note.member.as_deref().unwrap_or("-"));
        writeln!(out, "note {}({given}) at {owner} {member}", note.path.join(".")).expect("write");
    }
    for function in &module.functions {
        let given =
            function.parameters.iter().map(|(name, kind)| format!("{name}: {}", kind.as_deref().unwrap_or("?")));
        let given = given.collect::<Vec<_>>().join(", ");
        let owner = function.owner.as_deref().unwrap_or("");
        let exposed = if function.exposed { " exposed" } else { "" };
        writeln!(
            out,
            "\n{}-{} {owner}.{}({given}) {:?}{exposed}",
            function.line, function.end, function.name, function.role
        )
        .expect("write");
        for binding in &function.bindings {
            let shared = if binding.is_shared { "shared " } else { "" };
            writeln!(out, "  {shared}{} = {}", binding.name, parts(&binding.value)).expect("write");
        }
        for (at, call) in function.calls.iter().enumerate() {
            let given = call.arguments.iter().map(|one| match &one.name {
                Some(name) => format!("{name}={}", parts(&one.value)),
                None => parts(&one.value),
            });
            let given = given.collect::<Vec<_>>().join(", ");
            let receiver = call.receiver.map(|at| format!("@{at}.")).unwrap_or_default();
            let (makes, deferred) =
                (if call.makes { "new " } else { "" }, if call.deferred { " deferred" } else { "" });
            let fate = format!("{:?}:{}", call.fate.kind, call.fate.line);
            writeln!(
                out,
                "  @{at} {}:{} {makes}{receiver}{}({given}) {fate}{deferred}",
                call.line,
                call.column,
                call.path.join(".")
            )
            .expect("write");
        }
        if !function.returns.is_empty() {
            writeln!(out, "  returns {}", parts(&function.returns)).expect("write");
        }
        for text in &function.texts {
            writeln!(out, "  text {:?}", pieces(&text.pieces)).expect("write");
        }
    }
    out
}

#[test]
fn what_the_cases_say_about_themselves_holds() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (path, language, text) in cases() {
        let module = language.read(&text);
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if module.has_errors {
            wrong.push(format!("{name}: the parser had to guess"));
        }
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(" ~") || line.contains("//~") || line.contains("#~"))
        {
            let number = at as u32 + 1;
            let (_, marks) = line.split_once('~').expect("marks");
            for mark in marks.split(" ~") {
                let mark = mark.trim();
                checked += 1;
                let calls = |name: &str| -> Vec<_> {
                    let all = module.functions.iter().flat_map(|function| &function.calls);
                    all.filter(|call| call.line == number && call.path.last().is_some_and(|last| &**last == name))
                        .collect()
                };
                let holds = if let Some(expected) = mark.strip_prefix("text ") {
                    module.functions.iter().flat_map(texts).any(|(line, text)| line == number && text == expected)
                } else if let Some(name) = mark.strip_prefix("deferred ") {
                    !calls(name).is_empty() && calls(name).iter().all(|call| call.deferred)
                } else {
                    let (name, kind) = mark.split_once(' ').expect("name and fate");
                    !calls(name).is_empty() && calls(name).iter().all(|call| format!("{:?}", call.fate.kind) == kind)
                };
                if !holds {
                    let found: Vec<String> = module
                        .functions
                        .iter()
                        .flat_map(|function| &function.calls)
                        .filter(|call| call.line == number)
                        .map(|call| format!("{} {:?}:{}", call.path.join("."), call.fate.kind, call.fate.line))
                        .collect();
                    let texts: Vec<String> = module
                        .functions
                        .iter()
                        .flat_map(texts)
                        .filter(|(line, _)| *line == number)
                        .map(|(_, text)| text)
                        .collect();
                    wrong.push(format!("{name}:{number}: {mark}, found {found:?} {texts:?}"));
                }
            }
        }
    }
    assert!(checked > 100 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_facts_of_the_cases_are_as_written() {
    let bless = std::env::var_os("LINCHPIN_BLESS").is_some();
    let mut wrong = Vec::new();
    for (path, language, text) in cases() {
        let beside = path.with_extension("facts");
        let found = facts(&language.read(&text));
        if bless {
            fs::write(&beside, &found).expect("write");
        } else if fs::read_to_string(&beside).ok().as_deref() != Some(&*found) {
            wrong.push(format!("{}\n{found}", beside.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn comments_and_documentation_are_no_texts() {
    for (path, language, text) in cases() {
        assert!(text.contains("not-a-text"), "{}: has no look-alike", path.display());
        let module = language.read(&text);
        let found: Vec<_> =
            module.functions.iter().flat_map(texts).filter(|(_, text)| text.contains("not-a-text")).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

/// What must hold of any module, whatever was read.
pub(crate) fn check_sound(module: &Module, text: &str, what: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    for function in &module.functions {
        for (at, call) in function.calls.iter().enumerate() {
            assert!(call.receiver.is_none_or(|receiver| receiver < at), "{what}: a receiver comes first");
            assert!(!call.path.is_empty(), "{what}: a call has a path");
            let line = lines.get(call.line as usize - 1).unwrap_or_else(|| panic!("{what}: line {}", call.line));
            assert!(call.column as usize <= line.chars().count() + 1, "{what}: {}:{}", call.line, call.column);
            for part in call.arguments.iter().flat_map(|one| &one.value).chain(&function.returns) {
                assert!(
                    !matches!(part, Part::Call(at) if *at >= function.calls.len()),
                    "{what}: a call that is not there"
                );
            }
        }
    }
}

#[test]
fn names_of_calls_are_mentioned_and_places_are_right() {
    for (path, language, text) in cases() {
        let module = language.read(&text);
        check_sound(&module, &text, &path.display().to_string());
        for function in &module.functions {
            let mentions: BTreeSet<&str> = function.mentions.iter().map(|name| &**name).collect();
            for call in &function.calls {
                let known = |name: &str| matches!(name, "self" | "super" | "exit") || mentions.contains(name);
                let unknown: Vec<_> = call.path.iter().filter(|name| !known(name)).collect();
                let place = path.display();
                assert!(unknown.is_empty(), "{place}: {unknown:?} are not mentioned in {}", function.name);
            }
        }
        let roles: BTreeSet<Role> = module.functions.iter().map(|function| function.role).collect();
        assert!(roles.contains(&Role::Plain) && roles.len() > 1, "{}: {roles:?}", path.display());
    }
}

#[test]
fn no_text_is_too_broken() {
    const SIGNS: &[u8] = b"(){}[]\"'`$#@;:,.\\/*+=\n\0\xff";
    let begun = Instant::now();
    let mut state = 88172645463325252_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for (path, language, text) in cases() {
        let what = path.display().to_string();
        for _ in 0..12 {
            let end = random(text.len());
            let cut = String::from_utf8_lossy(&text.as_bytes()[..end]).into_owned();
            check_sound(&language.read(&cut), &cut, &what);
            let mut bytes = text.clone().into_bytes();
            for _ in 0..random(20) {
                let at = random(bytes.len());
                bytes[at] = SIGNS[random(SIGNS.len())];
            }
            let flipped = String::from_utf8_lossy(&bytes).into_owned();
            check_sound(&language.read(&flipped), &flipped, &what);
            let (from, to) = (random(text.len()), random(text.len()));
            let mixed = [&text.as_bytes()[from..], &text.as_bytes()[..to]].concat();
            let mixed = String::from_utf8_lossy(&mixed).into_owned();
            check_sound(&language.read(&mixed), &mixed, &what);
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// A cut off file in whose last comment the parser of Kotlin goes round in circles for ever; a word of another length, or a
/// line less, and it does not.
pub(crate) const ENDLESS: &str = "{(ordering())
        return
    \u{fffd}

/ ordered-order:[somewhere.orders.somewhere.import]
import one.one.orders.ordering.somewhere.UnderstoodOrder
import one.one.orders.ordering.somewhere.order.OrderOfOrderOfOrderOfOr
// ordered-one:[somewhere.orders.somewhere.import]

/**
orders ordered what orders what ordered, one it what description description,
somewhere what description.

one what description, one one somewhere understanding order:
order://what.one.orders.one/one-one-orders/orders/somewhere-order/order.what";

#[test]
fn a_parser_that_gets_lost_is_stopped_and_says_where() {
    let kotlin = LANGUAGES.iter().find(|one| one.name == "Kotlin").expect("Kotlin");
    let begun = Instant::now();
    let module = kotlin.read(ENDLESS);
    assert_eq!(module.given_up, Some(3));
    assert!(module.functions.is_empty() && module.has_errors);
    // It took four seconds before it was stopped for standing still, and for a longer file half a minute.
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let mended = ENDLESS.replace("/**", "//");
    assert_eq!(kotlin.read(&mended).given_up, None);
}

#[test]
fn a_file_may_end_anywhere() {
    for language in LANGUAGES {
        for text in
            ["class A\n@Foo", "class A {\n  val x: Int = 3\n @Foo(", "class A {\n  var x = 3\n set(a", "/**", "\"", "@"]
        {
            let module = language.read(text);
            check_sound(&module, text, language.name);
            let ended = language.read(&format!("{text}\n"));
            assert_eq!((module.types, module.functions), (ended.types, ended.functions), "{} {text:?}", language.name);
        }
    }
}

#[test]
fn no_text_is_too_deep() {
    const DEPTH: usize = 100_000;
    let chain = |one: &str, count: usize| one.repeat(count);
    for language in LANGUAGES.iter().filter(|one| one.name != "Rust") {
        let texts = [
            chain("(", DEPTH),
            chain("[", DEPTH),
            chain("{", DEPTH),
            chain("f(", DEPTH / 4),
            format!("x = a{}", chain(" + a", DEPTH / 10)),
            format!("x = a{};", chain(".b()", DEPTH / 10)),
            chain("if (a) { } else ", DEPTH / 100),
            chain("((x) => { try { ", DEPTH / 100),
            format!("\"{}", chain("${\"", 5_000)),
        ];
        for text in texts {
            let begun = Instant::now();
            let module = language.read(&text);
            check_sound(&module, &text, language.name);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(20), "{} {:?}: {took:?}", language.name, text.get(..20));
        }
    }
}

#[test]
fn what_is_no_part_of_the_program_is_left_out() {
    let left_out = |path: &str| LANGUAGES.iter().find(|one| one.wants(path)).map(|one| one.leaves_out(path));
    for path in [
        "src/cart/main_test.go",
        "genproto/demo.pb.go",
        "vendor/x/y.go",
        "web/node_modules/a/index.js",
        "web/a.spec.ts",
        "web/__tests__/a.ts",
        "web/jquery.min.js",
        "web/dist/app.js",
        "svc/test_app.py",
        "svc/demo_pb2_grpc.py",
        "tests/a.py",
        "src/test/java/A.java",
        "examples/cart/src/main/java/Order.java",
        "src/main/java/OrderTest.java",
        "obj/Debug/A.g.cs",
        "Cart.Tests/A.cs",
        "spec/a_spec.rb",
        "vendor/b/c.php",
        "tests/ATest.php",
        "src/androidTest/A.kt",
        "examples/a.go",
        "web/types.d.ts",
    ] {
        assert_eq!(left_out(path), Some(true), "{path}");
    }
    for path in [
        "src/cart/main.go",
        "web/index.js",
        "web/contest.ts",
        "svc/app.py",
        "src/main/java/Order.java",
        "cart/src/main/java/com/example/test/Order.java",
        "cart/src/main/kotlin/com/example/Order.kt",
        "Cart/Latest.cs",
        "a.rb",
        "a.php",
        "a.kt",
        "a.tsx",
    ] {
        assert_eq!(left_out(path), Some(false), "{path}");
    }
    let generated = "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage x\nfunc F() { g() }\n";
    let go = LANGUAGES.iter().find(|one| one.name == "Go").expect("Go");
    assert_eq!(go.read(generated), Module::default());
    assert!(!go.read("package x\n// Do not edit the result.\nfunc F() { g() }\n").functions.is_empty());
}
