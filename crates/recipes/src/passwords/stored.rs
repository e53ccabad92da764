//! Stored hashes, as this library and others write them.
//!
//! | written by | looks like |
//! |---|---|
//! | here, argon2-cffi, passlib, libsodium | `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (argon2i and argon2d too; `v=16` or no `v`: version 1.0) |
//! | bcrypt in any language | `$2b$12$…` (2a and 2y too) |
//! | passlib | `$bcrypt-sha256$…`, `$scrypt$ln=…`, `$pbkdf2-sha256$…`, `$pbkdf2-sha512$…`, `$pbkdf2$…` |
//! | Django | `argon2$argon2id$…`, `bcrypt_sha256$$2b$…`, `bcrypt$$2b$…`, `scrypt$…`, `pbkdf2_sha256$…`, `pbkdf2_sha1$…` |
//! | Werkzeug | `scrypt:32768:8:1$salt$hash`, `pbkdf2:sha256:600000$salt$hash` |

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, STANDARD_NO_PAD};
use base64::engine::{DecodePaddingMode, Engine};
use zeroize::Zeroizing;

use crate::{Error, Result};
use ironlatch_core::Error as CoreError;
use ironlatch_core::constant_time::bytes_eq;
use ironlatch_core::hash::hmac::hmac_into;
use ironlatch_core::hash::{HashAlgorithm, digest_into};
use ironlatch_core::kdf::Kdf;
use ironlatch_core::kdf::argon2::{Argon2, Cost, Variant, Version};
use ironlatch_core::kdf::pbkdf2::Pbkdf2Hmac;
use ironlatch_core::kdf::scrypt::{self, Scrypt};

/// The most memory in KiB that a stored hash may ask for: 4 GiB. Honest hashes stay far below it,
/// and a hostile one must not take the machine down.
pub(super) const MAX_MEMORY_KIB: u32 = 4 * 1024 * 1024;
/// The most passes over the memory.
pub(super) const MAX_ITERATIONS: u32 = 10_000;
/// The most memory in KiB times passes, a minute or two on one lane.
const MAX_WORK_KIB: u64 = 64 * 1024 * 1024;
/// The most rounds of PBKDF2, some 25 seconds with SHA-512; ten times what anybody asks for.
const MAX_PBKDF2_ITERATIONS: u32 = 20_000_000;
/// The highest cost of bcrypt, some 30 seconds.
const MAX_BCRYPT_COST: u32 = 18;

/// A stored hash that has been read.
#[derive(Debug)]
pub struct Stored {
    scheme: Scheme,
    salt: Vec<u8>,
    /// Empty in one that is to be made.
    hash: Zeroizing<Vec<u8>>,
    pepper: Option<String>,
}

/// How a hash was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// Argon2 (RFC 9106; version 1.0 as it was before).
    Argon2(Variant, Version, Cost),
    /// bcrypt with 2 to the power of this many rounds.
    Bcrypt {
        /// The power.
        cost: u32,
        /// The step before bcrypt, which takes only 72 bytes.
        prehash: Prehash,
    },
    /// scrypt (RFC 7914).
    Scrypt {
        /// The cost.
        n: u64,
        /// The block size.
        r: u64,
        /// The parallelism.
        p: u64,
    },
    /// PBKDF2 with HMAC (RFC 8018).
    Pbkdf2 {
        /// The hash function.
        algorithm: HashAlgorithm,
        /// The rounds.
        iterations: u32,
    },
}

/// The step that is applied to a password before bcrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prehash {
    /// Nothing: what is past 72 bytes does not count.
    None,
    /// Django: SHA-256 in hexadecimal.
    Hex,
    /// passlib's first version: SHA-256 in base64.
    Base64,
    /// passlib's second version: HMAC-SHA-256 under the salt's text, in base64.
    KeyedBase64,
}

impl Scheme {
    /// The name of the function: argon2id, bcrypt, scrypt, pbkdf2 …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Argon2(variant, ..) => variant.name(),
            Self::Bcrypt { .. } => "bcrypt",
            Self::Scrypt { .. } => "scrypt",
            Self::Pbkdf2 { .. } => "pbkdf2",
        }
    }
}

impl Stored {
    /// Reads a stored hash of any form in the table above.
    ///
    /// # Errors
    /// [`Error::UnusableHash`] if it is of no known form, malformed, or costs more than any honest
    /// hash.
    pub fn parse(text: &str) -> Result<Self> {
        if says_no_password(text) {
            return Err(unusable(
                "no hash is stored: the account has no password (Django marks those with `!` in front)",
            ));
        }
        if text.len() > MAX_TEXT_LEN {
            return Err(unusable("the stored string is too long for a password hash"));
        }
        let (name, rest) = match text.strip_prefix('$') {
            Some(rest) => rest.split_once('$').ok_or_else(unknown)?,
            None => return Self::parse_framework(text),
        };
        match name {
            "argon2id" => parse_argon2(Variant::Argon2id, rest),
            "argon2i" => parse_argon2(Variant::Argon2i, rest),
            "argon2d" => parse_argon2(Variant::Argon2d, rest),
            "2a" | "2b" | "2y" => parse_bcrypt(rest, Prehash::None),
            "2x" => Err(unusable("$2x$ marks hashes of a bcrypt with a known fault: let the user set a new password")),
            "bcrypt-sha256" => parse_passlib_bcrypt_sha256(rest),
            "scrypt" => parse_passlib_scrypt(rest),
            "pbkdf2" | "pbkdf2-sha1" => parse_passlib_pbkdf2(HashAlgorithm::Sha1, rest),
            "pbkdf2-sha256" => parse_passlib_pbkdf2(HashAlgorithm::Sha256, rest),
            "pbkdf2-sha512" => parse_passlib_pbkdf2(HashAlgorithm::Sha512, rest),
            _ => Err(unknown()),
        }
    }

    /// The form that this library writes.
    pub(super) fn argon2id(cost: Cost, salt: &[u8], hash_len: usize, pepper: Option<&str>) -> Self {
        Self {
            scheme: Scheme::Argon2(Variant::Argon2id, Version::V13, cost),
            salt: salt.into(),
            hash: Zeroizing::new(vec![0; hash_len]),
            pepper: pepper.map(str::to_owned),
        }
    }

    /// The hash of `password` as a PHC string with this salt, length and cost.
    pub(super) fn phc_string(&self, password: &[u8], pepper: Option<&[u8]>) -> Result<String> {
        let Scheme::Argon2(variant, Version::V13, Cost { iterations, lanes, memory_cost }) = self.scheme else {
            return Err(Error::Core(CoreError::Internal("only Argon2 hashes of version 1.3 are written")));
        };
        let key = Zeroizing::new(self.derive(password, pepper)?);
        let keyid =
            self.pepper.as_ref().map_or_else(String::new, |name| format!(",keyid={}", STANDARD_NO_PAD.encode(name)));
        let (salt, key) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&*key));
        Ok(format!("${}$v=19$m={memory_cost},t={iterations},p={lanes}{keyid}${salt}${key}", variant.name()))
    }

    /// How it was made.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The name of the pepper that it depends on.
    #[must_use]
    pub fn pepper_name(&self) -> Option<&str> {
        self.pepper.as_deref()
    }

    pub(super) fn is_argon2id(&self, cost: Cost, salt_len: usize, hash_len: usize) -> bool {
        self.scheme == Scheme::Argon2(Variant::Argon2id, Version::V13, cost)
            && self.salt.len() == salt_len
            && self.hash.len() == hash_len
    }

    /// Whether it is the hash of `password`, compared in constant time.
    pub(super) fn verify(&self, password: &[u8], pepper: Option<&[u8]>) -> Result<bool> {
        Ok(bytes_eq(&Zeroizing::new(self.derive(password, pepper)?), &self.hash))
    }

    fn derive(&self, password: &[u8], pepper: Option<&[u8]>) -> Result<Vec<u8>> {
        let mut hash = vec![0; self.hash.len()];
        let out = (&mut hash[..]).into();
        let derived =
            match self.scheme {
                Scheme::Argon2(variant, version, cost) => Argon2::new(variant, &self.salt, self.hash.len(), cost)
                    .and_then(|argon2| {
                        argon2.with_version(version).with_secret(pepper.unwrap_or_default())?.derive_into(password, out)
                    }),
                Scheme::Scrypt { n, r, p } => Scrypt::new(&self.salt, self.hash.len(), n, r, p)
                    .and_then(|scrypt| scrypt.derive_into(password, out)),
                Scheme::Pbkdf2 { algorithm, iterations } => {
                    Pbkdf2Hmac::new(algorithm, self.hash.len(), &self.salt, iterations.into())
                        .and_then(|pbkdf2| pbkdf2.derive_into(password, out))
                }
                Scheme::Bcrypt { cost, prehash } => return self.bcrypt(cost, prehash, password),
            };
        derived.map(drop)?;
        Ok(hash)
    }

    fn bcrypt(&self, cost: u32, prehash: Prehash, password: &[u8]) -> Result<Vec<u8>> {
        // What is done to the password first is as secret as the password itself.
        let mut sum = Zeroizing::new([0; 32]);
        let input = Zeroizing::new(match prehash {
            Prehash::None => password.to_vec(),
            Prehash::Hex => {
                hex::encode(digest_into(HashAlgorithm::Sha256, password, (&mut sum[..]).into())).into_bytes()
            }
            Prehash::Base64 => {
                STANDARD.encode(digest_into(HashAlgorithm::Sha256, password, (&mut sum[..]).into())).into_bytes()
            }
            Prehash::KeyedBase64 => {
                let salt = BCRYPT.encode(&self.salt);
                STANDARD
                    .encode(hmac_into(HashAlgorithm::Sha256, salt.as_bytes(), password, (&mut sum[..]).into())?)
                    .into_bytes()
            }
        });
        // bcrypt reads C strings: up to the first zero byte, which counts, and no more than 72
        // bytes.
        let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len()).min(72);
        let mut text = Zeroizing::new([0; 72]);
        text[..end].copy_from_slice(&input[..end]);
        let text = &text[..72.min(end + 1)];
        let salt = self
            .salt
            .as_slice()
            .try_into()
            .map_err(|_| Error::Core(CoreError::Internal("a bcrypt salt is 16 bytes long")))?;
        let output = Zeroizing::new(bcrypt::bcrypt(cost, salt, text));
        Ok(output[..BCRYPT_HASH_LEN].to_vec())
    }

    fn parse_framework(text: &str) -> Result<Self> {
        let (method, rest) = text.split_once('$').ok_or_else(unknown)?;
        let mut method = method.split(':');
        match (method.next(), method.next(), method.next(), method.next(), method.next()) {
            (Some("argon2"), None, ..) => match Self::parse(&format!("${rest}"))? {
                stored @ Self { scheme: Scheme::Argon2(..), .. } => Ok(stored),
                _ => Err(unknown()),
            },
            (Some("bcrypt"), None, ..) => parse_django_bcrypt(rest, Prehash::None),
            (Some("bcrypt_sha256"), None, ..) => parse_django_bcrypt(rest, Prehash::Hex),
            (Some("scrypt"), None, ..) => parse_django_scrypt(rest),
            (Some("pbkdf2_sha256"), None, ..) => parse_django_pbkdf2(HashAlgorithm::Sha256, rest),
            (Some("pbkdf2_sha1"), None, ..) => parse_django_pbkdf2(HashAlgorithm::Sha1, rest),
            (Some("scrypt"), Some(n), Some(r), Some(p), None) => {
                werkzeug(scrypt(number(n)?, number(r)?, number(p)?)?, rest)
            }
            (Some("pbkdf2"), Some(name), Some(iterations), None, None) => {
                werkzeug(pbkdf2(algorithm(name)?, number(iterations)?)?, rest)
            }
            _ => Err(unknown()),
        }
    }

    fn new(scheme: Scheme, salt: Vec<u8>, hash: Vec<u8>) -> Result<Self> {
        let hash = Zeroizing::new(hash);
        // Under 80 bits a wrong password could match by chance.
        if hash.len() < 10 {
            return Err(unusable("the stored hash is cut short"));
        }
        match scheme {
            Scheme::Argon2(variant, _, cost) => Argon2::new(variant, &salt, hash.len(), cost).map(drop),
            Scheme::Scrypt { n, r, p } => Scrypt::new(&salt, hash.len(), n, r, p).map(drop),
            Scheme::Pbkdf2 { algorithm, iterations } => {
                Pbkdf2Hmac::new(algorithm, hash.len(), &salt, iterations.into()).map(drop)
            }
            Scheme::Bcrypt { .. } => Ok(()),
        }
        .map_err(|_| malformed())?;
        Ok(Self { scheme, salt, hash, pepper: None })
    }
}

const MAX_TEXT_LEN: usize = 1024;
const BCRYPT_HASH_LEN: usize = 23;
const BCRYPT_SALT_CHARS: usize = 22;

/// The base64 of bcrypt: an alphabet of its own, and the last character's spare bits may be set.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Whether what is stored says that the account has no password: nothing, or Django's mark in front
/// of what may have been one.
pub(super) fn says_no_password(text: &str) -> bool {
    text.is_empty() || text.starts_with('!')
}

/// Whether a stored hash of this cost would be verified.
pub(super) fn check_cost(cost: Cost) -> Result<()> {
    Argon2::new(Variant::Argon2id, &[0; 16], 32, cost)?;
    argon2(Variant::Argon2id, Version::V13, cost).map(drop).map_err(|_| {
        Error::value("the cost is too high: at most 4 GiB of memory, and 64 GiB of memory times passes, is verified")
    })
}

fn argon2(variant: Variant, version: Version, cost: Cost) -> Result<Scheme> {
    let work = u64::from(cost.memory_cost) * u64::from(cost.iterations);
    if cost.memory_cost > MAX_MEMORY_KIB || cost.iterations > MAX_ITERATIONS || work > MAX_WORK_KIB {
        return Err(too_dear());
    }
    Ok(Scheme::Argon2(variant, version, cost))
}

fn scrypt(n: u64, r: u64, p: u64) -> Result<Scheme> {
    if scrypt::memory(n, r, p) > u64::from(MAX_MEMORY_KIB) * 1024 || scrypt::work(n, r, p) > MAX_WORK_KIB * 1024 {
        return Err(too_dear());
    }
    Ok(Scheme::Scrypt { n, r, p })
}

fn pbkdf2(algorithm: HashAlgorithm, iterations: u32) -> Result<Scheme> {
    if iterations > MAX_PBKDF2_ITERATIONS {
        return Err(too_dear());
    }
    Ok(Scheme::Pbkdf2 { algorithm, iterations })
}

fn parse_argon2(variant: Variant, rest: &str) -> Result<Stored> {
    let (version, rest) = match rest.split_once('$') {
        Some((field, rest)) if field.starts_with("v=") => (Some(field), rest),
        _ => (None, rest),
    };
    let version = Version::in_phc(version)
        .ok_or_else(|| unusable("only the versions 1.0 (v=16) and 1.3 (v=19) of Argon2 are known"))?;
    let [parameters, salt, hash] = fields(rest)?;
    let (mut cost, mut pepper) = (Cost { iterations: 0, lanes: 0, memory_cost: 0 }, None);
    for parameter in parameters.split(',') {
        match parameter.split_once('=').ok_or_else(malformed)? {
            ("m", value) => cost.memory_cost = number(value)?,
            ("t", value) => cost.iterations = number(value)?,
            ("p", value) => cost.lanes = number(value)?,
            ("keyid", value) => pepper = Some(String::from_utf8(phc_base64(value)?).map_err(|_| malformed())?),
            _ => return Err(malformed()),
        }
    }
    Ok(Stored { pepper, ..Stored::new(argon2(variant, version, cost)?, phc_base64(salt)?, phc_base64(hash)?)? })
}

fn parse_bcrypt(rest: &str, prehash: Prehash) -> Result<Stored> {
    let [cost, salt_and_hash] = fields(rest)?;
    let (salt, hash) = salt_and_hash.split_at_checked(BCRYPT_SALT_CHARS).ok_or_else(malformed)?;
    bcrypt_parts(number(cost)?, prehash, salt, hash)
}

fn parse_django_bcrypt(rest: &str, prehash: Prehash) -> Result<Stored> {
    let rest = ["$2a$", "$2b$", "$2y$"].iter().find_map(|prefix| rest.strip_prefix(prefix));
    parse_bcrypt(rest.ok_or_else(malformed)?, prehash)
}

fn parse_passlib_bcrypt_sha256(rest: &str) -> Result<Stored> {
    let [parameters, salt, hash] = fields(rest)?;
    let parameters: Vec<_> = parameters.split(',').collect();
    match parameters[..] {
        ["v=2", "t=2b", rounds] => {
            let cost = number(rounds.strip_prefix("r=").ok_or_else(malformed)?)?;
            bcrypt_parts(cost, Prehash::KeyedBase64, salt, hash)
        }
        ["2a" | "2b", cost] => bcrypt_parts(number(cost)?, Prehash::Base64, salt, hash),
        _ => Err(malformed()),
    }
}

fn bcrypt_parts(cost: u32, prehash: Prehash, salt: &str, hash: &str) -> Result<Stored> {
    if !(4..=31).contains(&cost) {
        return Err(malformed());
    }
    if cost > MAX_BCRYPT_COST {
        return Err(too_dear());
    }
    let (salt, hash) = (decode(&BCRYPT, salt)?, decode(&BCRYPT, hash)?);
    if salt.len() != 16 || hash.len() != BCRYPT_HASH_LEN {
        return Err(malformed());
    }
    Stored::new(Scheme::Bcrypt { cost, prehash }, salt, hash)
}

fn parse_passlib_scrypt(rest: &str) -> Result<Stored> {
    let [parameters, salt, hash] = fields(rest)?;
    let parameters: Vec<_> = parameters.split(',').collect();
    let [ln, r, p] = parameters[..] else { return Err(malformed()) };
    let value = |text: &str, name: &str| number::<u64>(text.strip_prefix(name).ok_or_else(malformed)?);
    let n = 1u64.checked_shl(value(ln, "ln=")?.try_into().unwrap_or(u32::MAX)).ok_or_else(too_dear)?;
    Stored::new(scrypt(n, value(r, "r=")?, value(p, "p=")?)?, phc_base64(salt)?, phc_base64(hash)?)
}

/// The rounds are a bare number with passlib, `i=…,l=…` in PHC strings.
fn parse_passlib_pbkdf2(algorithm: HashAlgorithm, rest: &str) -> Result<Stored> {
    let [parameters, salt, hash] = fields(rest)?;
    let iterations = parameters.strip_prefix("i=").unwrap_or(parameters);
    let iterations = iterations.split_once(",l=").map_or(iterations, |(iterations, _)| iterations);
    Stored::new(pbkdf2(algorithm, number(iterations)?)?, phc_base64(salt)?, phc_base64(hash)?)
}

fn parse_django_scrypt(rest: &str) -> Result<Stored> {
    let [n, salt, r, p, hash] = fields(rest)?;
    Stored::new(scrypt(number(n)?, number(r)?, number(p)?)?, salt.into(), decode(&STANDARD, hash)?)
}

fn parse_django_pbkdf2(algorithm: HashAlgorithm, rest: &str) -> Result<Stored> {
    let [iterations, salt, hash] = fields(rest)?;
    Stored::new(pbkdf2(algorithm, number(iterations)?)?, salt.into(), decode(&STANDARD, hash)?)
}

fn werkzeug(scheme: Scheme, rest: &str) -> Result<Stored> {
    let [salt, hash] = fields(rest)?;
    Stored::new(scheme, salt.into(), hex::decode(hash).map_err(|_| malformed())?)
}

fn algorithm(name: &str) -> Result<HashAlgorithm> {
    match name {
        "sha1" => Ok(HashAlgorithm::Sha1),
        "sha224" => Ok(HashAlgorithm::Sha224),
        "sha256" => Ok(HashAlgorithm::Sha256),
        "sha384" => Ok(HashAlgorithm::Sha384),
        "sha512" => Ok(HashAlgorithm::Sha512),
        _ => Err(unknown()),
    }
}

fn fields<const N: usize>(rest: &str) -> Result<[&str; N]> {
    rest.split('$').collect::<Vec<_>>().try_into().map_err(|_| malformed())
}

/// Without a sign or a space, which `parse` alone would take.
fn number<T: core::str::FromStr>(text: &str) -> Result<T> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    text.parse().map_err(|_| malformed())
}

/// The base64 of PHC strings; passlib writes a full stop for the plus sign.
fn phc_base64(text: &str) -> Result<Vec<u8>> {
    decode(&STANDARD_NO_PAD, &text.replace('.', "+"))
}

fn decode(alphabet: &GeneralPurpose, text: &str) -> Result<Vec<u8>> {
    alphabet.decode(text).map_err(|_| malformed())
}

fn unknown() -> Error {
    unusable(
        "the stored string is no password hash of a known form; known are PHC strings of Argon2 and scrypt, bcrypt, and what \
         Django, passlib and Werkzeug write",
    )
}

fn malformed() -> Error {
    unusable("the stored password hash is malformed: it was changed or cut short")
}

fn too_dear() -> Error {
    unusable("the stored password hash asks for more memory or time than any honest one")
}

fn unusable(message: &'static str) -> Error {
    Error::UnusableHash(message.into())
}
