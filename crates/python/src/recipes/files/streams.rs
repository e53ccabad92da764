//! The native half of the streams in `ironlatch.files`: what Python's `io` classes read from and
//! write to.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ironlatch::error::IoOperation;
use ironlatch::recipes::Error;
use ironlatch::recipes::files::{DecryptingReader, Decryptor, EncryptingWriter, SeekableReader};
use ironlatch::recipes::fs::{Access, InterruptibleFile, NewFile};
use ironlatch::secret::wipe;
use pyo3::exceptions::{PyBlockingIOError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{existing, identities, recipients};
use crate::buffer::{Input, OutBuffer, detach};
use crate::errors::CallResult;
use crate::recipes::secret_text::Text;
use crate::types;

/// The plaintext of an encrypted file.
#[pyclass(module = "ironlatch.files")]
pub(crate) struct Reader {
    plaintext: Plaintext,
    /// Where plaintext is made, before it goes to the caller's buffer: Python code may run
    /// meanwhile, that of the source and that of other threads, which can reach the buffer.
    opened: Vec<u8>,
    raised: Raised,
}

enum Plaintext {
    Anywhere(SeekableReader<Source>),
    Forward(DecryptingReader<Source>),
}

#[pymethods]
impl Reader {
    #[new]
    #[pyo3(signature = (source, passphrase, identities))]
    fn new(
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        passphrase: Option<Text<'_>>,
        identities: Option<&Bound<'_, PyAny>>,
    ) -> CallResult<Self> {
        let by = self::identities(passphrase.as_ref(), identities)?;
        let raised = Raised::default();
        let (source, seekable) = Source::open(py, source, &raised)?;
        let plaintext = detach(py, || {
            let decryptor = Decryptor::new(source)?;
            if seekable {
                decryptor.seekable(&by).map(Plaintext::Anywhere)
            } else {
                decryptor.reader(&by).map(Plaintext::Forward)
            }
        });
        Ok(Self { plaintext: raised.first(plaintext)?, opened: Vec::new(), raised })
    }

    /// The length of the plaintext; ``None`` if the source cannot be sought.
    #[getter]
    fn size(&self) -> Option<u64> {
        match &self.plaintext {
            Plaintext::Anywhere(reader) => Some(reader.len()),
            Plaintext::Forward(_) => None,
        }
    }

    /// Fills the front of ``buffer``, from ``offset`` on if the source can be sought, and returns
    /// how much that is.
    fn read_at(&mut self, py: Python<'_>, offset: u64, mut buffer: OutBuffer<'_>) -> CallResult<usize> {
        let (plaintext, opened) = (&mut self.plaintext, &mut self.opened);
        opened.resize(buffer.len().min(MOST_AT_ONCE), 0);
        let count = detach(py, || match plaintext {
            Plaintext::Anywhere(reader) => reader.read_at(offset, opened),
            Plaintext::Forward(reader) => reader.update(opened),
        });
        let filled = self
            .raised
            .first(count)
            .and_then(|count| buffer.fill_front(count, count, |out| Ok(out.copy_from(&opened[..count]))));
        wipe(opened);
        filled
    }
}

/// How much is decrypted at once, on all cores.
const MOST_AT_ONCE: usize = 4 * 1024 * 1024;

/// Encrypts what it is given, to a new file or a Python file object.
#[pyclass(module = "ironlatch.files")]
pub(crate) struct Writer {
    /// Until it is finished or discarded.
    inner: Option<EncryptingWriter<Target>>,
    raised: Raised,
}

#[pymethods]
impl Writer {
    #[new]
    #[pyo3(signature = (target, passphrase, recipients, overwrite))]
    fn new(
        py: Python<'_>,
        target: &Bound<'_, PyAny>,
        passphrase: Option<Text<'_>>,
        recipients: Option<&Bound<'_, PyAny>>,
        overwrite: bool,
    ) -> CallResult<Self> {
        let to = self::recipients(passphrase.as_ref(), recipients)?;
        let raised = Raised::default();
        let target = if target.hasattr("write")? {
            Target::Python(PythonFile::new(target, &raised))
        } else {
            let path: PathBuf = path(target, "write()")?;
            Target::New(Box::new(NewFile::create(&path, existing(overwrite), Access::Usual, None)?))
        };
        let inner = detach(py, || EncryptingWriter::new(&to, target));
        Ok(Self { inner: Some(raised.first(inner)?), raised })
    }

    /// Encrypts ``data``, and returns its length.
    fn write(&mut self, py: Python<'_>, data: Input<'_>) -> CallResult<usize> {
        let inner = self.inner.as_mut().ok_or_else(closed)?;
        let data = data.as_slice();
        let written = detach(py, || inner.update(data));
        self.raised.first(written)?;
        Ok(data.len())
    }

    /// Flushes the file object that the ciphertext goes to.
    fn flush(&mut self, py: Python<'_>) -> CallResult<()> {
        let inner = self.inner.as_mut().ok_or_else(closed)?;
        let flushed = detach(py, || inner.flush());
        self.raised.first(flushed.map_err(|error| Error::io(IoOperation::Write, None, error)))
    }

    /// Writes the last chunk, and puts a new file under its name.
    fn finish(&mut self, py: Python<'_>) -> CallResult<()> {
        let inner = self.inner.take().ok_or_else(closed)?;
        let finished = detach(py, || match inner.finish()? {
            Target::New(file) => file.commit(),
            Target::Python(_) => Ok(()),
        });
        self.raised.first(finished)
    }

    /// Drops what was written: a new file does not appear, and what has gone to a file object does
    /// not decrypt.
    fn discard(&mut self) {
        self.inner = None;
    }
}

fn closed() -> PyErr {
    PyValueError::new_err("I/O operation on closed file")
}

/// The path that `file` is, since it does not have `method`.
fn path(file: &Bound<'_, PyAny>, method: &str) -> PyResult<PathBuf> {
    file.extract().map_err(|_| {
        let kind = file.get_type();
        PyTypeError::new_err(format!("a file is a path or an object with {method}, not {kind}"))
    })
}

enum Source {
    Path(InterruptibleFile<Box<dyn Fn() -> io::Result<()> + Send + Sync>>),
    Python(PythonFile),
}

impl Source {
    /// The source, and whether it can be sought.
    fn open(py: Python<'_>, source: &Bound<'_, PyAny>, raised: &Raised) -> CallResult<(Self, bool)> {
        if source.hasattr("read")? {
            let seekable = source.hasattr("seekable")? && source.call_method0("seekable")?.is_truthy()?;
            return Ok((Self::Python(PythonFile::new(source, raised)), seekable));
        }
        let path: PathBuf = path(source, "read()")?;
        let own = raised.clone();
        let meanwhile = Box::new(move || own.keep(Python::attach(|py| py.check_signals())));
        let opened = detach(py, || InterruptibleFile::open(&path, meanwhile as Box<_>));
        let (file, metadata) = raised.first(opened)?;
        Ok((Self::Path(file), metadata.is_file()))
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Path(file) => file.read(buffer),
            Self::Python(file) => file.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Path(file) => file.seek(to),
            Self::Python(file) => file.seek(to),
        }
    }
}

enum Target {
    New(Box<NewFile>),
    Python(PythonFile),
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::New(file) => file.write(bytes),
            Self::Python(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::New(file) => file.flush(),
            Self::Python(file) => file.flush(),
        }
    }
}

/// The exception of a file object or a signal handler, on its way past the core, which knows only
/// that reading or writing failed.
#[derive(Clone, Default)]
struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    /// Keeps what was raised, and tells the core that something was.
    fn keep<T>(&self, result: PyResult<T>) -> io::Result<T> {
        result.map_err(|error| {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            io::Error::other("an exception was raised")
        })
    }

    /// Returns the exception raised meanwhile, or else the result.
    fn first<T>(&self, result: ironlatch::recipes::Result<T>) -> CallResult<T> {
        let raised = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (result, raised) {
            (Ok(value), _) => Ok(value),
            (Err(_), Some(raised)) => Err(raised.into()),
            (Err(error), None) => Err(error.into()),
        }
    }
}

/// A Python file object.
struct PythonFile {
    object: Py<PyAny>,
    raised: Raised,
}

impl PythonFile {
    fn new(object: &Bound<'_, PyAny>, raised: &Raised) -> Self {
        Self { object: object.clone().unbind(), raised: raised.clone() }
    }

    fn call<T>(&self, call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> io::Result<T> {
        self.raised.keep(Python::attach(|py| call(self.object.bind(py))))
    }
}

impl Read for PythonFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.call(|object| {
            let read = object.call_method1("read", (buffer.len(),))?;
            if read.is_none() {
                return Err(PyBlockingIOError::new_err("the source has nothing to read now, and does not wait"));
            }
            let read: Input<'_> = read.extract()?;
            let space = buffer.get_mut(..read.len());
            let space =
                space.ok_or_else(|| PyValueError::new_err("read() returned more bytes than it was asked for"))?;
            space.copy_from_slice(read.as_slice());
            Ok(read.len())
        })
    }
}

impl Seek for PythonFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.call(|object| {
            let place = match to {
                SeekFrom::Start(offset) => object.call_method1("seek", (offset, 0)),
                SeekFrom::Current(offset) => object.call_method1("seek", (offset, 1)),
                SeekFrom::End(offset) => object.call_method1("seek", (offset, 2)),
            };
            // Some forget to return it.
            let place = place?;
            if place.is_none() { object.call_method0("tell")?.extract() } else { place.extract() }
        })
    }
}

impl Write for PythonFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.call(|object| {
            let py = object.py();
            let written = object.call_method1("write", (PyBytes::new(py, bytes),))?;
            if !written.is_none() {
                return written.extract();
            }
            // A raw file says so that it would have to wait; others that return nothing have taken
            // everything.
            if types::RAW_IO_BASE.is_type_of(object)? {
                return Err(PyBlockingIOError::new_err("the target cannot take more now, and does not wait"));
            }
            Ok(bytes.len())
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.call(|object| if object.hasattr("flush")? { object.call_method0("flush").map(|_| ()) } else { Ok(()) })
    }
}
