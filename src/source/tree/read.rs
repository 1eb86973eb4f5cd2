//! What is in the files of a tree: texts, beginnings, bytes and streams, from disk or from the objects of a repository.

use std::fs;
use std::io::Read;

use super::{MOST_BYTES, Origin, Tree, reason};
use crate::source::{Location, Problem};

/// So much of a file tells what it is.
const HEAD: u64 = 16 * 1024;

impl Tree {
    /// The text of a file; bytes that are not UTF-8 are replaced.
    ///
    /// Errors when it is unknown, too large, a link out of the tree or not readable; each says which.
    pub fn read(&self, shown: &str) -> Result<String, Problem> {
        self.ask(shown);
        if let Some(text) = self.given.get(shown) {
            return Ok(text.clone());
        }
        if let Some(bytes) = self.blob(shown)? {
            return Ok(text(bytes));
        }
        let file = self.plain(shown)?;
        let size = file.metadata().map_or(0, |meta| meta.len());
        if size > MOST_BYTES {
            let message = format!("{} MB are more than the limit of {} MB", size >> 20, MOST_BYTES >> 20);
            return fail(shown, message, "leave generated data out of the scanned folders");
        }
        let mut bytes = Vec::new();
        match file.take(MOST_BYTES).read_to_end(&mut bytes) {
            Ok(_) => Ok(text(bytes)),
            Err(error) => fail(shown, reason(&error), "it is left out; the rest is read"),
        }
    }

    /// Reads the bytes of a file in place of those that `bytes` held, unless there are more than `most`; whether that is so.
    ///
    /// Errors as for `read`, but for the size.
    pub fn bytes(&self, shown: &str, most: u64, bytes: &mut Vec<u8>) -> Result<bool, Problem> {
        bytes.clear();
        match self.open(shown)?.take(most + 1).read_to_end(bytes) {
            Ok(length) => Ok(u64::try_from(length).is_ok_and(|length| length <= most)),
            Err(error) => fail(shown, reason(&error), "it is left out; the rest is read"),
        }
    }

    /// The first few kilobytes of a file, for one who wants to know what it is. Errors as for `read`, but for the size.
    pub fn head(&self, shown: &str) -> Result<String, Problem> {
        let mut bytes = Vec::new();
        match self.open(shown)?.take(HEAD).read_to_end(&mut bytes) {
            Ok(_) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => fail(shown, reason(&error), "it is left out; the rest is read"),
        }
    }

    /// A file of any size, to be read as a stream. Errors as for `read`, but for the size.
    pub fn open(&self, shown: &str) -> Result<Box<dyn Read + '_>, Problem> {
        self.ask(shown);
        if let Some(text) = self.given.get(shown) {
            return Ok(Box::new(text.as_bytes()));
        }
        match self.blob(shown)? {
            Some(bytes) => Ok(Box::new(std::io::Cursor::new(bytes))),
            None => Ok(Box::new(self.plain(shown)?)),
        }
    }

    /// The content of a file that is an object of a repository.
    fn blob(&self, shown: &str) -> Result<Option<Vec<u8>>, Problem> {
        match (self.files.get(shown), &self.repository) {
            (Some(Origin::Blob(_, blob)), Some(repository)) => match repository.read(*blob) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(message) => fail(shown, message, "it is left out; the rest is read"),
            },
            _ => Ok(None),
        }
    }

    /// Opens a plain file of the tree.
    fn plain(&self, shown: &str) -> Result<fs::File, Problem> {
        let Some(Origin::Disk(path)) = self.files.get(shown) else {
            let message = "no such file in the scanned tree".to_owned();
            return fail(shown, message, "only files under the given paths are read");
        };
        let meta = match fs::symlink_metadata(path) {
            Ok(meta) => meta,
            Err(error) => return fail(shown, reason(&error), "it is left out; the rest is read"),
        };
        if !meta.is_file() && !path.is_file() {
            return fail(shown, "not a plain file".to_owned(), "it is left out; the rest is read");
        }
        fs::File::open(path).or_else(|error| fail(shown, reason(&error), "it is left out; the rest is read"))
    }
}

fn fail<T>(shown: &str, message: String, help: &str) -> Result<T, Problem> {
    Err(Problem::error(Location::start_of(&shown.into()), message).help(help.to_owned()))
}

/// Bytes as text; what is not UTF-8 is replaced.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
