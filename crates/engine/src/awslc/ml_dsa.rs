//! ML-DSA (FIPS 204): the PQDSA type of the EVP family, on message representatives.
//!
//! A signature is always one of µ (FIPS 204 §6.2), the hash of a message with its context and the
//! public key. Who calls makes µ; so there is one way through AWS-LC whatever was signed.

use core::ffi::c_int;
use core::fmt;

use aws_lc_sys as c;

use crate::awslc::pkey::Key;
use crate::error::{EngineError, check};
use crate::output::Output;
use crate::system::stack;

/// The length in bytes of the seed that a key pair is made from: ξ (FIPS 204 §6.1).
pub const SEED_LEN: usize = 32;
/// The length in bytes of a message representative: µ (FIPS 204 §6.2).
pub const MU_LEN: usize = 64;

/// A parameter set (FIPS 204 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterSet {
    /// Security category 2.
    MlDsa44,
    /// Security category 3.
    MlDsa65,
    /// Security category 5.
    MlDsa87,
}

impl ParameterSet {
    /// The standard's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MlDsa44 => "ML-DSA-44",
            Self::MlDsa65 => "ML-DSA-65",
            Self::MlDsa87 => "ML-DSA-87",
        }
    }

    /// The length of a public key in bytes.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::MlDsa44 => 1312,
            Self::MlDsa65 => 1952,
            Self::MlDsa87 => 2592,
        }
    }

    /// The length of a signature in bytes.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        match self {
            Self::MlDsa44 => 2420,
            Self::MlDsa65 => 3309,
            Self::MlDsa87 => 4627,
        }
    }

    fn nid(self) -> c_int {
        match self {
            Self::MlDsa44 => c::NID_MLDSA44,
            Self::MlDsa65 => c::NID_MLDSA65,
            Self::MlDsa87 => c::NID_MLDSA87,
        }
    }
}

/// A public key.
pub struct PublicKey {
    parameters: ParameterSet,
    key: Key,
}

impl PublicKey {
    /// The key that `bytes` encode.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the length is not the parameter set's: every string of that
    /// length is a key.
    pub fn new(parameters: ParameterSet, bytes: &[u8]) -> Result<Self, EngineError> {
        // SAFETY: `bytes` is valid for reads of its length and copied; the result is owned or null.
        let key = unsafe {
            let raw = c::EVP_PKEY_pqdsa_new_raw_public_key(parameters.nid(), bytes.as_ptr(), bytes.len());
            Key::from_raw(raw, EngineError::InvalidInput)?
        };
        Ok(Self { parameters, key })
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.parameters
    }

    /// Verifies a signature of `mu`.
    ///
    /// # Errors
    /// [`EngineError::Rejected`] if it does not match or has a wrong length.
    pub fn verify(&self, mu: &[u8; MU_LEN], signature: &[u8]) -> Result<(), EngineError> {
        let context = self.key.operation()?;
        // SAFETY: the context is live and holds the key; both buffers are valid for their lengths.
        unsafe {
            check(c::EVP_PKEY_verify_init(context.as_ptr()), EngineError::Internal)?;
            let result =
                c::EVP_PKEY_verify(context.as_ptr(), signature.as_ptr(), signature.len(), mu.as_ptr(), mu.len());
            check(result, EngineError::Rejected)
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?})", self.parameters)
    }
}

/// A private key. It is wiped when it is dropped.
pub struct PrivateKey {
    parameters: ParameterSet,
    key: Key,
}

impl PrivateKey {
    /// The key made from `seed`.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn from_seed(parameters: ParameterSet, seed: &[u8; SEED_LEN]) -> Result<Self, EngineError> {
        stack::reaches(stack::DEEPEST_OF_ALL);
        // SAFETY: `seed` is valid for its length, by which AWS-LC tells a seed from an expanded
        // key, and copied; the result is owned or null.
        let key = unsafe {
            let raw = c::EVP_PKEY_pqdsa_new_raw_private_key(parameters.nid(), seed.as_ptr(), seed.len());
            Key::from_raw(raw, EngineError::Internal)?
        };
        Ok(Self { parameters, key })
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.parameters
    }

    /// The bytes of the public key.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn public_bytes(&self) -> Result<Vec<u8>, EngineError> {
        self.key.public_bytes(self.parameters.public_key_len())
    }

    /// Signs `mu`, hedged with fresh randomness (FIPS 204 §3.4).
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `out` has another length than a signature.
    pub fn sign<'a>(&self, mu: &[u8; MU_LEN], mut out: Output<'a>) -> Result<&'a mut [u8], EngineError> {
        stack::reaches(stack::DEEPEST_OF_ALL);
        if out.len() != self.parameters.signature_len() {
            return Err(EngineError::InvalidInput);
        }
        let context = self.key.operation()?;
        let mut written = out.len();
        // SAFETY: the context is live and holds the key; both buffers are valid for their lengths,
        // and the call writes as many bytes as it puts into `written`.
        unsafe {
            check(c::EVP_PKEY_sign_init(context.as_ptr()), EngineError::Internal)?;
            let result = c::EVP_PKEY_sign(context.as_ptr(), out.as_mut_ptr(), &raw mut written, mu.as_ptr(), mu.len());
            check(result, EngineError::Internal)?;
            assert_eq!(written, out.len(), "a signature has another length than its parameter set's");
            Ok(out.assume_written())
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?}, <redacted>)", self.parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_verifies() {
        for parameters in [ParameterSet::MlDsa44, ParameterSet::MlDsa65, ParameterSet::MlDsa87] {
            let private = PrivateKey::from_seed(parameters, &crate::awslc::rand::array()).unwrap();
            let public = PublicKey::new(parameters, &private.public_bytes().unwrap()).unwrap();
            let mut signature = vec![0; parameters.signature_len()];
            private.sign(&[1; MU_LEN], Output::from(&mut signature[..])).unwrap();
            public.verify(&[1; MU_LEN], &signature).unwrap();
            assert_eq!(public.verify(&[2; MU_LEN], &signature).unwrap_err(), EngineError::Rejected);
            assert_eq!(public.verify(&[1; MU_LEN], &signature[1..]).unwrap_err(), EngineError::Rejected);
            assert_eq!(public.verify(&[1; MU_LEN], &[]).unwrap_err(), EngineError::Rejected);
            signature[0] ^= 1;
            assert_eq!(public.verify(&[1; MU_LEN], &signature).unwrap_err(), EngineError::Rejected);
        }
        assert_eq!(PublicKey::new(ParameterSet::MlDsa44, &[0; 1313]).unwrap_err(), EngineError::InvalidInput);
    }
}
