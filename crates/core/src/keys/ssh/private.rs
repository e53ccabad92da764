//! `openssh-key-v1`, the files in which OpenSSH keeps private keys (OpenSSH's PROTOCOL.key).
//!
//! The file holds the public key unencrypted, so a program can see which key it is before it asks
//! for the password.

use core::fmt;

use zeroize::Zeroizing;

use super::encryption::{Encryption, MAX_ROUNDS, NewEncryption};
use super::line::Line;
use super::public::{self, DSS, ED25519, RSA, SK_ECDSA, SK_ED25519, SshPublicKey};
use super::text::only_base64;
use super::wire::{Reader, invalid, put_integer, put_number, put_string};
use crate::asymmetric::rsa::{self, Checks, crt_coefficient, crt_exponent};
use crate::asymmetric::{dsa, ec, ed25519};
use crate::error::Unsupported;
use crate::keys::{OPENSSH_LABEL, PrivateKey, incorrect_password, no_password_needed, password_needed, pem};
use crate::secret::wipes_stack;
use crate::{Error, Result, random};

/// The label of the PEM block.
pub const LABEL: &str = OPENSSH_LABEL;

const BEGIN: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &[u8] = b"-----END OPENSSH PRIVATE KEY-----";

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The longest padding in bytes: one block of the largest.
const MAX_PADDING: usize = 16;

/// A private key's file that was read and, if it is encrypted, not decrypted yet.
pub struct PrivateKeyFile {
    encryption: Option<Encryption>,
    public: Vec<u8>,
    private: Zeroizing<Vec<u8>>,
    tag: Vec<u8>,
}

impl PrivateKeyFile {
    /// Reads the first `OPENSSH PRIVATE KEY` block in PEM text.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is none, it holds more than one key, or it is malformed;
    /// [`Error::Unsupported`] if it is encrypted in a way that is not known.
    #[wipes_stack(deep)]
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let body = pem::split_once(text, BEGIN).and_then(|(_, rest)| pem::split_once(rest, END));
        let (body, _) = body.ok_or_else(|| no_block(text))?;
        let letters = Zeroizing::new(only_base64(body));
        let bytes = pem::secret_of_base64(&letters).ok_or_else(|| invalid("its body is not valid base64"))?;
        Self::from_bytes(&bytes)
    }

    /// Reads what such a block holds.
    ///
    /// # Errors
    /// As [`from_pem`](Self::from_pem).
    #[wipes_stack(deep)]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or_else(|| invalid("it does not begin with openssh-key-v1"))?;
        let mut reader = Reader::new(bytes);
        let (cipher, kdf, options) = (reader.name()?, reader.name()?, reader.string()?);
        let encryption = Encryption::parse(cipher, kdf, options)?;
        let count = reader.number()?;
        if count != 1 {
            return Err(invalid(&format!("it holds {count} keys, and must hold one")));
        }
        let public = reader.string()?.to_vec();
        let private = Zeroizing::new(reader.string()?.to_vec());
        let tag = reader.bytes(Encryption::tag_len(encryption.as_ref()))?.to_vec();
        reader.finish()?;
        if private.is_empty() || !private.len().is_multiple_of(Encryption::block_len(encryption.as_ref())) {
            return Err(invalid("its private part is not a whole number of blocks"));
        }
        Ok(Self { encryption, public, private, tag })
    }

    /// Whether a password is needed.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.encryption.is_some()
    }

    /// The public key, as it stands in the file. Nothing proves that it belongs to the private one
    /// before [`decrypt`](Self::decrypt).
    ///
    /// # Errors
    /// As [`SshPublicKey::from_blob`].
    pub fn public_key(&self) -> Result<SshPublicKey> {
        SshPublicKey::from_blob(&self.public)
    }

    /// The encoding of the public key, as it stands in the file.
    #[must_use]
    pub fn public_blob(&self) -> &[u8] {
        &self.public
    }

    /// The private key. An RSA key is checked as `checks` says.
    ///
    /// # Errors
    /// [`Error::PasswordRequired`] or [`Error::PasswordNotNeeded`] if a password is missing or
    /// superfluous; [`Error::IncorrectPassword`] if it is wrong, or [`Error::InvalidTag`] for
    /// ciphers that have a tag; [`Error::InvalidValue`] if the file asks for too much work or the
    /// key is not valid; [`Error::Length`] if an Ed25519 key has not 32 bytes;
    /// [`Error::Unsupported`] if the type of key is not known.
    pub fn decrypt(&self, password: Option<&[u8]>, checks: Checks) -> Result<PrivateKey> {
        self.decrypt_within(MAX_ROUNDS, password, checks)
    }

    /// Like [`decrypt`](Self::decrypt), for a trusted file that may ask for `max_rounds` of work
    /// instead of [`MAX_ROUNDS`].
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt).
    #[wipes_stack(deep)]
    pub fn decrypt_within(&self, max_rounds: u32, password: Option<&[u8]>, checks: Checks) -> Result<PrivateKey> {
        let public = self.public_key()?;
        let (key, _) = self.decrypt_private_half(max_rounds, password, checks)?;
        if key.public_key().to_openssh_blob()? != public.to_blob() {
            return Err(invalid("its public key does not belong to its private key"));
        }
        Ok(key)
    }

    /// The private key and its comment, for a reader who takes no interest in the public key that
    /// the file shows: the one that belongs to the private key is computed from it. The file must
    /// only say the same of it in both places.
    ///
    /// # Errors
    /// Those of [`decrypt`](Self::decrypt).
    #[wipes_stack(deep)]
    pub fn decrypt_private_half(
        &self,
        max_rounds: u32,
        password: Option<&[u8]>,
        checks: Checks,
    ) -> Result<(PrivateKey, Vec<u8>)> {
        let mut public = Reader::new(&self.public);
        let kind = public.name()?;
        let fields = public_fields(kind, &mut public)?;
        public.finish()?;
        let plaintext;
        let private = match &self.encryption {
            None => {
                no_password_needed(password.filter(|password| !password.is_empty()))?;
                &self.private
            }
            Some(encryption) => {
                plaintext = encryption.decrypt(password_needed(password)?, &self.private, &self.tag, max_rounds)?;
                &plaintext
            }
        };
        let mut reader = Reader::new(private);
        // The same number twice shows that the decryption was right.
        if reader.number()? != reader.number()? {
            return Err(if self.is_encrypted() { incorrect_password() } else { invalid("its check numbers differ") });
        }
        if reader.name()? != kind {
            return Err(invalid("its public and its private key are of different types"));
        }
        let key = read_key(kind, &fields, &mut reader, checks)?;
        let comment = reader.string()?.to_vec();
        let padding = reader.rest();
        if padding.len() > MAX_PADDING || !padding.iter().copied().eq((1..).take(padding.len())) {
            return Err(invalid("its padding is not 1, 2, 3 …"));
        }
        Ok((key, comment))
    }
}

/// Writes a private key with its comment as PEM, encrypted under a password with as many rounds of
/// key derivation, or not at all.
#[wipes_stack(deep)]
pub(in crate::keys) fn private_to_pem(
    key: &PrivateKey,
    comment: &[u8],
    encryption: Option<(&[u8], u32)>,
) -> Result<Zeroizing<Vec<u8>>> {
    let public = key.public_key().to_openssh_blob()?;
    let new = encryption.map(|(_, rounds)| NewEncryption::new(rounds));
    // Room for all of it, as memory that a growing vector leaves behind is not wiped.
    let mut private = Zeroizing::new(Vec::with_capacity(8 * public.len() + comment.len() + 1024));
    let room = private.capacity();
    let check = u32::from_be_bytes(random::array());
    put_number(&mut private, check);
    put_number(&mut private, check);
    put_key(&mut private, key, &public)?;
    put_string(&mut private, comment);
    let len = private.len();
    private.extend((1..).take(len.next_multiple_of(NewEncryption::block_len(new.as_ref())) - len));
    debug_assert_eq!(private.capacity(), room, "the key was copied to larger memory");
    let private = match (&new, encryption) {
        (Some(new), Some((password, _))) => Zeroizing::new(new.encrypt(password, &private)?),
        _ => private,
    };
    let (cipher, kdf, options) = NewEncryption::header(new.as_ref());
    let mut file = Zeroizing::new(Vec::with_capacity(public.len() + private.len() + 256));
    file.extend_from_slice(MAGIC);
    put_string(&mut file, cipher.as_bytes());
    put_string(&mut file, kdf.as_bytes());
    put_string(&mut file, &options);
    put_number(&mut file, 1);
    put_string(&mut file, &public);
    put_string(&mut file, &private);
    Ok(pem::encode(LABEL, &[], &file))
}

impl fmt::Debug for PrivateKeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKeyFile(<{}>)", if self.is_encrypted() { "encrypted" } else { "redacted" })
    }
}

/// The parts of the public key as both places of the file have them, in the order of the public
/// one.
fn public_fields<'a>(kind: &str, reader: &mut Reader<'a>) -> Result<Vec<&'a [u8]>> {
    match kind {
        RSA => (0..2).map(|_| reader.integer()).collect(),
        DSS => (0..4).map(|_| reader.integer()).collect(),
        ED25519 => Ok(vec![reader.string()?]),
        SK_ED25519 | SK_ECDSA => Err(Error::unsupported(
            Unsupported::Ssh,
            format!(
                "{kind} private keys cannot be loaded: the key is in the security key, and the file only tells which"
            ),
        )),
        kind => match public::curve_of(kind) {
            Some(curve) => public::ec_fields(curve, reader).map(Vec::from),
            None => Err(public::unsupported(kind)),
        },
    }
}

/// A private key, whose public parts must be `fields`.
fn read_key(kind: &str, fields: &[&[u8]], reader: &mut Reader<'_>, checks: Checks) -> Result<PrivateKey> {
    let mut again = public_fields(kind, reader)?;
    if kind == RSA {
        again.reverse();
    }
    if again != fields {
        return Err(invalid("its public key does not belong to its private key"));
    }
    match kind {
        RSA => read_rsa(fields, reader, checks).map(PrivateKey::Rsa),
        DSS => read_dsa(fields, reader).map(PrivateKey::Dsa),
        ED25519 => read_ed25519(fields[0], reader).map(PrivateKey::Ed25519),
        kind => match public::curve_of(kind) {
            Some(curve) => ec::PrivateKey::from_bytes(curve, reader.integer()?).map(PrivateKey::Ec),
            None => Err(public::unsupported(kind)),
        },
    }
}

fn read_rsa(fields: &[&[u8]], reader: &mut Reader<'_>, checks: Checks) -> Result<rsa::PrivateKey> {
    let public = rsa::PublicComponents { n: fields[1].to_vec(), e: fields[0].to_vec() };
    let mut secret = || reader.integer().map(|octets| Zeroizing::new(octets.to_vec()));
    let (d, iqmp, p, q) = (secret()?, secret()?, secret()?, secret()?);
    // What stands in the file is not needed, and some programs write it wrongly for p < q.
    drop(iqmp);
    rsa_from_primes(public, d, p, q, checks)
}

/// An RSA key of its numbers but those of the Chinese remainder theorem.
pub(super) fn rsa_from_primes(
    public: rsa::PublicComponents,
    d: Zeroizing<Vec<u8>>,
    p: Zeroizing<Vec<u8>>,
    q: Zeroizing<Vec<u8>>,
    checks: Checks,
) -> Result<rsa::PrivateKey> {
    let (dmp1, dmq1) = (crt_exponent(&d, &p)?, crt_exponent(&d, &q)?);
    let iqmp = crt_coefficient(&q, &p)?;
    rsa::PrivateKey::from_file_components(&rsa::PrivateComponents { public, d, p, q, dmp1, dmq1, iqmp }, checks)
}

fn read_dsa(fields: &[&[u8]], reader: &mut Reader<'_>) -> Result<dsa::PrivateKey> {
    let public = public::dsa_of_fields(fields)?;
    let x = Zeroizing::new(reader.integer()?.to_vec());
    let components = dsa::PrivateComponents { public: public.components(), x };
    dsa::PrivateKey::from_components(&components, dsa::Checks::Full)
}

/// The seed followed by the public key once more.
fn read_ed25519(public: &[u8], reader: &mut Reader<'_>) -> Result<ed25519::PrivateKey> {
    let pair = reader.string()?;
    let (seed, again) =
        pair.split_at_checked(ed25519::KEY_LEN).ok_or(Error::Truncated { what: "Ed25519 private key" })?;
    if again != public {
        return Err(invalid("its public key does not belong to its private key"));
    }
    ed25519::PrivateKey::from_bytes(seed)
}

/// Appends the key's type and parts.
fn put_key(file: &mut Vec<u8>, key: &PrivateKey, public: &[u8]) -> Result<()> {
    match key {
        PrivateKey::Rsa(key) => {
            let numbers = key.components();
            put_string(file, RSA.as_bytes());
            for number in [&numbers.public.n, &numbers.public.e, &*numbers.d, &*numbers.iqmp, &*numbers.p, &*numbers.q]
            {
                put_integer(file, number);
            }
        }
        PrivateKey::Dsa(key) => {
            file.extend_from_slice(public);
            put_integer(file, &key.private_number());
        }
        PrivateKey::Ec(key) => {
            file.extend_from_slice(public);
            put_integer(file, &key.private_bytes());
        }
        PrivateKey::Ed25519(key) => {
            file.extend_from_slice(public);
            put_number(file, 2 * ed25519::KEY_LEN as u32);
            file.extend_from_slice(&key.private_bytes()[..]);
            file.extend_from_slice(key.public_key().as_bytes());
        }
        _ => return Err(Error::value("format is invalid with this key")),
    }
    Ok(())
}

/// Explains why `text` has no block, and which function would have read what it has.
fn no_block(text: &[u8]) -> Error {
    const NOT: &str = "Not OpenSSH private key format";
    if pem::split_once(text, BEGIN).is_some() {
        return Error::Truncated { what: "block of the OpenSSH key" };
    }
    if text.starts_with(b"PuTTY-User-Key-File-") {
        return Error::value(format!("{NOT}: this is a key of PuTTY's (.ppk), which ironlatch.ssh.load_ppk reads"));
    }
    match pem::blocks(text).find_map(Result::ok) {
        Some(block) => {
            let label = String::from_utf8_lossy(block.label());
            let reader = match &*label {
                label if label.ends_with("PRIVATE KEY") => ", which load_pem_private_key reads",
                label if label.ends_with("PUBLIC KEY") => ", which load_pem_public_key reads",
                _ => "",
            };
            Error::value(format!("{NOT}: this is PEM labelled {label:?}{reader}"))
        }
        None if Line::read(text).is_ok() => {
            Error::value(format!("{NOT}: this is a public key, which load_ssh_public_key reads"))
        }
        None => Error::value(format!("{NOT}: it has no line -----BEGIN {LABEL}-----")),
    }
}
