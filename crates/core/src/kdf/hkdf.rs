//! HKDF (RFC 5869): keys from a secret that is hard to guess already, such as the result of a key
//! exchange.

use crate::hash::hmac::{Hmac, MAX_DIGEST, hmac_into};
use core::fmt;

use zeroize::Zeroizing;

use super::{Kdf, check_len, check_most};
use crate::hash::HashAlgorithm;
use crate::secret::{SecretBytes, wipes_stack};
use crate::{Output, Result};

/// HKDF-Extract (§2.2): a pseudorandom key as long as the digest, in memory that is wiped. An empty
/// salt counts as none.
///
/// # Errors
/// [`Error::Unsupported`](crate::Error::Unsupported) for an extendable-output function.
#[wipes_stack]
pub fn extract(algorithm: HashAlgorithm, salt: &[u8], key_material: &[u8]) -> Result<SecretBytes> {
    SecretBytes::new_with(algorithm.digest_size(), |out| {
        extract_into(algorithm, salt, key_material, out.into()).map(drop)
    })
}

/// Writes what [`extract`] returns into `out`.
///
/// # Errors
/// [`Unsupported`](crate::Error::Unsupported) for an extendable-output function.
///
/// # Panics
/// If `out` is not as long as the digest.
#[wipes_stack]
pub fn extract_into<'a>(
    algorithm: HashAlgorithm,
    salt: &[u8],
    key_material: &[u8],
    out: Output<'a>,
) -> Result<&'a mut [u8]> {
    // §2.2: without a salt, a digest's length of zeros. HMAC pads its key with zeros, so an empty
    // one is the same.
    hmac_into(algorithm, salt, key_material, out)
}

/// HKDF, both steps.
#[derive(Clone)]
pub struct Hkdf {
    salt: Zeroizing<Vec<u8>>,
    expand: HkdfExpand,
}

impl Hkdf {
    /// HKDF that gives `length` bytes. An empty salt counts as none.
    ///
    /// # Errors
    /// As [`HkdfExpand::new`].
    pub fn new(algorithm: HashAlgorithm, length: usize, salt: &[u8], info: &[u8]) -> Result<Self> {
        Ok(Self { salt: Zeroizing::new(salt.into()), expand: HkdfExpand::new(algorithm, length, info)? })
    }

    /// The hash function in use.
    #[must_use]
    pub fn algorithm(&self) -> HashAlgorithm {
        self.expand.algorithm
    }

    /// The first step alone, in memory that is wiped.
    ///
    /// # Errors
    /// As [`extract`].
    #[wipes_stack]
    pub fn extract(&self, key_material: &[u8]) -> Result<SecretBytes> {
        extract(self.expand.algorithm, &self.salt, key_material)
    }

    /// Writes what [`extract`](Self::extract) returns into `out`.
    ///
    /// # Errors
    /// As [`extract`].
    ///
    /// # Panics
    /// If `out` is not as long as the digest.
    #[wipes_stack]
    pub fn extract_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        extract_into(self.expand.algorithm, &self.salt, key_material, out)
    }
}

impl Kdf for Hkdf {
    fn length(&self) -> usize {
        self.expand.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        let mut key = Zeroizing::new([0; MAX_DIGEST]);
        let key = &mut key[..self.algorithm().digest_size()];
        self.extract_into(key_material, (&mut *key).into())?;
        self.expand.derive_into(key, out)
    }
}

impl fmt::Debug for Hkdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A salt need not be secret, but in some protocols it is.
        f.debug_struct("Hkdf").field("expand", &self.expand).finish_non_exhaustive()
    }
}

/// HKDF-Expand alone (§2.3), for key material that is a pseudorandom key already.
#[derive(Debug, Clone)]
pub struct HkdfExpand {
    algorithm: HashAlgorithm,
    length: usize,
    info: Vec<u8>,
}

impl HkdfExpand {
    /// HKDF-Expand that gives `length` bytes.
    ///
    /// # Errors
    /// [`Length`](crate::Error::Length) for more than 255 digests,
    /// [`Unsupported`](crate::Error::Unsupported) for an
    /// extendable-output function.
    pub fn new(algorithm: HashAlgorithm, length: usize, info: &[u8]) -> Result<Self> {
        crate::hash::hmac::check(algorithm)?;
        check_most(length, 255 * algorithm.digest_size())?;
        Ok(Self { algorithm, length, info: info.into() })
    }
}

impl Kdf for HkdfExpand {
    fn length(&self) -> usize {
        self.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let digest_size = self.algorithm.digest_size();
        let mut mac = Hmac::new(self.algorithm, key_material)?;
        let mut block = Zeroizing::new([0; MAX_DIGEST]);
        let block = &mut block[..digest_size];
        let mut writer = out.writer();
        for counter in 1..=u8::MAX {
            if writer.remaining() == 0 {
                break;
            }
            if counter > 1 {
                mac.update(block);
            }
            mac.update(&self.info);
            mac.update(&[counter]);
            mac.finalize_into_reset((&mut *block).into());
            writer.push(&block[..digest_size.min(writer.remaining())]);
        }
        Ok(writer.finish())
    }
}
