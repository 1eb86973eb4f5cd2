//! Facts that are kept beside the project, and not in it.

use std::path::PathBuf;

/// A file or folder of `../shared`, or of the folder that `LINCHPIN_SHARED` names; `None`, and a word about it, when it
/// is not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let path = std::env::var_os("LINCHPIN_SHARED").map_or_else(beside, PathBuf::from).join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is missing", path.display());
    None
}
