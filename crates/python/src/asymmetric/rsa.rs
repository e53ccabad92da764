//! `ironlatch.hazmat.primitives.asymmetric.rsa`.

use ironlatch::Error;
use ironlatch::asymmetric::rsa::{self as core, Checks, PrivateComponents, PublicComponents};
use ironlatch::error::Unsupported;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use super::key_classes::key_classes;
use super::padding::{Hashing, encryption_padding, signature_padding};
use super::utils::{Chosen, Size, int_from_bytes, int_to_bytes, natural_to_bytes, unsigned_to_bytes};
use crate::buffer::{Input, SecretInput, detach, detach_if_long, new_bytes};
use crate::errors::CallResult;
use crate::types;

key_classes! {
    module = "ironlatch.hazmat.primitives.asymmetric.rsa", core = core;

    /// An RSA private key, wiped from memory when the last reference to it goes.
    ///
    /// generate_private_key makes one, the readers in the serialization module read one.
    RsaPrivateKey = "RSAPrivateKey" {
        /// The length of the modulus in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.bits()
        }

        /// Signs `data` (RFC 8017 sections 8.1 and 8.2). The signature is as long as the modulus.
        ///
        /// `padding` is PSS or PKCS1v15. `algorithm` is a hash function, or Prehashed if `data` is
        /// the digest, or, with PKCS1v15, NoDigestInfo if `data` is to be padded as it is.
        ///
        /// Raises ValueError if the key is too small for the digest and the salt, or if the digest
        /// has a wrong length; UnsupportedAlgorithm for other paddings and for hash functions that
        /// RSA is not used with.
        fn sign<'py>(
            &self,
            py: Python<'py>,
            data: Input<'_>,
            padding: &Bound<'py, PyAny>,
            algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let padding = signature_padding(padding)?;
            let message = Hashing::of(algorithm)?.message(data.as_slice());
            new_bytes(py, self.inner.size(), |out| Ok(detach(py, || self.inner.sign_into(padding, message, out))?))
        }

        /// Decrypts `ciphertext`, which is as long as the modulus (RFC 8017 sections 7.1 and 7.2).
        ///
        /// `padding` is OAEP or PKCS1v15. Raises ValueError if the ciphertext has another length
        /// or, with OAEP, was not made for this key and label. With PKCS1v15 a wrong padding gives
        /// random-looking bytes instead, always the same for the same ciphertext (implicit
        /// rejection): an error would let others use the key.
        fn decrypt<'py>(
            &self,
            py: Python<'py>,
            ciphertext: Input<'_>,
            padding: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let padding = encryption_padding(padding)?;
            let (padding, ciphertext) = (padding.to_core(), ciphertext.as_slice());
            let plaintext = detach(py, || self.inner.decrypt(padding, ciphertext))?;
            Ok(PyBytes::new(py, &plaintext))
        }

        /// The numbers that the key is made of, as Python integers, which cannot be wiped.
        fn private_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            let key = self.inner.components();
            let arguments = (
                int_from_bytes(py, &key.p)?,
                int_from_bytes(py, &key.q)?,
                int_from_bytes(py, &key.d)?,
                int_from_bytes(py, &key.dmp1)?,
                int_from_bytes(py, &key.dmq1)?,
                int_from_bytes(py, &key.iqmp)?,
                public_numbers(py, &key.public)?,
            );
            Ok(types::RSA_PRIVATE_NUMBERS.get(py)?.call1(arguments)?)
        }
    }

    /// An RSA public key.
    RsaPublicKey = "RSAPublicKey" {
        /// The length of the modulus in bits.
        #[getter]
        fn key_size(&self) -> usize {
            self.inner.bits()
        }

        /// Raises InvalidSignature unless `signature` is one of `data` by this key. `padding` and
        /// `algorithm` are as for RSAPrivateKey.sign; PSS.AUTO takes a salt of any length.
        fn verify<'py>(
            &self,
            py: Python<'py>,
            signature: Input<'_>,
            data: Input<'_>,
            padding: &Bound<'py, PyAny>,
            algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<()> {
            let padding = signature_padding(padding)?;
            let (signature, data) = (signature.as_slice(), data.as_slice());
            let message = Hashing::of(algorithm)?.message(data);
            Ok(detach_if_long(py, data.len(), || self.inner.verify(padding, message, signature))?)
        }

        /// Encrypts `plaintext` with OAEP or PKCS1v15. The ciphertext is as long as the modulus.
        ///
        /// Raises ValueError if the plaintext is too long: OAEP takes `key_size / 8 - 2 *
        /// digest_size - 2` bytes, PKCS1v15 `key_size / 8 - 11`.
        fn encrypt<'py>(
            &self,
            py: Python<'py>,
            plaintext: SecretInput<'py>,
            padding: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let padding = encryption_padding(padding)?;
            let padding = padding.to_core();
            new_bytes(py, self.inner.size(), |out| Ok(self.inner.encrypt_into(padding, plaintext.as_slice(), out)?))
        }

        /// Returns the content of a PKCS1v15 signature: the digest that `algorithm` made, or with
        /// None or NoDigestInfo all of it.
        ///
        /// Raises InvalidSignature if the signature is malformed or was made with another hash
        /// function.
        fn recover_data_from_signature<'py>(
            &self,
            py: Python<'py>,
            signature: Input<'_>,
            padding: &Bound<'py, PyAny>,
            algorithm: &Bound<'py, PyAny>,
        ) -> CallResult<Bound<'py, PyBytes>> {
            let padding = signature_padding(padding)?;
            let hash = if algorithm.is_none() {
                None
            } else {
                match Hashing::of(algorithm)? {
                    Hashing::Whole(hash) => Some(hash),
                    Hashing::Raw => None,
                    Hashing::Digest(_) => {
                        return Err(PyTypeError::new_err(
                            "Prehashed is only supported in the sign and verify methods. It cannot be used with \
                             recover_data_from_signature.",
                        )
                        .into());
                    }
                }
            };
            if padding != core::SignaturePadding::Pkcs1v15 {
                let Some(_) = hash else {
                    return Err(PyTypeError::new_err("Expected instance of hashes.HashAlgorithm.").into());
                };
                let message = "EMSA-PSS does not hold the digest: only PKCS1v15 signatures can be opened.";
                return Err(Error::unsupported(Unsupported::Padding, message).into());
            }
            Ok(PyBytes::new(py, &self.inner.recover(hash, signature.as_slice())?))
        }

        /// The numbers that the key is made of.
        fn public_numbers<'py>(&self, py: Python<'py>) -> CallResult<Bound<'py, PyAny>> {
            public_numbers(py, &self.inner.components())
        }
    }
}

/// A new key, made without the GIL.
#[pyfunction]
fn generate_private_key(py: Python<'_>, public_exponent: Chosen, key_size: Size) -> CallResult<RsaPrivateKey> {
    Ok(detach(py, || core::PrivateKey::generate(key_size.0, public_exponent.0))?.into())
}

/// The private key of these numbers.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // A key has that many.
fn private_key_from_numbers(
    py: Python<'_>,
    n: &Bound<'_, PyInt>,
    e: &Bound<'_, PyInt>,
    d: &Bound<'_, PyInt>,
    p: &Bound<'_, PyInt>,
    q: &Bound<'_, PyInt>,
    dmp1: &Bound<'_, PyInt>,
    dmq1: &Bound<'_, PyInt>,
    iqmp: &Bound<'_, PyInt>,
    skip_checks: bool,
) -> CallResult<RsaPrivateKey> {
    let components = PrivateComponents {
        public: PublicComponents { n: int_to_bytes("n", n)?.to_vec(), e: int_to_bytes("e", e)?.to_vec() },
        d: unsigned_to_bytes("d", d)?,
        p: int_to_bytes("p", p)?,
        q: int_to_bytes("q", q)?,
        dmp1: unsigned_to_bytes("dmp1", dmp1)?,
        dmq1: unsigned_to_bytes("dmq1", dmq1)?,
        iqmp: unsigned_to_bytes("iqmp", iqmp)?,
    };
    let checks = if skip_checks { Checks::Skipped } else { Checks::Full };
    Ok(detach(py, || core::PrivateKey::from_components(&components, checks))?.into())
}

/// The public key of these numbers.
#[pyfunction]
fn public_key_from_numbers(n: &Bound<'_, PyInt>, e: &Bound<'_, PyInt>) -> CallResult<RsaPublicKey> {
    let components =
        PublicComponents { n: unsigned_to_bytes("n", n)?.to_vec(), e: unsigned_to_bytes("e", e)?.to_vec() };
    Ok(core::PublicKey::from_components(&components)?.into())
}

/// Whether keys sign or encrypt with this padding.
#[pyfunction]
fn padding_supported(padding: &Bound<'_, PyAny>) -> bool {
    if let Ok(padding) = signature_padding(padding) {
        return padding.is_supported();
    }
    encryption_padding(padding).is_ok_and(|padding| padding.to_core().is_supported())
}

fn public_numbers<'py>(py: Python<'py>, key: &PublicComponents) -> CallResult<Bound<'py, PyAny>> {
    let class = types::RSA_PUBLIC_NUMBERS.get(py)?;
    Ok(class.call1((int_from_bytes(py, &key.e)?, int_from_bytes(py, &key.n)?))?)
}

/// The inverse of `q` modulo `p`. Raises ValueError if there is none, or a number is less than 2.
#[pyfunction]
fn crt_coefficient<'py>(
    py: Python<'py>,
    q: &Bound<'py, PyInt>,
    p: &Bound<'py, PyInt>,
) -> CallResult<Bound<'py, PyAny>> {
    Ok(int_from_bytes(py, &core::crt_coefficient(&natural_to_bytes(q)?, &natural_to_bytes(p)?)?)?)
}

/// `d` modulo `p - 1`. Raises ValueError if a number is less than 2.
#[pyfunction]
fn crt_exponent<'py>(py: Python<'py>, d: &Bound<'py, PyInt>, p: &Bound<'py, PyInt>) -> CallResult<Bound<'py, PyAny>> {
    Ok(int_from_bytes(py, &core::crt_exponent(&natural_to_bytes(d)?, &natural_to_bytes(p)?)?)?)
}

/// The smallest private exponent for `e` and the primes. Raises ValueError if there is none, or a
/// number is less than 2.
#[pyfunction]
fn private_exponent<'py>(
    py: Python<'py>,
    e: &Bound<'py, PyInt>,
    p: &Bound<'py, PyInt>,
    q: &Bound<'py, PyInt>,
) -> CallResult<Bound<'py, PyAny>> {
    let (e, p, q) = (natural_to_bytes(e)?, natural_to_bytes(p)?, natural_to_bytes(q)?);
    Ok(int_from_bytes(py, &core::private_exponent(&e, &p, &q)?)?)
}

/// The primes of `n`, the greater one first. Raises ValueError if the numbers do not belong
/// together, or one is less than 2.
#[pyfunction]
fn prime_factors<'py>(
    py: Python<'py>,
    n: &Bound<'py, PyInt>,
    e: &Bound<'py, PyInt>,
    d: &Bound<'py, PyInt>,
) -> CallResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let (n, e, d) = (natural_to_bytes(n)?, natural_to_bytes(e)?, natural_to_bytes(d)?);
    let (p, q) = detach(py, || core::prime_factors(&n, &e, &d))?;
    Ok((int_from_bytes(py, &p)?, int_from_bytes(py, &q)?))
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod rsa {
    #[pymodule_export]
    use super::{
        RsaPrivateKey, RsaPublicKey, crt_coefficient, crt_exponent, generate_private_key, padding_supported,
        prime_factors, private_exponent, private_key_from_numbers, public_key_from_numbers,
    };
}
