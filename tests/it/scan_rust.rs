//! Rust: each file of cases is read, and what it says compared with the file beside it.

use std::fs;
use std::path::{Path, PathBuf};

use linchpin::scan::code::{FateKind, Function, Module, Part, Piece, Role, Text};
use linchpin::scan::languages::{LANGUAGES, Language};
use proptest::prelude::*;

fn rust() -> &'static Language {
    LANGUAGES.iter().find(|language| language.name == "Rust").expect("the language")
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/scan/rust");
    let all = fs::read_dir(folder).expect("cases").map(|entry| entry.expect("entry").path());
    let mut all: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect();
    all.sort();
    all
}

fn text(text: &Text) -> String {
    let pieces = text.pieces.iter().map(|piece| match piece {
        Piece::Fixed(letters) => letters.to_string(),
        Piece::Open(path) => format!("<{}>", path.join(".")),
    });
    format!("\"{}\"", pieces.collect::<String>())
}

fn parts(of: &Function, list: &[Part]) -> String {
    let words = list.iter().map(|part| match part {
        Part::Name(path) => path.join("."),
        Part::Text(one) => text(one),
        Part::Call(number) => format!("{}()", of.calls[*number].path.join(".")),
    });
    words.collect::<Vec<_>>().join(" | ")
}

fn dump(module: &Module) -> String {
    let mut out = if module.has_errors { "errors\n".to_owned() } else { String::new() };
    for import in &module.imports {
        let name = import.name.as_deref().unwrap_or("*");
        let more = if import.again { " again" } else { "" };
        let only = import.only_if.as_ref().map(|only| format!(" if {only}")).unwrap_or_default();
        out += &format!("{} import {} as {name}{more}{only}\n", import.line, import.path);
    }
    for one in &module.types {
        let fields: Vec<String> = one.fields.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
        out += &format!("{} type {} of [{}] with [{}]\n", one.line, one.name, one.bases.join(", "), fields.join(", "));
    }
    for function in &module.functions {
        let owner = function.owner.as_ref().map(|owner| format!("{owner}.")).unwrap_or_default();
        let parameters: Vec<String> = function
            .parameters
            .iter()
            .map(|(name, kind)| kind.as_ref().map_or(name.to_string(), |kind| format!("{name}: {kind}")))
            .collect();
        let role = if function.role == Role::Plain { String::new() } else { format!(" {:?}", function.role) };
        let exposed = if function.exposed { " exposed" } else { "" };
        let only = function.only_if.as_ref().map(|only| format!(" if {only}")).unwrap_or_default();
        out +=
            &format!("{} fn {owner}{}({}){role}{exposed}{only}\n", function.line, function.name, parameters.join(", "));
        for call in &function.calls {
            let kind = format!("{:?}", call.fate.kind).to_lowercase();
            let at = if call.fate.line > 0 { format!("@{}", call.fate.line) } else { String::new() };
            let of =
                call.receiver.map(|number| format!("{}().", function.calls[number].path.join("."))).unwrap_or_default();
            let arguments: Vec<String> = call
                .arguments
                .iter()
                .map(|argument| {
                    let name = argument.name.as_ref().map(|name| format!("{name}=")).unwrap_or_default();
                    format!("{name}{}", parts(function, &argument.value))
                })
                .collect();
            let word = if call.makes { "make" } else { "call" };
            let deferred = if call.deferred { " deferred" } else { "" };
            out += &format!(
                "  {}:{} {word} {of}{}({}) {kind}{at}{deferred}\n",
                call.line,
                call.column,
                call.path.join("."),
                arguments.join(", ")
            );
        }
        for binding in &function.bindings {
            let shared = if binding.is_shared { "shared " } else { "" };
            out += &format!("  {} {shared}{} = {}\n", binding.line, binding.name, parts(function, &binding.value));
        }
        if !function.texts.is_empty() {
            out += &format!("  texts {}\n", function.texts.iter().map(text).collect::<Vec<_>>().join(" "));
        }
        if !function.returns.is_empty() {
            out += &format!("  gives {}\n", parts(function, &function.returns));
        }
    }
    out
}

#[test]
fn each_case_says_what_is_expected_of_it() {
    for case in cases() {
        let found = dump(&rust().read(&fs::read_to_string(&case).expect("a case")));
        let file = case.with_extension("txt");
        if std::env::var_os("LINCHPIN_BLESS").is_some() {
            fs::write(&file, &found).expect("written");
        }
        assert_eq!(found, fs::read_to_string(&file).unwrap_or_default(), "{}", case.display());
    }
}

/// In the case of fates each function is named after what becomes of the calls in it that are counted: one, two, three.
#[test]
fn what_becomes_of_failures_is_what_the_function_is_called() {
    let case = cases().into_iter().find(|path| path.ends_with("fates.rs")).expect("the case");
    let module = rust().read(&fs::read_to_string(case).expect("a case"));
    let counted = ["one", "two", "three", "four", "five", "six", "seven"];
    let mut seen = 0;
    for function in &module.functions {
        let expected = match &*function.name {
            "passed" | "tail" | "retries" => FateKind::Passed,
            "fatal" => FateKind::Fatal,
            "replaced" => FateKind::Replaced,
            "ignored" => FateKind::Ignored,
            "detached" => FateKind::Detached,
            "open" => FateKind::Unknown,
            _ => continue,
        };
        for call in function.calls.iter().filter(|call| call.path.last().is_some_and(|last| counted.contains(&&**last)))
        {
            seen += 1;
            // What a closure that runs later hands on, it hands on.
            let expected = if call.deferred { FateKind::Passed } else { expected };
            assert_eq!(call.fate.kind, expected, "{} at line {}", function.name, call.line);
        }
    }
    assert_eq!(seen, 6 + 1 + 1 + 7 + 7 + 6 + 4 + 5);
}

#[test]
fn every_text_is_where_it_says() {
    for case in cases() {
        let source = fs::read_to_string(&case).expect("a case");
        let module = rust().read(&source);
        let lines: Vec<&str> = source.lines().collect();
        let calls = module.functions.iter().flat_map(|function| &function.calls);
        for call in calls.clone() {
            let line: Vec<char> = lines[call.line as usize - 1].chars().collect();
            let at: String = line[call.column as usize - 1..].iter().collect();
            let word = call.path.iter().any(|part| at.starts_with(&**part));
            assert!(word, "{:?} at {}:{} of {}", call.path, call.line, call.column, case.display());
        }
        let texts = calls.flat_map(|call| &call.arguments).flat_map(|argument| &argument.value);
        let mut seen = 0;
        for part in texts {
            let Part::Text(one) = part else { continue };
            let line: Vec<char> = lines[one.line as usize - 1].chars().collect();
            assert!(['"', 'r'].contains(&line[one.column as usize - 1]), "{one:?}");
            seen += 1;
        }
        assert!(seen > 0 || case.ends_with("fates.rs"), "{}", case.display());
    }
}

#[test]
fn depth_does_no_harm() {
    let deep = 100_000;
    for text in [
        format!("fn a() {{ {} }}", "(".repeat(deep)),
        format!("fn a() {{ {}1{} }}", "(".repeat(deep), ")".repeat(deep)),
        format!("fn a() {{ {}1 }}", "!".repeat(deep)),
        format!("fn a() {{ {}1 }}", "& ".repeat(deep)),
        format!("fn a() {{ 1{} }}", " + 1".repeat(deep)),
        format!("fn a() {{ a{} }}", ".b()".repeat(deep)),
        format!("fn a() {{ {}{{}} }}", "if a {} else ".repeat(deep)),
        format!("fn a() {{ {}1 }}", "return ".repeat(deep)),
        format!("fn a() {{ 1{} }}", " as u8".repeat(deep)),
        format!("type A = {}u8{};", "Vec<".repeat(deep), ">".repeat(deep)),
        format!("fn a() {{ {}1 }}", "|| ".repeat(deep)),
        "mod a { ".repeat(deep),
        format!("use a{};", "::b".repeat(deep)),
        format!("fn a() {{ m!{}1{}; }}", "(m!".repeat(deep), ")".repeat(deep)),
        format!("fn a() {{ {}1{} }}", "(".repeat(110), ")".repeat(110)),
        format!("fn a() {{ a{} }}", ".b()?".repeat(250)),
        format!("fn a() {{ {}1 }}", "!".repeat(1900)),
        format!("type A = {}u8{};", "Vec<".repeat(600), ">".repeat(600)),
        format!("fn a() {{ {}{{}} }}", "if a {} else ".repeat(590)),
        format!("fn a() {{ {} }}", "let a = b();\n".repeat(20_000)),
        format!("fn a() {{ \"//\" {}1 }}", "!".repeat(deep)),
    ] {
        rust().read(&text);
    }
}

#[test]
fn a_broken_file_keeps_what_can_be_read() {
    let text = "use redis::Client;\nfn good() -> Result<()> { get()?; Ok(()) }\nfn bad( { ]\n";
    let module =
        rust().read("use redis::Client;\nfn good() -> Result<()> { get()?; Ok(()) }\nfn bad(= x) {}\nfn last() {}\n");
    assert!(module.has_errors);
    let names: Vec<&str> = module.functions.iter().map(|function| &*function.name).collect();
    assert!(names.contains(&"good") && module.imports.len() == 1, "{names:?}");
    assert!(rust().read(text).has_errors);
}

proptest! {
    #![proptest_config(crate::cases::cases(96))]

    /// Files that end early or hold other letters never end the run.
    #[test]
    fn broken_files_do_no_harm(case in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), letter in any::<char>()) {
        let cases = cases();
        let text = fs::read_to_string(&cases[case.index(cases.len())]).expect("a case");
        let letters: Vec<char> = text.chars().collect();
        let at = cut.index(letters.len());
        let short: String = letters[..at].iter().collect();
        rust().read(&short);
        let other: String = letters[..at].iter().chain([&letter]).chain(&letters[at + 1..]).collect();
        rust().read(&other);
    }
}
