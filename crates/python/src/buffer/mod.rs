//! Python's bytes-like objects as Rust slices: the binding's only `unsafe`, with that of
//! `arrow.rs`.
//!
//! Immutable inputs are borrowed for as long as the call lasts, mutable ones copied. Results are
//! written straight into the `bytes` object that is returned, which is handed out uninitialised;
//! the slice that comes back from the core is the proof that it was filled (see [`Output`]).
#![allow(unsafe_code)] // The buffer protocol is a C interface; every block carries its SAFETY comment.

pub(crate) mod arrow;

use core::cell::Cell;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use std::sync::Arc;

use ironlatch::Output;
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};
use pyo3::{ffi, intern};

use crate::secret_bytes::SecretBytes;

/// Work on at least this many bytes runs without the GIL: below, letting go and taking it back
/// costs more than it gives.
pub(crate) const DETACH_FROM: usize = 32 * 1024;

/// How much of a [`Feed`] in mutable memory is copied at a time.
const PIECE: usize = 64 * 1024;

/// Bytes from Python: `bytes`, `bytearray`, a contiguous `memoryview`, an `mmap`, an array …
///
/// They cannot change while a call reads them. `bytes`, and a `memoryview` of them, are borrowed;
/// memory that can be written to is copied, once. What is checked is then also what is used,
/// whatever another thread, or a system call that runs without the GIL, writes meanwhile: a
/// ciphertext is decrypted as it was when its tag was verified, and a signature is of one message.
pub(crate) struct Input<'a> {
    source: Source<'a>,
}

enum Source<'a> {
    /// The contents of an immutable `bytes` object that the caller keeps alive for `'a`.
    Bytes(&'a [u8]),
    /// A view of such an object.
    Frozen(View<'a>),
    Copy(Copied),
}

impl Input<'_> {
    pub(crate) fn as_slice(&self) -> &[u8] {
        match &self.source {
            Source::Bytes(bytes) => bytes,
            Source::Frozen(view) => view.as_slice(),
            Source::Copy(copy) => &copy.0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.as_slice().len()
    }
}

impl<'a> FromPyObject<'a, '_> for Input<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        if let Some(bytes) = borrow_bytes(object) {
            return Ok(Self { source: Source::Bytes(bytes) });
        }
        let view = View::new(object, ffi::PyBUF_SIMPLE)?;
        let source =
            if view.is_of_bytes(object)? { Source::Frozen(view) } else { Source::Copy(view.copy(0, view.len())?) };
        Ok(Self { source })
    }
}

/// Bytes of any number for what takes them in piece by piece, such as a hash: as [`Input`], but of
/// mutable memory there is a copy of one piece at a time, so that a mapped file of gigabytes costs
/// no memory.
pub(crate) struct Feed<'a> {
    source: FeedSource<'a>,
}

enum FeedSource<'a> {
    Frozen(Input<'a>),
    Mutable(View<'a>),
}

impl Feed<'_> {
    /// Hands all of it to `take`, without the GIL if that is worth it.
    pub(crate) fn each<E>(&self, py: Python<'_>, mut take: impl FnMut(&[u8]) -> Result<(), E> + Send) -> Result<(), E>
    where
        E: From<PyErr> + Send,
    {
        match &self.source {
            FeedSource::Frozen(input) => {
                let bytes = input.as_slice();
                detach_if_long(py, bytes.len(), || take(bytes))
            }
            FeedSource::Mutable(view) => {
                let mut done = 0;
                loop {
                    let piece = view.copy(done, PIECE.min(view.len() - done))?;
                    detach_if_long(py, piece.0.len(), || take(&piece.0))?;
                    done += piece.0.len();
                    if done == view.len() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

impl<'a> FromPyObject<'a, '_> for Feed<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        if let Some(bytes) = borrow_bytes(object) {
            return Ok(Self { source: FeedSource::Frozen(Input { source: Source::Bytes(bytes) }) });
        }
        let view = View::new(object, ffi::PyBUF_SIMPLE)?;
        let source = if view.is_of_bytes(object)? {
            FeedSource::Frozen(Input { source: Source::Frozen(view) })
        } else {
            FeedSource::Mutable(view)
        };
        Ok(Self { source })
    }
}

/// A copy of bytes that may be secret, wiped when it is dropped.
struct Copied(Vec<u8>);

/// Copies of this length and less share one piece of memory of their thread: getting it from the
/// system each time, page by page, would take longer than the copy.
const SPARE_LEN: usize = 1024 * 1024 + 4096;

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Copied {
    /// An empty vector with room for `len` bytes.
    fn room(len: usize) -> PyResult<Vec<u8>> {
        let mut room = if len <= SPARE_LEN { SPARE.take() } else { Vec::new() };
        room.try_reserve_exact(len)
            .map_err(|_| PyMemoryError::new_err(format!("no memory for a copy of {len} bytes")))?;
        Ok(room)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        ironlatch::secret::wipe(&mut self.0);
        self.0.clear();
        if self.0.capacity() <= SPARE_LEN {
            // Of two at once the longer stays.
            let _ = SPARE.try_with(|spare| {
                let other = spare.take();
                spare.set(if other.capacity() > self.0.capacity() { other } else { core::mem::take(&mut self.0) });
            });
        }
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
    // SAFETY: a bytes object is immutable and its contents do not move; it lives for `'a`, as
    // `object` borrows it. The length of an object is never negative.
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
///
/// It is written to with the GIL held, and no Python code runs meanwhile: no thread of Python sees
/// what is not whole, such as a plaintext whose tag has not been verified, and none writes there
/// while it is read back.
pub(crate) struct OutBuffer<'a> {
    view: View<'a>,
}

impl OutBuffer<'_> {
    pub(crate) fn len(&self) -> usize {
        self.view.len()
    }

    /// Has `fill` write the first `len` bytes, if the buffer has room for at least `least`; returns
    /// `len`.
    ///
    /// `fill` must neither release the GIL nor call Python.
    pub(crate) fn fill_front<E: From<PyErr>>(
        &mut self,
        least: usize,
        len: usize,
        fill: impl for<'o> FnOnce(Output<'o>) -> Result<&'o mut [u8], E>,
    ) -> Result<usize, E> {
        if self.len() < least {
            let got = self.len();
            let message = format!("buffer must be at least {least} bytes for this payload; it has {got}");
            return Err(PyValueError::new_err(message).into());
        }
        let written = fill(self.whole().split_at(len).0)?.len();
        assert_eq!(written, len, "a buffer was filled in part");
        Ok(len)
    }

    /// Has `fill` write all of it, if it is `len` bytes long; returns `len`. The terms are those of
    /// [`Self::fill_front`].
    pub(crate) fn fill_exactly<E: From<PyErr>>(
        &mut self,
        len: usize,
        fill: impl for<'o> FnOnce(Output<'o>) -> Result<&'o mut [u8], E>,
    ) -> Result<usize, E> {
        self.check_len(len)?;
        self.fill_front(len, len, fill)
    }

    /// `ValueError` if it is not `len` bytes long.
    pub(crate) fn check_len(&self, len: usize) -> PyResult<()> {
        if self.len() == len {
            return Ok(());
        }
        Err(PyValueError::new_err(format!("buffer must be {len} bytes; it has {}", self.len())))
    }

    /// All of it as a place to write to.
    fn whole(&mut self) -> Output<'_> {
        let start = self.view.start().cast::<MaybeUninit<u8>>().cast_mut();
        // SAFETY: the view was taken with PyBUF_WRITABLE, so `start` is valid for writes of `len`
        // bytes until it is released, which the borrow of `self` outlives. Nothing of ours reads
        // this memory meanwhile, as an `Input` is a copy or immutable, and no Python code, as the
        // GIL is held: see `fill_front`.
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
        // SAFETY: `object` is a live object and `raw` a valid place for a view. Without
        // PyBUF_STRIDES the exporter gives contiguous memory or an error.
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

    /// Whether `object`, whose view this is, is a `memoryview` of a `bytes` object, whose contents
    /// cannot change.
    fn is_of_bytes(&self, object: Borrowed<'_, '_, PyAny>) -> PyResult<bool> {
        let is_view = object.is_exact_instance_of::<PyMemoryView>() && self.raw.readonly != 0;
        Ok(is_view && object.getattr(intern!(object.py(), "obj"))?.is_exact_instance_of::<PyBytes>())
    }

    /// The bytes, which must not be able to change: see [`Self::is_of_bytes`].
    fn as_slice(&self) -> &[u8] {
        // SAFETY: the exporter keeps `len` contiguous bytes at `start` valid until the view is
        // released, and they belong to a `bytes` object.
        unsafe { core::slice::from_raw_parts(self.start(), self.len()) }
    }

    /// A copy of `len` bytes from `offset` on. Called with the GIL held.
    fn copy(&self, offset: usize, len: usize) -> PyResult<Copied> {
        assert!(offset <= self.len() && len <= self.len() - offset, "a copy past the end of a buffer");
        let mut copy = Copied::room(len)?;
        // SAFETY: the exporter keeps `len` bytes at `offset` valid until the view is released, and
        // the new vector has room for them. They are read through a raw pointer, and no slice of
        // this memory exists: another thread of Python cannot write meanwhile, and what C code or
        // another process writes without the GIL ends up in the copy or not.
        unsafe {
            core::ptr::copy_nonoverlapping(self.start().add(offset), copy.as_mut_ptr(), len);
            copy.set_len(len);
        }
        Ok(Copied(copy))
    }

    /// The first byte; for an empty view any address that is not null.
    fn start(&self) -> *const u8 {
        if self.raw.len == 0 { core::ptr::dangling() } else { self.raw.buf.cast_const().cast() }
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // SAFETY: `raw` was filled by PyObject_GetBuffer. A `View` holds raw pointers and so is not
        // `Send`: it is dropped by the thread that took it, which holds the GIL outside
        // `Python::detach`.
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
    // SAFETY: a null pointer asks for an uninitialised object of `size` bytes; null comes back with
    // MemoryError set.
    let object = unsafe {
        let pointer = ffi::PyBytes_FromStringAndSize(core::ptr::null(), size);
        Bound::from_owned_ptr_or_err(py, pointer)
    }?;
    // SAFETY: the object was made just now as bytes, and nobody else has seen it yet, so writing to
    // it is allowed; its contents are valid for writes of `len` bytes.
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

/// Overwrites a `bytes` object that was made for us on the way to or from another type, and that
/// nobody else holds.
pub(crate) fn wipe_bytes(bytes: &Bound<'_, PyBytes>) {
    let len = bytes.as_bytes().len();
    // Those of one byte and of none exist once in the interpreter.
    // SAFETY: the object is alive, and the GIL is held.
    if len < 2 || unsafe { ffi::Py_REFCNT(bytes.as_ptr()) } != 1 {
        return;
    }
    // SAFETY: the only reference to the object is ours, so nothing else reads it, and it lives
    // until after this.
    let contents = unsafe { core::slice::from_raw_parts_mut(ffi::PyBytes_AsString(bytes.as_ptr()).cast::<u8>(), len) };
    ironlatch::secret::wipe(contents);
}

/// Runs `work` without the GIL. What the core's calls leave on the stack of `work` itself, such as
/// a shared secret that they have returned, is wiped together with theirs.
pub(crate) fn detach<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    py.detach(|| ironlatch::secret::with_wiped_stack(work))
}

/// Runs `work` on `len` bytes, without the GIL if that is worth it.
pub(crate) fn detach_if_long<T: Send>(py: Python<'_>, len: usize, work: impl FnOnce() -> T + Send) -> T {
    if len >= DETACH_FROM { py.detach(work) } else { work() }
}
