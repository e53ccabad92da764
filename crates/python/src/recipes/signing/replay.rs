//! `MemoryReplayStore`, and stores that Python code provides.

use ironlatch::Error as CoreError;
use ironlatch::fork::Mutex;
use ironlatch::recipes::Error;
use ironlatch::recipes::signing::{self as core, ReplayStore};
use pyo3::prelude::*;

use crate::errors::CallResult;

/// Remembers what was accepted in memory, for one process. It is empty after a restart.
///
/// When it holds ``capacity`` entries it refuses more, rather than forget one too early.
///
/// >>> from ironlatch.signing.replay import MemoryReplayStore
/// >>> store = MemoryReplayStore()
/// >>> store.remember("nonce", until=1_900_000_300, now=1_900_000_000)
/// True
/// >>> store.remember("nonce", until=1_900_000_300, now=1_900_000_000)
/// False
#[pyclass(frozen, module = "ironlatch.signing")]
#[derive(Default)]
pub(crate) struct MemoryReplayStore {
    pub(crate) inner: core::MemoryReplayStore,
}

#[pymethods]
impl MemoryReplayStore {
    #[new]
    #[pyo3(signature = (capacity=250_000))]
    fn new(capacity: usize) -> Self {
        Self { inner: core::MemoryReplayStore::new(capacity) }
    }

    /// Remembers ``id`` until the time ``until``; it is ``now``, both in seconds since 1970.
    /// Returns False if it is remembered already.
    ///
    /// Raises :class:`ReplayCheckFailed` if the store is full.
    fn remember(&self, id: &str, until: u64, now: u64) -> CallResult<bool> {
        Ok(self.inner.remember(id, until, now)?)
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }
}

/// A store with a method ``remember(id, until, now)`` in Python.
pub(crate) struct PythonStore<'a> {
    pub(crate) store: &'a Py<PyAny>,
    pub(crate) raised: &'a Failure,
}

impl ReplayStore for PythonStore<'_> {
    fn remember(&self, id: &str, until: u64, now: u64) -> ironlatch::recipes::Result<bool> {
        Python::attach(|py| self.store.bind(py).call_method1("remember", (id, until, now))?.is_truthy())
            .map_err(|error| self.raised.set(error))
    }
}

/// The exception that Python code raised in the middle of the core's work, to be raised on when
/// that has ended.
#[derive(Default)]
pub(crate) struct Failure(Mutex<Option<PyErr>>);

impl Failure {
    /// Keeps the exception, and gives the error that ends the work.
    pub(crate) fn set(&self, error: PyErr) -> Error {
        let before = self.0.lock().replace(error);
        drop(before);
        Error::Core(CoreError::Internal("Python code that was called back raised"))
    }

    /// Raises what was kept.
    pub(crate) fn check(&self) -> PyResult<()> {
        self.0.lock().take().map_or(Ok(()), Err)
    }
}
