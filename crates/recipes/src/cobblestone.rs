//! Cobblestone: long messages encrypted and authenticated as a stream, over all cores.
//!
//! The [specification](https://c2sp.org/chunked-encryption): a salt of 24 bytes and a commitment of
//! 32, then chunks of 16 KiB under AES-GCM, of which the last is shorter than that, and empty if
//! need be. A chunk that is dropped, repeated, moved, or cut off the end does not verify.
//!
//! ```
//! use ironlatch::recipes::cobblestone::{Decryptor, Encryptor, Variant};
//!
//! let key = Variant::Cobblestone128.generate_key();
//! let mut encryptor = Encryptor::new(Variant::Cobblestone128, &key, b"myapp v1 backup")?;
//! let mut sealed = encryptor.update(b"message")?;
//! sealed.extend(encryptor.finalize()?);
//!
//! let mut decryptor = Decryptor::new(Variant::Cobblestone128, &key, b"myapp v1 backup")?;
//! let mut opened = decryptor.update(&sealed)?;
//! opened.extend(decryptor.finalize()?);
//! assert_eq!(opened, b"message");
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```

use core::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::{Error, Result};
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::fork::Process;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::hkdf::HkdfExpand;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::aead::{Aad, Aead, AesGcm, Nonce, TAG_LEN};
use ironlatch_core::{Error as CoreError, Output, Writer, parallel, random};

/// The plaintext in each chunk but the last, in bytes.
pub const CHUNK_LEN: usize = 16 * 1024;
/// The length of the header before the chunks, in bytes.
pub const HEADER_LEN: usize = SALT_LEN + COMMITMENT_LEN;

const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
const SALT_LEN: usize = 24;
const COMMITMENT_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const MAX_KEY_LEN: usize = 32;
const MAX_CHUNKS: u64 = 1 << 38;

const FORKED: &str = "the encryption was begun before this process was forked off: parent and child would encrypt different \
                      data under the same key and nonces; end it in the parent, or begin another one in the child";

/// Which cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Variant {
    /// SHA-512 and AES-128-GCM: the one to choose.
    Cobblestone128,
    /// SHA-512 and AES-256-GCM: where a rule asks for keys of 256 bits.
    Cobblestone256,
}

impl Variant {
    /// The key's length in bytes.
    #[must_use]
    pub fn key_len(self) -> usize {
        match self {
            Self::Cobblestone128 => 16,
            Self::Cobblestone256 => 32,
        }
    }

    /// A new key.
    #[must_use]
    #[wipes_stack]
    pub fn generate_key(self) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; self.key_len()]);
        random::fill(key.as_mut_slice().into());
        key
    }

    /// The cipher's name in the registry of IANA.
    fn aead_name(self) -> &'static [u8] {
        match self {
            Self::Cobblestone128 => b"AEAD_AES_128_GCM",
            Self::Cobblestone256 => b"AEAD_AES_256_GCM",
        }
    }

    fn check_key(self, key: &[u8]) -> Result<()> {
        let (right, got) = (self.key_len(), key.len());
        if got == right { Ok(()) } else { Err(Error::value(format!("key must be {right} bytes; it has {got}"))) }
    }
}

/// Encrypts one message.
///
/// A child of the process that made it cannot go on with it: both would encrypt under the same
/// nonces.
#[derive(Debug)]
pub struct Encryptor {
    process: Process,
    /// Until it is written out.
    header: Option<[u8; HEADER_LEN]>,
    chunks: Chunks,
}

impl Encryptor {
    /// Starts an encryption under a key of [`Variant::key_len`] uniformly random bytes. Decryption
    /// needs the same `context`, which says what the message is and may be empty.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for a key of another length.
    #[wipes_stack]
    pub fn new(variant: Variant, key: &[u8], context: &[u8]) -> Result<Self> {
        variant.check_key(key)?;
        let salt: [u8; SALT_LEN] = random::array();
        let (chunks, commitment) = Chunks::new(Direction::Seal, variant, key, &salt, context)?;
        let mut header = [0; HEADER_LEN];
        header[..SALT_LEN].copy_from_slice(&salt);
        header[SALT_LEN..].copy_from_slice(&commitment);
        Ok(Self { process: Process::current(), header: Some(header), chunks })
    }

    /// How many bytes [`update`](Self::update) returns for `data_len` more bytes.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if the message passes 4 PiB.
    pub fn update_len(&self, data_len: usize) -> Result<usize> {
        let sealed = self.chunks.update_len(data_len)?;
        sealed.checked_add(self.header_len()).ok_or_else(too_long)
    }

    /// Encrypts `data` on. Returns what is ready of the result.
    ///
    /// # Errors
    /// As [`update_into`](Self::update_into).
    pub fn update(&mut self, data: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = vec![0; self.update_len(data.len())?];
        self.update_into(data, sealed.as_mut_slice().into())?;
        Ok(sealed)
    }

    /// Encrypts `data` on, into `out` of [`update_len`](Self::update_len) bytes.
    ///
    /// # Errors
    /// As [`update_len`](Self::update_len), and [`CoreError::Forked`] in a child of the process
    /// that made it.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn update_into<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        self.process.check(FORKED)?;
        check_len(&out, self.update_len(data.len())?);
        let mut writer = out.writer();
        if let Some(header) = self.header.take() {
            writer.push(&header);
        }
        self.chunks.update(data, &mut writer)?;
        Ok(writer.finish())
    }

    /// How many bytes [`finalize`](Self::finalize) returns.
    #[must_use]
    pub fn finalize_len(&self) -> usize {
        self.header_len() + self.chunks.held.len() + TAG_LEN
    }

    /// Encrypts the last chunk, without which the message does not decrypt.
    ///
    /// # Errors
    /// As [`finalize_into`](Self::finalize_into).
    pub fn finalize(self) -> Result<Vec<u8>> {
        let mut sealed = vec![0; self.finalize_len()];
        self.finalize_into(sealed.as_mut_slice().into())?;
        Ok(sealed)
    }

    /// Encrypts the last chunk, into `out` of [`finalize_len`](Self::finalize_len) bytes. Without
    /// it the message does not decrypt.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if the message passes 4 PiB, [`CoreError::Forked`] in a child of the
    /// process that made it.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn finalize_into(self, out: Output<'_>) -> Result<&mut [u8]> {
        self.process.check(FORKED)?;
        check_len(&out, self.finalize_len());
        let mut writer = out.writer();
        if let Some(header) = self.header {
            writer.push(&header);
        }
        self.chunks.finalize(&mut writer)?;
        Ok(writer.finish())
    }

    fn header_len(&self) -> usize {
        self.header.map_or(0, |header| header.len())
    }
}

/// Decrypts one message.
///
/// What comes out is authentic, but only [`finalize`](Self::finalize) tells that it is all of the
/// message.
#[derive(Debug)]
pub struct Decryptor {
    state: State,
}

#[derive(Debug)]
enum State {
    /// The header is not whole yet.
    Header(Start),
    Chunks(Chunks),
    /// It did not verify, and returns nothing more.
    Failed,
}

impl Decryptor {
    /// A decryption under the key and the context of the encryption.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`] for a key of another length.
    #[wipes_stack]
    pub fn new(variant: Variant, key: &[u8], context: &[u8]) -> Result<Self> {
        variant.check_key(key)?;
        let start = Start { variant, key: Zeroizing::new(key.into()), context: context.into(), header: Vec::new() };
        Ok(Self { state: State::Header(start) })
    }

    /// How many bytes [`update`](Self::update) returns for `data_len` more bytes.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if the message passes 4 PiB, [`CoreError::AlreadyFinalized`] if it
    /// has failed before.
    pub fn update_len(&self, data_len: usize) -> Result<usize> {
        match &self.state {
            State::Header(start) => Ok(data_len.saturating_sub(start.missing()) / SEALED_CHUNK_LEN * CHUNK_LEN),
            State::Chunks(chunks) => chunks.update_len(data_len),
            State::Failed => Err(failed_before()),
        }
    }

    /// Decrypts `data` on. Returns what is authentic of the message so far.
    ///
    /// # Errors
    /// As [`update_into`](Self::update_into).
    pub fn update(&mut self, data: &[u8]) -> Result<Vec<u8>> {
        let mut opened = vec![0; self.update_len(data.len())?];
        self.update_into(data, opened.as_mut_slice().into())?;
        Ok(opened)
    }

    /// Decrypts `data` on, into `out` of [`update_len`](Self::update_len) bytes.
    ///
    /// # Errors
    /// [`CoreError::InvalidTag`] if key or context is not the one of the encryption, or the message
    /// was changed; `out` then holds nothing of it, and every further call fails. Otherwise as
    /// [`update_len`](Self::update_len).
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn update_into<'o>(&mut self, data: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        check_len(&out, self.update_len(data.len())?);
        let mut writer = out.writer();
        match self.state.take().advance(data, &mut writer) {
            Ok(state) => {
                self.state = state;
                Ok(writer.finish())
            }
            Err(error) => {
                writer.finish().zeroize();
                Err(error)
            }
        }
    }

    /// How many bytes [`finalize`](Self::finalize) returns.
    ///
    /// # Errors
    /// [`CoreError::AlreadyFinalized`] if the message has failed before.
    pub fn finalize_len(&self) -> Result<usize> {
        match &self.state {
            State::Header(_) => Ok(0),
            State::Chunks(chunks) => Ok(chunks.held.len().saturating_sub(TAG_LEN)),
            State::Failed => Err(failed_before()),
        }
    }

    /// Decrypts the last chunk: the message is whole.
    ///
    /// # Errors
    /// As [`finalize_into`](Self::finalize_into).
    pub fn finalize(self) -> Result<Vec<u8>> {
        let mut opened = vec![0; self.finalize_len()?];
        self.finalize_into(opened.as_mut_slice().into())?;
        Ok(opened)
    }

    /// Decrypts the last chunk, into `out` of [`finalize_len`](Self::finalize_len) bytes: the
    /// message is whole.
    ///
    /// # Errors
    /// [`CoreError::InvalidTag`] if it was cut short or changed, [`CoreError::AlreadyFinalized`] if
    /// it has failed before.
    ///
    /// # Panics
    /// If `out` is of another length.
    pub fn finalize_into(self, out: Output<'_>) -> Result<&mut [u8]> {
        check_len(&out, self.finalize_len()?);
        match self.state {
            State::Chunks(chunks) if chunks.held.len() >= TAG_LEN => {
                let mut writer = out.writer();
                chunks.finalize(&mut writer)?;
                Ok(writer.finish())
            }
            State::Failed => Err(failed_before()),
            _ => Err(Error::Core(CoreError::InvalidTag)),
        }
    }
}

impl State {
    fn take(&mut self) -> Self {
        core::mem::replace(self, Self::Failed)
    }

    fn advance(self, data: &[u8], writer: &mut Writer<'_>) -> Result<Self> {
        let (mut chunks, data) = match self {
            Self::Header(mut start) => {
                let (head, data) = data.split_at(data.len().min(start.missing()));
                start.header.extend_from_slice(head);
                if start.missing() > 0 {
                    return Ok(Self::Header(start));
                }
                (start.chunks()?, data)
            }
            Self::Chunks(chunks) => (chunks, data),
            Self::Failed => return Err(failed_before()),
        };
        chunks.update(data, writer)?;
        Ok(Self::Chunks(chunks))
    }
}

/// The state of a decryption until it has the salt.
struct Start {
    variant: Variant,
    key: Zeroizing<Vec<u8>>,
    context: Vec<u8>,
    header: Vec<u8>,
}

impl Start {
    fn missing(&self) -> usize {
        HEADER_LEN - self.header.len()
    }

    fn chunks(self) -> Result<Chunks> {
        let (salt, expected) = self.header.split_at(SALT_LEN);
        let (chunks, commitment) = Chunks::new(Direction::Open, self.variant, &self.key, salt, &self.context)?;
        if bytes_eq(&commitment, expected) { Ok(chunks) } else { Err(Error::Core(CoreError::InvalidTag)) }
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start").field("variant", &self.variant).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Seal,
    Open,
}

/// The chunks of a message, in one direction.
struct Chunks {
    direction: Direction,
    key: AesGcm,
    base_nonce: [u8; NONCE_LEN],
    /// The number of the next chunk.
    next: u64,
    /// The beginning of the next chunk: always less than a whole one.
    held: Zeroizing<Vec<u8>>,
}

impl Chunks {
    /// The chunks under a key of their own, and the commitment to it (section "Key derivation").
    fn new(
        direction: Direction,
        variant: Variant,
        key: &[u8],
        salt: &[u8],
        context: &[u8],
    ) -> Result<(Self, [u8; COMMITMENT_LEN])> {
        let info = [b"c2sp.org/chunked-encryption@v1+", variant.aead_name(), &[0], salt, context].concat();
        let mut derived = Zeroizing::new([0; MAX_KEY_LEN + NONCE_LEN + COMMITMENT_LEN]);
        let derived = &mut derived[..variant.key_len() + NONCE_LEN + COMMITMENT_LEN];
        HkdfExpand::new(HashAlgorithm::Sha512, derived.len(), &info)?.derive_into(key, (&mut *derived).into())?;
        let (key, rest) = derived.split_at(variant.key_len());
        let (base_nonce, commitment) = rest.split_at(NONCE_LEN);
        let chunks = Self {
            direction,
            key: AesGcm::new(key)?,
            base_nonce: base_nonce.try_into().expect("split at the length of a nonce"),
            next: 0,
            held: Zeroizing::new(Vec::new()),
        };
        Ok((chunks, commitment.try_into().expect("what is left is the commitment")))
    }

    /// The lengths in bytes of a whole chunk before and after.
    fn chunk_lens(&self) -> (usize, usize) {
        match self.direction {
            Direction::Seal => (CHUNK_LEN, SEALED_CHUNK_LEN),
            Direction::Open => (SEALED_CHUNK_LEN, CHUNK_LEN),
        }
    }

    fn update_len(&self, data_len: usize) -> Result<usize> {
        let (input_len, output_len) = self.chunk_lens();
        let whole = self.held.len().checked_add(data_len).ok_or_else(too_long)? / input_len;
        // One more is needed: the last.
        if self.next.saturating_add(whole as u64) >= MAX_CHUNKS {
            return Err(too_long());
        }
        whole.checked_mul(output_len).ok_or_else(too_long)
    }

    /// Works on all chunks that are whole now.
    fn update(&mut self, mut data: &[u8], writer: &mut Writer<'_>) -> Result<()> {
        let (input_len, output_len) = self.chunk_lens();
        if !self.held.is_empty() {
            let (head, rest) = data.split_at(data.len().min(input_len - self.held.len()));
            self.hold(head);
            data = rest;
            if self.held.len() < input_len {
                return Ok(());
            }
            writer.push_with(output_len, |out| self.crypt(0, &self.held, out))?;
            self.next += 1;
            self.held.clear();
        }
        let (whole, tail) = data.split_at(data.len() / input_len * input_len);
        parallel::chunks(whole, input_len, output_len, writer, |index, chunk, out| self.crypt(index, chunk, out))?;
        self.next += (whole.len() / input_len) as u64;
        self.hold(tail);
        Ok(())
    }

    /// Works on the last chunk, which is short.
    fn finalize(&self, writer: &mut Writer<'_>) -> Result<()> {
        let len = writer.remaining();
        writer.push_with(len, |out| self.crypt(0, &self.held, out)).map(|_| ())
    }

    /// Works on the chunk `ahead` of the next.
    fn crypt<'o>(&self, ahead: usize, chunk: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        let number = self.next + ahead as u64;
        let mut nonce = self.base_nonce;
        nonce[NONCE_LEN - 8..].iter_mut().zip(number.to_be_bytes()).for_each(|(byte, number)| *byte ^= number);
        Ok(match self.direction {
            Direction::Seal => self.key.encrypt_into(Nonce(&nonce), chunk, Aad(b""), out)?,
            Direction::Open => self.key.decrypt_into(Nonce(&nonce), chunk, Aad(b""), out)?,
        })
    }

    fn hold(&mut self, bytes: &[u8]) {
        let len = self.held.len() + bytes.len();
        if len > self.held.capacity() {
            // Holds at first as much as there is, for short messages; then a whole chunk. Previous
            // contents are wiped.
            let capacity = if self.held.is_empty() { len } else { self.chunk_lens().0 };
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&self.held);
            self.held = larger;
        }
        self.held.extend_from_slice(bytes);
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Chunks");
        shown.field("direction", &self.direction).field("next", &self.next).finish_non_exhaustive()
    }
}

fn check_len(out: &Output<'_>, len: usize) {
    assert_eq!(out.len(), len, "the output has another length than the result");
}

fn too_long() -> Error {
    Error::Core(CoreError::TooLong("a message must be shorter than 4 PiB".into()))
}

fn failed_before() -> Error {
    Error::Core(CoreError::AlreadyFinalized("Context was already finalized.".into()))
}
