//! `docs/cli.md` is what the program says of itself.

#[test]
fn the_manual_holds_the_help_of_every_command() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md");
    let manual = linchpin::cli::manual();
    if std::env::var_os("LINCHPIN_BLESS").is_some() {
        std::fs::write(path, &manual).expect("written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == manual, "docs/cli.md is not what `--help` prints; LINCHPIN_BLESS=1 writes it anew");
}
