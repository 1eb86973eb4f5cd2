//! Not read yet.
use super::{Format, Reading};
/// The format.
pub const FORMAT: Format =
    Format { name: "kubernetes", wants: |_| false, claims: |_, _| false, read: |_, _| Reading::default() };
