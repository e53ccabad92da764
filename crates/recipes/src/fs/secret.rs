//! Files with secrets in them.

use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Refuses an open file of keys that is not an ordinary file, that others than its owner can read
/// or write, or that belongs to neither this user nor root. Root may read the files of all.
///
/// # Errors
/// Of the kind [`PermissionDenied`](ErrorKind::PermissionDenied) for the rights and the owner,
/// otherwise of another.
pub fn check_secret(metadata: &Metadata) -> io::Result<()> {
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { ErrorKind::IsADirectory } else { ErrorKind::InvalidInput };
        return Err(io::Error::new(kind, "is not an ordinary file"));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!("others than its owner can read or write it (mode {mode:03o}): chmod 600 ends that");
        return Err(io::Error::new(ErrorKind::PermissionDenied, message));
    }
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user && owner != 0 && user != 0 {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "it belongs to another user"));
    }
    Ok(())
}

/// The warning of a file with secrets in it that [is exposed](super::is_exposed).
#[must_use]
pub fn exposure(path: &Path) -> String {
    let path = path.display();
    format!("every user can read {path}, or others can write to it, and there are secrets in it: chmod 600 {path}")
}
