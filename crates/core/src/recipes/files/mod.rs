//! Files encrypted in the age format, version 1 (<https://c2sp.org/age>): to keys, or under a passphrase.
//!
//! What `age`, `rage` and other implementations encrypt, this decrypts, and the other way round. Both directions work on
//! streams of any length in constant memory, over all cores. Decryption takes ASCII armor too; [`ArmoredWriter`] makes it.
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
//! # Ok::<(), ironlatch::Error>(())
//! ```
//!
//! This is the first version: no access in the middle.

mod armor;
mod header;
mod hybrid;
mod key_file;
mod key_text;
mod new_file;
mod outline;
mod passphrase;
mod paths;
mod pipeline;
mod reader;
mod seekable;
mod ssh;
mod stream;
mod writer;
mod x25519;

use core::fmt;
use core::str::FromStr;
use std::io::{self, BufRead, Read, Seek, Write};

use ironlatch_engine::rand;
use zeroize::Zeroizing;

use crate::hash::HashAlgorithm;
use crate::kdf::Kdf;
use crate::kdf::hkdf::Hkdf;
use crate::secret::SecretText;
use crate::symmetric::aead::{Aead, ChaCha20Poly1305, TAG_LEN};
use crate::{Error, Output, Result};

use armor::Unarmored;
use header::{Header, Stanza};
use stream::PayloadKey;

pub use armor::ArmoredWriter;
pub use key_file::is_encrypted_key_file;
pub use new_file::{Access, Existing, NewFile, remove_temporaries};
pub use outline::{Outline, OutlineRecipient};
pub use passphrase::{DEFAULT_WORK_FACTOR, MAX_WORK_FACTOR};
pub use paths::{decrypt_file, encrypt_file};
pub use reader::DecryptingReader;
pub use seekable::SeekableReader;
pub use writer::EncryptingWriter;

/// Encrypts `input` to `output`, so that each of the recipients can decrypt it. Returns the length of the plaintext.
///
/// Long input is read, encrypted and written by several threads, which have ended when this returns.
///
/// # Errors
/// [`Error::InvalidValue`] if there is no recipient, a passphrase among several, or a post-quantum recipient beside one
/// that is not; [`Error::Io`] if reading or
/// writing fails. `output` then holds a part that nobody can mistake for the whole.
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
    check_recipients(recipients)?;
    let file_key = FileKey::new(rand::array());
    let stanzas = recipients.iter().map(|recipient| recipient.wrap(&file_key)).collect::<Result<Vec<_>>>()?;
    output.write_all(&header::write(&stanzas, &file_key)?).map_err(|error| writing(&error))?;
    Ok(file_key)
}

/// Whether a file can be encrypted to these recipients together.
fn check_recipients(recipients: &[Recipient]) -> Result<()> {
    if recipients.is_empty() {
        return Err(Error::value("there is no recipient to encrypt to"));
    }
    if recipients.len() > 1 && recipients.iter().any(|recipient| matches!(recipient, Recipient::Passphrase(_))) {
        return Err(Error::value("a passphrase cannot be combined with other recipients"));
    }
    let post_quantum = recipients.iter().filter(|recipient| matches!(recipient, Recipient::Hybrid(_))).count();
    if (1..recipients.len()).contains(&post_quantum) {
        return Err(Error::value(
            "post-quantum recipients (age1pq1…) cannot be combined with others: whoever breaks the weaker keys would read \
             the file all the same; encrypt it to each kind apart",
        ));
    }
    Ok(())
}

/// Decrypts `input` to `output` with whichever of the identities fits. Returns the length of the plaintext.
///
/// Each chunk of 64 KiB is written once it is verified, before the rest is: do not act on the output before this
/// function has returned without an error. Long input is handled by several threads, which have ended then.
///
/// # Errors
/// Those of [`Decryptor::new`] and [`Decryptor::decrypt`].
pub fn decrypt<R: Read + Send, W: Write + Send>(identities: &[Identity], input: &mut R, output: &mut W) -> Result<u64> {
    Decryptor::new(input)?.decrypt(identities, output)
}

/// An encrypted file whose header has been read, for a caller that wants to know what it takes before asking for it.
#[derive(Debug)]
pub struct Decryptor<R> {
    header: Header,
    input: Unarmored<R>,
}

impl<R: Read> Decryptor<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the input is not an age file, or its header is malformed; [`Error::Io`] if reading fails.
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
        self.header.stanzas().iter().any(passphrase::is_ours)
    }

    /// Whether the header names this SSH key, by 32 bits of its hash. Other recipients have no names: for them it is false.
    ///
    /// So a program can ask for the passphrase of a [locked](Identity::is_locked) key only where the key is of use.
    #[must_use]
    pub fn is_for(&self, identity: &Identity) -> bool {
        matches!(identity, Identity::Ssh(identity) if identity.is_named(self.header.stanzas()))
    }

    /// Decrypts the rest to `output` on the terms of [`decrypt`]. Returns the length of the plaintext.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if none of the identities fits, [`Error::Damaged`] if the file was changed or cut short,
    /// [`Error::Io`] if reading or writing fails.
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
        stream::decrypt(&file_key, &mut self.input, output, tick)
    }

    /// The plaintext, to be read from the front to the end, on the terms of [`decrypt`].
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt), where it does not concern the chunks.
    pub fn reader(mut self, identities: &[Identity]) -> Result<DecryptingReader<R>> {
        let key = self.payload_key(identities)?;
        Ok(DecryptingReader::new(self.input, key))
    }

    /// The plaintext, to be read anywhere. The input must be at its end when the file is.
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt), for the header and the last chunk: a file that was cut short is noticed here.
    /// [`Error::TooLong`] for a file in armor of more than 16 MiB: it would have to be held in memory.
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
            return Err(Error::WrongKey(
                "the SSH key that opens the file is locked: unlock it with its passphrase".into(),
            ));
        }
        let message = match (self.needs_passphrase(), passphrase_given, key_given) {
            (true, true, _) => "wrong passphrase (or the header was changed)",
            (true, false, _) => "the file is encrypted under a passphrase, and none was given",
            (false, _, true) => "none of the given keys is one that the file is encrypted to",
            (false, _, false) => "the file is encrypted to a key, and none was given",
        };
        Err(Error::WrongKey(message.into()))
    }
}

/// Whom a file is encrypted to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Recipient {
    /// Whoever has the private key to this public key, written `age1…`.
    X25519(x25519::Recipient),
    /// The same, safe from quantum computers as well, written `age1pq1…`.
    Hybrid(hybrid::Recipient),
    /// Whoever has the private key to this public key of SSH's, written `ssh-ed25519 AAAA…` or `ssh-rsa AAAA…`.
    Ssh(ssh::Recipient),
    /// Whoever knows this passphrase.
    Passphrase(passphrase::Recipient),
}

impl Recipient {
    /// Whoever knows `passphrase`, made expensive to guess by scrypt with [`DEFAULT_WORK_FACTOR`].
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is empty.
    pub fn passphrase(passphrase: &[u8]) -> Result<Self> {
        Self::passphrase_with_work_factor(passphrase, DEFAULT_WORK_FACTOR)
    }

    /// As [`Self::passphrase`], with scrypt at a cost of 2^`work_factor`, which takes 2^`work_factor` KiB of memory.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the passphrase is empty, or the factor not from 1 to [`MAX_WORK_FACTOR`].
    pub fn passphrase_with_work_factor(passphrase: &[u8], work_factor: u8) -> Result<Self> {
        passphrase::Recipient::new(passphrase, work_factor).map(Self::Passphrase)
    }

    fn wrap(&self, file_key: &FileKey) -> Result<Stanza> {
        match self {
            Self::X25519(recipient) => recipient.wrap(file_key),
            Self::Hybrid(recipient) => recipient.wrap(file_key),
            Self::Ssh(recipient) => recipient.wrap(file_key),
            Self::Passphrase(recipient) => recipient.wrap(file_key),
        }
    }
}

/// `age1…`, `age1pq1…`, or the line of an SSH key.
impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if ssh::is_line(text) {
            return text.parse().map(Self::Ssh);
        }
        // What is no recipient is not repeated in the message: it may be a private key in the wrong place.
        let prefix = key_text::prefix(text);
        match prefix.as_deref() {
            Some(hybrid::RECIPIENT_PREFIX) => text.parse().map(Self::Hybrid),
            Some(x25519::IDENTITY_PREFIX | hybrid::IDENTITY_PREFIX) => {
                Err(Error::value("not a public key of age: it is a private key; its public key begins with age1"))
            }
            Some(prefix) => match prefix.strip_prefix("age1") {
                Some(plugin) => Err(Error::value(format!(
                    "this public key is one of the age plugin {plugin:?}, and plugins are not supported: ask for a key that \
                     `ironlatch keygen` or `age-keygen` made"
                ))),
                None => text.parse().map(Self::X25519),
            },
            None => text.parse().map(Self::X25519),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X25519(recipient) => recipient.fmt(f),
            Self::Hybrid(recipient) => recipient.fmt(f),
            Self::Ssh(recipient) => recipient.fmt(f),
            Self::Passphrase(_) => f.write_str("a passphrase"),
        }
    }
}

/// Recipients from a file's text: one on each line, empty lines and lines that begin with `#` aside.
///
/// # Errors
/// [`Error::InvalidValue`] with the number of a line that is no recipient, or if there is none.
pub fn parse_recipients(text: &str) -> Result<Vec<Recipient>> {
    parse_lines(text, "a public key (age1…, ssh-ed25519 … or ssh-rsa …)", str::parse)
}

/// What decrypts a file. Clones share one copy of the secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Identity {
    /// A private key, written `AGE-SECRET-KEY-1…`.
    X25519(x25519::Identity),
    /// A private key that is safe from quantum computers as well, written `AGE-SECRET-KEY-PQ-1…`.
    Hybrid(hybrid::Identity),
    /// A private key of SSH's.
    Ssh(ssh::Identity),
    /// A passphrase.
    Passphrase(passphrase::Identity),
}

impl Identity {
    /// A new private key.
    #[must_use]
    pub fn generate() -> Self {
        Self::X25519(x25519::Identity::generate())
    }

    /// A new private key that is safe from quantum computers as well. Its public key, `age1pq1…`, has 1959 characters.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] or [`Error::Internal`] if memory runs out.
    pub fn generate_post_quantum() -> Result<Self> {
        hybrid::Identity::generate().map(Self::Hybrid)
    }

    /// A passphrase.
    #[must_use]
    pub fn passphrase(passphrase: &[u8]) -> Self {
        Self::Passphrase(passphrase::Identity::new(passphrase))
    }

    /// The identities in the text of a key file: one on each line, empty lines and lines that begin with `#` aside. Or the
    /// one in the file of an SSH key, which may be [locked](Self::is_locked).
    ///
    /// # Errors
    /// [`Error::InvalidValue`] with the number of a line that is no private key, or if there is none.
    pub fn parse_file(text: &str) -> Result<Vec<Self>> {
        if ssh::is_key_file(text) {
            return Ok(vec![text.parse()?]);
        }
        parse_lines(text, "a private key (AGE-SECRET-KEY-1…)", str::parse)
    }

    /// The recipient whose files this decrypts. `None` for a passphrase.
    #[must_use]
    pub fn recipient(&self) -> Option<Recipient> {
        match self {
            Self::X25519(identity) => Some(Recipient::X25519(identity.recipient())),
            Self::Hybrid(identity) => Some(Recipient::Hybrid(identity.recipient())),
            Self::Ssh(identity) => Some(Recipient::Ssh(identity.recipient().clone())),
            Self::Passphrase(_) => None,
        }
    }

    /// Whether it is an SSH key that is encrypted under a passphrase. It decrypts nothing before it is
    /// [unlocked](Self::unlock).
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Ssh(identity) if identity.is_locked())
    }

    /// The same identity, unlocked with the passphrase that it is encrypted under. One that is not locked stays as it is.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if the passphrase is wrong, [`Error::InvalidValue`] if what it decrypts to is no valid key.
    pub fn unlock(&self, passphrase: &[u8]) -> Result<Self> {
        match self {
            Self::Ssh(identity) => identity.unlock(passphrase).map(Self::Ssh),
            other => Ok(other.clone()),
        }
    }

    /// `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, for a key file. `None` for a passphrase or an SSH key.
    #[must_use]
    pub fn to_text(&self) -> Option<SecretText> {
        match self {
            Self::X25519(identity) => Some(identity.to_text()),
            Self::Hybrid(identity) => Some(identity.to_text()),
            Self::Ssh(_) | Self::Passphrase(_) => None,
        }
    }

    /// Writes a key file: the private key, with the public one in a comment.
    ///
    /// # Errors
    /// [`Error::Io`] if writing fails, [`Error::InvalidValue`] for a passphrase, which belongs in no key file, and for an SSH
    /// key, which has its own.
    pub fn write_file(&self, output: &mut impl Write) -> Result<()> {
        let (Some(recipient), Some(text)) = (self.recipient(), self.to_text()) else {
            return Err(Error::value("a passphrase or an SSH key cannot be written to a key file"));
        };
        let mut write = |bytes: &str| output.write_all(bytes.as_bytes()).map_err(|error| writing(&error));
        write(&format!("# public key: {recipient}\n"))?;
        write(text.expose())?;
        write("\n")
    }

    /// The file key, if one of the stanzas is for this identity.
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Option<FileKey>> {
        match self {
            Self::X25519(identity) => identity.unwrap(stanzas),
            Self::Hybrid(identity) => identity.unwrap(stanzas),
            Self::Ssh(identity) => identity.unwrap(stanzas),
            Self::Passphrase(identity) => identity.unwrap(stanzas),
        }
    }
}

/// `AGE-SECRET-KEY-1…`, `AGE-SECRET-KEY-PQ-1…`, or the text of an SSH key's file.
impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if ssh::is_key_file(text) {
            return ssh::Identity::parse(text.as_bytes()).map(Self::Ssh);
        }
        match key_text::prefix(text).as_deref() {
            Some(hybrid::IDENTITY_PREFIX) => text.parse().map(Self::Hybrid),
            Some(prefix) if prefix.starts_with("age-plugin-") => Err(Error::value(
                "this private key is one of an age plugin, and plugins are not supported: decrypt the file with `age`",
            )),
            _ => text.parse().map(Self::X25519),
        }
    }
}

fn parse_lines<T>(text: &str, what: &str, parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // Without the line itself: it may be a secret in the wrong place.
        found.push(parse(line).map_err(|error| Error::value(format!("line {} is not {what}: {error}", index + 1)))?);
    }
    if found.is_empty() {
        return Err(Error::value(format!("there is no line with {what}")));
    }
    Ok(found)
}

/// The length in bytes of the key that every stanza wraps.
const FILE_KEY_LEN: usize = 16;

/// The key of one file, from which its header and its payload have theirs.
type FileKey = Zeroizing<[u8; FILE_KEY_LEN]>;

/// The length in bytes of the keys that are derived.
const KEY_LEN: usize = 32;

/// The length in bytes of a wrapped file key.
const WRAPPED_LEN: usize = FILE_KEY_LEN + TAG_LEN;

/// Of a key that serves once, the nonce can be zero.
const ZERO_NONCE: [u8; 12] = [0; 12];

fn derive(key_material: &[u8], salt: &[u8], info: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    Hkdf::new(HashAlgorithm::Sha256, KEY_LEN, salt, info)?.derive(key_material, Output::from(&mut key[..]))?;
    Ok(key)
}

/// The body of a stanza: the file key, encrypted.
fn wrap(key: &[u8], file_key: &FileKey) -> Result<Vec<u8>> {
    let mut wrapped = vec![0; WRAPPED_LEN];
    ChaCha20Poly1305::new(key)?.encrypt(&ZERO_NONCE, &file_key[..], b"", Output::from(&mut wrapped[..]))?;
    Ok(wrapped)
}

/// The file key, or `None` if `wrapped` is for another key.
fn unwrap(key: &[u8], wrapped: &[u8; WRAPPED_LEN]) -> Result<Option<FileKey>> {
    let mut file_key = FileKey::default();
    match ChaCha20Poly1305::new(key)?.decrypt(&ZERO_NONCE, wrapped, b"", Output::from(&mut file_key[..])) {
        Ok(_) => Ok(Some(file_key)),
        Err(Error::InvalidTag) => Ok(None),
        Err(error) => Err(error),
    }
}

/// For the traits of the standard library. What it was stays within.
fn to_io(error: Error) -> io::Error {
    let kind = match &error {
        Error::Io { kind, .. } => *kind,
        Error::Damaged(_) => io::ErrorKind::InvalidData,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

fn reading(error: &std::io::Error) -> Error {
    if let Some(malformed) = error.get_ref().and_then(|error| error.downcast_ref::<armor::Malformed>()) {
        return Error::Damaged(malformed.to_string().into());
    }
    Error::Io { kind: error.kind(), message: format!("cannot read the input: {error}").into() }
}

fn writing(error: &std::io::Error) -> Error {
    Error::Io { kind: error.kind(), message: format!("cannot write the output: {error}").into() }
}

/// Fills `buffer` as far as the input goes.
fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match input.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(reading(&error)),
        }
    }
    Ok(len)
}

/// One line without its end, of at most `limit` bytes. `None` where the input ends before the line does.
fn read_line(input: &mut impl BufRead, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    input.take(limit.saturating_add(1)).read_until(b'\n', &mut line).map_err(|error| reading(&error))?;
    Ok((line.pop() == Some(b'\n')).then_some(line))
}
