//! The stored form: a few bytes that say how to open it, and the ciphertext.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::fault;
use super::limits::{self, MAX_VALUE_LEN};
use crate::error::FieldFault;
use crate::keyring::VersionId;
use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::symmetric::aead::TAG_LEN;

/// The prefix of the text form.
pub const TEXT_PREFIX: &str = "ilf1.";

/// How many bytes a stored value begins with that say how, and under which version of the key, it
/// was encrypted.
pub const HEADER_LEN: usize = 1 + VersionId::LEN;

/// The length of a nonce in bytes.
pub(super) const NONCE_LEN: usize = 24;

/// The number of bytes that random encryption adds to a value: header, nonce, type and tag.
pub const RANDOM_OVERHEAD: usize = HEADER_LEN + NONCE_LEN + limits::TYPE_LEN + TAG_LEN;

/// The number of bytes that deterministic encryption adds to a value: header, tag and type.
pub const DETERMINISTIC_OVERHEAD: usize = HEADER_LEN + TAG_LEN + limits::TYPE_LEN;

/// How a value is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// With XAES-256-GCM and a random nonce: equal values look different.
    Random,
    /// With AES-SIV and no nonce: equal values look the same.
    Deterministic,
}

impl Mode {
    /// The first byte of what is stored. It alone does not tell a stored value from other bytes:
    /// see [`Header`].
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Random => 0xc1,
            Self::Deterministic => 0xc0,
        }
    }

    /// The part between header and ciphertext.
    pub(super) fn nonce_len(self) -> usize {
        match self {
            Self::Random => NONCE_LEN,
            Self::Deterministic => 0,
        }
    }

    /// The length of the stored form for this number of bytes of type, value and padding.
    pub(super) fn stored_len(self, plain_len: usize) -> usize {
        HEADER_LEN + self.nonce_len() + plain_len + TAG_LEN
    }
}

/// In which form a value is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Bytes, for columns such as `bytea`, `BLOB`, `VARBINARY`.
    Binary,
    /// Text: `ilf1.` and base64 for URLs without padding of the binary form.
    Text,
}

impl Form {
    /// Which of the two `stored` seems to be.
    #[must_use]
    pub fn of(stored: &[u8]) -> Self {
        if stored.starts_with(b"ilf") { Self::Text } else { Self::Binary }
    }

    /// The length of the text form for this number of bytes in the binary form.
    #[must_use]
    pub fn len(self, binary_len: usize) -> usize {
        match self {
            Self::Binary => binary_len,
            Self::Text => TEXT_PREFIX.len() + binary_len / 3 * 4 + [0, 2, 3][binary_len % 3],
        }
    }

    /// The length of the binary form for this number of bytes in the text form.
    pub(super) fn binary_len(self, stored_len: usize) -> usize {
        match self {
            Self::Binary => stored_len,
            Self::Text => {
                let symbols = stored_len.saturating_sub(TEXT_PREFIX.len());
                symbols / 4 * 3 + [0, 0, 1, 2][symbols % 4]
            }
        }
    }
}

/// In which mode `stored`, in either form, seems to be encrypted; if that cannot be told, the one
/// that adds less.
pub(super) fn seeming_mode(stored: &[u8]) -> Mode {
    let mut decoded = [0; 3];
    let first = match Form::of(stored) {
        Form::Binary => stored.first(),
        Form::Text => {
            let begin = stored.get(TEXT_PREFIX.len()..TEXT_PREFIX.len() + 4).unwrap_or_default();
            URL_SAFE_NO_PAD.decode_slice(begin, &mut decoded).ok().and_then(|_| decoded.first())
        }
    };
    if first == Some(&Mode::Random.code()) { Mode::Random } else { Mode::Deterministic }
}

/// A stored value in the binary form, taken apart.
pub(super) struct Stored<'s> {
    pub(super) mode: Mode,
    pub(super) id: VersionId,
    pub(super) header: &'s [u8; HEADER_LEN],
    /// Nonce, ciphertext and tag.
    pub(super) body: &'s [u8],
}

impl<'s> Stored<'s> {
    /// Reads either form; the text form is decoded into `scratch`.
    ///
    /// # Errors
    /// [`FieldFault::Malformed`] if it is none of ours.
    pub(super) fn read(stored: &'s [u8], scratch: &'s mut Vec<u8>) -> Result<Self> {
        match Form::of(stored) {
            Form::Binary => Self::read_binary(stored),
            Form::Text => {
                decode(stored, scratch)?;
                Self::read_binary(scratch)
            }
        }
    }

    fn read_binary(stored: &'s [u8]) -> Result<Self> {
        let mode = match stored.first() {
            None => return Err(malformed("it is empty")),
            Some(first) => mode_of(*first).ok_or_else(|| malformed("it is not encrypted, or by something else"))?,
        };
        if stored.len() > Mode::Random.stored_len(limits::MAX_LEN) {
            return Err(malformed("it is too long"));
        }
        let Some((header, body)) = stored.split_first_chunk::<HEADER_LEN>() else { return Err(cut_short()) };
        let [_, id @ ..] = *header;
        let id = VersionId::from_bytes(id).ok_or_else(newer)?;
        if body.len() < mode.nonce_len() + limits::TYPE_LEN + TAG_LEN {
            return Err(cut_short());
        }
        Ok(Self { mode, id, header, body })
    }

    /// The number of bytes of type, value and padding.
    pub(super) fn plain_len(&self) -> usize {
        self.body.len() - self.mode.nonce_len() - TAG_LEN
    }
}

/// Parses the header at the start of some bytes, if there is a whole one. Nothing is authenticated,
/// and the rest is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// A version of a key. Of bytes that are not ours one in 128 begin so: ask the key whether it
    /// has such a version.
    Version(VersionId),
    /// A format of a later version of this library.
    Newer,
}

impl Header {
    /// Reads the header in front of `stored`, in either form.
    pub(super) fn of(stored: &[u8]) -> Option<Self> {
        if Form::of(stored) == Form::Binary {
            return Self::of_binary(stored);
        }
        let (version, symbols) = text_version(stored)?;
        if version != b"1" {
            let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            return (!symbols.is_empty() && symbols.iter().all(is_symbol)).then_some(Self::Newer);
        }
        let mut decoded = [0; HEADER_SYMBOLS / 4 * 3];
        URL_SAFE_NO_PAD.decode_slice(symbols.get(..HEADER_SYMBOLS)?, &mut decoded).ok()?;
        Self::of_binary(&decoded)
    }

    fn of_binary(stored: &[u8]) -> Option<Self> {
        let [first, id @ ..] = *stored.first_chunk::<HEADER_LEN>()?;
        mode_of(first)?;
        Some(VersionId::from_bytes(id).map_or(Self::Newer, Self::Version))
    }
}

/// The number of base64 symbols that hold the header and one more byte.
const HEADER_SYMBOLS: usize = 8;

fn mode_of(first: u8) -> Option<Mode> {
    [Mode::Random, Mode::Deterministic].into_iter().find(|mode| mode.code() == first)
}

/// The digits between `ilf` and the dot, and what follows.
fn text_version(stored: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = stored.strip_prefix(b"ilf")?;
    let dot = rest.iter().position(|byte| !byte.is_ascii_digit()).filter(|at| *at > 0 && rest[*at] == b'.')?;
    Some((&rest[..dot], &rest[dot + 1..]))
}

/// The text form of what is stored in the binary form.
///
/// # Errors
/// [`CoreError::Internal`] if memory is damaged.
pub fn to_text(binary: &[u8]) -> Result<String> {
    let mut text = vec![0; Form::Text.len(binary.len())];
    write_text(binary, &mut text)?;
    String::from_utf8(text).map_err(|_| Error::Core(CoreError::Internal("the text form is not text")))
}

/// Writes the text form of `binary` into `out`, which has exactly the room.
pub(super) fn write_text(binary: &[u8], out: &mut [u8]) -> Result<()> {
    let (prefix, rest) = out.split_at_mut(TEXT_PREFIX.len());
    prefix.copy_from_slice(TEXT_PREFIX.as_bytes());
    let written = URL_SAFE_NO_PAD.encode_slice(binary, rest);
    written.map(drop).map_err(|_| Error::Core(CoreError::Internal("the text form has another length than it should")))
}

/// The text that every text form begins with of what begins with these bytes, as far as they fix
/// it.
pub(super) fn text_prefix(header: &[u8; HEADER_LEN]) -> String {
    let mut text = format!("{TEXT_PREFIX}{}", URL_SAFE_NO_PAD.encode(header));
    // A symbol stands for 6 bits; the last one has some of the byte that follows.
    text.truncate(TEXT_PREFIX.len() + HEADER_LEN * 8 / 6);
    text
}

fn decode(stored: &[u8], scratch: &mut Vec<u8>) -> Result<()> {
    let Some(encoded) = stored.strip_prefix(TEXT_PREFIX.as_bytes()) else {
        let is_newer = Header::of(stored) == Some(Header::Newer);
        return Err(if is_newer { newer() } else { malformed("it is not encrypted, or by something else") });
    };
    if stored.len() > Form::Text.len(Mode::Random.stored_len(limits::MAX_LEN)) {
        return Err(malformed("it is too long"));
    }
    scratch.clear();
    URL_SAFE_NO_PAD.decode_vec(encoded, scratch).map_err(|_| {
        malformed("it begins as an encrypted value does, but goes on otherwise: it was changed or cut short")
    })
}

fn malformed(why: &str) -> Error {
    fault(FieldFault::Malformed, format!("this is no value that ironlatch.fields encrypted: {why}"))
}

fn cut_short() -> Error {
    malformed("it is too short; a column that is too narrow may have cut it off")
}

fn newer() -> Error {
    fault(FieldFault::Malformed, "the value was encrypted by a newer version of ironlatch: update it")
}

const _: () = assert!(MAX_VALUE_LEN < limits::MAX_LEN && RANDOM_OVERHEAD == 46 && DETERMINISTIC_OVERHEAD == 22);
