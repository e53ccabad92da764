//! `ironlatch._native.fs`: the library's own files, for the parts of it that are written in Python.

use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ironlatch::error::IoOperation;
use ironlatch::recipes::Error;
use ironlatch::recipes::fs::{self as core, Attempt};
use pyo3::prelude::*;

use crate::buffer::detach;
use crate::errors::CallResult;

/// A lock file of this process, which says which process holds it.
#[pyclass(frozen, module = "ironlatch._native.fs")]
pub(crate) struct FileLock {
    /// Until it is released.
    inner: Mutex<Option<core::FileLock>>,
}

#[pymethods]
impl FileLock {
    /// Locks the file, or returns what it says of the process that has it locked.
    #[staticmethod]
    fn attempt(py: Python<'_>, path: PathBuf) -> CallResult<Attempted> {
        Ok(detach(py, || attempt(&path)).map_err(|error| Error::io(IoOperation::Lock, Some(&path), error))?)
    }

    /// Removes the file and releases the lock. Does nothing in a child of the process that
    /// locked it.
    fn release(&self) -> CallResult<()> {
        let lock = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(lock) = lock else { return Ok(()) };
        Ok(lock.remove().map_err(|error| Error::io(IoOperation::Remove, Some(Path::new("the lock")), error))?)
    }
}

/// Makes a file for this user alone, or checks one that is there and those besides with other
/// endings, before another library opens them by their names.
#[pyfunction]
fn prepare_own(py: Python<'_>, path: PathBuf, endings: Vec<String>) -> CallResult<()> {
    let endings: Vec<&str> = endings.iter().map(String::as_str).collect();
    detach(py, || core::prepare_own(&path, &endings))
        .map_err(|error| Error::io(IoOperation::Use, Some(&path), error).into())
}

/// The lock, or what the file says of who has it.
#[derive(IntoPyObject)]
enum Attempted {
    Locked(FileLock),
    Taken(String),
}

fn attempt(path: &Path) -> io::Result<Attempted> {
    match core::FileLock::attempt(path)? {
        Attempt::Locked(lock) => {
            let mut file = lock.file()?;
            file.set_len(0)?;
            file.rewind()?;
            write!(file, "{}", std::process::id())?;
            Ok(Attempted::Locked(FileLock { inner: Mutex::new(Some(lock)) }))
        }
        Attempt::Taken(file) => {
            let mut holder = String::new();
            if let Some(file) = file.get() {
                file.take(MAX_HOLDER_LEN).read_to_string(&mut holder)?;
            }
            Ok(Attempted::Taken(holder))
        }
    }
}

/// A process's number has fewer digits.
const MAX_HOLDER_LEN: u64 = 20;

#[pymodule]
pub(crate) mod fs {
    #[pymodule_export]
    use super::{FileLock, prepare_own};
}
