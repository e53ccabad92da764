//! ML-KEM (FIPS 203): the KEM type of the EVP family.

use core::ffi::c_int;
use core::fmt;

use aws_lc_sys as c;
use zeroize::Zeroizing;

use crate::awslc::pkey::Key;
use crate::error::{EngineError, check};
use crate::output::Output;

/// The length in bytes of the seed that a key pair is made from: d, then z (FIPS 203 §7.1).
pub const SEED_LEN: usize = 64;
/// The length in bytes of a shared secret.
pub const SHARED_SECRET_LEN: usize = 32;

/// A parameter set (FIPS 203 §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterSet {
    /// Security category 1.
    MlKem512,
    /// Security category 3.
    MlKem768,
    /// Security category 5.
    MlKem1024,
}

impl ParameterSet {
    /// The standard's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MlKem512 => "ML-KEM-512",
            Self::MlKem768 => "ML-KEM-768",
            Self::MlKem1024 => "ML-KEM-1024",
        }
    }

    /// The length of an encapsulation key, the public one, in bytes.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::MlKem512 => 800,
            Self::MlKem768 => 1184,
            Self::MlKem1024 => 1568,
        }
    }

    /// The length of a ciphertext in bytes.
    #[must_use]
    pub const fn ciphertext_len(self) -> usize {
        match self {
            Self::MlKem512 => 768,
            Self::MlKem768 => 1088,
            Self::MlKem1024 => 1568,
        }
    }

    fn nid(self) -> c_int {
        match self {
            Self::MlKem512 => c::NID_MLKEM512,
            Self::MlKem768 => c::NID_MLKEM768,
            Self::MlKem1024 => c::NID_MLKEM1024,
        }
    }
}

/// A public key, with which secrets are encapsulated.
pub struct EncapsulationKey {
    parameters: ParameterSet,
    key: Key,
}

impl EncapsulationKey {
    /// The key that `bytes` encode, if every coefficient is reduced (FIPS 203 §7.2).
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the length is wrong or the check fails.
    pub fn new(parameters: ParameterSet, bytes: &[u8]) -> Result<Self, EngineError> {
        // SAFETY: `bytes` is valid for reads of its length and copied; the result is owned or null.
        let key = unsafe {
            let raw = c::EVP_PKEY_kem_new_raw_public_key(parameters.nid(), bytes.as_ptr(), bytes.len());
            Key::from_raw(raw, EngineError::InvalidInput)?
        };
        let context = key.operation()?;
        // SAFETY: the context is live and holds the key, which is only read.
        check(unsafe { c::EVP_PKEY_public_check(context.as_ptr()) }, EngineError::InvalidInput)?;
        Ok(Self { parameters, key })
    }

    /// The parameter set.
    #[must_use]
    pub fn parameters(&self) -> ParameterSet {
        self.parameters
    }

    /// A new shared secret, and the ciphertext that carries it, in `ciphertext`.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if `ciphertext` has another length than the parameter set's;
    /// [`EngineError::Internal`] if memory runs out.
    pub fn encapsulate<'a>(
        &self,
        mut ciphertext: Output<'a>,
    ) -> Result<(&'a mut [u8], Zeroizing<[u8; SHARED_SECRET_LEN]>), EngineError> {
        if ciphertext.len() != self.parameters.ciphertext_len() {
            return Err(EngineError::InvalidInput);
        }
        let context = self.key.operation()?;
        let mut secret = Zeroizing::new([0; SHARED_SECRET_LEN]);
        let (mut ciphertext_len, mut secret_len) = (ciphertext.len(), secret.len());
        // SAFETY: the context is live and holds the key; both buffers are valid for their lengths,
        // and the call writes as many bytes as it puts into the lengths.
        unsafe {
            let result = c::EVP_PKEY_encapsulate(
                context.as_ptr(),
                ciphertext.as_mut_ptr(),
                &raw mut ciphertext_len,
                secret.as_mut_ptr(),
                &raw mut secret_len,
            );
            check(result, EngineError::Internal)?;
            let whole = ciphertext_len == ciphertext.len() && secret_len == secret.len();
            assert!(whole, "an encapsulation has another length than its parameter set's");
            Ok((ciphertext.assume_written(), secret))
        }
    }
}

impl fmt::Debug for EncapsulationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncapsulationKey({:?})", self.parameters)
    }
}

/// A private key, with which secrets are taken out again. It is wiped when it is dropped.
pub struct DecapsulationKey {
    parameters: ParameterSet,
    key: Key,
}

impl DecapsulationKey {
    /// The key made from `seed`.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn from_seed(parameters: ParameterSet, seed: &[u8; SEED_LEN]) -> Result<Self, EngineError> {
        let mut info = Zeroizing::new([0; HEADER_LEN + SEED_LEN]);
        info[..HEADER_LEN].copy_from_slice(&HEADER);
        info[ALGORITHM_AT] = match parameters {
            ParameterSet::MlKem512 => 1,
            ParameterSet::MlKem768 => 2,
            ParameterSet::MlKem1024 => 3,
        };
        info[HEADER_LEN..].copy_from_slice(seed);
        let mut unread = c::CBS { data: info.as_ptr(), len: info.len() };
        // SAFETY: `unread` describes `info`, which outlives the call and is only read; the result
        // is owned or null.
        let key = unsafe { Key::from_raw(c::EVP_parse_private_key(&raw mut unread), EngineError::Internal)? };
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

    /// The secret that `ciphertext` carries. From one that was not made for this key comes a secret
    /// that nobody knows (implicit rejection, FIPS 203 §6.3).
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the ciphertext has another length than the parameter set's.
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<Zeroizing<[u8; SHARED_SECRET_LEN]>, EngineError> {
        if ciphertext.len() != self.parameters.ciphertext_len() {
            return Err(EngineError::InvalidInput);
        }
        let context = self.key.operation()?;
        let mut secret = Zeroizing::new([0; SHARED_SECRET_LEN]);
        let mut secret_len = secret.len();
        // SAFETY: the context is live and holds the key; both buffers are valid for their lengths.
        let result = unsafe {
            c::EVP_PKEY_decapsulate(
                context.as_ptr(),
                secret.as_mut_ptr(),
                &raw mut secret_len,
                ciphertext.as_ptr(),
                ciphertext.len(),
            )
        };
        check(result, EngineError::Internal)?;
        assert_eq!(secret_len, secret.len(), "a shared secret has another length than the standard's");
        Ok(secret)
    }
}

impl fmt::Debug for DecapsulationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecapsulationKey({:?}, <redacted>)", self.parameters)
    }
}

/// A PKCS#8 structure up to the seed (RFC 9935 §6): the form in which AWS-LC takes a seed through
/// its stable interface. The octet at [`ALGORITHM_AT`] ends the object identifier and says which
/// parameter set it is.
const HEADER: [u8; HEADER_LEN] = [
    0x30, 0x54, 0x02, 0x01, 0x00, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04, 0, 0x04,
    0x42, 0x80, 0x40,
];
const HEADER_LEN: usize = 22;
const ALGORITHM_AT: usize = 17;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_agree() {
        for parameters in [ParameterSet::MlKem512, ParameterSet::MlKem768, ParameterSet::MlKem1024] {
            let private = DecapsulationKey::from_seed(parameters, &crate::awslc::rand::array()).unwrap();
            let public = EncapsulationKey::new(parameters, &private.public_bytes().unwrap()).unwrap();
            let mut ciphertext = vec![0; parameters.ciphertext_len()];
            let (_, secret) = public.encapsulate(Output::from(&mut ciphertext[..])).unwrap();
            assert_eq!(private.decapsulate(&ciphertext).unwrap(), secret);
            ciphertext[7] ^= 1;
            assert_ne!(private.decapsulate(&ciphertext).unwrap(), secret);
            assert_eq!(private.decapsulate(&ciphertext[1..]).unwrap_err(), EngineError::InvalidInput);
            let mut short = vec![0; parameters.ciphertext_len() - 1];
            assert_eq!(public.encapsulate(Output::from(&mut short[..])).unwrap_err(), EngineError::InvalidInput);
        }
    }

    #[test]
    fn keys_with_coefficients_that_are_not_reduced_are_refused() {
        for bytes in [vec![0xff; 1184], vec![0; 1183], vec![]] {
            let key = EncapsulationKey::new(ParameterSet::MlKem768, &bytes);
            assert_eq!(key.unwrap_err(), EngineError::InvalidInput);
        }
    }
}
