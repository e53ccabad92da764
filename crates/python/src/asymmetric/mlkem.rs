//! `ironlatch.hazmat.primitives.asymmetric.mlkem`.

use ironlatch::asymmetric::ml_kem::{self as core, ParameterSet};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::key_classes::byte_string_keys;
use crate::buffer::{Input, SecretInput, detach, new_bytes};
use crate::errors::CallResult;

/// The classes of one parameter set, and the functions that make them.
macro_rules! ml_kem_keys {
    ($set:ident, $name:literal, $private:ident = $private_name:literal, $public:ident = $public_name:literal, $generate:ident, $from_seed:ident, $from_public:ident) => {
        byte_string_keys! {
            module = "ironlatch.hazmat.primitives.asymmetric.mlkem", core = core, set = ParameterSet::$set;

            #[doc = concat!("An ", $name, " private key, wiped from memory when the last reference to it goes.")]
            $private = $private_name {
                /// The shared secret of 32 bytes that `ciphertext` carries. Raises ValueError for
                /// another length than the parameter set's; a ciphertext that was changed gives a
                /// secret that nobody else has.
                fn decapsulate<'py>(
                    &self,
                    py: Python<'py>,
                    ciphertext: Input<'_>,
                ) -> CallResult<Bound<'py, PyBytes>> {
                    let ciphertext = ciphertext.as_slice();
                    // Written where it stays: a result that is moved leaves copies in the frames
                    // that it passes.
                    new_bytes(py, core::SHARED_SECRET_LEN, |out| {
                        detach(py, || CallResult::Ok(out.copy_from(&*self.inner.decapsulate(ciphertext)?)))
                    })
                }
            }

            #[doc = concat!("An ", $name, " public key.")]
            $public = $public_name {
                /// A new shared secret of 32 bytes, and the ciphertext that carries it to the owner
                /// of the private key.
                fn encapsulate<'py>(
                    &self,
                    py: Python<'py>,
                ) -> CallResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
                    let mut ciphertext = Vec::new();
                    let secret = new_bytes(py, core::SHARED_SECRET_LEN, |out| {
                        detach(py, || {
                            let (secret, sent) = self.inner.encapsulate()?;
                            ciphertext = sent;
                            CallResult::Ok(out.copy_from(&*secret))
                        })
                    })?;
                    Ok((secret, PyBytes::new(py, &ciphertext)))
                }
            }
        }

        /// A new private key.
        #[pyfunction]
        fn $generate(py: Python<'_>) -> CallResult<$private> {
            Ok(detach(py, || core::PrivateKey::generate(ParameterSet::$set))?.into())
        }

        /// The private key made from a seed of 64 bytes. Raises ValueError for another length.
        #[pyfunction]
        fn $from_seed(py: Python<'_>, data: SecretInput<'_>) -> CallResult<$private> {
            let seed = data.as_slice();
            Ok(detach(py, || core::PrivateKey::from_bytes(ParameterSet::$set, seed))?.into())
        }

        /// The public key in its encoded form. Raises ValueError for another length and for what is
        /// no key.
        #[pyfunction]
        fn $from_public(data: Input<'_>) -> CallResult<$public> {
            Ok(core::PublicKey::from_bytes(ParameterSet::$set, data.as_slice())?.into())
        }
    };
}

ml_kem_keys!(
    MlKem512,
    "ML-KEM-512",
    MLKEM512PrivateKey = "MLKEM512PrivateKey",
    MLKEM512PublicKey = "MLKEM512PublicKey",
    generate_512,
    from_seed_bytes_512,
    from_public_bytes_512
);
ml_kem_keys!(
    MlKem768,
    "ML-KEM-768",
    MLKEM768PrivateKey = "MLKEM768PrivateKey",
    MLKEM768PublicKey = "MLKEM768PublicKey",
    generate_768,
    from_seed_bytes_768,
    from_public_bytes_768
);
ml_kem_keys!(
    MlKem1024,
    "ML-KEM-1024",
    MLKEM1024PrivateKey = "MLKEM1024PrivateKey",
    MLKEM1024PublicKey = "MLKEM1024PublicKey",
    generate_1024,
    from_seed_bytes_1024,
    from_public_bytes_1024
);

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod mlkem {
    #[pymodule_export]
    use super::{
        MLKEM512PrivateKey, MLKEM512PublicKey, MLKEM768PrivateKey, MLKEM768PublicKey, MLKEM1024PrivateKey,
        MLKEM1024PublicKey, from_public_bytes_512, from_public_bytes_768, from_public_bytes_1024, from_seed_bytes_512,
        from_seed_bytes_768, from_seed_bytes_1024, generate_512, generate_768, generate_1024,
    };
}
