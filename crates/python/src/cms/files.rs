//! `ironlatch.cms`: encrypted and signed files, in constant memory.

use std::cell::{Cell, RefCell};
use std::fs::Metadata;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ironlatch::cms::enveloped_data as format;
use ironlatch::hash::{Hash, HashAlgorithm};
use ironlatch::recipes::files::name_files;
use ironlatch::recipes::fs::{Access, InterruptibleFile, NewFile};
use pyo3::prelude::*;

use super::enveloped_data::{accepted, cipher_named, inner, private_key};
use crate::errors::{CallError, CallResult};
use crate::recipes::files::{existing, interruptible};
use crate::x509::certificate::Certificate;

/// Encrypts the file ``source`` to the keys of certificates, into a new file ``target`` in DER, as
/// :func:`encrypt` does. Returns the number of bytes encrypted.
///
/// ``target`` appears when it is whole. ``progress`` is called about twenty times a second with the
/// bytes that are done and the total (``None`` if that is not known), also while ``source`` is a
/// pipe that gives nothing. What it raises ends the work, and so does what the handler of a signal
/// raises.
///
/// Raises :class:`FileExistsError` if ``target`` exists, unless ``overwrite`` is true,
/// :class:`OSError` if a file cannot be read or written or is cut short meanwhile, and otherwise
/// what :func:`encrypt` raises.
#[pyfunction]
#[pyo3(signature = (source, target, recipients, *, cipher = "AES-256-GCM", overwrite = false, progress = None))]
pub(crate) fn encrypt_file(
    py: Python<'_>,
    source: PathBuf,
    target: PathBuf,
    recipients: Vec<Bound<'_, Certificate>>,
    cipher: &str,
    overwrite: bool,
    progress: Option<&Bound<'_, PyAny>>,
) -> CallResult<u64> {
    let cipher = cipher_named(cipher)?;
    let recipients = inner(&recipients);
    interruptible(py, &source, progress, |watch| {
        read(&source, watch, |input, metadata| {
            let mut output = NewFile::create(&target, existing(overwrite), Access::Usual, Some(metadata))?;
            let len = metadata.is_file().then_some(metadata.len());
            let len = format::encrypt_from(input, len, &recipients, cipher, &mut output)
                .map_err(|error| named(error, &source, &target))?;
            output.commit()?;
            Ok(len)
        })
    })
}

/// Decrypts the file ``source`` with the private ``key`` of a ``certificate`` that it is for, into
/// a new file ``target`` that its owner alone can read. Returns the number of bytes decrypted.
///
/// ``target`` appears when the whole of ``source`` has been verified. ``allow_unauthenticated`` is
/// as for :func:`decrypt`, ``overwrite`` and ``progress`` are as for :func:`encrypt_file`. A
/// message in DER or BER takes constant memory; one in PEM is read into memory.
///
/// Raises what :func:`decrypt` raises, and what :func:`encrypt_file` raises for the files
/// themselves.
#[pyfunction]
#[pyo3(signature = (source, target, key, certificate, *, allow_unauthenticated = false, overwrite = false, progress = None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn decrypt_file(
    py: Python<'_>,
    source: PathBuf,
    target: PathBuf,
    key: &Bound<'_, PyAny>,
    certificate: &Bound<'_, Certificate>,
    allow_unauthenticated: bool,
    overwrite: bool,
    progress: Option<&Bound<'_, PyAny>>,
) -> CallResult<u64> {
    let (key, certificate) = (private_key(key)?, &certificate.get().inner);
    interruptible(py, &source, progress, |watch| {
        read(&source, watch, |input, metadata| {
            let mut output = NewFile::create(&target, existing(overwrite), Access::Owner, Some(metadata))?;
            let len = format::decrypt_from(input, &key, certificate, accepted(allow_unauthenticated), &mut output)
                .map_err(|error| named(error, &source, &target))?;
            output.commit()?;
            Ok(len)
        })
    })
}

/// The hash of a file.
pub(super) fn hash_file(
    py: Python<'_>,
    source: &Path,
    hash: HashAlgorithm,
    progress: Option<&Bound<'_, PyAny>>,
) -> CallResult<Vec<u8>> {
    interruptible(py, source, progress, |watch| {
        read(source, watch, |input, _| {
            let mut context = Hash::new(hash);
            let mut chunk = vec![0; 64 * 1024];
            loop {
                match input.read(&mut chunk) {
                    Ok(0) => return Ok(context.finalize()),
                    Ok(count) => context.update(&chunk[..count]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(named(reading(error), source, source)),
                }
            }
        })
    })
}

/// Opens `source` for `work`, and tells `watch` how far it is.
fn read<T>(
    source: &Path,
    watch: &mut (dyn FnMut(u64) -> io::Result<()> + Send),
    work: impl FnOnce(&mut Watched<'_, '_, &dyn Fn() -> io::Result<()>>, &Metadata) -> CallResult<T>,
) -> CallResult<T> {
    let (watch, done) = (RefCell::new(watch), Cell::new(0));
    let meanwhile = || (watch.borrow_mut())(done.get());
    let meanwhile: &dyn Fn() -> io::Result<()> = &meanwhile;
    let (input, metadata) = InterruptibleFile::open(source, meanwhile)?;
    let mut input = Watched { input, done: &done, told: Instant::now(), watch: &watch };
    let result = work(&mut input, &metadata)?;
    input.tell().map_err(reading)?;
    Ok(result)
}

fn reading(error: io::Error) -> ironlatch::cms::Error {
    ironlatch::Error::io(ironlatch::error::IoOperation::Read, None, error).into()
}

/// A failure of work on files, which are named.
fn named(error: ironlatch::cms::Error, source: &Path, target: &Path) -> CallError {
    match error {
        ironlatch::cms::Error::Core(error) => name_files(error.into(), source.display(), target.display()).into(),
        error => error.into(),
    }
}

/// An input that tells how much of it was read.
struct Watched<'w, 'f, F> {
    input: InterruptibleFile<F>,
    done: &'w Cell<u64>,
    told: Instant,
    watch: &'w RefCell<&'f mut (dyn FnMut(u64) -> io::Result<()> + Send)>,
}

impl<F> Watched<'_, '_, F> {
    fn tell(&mut self) -> io::Result<()> {
        self.told = Instant::now();
        (self.watch.borrow_mut())(self.done.get())
    }
}

impl<F: Fn() -> io::Result<()>> Read for Watched<'_, '_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.done.set(self.done.get() + count as u64);
        if self.told.elapsed() >= Duration::from_millis(50) {
            self.tell()?;
        }
        Ok(count)
    }
}

impl<F> Seek for Watched<'_, '_, F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = self.input.seek(to)?;
        self.done.set(place);
        Ok(place)
    }
}
