//! The scanners on real files that were damaged: cut off, with bytes changed, put together of two.
//!
//! Runs where `LINCHPIN_FUZZ` names a folder, for as many seconds as `LINCHPIN_FUZZ_SECONDS` says, and begins with the number
//! in `LINCHPIN_FUZZ_SEED`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use linchpin::scan::languages::LANGUAGES;
use linchpin::source::Tree;

use crate::scan_languages::check_sound;

/// No file that a person wrote takes longer, even without optimisation.
const LONGEST: Duration = Duration::from_secs(5);

#[test]
fn damaged_files_do_no_harm() {
    let Some(root) = std::env::var_os("LINCHPIN_FUZZ") else { return println!("skipped: LINCHPIN_FUZZ is not set") };
    let number =
        |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let until = Instant::now() + Duration::from_secs(number("LINCHPIN_FUZZ_SECONDS", 60));
    let mut random = fastrand::Rng::with_seed(number("LINCHPIN_FUZZ_SEED", 1));
    let tree = Tree::load(&[PathBuf::from(root)]);
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in tree.files() {
        if let Some(language) = LANGUAGES.iter().find(|language| language.wants(path)) {
            files.entry(language.name).or_default().push(path);
        }
    }
    let mut tried: BTreeMap<&str, (usize, Duration)> = BTreeMap::new();
    while Instant::now() < until && !files.is_empty() {
        for language in LANGUAGES {
            let Some(all) = files.get(language.name) else { continue };
            let path = all[random.usize(..all.len())];
            let text = tree.read(path).expect("a file").into_bytes();
            if text.len() > 200_000 {
                continue;
            }
            let other = tree.read(all[random.usize(..all.len())]).expect("a file").into_bytes();
            let mut bytes = match random.u8(..3) {
                0 => text[..random.usize(..=text.len())].to_vec(),
                1 => text,
                _ => {
                    [&text[random.usize(..=text.len())..], &other[..random.usize(..=other.len().min(50_000))]].concat()
                }
            };
            for _ in 0..random.usize(..8).min(bytes.len()) {
                let at = random.usize(..bytes.len());
                match random.u8(..3) {
                    0 => bytes[at] = random.u8(..),
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, *random.choice(b"(){}[]\"'`$#@;:,.\\/*+=<>\n\0").expect("a sign")),
                }
                if bytes.is_empty() {
                    break;
                }
            }
            let damaged = String::from_utf8_lossy(&bytes).into_owned();
            let begun = Instant::now();
            check_sound(&language.read(&damaged), &damaged, path);
            let took = begun.elapsed();
            assert!(took < LONGEST, "{path}: {took:?}");
            let (count, longest) = tried.entry(language.name).or_default();
            *count += 1;
            *longest = took.max(*longest);
        }
    }
    for (name, (count, longest)) in tried {
        println!("{name}: {count} damaged files, the longest {longest:?}");
    }
}
