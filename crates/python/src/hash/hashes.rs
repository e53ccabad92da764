//! `ironlatch.hazmat.primitives.hashes`: hash contexts, and the markers that choose a hash
//! function.

use std::sync::{Mutex, MutexGuard};

use ironlatch::Error;
use ironlatch::error::Unsupported;
use ironlatch::hash::{self, HashAlgorithm};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::{MutexExt, PyOnceLock};
use pyo3::types::{PyBytes, PyString, PyType};

use crate::buffer::{Feed, Input, detach_if_long, new_bytes};
use crate::errors::CallResult;

/// A hash in progress.
///
/// `algorithm` is an instance of a `HashAlgorithm`. Raises `TypeError` for anything else, and
/// `UnsupportedAlgorithm` if the function is not available.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.hashes")]
pub(crate) struct Hash {
    /// The hash function, as it was given.
    #[pyo3(get)]
    algorithm: Py<PyAny>,
    /// `None` once finalized.
    state: Mutex<Option<hash::Hash>>,
}

#[pymethods]
impl Hash {
    #[new]
    #[pyo3(signature = (algorithm, backend = None))]
    fn new(algorithm: Bound<'_, PyAny>, backend: Option<&Bound<'_, PyAny>>) -> CallResult<Self> {
        let _ = backend;
        let state = hash::Hash::new(algorithm_of(&algorithm)?);
        Ok(Self { algorithm: algorithm.unbind(), state: Mutex::new(Some(state)) })
    }

    /// Hashes `data` on. Raises `AlreadyFinalized` after `finalize`.
    fn update(&self, py: Python<'_>, data: Feed<'_>) -> CallResult<()> {
        let mut state = lock(py, &self.state);
        let state = state.as_mut().ok_or_else(already_finalized)?;
        data.each(py, |piece| {
            state.update(piece);
            Ok(())
        })
    }

    /// The hash of all that came in: `algorithm.digest_size` bytes. The context takes no more after
    /// it.
    ///
    /// Raises `AlreadyFinalized` if it was called before.
    fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        let mut state = lock(py, &self.state);
        let len = state.as_ref().ok_or_else(already_finalized)?.algorithm().digest_size();
        new_bytes(py, len, |out| {
            let state = state.take().ok_or_else(already_finalized)?;
            Ok(detach_if_long(py, len, || state.finalize_into(out)))
        })
    }

    /// An independent context in the same state. Raises `AlreadyFinalized` after `finalize`.
    fn copy(&self, py: Python<'_>) -> CallResult<Self> {
        let state = lock(py, &self.state).as_ref().ok_or_else(already_finalized)?.clone();
        Ok(Self { algorithm: self.algorithm.clone_ref(py), state: Mutex::new(Some(state)) })
    }

    /// Returns the hash of `data`, in one call: `algorithm.digest_size` bytes.
    ///
    /// Raises `TypeError` if `algorithm` is no `HashAlgorithm` or `data` not bytes-like, and
    /// `UnsupportedAlgorithm` if the function is not available.
    #[staticmethod]
    fn hash<'py>(py: Python<'py>, algorithm: &Bound<'_, PyAny>, data: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
        let algorithm = algorithm_of(algorithm)?;
        let data = data.as_slice();
        let len = algorithm.digest_size();
        new_bytes(py, len, |out| {
            Ok(detach_if_long(py, data.len().max(len), || hash::digest_into(algorithm, data, out)))
        })
    }
}

/// An extendable-output function in progress: first input, then any number of pieces of output.
///
/// `algorithm` is an instance of an `ExtendableOutputFunction`; its `digest_size` limits the output
/// in all. Raises `TypeError` for anything else.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.hashes")]
pub(crate) struct XOFHash {
    /// The function, as it was given.
    #[pyo3(get)]
    algorithm: Py<PyAny>,
    state: Mutex<hash::XofHash>,
}

#[pymethods]
impl XOFHash {
    #[new]
    fn new(algorithm: Bound<'_, PyAny>) -> CallResult<Self> {
        let py = algorithm.py();
        if !algorithm.is_instance(Markers::get(py)?.extendable.bind(py))? {
            return Err(PyTypeError::new_err("Expected instance of an extendable output function.").into());
        }
        let state = hash::XofHash::new(algorithm_of(&algorithm)?)?;
        Ok(Self { algorithm: algorithm.unbind(), state: Mutex::new(state) })
    }

    /// Hashes `data` on. Raises `AlreadyFinalized` after the first `squeeze`.
    fn update(&self, py: Python<'_>, data: Feed<'_>) -> CallResult<()> {
        let mut state = lock(py, &self.state);
        let state = &mut *state;
        data.each(py, |piece| Ok(state.update(piece)?))
    }

    /// The next `length` bytes of output. Raises `ValueError` if the total would pass
    /// `algorithm.digest_size`.
    fn squeeze<'py>(&self, py: Python<'py>, length: usize) -> CallResult<Bound<'py, PyBytes>> {
        let mut state = lock(py, &self.state);
        state.check_left(length)?;
        let state = &mut *state;
        new_bytes(py, length, |out| Ok(detach_if_long(py, length, || state.squeeze_into(out))?))
    }

    /// An independent context in the same state.
    fn copy(&self, py: Python<'_>) -> Self {
        let state = lock(py, &self.state).clone();
        Self { algorithm: self.algorithm.clone_ref(py), state: Mutex::new(state) }
    }
}

/// Whether `Hash` takes this algorithm.
#[pyfunction]
fn hash_supported(algorithm: &Bound<'_, PyAny>) -> bool {
    algorithm_of(algorithm).is_ok()
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod hashes {
    #[pymodule_export]
    use super::{Hash, XOFHash, hash_supported};
}

/// The function that a Python marker, an instance of a `HashAlgorithm`, stands for.
///
/// Our own markers are known by their type; of any other `HashAlgorithm` the `name` decides.
/// `TypeError` if it is no `HashAlgorithm` at all, `UnsupportedAlgorithm` if its name is unknown.
pub(crate) fn algorithm_of(marker: &Bound<'_, PyAny>) -> CallResult<HashAlgorithm> {
    let py = marker.py();
    let markers = Markers::get(py)?;
    let class = marker.get_type_ptr() as usize;
    if let Some(&(_, kind)) = markers.known.iter().find(|&&(address, _)| address == class) {
        return kind.algorithm(marker, intern!(py, "_digest_size"));
    }
    if !marker.is_instance(markers.base.bind(py))? {
        return Err(not_an_algorithm(marker).into());
    }
    let name = marker.getattr(intern!(py, "name"))?;
    let name = name.cast::<PyString>().map_err(PyErr::from)?.to_cow()?;
    match KINDS.iter().find(|(_, kind)| kind.name().eq_ignore_ascii_case(&name)) {
        Some((_, kind)) => kind.algorithm(marker, intern!(py, "digest_size")),
        None => {
            let message = format!("{name} is not a supported hash on this backend.");
            Err(Error::unsupported(Unsupported::Hash, message).into())
        }
    }
}

/// Whether an object is a `HashAlgorithm`.
pub(crate) fn is_algorithm(marker: &Bound<'_, PyAny>) -> PyResult<bool> {
    marker.is_instance(Markers::get(marker.py())?.base.bind(marker.py()))
}

/// The Python marker for a function: an instance of the class of that name. Not for those with a
/// length of their choice.
pub(crate) fn marker_of(py: Python<'_>, algorithm: HashAlgorithm) -> PyResult<Bound<'_, PyAny>> {
    let known = KINDS.iter().find(|(_, kind)| matches!(kind, Kind::Fixed(fixed) if *fixed == algorithm));
    let (class, _) = known.ok_or_else(|| PyTypeError::new_err(format!("{} has no one marker", algorithm.name())))?;
    py.import(intern!(py, "ironlatch.hazmat.primitives.hashes"))?.getattr(*class)?.call0()
}

/// The commonest slip is the class where its instance belongs, so that one is named.
fn not_an_algorithm(value: &Bound<'_, PyAny>) -> PyErr {
    let hint = match value.cast::<PyType>().map(|class| class.name()) {
        Ok(Ok(name)) => format!(", not the class {name}: write {name}()"),
        _ => value.get_type().name().map_or_else(|_| String::new(), |name| format!(", not {name}")),
    };
    PyTypeError::new_err(format!("Expected instance of hashes.HashAlgorithm{hint}."))
}

/// The lock of a context. Other threads may wait for it, and then they wait without the GIL.
pub(crate) fn lock<'a, T>(py: Python<'_>, state: &'a Mutex<T>) -> MutexGuard<'a, T> {
    // A panic in between leaves a context that is as valid as before: nothing here is changed in
    // two steps.
    state.lock_py_attached(py).unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(crate) fn already_finalized() -> Error {
    Error::AlreadyFinalized("Context was already finalized.".into())
}

/// The types of our own markers, by address, and the interfaces.
struct Markers {
    known: Vec<(usize, Kind)>,
    base: Py<PyAny>,
    extendable: Py<PyAny>,
}

impl Markers {
    fn get(py: Python<'_>) -> PyResult<&Self> {
        static MARKERS: PyOnceLock<Markers> = PyOnceLock::new();
        MARKERS.get_or_try_init(py, || {
            let module = py.import("ironlatch.hazmat.primitives.hashes")?;
            let address = |&(class, kind): &(&str, Kind)| {
                // The type stays alive, so that no other can come to stand at its address.
                Ok((module.getattr(class)?.unbind().into_ptr() as usize, kind))
            };
            Ok(Self {
                known: KINDS.iter().map(address).collect::<PyResult<_>>()?,
                base: module.getattr("HashAlgorithm")?.unbind(),
                extendable: module.getattr("ExtendableOutputFunction")?.unbind(),
            })
        })
    }
}

/// The meaning of a marker's type.
#[derive(Clone, Copy)]
enum Kind {
    Fixed(HashAlgorithm),
    Shake128,
    Shake256,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Fixed(algorithm) => algorithm.name(),
            Self::Shake128 => "shake128",
            Self::Shake256 => "shake256",
        }
    }

    fn algorithm(self, marker: &Bound<'_, PyAny>, size: &Bound<'_, PyString>) -> CallResult<HashAlgorithm> {
        Ok(match self {
            Self::Fixed(algorithm) => algorithm,
            Self::Shake128 => HashAlgorithm::Shake128 { digest_size: marker.getattr(size)?.extract()? },
            Self::Shake256 => HashAlgorithm::Shake256 { digest_size: marker.getattr(size)?.extract()? },
        })
    }
}

/// The markers, the most used first.
const KINDS: [(&str, Kind); 17] = [
    ("SHA256", Kind::Fixed(HashAlgorithm::Sha256)),
    ("SHA512", Kind::Fixed(HashAlgorithm::Sha512)),
    ("SHA1", Kind::Fixed(HashAlgorithm::Sha1)),
    ("SHA384", Kind::Fixed(HashAlgorithm::Sha384)),
    ("SHA224", Kind::Fixed(HashAlgorithm::Sha224)),
    ("MD5", Kind::Fixed(HashAlgorithm::Md5)),
    ("SHA512_224", Kind::Fixed(HashAlgorithm::Sha512_224)),
    ("SHA512_256", Kind::Fixed(HashAlgorithm::Sha512_256)),
    ("SHA3_224", Kind::Fixed(HashAlgorithm::Sha3_224)),
    ("SHA3_256", Kind::Fixed(HashAlgorithm::Sha3_256)),
    ("SHA3_384", Kind::Fixed(HashAlgorithm::Sha3_384)),
    ("SHA3_512", Kind::Fixed(HashAlgorithm::Sha3_512)),
    ("SHAKE128", Kind::Shake128),
    ("SHAKE256", Kind::Shake256),
    ("BLAKE2b", Kind::Fixed(HashAlgorithm::Blake2b)),
    ("BLAKE2s", Kind::Fixed(HashAlgorithm::Blake2s)),
    ("SM3", Kind::Fixed(HashAlgorithm::Sm3)),
];
