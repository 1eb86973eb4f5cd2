//! Writing files whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::Problem;

/// Puts a file in place of whatever stands there, in one step: readers see the old content or the new one.
///
/// # Errors
/// When the folder does not exist or can't be written.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Problem> {
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
