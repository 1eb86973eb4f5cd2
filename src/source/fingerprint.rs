//! Short names for texts, the same everywhere.

/// The name that Git gives to the text as a blob, in hexadecimal: the same on every machine and in every run.
pub fn fingerprint(text: &str) -> String {
    let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, text.as_bytes());
    // Only an attack on the hash is refused, and that is a name as well.
    id.map_or_else(|_| "0".repeat(40), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_name_that_git_gives_it() {
        assert_eq!(fingerprint("what is up, doc?"), "bd9dbf5aae1a3862dd1526723246b20206e5fc37");
    }
}
