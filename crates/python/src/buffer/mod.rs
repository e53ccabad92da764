//! Python's bytes-like objects as Rust slices, without a copy: the binding's only `unsafe`, with that of `arrow.rs`.
//!
//! Inputs are borrowed through the buffer protocol for as long as the call lasts. Results are written straight into the
//! `bytes` object that is returned, which is handed out uninitialised; the slice that comes back from the core is the
//! proof that it was filled (see [`Output`]).
#![allow(unsafe_code)] // The buffer protocol is a C interface; every block carries its SAFETY comment.

pub(crate) mod arrow;

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use std::sync::Arc;

use ironlatch::Output;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use zeroize::Zeroizing;

use crate::recipes::secrets::SecretBytes;

/// Work on at least this many bytes runs without the GIL: below, letting go and taking it back costs more than it gives.
pub(crate) const DETACH_FROM: usize = 32 * 1024;

/// Bytes from Python: `bytes`, `bytearray`, a contiguous `memoryview`, an `mmap`, an array …
///
/// As with `hashlib`, another thread that writes to a mutable buffer while a call reads it gets an unspecified result.
pub(crate) struct Input<'a> {
    source: Source<'a>,
}

enum Source<'a> {
    /// The contents of an immutable `bytes` object that the caller keeps alive for `'a`.
    Bytes(&'a [u8]),
    View(View<'a>),
}

impl Input<'_> {
    pub(crate) fn as_slice(&self) -> &[u8] {
        match &self.source {
            Source::Bytes(bytes) => bytes,
            Source::View(view) => view.as_slice(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// The input, or a copy of it in `spare` if it shares memory with `out`, which is then safe to write.
    pub(crate) fn apart_from<'s>(&'s self, out: &OutBuffer<'_>, spare: &'s mut Zeroizing<Vec<u8>>) -> &'s [u8] {
        let input = self.as_slice();
        let (a, b) = (input.as_ptr() as usize, out.address());
        let overlaps = !input.is_empty() && out.len() > 0 && a < b + out.len() && b < a + input.len();
        if !overlaps {
            return input;
        }
        spare.extend_from_slice(input);
        spare
    }
}

impl<'a> FromPyObject<'a, '_> for Input<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        if let Some(bytes) = borrow_bytes(object) {
            return Ok(Self { source: Source::Bytes(bytes) });
        }
        Ok(Self { source: Source::View(View::new(object, ffi::PyBUF_SIMPLE)?) })
    }
}

/// The contents, if `object` is a `bytes` object.
fn borrow_bytes<'a>(object: Borrowed<'a, '_, PyAny>) -> Option<&'a [u8]> {
    let bytes = object.cast::<PyBytes>().ok()?;
    let mut start = core::ptr::null_mut();
    let mut len = 0;
    // SAFETY: `bytes` is a bytes object, and both out-pointers are valid.
    let result = unsafe { ffi::PyBytes_AsStringAndSize(bytes.as_ptr(), &raw mut start, &raw mut len) };
    if result != 0 {
        return None;
    }
    // SAFETY: a bytes object is immutable and its contents do not move; it lives for `'a`, as `object` borrows it. The
    // length of an object is never negative.
    Some(unsafe { core::slice::from_raw_parts(start.cast::<u8>(), len.unsigned_abs()) })
}

/// A key or a password: bytes-like, or a `SecretBytes`.
pub(crate) enum SecretInput<'a> {
    Bytes(Input<'a>),
    /// Kept alive by the call: another thread may wipe the Python object meanwhile.
    Secret(Arc<ironlatch::secret::SecretBytes>),
}

impl SecretInput<'_> {
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.as_slice(),
            Self::Secret(secret) => secret.expose(),
        }
    }

    /// As [`Input::apart_from`].
    pub(crate) fn apart_from<'s>(&'s self, out: &OutBuffer<'_>, spare: &'s mut Zeroizing<Vec<u8>>) -> &'s [u8] {
        match self {
            Self::Bytes(bytes) => bytes.apart_from(out, spare),
            Self::Secret(secret) => secret.expose(),
        }
    }
}

impl<'a, 'py: 'a> FromPyObject<'a, 'py> for SecretInput<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Some(bytes) = borrow_bytes(object) {
            return Ok(Self::Bytes(Input { source: Source::Bytes(bytes) }));
        }
        if let Ok(secret) = object.cast::<SecretBytes>() {
            return secret.get().share().map(Self::Secret);
        }
        Input::extract(object).map(Self::Bytes)
    }
}

/// A writable buffer of the caller's, for the `_into` calls.
pub(crate) struct OutBuffer<'a> {
    view: View<'a>,
}

impl OutBuffer<'_> {
    pub(crate) fn len(&self) -> usize {
        self.view.len()
    }

    fn address(&self) -> usize {
        self.view.start() as usize
    }

    /// The first `len` bytes as a place to write to, if the buffer has room for at least `least`.
    pub(crate) fn at_least(&mut self, least: usize, len: usize) -> PyResult<Output<'_>> {
        if self.len() < least {
            let got = self.len();
            let message = format!("buffer must be at least {least} bytes for this payload; it has {got}");
            return Err(PyValueError::new_err(message));
        }
        Ok(self.whole().split_at(len).0)
    }

    /// All of it as a place to write to, if it is `len` bytes long.
    pub(crate) fn exactly(&mut self, len: usize) -> PyResult<Output<'_>> {
        if self.len() != len {
            return Err(PyValueError::new_err(format!("buffer must be {len} bytes; it has {}", self.len())));
        }
        Ok(self.whole())
    }

    /// All of it as a place to write to.
    pub(crate) fn whole(&mut self) -> Output<'_> {
        let start = self.view.start().cast::<MaybeUninit<u8>>().cast_mut();
        // SAFETY: the view was taken with PyBUF_WRITABLE, so `start` is valid for writes of `len` bytes until it is
        // released, which the borrow of `self` outlives. Callers read no other view of this memory meanwhile: see
        // `Input::apart_from`.
        let memory = unsafe { core::slice::from_raw_parts_mut(start, self.len()) };
        Output::from(memory)
    }
}

impl<'a> FromPyObject<'a, '_> for OutBuffer<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        Ok(Self { view: View::new(object, ffi::PyBUF_WRITABLE)? })
    }
}

/// A contiguous view of an object's memory, released on drop.
struct View<'a> {
    /// Boxed, because an exporter may point into the structure itself.
    raw: Box<ffi::Py_buffer>,
    object: PhantomData<&'a PyAny>,
}

impl View<'_> {
    fn new(object: Borrowed<'_, '_, PyAny>, flags: core::ffi::c_int) -> PyResult<Self> {
        // SAFETY: `object` is a live object.
        if unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) } == 0 {
            let hint =
                if object.is_instance_of::<PyString>() { " Did you mean to pass a bytestring instead?" } else { "" };
            let kind = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!("Cannot convert \"{kind}\" instance to a buffer.{hint}")));
        }
        let mut raw = Box::new(ffi::Py_buffer::new());
        // SAFETY: `object` is a live object and `raw` a valid place for a view. Without PyBUF_STRIDES the exporter
        // gives contiguous memory or an error.
        if unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), &raw mut *raw, flags) } != 0 {
            let error = PyErr::fetch(object.py());
            let read_only = flags == ffi::PyBUF_WRITABLE && Self::new(object, ffi::PyBUF_SIMPLE).is_ok();
            return Err(if read_only {
                PyTypeError::new_err("buffer is not writable: pass a bytearray or a writable memoryview")
            } else {
                error
            });
        }
        Ok(Self { raw, object: PhantomData })
    }

    fn len(&self) -> usize {
        self.raw.len.unsigned_abs()
    }

    fn as_slice(&self) -> &[u8] {
        // SAFETY: the exporter keeps `len` contiguous bytes at `start` valid until the view is released.
        unsafe { core::slice::from_raw_parts(self.start(), self.len()) }
    }

    /// The first byte; for an empty view any address that is not null.
    fn start(&self) -> *const u8 {
        if self.raw.len == 0 { core::ptr::dangling() } else { self.raw.buf.cast_const().cast() }
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // SAFETY: `raw` was filled by PyObject_GetBuffer. A `View` holds raw pointers and so is not `Send`: it is dropped
        // by the thread that took it, which holds the GIL outside `Python::detach`.
        unsafe { ffi::PyBuffer_Release(&raw mut *self.raw) };
    }
}

/// A new `bytes` object of `len` bytes that `fill` writes.
///
/// Nothing is cleared first: what `fill` returns proves that it wrote every byte.
pub(crate) fn new_bytes<'py, E>(
    py: Python<'py>,
    len: usize,
    fill: impl for<'o> FnOnce(Output<'o>) -> Result<&'o mut [u8], E>,
) -> Result<Bound<'py, PyBytes>, E>
where
    E: From<PyErr>,
{
    let size = isize::try_from(len).map_err(|_| {
        E::from(pyo3::exceptions::PyOverflowError::new_err("the result is too long for a bytes object"))
    })?;
    // SAFETY: a null pointer asks for an uninitialised object of `size` bytes; null comes back with MemoryError set.
    let object = unsafe {
        let pointer = ffi::PyBytes_FromStringAndSize(core::ptr::null(), size);
        Bound::from_owned_ptr_or_err(py, pointer)
    }?;
    // SAFETY: the object was made just now as bytes, and nobody else has seen it yet, so writing to it is allowed; its
    // contents are valid for writes of `len` bytes.
    let memory = unsafe {
        let start = ffi::PyBytes_AsString(object.as_ptr());
        core::slice::from_raw_parts_mut(start.cast::<MaybeUninit<u8>>(), len)
    };
    let start = memory.as_ptr() as usize;
    let filled = fill(Output::from(memory))?;
    assert!(filled.as_ptr() as usize == start && filled.len() == len, "a bytes object was filled in part");
    // SAFETY: PyBytes_FromStringAndSize made a bytes object.
    Ok(unsafe { object.cast_into_unchecked() })
}

/// Runs `work` on `len` bytes, without the GIL if that is worth it.
pub(crate) fn detach_if_long<T: Send>(py: Python<'_>, len: usize, work: impl FnOnce() -> T + Send) -> T {
    if len >= DETACH_FROM { py.detach(work) } else { work() }
}
