//! Finding out which password is meant, and decrypting with it.

use ironlatch_core::keys::der::AlgorithmIdentifier;
use ironlatch_core::keys::pbes;
use zeroize::Zeroizing;

use super::mac::MacData;
use super::work::Work;
use crate::ber;
use crate::error::{Error, Password, Result};

/// A password, or none, on its way through a file.
pub(super) struct Opener<'a> {
    /// Not empty if it is there, until the authentication code says that the empty one is meant.
    password: Option<&'a [u8]>,
    is_authenticated: bool,
    keys: Keys,
    work: Work,
}

impl<'a> Opener<'a> {
    pub(super) fn new(password: Option<&'a [u8]>, keys: Keys) -> Self {
        Self { password, is_authenticated: false, keys, work: Work::new() }
    }

    pub(super) fn is_authenticated(&self) -> bool {
        self.is_authenticated
    }

    /// Finds out by the authentication code of `message` whether the password is right. No password
    /// has two forms (RFC 7292 appendix B): without any octets, and with the two zeros at the end.
    pub(super) fn authenticate(&mut self, mac: &MacData<'_>, message: &[u8]) -> Result<()> {
        const EMPTY: [Option<&[u8]>; 2] = [None, Some(b"")];
        if self.password.is_some() {
            if mac.is_of(self.password, message, &mut self.work)? {
                self.is_authenticated = true;
                return Ok(());
            }
            for empty in EMPTY {
                if mac.is_of(empty, message, &mut self.work)? {
                    return Err(Error::Password(Password::NotNeeded));
                }
            }
            return Err(Error::Password(Password::Incorrect));
        }
        for empty in EMPTY {
            if mac.is_of(empty, message, &mut self.work)? {
                self.password = empty;
                self.is_authenticated = true;
                return Ok(());
            }
        }
        Err(Error::Password(Password::Missing))
    }

    /// Whether one more key is to be decrypted.
    pub(super) fn wants_key(&mut self) -> bool {
        let wanted = self.keys != Keys::None;
        if self.keys == Keys::First {
            self.keys = Keys::None;
        }
        wanted
    }

    pub(super) fn decrypt(&mut self, algorithm: &AlgorithmIdentifier<'_>, data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.work.spend(pbes::work(algorithm)?)?;
        pbes::decrypt(algorithm, self.password, data).map_err(|error| match error {
            ironlatch_core::Error::IncorrectPassword => self.wrong_password(),
            error => error.into(),
        })
    }

    /// The error for `decrypted` that cannot be read. If it is not even DER, the password was
    /// wrong.
    pub(super) fn explain(&self, error: Error, decrypted: &[u8]) -> Error {
        if self.is_authenticated || ber::to_der(decrypted).is_ok_and(|(_, rest)| rest.is_empty()) {
            error
        } else {
            self.wrong_password()
        }
    }

    fn wrong_password(&self) -> Error {
        if self.is_authenticated {
            Error::rule("what is encrypted is damaged, or under another password than the authentication code")
        } else if self.password.is_none_or(<[u8]>::is_empty) {
            Error::Password(Password::Missing)
        } else {
            Error::Password(Password::IncorrectOrDamaged)
        }
    }
}

/// Which keys are still to be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    None,
    First,
    All,
}
