//! Message authentication under a password: PBMAC1 (RFC 8018 §7.1; RFC 9579 for PKCS #12).

use super::der::{self, AlgorithmIdentifier};
use super::pbes;
use crate::error::{Allowed, Input};
use crate::hash::HashAlgorithm;
use crate::hash::hmac::hmac_into;
use crate::oid;
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The longest key that a file may ask for, in bytes: the block of the longest hash function.
pub const MAX_KEY_LEN: usize = 144;

/// PBMAC1 with its parameters, read and found to be within the limits.
pub struct Pbmac1<'a> {
    derivation: pbes::DerivationAlgorithm<'a>,
    hash: HashAlgorithm,
    key_len: usize,
    work: u64,
}

impl<'a> Pbmac1<'a> {
    /// Reads an `AlgorithmIdentifier`. `None` if it names another algorithm.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the parameters are malformed, name an algorithm that is not
    /// known, or ask for more work than a key file may.
    pub fn read(algorithm: &AlgorithmIdentifier<'a>) -> Result<Option<Self>> {
        if algorithm.oid != oid::PBMAC1 {
            return Ok(None);
        }
        let Parameters { derivation, scheme } = algorithm.parse()?;
        let known = pbes::PRFS.iter().find(|(known, _)| *known == scheme.oid);
        let Some(&(_, hash)) = known else {
            return Err(Error::value(format!("PBMAC1 with {} is not supported: HMAC is", scheme.oid)));
        };
        // RFC 9579 §5: the length has to be there.
        let key_len = derivation.key_len().ok_or_else(|| Error::value("PBMAC1 does not say how long its key is"))?;
        let key_len = usize::try_from(key_len).unwrap_or(usize::MAX);
        if !(1..=MAX_KEY_LEN).contains(&key_len) {
            let allowed = Allowed::Between(1, MAX_KEY_LEN as u64);
            return Err(Error::Length { what: Input::DerivedKey, got: key_len, allowed });
        }
        let work = derivation.work(key_len)?;
        Ok(Some(Self { derivation, hash, key_len, work }))
    }

    /// The iterations that [`code`](Self::code) takes.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work
    }

    /// The code of `message` under `password`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    #[wipes_stack(deep)]
    pub fn code(&self, password: &[u8], message: &[u8]) -> Result<Vec<u8>> {
        let key = self.derivation.derive(password, self.key_len)?;
        let mut code = vec![0; self.hash.digest_size()];
        hmac_into(self.hash, &key, message, Output::from(&mut code[..]))?;
        Ok(code)
    }
}

/// `PBMAC1-params` (RFC 8018 appendix A.5).
#[derive(asn1::Asn1Read)]
struct Parameters<'a> {
    derivation: pbes::DerivationAlgorithm<'a>,
    scheme: der::AlgorithmIdentifier<'a>,
}
