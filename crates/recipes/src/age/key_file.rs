//! Key files: a private key on each line, or an age file under a passphrase that holds such lines,
//! as `age` and `rage` read it.

use std::io::Write;

use zeroize::Zeroizing;

use super::{ArmoredWriter, Decryptor, Identity, Recipient, encrypt, key_text, ssh, writing};
use crate::error::WrongKey;
use crate::{Error, Result};
use ironlatch_core::secret::wipes_stack;
use ironlatch_core::text;

/// Whether these contents of a key file are encrypted, so that they take a passphrase to read.
#[must_use]
pub fn is_encrypted_key_file(contents: &[u8]) -> bool {
    let contents = text::without_mark(contents);
    contents.starts_with(b"age-encryption.org/")
        || contents.trim_ascii_start().starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

impl Identity {
    /// The identities in the text of a key file: one on each line, empty lines and lines that begin
    /// with `#` aside. Or the one in the file of an SSH key, which may be
    /// [locked](Self::is_locked).
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) with the number of a line
    /// that is no private key, or if there is none.
    #[wipes_stack(deep)]
    pub fn parse_file(text: &str) -> Result<Vec<Self>> {
        let text = text::decode(text.as_bytes())?;
        if ssh::is_key_file(text) {
            return Ok(vec![text.parse()?]);
        }
        key_text::parse_lines(text, "a private key (AGE-SECRET-KEY-1…)", str::parse)
    }

    /// Writes a key file: the private key, with the public one in a comment.
    ///
    /// # Errors
    /// [`CoreError::Io`](ironlatch_core::Error::Io) if writing fails,
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) for a passphrase, which
    /// belongs in no key file, and for an SSH key, which has its own.
    #[wipes_stack(deep)]
    pub fn write_file(&self, output: &mut impl Write) -> Result<()> {
        let (Some(recipient), Some(text)) = (self.recipient(), self.to_text()) else {
            return Err(Error::value("a passphrase or an SSH key cannot be written to a key file"));
        };
        let mut write = |bytes: &str| output.write_all(bytes.as_bytes()).map_err(writing);
        write(&format!("# public key: {recipient}\n"))?;
        write(text.expose())?;
        write("\n")
    }

    /// The identities in a key file that is encrypted under a passphrase.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if the passphrase is wrong or `None`, or the file is encrypted to a key;
    /// [`Error::Damaged`] if it was changed or cut short;
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if what it holds is no key
    /// file.
    #[wipes_stack(deep)]
    pub fn parse_encrypted_file(contents: &[u8], passphrase: Option<&[u8]>) -> Result<Vec<Self>> {
        let contents = text::without_mark(contents);
        let decryptor = Decryptor::new(contents)?;
        if !decryptor.needs_passphrase() {
            return Err(Error::wrong_key(WrongKey::KeyFileToKey));
        }
        let passphrase = passphrase.ok_or(Error::wrong_key(WrongKey::KeyFilePassphraseNeeded))?;
        // The plaintext is shorter, so this never grows and leaves no copy behind.
        let mut text = Zeroizing::new(Vec::with_capacity(contents.len()));
        decryptor.decrypt(&[Self::passphrase(passphrase)], &mut *text)?;
        let text = text::decode(&text)
            .map_err(|error| Error::value(format!("what is encrypted there is no key file: {error}")))?;
        Self::parse_file(text)
    }

    /// Writes a key file encrypted under a passphrase, in ASCII armor.
    ///
    /// # Errors
    /// Those of [`Self::write_file`], and
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the passphrase is empty.
    #[wipes_stack(deep)]
    pub fn write_encrypted_file(&self, passphrase: &[u8], output: &mut (impl Write + Send)) -> Result<()> {
        let mut text = Zeroizing::new(Vec::with_capacity(LONGEST));
        self.write_file(&mut *text)?;
        let mut armored = ArmoredWriter::new(output);
        encrypt(&[Recipient::passphrase(passphrase)?], &mut &text[..], &mut armored)?;
        armored.finish().map_err(writing)?;
        Ok(())
    }
}

/// More than the text of any one key file has, in bytes.
const LONGEST: usize = 4096;
