//! Files encrypted in the age format, version 1 (<https://c2sp.org/age>): to keys, or under a
//! passphrase.
//!
//! What `age`, `rage` and other implementations encrypt, this decrypts, and the other way round.
//! Both directions work on streams of any length in constant memory, over all cores. Decryption
//! takes ASCII armor too; [`ArmoredWriter`] makes it.
//!
//! ```
//! use ironlatch::recipes::files::{Identity, decrypt, encrypt};
//!
//! let identity = Identity::generate();
//! let mut encrypted = Vec::new();
//! encrypt(&[identity.recipient().unwrap()], &mut &b"attack at dawn"[..], &mut encrypted)?;
//!
//! let mut decrypted = Vec::new();
//! decrypt(&[identity], &mut &encrypted[..], &mut decrypted)?;
//! assert_eq!(decrypted, b"attack at dawn");
//! # Ok::<(), ironlatch::recipes::Error>(())
//! ```
//!
//! What a program writes is encrypted by [`EncryptingWriter`]; [`Decryptor`] gives readers, also
//! for a part in the middle. [`WrapFileKey`] and [`UnwrapFileKey`] are for recipients of other
//! kinds: keys in a token, a service or a plugin.

mod armor;
mod custom;
mod file_key;
mod header;
mod hybrid;
mod identity;
mod key_file;
mod key_text;
mod outline;
mod passphrase;
mod paths;
mod pipeline;
mod reader;
mod recipient;
mod seekable;
mod ssh;
mod stream;
mod writer;
mod x25519;

use std::io::{self, BufRead, Read, Seek, Write};

use zeroize::Zeroizing;

use crate::error::WrongKey;
use crate::{Error, Result};
use ironlatch_core::error::IoOperation;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::hkdf::Hkdf;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::aead::{Aad, Aead, ChaCha20Poly1305, Nonce, TAG_LEN};
use ironlatch_core::{Error as CoreError, Output};

use armor::Unarmored;
use header::Header;
use stream::PayloadKey;

pub use armor::ArmoredWriter;
pub use custom::{UnwrapFileKey, WrapFileKey};
pub use file_key::FileKey;
pub use header::Stanza;
pub use identity::Identity;
pub use key_file::is_encrypted_key_file;
pub use outline::{Outline, OutlineRecipient};
pub use passphrase::{DEFAULT_WORK_FACTOR, MAX_WORK_FACTOR};
pub use paths::{decrypt_file, encrypt_file, name_files};
pub use reader::DecryptingReader;
pub use recipient::{Recipient, check_together, parse_recipients};
pub use seekable::SeekableReader;
pub use writer::EncryptingWriter;

/// Encrypts `input` to `output`, so that each of the recipients can decrypt it. Returns the length
/// of the plaintext.
///
/// Long input is read, encrypted and written by several threads, which have ended when this
/// returns.
///
/// # Errors
/// [`CoreError::InvalidValue`] if there is no recipient, a passphrase among several, or a
/// post-quantum recipient together with one that is not; [`CoreError::Io`] if reading or writing
/// fails. `output` then holds a part that nobody can mistake for the whole.
#[wipes_stack(deep)]
pub fn encrypt<R: Read + Send, W: Write + Send>(
    recipients: &[Recipient],
    input: &mut R,
    output: &mut W,
) -> Result<u64> {
    encrypt_watched(recipients, input, output, &mut || Ok(()))
}

/// Calls `tick` now and then, as [`pipeline::run`] does.
fn encrypt_watched<R: Read + Send, W: Write + Send>(
    recipients: &[Recipient],
    input: &mut R,
    output: &mut W,
    tick: &mut dyn FnMut() -> Result<()>,
) -> Result<u64> {
    let file_key = begin(recipients, output)?;
    stream::encrypt(&file_key, input, output, tick)
}

/// Writes the header of a file with a new key.
fn begin(recipients: &[Recipient], output: &mut impl Write) -> Result<FileKey> {
    check_together(recipients)?;
    let file_key = FileKey::generate();
    let mut stanzas = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        stanzas.extend(recipient.wrap(&file_key)?);
    }
    output.write_all(&header::write(&stanzas, &file_key)?).map_err(writing)?;
    Ok(file_key)
}

/// Decrypts `input` to `output` with whichever of the identities fits. Returns the length of the
/// plaintext.
///
/// Each chunk of 64 KiB is written once it is verified, before the rest is: do not act on the
/// output before this function has returned without an error. Long input is handled by several
/// threads, which have ended then.
///
/// # Errors
/// Those of [`Decryptor::new`] and [`Decryptor::decrypt`].
#[wipes_stack(deep)]
pub fn decrypt<R: Read + Send, W: Write + Send>(identities: &[Identity], input: &mut R, output: &mut W) -> Result<u64> {
    Decryptor::new(input)?.decrypt(identities, output)
}

/// An encrypted file whose header has been read, for a caller that wants to know what it takes
/// before asking for it.
#[derive(Debug)]
pub struct Decryptor<R> {
    header: Header,
    input: Unarmored<R>,
}

impl<R: Read> Decryptor<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the input is not an age file, or its header is malformed;
    /// [`CoreError::Io`] if reading fails.
    pub fn new(input: R) -> Result<Self> {
        let mut input = Unarmored::new(input);
        let header = Header::read(&mut input)?;
        Ok(Self { header, input })
    }

    /// Whether it is in ASCII armor.
    #[must_use]
    pub fn is_armored(&self) -> bool {
        self.input.is_armored()
    }

    /// Whether it takes a passphrase; otherwise it takes a key.
    #[must_use]
    pub fn needs_passphrase(&self) -> bool {
        self.header.stanzas().iter().any(header::Stanza::is_for_passphrase)
    }

    /// Whether the header names this SSH key, by 32 bits of its hash. Other recipients have no
    /// names: for them it is false.
    ///
    /// So a program can ask for the passphrase of a [locked](Identity::is_locked) key only where
    /// the key is of use.
    #[must_use]
    pub fn is_for(&self, identity: &Identity) -> bool {
        matches!(identity, Identity::Ssh(identity) if identity.is_named(self.header.stanzas()))
    }

    /// Decrypts the rest to `output` on the terms of [`decrypt`]. Returns the length of the
    /// plaintext.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if none of the identities fits, [`Error::Damaged`] if the file was
    /// changed or cut short, [`CoreError::Io`] if reading or writing fails.
    #[wipes_stack(deep)]
    pub fn decrypt<W: Write + Send>(self, identities: &[Identity], output: &mut W) -> Result<u64>
    where
        R: Send,
    {
        self.decrypt_watched(identities, output, &mut || Ok(()))
    }

    /// Calls `tick` now and then, as [`pipeline::run`] does.
    fn decrypt_watched<W: Write + Send>(
        mut self,
        identities: &[Identity],
        output: &mut W,
        tick: &mut dyn FnMut() -> Result<()>,
    ) -> Result<u64>
    where
        R: Send,
    {
        let file_key = self.file_key(identities)?;
        self.header.verify(&file_key)?;
        // It may take a good part of the memory that all of this may take.
        drop(self.header);
        stream::decrypt(&file_key, &mut self.input, output, tick)
    }

    /// The plaintext, to be read from the front to the end, on the terms of [`decrypt`].
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt), where it does not concern the chunks.
    #[wipes_stack(deep)]
    pub fn reader(mut self, identities: &[Identity]) -> Result<DecryptingReader<R>> {
        let key = self.payload_key(identities)?;
        Ok(DecryptingReader::new(self.input, key))
    }

    /// The plaintext, to be read anywhere. The input must be at its end when the file is.
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt), for the header and the last chunk: a file that was cut short
    /// is noticed here. [`CoreError::TooLong`] for a file in armor of more than 16 MiB: it would
    /// have to be held in memory.
    #[wipes_stack(deep)]
    pub fn seekable(mut self, identities: &[Identity]) -> Result<SeekableReader<R>>
    where
        R: Seek,
    {
        let key = self.payload_key(identities)?;
        SeekableReader::new(self.input, key)
    }

    fn payload_key(&mut self, identities: &[Identity]) -> Result<PayloadKey> {
        let file_key = self.file_key(identities)?;
        self.header.verify(&file_key)?;
        PayloadKey::read(&file_key, &mut self.input)
    }

    fn file_key(&self, identities: &[Identity]) -> Result<FileKey> {
        for identity in identities {
            if let Some(file_key) = identity.unwrap(self.header.stanzas())? {
                return Ok(file_key);
            }
        }
        let passphrase_given = identities.iter().any(|identity| matches!(identity, Identity::Passphrase(_)));
        let key_given = identities.iter().any(|identity| !matches!(identity, Identity::Passphrase(_)));
        if identities.iter().any(|identity| identity.is_locked() && self.is_for(identity)) {
            return Err(Error::wrong_key(WrongKey::Locked));
        }
        let reason = match (self.needs_passphrase(), passphrase_given, key_given) {
            (true, true, _) => WrongKey::Passphrase,
            (true, false, _) => WrongKey::PassphraseNeeded,
            (false, _, true) => WrongKey::NoMatch,
            (false, _, false) => WrongKey::KeyNeeded,
        };
        Err(Error::wrong_key(reason))
    }
}

/// The length in bytes of the keys that are derived.
const KEY_LEN: usize = 32;

/// The length in bytes of a wrapped file key.
const WRAPPED_LEN: usize = FileKey::LEN + TAG_LEN;

/// Of a key that serves once, the nonce can be zero.
const ZERO_NONCE: [u8; 12] = [0; 12];

fn derive(key_material: &[u8], salt: &[u8], info: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    Hkdf::new(HashAlgorithm::Sha256, KEY_LEN, salt, info)?.derive_into(key_material, Output::from(&mut key[..]))?;
    Ok(key)
}

/// The body of a stanza: the file key, encrypted.
fn wrap(key: &[u8], file_key: &FileKey) -> Result<Vec<u8>> {
    let mut wrapped = vec![0; WRAPPED_LEN];
    ChaCha20Poly1305::new(key)?.encrypt_into(
        Nonce(&ZERO_NONCE),
        file_key.expose(),
        Aad(b""),
        Output::from(&mut wrapped[..]),
    )?;
    Ok(wrapped)
}

/// The file key, or `None` if `wrapped` is for another key.
fn unwrap(key: &[u8], wrapped: &[u8; WRAPPED_LEN]) -> Result<Option<FileKey>> {
    let mut file_key = FileKey::zero();
    match ChaCha20Poly1305::new(key)?.decrypt_into(
        Nonce(&ZERO_NONCE),
        wrapped,
        Aad(b""),
        Output::from(file_key.as_mut_slice()),
    ) {
        Ok(_) => Ok(Some(file_key)),
        Err(CoreError::InvalidTag) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// For the traits of the standard library. What it was stays within.
fn to_io(error: Error) -> io::Error {
    let kind = match &error {
        Error::Core(CoreError::Io { source, .. }) => source.kind(),
        Error::Damaged(_) => io::ErrorKind::InvalidData,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

fn reading(error: std::io::Error) -> Error {
    if let Some(malformed) = error.get_ref().and_then(|error| error.downcast_ref::<armor::Malformed>()) {
        return Error::Damaged(malformed.to_string().into());
    }
    Error::io(IoOperation::Read, None, error)
}

fn writing(error: std::io::Error) -> Error {
    Error::io(IoOperation::Write, None, error)
}

/// Fills `buffer` as far as the input goes.
fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match input.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(reading(error)),
        }
    }
    Ok(len)
}

/// One line without its end, of at most `limit` bytes. `None` where the input ends before the line
/// does.
fn read_line(input: &mut impl BufRead, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    input.take(limit.saturating_add(1)).read_until(b'\n', &mut line).map_err(reading)?;
    Ok((line.pop() == Some(b'\n')).then_some(line))
}
