//! Parses the catalogues once, when the program is built, instead of in every run.
//!
//! Writes `models.bin` for `catalogue/parsed.rs`: for each file its path and its documents. What can't be read is left out,
//! and is parsed, and complained of, by the program itself.

#[path = "source"]
mod source {
    #[path = "yaml"]
    pub(crate) mod yaml {
        #[expect(unreachable_pub, reason = "a file of the crate that is about to be built")]
        pub(crate) mod node;
    }
}

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_yaml::DuplicateKeyPolicy;
use source::yaml::node::from_text;

/// The files of YAML below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    for watched in ["models", "src/build.rs", "src/source/yaml/node.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut paths = Vec::new();
    files(&root.join("models"), &mut paths)?;
    paths.sort();
    let mut parsed: Vec<(String, Vec<u8>)> = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path)?;
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        if let Ok(documents) = from_text(text.trim_start_matches('\u{feff}'), DuplicateKeyPolicy::Error) {
            parsed.push((name, postcard::to_stdvec(&documents)?));
        }
    }
    parsed.sort();
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("models.bin"), postcard::to_stdvec(&parsed)?)?;
    Ok(())
}
