//! OpenSSL's own encryption of PEM blocks, older than PKCS#8: the headers `Proc-Type` and
//! `DEK-Info` (RFC 1421 §4.6).
//!
//! The key is one pass of MD5 over password and salt, so a stolen file gives its password to anyone
//! who guesses fast. Read it, and write PKCS#8 instead.

use ironlatch_engine::cipher::Algorithm;
use ironlatch_engine::rand;
use zeroize::Zeroizing;

use super::pbes::{decrypt_padded, encrypt_padded};
use super::pem::{self, Block};
use crate::hash::{Hash, HashAlgorithm};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// Whether `block` says that it is encrypted.
///
/// # Errors
/// [`Error::InvalidValue`] if its headers ask for a protection that is not known, or say too
/// little.
pub fn is_encrypted(block: &Block<'_>) -> Result<bool> {
    match block.header(PROC_TYPE) {
        None => Ok(false),
        Some(ENCRYPTED) => dek_info(block).map(|_| true),
        Some(_) => Err(Error::value("the PEM block's Proc-Type header is not valid")),
    }
}

/// Decrypts a block that [`is_encrypted`].
///
/// # Errors
/// [`Error::InvalidValue`] if the cipher is not known, the initialization vector is not valid, or
/// the password is wrong.
#[wipes_stack(deep)]
pub fn decrypt(block: &Block<'_>, password: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let (name, iv) = dek_info(block)?;
    let cipher = CIPHERS.iter().find(|(known, _)| *known == name);
    let &(_, cipher) = cipher.ok_or_else(unknown_cipher)?;
    let iv = hex::decode(iv).ok().filter(|iv| iv.len() == cipher.iv_len());
    let iv = iv.ok_or_else(|| Error::value("the initialization vector in DEK-Info is not valid"))?;
    let key = bytes_to_key(cipher.key_len(), password, &iv);
    decrypt_padded(cipher, &key, &iv, &block.decode()?)
}

/// Writes `der` as a PEM block that is encrypted with AES-256-CBC.
///
/// # Errors
/// What the cipher reports.
#[wipes_stack(deep)]
pub fn encrypt(label: &str, der: &[u8], password: &[u8]) -> Result<Vec<u8>> {
    let (name, cipher) = CIPHERS[0];
    let iv = rand::array::<16>();
    let key = bytes_to_key(cipher.key_len(), password, &iv);
    let encrypted = encrypt_padded(cipher, &key, &iv, der)?;
    let headers = [format!("{PROC_TYPE}: {ENCRYPTED}"), format!("{DEK_INFO}: {name},{}", hex::encode_upper(iv))];
    Ok(core::mem::take(&mut *pem::encode(label, &headers, &encrypted)))
}

const PROC_TYPE: &str = "Proc-Type";
const ENCRYPTED: &str = "4,ENCRYPTED";
const DEK_INFO: &str = "DEK-Info";

/// The ciphers by their names in `DEK-Info`; the first is the one that is written.
const CIPHERS: [(&str, Algorithm); 5] = [
    ("AES-256-CBC", Algorithm::Aes256Cbc),
    ("AES-192-CBC", Algorithm::Aes192Cbc),
    ("AES-128-CBC", Algorithm::Aes128Cbc),
    ("DES-EDE3-CBC", Algorithm::DesEde3Cbc),
    ("DES-CBC", Algorithm::DesCbc),
];

/// It does not repeat the name, which stands in the file and may be anything.
fn unknown_cipher() -> Error {
    let known = CIPHERS.map(|(name, _)| name).join(", ");
    Error::value(format!(
        "Key encrypted with unknown cipher. DEK-Info can name {known}; convert a key under another cipher to PKCS#8 with \
         the program that made it, `openssl pkcs8 -topk8` for example."
    ))
}

/// The cipher's name and the initialization vector's hexadecimal digits.
fn dek_info<'a>(block: &Block<'a>) -> Result<(&'a str, &'a str)> {
    let info = block.header(DEK_INFO);
    let info = info.ok_or_else(|| Error::value("the PEM block is encrypted, but has no DEK-Info header"))?;
    info.split_once(',').ok_or_else(|| Error::value("the PEM block's DEK-Info header is not valid"))
}

/// `EVP_BytesToKey` with MD5 and one round: each block of the key hashes the one before, the
/// password, and the salt, for which the first 8 octets of the initialization vector serve.
fn bytes_to_key(len: usize, password: &[u8], iv: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(vec![0; len]);
    let mut block = Zeroizing::new([0; 16]);
    for (index, piece) in key.chunks_mut(16).enumerate() {
        let mut hash = Hash::new(HashAlgorithm::Md5);
        if index > 0 {
            hash.update(&block[..]);
        }
        hash.update(password);
        hash.update(&iv[..8]);
        hash.finalize_into(Output::from(&mut block[..]));
        piece.copy_from_slice(&block[..piece.len()]);
    }
    key
}
