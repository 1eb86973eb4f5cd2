//! The one integration binary.

mod impact;
