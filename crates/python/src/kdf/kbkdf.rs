//! `ironlatch.hazmat.primitives.kdf.kbkdf`.

use ironlatch::Error;
use ironlatch::error::Unsupported;
use ironlatch::kdf::kbkdf::{CounterLocation, FixedInput, KbkdfCmac, KbkdfHmac};
use ironlatch::symmetric::cipher::BlockCipher;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

use super::{Derivation, kdf_class, optional};
use crate::buffer::{OutBuffer, SecretInput};
use crate::errors::CallResult;
use crate::hash::hashes::algorithm_of;
use crate::symmetric::ciphers::block_cipher;
use crate::types;

kdf_class! {
    /// KBKDF with HMAC, in counter mode (NIST SP 800-108 §4.1): a key of `length` bytes from a key.
    ///
    /// The counter has `rlen` bytes, 1 to 4, and stands at `location` of the fixed input data.
    /// Those are `label`, a zero byte, `context`, and the length in `llen` bytes; or else `fixed`.
    ///
    /// Raises `ValueError` for numbers out of range, more output than the counter can count,
    /// `label` or `context` together with `fixed`, and a `location` in the middle without
    /// `break_location`; `TypeError` for an argument of another type, and `UnsupportedAlgorithm`
    /// for a hash function that HMAC does not work with.
    #[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.kbkdf")]
    KBKDFHMAC(KbkdfHmac) {
        #[new]
        #[pyo3(signature = (
            algorithm, mode, length, rlen, llen, location, label, context, fixed, backend = None, *,
            break_location = None
        ))]
        #[allow(clippy::too_many_arguments)] // The peer's signature.
        fn new(
            algorithm: &Bound<'_, PyAny>,
            mode: &Bound<'_, PyAny>,
            length: usize,
            rlen: usize,
            llen: Option<usize>,
            location: &Bound<'_, PyAny>,
            label: Option<&Bound<'_, PyBytes>>,
            context: Option<&Bound<'_, PyBytes>>,
            fixed: Option<&Bound<'_, PyBytes>>,
            backend: Option<&Bound<'_, PyAny>>,
            break_location: Option<usize>,
        ) -> CallResult<Self> {
            let _ = backend;
            check_mode(mode)?;
            let location = counter_location(location, break_location)?;
            let fixed = fixed_input(label, context, llen, fixed)?;
            let kdf = KbkdfHmac::new(algorithm_of(algorithm)?, length, rlen, location, fixed)?;
            Ok(Self { inner: Derivation::quick(kdf) })
        }
    }
}

/// KBKDF with CMAC, in counter mode (NIST SP 800-108 §4.1): a key of `length` bytes from a key of a
/// block cipher.
///
/// As `KBKDFHMAC`, but `algorithm` is a class: that of the cipher whose key the key material is.
/// Raises `UnsupportedAlgorithm` if it is no block cipher; deriving raises `ValueError` for a key
/// of another length than the cipher has.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.kdf.kbkdf")]
pub(super) struct KBKDFCMAC {
    /// Makes a cipher of the key material, or refuses it.
    algorithm: Py<PyType>,
    pub(super) inner: Derivation<KbkdfCmac>,
}

#[pymethods]
impl KBKDFCMAC {
    #[new]
    #[pyo3(signature = (
        algorithm, mode, length, rlen, llen, location, label, context, fixed, backend = None, *,
        break_location = None
    ))]
    #[allow(clippy::too_many_arguments)] // The peer's signature.
    fn new(
        algorithm: &Bound<'_, PyType>,
        mode: &Bound<'_, PyAny>,
        length: usize,
        rlen: usize,
        llen: Option<usize>,
        location: &Bound<'_, PyAny>,
        label: Option<&Bound<'_, PyBytes>>,
        context: Option<&Bound<'_, PyBytes>>,
        fixed: Option<&Bound<'_, PyBytes>>,
        backend: Option<&Bound<'_, PyAny>>,
        break_location: Option<usize>,
    ) -> CallResult<Self> {
        let _ = backend;
        check_mode(mode)?;
        let location = counter_location(location, break_location)?;
        let fixed = fixed_input(label, context, llen, fixed)?;
        if !algorithm.is_subclass(types::BLOCK_CIPHER_ALGORITHM.get(algorithm.py())?)? {
            return Err(Error::unsupported(Unsupported::Cipher, "Algorithm must be a block cipher.").into());
        }
        // A cipher that there is not is refused when it is to be used.
        let cipher = block_cipher(algorithm).ok().flatten().unwrap_or(BlockCipher::Aes);
        let kdf = KbkdfCmac::new(cipher, length, rlen, location, fixed)?;
        Ok(Self { algorithm: algorithm.clone().unbind(), inner: Derivation::quick(kdf) })
    }

    /// The key that `key_material` gives, `length` bytes.
    ///
    /// Raises `AlreadyFinalized` if the object has been used before.
    fn derive<'py>(&self, py: Python<'py>, key_material: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyBytes>> {
        self.inner.derive(py, &self.cipher_key(key_material)?.extract()?)
    }

    /// Writes the key that `key_material` gives into `buffer`, a writable buffer of exactly
    /// `length` bytes, and returns their number.
    ///
    /// Raises `AlreadyFinalized` if the object has been used before.
    fn derive_into(
        &self,
        py: Python<'_>,
        key_material: &Bound<'_, PyAny>,
        mut buffer: OutBuffer<'_>,
    ) -> CallResult<usize> {
        self.inner.derive_into(py, &self.cipher_key(key_material)?.extract()?, &mut buffer)
    }

    /// Compares the key that `key_material` gives with `expected_key`, in constant time.
    ///
    /// Raises `InvalidKey` if they differ, `AlreadyFinalized` if the object has been used before.
    fn verify(&self, py: Python<'_>, key_material: &Bound<'_, PyAny>, expected_key: SecretInput<'_>) -> CallResult<()> {
        self.inner.verify(py, &self.cipher_key(key_material)?.extract()?, &expected_key)
    }
}

impl KBKDFCMAC {
    /// The key of the cipher that the Python class makes of `key_material`: it checks it, and some
    /// make it longer.
    fn cipher_key<'py>(&self, key_material: &Bound<'py, PyAny>) -> CallResult<Bound<'py, PyAny>> {
        let py = key_material.py();
        let cipher = self.algorithm.bind(py).call1((key_material,))?;
        if block_cipher(&cipher)?.is_none() {
            return Err(Error::unsupported(Unsupported::Cipher, "CMAC is not supported with this algorithm").into());
        }
        Ok(cipher.getattr(intern!(py, "key"))?)
    }
}

/// There is one mode only.
fn check_mode(mode: &Bound<'_, PyAny>) -> PyResult<()> {
    if !types::KBKDF_MODE.is_type_of(mode)? {
        return Err(PyTypeError::new_err("mode must be of type Mode"));
    }
    Ok(())
}

fn counter_location(location: &Bound<'_, PyAny>, break_location: Option<usize>) -> PyResult<CounterLocation> {
    let py = location.py();
    if !types::KBKDF_COUNTER_LOCATION.is_type_of(location)? {
        return Err(PyTypeError::new_err("location must be of type CounterLocation"));
    }
    // As `value`, without the detour through Python's code.
    let value = location.getattr(intern!(py, "_value_"))?;
    match (value.cast::<PyString>().map_err(PyErr::from)?.to_cow()?.as_ref(), break_location) {
        ("middle_fixed", Some(at)) => Ok(CounterLocation::MiddleFixed(at)),
        ("middle_fixed", None) => Err(PyValueError::new_err("Please specify a break_location")),
        (_, Some(_)) => {
            Err(PyValueError::new_err("break_location is ignored when location is not CounterLocation.MiddleFixed"))
        }
        ("after_fixed", None) => Ok(CounterLocation::AfterFixed),
        _ => Ok(CounterLocation::BeforeFixed),
    }
}

fn fixed_input<'a>(
    label: Option<&'a Bound<'_, PyBytes>>,
    context: Option<&'a Bound<'_, PyBytes>>,
    llen: Option<usize>,
    fixed: Option<&'a Bound<'_, PyBytes>>,
) -> PyResult<FixedInput<'a>> {
    match (fixed, llen) {
        (Some(_), _) if label.is_some() || context.is_some() => {
            Err(PyValueError::new_err("When supplying fixed data, label and context are ignored."))
        }
        (_, Some(0)) => Err(PyValueError::new_err("llen must be non-zero")),
        (Some(fixed), _) => Ok(FixedInput::Data(fixed.as_bytes())),
        (None, None) => Err(PyValueError::new_err("Please specify an llen")),
        (None, Some(llen)) => Ok(FixedInput::Fields { label: optional(label), context: optional(context), llen }),
    }
}
