//! Files of the library's own.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::new_file::directory_of;

/// Opens a file of the library's own to read and write it, and makes it if it is not there.
///
/// # Errors
/// If it cannot be opened, or is not a file to be used as the library's own: see the
/// [module](super).
pub fn open_own(path: &Path) -> io::Result<File> {
    let file = open(path, OFlags::RDWR | OFlags::CREATE | OFlags::NONBLOCK)?;
    let metadata = file.metadata()?;
    check(path, &metadata)?;
    if is_open_to_others(&metadata) {
        // Files that were made before all had this mode. Where the file system knows no modes,
        // nothing is lost.
        let _ = file.set_permissions(Permissions::from_mode(OWN_MODE));
    }
    Ok(file)
}

/// Makes a file of the library's own that another library is to open by its name, or checks the one
/// that is there, and those of the names that end in one of `endings` besides, which it makes by
/// itself.
///
/// An existing file is not opened, only inspected: SQLite's locks are lost when a process closes
/// the file that they are on.
///
/// # Errors
/// As [`open_own`].
pub fn prepare_own(path: &Path, endings: &[&str]) -> io::Result<()> {
    match open(path, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => look_at(path)?,
        Err(error) => return Err(error),
    }
    for ending in endings {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        match look_at(beside.as_ref()) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                let message = format!("{}: {error}", Path::new(&beside).display());
                return Err(io::Error::new(error.kind(), message));
            }
            Ok(()) => {}
        }
    }
    Ok(())
}

const OWN_MODE: u32 = 0o600;

fn open(path: &Path, flags: OFlags) -> io::Result<File> {
    let mode = Mode::from_raw_mode(OWN_MODE);
    match rustix::fs::open(path, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, mode) {
        Ok(descriptor) => Ok(descriptor.into()),
        Err(Errno::LOOP | Errno::MLINK) => Err(refused(ErrorKind::InvalidInput, LINK)),
        Err(Errno::NXIO) => Err(refused(ErrorKind::InvalidInput, NOT_ORDINARY)),
        Err(error) => Err(error.into()),
    }
}

/// Checks a file without opening it.
fn look_at(path: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        let handle = open(path, OFlags::PATH)?;
        let metadata = handle.metadata()?;
        check(path, &metadata)?;
        if is_open_to_others(&metadata) {
            let handle = format!("/proc/self/fd/{}", handle.as_raw_fd());
            let _ = fs::set_permissions(handle, Permissions::from_mode(OWN_MODE));
        }
        Ok(())
    }
    #[cfg(not(target_os = "linux"))]
    {
        check(path, &fs::symlink_metadata(path)?)
    }
}

fn check(path: &Path, metadata: &Metadata) -> io::Result<()> {
    if metadata.is_symlink() {
        return Err(refused(ErrorKind::InvalidInput, LINK));
    }
    if !metadata.is_file() {
        return Err(refused(ErrorKind::InvalidInput, NOT_ORDINARY));
    }
    // None at all is left to a file that was removed since: its user asks whether it is still under
    // its name.
    if metadata.nlink() > 1 {
        return Err(refused(
            ErrorKind::InvalidInput,
            "it has a second name (a hard link), so that it may be somebody else's file: remove the name",
        ));
    }
    if !is_trusted(path, metadata)? {
        return Err(refused(
            ErrorKind::PermissionDenied,
            "it belongs to another user, who may have put it there to do harm: remove it, or use a directory of your own",
        ));
    }
    if metadata.mode() & 0o022 != 0 {
        let message = format!(
            "others than its owner can write to it (mode {:03o}): if nobody has, chmod 600 makes it fit for use",
            metadata.mode() & 0o777
        );
        return Err(io::Error::new(ErrorKind::PermissionDenied, message));
    }
    Ok(())
}

/// Whether its owner could put any file there by right: this user, root, or the owner of the
/// directory.
fn is_trusted(path: &Path, metadata: &Metadata) -> io::Result<bool> {
    let owner = metadata.uid();
    if owner == rustix::process::geteuid().as_raw() || owner == 0 {
        return Ok(true);
    }
    Ok(fs::metadata(directory_of(path))?.uid() == owner)
}

fn is_open_to_others(metadata: &Metadata) -> bool {
    metadata.mode() & 0o077 != 0
}

fn refused(kind: ErrorKind, why: &'static str) -> io::Error {
    io::Error::new(kind, why)
}

const LINK: &str =
    "it is a link, which may lead to somebody else's file: give the name of the file itself, or remove the link";
const NOT_ORDINARY: &str = "it is not an ordinary file";
