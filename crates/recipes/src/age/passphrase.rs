//! Passphrases (age §"The scrypt recipient type").

use std::sync::Arc;

use ironlatch_core::random;

use super::header::{PASSPHRASE, Stanza, decode_array, encode, malformed};
use super::{FileKey, KEY_LEN, unwrap, wrap};
use crate::{Error, Result};
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::scrypt::Scrypt;
use ironlatch_core::secret::SecretBytes;

/// The base-two logarithm of scrypt's cost: about a second of work, and 256 MiB of memory.
pub const DEFAULT_WORK_FACTOR: u8 = 18;

/// The highest cost that is accepted: 4 GiB of memory, as `age` accepts it. A file that asks for
/// more is meant to exhaust the machine.
pub const MAX_WORK_FACTOR: u8 = 22;

const SALT_PREFIX: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT_LEN: usize = 16;

/// A recipient that stands for anyone who knows a passphrase.
#[derive(Debug, Clone)]
pub struct Recipient {
    passphrase: Arc<SecretBytes>,
    work_factor: u8,
}

impl Recipient {
    pub(super) fn new(passphrase: &[u8], work_factor: u8) -> Result<Self> {
        if passphrase.is_empty() {
            return Err(Error::value("the passphrase is empty"));
        }
        if !(1..=MAX_WORK_FACTOR).contains(&work_factor) {
            return Err(Error::value(format!("the work factor must be 1 to {MAX_WORK_FACTOR}, not {work_factor}")));
        }
        Ok(Self { passphrase: Arc::new(SecretBytes::copy_from(passphrase)), work_factor })
    }

    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<Stanza> {
        let salt: [u8; SALT_LEN] = random::array();
        let key = stretch(&self.passphrase, &salt, self.work_factor)?;
        let arguments = [&encode(&salt)[..], &self.work_factor.to_string()];
        Ok(Stanza::of(PASSPHRASE, arguments, wrap(key.expose(), file_key)?))
    }
}

/// A passphrase that may open a file.
#[derive(Debug, Clone)]
pub struct Identity {
    passphrase: Arc<SecretBytes>,
}

impl Identity {
    pub(super) fn new(passphrase: &[u8]) -> Self {
        Self { passphrase: Arc::new(SecretBytes::copy_from(passphrase)) }
    }

    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        let [stanza] = stanzas else { return Ok(None) };
        if !stanza.is_for_passphrase() {
            return Ok(None);
        }
        let Some([salt, work_factor]) = stanza.fixed() else {
            return Err(malformed("the passphrase's line has the wrong number of arguments"));
        };
        let salt = decode_array(salt.as_bytes()).ok_or_else(|| malformed("the passphrase's salt is not 16 bytes"))?;
        let work_factor = parse_work_factor(work_factor)?;
        let body = stanza.body.as_slice().try_into();
        let body = body.map_err(|_| malformed("the passphrase's file key has the wrong length"))?;
        unwrap(stretch(&self.passphrase, &salt, work_factor)?.expose(), body)
    }
}

/// A decimal number without sign or leading zero.
fn parse_work_factor(text: &str) -> Result<u8> {
    let canonical = text.bytes().all(|digit| digit.is_ascii_digit()) && !text.starts_with('0');
    let number = text.parse::<u64>().ok().filter(|_| canonical);
    let number = number.ok_or_else(|| malformed("the passphrase's work factor is not a number"))?;
    u8::try_from(number).ok().filter(|number| *number <= MAX_WORK_FACTOR).ok_or_else(|| {
        Error::Damaged(
            format!(
                "the file asks for passphrase work of 2^{number}, above the limit of 2^{MAX_WORK_FACTOR}: it would \
                 take more than 4 GiB of memory, and looks as if it was made to do harm"
            )
            .into(),
        )
    })
}

fn stretch(passphrase: &SecretBytes, salt: &[u8; SALT_LEN], work_factor: u8) -> Result<SecretBytes> {
    let salt = [SALT_PREFIX, salt].concat();
    Ok(Scrypt::new(&salt, KEY_LEN, 1 << work_factor, 8, 1)?.derive(passphrase.expose())?)
}
