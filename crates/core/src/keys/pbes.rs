//! Encryption under a password: PBES2 and the PBES1 schemes (RFC 8018 §6; RFC 7292 appendix C; RFC 7914 §7).
//!
//! # What a file can demand
//! The file says how much work the password derivation is, and a hostile file says absurd numbers. They are refused
//! before any work is done: more than [`MAX_ITERATIONS`] rounds, or scrypt with more than [`MAX_SCRYPT_MEMORY`] bytes of
//! memory or [`MAX_SCRYPT_WORK`] bytes passed through it. What stays costs about ten seconds at the worst.

use ironlatch_engine::cipher::{Algorithm, Context, Direction};
use ironlatch_engine::rand;
use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier};
use super::{incorrect_password, oid, pkcs12_kdf};
use crate::hash::{HashAlgorithm, digest};
use crate::kdf::Kdf;
use crate::kdf::pbkdf2::Pbkdf2Hmac;
use crate::kdf::scrypt::{self, Scrypt};
use crate::symmetric::padding::Scheme;
use crate::{Error, Output, Result};

/// The most iterations of PBKDF1, PBKDF2 or the PKCS#12 derivation that a file may ask for.
pub const MAX_ITERATIONS: u32 = 10_000_000;
/// The most memory in bytes, `128 * N * r`, that a file may ask scrypt to use.
pub const MAX_SCRYPT_MEMORY: u64 = 1 << 30;
/// The most work, `128 * N * r * p` in bytes, that a file may ask of scrypt.
pub const MAX_SCRYPT_WORK: u64 = 1 << 31;

/// PBKDF2's iterations in what `encrypt` writes.
pub const ITERATIONS: u32 = 2048;

/// Decrypts `data` as `algorithm`, which came with it, says.
///
/// # Errors
/// [`Error::InvalidValue`]. If the password is wrong the message is the same whatever gave it away; for schemes without
/// padding nothing does, and the result is noise.
pub(super) fn decrypt(algorithm: &AlgorithmIdentifier<'_>, password: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    match &algorithm.oid {
        &oid::PBES2 => decrypt_pbes2(&algorithm.parse()?, password, data),
        &oid::PBE_MD5_DES_CBC => decrypt_md5_des(&algorithm.parse()?, password, data),
        other => match PKCS12_SCHEMES.iter().find(|(oid, ..)| oid == other) {
            Some(&(_, cipher)) => decrypt_pkcs12(cipher, &algorithm.parse()?, password, data),
            None => Err(unknown(other)),
        },
    }
}

/// An encryption under a password, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The cipher: `AES-256-CBC`.
    pub cipher: &'static str,
    /// The password derivation: `PBKDF2-HMAC-SHA256, 600000 iterations`.
    pub derivation: String,
}

/// What `algorithm` says.
pub(super) fn describe(algorithm: &AlgorithmIdentifier<'_>) -> Result<Description> {
    let pbes1 = |cipher, derivation: &str| {
        let Pbes1Parameters { iterations, .. } = algorithm.parse()?;
        Ok(Description { cipher, derivation: format!("{derivation}, {iterations} iterations") })
    };
    match &algorithm.oid {
        &oid::PBES2 => {
            let parameters: Pbes2Parameters<'_> = algorithm.parse()?;
            let cipher = match &parameters.cipher.oid {
                &oid::AES128_CBC => "AES-128-CBC",
                &oid::AES192_CBC => "AES-192-CBC",
                &oid::AES256_CBC => "AES-256-CBC",
                &oid::DES_EDE3_CBC => "3DES-CBC",
                &oid::RC2_CBC => "RC2-CBC",
                other => return Err(unknown(other)),
            };
            Ok(Description { cipher, derivation: describe_derivation(&parameters.derivation)? })
        }
        &oid::PBE_MD5_DES_CBC => pbes1("DES-CBC", "PBKDF1-MD5"),
        &oid::PBE_SHA1_RC4_128 => pbes1("RC4-128", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_3DES => pbes1("3DES-CBC", "PKCS #12 SHA-1"),
        &oid::PBE_SHA1_RC2_40 => pbes1("RC2-40-CBC", "PKCS #12 SHA-1"),
        other => Err(unknown(other)),
    }
}

fn describe_derivation(derivation: &AlgorithmIdentifier<'_>) -> Result<String> {
    match &derivation.oid {
        &oid::PBKDF2 => {
            let Pbkdf2Parameters { iterations, prf, .. } = derivation.parse()?;
            let hash = prf_hash(prf.as_ref())?.name().to_uppercase();
            Ok(format!("PBKDF2-HMAC-{hash}, {iterations} iterations"))
        }
        &oid::SCRYPT => {
            let ScryptParameters { n, r, p, .. } = derivation.parse()?;
            Ok(format!("scrypt, n={n}, r={r}, p={p}"))
        }
        other => Err(unknown(other)),
    }
}

/// The hash of PBKDF2's HMAC; where it is left out it is SHA-1.
fn prf_hash(prf: Option<&AlgorithmIdentifier<'_>>) -> Result<HashAlgorithm> {
    let Some(prf) = prf else { return Ok(HashAlgorithm::Sha1) };
    prf.without_parameters()?;
    PRFS.iter().find(|(oid, _)| *oid == prf.oid).map(|(_, hash)| *hash).ok_or_else(|| unknown(&prf.oid))
}

/// Encrypts `data` with PBES2: PBKDF2-HMAC-SHA-256, [`ITERATIONS`] rounds over a random salt of 16 bytes, and
/// AES-256-CBC. The result is an `EncryptedPrivateKeyInfo`.
pub(super) fn encrypt(password: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let (salt, iv) = (rand::array::<16>(), rand::array::<16>());
    let mut key = Zeroizing::new([0; 32]);
    let kdf = Pbkdf2Hmac::new(HashAlgorithm::Sha256, key.len(), &salt, ITERATIONS.into())?;
    kdf.derive(password, Output::from(&mut key[..]))?;
    let encrypted = encrypt_padded(Algorithm::Aes256Cbc, &*key, &iv, data)?;
    der::write(&WrittenInfo {
        algorithm: WrittenAlgorithm {
            oid: oid::PBES2,
            parameters: WrittenPbes2 {
                derivation: WrittenDerivation {
                    oid: oid::PBKDF2,
                    parameters: WrittenPbkdf2 {
                        salt: &salt,
                        iterations: ITERATIONS,
                        prf: WrittenPrf { oid: oid::HMAC_SHA256, parameters: () },
                    },
                },
                cipher: WrittenCipher { oid: oid::AES256_CBC, iv: &iv },
            },
        },
        data: &encrypted,
    })
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
        let last = Scheme::Pkcs7.unpadded_len(&decrypted[whole..]).map_err(|_| incorrect_password())?;
        decrypted.truncate(whole + last);
    }
    Ok(decrypted)
}

/// The PBES1 schemes with the PKCS#12 derivation over SHA-1.
const PKCS12_SCHEMES: [(asn1::ObjectIdentifier, Algorithm); 3] = [
    (oid::PBE_SHA1_RC4_128, Algorithm::Rc4),
    (oid::PBE_SHA1_3DES, Algorithm::DesEde3Cbc),
    (oid::PBE_SHA1_RC2_40, Algorithm::Rc2Cbc40),
];

/// The ciphers of PBES2 whose parameters are the initialization vector.
const CBC_CIPHERS: [(asn1::ObjectIdentifier, Algorithm); 4] = [
    (oid::AES128_CBC, Algorithm::Aes128Cbc),
    (oid::AES192_CBC, Algorithm::Aes192Cbc),
    (oid::AES256_CBC, Algorithm::Aes256Cbc),
    (oid::DES_EDE3_CBC, Algorithm::DesEde3Cbc),
];

/// The pseudorandom functions of PBKDF2, all HMACs.
const PRFS: [(asn1::ObjectIdentifier, HashAlgorithm); 5] = [
    (oid::HMAC_SHA1, HashAlgorithm::Sha1),
    (oid::HMAC_SHA224, HashAlgorithm::Sha224),
    (oid::HMAC_SHA256, HashAlgorithm::Sha256),
    (oid::HMAC_SHA384, HashAlgorithm::Sha384),
    (oid::HMAC_SHA512, HashAlgorithm::Sha512),
];

/// What RC2's parameters say for 128 effective key bits (RFC 8018 appendix B.2.3).
const RC2_VERSION_128_BITS: u32 = 58;

fn decrypt_pbes2(parameters: &Pbes2Parameters<'_>, password: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let scheme = &parameters.cipher;
    let (cipher, iv): (_, &[u8]) = match CBC_CIPHERS.iter().find(|(oid, _)| *oid == scheme.oid) {
        Some(&(_, cipher)) => (cipher, scheme.parse()?),
        None if scheme.oid == oid::RC2_CBC => {
            let rc2: Rc2Parameters<'_> = scheme.parse()?;
            if rc2.version != Some(RC2_VERSION_128_BITS) {
                return Err(Error::value("Invalid key: RC2 is supported with 128 effective key bits only"));
            }
            (Algorithm::Rc2Cbc, rc2.iv)
        }
        None => return Err(unknown(&scheme.oid)),
    };
    check_iv(cipher, iv)?;
    let mut key = Zeroizing::new(vec![0; cipher.key_len()]);
    derive_pbes2(&parameters.derivation, password, &mut key)?;
    decrypt_padded(cipher, &key, iv, data)
}

/// Both derivations' `keyLength` is passed over: the cipher's key length is what counts.
fn derive_pbes2(derivation: &AlgorithmIdentifier<'_>, password: &[u8], key: &mut [u8]) -> Result<()> {
    match &derivation.oid {
        &oid::PBKDF2 => {
            let parameters: Pbkdf2Parameters<'_> = derivation.parse()?;
            let prf = prf_hash(parameters.prf.as_ref())?;
            let iterations = check_iterations(parameters.iterations)?;
            let kdf = Pbkdf2Hmac::new(prf, key.len(), parameters.salt, iterations.into())?;
            kdf.derive(password, Output::from(key))?;
        }
        &oid::SCRYPT => {
            let parameters: ScryptParameters<'_> = derivation.parse()?;
            check_scrypt(&parameters)?;
            let ScryptParameters { salt, n, r, p, .. } = parameters;
            Scrypt::new(salt, key.len(), n, r.into(), p.into())?.derive(password, Output::from(key))?;
        }
        other => return Err(unknown(other)),
    }
    Ok(())
}

/// pbeWithMD5AndDES-CBC: PBKDF1 (RFC 8018 §5.1), whose 16 octets are DES's key and initialization vector.
fn decrypt_md5_des(parameters: &Pbes1Parameters<'_>, password: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    if parameters.salt.len() != 8 {
        return Err(Error::value("the salt of this encryption must be 8 bytes long"));
    }
    let iterations = check_iterations(parameters.iterations)?;
    let mut input = Zeroizing::new(Vec::with_capacity(password.len() + 8));
    input.extend_from_slice(password);
    input.extend_from_slice(parameters.salt);
    let (mut chain, mut next) = (Zeroizing::new([0; 16]), Zeroizing::new([0; 16]));
    digest(HashAlgorithm::Md5, &input, Output::from(&mut chain[..]));
    for _ in 1..iterations {
        digest(HashAlgorithm::Md5, &chain[..], Output::from(&mut next[..]));
        core::mem::swap(&mut chain, &mut next);
    }
    let (key, iv) = chain.split_at(8);
    decrypt_padded(Algorithm::DesCbc, key, iv, data)
}

fn decrypt_pkcs12(
    cipher: Algorithm,
    parameters: &Pbes1Parameters<'_>,
    password: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>> {
    let iterations = check_iterations(parameters.iterations)?;
    let derive = |purpose, len| {
        let mut out = Zeroizing::new(vec![0; len]);
        pkcs12_kdf::derive(HashAlgorithm::Sha1, password, parameters.salt, purpose, iterations, &mut out)
            .map_err(|_| incorrect_password())?;
        Ok::<_, Error>(out)
    };
    let key = derive(pkcs12_kdf::Purpose::Key, cipher.key_len())?;
    let iv = derive(pkcs12_kdf::Purpose::Iv, cipher.iv_len())?;
    decrypt_padded(cipher, &key, &iv, data)
}

fn check_iv(cipher: Algorithm, iv: &[u8]) -> Result<()> {
    if iv.len() == cipher.iv_len() {
        Ok(())
    } else {
        Err(Error::value(format!("the initialization vector must be {} bytes long", cipher.iv_len())))
    }
}

fn check_iterations(iterations: u64) -> Result<u32> {
    match u32::try_from(iterations) {
        Ok(iterations @ 1..=MAX_ITERATIONS) => Ok(iterations),
        _ => Err(Error::value(format!(
            "Invalid key: it asks for {iterations} iterations, and between 1 and {MAX_ITERATIONS} are allowed"
        ))),
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

fn unknown(oid: &asn1::ObjectIdentifier) -> Error {
    Error::value(format!("Unknown key encryption algorithm: {oid}"))
}

#[derive(asn1::Asn1Read)]
struct Pbes1Parameters<'a> {
    salt: &'a [u8],
    iterations: u64,
}

#[derive(asn1::Asn1Read)]
struct Pbes2Parameters<'a> {
    derivation: AlgorithmIdentifier<'a>,
    cipher: AlgorithmIdentifier<'a>,
}

#[derive(asn1::Asn1Read)]
struct Pbkdf2Parameters<'a> {
    salt: &'a [u8],
    iterations: u64,
    _key_len: Option<u64>,
    prf: Option<AlgorithmIdentifier<'a>>,
}

#[derive(asn1::Asn1Read)]
struct ScryptParameters<'a> {
    salt: &'a [u8],
    n: u64,
    r: u32,
    p: u32,
    _key_len: Option<u64>,
}

#[derive(asn1::Asn1Read)]
struct Rc2Parameters<'a> {
    version: Option<u32>,
    iv: &'a [u8],
}

#[derive(asn1::Asn1Write)]
struct WrittenInfo<'a> {
    algorithm: WrittenAlgorithm<'a>,
    data: &'a [u8],
}

#[derive(asn1::Asn1Write)]
struct WrittenAlgorithm<'a> {
    oid: asn1::ObjectIdentifier,
    parameters: WrittenPbes2<'a>,
}

#[derive(asn1::Asn1Write)]
struct WrittenPbes2<'a> {
    derivation: WrittenDerivation<'a>,
    cipher: WrittenCipher<'a>,
}

#[derive(asn1::Asn1Write)]
struct WrittenDerivation<'a> {
    oid: asn1::ObjectIdentifier,
    parameters: WrittenPbkdf2<'a>,
}

#[derive(asn1::Asn1Write)]
struct WrittenPbkdf2<'a> {
    salt: &'a [u8],
    iterations: u32,
    prf: WrittenPrf,
}

#[derive(asn1::Asn1Write)]
struct WrittenPrf {
    oid: asn1::ObjectIdentifier,
    parameters: asn1::Null,
}

#[derive(asn1::Asn1Write)]
struct WrittenCipher<'a> {
    oid: asn1::ObjectIdentifier,
    iv: &'a [u8],
}
