//! `ironlatch.hazmat.primitives.asymmetric.mldsa`.

use std::sync::Mutex;

use ironlatch::asymmetric::ml_dsa::{self as core, ParameterSet};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use crate::buffer::{Feed, Input, SecretInput, detach, detach_if_long, new_bytes};
use crate::errors::CallResult;
use crate::hash::hashes::{already_finalized, lock};

/// The classes of one parameter set, and the functions that make them.
macro_rules! ml_dsa_keys {
    ($set:ident, $name:literal, $private:ident = $private_name:literal, $public:ident = $public_name:literal, $generate:ident, $from_seed:ident, $from_public:ident) => {
        byte_string_keys! {
            module = "ironlatch.hazmat.primitives.asymmetric.mldsa", core = core, set = ParameterSet::$set;

            #[doc = concat!("An ", $name, " private key, wiped from memory when the last reference to it goes.")]
            $private = $private_name {
                /// Signs `data` (FIPS 204 section 5.2). The same data gives another signature each
                /// time.
                ///
                /// `context` says what the signature is for. Raises ValueError if it is longer than
                /// 255 bytes.
                #[pyo3(signature = (data, context = None))]
                fn sign<'py>(
                    &self,
                    py: Python<'py>,
                    data: Input<'_>,
                    context: Option<Input<'_>>,
                ) -> CallResult<Bound<'py, PyBytes>> {
                    let (data, context) = (data.as_slice(), context.as_ref().map_or(&[][..], Input::as_slice));
                    new_bytes(py, ParameterSet::$set.signature_len(), |out| {
                        Ok(detach(py, || self.inner.sign_into(data, context, out))?)
                    })
                }

                /// Signs a message by its representative, which MLDSAMuHasher makes. Raises
                /// ValueError unless `mu` has 64 bytes.
                fn sign_mu<'py>(&self, py: Python<'py>, mu: Input<'_>) -> CallResult<Bound<'py, PyBytes>> {
                    let mu = mu.as_slice();
                    new_bytes(py, ParameterSet::$set.signature_len(), |out| {
                        Ok(detach(py, || self.inner.sign_mu_into(mu, out))?)
                    })
                }
            }

            #[doc = concat!("An ", $name, " public key.")]
            $public = $public_name {
                /// Raises InvalidSignature unless `signature` is one of `data` by this key for the
                /// purpose that `context` says, and ValueError if `context` is longer than 255
                /// bytes.
                #[pyo3(signature = (signature, data, context = None))]
                fn verify(
                    &self,
                    py: Python<'_>,
                    signature: Input<'_>,
                    data: Input<'_>,
                    context: Option<Input<'_>>,
                ) -> CallResult<()> {
                    let (signature, data) = (signature.as_slice(), data.as_slice());
                    let context = context.as_ref().map_or(&[][..], Input::as_slice);
                    Ok(detach_if_long(py, data.len(), || self.inner.verify(data, context, signature))?)
                }

                /// Raises InvalidSignature unless `signature` is one of the message with the
                /// representative `mu`, and ValueError unless `mu` has 64 bytes.
                fn verify_mu(&self, signature: Input<'_>, mu: Input<'_>) -> CallResult<()> {
                    Ok(self.inner.verify_mu(mu.as_slice(), signature.as_slice())?)
                }
            }
        }

        /// A new private key.
        #[pyfunction]
        fn $generate(py: Python<'_>) -> CallResult<$private> {
            Ok(detach(py, || core::PrivateKey::generate(ParameterSet::$set))?.into())
        }

        /// The private key made from a seed of 32 bytes. Raises ValueError for another length.
        #[pyfunction]
        fn $from_seed(py: Python<'_>, data: SecretInput<'_>) -> CallResult<$private> {
            let seed = data.as_slice();
            Ok(detach(py, || core::PrivateKey::from_bytes(ParameterSet::$set, seed))?.into())
        }

        /// The public key in its encoded form. Raises ValueError for another length.
        #[pyfunction]
        fn $from_public(data: Input<'_>) -> CallResult<$public> {
            Ok(core::PublicKey::from_bytes(ParameterSet::$set, data.as_slice())?.into())
        }
    };
}

ml_dsa_keys!(
    MlDsa44,
    "ML-DSA-44",
    MLDSA44PrivateKey = "MLDSA44PrivateKey",
    MLDSA44PublicKey = "MLDSA44PublicKey",
    generate_44,
    from_seed_bytes_44,
    from_public_bytes_44
);
ml_dsa_keys!(
    MlDsa65,
    "ML-DSA-65",
    MLDSA65PrivateKey = "MLDSA65PrivateKey",
    MLDSA65PublicKey = "MLDSA65PublicKey",
    generate_65,
    from_seed_bytes_65,
    from_public_bytes_65
);
ml_dsa_keys!(
    MlDsa87,
    "ML-DSA-87",
    MLDSA87PrivateKey = "MLDSA87PrivateKey",
    MLDSA87PublicKey = "MLDSA87PublicKey",
    generate_87,
    from_seed_bytes_87,
    from_public_bytes_87
);

/// Makes the representative of a message, for sign_mu and verify_mu, piece by piece (FIPS 204
/// section 6.2).
///
/// `public_key` is the signer's. Raises ValueError if `context` is longer than 255 bytes.
#[pyclass(frozen, module = "ironlatch.hazmat.primitives.asymmetric.mldsa")]
pub(crate) struct MLDSAMuHasher {
    /// `None` once finalized.
    state: Mutex<Option<core::MuHasher>>,
}

#[pymethods]
impl MLDSAMuHasher {
    #[new]
    #[pyo3(signature = (public_key, context = None))]
    fn new(public_key: &Bound<'_, PyAny>, context: Option<Input<'_>>) -> CallResult<Self> {
        let context = context.as_ref().map_or(&[][..], Input::as_slice);
        let hasher = if let Ok(key) = public_key.cast::<MLDSA44PublicKey>() {
            core::MuHasher::new(&key.get().inner, context)
        } else if let Ok(key) = public_key.cast::<MLDSA65PublicKey>() {
            core::MuHasher::new(&key.get().inner, context)
        } else if let Ok(key) = public_key.cast::<MLDSA87PublicKey>() {
            core::MuHasher::new(&key.get().inner, context)
        } else {
            return Err(PyTypeError::new_err("public_key must be an ML-DSA public key.").into());
        };
        Ok(Self { state: Mutex::new(Some(hasher?)) })
    }

    /// Takes `data` in. Raises AlreadyFinalized after finalize.
    fn update(&self, py: Python<'_>, data: Feed<'_>) -> CallResult<()> {
        let mut state = lock(py, &self.state);
        let state = state.as_mut().ok_or_else(already_finalized)?;
        data.each(py, |piece| {
            state.update(piece);
            Ok(())
        })
    }

    /// An independent hasher in the same state. Raises AlreadyFinalized after finalize.
    fn copy(&self, py: Python<'_>) -> CallResult<Self> {
        let state = lock(py, &self.state).as_ref().ok_or_else(already_finalized)?.clone();
        Ok(Self { state: Mutex::new(Some(state)) })
    }

    /// The representative of all that came in, 64 bytes. Raises AlreadyFinalized the second time.
    fn finalize<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyBytes>> {
        let state = lock(py, &self.state).take().ok_or_else(already_finalized)?;
        Ok(PyBytes::new(py, &state.finalize()))
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod mldsa {
    #[pymodule_export]
    use super::{
        MLDSA44PrivateKey, MLDSA44PublicKey, MLDSA65PrivateKey, MLDSA65PublicKey, MLDSA87PrivateKey, MLDSA87PublicKey,
        MLDSAMuHasher, from_public_bytes_44, from_public_bytes_65, from_public_bytes_87, from_seed_bytes_44,
        from_seed_bytes_65, from_seed_bytes_87, generate_44, generate_65, generate_87,
    };
}
