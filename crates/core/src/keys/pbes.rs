//! Encryption under a password: PBES2 and the PBES1 schemes (RFC 8018 §6; RFC 7292 appendix C; RFC
//! 7914 §7).
//!
//! # What a file can demand
//! The file says how much work the password derivation is, and a hostile file says absurd numbers.
//! They are refused before any work is done: more than [`MAX_ITERATIONS`] rounds, or scrypt with
//! more than [`MAX_SCRYPT_MEMORY`] bytes of memory or [`MAX_SCRYPT_WORK`] bytes passed through it.
//! What stays costs about ten seconds at the worst.

use crate::hash::{HashAlgorithm, digest_into};
use ironlatch_engine::cipher::{Algorithm, Context, Direction};
use ironlatch_engine::rand;
use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::{incorrect_password, pkcs12_kdf};
use crate::error::{Allowed, Input, Parameter};
use crate::kdf::Kdf;
use crate::kdf::pbkdf2::Pbkdf2Hmac;
use crate::kdf::scrypt::{self, Scrypt};
use crate::oid::{self, ObjectIdentifier};
use crate::secret::wipes_stack;
use crate::symmetric::padding;
use crate::{Error, Output, Result};

/// The most iterations of PBKDF1, PBKDF2 or the PKCS#12 derivation that a file may ask for.
pub const MAX_ITERATIONS: u32 = 10_000_000;
/// The most memory in bytes, `128 * N * r`, that a file may ask scrypt to use.
pub const MAX_SCRYPT_MEMORY: u64 = 1 << 30;
/// The most work, `128 * N * r * p` in bytes, that a file may ask of scrypt.
pub const MAX_SCRYPT_WORK: u64 = 1 << 31;

/// PBKDF2's iterations in what `encrypt` writes.
pub const ITERATIONS: u32 = 2048;

/// Decrypts `data` as `algorithm`, which came with it, says. No password and an empty one differ
/// for the schemes of PKCS#12 alone (RFC 7292 appendix B).
///
/// # Errors
/// [`Error::InvalidValue`] if the scheme is not known or asks for too much work;
/// [`Error::IncorrectPassword`] whatever gave it away. For schemes without padding nothing does,
/// and the result is noise.
#[wipes_stack(deep)]
pub fn decrypt(
    algorithm: &AlgorithmIdentifier<'_>,
    password: Option<&[u8]>,
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>> {
    match &algorithm.oid {
        &oid::PBES2 => decrypt_pbes2(&algorithm.parse()?, password.unwrap_or_default(), data),
        &oid::PBE_MD5_DES_CBC => decrypt_md5_des(&algorithm.parse()?, password.unwrap_or_default(), data),
        other => match pkcs12_scheme(other) {
            Some(scheme) => decrypt_pkcs12(scheme, &algorithm.parse()?, password, data),
            None => Err(unknown(other)),
        },
    }
}

/// How much work [`decrypt`] has to do: the iterations of a hash function, counted for each block
/// of output. What scrypt passes through memory is counted as the iterations that take that long.
///
/// # Errors
/// [`Error::InvalidValue`] if the scheme is not known, or asks for more than a key file may.
pub fn work(algorithm: &AlgorithmIdentifier<'_>) -> Result<u64> {
    match &algorithm.oid {
        &oid::PBES2 => {
            let Pbes2 { derivation, encryption } = algorithm.parse()?;
            derivation.work(encryption.cipher()?.0.key_len())
        }
        other => {
            let Pbes1Parameters { iterations, .. } = algorithm.parse()?;
            let iterations = u64::from(check_iterations(iterations)?);
            match pkcs12_scheme(other) {
                Some(scheme) => {
                    let blocks = scheme.key_len.div_ceil(20) + scheme.cipher.iv_len().div_ceil(20);
                    Ok(iterations * blocks as u64)
                }
                None => Ok(iterations),
            }
        }
    }
}

/// An encryption that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// PBES2 with PBKDF2-HMAC-SHA-256 over a random salt of 16 bytes, and AES-256-CBC.
    Pbes2Sha256Aes256 {
        /// PBKDF2's iterations.
        iterations: u32,
    },
    /// pbeWithSHAAnd3-KeyTripleDES-CBC over a random salt of 8 bytes: for readers from before 2010.
    Sha1TripleDes {
        /// The derivation's iterations.
        iterations: u32,
    },
}

/// The result of [`encrypt`].
#[derive(Debug, Clone)]
pub struct Encrypted {
    /// The `AlgorithmIdentifier` in DER.
    pub algorithm: Vec<u8>,
    /// The encrypted octets.
    pub data: Vec<u8>,
}

/// An encryption under a password, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The cipher: `AES-256-CBC`.
    pub cipher: &'static str,
    /// The password derivation: `PBKDF2-HMAC-SHA256, 600000 iterations`.
    pub derivation: String,
}

/// Reads the scheme from `algorithm`.
pub(super) fn describe(algorithm: &AlgorithmIdentifier<'_>) -> Result<Description> {
    let pbes1 = |cipher, derivation: &str| {
        let Pbes1Parameters { iterations, .. } = algorithm.parse()?;
        Ok(Description { cipher, derivation: format!("{derivation}, {iterations} iterations") })
    };
    match &algorithm.oid {
        &oid::PBES2 => {
            let Pbes2 { derivation, encryption } = algorithm.parse()?;
            let cipher = match encryption.parameters {
                Encryption::Aes128Cbc(_) => "AES-128-CBC",
                Encryption::Aes192Cbc(_) => "AES-192-CBC",
                Encryption::Aes256Cbc(_) => "AES-256-CBC",
                Encryption::DesEde3Cbc(_) => "3DES-CBC",
                Encryption::Rc2Cbc(_) => "RC2-CBC",
                Encryption::Unknown(..) => return Err(unknown(encryption.oid())),
            };
            Ok(Description { cipher, derivation: describe_derivation(&derivation)? })
        }
        &oid::PBE_MD5_DES_CBC => pbes1("DES-CBC", "PBKDF1-MD5"),
        &oid::PBE_SHA1_RC4_128 => pbes1("RC4-128", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_3DES => pbes1("3DES-CBC", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_RC2_40 => pbes1("RC2-40-CBC", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_RC4_40 => pbes1("RC4-40", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_2DES => pbes1("3DES-CBC with two keys", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_RC2_128 => pbes1("RC2-CBC", "PKCS #12 SHA-1"),
        other => Err(unknown(other)),
    }
}

fn describe_derivation(derivation: &DerivationAlgorithm<'_>) -> Result<String> {
    match &derivation.parameters {
        Derivation::Pbkdf2(parameters) => {
            let hash = parameters.hash()?.name().to_uppercase();
            Ok(format!("PBKDF2-HMAC-{hash}, {} iterations", parameters.iterations))
        }
        Derivation::Scrypt(ScryptParameters { n, r, p, .. }) => Ok(format!("scrypt, n={n}, r={r}, p={p}")),
        Derivation::Unknown(..) => Err(unknown(derivation.oid())),
    }
}

/// Encrypts `data` under `password`.
///
/// # Errors
/// [`Error::InvalidValue`] if there are no iterations, or the scheme wants a password in UTF-8 and
/// this is none; [`Error::OutOfMemory`].
#[wipes_stack(deep)]
pub fn encrypt(scheme: Scheme, password: &[u8], data: &[u8]) -> Result<Encrypted> {
    match scheme {
        Scheme::Pbes2Sha256Aes256 { iterations } => encrypt_pbes2(iterations, password, data),
        Scheme::Sha1TripleDes { iterations } => {
            let parameters = Pbes1Parameters { salt: &rand::array::<8>(), iterations: iterations.into() };
            let scheme = pkcs12_scheme(&oid::PBE_SHA1_3DES).ok_or(Error::Internal("the scheme is in the table"))?;
            let (key, iv) = derive_pkcs12(scheme, &parameters, Some(password))?;
            let data = encrypt_padded(scheme.cipher, &key, &iv, data)?;
            let algorithm = der::write(&Pbes1Algorithm { oid: oid::PBE_SHA1_3DES, parameters })?;
            Ok(Encrypted { algorithm, data })
        }
    }
}

fn encrypt_pbes2(iterations: u32, password: &[u8], data: &[u8]) -> Result<Encrypted> {
    let (salt, iv) = (rand::array::<16>(), rand::array::<16>());
    let derivation = Derivation::Pbkdf2(Pbkdf2Parameters {
        salt: &salt,
        iterations: iterations.into(),
        key_len: None,
        prf: Some(Prf { oid: oid::HMAC_SHA256, parameters: Some(()) }),
    });
    let scheme = Pbes2 { derivation: derivation.into(), encryption: Encryption::Aes256Cbc(&iv).into() };
    let (cipher, iv) = scheme.encryption.cipher()?;
    let key = Zeroizing::new(vec![0; cipher.key_len()]);
    let key = scheme.derivation.derive_unbounded(password, key)?;
    let data = encrypt_padded(cipher, &key, iv, data)?;
    let algorithm = der::write(&Pbes2Algorithm { oid: oid::PBES2, parameters: scheme })?;
    Ok(Encrypted { algorithm, data })
}

/// Encrypts with a CBC mode and the padding of RFC 8018 §6.1.1.
pub(super) fn encrypt_padded(cipher: Algorithm, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let block = cipher.block_len();
    let padding = block - data.len() % block;
    let mut padded = Zeroizing::new(Vec::with_capacity(data.len() + padding));
    padded.extend_from_slice(data);
    padded.resize(data.len() + padding, padding as u8);
    let mut encrypted = vec![0; padded.len()];
    Context::new(cipher, Direction::Encrypt, key, iv)?.update(&padded, Output::from(&mut encrypted[..]))?;
    Ok(encrypted)
}

/// Decrypts with a CBC mode and takes the padding off, or with a stream cipher.
///
/// # Errors
/// That the password is incorrect, if the padding is.
pub(super) fn decrypt_padded(cipher: Algorithm, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let block = cipher.block_len();
    if !data.len().is_multiple_of(block) {
        return Err(incorrect_password());
    }
    let mut decrypted = Zeroizing::new(vec![0; data.len()]);
    Context::new(cipher, Direction::Decrypt, key, iv)?.update(data, Output::from(&mut decrypted[..]))?;
    if block > 1 {
        let whole = decrypted.len().checked_sub(block).ok_or_else(incorrect_password)?;
        let last = padding::Scheme::Pkcs7.unpadded_len(&decrypted[whole..]).map_err(|_| incorrect_password())?;
        decrypted.truncate(whole + last);
    }
    Ok(decrypted)
}

/// A PBES1 scheme with the PKCS#12 derivation over SHA-1.
struct Pkcs12Scheme {
    cipher: Algorithm,
    /// The bytes that are derived: in some, two of Triple DES's three keys, or less than RC4 takes.
    key_len: usize,
}

fn pkcs12_scheme(oid: &ObjectIdentifier) -> Option<&'static Pkcs12Scheme> {
    PKCS12_SCHEMES.iter().find(|(known, _)| known == oid).map(|(_, scheme)| scheme)
}

static PKCS12_SCHEMES: [(ObjectIdentifier, Pkcs12Scheme); 6] = [
    (oid::PBE_SHA1_RC4_128, Pkcs12Scheme { cipher: Algorithm::Rc4, key_len: 16 }),
    (oid::PBE_SHA1_RC4_40, Pkcs12Scheme { cipher: Algorithm::Rc4, key_len: 5 }),
    (oid::PBE_SHA1_3DES, Pkcs12Scheme { cipher: Algorithm::DesEde3Cbc, key_len: 24 }),
    (oid::PBE_SHA1_2DES, Pkcs12Scheme { cipher: Algorithm::DesEde3Cbc, key_len: 16 }),
    (oid::PBE_SHA1_RC2_128, Pkcs12Scheme { cipher: Algorithm::Rc2Cbc, key_len: 16 }),
    (oid::PBE_SHA1_RC2_40, Pkcs12Scheme { cipher: Algorithm::Rc2Cbc40, key_len: 5 }),
];

/// The pseudorandom functions of PBKDF2, all HMACs.
pub(super) const PRFS: [(ObjectIdentifier, HashAlgorithm); 5] = [
    (oid::HMAC_SHA1, HashAlgorithm::Sha1),
    (oid::HMAC_SHA224, HashAlgorithm::Sha224),
    (oid::HMAC_SHA256, HashAlgorithm::Sha256),
    (oid::HMAC_SHA384, HashAlgorithm::Sha384),
    (oid::HMAC_SHA512, HashAlgorithm::Sha512),
];

/// The bytes that scrypt passes through memory in the time of an iteration of PBKDF2-HMAC-SHA-256.
const SCRYPT_BYTES_AN_ITERATION: u64 = 200;

/// The value of RC2's parameters for 128 effective key bits (RFC 8018 appendix B.2.3).
const RC2_VERSION_128_BITS: u32 = 58;

fn decrypt_pbes2(scheme: &Pbes2<'_>, password: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (cipher, iv) = scheme.encryption.cipher()?;
    let key = scheme.derivation.derive(password, cipher.key_len())?;
    decrypt_padded(cipher, &key, iv, data)
}

/// pbeWithMD5AndDES-CBC: PBKDF1 (RFC 8018 §5.1), whose 16 octets are DES's key and initialization
/// vector.
fn decrypt_md5_des(parameters: &Pbes1Parameters<'_>, password: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    if parameters.salt.len() != 8 {
        let (what, got) = (Input::Salt, parameters.salt.len());
        return Err(Error::Length { what, got, allowed: Allowed::Exactly(8) });
    }
    let iterations = check_iterations(parameters.iterations)?;
    let mut input = Zeroizing::new(Vec::with_capacity(password.len() + 8));
    input.extend_from_slice(password);
    input.extend_from_slice(parameters.salt);
    let (mut chain, mut next) = (Zeroizing::new([0; 16]), Zeroizing::new([0; 16]));
    digest_into(HashAlgorithm::Md5, &input, Output::from(&mut chain[..]));
    for _ in 1..iterations {
        digest_into(HashAlgorithm::Md5, &chain[..], Output::from(&mut next[..]));
        core::mem::swap(&mut chain, &mut next);
    }
    let (key, iv) = chain.split_at(8);
    decrypt_padded(Algorithm::DesCbc, key, iv, data)
}

fn decrypt_pkcs12(
    scheme: &Pkcs12Scheme,
    parameters: &Pbes1Parameters<'_>,
    password: Option<&[u8]>,
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>> {
    check_iterations(parameters.iterations)?;
    let (key, iv) = derive_pkcs12(scheme, parameters, password).map_err(|_| incorrect_password())?;
    decrypt_padded(scheme.cipher, &key, &iv, data)
}

/// A cipher's key and initialization vector.
type KeyAndIv = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

fn derive_pkcs12(scheme: &Pkcs12Scheme, parameters: &Pbes1Parameters<'_>, password: Option<&[u8]>) -> Result<KeyAndIv> {
    let iterations = check_iterations(parameters.iterations)?;
    let derive = |purpose, len| {
        let mut out = Zeroizing::new(Vec::with_capacity(24));
        out.resize(len, 0);
        pkcs12_kdf::derive(HashAlgorithm::Sha1, password, parameters.salt, purpose, iterations, &mut out)?;
        Ok::<_, Error>(out)
    };
    let mut key = derive(pkcs12_kdf::Purpose::Key, scheme.key_len)?;
    if scheme.cipher == Algorithm::DesEde3Cbc && scheme.key_len == 16 {
        key.extend_from_within(..8);
    }
    Ok((key, derive(pkcs12_kdf::Purpose::Iv, scheme.cipher.iv_len())?))
}

fn check_iterations(iterations: u64) -> Result<u32> {
    match u32::try_from(iterations) {
        Ok(iterations @ 1..=MAX_ITERATIONS) => Ok(iterations),
        _ => {
            let allowed = Allowed::Between(1, MAX_ITERATIONS.into());
            Err(Error::OutOfRange { what: Parameter::FileIterations, got: iterations, allowed })
        }
    }
}

fn check_scrypt(parameters: &ScryptParameters<'_>) -> Result<()> {
    let ScryptParameters { n, r, p, .. } = *parameters;
    let valid = n > 1 && n.is_power_of_two() && r > 0 && p > 0;
    let (memory, work) = (scrypt::memory(n, r.into(), p.into()), scrypt::work(n, r.into(), p.into()));
    if valid && memory <= MAX_SCRYPT_MEMORY && work <= MAX_SCRYPT_WORK {
        Ok(())
    } else {
        Err(Error::value("Invalid key: it asks for scrypt with parameters that are not valid, or for too much work"))
    }
}

fn unknown(oid: &impl core::fmt::Display) -> Error {
    Error::value(format!("Unknown key encryption algorithm: {oid}"))
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct Pbes1Parameters<'a> {
    salt: &'a [u8],
    iterations: u64,
}

/// `PBES2-params` (RFC 8018 appendix A.4), as they are read and as they are written.
#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct Pbes2<'a> {
    derivation: DerivationAlgorithm<'a>,
    encryption: EncryptionAlgorithm<'a>,
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
pub(super) struct DerivationAlgorithm<'a> {
    _oid: asn1::DefinedByMarker<asn1::ObjectIdentifier>,
    #[defined_by(_oid)]
    parameters: Derivation<'a>,
}

/// The parameters of a password derivation.
#[derive(asn1::Asn1DefinedByRead, asn1::Asn1DefinedByWrite)]
enum Derivation<'a> {
    #[defined_by(choices::PBKDF2)]
    Pbkdf2(Pbkdf2Parameters<'a>),
    #[defined_by(choices::SCRYPT)]
    Scrypt(ScryptParameters<'a>),
    #[default]
    Unknown(asn1::ObjectIdentifier, Option<asn1::Tlv<'a>>),
}

impl<'a> From<Derivation<'a>> for DerivationAlgorithm<'a> {
    fn from(parameters: Derivation<'a>) -> Self {
        Self { _oid: asn1::DefinedByMarker::marker(), parameters }
    }
}

impl DerivationAlgorithm<'_> {
    fn oid(&self) -> &asn1::ObjectIdentifier {
        use asn1::Asn1DefinedByWritable as _;
        self.parameters.item()
    }

    /// The length in bytes that the parameters give.
    pub(super) fn key_len(&self) -> Option<u64> {
        match &self.parameters {
            Derivation::Pbkdf2(parameters) => parameters.key_len,
            Derivation::Scrypt(parameters) => parameters.key_len,
            Derivation::Unknown(..) => None,
        }
    }

    /// Derives a key of `len` bytes. The parameters' own `keyLength` is passed over: the cipher's
    /// is what counts.
    pub(super) fn derive(&self, password: &[u8], len: usize) -> Result<Zeroizing<Vec<u8>>> {
        self.work(len)?;
        self.derive_unbounded(password, Zeroizing::new(vec![0; len]))
    }

    /// The iterations, once the limits have been looked at.
    pub(super) fn work(&self, len: usize) -> Result<u64> {
        match &self.parameters {
            Derivation::Pbkdf2(parameters) => {
                let blocks = len.div_ceil(parameters.hash()?.digest_size());
                Ok(u64::from(check_iterations(parameters.iterations)?) * blocks as u64)
            }
            Derivation::Scrypt(parameters) => {
                check_scrypt(parameters)?;
                let ScryptParameters { n, r, p, .. } = *parameters;
                Ok(scrypt::work(n, r.into(), p.into()) / SCRYPT_BYTES_AN_ITERATION)
            }
            Derivation::Unknown(..) => Err(unknown(self.oid())),
        }
    }

    /// Fills `key`, whatever the work: what is written has the caller's own iterations.
    fn derive_unbounded(&self, password: &[u8], mut key: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>> {
        let len = key.len();
        let out = Output::from(&mut key[..]);
        match &self.parameters {
            Derivation::Pbkdf2(parameters) => {
                let Pbkdf2Parameters { salt, iterations, .. } = *parameters;
                Pbkdf2Hmac::new(parameters.hash()?, len, salt, iterations)?.derive_into(password, out)?;
            }
            Derivation::Scrypt(parameters) => {
                let ScryptParameters { salt, n, r, p, .. } = *parameters;
                Scrypt::new(salt, len, n, r.into(), p.into())?.derive_into(password, out)?;
            }
            Derivation::Unknown(..) => return Err(unknown(self.oid())),
        }
        Ok(key)
    }
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct Pbkdf2Parameters<'a> {
    salt: &'a [u8],
    iterations: u64,
    key_len: Option<u64>,
    prf: Option<Prf>,
}

impl Pbkdf2Parameters<'_> {
    /// The hash of the HMAC; where it is left out it is SHA-1.
    fn hash(&self) -> Result<HashAlgorithm> {
        let Some(Prf { oid, .. }) = &self.prf else { return Ok(HashAlgorithm::Sha1) };
        PRFS.iter().find(|(known, _)| known == oid).map(|(_, hash)| *hash).ok_or_else(|| unknown(oid))
    }
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct Prf {
    oid: ObjectIdentifier,
    parameters: Option<asn1::Null>,
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct ScryptParameters<'a> {
    salt: &'a [u8],
    n: u64,
    r: u32,
    p: u32,
    key_len: Option<u64>,
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct EncryptionAlgorithm<'a> {
    _oid: asn1::DefinedByMarker<asn1::ObjectIdentifier>,
    #[defined_by(_oid)]
    parameters: Encryption<'a>,
}

/// The parameters of a cipher: its initialization vector.
#[derive(asn1::Asn1DefinedByRead, asn1::Asn1DefinedByWrite)]
enum Encryption<'a> {
    #[defined_by(choices::AES128_CBC)]
    Aes128Cbc(&'a [u8]),
    #[defined_by(choices::AES192_CBC)]
    Aes192Cbc(&'a [u8]),
    #[defined_by(choices::AES256_CBC)]
    Aes256Cbc(&'a [u8]),
    #[defined_by(choices::DES_EDE3_CBC)]
    DesEde3Cbc(&'a [u8]),
    #[defined_by(choices::RC2_CBC)]
    Rc2Cbc(Rc2Parameters<'a>),
    #[default]
    Unknown(asn1::ObjectIdentifier, Option<asn1::Tlv<'a>>),
}

impl<'a> From<Encryption<'a>> for EncryptionAlgorithm<'a> {
    fn from(parameters: Encryption<'a>) -> Self {
        Self { _oid: asn1::DefinedByMarker::marker(), parameters }
    }
}

impl<'a> EncryptionAlgorithm<'a> {
    fn oid(&self) -> &asn1::ObjectIdentifier {
        use asn1::Asn1DefinedByWritable as _;
        self.parameters.item()
    }

    /// The cipher and its initialization vector, which is as long as it must be.
    fn cipher(&self) -> Result<(Algorithm, &'a [u8])> {
        let (cipher, iv) = match &self.parameters {
            Encryption::Aes128Cbc(iv) => (Algorithm::Aes128Cbc, *iv),
            Encryption::Aes192Cbc(iv) => (Algorithm::Aes192Cbc, *iv),
            Encryption::Aes256Cbc(iv) => (Algorithm::Aes256Cbc, *iv),
            Encryption::DesEde3Cbc(iv) => (Algorithm::DesEde3Cbc, *iv),
            Encryption::Rc2Cbc(Rc2Parameters { version: Some(RC2_VERSION_128_BITS), iv }) => (Algorithm::Rc2Cbc, *iv),
            Encryption::Rc2Cbc(_) => {
                return Err(Error::value("Invalid key: RC2 is supported with 128 effective key bits only"));
            }
            Encryption::Unknown(..) => return Err(unknown(self.oid())),
        };
        if iv.len() == cipher.iv_len() {
            Ok((cipher, iv))
        } else {
            let (what, allowed) = (Input::InitializationVector, Allowed::Exactly(cipher.iv_len() as u64));
            Err(Error::Length { what, got: iv.len(), allowed })
        }
    }
}

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct Rc2Parameters<'a> {
    version: Option<u32>,
    iv: &'a [u8],
}

#[derive(asn1::Asn1Write)]
struct Pbes1Algorithm<'a> {
    oid: ObjectIdentifier,
    parameters: Pbes1Parameters<'a>,
}

#[derive(asn1::Asn1Write)]
struct Pbes2Algorithm<'a> {
    oid: ObjectIdentifier,
    parameters: Pbes2<'a>,
}

/// The identifiers of the choices above, as the type that the derives of `asn1` compare with.
mod choices {
    use asn1::ObjectIdentifier;

    use crate::oid;

    pub(super) const PBKDF2: ObjectIdentifier = oid::PBKDF2.into_inner();
    pub(super) const SCRYPT: ObjectIdentifier = oid::SCRYPT.into_inner();
    pub(super) const AES128_CBC: ObjectIdentifier = oid::AES128_CBC.into_inner();
    pub(super) const AES192_CBC: ObjectIdentifier = oid::AES192_CBC.into_inner();
    pub(super) const AES256_CBC: ObjectIdentifier = oid::AES256_CBC.into_inner();
    pub(super) const DES_EDE3_CBC: ObjectIdentifier = oid::DES_EDE3_CBC.into_inner();
    pub(super) const RC2_CBC: ObjectIdentifier = oid::RC2_CBC.into_inner();
}
