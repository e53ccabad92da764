//! PuTTY's files of private keys, `.ppk`, in versions 2 and 3 (PuTTY's manual, appendix C).
//!
//! Both parts of the key stand in base64 between lines of text, under an authentication code that
//! covers all of it. Version 3 (PuTTY 0.75, of 2021) derives the key from the password with Argon2,
//! version 2 with one SHA-1, which makes passwords easy to guess.

use core::fmt;

use zeroize::Zeroizing;

use super::private::rsa_from_primes;
use super::public::{self, SshPublicKey};
use super::text::only_base64;
use super::wire::{Reader, put_integer, put_string};
use crate::asymmetric::{dsa, ec, ed25519, rsa::Checks};
use crate::constant_time::bytes_eq;
use crate::error::Unsupported;
use crate::hash::{Hash, HashAlgorithm, hmac::hmac_into};
use crate::kdf::Kdf;
use crate::kdf::argon2::{Argon2, Cost, Variant};
use crate::keys::check_password_len;
use crate::keys::{PrivateKey, PublicKey, incorrect_password, no_password_needed, password_needed, pem};
use crate::secret::wipes_stack;
use crate::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use crate::{Error, Output, Result, random};

/// The most memory in KiB that a file's key derivation may ask for, one GiB.
pub const MAX_PPK_MEMORY_KIB: u32 = 1 << 20;
/// The most memory times passes in KiB that it may ask for.
pub const MAX_PPK_WORK_KIB: u64 = 1 << 23;
/// The most lanes that it may ask for.
pub const MAX_PPK_LANES: u32 = 64;

/// The cost that PuTTYgen chooses by default, some tenths of a second.
pub const DEFAULT_PPK_COST: Cost = Cost { iterations: 13, lanes: 1, memory_cost: 8192 };

const WHAT: &str = "PuTTY key";
const START: &str = "PuTTY-User-Key-File-";
const AES256_CBC: &str = "aes256-cbc";
const NONE: &str = "none";
const KEY_LEN: usize = 32;
const BLOCK_LEN: usize = 16;
const SALT_LEN: usize = 16;
const SHA1_LEN: usize = 20;
/// The most lines that a part of a file has: those of an RSA key of 16384 bits, with room.
const MAX_LINES: usize = 1000;

/// A version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PpkVersion {
    /// For PuTTY before 0.75.
    V2,
    /// The present one.
    V3,
}

impl PpkVersion {
    fn number(self) -> u8 {
        match self {
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }
}

/// A file that was read and, if it is encrypted, not decrypted yet.
pub struct PpkFile {
    version: PpkVersion,
    kind: String,
    is_encrypted: bool,
    comment: Vec<u8>,
    public: Vec<u8>,
    derivation: Option<Argon2Of>,
    private: Zeroizing<Vec<u8>>,
    code: Vec<u8>,
}

/// The key derivation that a file of version 3 asks for.
struct Argon2Of {
    variant: Variant,
    cost: Cost,
    salt: Vec<u8>,
}

/// The keys that a password gives.
struct Keys {
    cipher: Zeroizing<Vec<u8>>,
    iv: Zeroizing<Vec<u8>>,
    code: Zeroizing<Vec<u8>>,
}

impl PpkFile {
    /// Reads the text.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed, or asks for more work than the limits of this
    /// module; [`Error::Unsupported`] if it is of another version or under another cipher.
    #[wipes_stack(deep)]
    pub fn parse(text: &[u8]) -> Result<Self> {
        let mut lines = Lines { rest: text };
        let (header, kind) = lines.field_of_any()?;
        let version = match header.strip_prefix(START) {
            Some("2") => PpkVersion::V2,
            Some("3") => PpkVersion::V3,
            Some(other) => return Err(unsupported(&format!("version {other:?} of PuTTY's keys"))),
            None => return Err(invalid(&format!("it does not begin with {START}"))),
        };
        let is_encrypted = match text_of(lines.field("Encryption")?)? {
            NONE => false,
            AES256_CBC => true,
            other => return Err(unsupported(&format!("the cipher {other:?} of this PuTTY key"))),
        };
        let comment = lines.field("Comment")?.to_vec();
        let public = lines.part("Public-Lines")?.to_vec();
        let derivation = match (version, is_encrypted) {
            (PpkVersion::V3, true) => Some(lines.derivation()?),
            _ => None,
        };
        let private = lines.part("Private-Lines")?;
        let code = hex_of(lines.field("Private-MAC")?)?;
        if is_encrypted && (private.is_empty() || !private.len().is_multiple_of(BLOCK_LEN)) {
            return Err(invalid("its private part is not a whole number of blocks"));
        }
        let kind = text_of(kind)?.to_owned();
        Ok(Self { version, kind, is_encrypted, comment, public, derivation, private, code })
    }

    /// Whether a password is needed.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// The version of the format.
    #[must_use]
    pub fn version(&self) -> PpkVersion {
        self.version
    }

    /// The comment. It may be any bytes; that it was not changed is proved by
    /// [`decrypt`](Self::decrypt).
    #[must_use]
    pub fn comment(&self) -> &[u8] {
        &self.comment
    }

    /// The public key. Nothing proves that it belongs to the private one before
    /// [`decrypt`](Self::decrypt).
    ///
    /// # Errors
    /// As [`SshPublicKey::from_blob`].
    pub fn public_key(&self) -> Result<SshPublicKey> {
        SshPublicKey::from_blob(&self.public)
    }

    /// The private key. An RSA key is checked as `checks` says.
    ///
    /// # Errors
    /// [`Error::PasswordRequired`] or [`Error::PasswordNotNeeded`] if a password is missing or
    /// superfluous; [`Error::IncorrectPassword`] if it is wrong, or the file was changed;
    /// [`Error::InvalidValue`] if the key is not valid; [`Error::Unsupported`] if its type is not
    /// known.
    #[wipes_stack(deep)]
    pub fn decrypt(&self, password: Option<&[u8]>, checks: Checks) -> Result<PrivateKey> {
        let public = self.public_key()?;
        if public.kind() != self.kind {
            return Err(invalid("it names two different types of keys"));
        }
        let password = if self.is_encrypted {
            password_needed(password)?
        } else {
            no_password_needed(password.filter(|password| !password.is_empty()))?;
            b""
        };
        let keys = self.keys(password)?;
        let decrypted;
        let private = if self.is_encrypted {
            decrypted = cbc(Direction::Decrypt, &keys, &self.private)?;
            &decrypted
        } else {
            &self.private
        };
        let encryption = if self.is_encrypted { AES256_CBC } else { NONE };
        let code = code(
            self.version,
            &keys,
            [self.kind.as_bytes(), encryption.as_bytes(), &self.comment, &self.public, private],
        )?;
        if !bytes_eq(&code, &self.code) {
            return Err(if self.is_encrypted {
                incorrect_password()
            } else {
                invalid("its authentication code does not match: it was changed")
            });
        }
        let key = read_key(public.key(), private, checks)?;
        if key.public_key().to_openssh_blob()? != self.public {
            return Err(invalid("its public key does not belong to its private key"));
        }
        Ok(key)
    }

    fn keys(&self, password: &[u8]) -> Result<Keys> {
        match &self.derivation {
            Some(Argon2Of { variant, cost, salt }) => argon2_keys(*variant, *cost, salt, password),
            None if self.version == PpkVersion::V3 => Ok(no_keys()),
            None => Ok(sha1_keys(password)),
        }
    }
}

impl fmt::Debug for PpkFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PpkFile(<{}>)", if self.is_encrypted { "encrypted" } else { "redacted" })
    }
}

impl PrivateKey {
    /// Writes the key as PuTTY's text, encrypted under a password that is not empty, or not at all.
    /// `cost` is for version 3.
    ///
    /// # Errors
    /// As [`to_openssh_pem`](Self::to_openssh_pem); [`Error::InvalidValue`] if the comment has more
    /// than one line, or the cost is beyond what a file may ask for.
    #[wipes_stack(deep)]
    pub fn to_ppk(
        &self,
        comment: &[u8],
        version: PpkVersion,
        password: Option<&[u8]>,
        cost: Cost,
    ) -> Result<Zeroizing<Vec<u8>>> {
        if comment.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return Err(Error::value("the comment of a PuTTY key is one line"));
        }
        if let Some(password) = password {
            check_password_len(password.len())?;
        }
        check_cost(cost)?;
        let public = SshPublicKey::new(self.public_key())?;
        let blob = public.to_blob();
        let mut private = put_key(self, blob.len())?;
        let salt: [u8; SALT_LEN] = random::array();
        let keys = match (version, password) {
            (PpkVersion::V3, Some(password)) => argon2_keys(Variant::Argon2id, cost, &salt, password)?,
            (PpkVersion::V3, None) => no_keys(),
            (PpkVersion::V2, password) => sha1_keys(password.unwrap_or_default()),
        };
        if password.is_some() {
            // The padding is of the private part's hash, which has enough of it.
            let (len, hashed) = (private.len(), sha1(&[&private]));
            private.extend_from_slice(&hashed[..len.next_multiple_of(BLOCK_LEN) - len]);
        }
        let encryption = if password.is_some() { AES256_CBC } else { NONE };
        let code = code(version, &keys, [public.kind().as_bytes(), encryption.as_bytes(), comment, &blob, &private])?;
        if password.is_some() {
            private = cbc(Direction::Encrypt, &keys, &private)?;
        }
        let mut text = Zeroizing::new(Vec::with_capacity(1024 + comment.len() + 2 * (blob.len() + private.len())));
        let mut line = |name: &str, value: &[u8]| {
            for part in [name.as_bytes(), b": ", value, b"\n"] {
                text.extend_from_slice(part);
            }
        };
        line(&format!("{START}{}", version.number()), public.kind().as_bytes());
        line("Encryption", encryption.as_bytes());
        line("Comment", comment);
        put_part(&mut text, "Public-Lines", &blob);
        if password.is_some() && version == PpkVersion::V3 {
            let Cost { iterations, lanes, memory_cost } = cost;
            let salt = hex::encode(salt);
            let derivation = format!(
                "Key-Derivation: Argon2id\nArgon2-Memory: {memory_cost}\nArgon2-Passes: {iterations}\n\
                 Argon2-Parallelism: {lanes}\nArgon2-Salt: {salt}\n"
            );
            text.extend_from_slice(derivation.as_bytes());
        }
        put_part(&mut text, "Private-Lines", &private);
        text.extend_from_slice(format!("Private-MAC: {}\n", hex::encode(code)).as_bytes());
        Ok(text)
    }
}

/// The rest of a file, line by line.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a [u8]> {
        if self.rest.is_empty() {
            return Err(Error::Truncated { what: WHAT });
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n').unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// The name and the value of a line `name: value`.
    fn field_of_any(&mut self) -> Result<(&'a str, &'a [u8])> {
        let line = self.next()?;
        let (name, value) = pem::split_once(line, b": ").ok_or_else(|| invalid("it has a line without a name"))?;
        Ok((text_of(name)?, value))
    }

    fn field(&mut self, wanted: &str) -> Result<&'a [u8]> {
        let (name, value) = self.field_of_any()?;
        if name == wanted { Ok(value) } else { Err(invalid(&format!("it has {name:?} where {wanted:?} is due"))) }
    }

    fn number<T: core::str::FromStr>(&mut self, name: &str) -> Result<T> {
        text_of(self.field(name)?)?.parse().map_err(|_| invalid(&format!("its {name} is no number, or too large")))
    }

    /// The lines of base64 that the line `name` announces.
    fn part(&mut self, name: &str) -> Result<Zeroizing<Vec<u8>>> {
        let count: usize = self.number(name)?;
        if count > MAX_LINES {
            return Err(invalid(&format!("its {name} is {count}, and at most {MAX_LINES} are read")));
        }
        let start = self.rest;
        for _ in 0..count {
            self.next()?;
        }
        let letters = Zeroizing::new(only_base64(&start[..start.len() - self.rest.len()]));
        pem::secret_of_base64(&letters).ok_or_else(|| invalid("it holds what is not valid base64"))
    }

    fn derivation(&mut self) -> Result<Argon2Of> {
        let variant = match text_of(self.field("Key-Derivation")?)? {
            "Argon2id" => Variant::Argon2id,
            "Argon2i" => Variant::Argon2i,
            "Argon2d" => Variant::Argon2d,
            other => return Err(unsupported(&format!("the key derivation {other:?} of this PuTTY key"))),
        };
        let memory_cost = self.number("Argon2-Memory")?;
        let iterations = self.number("Argon2-Passes")?;
        let lanes = self.number("Argon2-Parallelism")?;
        let cost = Cost { iterations, lanes, memory_cost };
        check_cost(cost)?;
        Ok(Argon2Of { variant, cost, salt: hex_of(self.field("Argon2-Salt")?)? })
    }
}

fn check_cost(cost: Cost) -> Result<()> {
    let Cost { iterations, lanes, memory_cost } = cost;
    let work = u64::from(iterations) * u64::from(memory_cost);
    if memory_cost > MAX_PPK_MEMORY_KIB || work > MAX_PPK_WORK_KIB || lanes > MAX_PPK_LANES {
        return Err(Error::value(format!(
            "a key derivation of {memory_cost} KiB, {iterations} passes and {lanes} lanes is too much: the limits for \
             PuTTY keys are {MAX_PPK_MEMORY_KIB} KiB, {MAX_PPK_WORK_KIB} KiB times passes, and {MAX_PPK_LANES} lanes"
        )));
    }
    Ok(())
}

fn argon2_keys(variant: Variant, cost: Cost, salt: &[u8], password: &[u8]) -> Result<Keys> {
    let derived = Argon2::new(variant, salt, 2 * KEY_LEN + BLOCK_LEN, cost)?.derive(password)?;
    let (cipher, rest) = derived.expose().split_at(KEY_LEN);
    let (iv, code) = rest.split_at(BLOCK_LEN);
    let [cipher, iv, code] = [cipher, iv, code].map(|part| Zeroizing::new(part.to_vec()));
    Ok(Keys { cipher, iv, code })
}

/// Those of a file of version 3 that is not encrypted.
fn no_keys() -> Keys {
    let [cipher, iv, code] = core::array::from_fn(|_| Zeroizing::new(Vec::new()));
    Keys { cipher, iv, code }
}

fn sha1_keys(password: &[u8]) -> Keys {
    let mut cipher = Zeroizing::new(Vec::with_capacity(2 * SHA1_LEN));
    for counter in [0u32, 1] {
        cipher.extend_from_slice(&sha1(&[&counter.to_be_bytes(), password])[..]);
    }
    cipher.truncate(KEY_LEN);
    let code = Zeroizing::new(sha1(&[b"putty-private-key-file-mac-key", password]).to_vec());
    Keys { cipher, iv: Zeroizing::new(vec![0; BLOCK_LEN]), code }
}

fn sha1(parts: &[&[u8]]) -> Zeroizing<[u8; SHA1_LEN]> {
    let mut hash = Hash::new(HashAlgorithm::Sha1);
    for part in parts {
        hash.update(part);
    }
    let mut out = Zeroizing::new([0; SHA1_LEN]);
    hash.finalize_into(Output::from(&mut out[..]));
    out
}

/// The authentication code over the file's parts.
fn code(version: PpkVersion, keys: &Keys, parts: [&[u8]; 5]) -> Result<Vec<u8>> {
    let len = parts.iter().map(|part| part.len() + 4).sum();
    let mut covered = Zeroizing::new(Vec::with_capacity(len));
    for part in parts {
        put_string(&mut covered, part);
    }
    let algorithm = match version {
        PpkVersion::V2 => HashAlgorithm::Sha1,
        PpkVersion::V3 => HashAlgorithm::Sha256,
    };
    let mut out = vec![0; algorithm.digest_size()];
    hmac_into(algorithm, &keys.code, &covered, Output::from(&mut out[..]))?;
    Ok(out)
}

fn cbc(direction: Direction, keys: &Keys, input: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let mut output = Zeroizing::new(vec![0; input.len()]);
    let mut context = CipherContext::new(BlockCipher::Aes, Mode::Cbc, direction, &keys.cipher, &keys.iv)?;
    context.update(input, Output::from(&mut output[..]))?;
    Ok(output)
}

/// The private key whose public half is `public`. Padding may follow its parts.
fn read_key(public: &PublicKey, private: &[u8], checks: Checks) -> Result<PrivateKey> {
    let mut reader = Reader::of(WHAT, private);
    match public {
        PublicKey::Rsa(public) => {
            let mut secret = || reader.integer().map(|octets| Zeroizing::new(octets.to_vec()));
            let (d, p, q) = (secret()?, secret()?, secret()?);
            rsa_from_primes(public.components(), d, p, q, checks).map(PrivateKey::Rsa)
        }
        PublicKey::Dsa(public) => {
            let x = Zeroizing::new(reader.integer()?.to_vec());
            let components = dsa::PrivateComponents { public: public.components(), x };
            dsa::PrivateKey::from_components(&components, dsa::Checks::Soundness).map(PrivateKey::Dsa)
        }
        PublicKey::Ec(public) => ec::PrivateKey::from_bytes(public.curve(), reader.integer()?).map(PrivateKey::Ec),
        PublicKey::Ed25519(_) => {
            let written = reader.string()?;
            if written.len() > ed25519::KEY_LEN {
                return Err(invalid("its private key is too long"));
            }
            // A number with its lowest byte first, so that zeros at the end may be missing.
            let mut seed = Zeroizing::new([0; ed25519::KEY_LEN]);
            seed[..written.len()].copy_from_slice(written);
            ed25519::PrivateKey::from_bytes(&seed[..]).map(PrivateKey::Ed25519)
        }
        _ => Err(unsupported("this type of PuTTY key")),
    }
}

fn put_key(key: &PrivateKey, public_len: usize) -> Result<Zeroizing<Vec<u8>>> {
    // With room for the padding, as memory that a growing vector leaves behind is not wiped.
    let mut private = Zeroizing::new(Vec::with_capacity(4 * public_len + 1024));
    match key {
        PrivateKey::Rsa(key) => {
            let numbers = key.components();
            for number in [&numbers.d, &numbers.p, &numbers.q, &numbers.iqmp] {
                put_integer(&mut private, number);
            }
        }
        PrivateKey::Dsa(key) => put_integer(&mut private, &key.private_number()),
        PrivateKey::Ec(key) => put_integer(&mut private, &key.private_bytes()),
        PrivateKey::Ed25519(key) => put_string(&mut private, &key.private_bytes()[..]),
        _ => return Err(public::unsupported_text("there are no PuTTY keys of this type")),
    }
    Ok(private)
}

fn put_part(text: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    let letters = pem::secret_to_base64(bytes);
    text.extend_from_slice(format!("{name}: {}\n", letters.len().div_ceil(64)).as_bytes());
    for line in letters.chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
}

fn text_of(bytes: &[u8]) -> Result<&str> {
    core::str::from_utf8(bytes).map_err(|_| invalid("it has a line that is not text"))
}

fn hex_of(bytes: &[u8]) -> Result<Vec<u8>> {
    hex::decode(bytes).map_err(|_| invalid("it has a value that is not hexadecimal"))
}

fn invalid(how: &str) -> Error {
    Error::value(format!("Invalid {WHAT}: {how}"))
}

fn unsupported(what: &str) -> Error {
    Error::unsupported(Unsupported::Ssh, format!("{what} is not supported"))
}
