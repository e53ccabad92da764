//! How private keys are encrypted in `openssh-key-v1` files: a cipher of SSH's, under a key from
//! bcrypt-pbkdf.

use crate::symmetric::aead::{Aad, Aead, AesGcm, Nonce};
use zeroize::Zeroizing;

use super::wire::{Reader, invalid, put_number, put_string};
use crate::error::{Allowed, Parameter, Unsupported};
use crate::kdf::Kdf;
use crate::kdf::bcrypt_pbkdf::BcryptPbkdf;
use crate::symmetric::chacha20::ChaCha20;
use crate::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use crate::symmetric::poly1305::Poly1305;
use crate::{Error, Output, Result, random};

/// The most rounds of bcrypt-pbkdf that a file may ask for unless told otherwise, some ten seconds
/// of work. `ssh-keygen` writes 24; a file that asks for far more may be meant to hold the program
/// up.
pub const MAX_ROUNDS: u32 = 1000;

/// The same for a program that reads its user's own files, as people use it.
pub const MAX_OWN_ROUNDS: u32 = 10_000;

/// The name of what is not there: no cipher, no key derivation.
const NONE: &str = "none";
const BCRYPT: &str = "bcrypt";

/// The rounds of bcrypt-pbkdf in files that are written, unless asked otherwise.
pub const DEFAULT_ROUNDS: u32 = 16;
const SALT_LEN: usize = 16;

/// The length in bytes of the blocks that an unencrypted key is padded to.
const UNENCRYPTED_BLOCK: usize = 8;

/// How one file is encrypted.
#[derive(Debug)]
pub(super) struct Encryption {
    cipher: &'static Cipher,
    salt: Vec<u8>,
    rounds: u32,
}

impl Encryption {
    /// A file's encryption parameters; `None` if it is not encrypted.
    pub(super) fn parse(cipher: &str, kdf: &str, options: &[u8]) -> Result<Option<Self>> {
        if (cipher, kdf) == (NONE, NONE) {
            return if options.is_empty() { Ok(None) } else { Err(invalid("it has options for no key derivation")) };
        }
        let known = CIPHERS.iter().find(|known| known.name == cipher);
        let cipher = known.ok_or_else(|| unsupported(&format!("the cipher {cipher:?} of this OpenSSH key")))?;
        if kdf != BCRYPT {
            return Err(unsupported(&format!("the key derivation {kdf:?} of this OpenSSH key")));
        }
        let mut reader = Reader::new(options);
        let (salt, rounds) = (reader.string()?.to_vec(), reader.number()?);
        reader.finish()?;
        Ok(Some(Self { cipher, salt, rounds }))
    }

    /// The length in bytes that the private part is a multiple of.
    pub(super) fn block_len(this: Option<&Self>) -> usize {
        this.map_or(UNENCRYPTED_BLOCK, |this| this.cipher.block_len)
    }

    /// The length in bytes of the tag after the private part.
    pub(super) fn tag_len(this: Option<&Self>) -> usize {
        this.map_or(0, |this| this.cipher.tag_len())
    }

    /// Decrypts the private part, if the file asks for no more than `max_rounds` of work.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if it asks for more; [`Error::InvalidTag`] if the cipher has a tag,
    /// and it does not fit: the password is wrong, or the file was changed.
    pub(super) fn decrypt(
        &self,
        password: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
        max_rounds: u32,
    ) -> Result<Zeroizing<Vec<u8>>> {
        if self.rounds > max_rounds {
            let (got, allowed) = (self.rounds.into(), Allowed::AtMost(max_rounds.into()));
            return Err(Error::OutOfRange { what: Parameter::FileRounds, got, allowed });
        }
        let (key, iv) = (self.cipher.key_len, self.cipher.iv_len);
        let derived = BcryptPbkdf::new(&self.salt, key + iv, self.rounds)?.derive(password)?;
        let (key, iv) = derived.expose().split_at(key);
        let mut plaintext = Zeroizing::new(vec![0; ciphertext.len()]);
        let out = Output::from(&mut plaintext[..]);
        match self.cipher.mode {
            CipherMode::Block(cipher, mode) => {
                CipherContext::new(cipher, mode, Direction::Decrypt, key, iv)?.update(ciphertext, out)?;
            }
            CipherMode::AesGcm => {
                AesGcm::new(key)?.decrypt_into(Nonce(iv), &[ciphertext, tag].concat(), Aad(b""), out)?;
            }
            CipherMode::ChaCha20Poly1305 => {
                let mut stream = chacha20(key, ciphertext, tag)?;
                stream.update(ciphertext, out)?;
            }
        }
        Ok(plaintext)
    }
}

/// The encryption of files that are written: the one that every reader has. Its tag-less mode is
/// made up for by the check numbers, which show a wrong password.
#[derive(Debug)]
pub(super) struct NewEncryption {
    cipher: &'static Cipher,
    salt: [u8; SALT_LEN],
    rounds: u32,
}

impl NewEncryption {
    /// Under a new salt.
    pub(super) fn new(rounds: u32) -> Self {
        Self { cipher: &CIPHERS[0], salt: random::array(), rounds }
    }

    /// The names of cipher and key derivation, and the options of the latter; those of a file that
    /// is not encrypted for `None`.
    pub(super) fn header(this: Option<&Self>) -> (&'static str, &'static str, Vec<u8>) {
        let Some(this) = this else { return (NONE, NONE, Vec::new()) };
        let mut options = Vec::new();
        put_string(&mut options, &this.salt);
        put_number(&mut options, this.rounds);
        (this.cipher.name, BCRYPT, options)
    }

    /// The length in bytes that the private part must be a multiple of.
    pub(super) fn block_len(this: Option<&Self>) -> usize {
        this.map_or(UNENCRYPTED_BLOCK, |this| this.cipher.block_len)
    }

    /// Encrypts the private part.
    pub(super) fn encrypt(&self, password: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
        let derived = BcryptPbkdf::new(&self.salt, self.cipher.key_len + self.cipher.iv_len, self.rounds)?;
        let derived = derived.derive(password)?;
        let (key, iv) = derived.expose().split_at(self.cipher.key_len);
        let mut ciphertext = vec![0; plaintext.len()];
        let mut context = CipherContext::new(BlockCipher::Aes, Mode::Ctr, Direction::Encrypt, key, iv)?;
        context.update(plaintext, Output::from(&mut ciphertext[..]))?;
        Ok(ciphertext)
    }
}

/// `chacha20-poly1305@openssh.com` with the sequence number 0: the first block of the keystream is
/// the key of the authenticator, the others encrypt. The second half of the key is for the length
/// of packets, which a file has not.
fn chacha20(key: &[u8], ciphertext: &[u8], tag: &[u8]) -> Result<ChaCha20> {
    let mut stream = ChaCha20::new(&key[..32], &[0; 16])?;
    let mut block = Zeroizing::new([0; 64]);
    stream.update(&[0; 64], Output::from(&mut block[..]))?;
    let mut authenticator = Poly1305::new(&block[..32])?;
    authenticator.update(ciphertext);
    authenticator.verify(tag).map_err(|_| Error::InvalidTag)?;
    Ok(stream)
}

/// A cipher of SSH's.
#[derive(Debug)]
struct Cipher {
    name: &'static str,
    mode: CipherMode,
    key_len: usize,
    iv_len: usize,
    block_len: usize,
}

#[derive(Debug)]
enum CipherMode {
    Block(BlockCipher, Mode),
    AesGcm,
    ChaCha20Poly1305,
}

impl Cipher {
    const fn block(name: &'static str, cipher: BlockCipher, mode: Mode, key_len: usize, block_len: usize) -> Self {
        Self { name, mode: CipherMode::Block(cipher, mode), key_len, iv_len: block_len, block_len }
    }

    const fn gcm(name: &'static str, key_len: usize) -> Self {
        Self { name, mode: CipherMode::AesGcm, key_len, iv_len: 12, block_len: 16 }
    }

    fn tag_len(&self) -> usize {
        match self.mode {
            CipherMode::Block(..) => 0,
            CipherMode::AesGcm | CipherMode::ChaCha20Poly1305 => 16,
        }
    }
}

/// The ciphers of `ssh-keygen -Z` (RFC 4253 §6.3, RFC 4344 §4, RFC 5647, OpenSSH's
/// PROTOCOL.chacha20poly1305).
static CIPHERS: [Cipher; 10] = [
    Cipher::block("aes256-ctr", BlockCipher::Aes, Mode::Ctr, 32, 16),
    Cipher::block("aes192-ctr", BlockCipher::Aes, Mode::Ctr, 24, 16),
    Cipher::block("aes128-ctr", BlockCipher::Aes, Mode::Ctr, 16, 16),
    Cipher::block("aes256-cbc", BlockCipher::Aes, Mode::Cbc, 32, 16),
    Cipher::block("aes192-cbc", BlockCipher::Aes, Mode::Cbc, 24, 16),
    Cipher::block("aes128-cbc", BlockCipher::Aes, Mode::Cbc, 16, 16),
    Cipher::block("3des-cbc", BlockCipher::TripleDes, Mode::Cbc, 24, 8),
    Cipher::gcm("aes256-gcm@openssh.com", 32),
    Cipher::gcm("aes128-gcm@openssh.com", 16),
    Cipher {
        name: "chacha20-poly1305@openssh.com",
        mode: CipherMode::ChaCha20Poly1305,
        key_len: 64,
        iv_len: 0,
        block_len: 8,
    },
];

fn unsupported(what: &str) -> Error {
    Error::unsupported(Unsupported::Ssh, format!("{what} is not supported"))
}
