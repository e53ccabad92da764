//! The ciphers of a content, working on one chunk after another.

use asn1::Tlv;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch_core::symmetric::gcm::GcmContext;
use ironlatch_core::symmetric::padding::Scheme;
use ironlatch_core::{Output, random};
use ironlatch_x509::algorithms::AlgorithmIdentifier;
use zeroize::Zeroizing;

use crate::der::{self, OCTET_STRING, SEQUENCE};
use crate::error::{Error, Result};

/// The cipher of a message's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentCipher {
    /// AES-128 in GCM.
    Aes128Gcm,
    /// AES-192 in GCM.
    Aes192Gcm,
    /// AES-256 in GCM.
    Aes256Gcm,
    /// AES-128 in CBC, which is not authenticated.
    Aes128Cbc,
    /// AES-192 in CBC, which is not authenticated.
    Aes192Cbc,
    /// AES-256 in CBC, which is not authenticated.
    Aes256Cbc,
}

/// The ciphers, their identifiers (RFC 5084 §3.2, RFC 3565 §4.1), and the lengths of their keys.
const KNOWN: [(ContentCipher, ObjectIdentifier, usize); 6] = [
    (ContentCipher::Aes128Gcm, oid::AES128_GCM, 16),
    (ContentCipher::Aes192Gcm, oid::AES192_GCM, 24),
    (ContentCipher::Aes256Gcm, oid::AES256_GCM, 32),
    (ContentCipher::Aes128Cbc, oid::AES128_CBC, 16),
    (ContentCipher::Aes192Cbc, oid::AES192_CBC, 24),
    (ContentCipher::Aes256Cbc, oid::AES256_CBC, 32),
];

/// The length of AES's block, and of the padding of a whole one.
pub(super) const BLOCK: usize = 16;
const NONCE_LEN: usize = 12;
/// The lengths of tags that RFC 5084 allows.
const MIN_TAG_LEN: u64 = 12;

impl ContentCipher {
    /// All of them, the best first.
    pub const ALL: [Self; 6] =
        [Self::Aes256Gcm, Self::Aes192Gcm, Self::Aes128Gcm, Self::Aes256Cbc, Self::Aes192Cbc, Self::Aes128Cbc];

    /// The name, such as `AES-256-GCM`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "AES-128-GCM",
            Self::Aes192Gcm => "AES-192-GCM",
            Self::Aes256Gcm => "AES-256-GCM",
            Self::Aes128Cbc => "AES-128-CBC",
            Self::Aes192Cbc => "AES-192-CBC",
            Self::Aes256Cbc => "AES-256-CBC",
        }
    }

    /// Whether a content that was changed is noticed.
    #[must_use]
    pub fn is_authenticated(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm)
    }

    fn row(self) -> &'static (Self, ObjectIdentifier, usize) {
        const { assert!(KNOWN.len() == 6, "each cipher has a row") };
        &KNOWN[self as usize]
    }

    /// The length of the key in bytes.
    #[must_use]
    pub fn key_len(self) -> usize {
        self.row().2
    }

    /// How long so much plaintext is once it is encrypted.
    pub(super) fn encrypted_len(self, len: u64) -> Option<u64> {
        if self.is_authenticated() { Some(len) } else { (len / BLOCK as u64 + 1).checked_mul(BLOCK as u64) }
    }
}

/// A cipher with its initialization vector or nonce.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) cipher: ContentCipher,
    nonce: Vec<u8>,
    /// The length of the tag, of an authenticated cipher.
    pub(super) tag_len: usize,
}

/// `GCMParameters` (RFC 5084 §3.2).
#[derive(asn1::Asn1Read)]
struct GcmParameters<'a> {
    nonce: &'a [u8],
    #[default(12u64)]
    tag_len: u64,
}

impl Started {
    pub(super) fn new(cipher: ContentCipher) -> Self {
        let nonce = if cipher.is_authenticated() {
            random::array::<NONCE_LEN>().to_vec()
        } else {
            random::array::<BLOCK>().to_vec()
        };
        Self { cipher, nonce, tag_len: GcmContext::TAG_LEN }
    }

    pub(super) fn from_identifier(algorithm: &AlgorithmIdentifier<'_>) -> Result<Self> {
        let Some((cipher, _, _)) = KNOWN.iter().find(|(_, oid, _)| *oid == algorithm.oid) else {
            let message = format!("content encrypted with the algorithm {} is not supported", algorithm.oid);
            return Err(Error::Unsupported(message.into()));
        };
        let cipher = *cipher;
        let parameters = algorithm.parameters.as_ref().ok_or_else(|| Error::rule("the parameters are missing"))?;
        if cipher.is_authenticated() {
            let GcmParameters { nonce, tag_len } = asn1::parse_single(parameters.as_der())?;
            if !(MIN_TAG_LEN..=GcmContext::TAG_LEN as u64).contains(&tag_len) {
                return Err(Error::rule("the tag is to have a length that is not allowed"));
            }
            if !(8..=128).contains(&nonce.len()) {
                return Err(Error::rule("the nonce has a length that is not allowed"));
            }
            return Ok(Self { cipher, nonce: nonce.to_vec(), tag_len: tag_len as usize });
        }
        let iv = der::octets(&asn1::parse_single::<Tlv<'_>>(parameters.as_der())?)?;
        if iv.len() != BLOCK {
            return Err(Error::rule("the initialization vector is not a block long"));
        }
        Ok(Self { cipher, nonce: iv.to_vec(), tag_len: 0 })
    }

    /// The `AlgorithmIdentifier` in DER.
    pub(super) fn identifier(&self) -> Zeroizing<Vec<u8>> {
        let mut parameters = der::element(OCTET_STRING, &[&self.nonce]);
        if self.cipher.is_authenticated() {
            parameters = der::element(SEQUENCE, &[&parameters, &der::integer(self.tag_len as u64)]);
        }
        der::element(SEQUENCE, &[&der::identifier(&self.cipher.row().1), &parameters])
    }

    #[wipes_stack(deep)]
    pub(super) fn context(&self, direction: Direction, key: &[u8], aad: &[u8]) -> Result<Context> {
        if self.cipher.is_authenticated() {
            let mut context = GcmContext::new(BlockCipher::Aes, direction, key, &self.nonce)?;
            context.update_aad(aad)?;
            return Ok(Context::Gcm(context));
        }
        Ok(Context::Cbc(CipherContext::new(BlockCipher::Aes, Mode::Cbc, direction, key, &self.nonce)?))
    }
}

/// A cipher at work.
pub(super) enum Context {
    Gcm(GcmContext),
    Cbc(CipherContext),
}

impl Context {
    /// Works on a chunk, which for CBC is whole blocks.
    pub(super) fn update(&mut self, chunk: &[u8], out: &mut [u8]) -> Result<()> {
        match self {
            Self::Gcm(context) => context.update(chunk, Output::from(out))?,
            Self::Cbc(context) => context.update(chunk, Output::from(out))?,
        };
        Ok(())
    }

    /// The tag of what was encrypted. Empty for a cipher that has none.
    pub(super) fn tag(&mut self) -> Result<Vec<u8>> {
        match self {
            Self::Gcm(context) => Ok(context.finalize()?.to_vec()),
            Self::Cbc(_) => Ok(Vec::new()),
        }
    }

    /// Checks what was decrypted: by its tag, or where there is none by the padding in `last`, the
    /// last block. Returns how much of that block is content.
    ///
    /// # Errors
    /// [`Error::NotDecrypted`].
    pub(super) fn check(&mut self, tag: &[u8], last: &[u8]) -> Result<usize> {
        match self {
            Self::Gcm(context) => {
                context.verify(tag, MIN_TAG_LEN as usize).map_err(|_| Error::NotDecrypted)?;
                Ok(last.len())
            }
            Self::Cbc(_) => Scheme::Pkcs7.unpadded_len(last).map_err(|_| Error::NotDecrypted),
        }
    }
}
