//! The command line: nothing but a call into the library.

fn main() {}
