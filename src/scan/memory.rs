//! What files said the last time, by what they hold: a file that did not change is not parsed again.
//!
//! A memory is a convenience: it may be lost, old or broken at any time, and then everything is read anew. It never
//! changes what is found, since a file is known by the hash of its text and a memory by the version of the program.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::code::Module;

/// What a memory begins with; another version may understand code otherwise.
const VERSION: &str = concat!("linchpin ", env!("CARGO_PKG_VERSION"), " code 5");

/// The modules of files by language and hash of their text.
#[derive(Debug, Default)]
pub struct Memory {
    known: BTreeMap<String, Arc<Module>>,
    used: Mutex<BTreeMap<String, Arc<Module>>>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    version: String,
    modules: BTreeMap<String, Arc<Module>>,
}

impl Memory {
    /// A memory of what [`Memory::to_bytes`] gave; an empty one when these are not such bytes, or another version's.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let kept = postcard::from_bytes::<Kept>(bytes).ok().filter(|kept| kept.version == VERSION);
        Memory { known: kept.map(|kept| kept.modules).unwrap_or_default(), used: Mutex::default() }
    }

    /// Everything that was asked for since it was made; `None` when that is what it knew already.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let modules = self.used.lock().ok()?.clone();
        if modules.keys().eq(self.known.keys()) {
            return None;
        }
        postcard::to_stdvec(&Kept { version: VERSION.to_owned(), modules }).ok()
    }

    /// What is known under a name, or else what `read` makes, which is then known.
    pub(super) fn module(&self, name: String, read: impl FnOnce() -> Module) -> Arc<Module> {
        let met = || self.used.lock().ok()?.get(&name).cloned();
        let module = self.known.get(&name).cloned().or_else(met).unwrap_or_else(|| Arc::new(read()));
        if let Ok(mut used) = self.used.lock() {
            used.insert(name, Arc::clone(&module));
        }
        module
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_not_read_again() {
        let first = Memory::default();
        let module = Module { unit: "a".into(), ..Module::default() };
        let read = first.module("x".to_owned(), || module.clone());
        assert_eq!(*read, module);
        assert_eq!(*first.module("x".to_owned(), || panic!("it was read just now")), module);
        let bytes = first.to_bytes().expect("something new");
        let second = Memory::of_bytes(&bytes);
        let again = second.module("x".to_owned(), || panic!("it is known"));
        assert_eq!(*again, module);
        assert_eq!(second.to_bytes(), None);
        assert!(Memory::of_bytes(&bytes[..bytes.len() / 2]).known.is_empty());
        assert!(Memory::of_bytes(b"").known.is_empty());
    }
}
