//! Recovery codes: for people, each for one owner and for one use.

use core::fmt;

use zeroize::Zeroizing;

use super::super::secrets::RecoveryCodes;
use super::digest::Digesters;
use super::{Digest, MAX_TYPED_LEN, ServerKey, check_name, malformed};
use crate::Result;
use ironlatch_core::secret::wipes_stack;

/// Makes and finds recovery codes of one purpose.
///
/// A code is 16 symbols in groups of four ([`RecoveryCodes`]), 78 bits. Its digest depends on its
/// owner: what one person brings never matches another's code.
pub struct Codes {
    purpose: String,
    digesters: Digesters,
}

impl Codes {
    const SYMBOLS: usize = RecoveryCodes::GROUPS * RecoveryCodes::GROUP_SIZE;

    /// Codes for `purpose`, such as `login`: a code for one purpose is worth nothing for another.
    /// The first of the server keys is the current one.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the purpose is empty or
    /// longer than [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes, or if no server key, the same one
    /// twice or more than [`MAX_SERVER_KEYS`](super::MAX_SERVER_KEYS) are given.
    pub fn new(purpose: &str, server_keys: &[&ServerKey]) -> Result<Self> {
        Ok(Self { purpose: purpose.into(), digesters: Digesters::new(server_keys, "code", purpose)? })
    }

    /// The purpose of the codes.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// `count` new codes, all different. Show them once, and store the [`digest`](Self::digest) of
    /// each.
    ///
    /// # Errors
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if `count` is not from 1 to
    /// 1000.
    #[wipes_stack(deep)]
    pub fn generate(&self, count: usize) -> Result<RecoveryCodes> {
        RecoveryCodes::generate(count, RecoveryCodes::GROUPS, RecoveryCodes::GROUP_SIZE)
    }

    /// Returns the digest of a code for storing, under the current server key. `owner` is something
    /// that never changes about the person, such as an account number.
    ///
    /// # Errors
    /// As [`digests`](Self::digests).
    #[wipes_stack(deep)]
    pub fn digest(&self, typed: &str, owner: &[u8]) -> Result<Digest> {
        check_name("owner", owner)?;
        Ok(self.digesters.current(owner, &symbols(typed)?))
    }

    /// Returns the digests to look for in the index: that of the code that `owner` typed, under
    /// each of the server keys, the current one first. Capitals, spaces and hyphens do not matter.
    ///
    /// # Errors
    /// [`Error::MalformedSecret`](crate::Error::MalformedSecret) if it is no code: another
    /// number of symbols, or symbols that no code has.
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) if the owner's name is
    /// empty or longer than [`MAX_NAME_LEN`](super::MAX_NAME_LEN) bytes.
    #[wipes_stack(deep)]
    pub fn digests(&self, typed: &str, owner: &[u8]) -> Result<Vec<Digest>> {
        check_name("owner", owner)?;
        Ok(self.digesters.all(owner, &symbols(typed)?))
    }

    /// Whether `stored` is the digest of what `owner` typed, compared in constant time. False for
    /// what is no code.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`](crate::Error::UnusableRecord) if the stored text is no
    /// digest, or made under a server key that was not given;
    /// [`CoreError::InvalidValue`](ironlatch_core::Error::InvalidValue) as
    /// [`digests`](Self::digests).
    #[wipes_stack(deep)]
    pub fn verify(&self, typed: &str, owner: &[u8], stored: &str) -> Result<bool> {
        check_name("owner", owner)?;
        let stored = stored.parse()?;
        symbols(typed).map_or(Ok(false), |code| self.digesters.verify(owner, &code, &stored))
    }

    /// Whether a stored digest was not made under the current server key. Codes are not brought
    /// before they are used up, so a server key is kept for as long as such digests are there; or
    /// the owner is asked to make new codes.
    ///
    /// # Errors
    /// [`Error::UnusableRecord`](crate::Error::UnusableRecord) if the stored text is no
    /// digest.
    pub fn needs_update(&self, stored: &str) -> Result<bool> {
        Ok(self.digesters.is_old(&stored.parse()?))
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codes({:?}, server keys {})", self.purpose, self.digesters.ids().join(", "))
    }
}

/// The symbols of a typed code: small letters and digits, nothing between them.
fn symbols(typed: &str) -> Result<Zeroizing<String>> {
    if typed.len() > MAX_TYPED_LEN {
        return Err(malformed("that is too long for a recovery code"));
    }
    let code = Zeroizing::new(RecoveryCodes::normalize(typed, 0));
    // Which symbols are none of a code's is no secret; which ones are there, is.
    if let Some(stranger) = code.chars().find(|symbol| !RecoveryCodes::ALPHABET.contains(*symbol)) {
        let hint = match stranger {
            '0' | 'o' | '1' | 'i' | 'l' | 'u' => "; codes have no 0 o 1 i l u, which are easily mistaken",
            _ => "",
        };
        return Err(malformed(format!("no recovery code has the symbol {stranger:?} in it{hint}")));
    }
    match code.chars().count() {
        0 => Err(malformed("no recovery code was given")),
        Codes::SYMBOLS => Ok(code),
        count => Err(malformed(format!("a recovery code has {} symbols, not {count}", Codes::SYMBOLS))),
    }
}
