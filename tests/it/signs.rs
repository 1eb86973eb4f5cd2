//! The long lists of signs are kept in one form, and made from the raw tables where those lie beside the repository.
//!
//! `LINCHPIN_BLESS=1` writes them anew: in their form, and with every resource type of the tables that nothing
//! recognises yet. A new type goes to the product whose types begin like it, else to one that is only recognised.

use std::collections::BTreeMap;
use std::path::Path;

use linchpin::catalogue::{Catalogue, VOCABULARIES, built_in, load};
use linchpin::facts::Sign;
use linchpin::source::yaml;

use crate::built_in::BUILT_IN;
use crate::shared::shared;

/// The tables of resource types: file, provider, the column of the service, and what a type is a sign of.
const TABLES: [(&str, &str, usize, &str); 9] = [
    ("alicloud_tf_types.csv", "aliyun", 2, "terraform"),
    ("aws_cfn_types.csv", "aws", 1, "cloudformation"),
    ("aws_tf_types.csv", "aws", 2, "terraform"),
    ("azure_tf_types.csv", "azure", 2, "terraform"),
    ("cloudflare_tf_types.csv", "cloudflare", 2, "terraform"),
    ("github_tf_types.csv", "github", 0, "terraform"),
    ("google_tf_types.csv", "google", 2, "terraform"),
    ("huawei_tf_types.csv", "huawei", 2, "terraform"),
    ("tencent_tf_types.csv", "tencent", 3, "terraform"),
];

/// A sign as it is written: its text, the capability that it means, whether it holds only with its provider.
type Entry = (String, Option<String>, bool);

/// The signs of a file by product and vocabulary, and the titles of products that are only recognised.
#[derive(Default, PartialEq)]
struct Signs {
    titles: BTreeMap<String, String>,
    lists: BTreeMap<String, BTreeMap<&'static str, Vec<Entry>>>,
}

fn read(file: &str, text: &str) -> Signs {
    let documents = yaml::parse(&file.into(), text);
    let mut signs = Signs::default();
    for (key, value) in documents.nodes[0].get("signs").expect("signs").entries() {
        let product = key.text().expect("a name").to_owned();
        if let Some(title) = value.text_at(&["title"]) {
            signs.titles.insert(product.clone(), title.to_owned());
        }
        let lists = signs.lists.entry(product).or_default();
        for vocabulary in VOCABULARIES {
            let Some(list) = value.get(vocabulary) else { continue };
            let entry = |node: &yaml::Node| {
                let text = node.text().or(node.text_at(&["match"])).expect("a sign");
                let capability = node.text_at(&["capability"]).map(str::to_owned);
                (text.to_owned(), capability, node.text_at(&["here"]) == Some("true"))
            };
            lists.insert(vocabulary, list.items().iter().map(entry).collect());
        }
    }
    signs
}

/// A scalar without quotes where YAML takes it for the same text.
fn scalar(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._:/*-() ".contains(letter);
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    let ends = text.ends_with([':', ' ']) || text.contains(": ");
    let word = matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "n" | "y");
    let number = text.parse::<f64>().is_ok() && text.parse::<u16>().is_err();
    if begins && !ends && !word && !number && text.chars().all(plain) { text.to_owned() } else { format!("\"{text}\"") }
}

/// The text of a file: products and signs in order, lists filled to the width of a page.
fn write(header: &str, signs: &Signs) -> String {
    let mut out = format!("{header}signs:\n");
    for (product, lists) in &signs.lists {
        out += &format!("  {product}:\n");
        if let Some(title) = signs.titles.get(product) {
            out += &format!("    title: {}\n", scalar(title));
        }
        for vocabulary in VOCABULARIES {
            let Some(list) = lists.get(vocabulary) else { continue };
            let mut list = list.clone();
            list.sort_by_key(|(text, ..)| (text.parse::<u16>().unwrap_or_default(), text.clone()));
            list.dedup();
            let items = list.iter().map(|(text, capability, here)| {
                let mut extra = capability.as_ref().map_or(String::new(), |name| format!(", capability: {name}"));
                extra += if *here { ", here: true" } else { "" };
                if extra.is_empty() { scalar(text) } else { format!("{{match: {}{extra}}}", scalar(text)) }
            });
            let items: Vec<String> = items.collect();
            let line = format!("    {vocabulary}: [{}]\n", items.join(", "));
            if line.len() <= 120 {
                out += &line;
                continue;
            }
            out += &format!("    {vocabulary}:\n      [");
            let mut column = 7;
            for (number, item) in items.iter().enumerate() {
                let last = number + 1 == items.len();
                if number > 0 {
                    let fits = column + 1 + item.len() < 119;
                    out += if fits { " " } else { "\n       " };
                    column = if fits { column + 1 } else { 7 };
                }
                out += item;
                out += if last { "]\n" } else { "," };
                column += item.len() + 1;
            }
        }
    }
    out
}

/// A name for a product, out of what a table calls its service.
fn named(service: &str) -> String {
    let letters = service.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    let name: String = letters.collect::<String>().to_lowercase();
    name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Adds every type of a table that nothing recognises.
fn complete(signs: &mut Signs, catalogue: &Catalogue, folder: &Path, provider: &str) -> Vec<String> {
    let mut added = Vec::new();
    for (table, _, column, vocabulary) in TABLES.into_iter().filter(|(_, owner, ..)| *owner == provider) {
        let text = std::fs::read_to_string(folder.join(table)).expect("a table");
        for row in text.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let sign = if vocabulary == "terraform" {
                Sign::Terraform(cells[0].into())
            } else {
                Sign::CloudFormation(cells[0].into())
            };
            if catalogue.recognise(&sign).is_some() {
                continue;
            }
            let word = cells[0].to_lowercase();
            let begins = |list: &Vec<Entry>| {
                let shared = |entry: &Entry| word.bytes().zip(entry.0.bytes()).take_while(|(a, b)| a == b).count();
                list.iter().map(shared).max().unwrap_or_default()
            };
            let nearest = signs
                .lists
                .iter()
                .filter_map(|(product, lists)| Some((begins(lists.get(vocabulary)?), product.clone())));
            let least = word.find('_').or(word.find("::")).unwrap_or_default() + 5;
            let near = nearest.max().filter(|(length, _)| *length >= least).map(|(_, product)| product);
            let product = near.unwrap_or_else(|| {
                // A table without a column for the service: the word after that of the provider.
                let second = word.split('_').nth(1).unwrap_or_default();
                let service = if column == 0 { second } else { cells.get(column).copied().unwrap_or_default() };
                signs.titles.entry(named(service)).or_insert_with(|| service.to_owned());
                named(service)
            });
            added.push(format!("{word} to {provider}/{product}"));
            signs.lists.entry(product).or_default().entry(vocabulary).or_default().push((word, None, false));
        }
    }
    added
}

fn header(text: &str) -> &str {
    text.find("signs:\n").map_or("", |end| &text[..end])
}

#[test]
fn signs_are_complete_and_in_their_form() {
    let folder = shared("data/catalogues");
    if folder.is_none() {
        println!("skipped in part: the tables of types are not beside this repository");
    }
    let mut wrong = Vec::new();
    for (file, text) in built_in().into_iter().filter(|(file, _)| file.ends_with("/signs.yaml")) {
        let provider = file.split('/').nth(1).expect("a provider");
        let mut signs = read(&file, text);
        if let Some(folder) = &folder {
            wrong.extend(complete(&mut signs, &BUILT_IN, folder, provider));
        }
        let written = write(header(text), &signs);
        assert!(read(&file, &written) == sorted(signs), "{file}: what is written says the same");
        if written != text {
            wrong.push(format!("{file} is not in its form"));
            if std::env::var_os("LINCHPIN_BLESS").is_some() {
                std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&*file), written).expect("written");
            }
        }
    }
    let blessed = std::env::var_os("LINCHPIN_BLESS").is_some();
    assert!(wrong.is_empty() || blessed, "LINCHPIN_BLESS=1 writes them anew: {:#?}", &wrong[..wrong.len().min(12)]);
}

fn sorted(mut signs: Signs) -> Signs {
    for list in signs.lists.values_mut().flat_map(BTreeMap::values_mut) {
        list.sort_by_key(|(text, ..)| (text.parse::<u16>().unwrap_or_default(), text.clone()));
        list.dedup();
    }
    signs
}

/// The generator at work: types that are forgotten come back, to the product whose types begin like them.
#[test]
fn what_is_forgotten_is_found_again() {
    let Some(folder) = shared("data/catalogues") else { return println!("skipped: no tables of types") };
    let (file, text) = built_in().into_iter().find(|(file, _)| &**file == "models/github/signs.yaml").expect("signs");
    let forgotten = text.replace("\"github_actions_*\", ", "").replace("github_actions_*, ", "");
    assert_ne!(forgotten, text);
    let others = built_in().into_iter().filter(|(path, _)| *path != file);
    let (catalogue, problems) = load(others.chain([(file.clone(), forgotten.as_str())]));
    assert_eq!(problems, []);
    let mut signs = read(&file, &forgotten);
    let added = complete(&mut signs, &catalogue, &folder, "github");
    assert!(added.contains(&"github_actions_environment_variable to github/actions".to_owned()), "{added:?}");
    let (whole, problems) = load(
        built_in().into_iter().filter(|(path, _)| *path != file).chain([(file.clone(), write("", &signs).as_str())]),
    );
    assert_eq!(problems, []);
    assert!(complete(&mut signs, &whole, &folder, "github").is_empty(), "nothing is missed twice");
}
