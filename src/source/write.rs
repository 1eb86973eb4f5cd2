//! Writing files whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::Problem;

/// Puts a file in place of whatever stands there, in one step: readers see the old content or the new one. A device or a
/// pipe, `/dev/null` say, is written to.
///
/// # Errors
/// When the folder does not exist or can't be written.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Problem> {
    // A device or a pipe is written to; nothing takes its place.
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        let written = fs::OpenOptions::new().write(true).open(path).and_then(|mut to| to.write_all(content.as_ref()));
        return written.map_err(|error| failure(path, &error));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(content.as_ref())?;
        file.as_file().sync_all()?;
        readable(&file)?;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| failure(path, &error))
}

/// Writes a file that must not exist yet.
///
/// # Errors
/// When it exists, or can't be written.
pub fn create(path: &Path, text: &str) -> Result<(), Problem> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        readable(&file)?;
        file.persist_noclobber(path).map_err(|error| error.error)
    });
    match written {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let message = format!("{} exists already", path.display());
            Err(Problem::general(message).help("it is left as it is; print to standard output with `--output -`"))
        }
        Err(error) => Err(failure(path, &error)),
    }
}

/// Temporary files begin as readable by their owner alone; what we leave is an ordinary file.
#[cfg(unix)]
fn readable(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &tempfile::NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

fn failure(path: &Path, error: &std::io::Error) -> Problem {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
    Problem::general(format!("can't write {}: {reason}", path.display())).help("give a path in a folder that exists")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_device_is_written_through_and_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &path).expect("a link");
        replace(&path, "text").expect("written");
        assert!(fs::symlink_metadata(&path).expect("it is there").file_type().is_symlink());
        let plain = folder.path().join("plain");
        replace(&plain, "one").and_then(|()| replace(&plain, "two")).expect("written");
        assert_eq!(fs::read_to_string(&plain).expect("read"), "two");
    }
}
