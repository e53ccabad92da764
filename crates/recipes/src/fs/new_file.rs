//! Files that appear whole or not at all.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::{Error, Result};
use ironlatch_core::error::IoOperation;
use ironlatch_core::fork::{Mutex, Process};

/// Decides about an existing file of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existing {
    /// It stays, and the new one is refused.
    Keep,
    /// The new one takes its place, once it is whole.
    Replace,
}

/// The users who may read the new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Its owner alone: plaintext and keys.
    Owner,
    /// Any user who may read other new files of this process.
    Usual,
}

/// An unfinished file: written in the same directory, and given its name by
/// [`commit`](Self::commit).
///
/// Until then there is, where the file system allows, no name at all, so that whatever ends the
/// process leaves nothing behind. Elsewhere there is a temporary name, which is removed on drop and
/// by [`remove_temporaries`].
///
/// It is the file of the process that began it: children neither write to it nor put it under its
/// name, and leave the temporary name to their parent.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    process: Process,
    target: PathBuf,
    existing: Existing,
    /// The temporary name, if it has one.
    temporary: Option<Temporary>,
    /// How much has been written, and how much of that the system has been told to bring to the
    /// disk.
    written: u64,
    begun: u64,
}

impl NewFile {
    /// Begins a file that is to become `target`. `source` is what it is made from, which it must
    /// not replace.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if `target` exists and is to be kept, is not an
    /// ordinary file, or is `source`, or if no file can be made in its directory.
    pub fn create(target: &Path, existing: Existing, access: Access, source: Option<&Metadata>) -> Result<Self> {
        check_target(target, existing, source)?;
        let directory = directory_of(target);
        let (file, temporary) =
            open(directory, access).map_err(|error| Error::io(IoOperation::MakeFileIn, Some(directory), error))?;
        let process = Process::current();
        Ok(Self { file, process, target: target.into(), existing, temporary, written: 0, begun: 0 })
    }

    /// Writes everything to the disk, and puts the file under its name.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io), or
    /// [`CoreError::Forked`](ironlatch_core::Error::Forked) in a child of the process that began
    /// it; the name is then as it was.
    pub fn commit(mut self) -> Result<()> {
        self.process.check(FORKED)?;
        let target = self.target.clone();
        self.place().map_err(|error| Error::io(IoOperation::Write, Some(&target), error))
    }

    fn place(&mut self) -> io::Result<()> {
        self.file.sync_all()?;
        let directory = directory_of(&self.target);
        match (self.temporary.take(), self.existing) {
            (None, Existing::Keep) => link_unnamed(&self.file, &self.target)?,
            (None, Existing::Replace) => {
                // No system call puts a nameless file in the place of another: it takes a name for
                // a moment.
                let temporary = Temporary::new(directory, |path| link_unnamed(&self.file, path))?.1;
                fs::rename(temporary.path(), &self.target)?;
            }
            (Some(temporary), Existing::Keep) => fs::hard_link(temporary.path(), &self.target)?,
            (Some(temporary), Existing::Replace) => fs::rename(temporary.path(), &self.target)?,
        }
        // The name itself is on the disk once its directory is. Some file systems cannot do this;
        // the data is safe.
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
        Ok(())
    }
}

/// Puts finished files under their names: all of them, or none.
///
/// Whatever ends the process between the first name and the last leaves none of them behind, but
/// for a signal that cannot be caught.
///
/// # Errors
/// Like [`NewFile::commit`]; [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for a
/// file that is to replace another, which could not be brought back.
pub fn commit_together(files: Vec<NewFile>) -> Result<()> {
    if files.iter().any(|file| file.existing == Existing::Replace) {
        return Err(Error::value("only files that replace none can be put under their names together"));
    }
    let mut placed = Vec::with_capacity(files.len());
    for file in files {
        let target = file.target.clone();
        file.commit()?;
        placed.push(Temporary::adopt(target));
    }
    placed.into_iter().for_each(Temporary::keep);
    Ok(())
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.process.check(FORKED).map_err(io::Error::other)?;
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        // Meanwhile the work goes on, and at the end there is little left to wait for.
        if self.written - self.begun >= WRITE_BACK {
            begin_write_back(&self.file, self.begun, self.written - self.begun);
            self.begun = self.written;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

const FORKED: &str =
    "the file was begun before this process was forked off, and is its parent's: begin another one here";

/// After this number of bytes the disk begins to write.
const WRITE_BACK: u64 = 8 * 1024 * 1024;

/// Removes every temporary name of this process, for a handler of the signal that ends it.
pub fn remove_temporaries() {
    for (path, process) in TEMPORARIES.lock().drain(..) {
        if process.is_current() {
            // A failure has nowhere to go: the process is about to end.
            let _ = fs::remove_file(path);
        }
    }
}

static TEMPORARIES: Mutex<Vec<(PathBuf, Process)>> = Mutex::new(Vec::new());

/// A temporary name, known to [`remove_temporaries`] and removed on drop.
#[derive(Debug)]
struct Temporary(PathBuf, Process);

impl Temporary {
    /// A name in `directory` that `make` finds free.
    fn new<T>(directory: &Path, mut make: impl FnMut(&Path) -> io::Result<T>) -> io::Result<(T, Self)> {
        const TRIES: usize = 16;
        let mut result = Err(ErrorKind::AlreadyExists.into());
        for _ in 0..TRIES {
            let path = directory.join(format!(".ironlatch-{}.tmp", crate::secrets::token_hex(8)));
            // Registered before it exists, so that no moment is left out; holding the lock keeps
            // the order.
            let mut registered = TEMPORARIES.lock();
            match make(&path) {
                Ok(made) => {
                    let process = Process::current();
                    registered.push((path.clone(), process));
                    return Ok((made, Self(path, process)));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => result = Err(error),
                Err(error) => return Err(error),
            }
        }
        result
    }

    /// Takes a file of this process under its final name for a temporary one, until
    /// [`keep`](Self::keep).
    fn adopt(path: PathBuf) -> Self {
        let process = Process::current();
        TEMPORARIES.lock().push((path.clone(), process));
        Self(path, process)
    }

    /// Leaves the file where it is.
    fn keep(mut self) {
        let path = core::mem::take(&mut self.0);
        TEMPORARIES.lock().retain(|(known, _)| *known != path);
        core::mem::forget(self);
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.1.is_current() {
            // After a rename there is nothing left to remove.
            let _ = fs::remove_file(&self.0);
            TEMPORARIES.lock().retain(|(path, _)| *path != self.0);
        }
    }
}

fn check_target(target: &Path, existing: Existing, source: Option<&Metadata>) -> Result<()> {
    let refuse = |kind, why: &str| Err(Error::io(IoOperation::Write, Some(target), io::Error::new(kind, why)));
    if target.file_name().is_none() {
        return refuse(ErrorKind::InvalidInput, "is not the name of a file");
    }
    if let (Ok(there), Some(source)) = (fs::metadata(target), source)
        && (there.dev(), there.ino()) == (source.dev(), source.ino())
    {
        return refuse(ErrorKind::InvalidInput, "is the input itself; write the output under another name");
    }
    match fs::symlink_metadata(target) {
        Err(_) => Ok(()),
        Ok(there) if there.is_dir() => refuse(ErrorKind::IsADirectory, "is a directory"),
        Ok(_) if existing == Existing::Keep => refuse(ErrorKind::AlreadyExists, "exists already, and was left alone"),
        Ok(there) if there.is_file() || there.is_symlink() => Ok(()),
        Ok(_) => refuse(ErrorKind::InvalidInput, "is not an ordinary file, and was left alone"),
    }
}

/// The directory that a name is in.
pub(crate) fn directory_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn open(directory: &Path, access: Access) -> io::Result<(File, Option<Temporary>)> {
    let mode = match access {
        Access::Owner => 0o600,
        Access::Usual => 0o666,
    };
    if let Some(file) = open_unnamed(directory, mode) {
        return Ok((file, None));
    }
    let make = |path: &Path| OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    Temporary::new(directory, make).map(|(file, temporary)| (file, Some(temporary)))
}

/// A file without a name (`O_TMPFILE`), if the system and the file system have such.
#[cfg(target_os = "linux")]
fn open_unnamed(directory: &Path, mode: u32) -> Option<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = openat(CWD, directory, flags, Mode::from_raw_mode(mode)).ok().map(File::from)?;
    // It gets its name by way of /proc, so that must be there.
    fs::symlink_metadata(proc_path(&file)).ok()?;
    Some(file)
}

#[cfg(target_os = "linux")]
fn link_unnamed(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    Ok(linkat(CWD, proc_path(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(target_os = "linux")]
fn proc_path(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

/// Has the system begin to write a part of the file to the disk, and does not wait. On Linux this
/// is what the advice does for what is not there yet.
#[cfg(target_os = "linux")]
fn begin_write_back(file: &File, start: u64, len: u64) {
    use rustix::fs::{Advice, fadvise};
    // Advice that is not taken does no harm.
    let _ = fadvise(file, start, core::num::NonZeroU64::new(len), Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn begin_write_back(_file: &File, _start: u64, _len: u64) {}

#[cfg(not(target_os = "linux"))]
fn open_unnamed(_directory: &Path, _mode: u32) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link_unnamed(_file: &File, _path: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [`remove_temporaries`] removes those of every thread: one test at a time makes any.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    /// A file as it is made where there are no nameless ones.
    fn named(target: &Path, existing: Existing) -> NewFile {
        let make = |path: &Path| OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let (file, temporary) = Temporary::new(directory_of(target), make).unwrap();
        let process = Process::current();
        NewFile { file, process, target: target.into(), existing, temporary: Some(temporary), written: 0, begun: 0 }
    }

    fn count(directory: &Path) -> usize {
        fs::read_dir(directory).unwrap().count()
    }

    #[test]
    fn of_files_that_belong_together_all_appear_or_none() {
        let _alone = ONE_AT_A_TIME.lock();
        let directory = tempfile::tempdir().unwrap();
        let begin = |name: &str| {
            let mut file = NewFile::create(&directory.path().join(name), Existing::Keep, Access::Owner, None).unwrap();
            file.write_all(name.as_bytes()).unwrap();
            file
        };
        commit_together(vec![begin("one"), begin("two")]).unwrap();
        assert_eq!(fs::read(directory.path().join("two")).unwrap(), b"two");

        let (three, four) = (begin("three"), begin("four"));
        fs::write(directory.path().join("four"), "somebody else's").unwrap();
        assert!(commit_together(vec![three, four]).is_err());
        assert!(!directory.path().join("three").exists());
        assert_eq!(fs::read(directory.path().join("four")).unwrap(), b"somebody else's");
        // Files that are complete are none of the temporary ones.
        remove_temporaries();
        assert_eq!(count(directory.path()), 3);
    }

    #[test]
    fn temporary_names_serve_as_well() {
        let _alone = ONE_AT_A_TIME.lock();
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("new");
        let mut file = named(&target, Existing::Keep);
        file.write_all(b"one").unwrap();
        assert_eq!(count(directory.path()), 1);
        assert!(!target.exists());
        file.commit().unwrap();
        assert_eq!((fs::read(&target).unwrap(), count(directory.path())), (b"one".to_vec(), 1));

        // The name is taken while the file is in the making.
        assert!(named(&target, Existing::Keep).commit().is_err());
        assert_eq!((fs::read(&target).unwrap(), count(directory.path())), (b"one".to_vec(), 1));

        let mut file = named(&target, Existing::Replace);
        file.write_all(b"two").unwrap();
        file.commit().unwrap();
        assert_eq!((fs::read(&target).unwrap(), count(directory.path())), (b"two".to_vec(), 1));

        drop(named(&target, Existing::Replace));
        assert_eq!(count(directory.path()), 1);

        let file = named(&target, Existing::Replace);
        remove_temporaries();
        assert_eq!(count(directory.path()), 1);
        assert!(file.commit().is_err());
        assert_eq!(fs::read(&target).unwrap(), b"two");
    }
}
