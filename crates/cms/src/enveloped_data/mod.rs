//! Encrypted messages: `AuthEnvelopedData` with AES-GCM (RFC 5083, RFC 5084), and `EnvelopedData`
//! (RFC 5652 §6).
//!
//! Whom a message is for, certificates say: of RSA keys (OAEP), EC keys (ECDH), X25519, X448 and
//! ML-KEM keys. Content of any length is read and written in constant memory.
//!
//! ```
//! # use ironlatch::cms::enveloped_data::{self, Accepted, ContentCipher};
//! # use ironlatch::x509::Certificate;
//! # use ironlatch::keys::PrivateKey;
//! # fn example(certificate: &Certificate, key: &PrivateKey) -> ironlatch::cms::Result<()> {
//! let sealed = enveloped_data::encrypt(b"the plan", &[certificate], ContentCipher::Aes256Gcm)?;
//! let plain = enveloped_data::decrypt(&sealed, key, certificate, Accepted::Authenticated)?;
//! assert_eq!(*plain, b"the plan");
//! # Ok(())
//! # }
//! ```
//!
//! # What a wrong message tells
//! `EnvelopedData` has no authentication: who can change a message can change what it decrypts to,
//! and a program that tells strangers how decryption went helps them to read others, authenticated
//! ones to the same key among them. So it is read by explicit choice alone, see [`Accepted`].
//! Whatever is wrong with a key or a content is one error, [`Error::NotDecrypted`].

mod content;
mod kem;
mod key_agreement;
mod key_transport;
mod key_wrap;
mod reader;
mod recipients;
mod writer;

use std::io::{Cursor, ErrorKind, Read, Seek, Write};

use ironlatch_core::error::IoOperation;
use ironlatch_core::keys::PrivateKey;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::random;
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::symmetric::cipher::Direction;
use ironlatch_x509::Certificate;
use ironlatch_x509::algorithms::AlgorithmIdentifier;
use zeroize::Zeroizing;

use self::content::{BLOCK, Started};
use self::reader::{Octets, Reader};
use self::recipients::Found;
use crate::der::{self, EXPLICIT_0, IMPLICIT_0, INTEGER, OCTET_STRING, SEQUENCE, SET};
use crate::error::{At, Error, Kind, Result};
use crate::pkcs7;

pub use content::ContentCipher;

/// The most bytes that a message has for its recipients and other things that are not its content.
pub const MAX_OVERHEAD: usize = 4 * 1024 * 1024;
/// The longest PEM text that is read.
pub const MAX_PEM: u64 = 256 * 1024 * 1024;

/// How much is worked on at a time.
const CHUNK: usize = 64 * 1024;

/// Which messages are decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// Only those whose content is authenticated.
    Authenticated,
    /// Those too whose content anyone may have changed.
    AlsoUnauthenticated,
}

/// Encrypts `message` to the keys of `recipients`. Returns it in DER.
///
/// # Errors
/// As [`encrypt_from`].
#[wipes_stack(deep)]
pub fn encrypt(message: &[u8], recipients: &[&Certificate], cipher: ContentCipher) -> Result<Vec<u8>> {
    let mut sealed = Vec::new();
    encrypt_from(&mut &*message, Some(message.len() as u64), recipients, cipher, &mut sealed)?;
    Ok(sealed)
}

/// Encrypts `input` to the keys of `recipients`, into `output`. Returns how long the content is.
///
/// If its length is known before, the message is in DER, and otherwise in BER, in pieces.
///
/// # Errors
/// [`Error::InvalidValue`] without recipients, or for one whose key only signs; [`Error::X509`] or
/// [`Error::Core`] for a key that is not valid; the latter, with
/// [`Io`](ironlatch_core::Error::Io), if reading or writing fails, or `input` is shorter than
/// `len`.
#[wipes_stack(deep)]
pub fn encrypt_from(
    input: &mut impl Read,
    len: Option<u64>,
    recipients: &[&Certificate],
    cipher: ContentCipher,
    output: &mut impl Write,
) -> Result<u64> {
    if recipients.is_empty() {
        return Err(Error::value("a message needs at least one recipient"));
    }
    let whole_key = Zeroizing::new(random::array::<32>());
    let key = &whole_key[..cipher.key_len()];
    let infos = recipients.iter().map(|recipient| recipients::wrap(recipient, key)).collect::<Result<Vec<_>>>()?;
    let started = Started::new(cipher);
    let mut context = started.context(Direction::Encrypt, key, b"")?;
    writer::write(input, len, infos, &started, &mut context, output)
}

/// Decrypts a message in DER, BER or PEM with the private key of `certificate`.
///
/// # Errors
/// As [`decrypt_from`].
#[wipes_stack(deep)]
pub fn decrypt(
    data: &[u8],
    key: &PrivateKey,
    certificate: &Certificate,
    accepted: Accepted,
) -> Result<Zeroizing<Vec<u8>>> {
    // With this much set aside the buffer is never moved, and leaves no copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(data.len()));
    decrypt_from(Cursor::new(data), key, certificate, accepted, &mut *plain)?;
    Ok(plain)
}

/// Decrypts a message in DER, BER or PEM, with the private key of `certificate`, into `output`.
/// Returns how long the content is.
///
/// What is written is not authentic before this has returned without an error: until then write to
/// a place that nobody reads. Text in PEM, of [`MAX_PEM`] at most, is held in memory.
///
/// # Errors
/// [`Error::NotDecrypted`]; [`Error::InvalidValue`] if the message is not encrypted, is for others,
/// is not authenticated and is to be, or if `key` is not that of `certificate`;
/// [`Error::Malformed`], [`Error::WrongKind`]; [`Error::Unsupported`] for algorithms that are not
/// known here, and for an input that cannot be read twice and has attributes behind its content;
/// [`Error::Core`] with [`Io`](ironlatch_core::Error::Io) if reading or writing fails.
#[wipes_stack(deep)]
pub fn decrypt_from(
    input: impl Read + Seek,
    key: &PrivateKey,
    certificate: &Certificate,
    accepted: Accepted,
    output: &mut impl Write,
) -> Result<u64> {
    if key.public_key().to_spki_der()? != certificate.public_key()?.to_spki_der()? {
        return Err(Error::value("the private key is not that of the certificate"));
    }
    let mut reader = Reader::new(input);
    let first = reader.peek()?;
    if der::other_kind(first) == Some(Kind::Pem) {
        let text = reader.read_all(MAX_PEM)?;
        let message = pkcs7::from_pem(&text)?;
        drop(text);
        return Message::read(Reader::new(Cursor::new(&message[..])))?.decrypt(key, certificate, accepted, output);
    }
    let first = first.to_vec();
    let message = Message::read(reader).map_err(|error| match error {
        Error::Malformed(_) => der::explain(error, &first, Kind::Cms),
        error => error,
    })?;
    message.decrypt(key, certificate, accepted, output)
}

/// A message that was read up to its content.
struct Message<R> {
    reader: Reader<R>,
    is_authenticated: bool,
    recipients: Zeroizing<Vec<u8>>,
    started: Started,
    octets: Octets,
}

/// The parts that follow the content.
#[derive(Default)]
struct Tail {
    /// The attributes that are authenticated, in the form in which they are.
    aad: Zeroizing<Vec<u8>>,
    tag: Vec<u8>,
}

impl<R: Read + Seek> Message<R> {
    fn read(mut reader: Reader<R>) -> Result<Self> {
        let outer = reader.expect(SEQUENCE)?;
        reader.enter(&outer)?;
        let content_type = reader.expect(6).at("contentType")?;
        let content_type = reader.whole(&content_type, 100).at("contentType")?;
        let content_type: ObjectIdentifier = asn1::parse_single(&content_type).at("contentType")?;
        let is_authenticated = match content_type {
            oid::AUTH_ENVELOPED_DATA => true,
            oid::ENVELOPED_DATA => false,
            oid::SIGNED_DATA => return Err(Error::value("the message is signed, and not encrypted")),
            other => return Err(Error::Unsupported(format!("the message is of the type {other}").into())),
        };
        for tag in [EXPLICIT_0, SEQUENCE] {
            let header = reader.expect(tag).at("content")?;
            reader.enter(&header)?;
        }
        let version = reader.expect(INTEGER).at("content.version")?;
        reader.skip(&version)?;
        let mut header = reader.next()?.ok_or_else(|| Error::rule("the recipients are missing"))?;
        if header.tag() == EXPLICIT_0 {
            // Certificates of the sender.
            reader.skip(&header)?;
            header = reader.expect(SET).at("content.recipientInfos")?;
        } else if header.tag() != SET {
            return Err(Error::rule("the recipients are missing").within("content"));
        }
        let recipients = reader.whole(&header, MAX_OVERHEAD).at("content.recipientInfos")?;
        let (started, octets) = Self::read_content(&mut reader).at("content.encryptedContentInfo")?;
        Ok(Self { reader, is_authenticated, recipients, started, octets })
    }

    /// Reads `EncryptedContentInfo` up to the content (RFC 5652 §6.1).
    fn read_content(reader: &mut Reader<R>) -> Result<(Started, Octets)> {
        let header = reader.expect(SEQUENCE)?;
        reader.enter(&header)?;
        let content_type = reader.expect(6)?;
        reader.skip(&content_type)?;
        let algorithm = reader.expect(SEQUENCE)?;
        let algorithm = reader.whole(&algorithm, MAX_OVERHEAD)?;
        let algorithm: AlgorithmIdentifier<'_> = asn1::parse_single(&algorithm)?;
        let started = Started::from_identifier(&algorithm)?;
        let content = reader.next()?.ok_or_else(|| Error::value("the message does not hold its content"))?;
        Ok((started, reader.octets(&content, IMPLICIT_0)?))
    }

    fn decrypt(
        mut self,
        key: &PrivateKey,
        certificate: &Certificate,
        accepted: Accepted,
        output: &mut impl Write,
    ) -> Result<u64> {
        if self.is_authenticated != self.started.cipher.is_authenticated() {
            return Err(Error::Unsupported("a cipher and a type of message that do not go together".into()));
        }
        if !self.is_authenticated && accepted == Accepted::Authenticated {
            return Err(Error::value(
                "the message is not authenticated (EnvelopedData): what it decrypts to could be anyone's, and is \
                 given only if that is allowed",
            ));
        }
        let found = Found::find(&self.recipients, certificate).at("content.recipientInfos")?;
        let content_key = found.content_key(key, self.started.cipher.key_len())?;
        let tail = self.look_ahead()?;
        let aad = tail.as_ref().map_or(&[][..], |tail| &tail.aad);
        let mut context = self.started.context(Direction::Decrypt, &content_key, aad)?;

        let mut chunk = vec![0; CHUNK];
        let mut plain = Zeroizing::new(vec![0; CHUNK]);
        // The last block, whose padding is taken off; GCM has none.
        let held = if self.is_authenticated { 0 } else { BLOCK };
        let (mut last, mut len) = (Zeroizing::new(Vec::with_capacity(BLOCK)), 0);
        loop {
            let count = self.reader.fill(&mut self.octets, &mut chunk)?;
            if count == 0 {
                break;
            }
            if count % BLOCK != 0 && held > 0 {
                return Err(Error::NotDecrypted);
            }
            context.update(&chunk[..count], &mut plain[..count])?;
            let (ready, rest) = plain[..count].split_at(count - held);
            for part in [&last[..], ready] {
                output.write_all(part).map_err(writing)?;
                len += part.len() as u64;
            }
            last.clear();
            last.extend_from_slice(rest);
        }
        let tail = match tail {
            Some(tail) => tail,
            None => self.tail().at("content")?,
        };
        if self.reader.place().is_none() && !tail.aad.is_empty() {
            return Err(Error::Unsupported(
                "the message has attributes behind its content, and so has to be in a file, or in memory".into(),
            ));
        }
        let whole = context.check(&tail.tag, &last)?;
        output.write_all(&last[..whole]).map_err(writing)?;
        Ok(len + whole as u64)
    }

    /// Reads what follows the content, and comes back to it. GCM wants the attributes first.
    fn look_ahead(&mut self) -> Result<Option<Tail>> {
        let Some(place) = self.reader.place() else { return Ok(None) };
        let octets = self.octets.clone();
        self.reader.skip_octets(&mut self.octets)?;
        let tail = self.tail().at("content")?;
        self.reader.go_back(place)?;
        self.octets = octets;
        Ok(Some(tail))
    }

    /// Reads what follows the content (RFC 5083 §2.1).
    fn tail(&mut self) -> Result<Tail> {
        let mut tail = Tail::default();
        let reader = &mut self.reader;
        if reader.next()?.is_some() {
            return Err(Error::rule("there is more behind the encrypted content")).at("encryptedContentInfo");
        }
        reader.leave();
        while let Some(header) = reader.next()? {
            match header.tag() {
                AUTHENTICATED if self.is_authenticated && tail.tag.is_empty() && tail.aad.is_empty() => {
                    let placed = reader.whole(&header, MAX_OVERHEAD).at("authAttrs")?;
                    let items = der::elements(der::contents(&placed, AUTHENTICATED)?);
                    let items = items.map(|item| Ok(item?.full_data().to_vec().into()));
                    // What is authenticated is a SET OF; in the message it has the tag of its
                    // place.
                    tail.aad = der::set_of(items.collect::<Result<Vec<_>>>().at("authAttrs")?);
                }
                OCTET_STRING if self.is_authenticated && tail.tag.is_empty() => {
                    let tag = reader.whole(&header, 100).at("mac")?;
                    tail.tag = der::contents(&tag, OCTET_STRING).at("mac")?.to_vec();
                    if tail.tag.len() != self.started.tag_len {
                        return Err(Error::rule("the tag is not as long as it is said to be").within("mac"));
                    }
                }
                _ => reader.skip(&header)?,
            }
        }
        if self.is_authenticated && tail.tag.is_empty() {
            return Err(Error::rule("the tag is missing"));
        }
        Ok(tail)
    }
}

/// The octet of the tag of attributes that are authenticated.
const AUTHENTICATED: u8 = EXPLICIT_0 + 1;

fn writing(error: std::io::Error) -> Error {
    ironlatch_core::Error::io(IoOperation::Write, None, error).into()
}

/// Reads until `buffer` is full or the input ends.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ironlatch_core::Error::io(IoOperation::Read, None, error).into()),
        }
    }
    Ok(filled)
}
