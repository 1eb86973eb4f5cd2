//! Where something was said: a file, a line and a column.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

/// A place in a source file; what every piece of evidence points at.
///
/// Lines and columns start at 1 and count characters, as editors do. The path is the one shown to people: relative,
/// with `/`, the same on every machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Location {
    /// Path of the file as shown in output.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// How many characters are meant, 0 when that is not known.
    #[serde(skip)]
    pub length: u32,
}

impl Location {
    /// The start of a file, for what concerns the file as a whole.
    pub fn start_of(file: &Arc<str>) -> Self {
        Location { file: Arc::clone(file), line: 1, column: 1, length: 0 }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
