//! Where what code said is kept from run to run: in the user's cache folder, a file for each set of paths.

use std::env;
use std::path::PathBuf;

use crate::scan::Memory;
use crate::source::{fingerprint, keep, recall};

/// The file for these paths; `None` when nobody says where caches belong.
fn file(paths: &[PathBuf]) -> Option<PathBuf> {
    let of = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = of("XDG_CACHE_HOME").or_else(|| of("LOCALAPPDATA")).or_else(|| Some(of("HOME")?.join(".cache")))?;
    let here = env::current_dir().ok()?;
    let all: Vec<String> = paths.iter().map(|path| here.join(path).display().to_string()).collect();
    Some(folder.join("linchpin").join(format!("code-{}.bin", fingerprint(&all.join("\n")))))
}

/// What code under these paths said the last time; empty when that is not known.
pub(super) fn recalled(paths: &[PathBuf]) -> Memory {
    file(paths).and_then(|file| recall(&file)).map(|bytes| Memory::of_bytes(&bytes)).unwrap_or_default()
}

/// Keeps what is new; a cache that can't be written is no matter.
pub(super) fn kept(paths: &[PathBuf], memory: &Memory) {
    if let (Some(file), Some(bytes)) = (file(paths), memory.to_bytes()) {
        keep(&file, &bytes);
    }
}
