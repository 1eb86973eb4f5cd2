//! A folder of files for a program that is given them, gone with the value.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A temporary folder.
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// An empty one.
    ///
    /// # Errors
    /// When there is no place for temporary files.
    pub fn new() -> io::Result<Self> {
        tempfile::tempdir().map(Scratch)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file at a path in it; its path as a whole.
    ///
    /// # Errors
    /// When it can't be written, or the path leads out of the folder.
    pub fn put(&self, inside: &str, content: &[u8]) -> io::Result<PathBuf> {
        if !Path::new(inside).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{inside}` leads elsewhere")));
        }
        let path = self.0.path().join(inside);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, content)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_in_the_folder_and_go_with_it() {
        let scratch = Scratch::new().expect("a folder");
        let path = scratch.put("a/b.yaml", b"c: 1").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"c: 1");
        assert!(scratch.put("../x", b"").is_err() && scratch.put("/x", b"").is_err());
        drop(scratch);
        assert!(!path.exists());
    }
}
