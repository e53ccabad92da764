//! Key files that are encrypted themselves, under a passphrase: to be kept where others could read them.
//!
//! Such a file is an age file whose plaintext is a key file, as `age` and `rage` read it.

use std::io::Write;

use zeroize::Zeroizing;

use super::{ArmoredWriter, Decryptor, Identity, Recipient, encrypt, writing};
use crate::{Error, Result};

/// Whether these contents of a key file are encrypted, so that they take a passphrase to read.
#[must_use]
pub fn is_encrypted_key_file(contents: &[u8]) -> bool {
    contents.starts_with(b"age-encryption.org/")
        || contents.trim_ascii_start().starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

impl Identity {
    /// The identities in a key file that is encrypted under a passphrase.
    ///
    /// # Errors
    /// [`Error::WrongKey`] if the passphrase is wrong, or the file is encrypted to a key; [`Error::Damaged`] if it was changed
    /// or cut short; [`Error::InvalidValue`] if what it holds is no key file.
    pub fn parse_encrypted_file(contents: &[u8], passphrase: &[u8]) -> Result<Vec<Self>> {
        let decryptor = Decryptor::new(contents)?;
        if !decryptor.needs_passphrase() {
            return Err(Error::WrongKey(
                "the key file is itself encrypted to a key: decrypt it first, and then use the result".into(),
            ));
        }
        // The plaintext is shorter, so this never grows and leaves no copy behind.
        let mut text = Zeroizing::new(Vec::with_capacity(contents.len()));
        decryptor.decrypt(&[Self::passphrase(passphrase)], &mut *text)?;
        let text = core::str::from_utf8(&text).map_err(|_| Error::value("what is encrypted there is no key file"))?;
        Self::parse_file(text)
    }

    /// Writes a key file encrypted under a passphrase, in ASCII armor.
    ///
    /// # Errors
    /// Those of [`Self::write_file`], and [`Error::InvalidValue`] if the passphrase is empty.
    pub fn write_encrypted_file(&self, passphrase: &[u8], output: &mut (impl Write + Send)) -> Result<()> {
        let mut text = Zeroizing::new(Vec::with_capacity(LONGEST));
        self.write_file(&mut *text)?;
        let mut armored = ArmoredWriter::new(output);
        encrypt(&[Recipient::passphrase(passphrase)?], &mut &text[..], &mut armored)?;
        armored.finish().map_err(|error| writing(&error))?;
        Ok(())
    }
}

/// More than the text of any one key file has, in bytes.
const LONGEST: usize = 4096;
