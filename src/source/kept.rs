//! Files of this program's own outside of what is analysed: conveniences that may be lost at any time.

use std::fs;
use std::io::Write;
use std::path::Path;

/// The largest file that is read back, in bytes.
const LARGEST: u64 = 1 << 30;

/// What was kept; `None` when nothing was, or it can't be read.
pub fn recall(path: &Path) -> Option<Vec<u8>> {
    let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    if size > LARGEST { None } else { fs::read(path).ok() }
}

/// Keeps bytes in one step; its folder is made when it is missing. Says whether that worked.
pub fn keep(path: &Path, bytes: &[u8]) -> bool {
    let Some(folder) = path.parent() else { return false };
    let written =
        fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder)).and_then(|mut file| {
            file.write_all(bytes)?;
            file.persist(path).map_err(|error| error.error)
        });
    written.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_recalled() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b");
        assert_eq!(recall(&path), None);
        assert!(keep(&path, b"one") && keep(&path, b"two"));
        assert_eq!(recall(&path).as_deref(), Some(&b"two"[..]));
        assert!(!keep(&path.join("c"), b"below a file"));
    }
}
