//! The encryption itself, one value after another under as few key derivations as can be.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::cache::Cache;
use super::fault;
use super::stored::{HEADER_LEN, Mode, NONCE_LEN, Stored};
use crate::error::FieldFault;
use crate::keyring::{Counter, Operation, Own, Version, VersionId};
use crate::{Error, Result};
use ironlatch_core::symmetric::aead::{Aad, Aead, AesGcm, AesSiv, Nonce, XAes256Gcm};
use ironlatch_core::{Error as CoreError, Output, random};

/// The part of a nonce that the key of the message depends on.
const KEY_PART: usize = 12;

/// The ciphers of one version of the key for one column.
pub(super) struct Ciphers {
    id: VersionId,
    random: XAes256Gcm,
    deterministic: AesSiv,
    counter: Counter,
}

impl Ciphers {
    pub(super) fn derive(version: &Version, table: &str, column: &str) -> Result<Self> {
        let context = [table.as_bytes(), column.as_bytes()];
        Ok(Self {
            id: version.id(),
            random: XAes256Gcm::new(version.derive_own(Own::Field, &context, 32)?.expose())?,
            deterministic: AesSiv::new(version.derive_own(Own::FieldDeterministic, &context, 64)?.expose())?,
            counter: version.counter(&format!("field {table}.{column}")),
        })
    }

    /// The header of everything that is encrypted under them.
    pub(super) fn header(&self, mode: Mode) -> [u8; HEADER_LEN] {
        let mut header = [mode.code(); HEADER_LEN];
        header[1..].copy_from_slice(&self.id.to_bytes());
        header
    }
}

/// Encrypts values one after another.
///
/// The nonce of the first is random: 24 bytes. Those that follow share its first half, and with it
/// the derived key, and count up its second half, so that no two are the same.
pub(super) struct Sealer {
    ciphers: Arc<Ciphers>,
    mode: Mode,
    stream: Option<Stream>,
    /// Header and row.
    associated: Vec<u8>,
    sealed: u64,
}

struct Stream {
    cipher: AesGcm,
    nonce: [u8; NONCE_LEN],
}

impl Sealer {
    pub(super) fn new(ciphers: Arc<Ciphers>, mode: Mode) -> Result<Self> {
        let stream = match mode {
            Mode::Deterministic => None,
            Mode::Random => {
                let nonce: [u8; NONCE_LEN] = random::array();
                Some(Stream { cipher: ciphers.random.under(&nonce[..KEY_PART])?, nonce })
            }
        };
        let associated = ciphers.header(mode).to_vec();
        Ok(Self { ciphers, mode, stream, associated, sealed: 0 })
    }

    /// Encrypts `plain` for an encoded row into `out`, which has the length that
    /// [`Mode::stored_len`] says.
    pub(super) fn seal(
        &mut self,
        plain: &[u8],
        row: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        out: &mut [u8],
    ) -> Result<()> {
        self.associated.truncate(HEADER_LEN);
        row(&mut self.associated)?;
        let (header, body) = out.split_at_mut(HEADER_LEN);
        header.copy_from_slice(&self.associated[..HEADER_LEN]);
        match &mut self.stream {
            None => {
                self.ciphers.deterministic.encrypt_into(plain, &[&self.associated], Output::from(body))?;
            }
            Some(Stream { cipher, nonce }) => {
                let (place, body) = body.split_at_mut(NONCE_LEN);
                place.copy_from_slice(nonce);
                cipher.encrypt_into(Nonce(&nonce[KEY_PART..]), plain, Aad(&self.associated), Output::from(body))?;
                count_up(&mut nonce[KEY_PART..]);
            }
        }
        self.sealed += 1;
        Ok(())
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }
}

impl Drop for Sealer {
    fn drop(&mut self) {
        self.ciphers.counter.add(Operation::Encrypt, self.sealed);
    }
}

/// Decrypts values one after another, and keeps what it derived for as long as they were encrypted
/// one after another.
pub(super) struct Opener<'c> {
    cache: &'c Cache<Ciphers>,
    ciphers: Option<Arc<Ciphers>>,
    stream: Option<([u8; KEY_PART], AesGcm)>,
    associated: Vec<u8>,
    decoded: Vec<u8>,
    opened: u64,
}

impl<'c> Opener<'c> {
    pub(super) fn new(cache: &'c Cache<Ciphers>) -> Self {
        Self { cache, ciphers: None, stream: None, associated: Vec::new(), decoded: Vec::new(), opened: 0 }
    }

    /// Decrypts `stored`, in either form, of an encoded row into `plain`: type, value and padding.
    pub(super) fn open(
        &mut self,
        stored: &[u8],
        row: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        plain: &mut Zeroizing<Vec<u8>>,
    ) -> Result<()> {
        let mut decoded = core::mem::take(&mut self.decoded);
        let result = Stored::read(stored, &mut decoded).and_then(|stored| self.open_binary(&stored, row, plain));
        self.decoded = decoded;
        result
    }

    fn open_binary(
        &mut self,
        stored: &Stored<'_>,
        row: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        plain: &mut Zeroizing<Vec<u8>>,
    ) -> Result<()> {
        let ciphers = match self.ciphers.take() {
            Some(ciphers) if ciphers.id == stored.id => ciphers,
            other => {
                count(other.as_deref(), core::mem::take(&mut self.opened));
                self.stream = None;
                self.cache.version(stored.id)?
            }
        };
        let ciphers = &*self.ciphers.insert(ciphers);
        self.associated.clear();
        self.associated.extend_from_slice(stored.header);
        row(&mut self.associated)?;
        let len = stored.plain_len();
        make_room(plain, len);
        plain.resize(len, 0);
        let out = Output::from(&mut plain[..]);
        let opened = match stored.mode {
            Mode::Deterministic => ciphers.deterministic.decrypt_into(stored.body, &[&self.associated], out),
            Mode::Random => {
                let (nonce, body) = stored.body.split_at(NONCE_LEN);
                let (key_part, nonce) = nonce.split_at(KEY_PART);
                let cipher = match self.stream.take().filter(|(own, _)| own == key_part) {
                    Some((_, cipher)) => cipher,
                    None => ciphers.random.under(key_part)?,
                };
                let mut own = [0; KEY_PART];
                own.copy_from_slice(key_part);
                let (_, cipher) = self.stream.insert((own, cipher));
                cipher.decrypt_into(Nonce(nonce), body, Aad(&self.associated), out)
            }
        };
        match opened {
            Ok(_) => {
                self.opened += 1;
                Ok(())
            }
            Err(CoreError::InvalidTag) => Err(tampered()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Opener<'_> {
    fn drop(&mut self) {
        count(self.ciphers.as_deref(), self.opened);
    }
}

fn count(ciphers: Option<&Ciphers>, opened: u64) {
    if let Some(ciphers) = ciphers {
        ciphers.counter.add(Operation::Decrypt, opened);
    }
}

/// Makes `scratch` empty, with room for `len` bytes, and without a copy of what was in it left
/// behind by growing.
pub(super) fn make_room(scratch: &mut Zeroizing<Vec<u8>>, len: usize) {
    scratch.clear();
    if scratch.capacity() < len {
        *scratch = Zeroizing::new(Vec::with_capacity(len.next_power_of_two()));
    }
}

/// Adds one to a big-endian number.
fn count_up(number: &mut [u8]) {
    for byte in number.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
}

fn tampered() -> Error {
    fault(
        FieldFault::Tampered,
        "the value cannot be opened: it was changed or cut short, or it was encrypted for another table, column or row",
    )
}
