//! What a unit is made of that lies above it: the files that it looks for in the folders above, and its module.

use super::super::is_module_file;
use crate::ingest::reach::Named;
use crate::source::toward;

/// So many folders above where the shown paths begin a unit looks at.
const HIGHEST: usize = 12;

/// The folders above one, the nearest first, beyond where the shown paths begin as well: `a/b` is in `a`, ``, `..`.
pub(super) fn parents(folder: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut here = folder.to_owned();
    while found.iter().filter(|above| above.starts_with("..")).count() < HIGHEST {
        let file = if here.is_empty() { "x".to_owned() } else { format!("{here}/x") };
        let Some(above) = toward(&file, "..") else { break };
        here = above.clone();
        found.push(above);
    }
    found
}

/// What a file of Terragrunt names by a path: its module, and, where it looks for files in the folders above, all
/// configurations there, with what is named from the folder of one.
pub(in crate::ingest) fn named_elsewhere(_: &str, text: &str) -> Vec<Named> {
    let is_configuration: fn(&str) -> bool = |name| name.ends_with(".hcl");
    let ups = || (1..=HIGHEST).map(|levels| vec![".."; levels].join("/"));
    let mut found = Vec::new();
    if text.contains("find_in_parent_folders") || text.contains("get_repo_root") {
        found.extend(ups().map(|path| Named { path, wants: is_configuration }));
    }
    for line in text.lines() {
        // A folder of a module is one where it is the source; elsewhere a path means a file.
        let is_source = line.trim_start().strip_prefix("source").is_some_and(|rest| rest.trim_start().starts_with('='));
        let wants: fn(&str) -> bool = if is_source { is_module_file } else { |_| false };
        let plain = |path: &str| path.split('?').next().unwrap_or(path).replace("//", "/");
        if let Some(path) = line.split('"').nth(1).filter(|path| path.starts_with('.')) {
            found.push(Named { path: plain(path), wants });
        }
        // `${get_repo_root()}/modules/db`, `${dirname(find_in_parent_folders("root.hcl"))}/common/db.hcl`.
        for rest in ["get_repo_root()}/", "))}/"].iter().filter_map(|end| Some(line.split_once(end)?.1)) {
            let path = plain(rest.split(['"', '$']).next().unwrap_or_default());
            let path = path.trim_start_matches('/');
            if !path.is_empty() {
                found.extend(ups().map(|up| Named { path: format!("{up}/{path}"), wants }));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_above_go_on_where_the_shown_paths_begin() {
        assert_eq!(parents("a/b")[..4], ["a", "", "..", "../.."]);
        assert_eq!(parents("")[..2], ["..", "../.."]);
        assert_eq!(parents("../c")[..2], ["..", "../.."]);
    }
}
