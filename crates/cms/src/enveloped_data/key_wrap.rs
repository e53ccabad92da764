//! Wrapping the key of the content: AES key wrap (RFC 3394) under a key that is derived from a
//! shared secret.

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::hkdf::Hkdf;
use ironlatch_core::kdf::x963_kdf::X963Kdf;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::key_wrap;
use zeroize::Zeroizing;

use crate::der::{self, SEQUENCE};
use crate::error::{Error, Result};

/// AES key wrap, by the length of its key in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyWrap {
    key_len: usize,
}

/// The identifiers of RFC 3565 §2.3.2.
const KNOWN: [(ObjectIdentifier, usize); 3] = [(oid::AES128_WRAP, 16), (oid::AES192_WRAP, 24), (oid::AES256_WRAP, 32)];

impl KeyWrap {
    /// The algorithm whose key is as long as the key that it wraps, or longer.
    pub(super) fn at_least(len: usize) -> Self {
        let key_len = KNOWN.iter().map(|(_, key_len)| *key_len).find(|key_len| *key_len >= len);
        Self { key_len: key_len.unwrap_or(32) }
    }

    pub(super) fn from_oid(oid: &ObjectIdentifier) -> Result<Self> {
        let known = KNOWN.iter().find(|(known, _)| known == oid).map(|(_, key_len)| Self { key_len: *key_len });
        known.ok_or_else(|| {
            Error::Unsupported(
                format!("keys wrapped with the algorithm {oid} are not supported: AES key wrap is").into(),
            )
        })
    }

    /// The `AlgorithmIdentifier` in DER. It has no parameters.
    pub(super) fn identifier(self) -> Zeroizing<Vec<u8>> {
        let known = KNOWN.iter().find(|(_, key_len)| *key_len == self.key_len);
        der::element(SEQUENCE, &[&der::identifier(known.map_or(&oid::AES256_WRAP, |(oid, _)| oid))])
    }

    /// The length of the key that wraps, in bytes.
    pub(super) fn key_len(self) -> usize {
        self.key_len
    }
}

/// How a key is derived from a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derivation {
    /// ANSI X9.63 (RFC 5753 §7.1.4).
    X963(HashAlgorithm),
    /// HKDF without a salt (RFC 8418 §2, RFC 9629 §5).
    Hkdf(HashAlgorithm),
}

impl Derivation {
    /// Wraps `content_key` under what `secret` and `info` give.
    #[wipes_stack(deep)]
    pub(super) fn wrap(self, wrap: KeyWrap, secret: &[u8], info: &[u8], content_key: &[u8]) -> Result<Vec<u8>> {
        Ok(self.with_key(wrap, secret, info, |key| key_wrap::wrap(key, content_key))?)
    }

    /// Takes the content's key out of `wrapped`.
    ///
    /// # Errors
    /// [`Error::NotDecrypted`].
    #[wipes_stack(deep)]
    pub(super) fn unwrap(
        self,
        wrap: KeyWrap,
        secret: &[u8],
        info: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.with_key(wrap, secret, info, |key| key_wrap::unwrap(key, wrapped)).map_err(|_| Error::NotDecrypted)
    }

    fn with_key<T>(
        self,
        wrap: KeyWrap,
        secret: &[u8],
        info: &[u8],
        work: impl FnOnce(&[u8]) -> ironlatch_core::Result<T>,
    ) -> ironlatch_core::Result<T> {
        let key = match self {
            Self::X963(hash) => X963Kdf::new(hash, wrap.key_len, info)?.derive(secret)?,
            Self::Hkdf(hash) => Hkdf::new(hash, wrap.key_len, b"", info)?.derive(secret)?,
        };
        work(key.expose())
    }
}
