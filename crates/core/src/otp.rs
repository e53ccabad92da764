//! One-time passwords: HOTP counts (RFC 4226), TOTP looks at the clock (RFC 6238).
//!
//! ```
//! use ironlatch::hash::HashAlgorithm;
//! use ironlatch::otp::{Hotp, Totp};
//!
//! let hotp = Hotp::new(HashAlgorithm::Sha1, b"12345678901234567890", 6)?;
//! assert_eq!(hotp.generate(0)?.as_str(), "755224");
//!
//! let totp = Totp::new(hotp, 30)?;
//! totp.verify(b"287082", 59)?;
//! # Ok::<(), ironlatch::Error>(())
//! ```

use crate::hash::hmac::{MAX_DIGEST, hmac_into};
use core::fmt::{self, Write};

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::constant_time::bytes_eq;
use crate::error::{Allowed, Parameter};
use crate::hash::HashAlgorithm;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The least length of a key in bytes (RFC 4226 §4, R6), for [`Hotp::new`].
pub const MIN_KEY_LEN: usize = 16;

/// Passwords from a counter (RFC 4226).
#[derive(Clone)]
pub struct Hotp {
    algorithm: HashAlgorithm,
    key: Zeroizing<Vec<u8>>,
    digits: usize,
}

impl Hotp {
    /// Passwords of 6 to 8 `digits`.
    ///
    /// # Errors
    /// [`Error::KeySize`] for a key of less than [`MIN_KEY_LEN`] bytes, [`Error::OutOfRange`] for
    /// another number of digits, [`Error::WrongType`] for a hash function that is not SHA-1,
    /// SHA-256 or SHA-512.
    pub fn new(algorithm: HashAlgorithm, key: &[u8], digits: usize) -> Result<Self> {
        if key.len() < MIN_KEY_LEN {
            return Err(Error::KeySize { algorithm: "HOTP", got: key.len() * 8, allowed: Allowed::AtLeast(128) });
        }
        Self::with_short_key(algorithm, key, digits)
    }

    /// Like [`new`](Self::new) with a key of any length: some programs issue keys of 10 bytes.
    ///
    /// # Errors
    /// As [`new`](Self::new), but for the key.
    #[wipes_stack]
    pub fn with_short_key(algorithm: HashAlgorithm, key: &[u8], digits: usize) -> Result<Self> {
        if !(6..=8).contains(&digits) {
            return Err(Error::OutOfRange {
                what: Parameter::Digits,
                got: digits as u64,
                allowed: Allowed::Between(6, 8),
            });
        }
        if !matches!(algorithm, HashAlgorithm::Sha1 | HashAlgorithm::Sha256 | HashAlgorithm::Sha512) {
            return Err(Error::WrongType("Algorithm must be SHA1, SHA256 or SHA512.".into()));
        }
        Ok(Self { algorithm, key: Zeroizing::new(key.into()), digits })
    }

    /// The password for `counter`.
    ///
    /// # Errors
    /// [`Error::Internal`] if the engine is out of memory.
    #[wipes_stack]
    pub fn generate(&self, counter: u64) -> Result<Zeroizing<String>> {
        Ok(Zeroizing::new(self.digits(counter)?.iter().copied().map(char::from).collect()))
    }

    /// The number of 31 bits whose last digits are the password (§5.3).
    ///
    /// # Errors
    /// As [`generate`](Self::generate).
    #[wipes_stack]
    pub fn truncated(&self, counter: u64) -> Result<u32> {
        let mut code = Zeroizing::new([0; MAX_DIGEST]);
        let code = &mut code[..self.algorithm.digest_size()];
        hmac_into(self.algorithm, &self.key, &counter.to_be_bytes(), (&mut *code).into())?;
        // The last four bits say where the number stands. Every place is read, so that none can be
        // seen to be.
        let offset = code[code.len() - 1] & 0xf;
        let mut number = 0;
        for (place, bytes) in (0..16u8).zip(code.windows(4)) {
            let candidate = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            number.conditional_assign(&candidate, place.ct_eq(&offset));
        }
        Ok(number & 0x7fff_ffff)
    }

    fn digits(&self, counter: u64) -> Result<Zeroizing<Vec<u8>>> {
        let mut number = self.truncated(counter)?;
        let mut digits = Zeroizing::new(vec![0; self.digits]);
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        Ok(digits)
    }

    /// Compares `password` with that for `counter`, in constant time.
    ///
    /// # Errors
    /// [`Error::WrongOneTimePassword`] if they differ.
    pub fn verify(&self, password: &[u8], counter: u64) -> Result<()> {
        if bytes_eq(&self.digits(counter)?, password) {
            Ok(())
        } else {
            Err(Error::WrongOneTimePassword("Supplied HOTP value does not match.".into()))
        }
    }

    /// The `otpauth:` URI that authenticator programs read, usually from a QR code. It holds the
    /// key.
    #[must_use]
    #[wipes_stack]
    pub fn provisioning_uri(&self, account_name: &str, issuer: Option<&str>, counter: u64) -> Zeroizing<String> {
        self.uri("hotp", account_name, issuer, ("counter", counter))
    }

    fn uri(&self, kind: &str, account: &str, issuer: Option<&str>, last: (&str, u64)) -> Zeroizing<String> {
        let label_len = 3 * (account.len() + 2 * issuer.unwrap_or_default().len());
        // Long enough that the key is not left behind where a shorter text was.
        let mut uri = Zeroizing::new(String::with_capacity(160 + label_len + self.key.len() * 3));
        let _ = write!(uri, "otpauth://{kind}/");
        if let Some(issuer) = issuer.filter(|issuer| !issuer.is_empty()) {
            percent_encode(&mut uri, issuer, |byte| byte == b'/');
            uri.push(':');
        }
        percent_encode(&mut uri, account, |byte| byte == b'/');
        let _ = write!(uri, "?digits={}&secret=", self.digits);
        base32(&mut uri, &self.key);
        let _ = write!(uri, "&algorithm={}", self.algorithm.name().to_ascii_uppercase());
        if let Some(issuer) = issuer {
            uri.push_str("&issuer=");
            // A space as %20: authenticator programs show the plus sign of a form as a plus sign.
            percent_encode(&mut uri, issuer, |_| false);
        }
        let _ = write!(uri, "&{}={}", last.0, last.1);
        uri
    }
}

impl fmt::Debug for Hotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Hotp");
        shown.field("algorithm", &self.algorithm).field("digits", &self.digits).finish_non_exhaustive()
    }
}

/// Passwords from the time (RFC 6238).
#[derive(Debug, Clone)]
pub struct Totp {
    hotp: Hotp,
    time_step: u64,
}

impl Totp {
    /// Passwords that change every `time_step` seconds, usually 30.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a step of 0.
    pub fn new(hotp: Hotp, time_step: u64) -> Result<Self> {
        if time_step == 0 {
            return Err(Error::OutOfRange { what: Parameter::TimeStep, got: 0, allowed: Allowed::AtLeast(1) });
        }
        Ok(Self { hotp, time_step })
    }

    /// The password at `time`, in seconds since 1970 in UTC.
    ///
    /// # Errors
    /// As [`Hotp::generate`].
    #[wipes_stack]
    pub fn generate(&self, time: u64) -> Result<Zeroizing<String>> {
        self.hotp.generate(time / self.time_step)
    }

    /// Compares `password` with that at `time`, in constant time.
    ///
    /// # Errors
    /// [`Error::WrongOneTimePassword`] if they differ.
    pub fn verify(&self, password: &[u8], time: u64) -> Result<()> {
        self.hotp.verify(password, time / self.time_step)
    }

    /// The `otpauth:` URI that authenticator programs read, usually from a QR code. It holds the
    /// key.
    #[must_use]
    #[wipes_stack]
    pub fn provisioning_uri(&self, account_name: &str, issuer: Option<&str>) -> Zeroizing<String> {
        self.hotp.uri("totp", account_name, issuer, ("period", self.time_step))
    }
}

/// Percent-encoding (RFC 3986 §2.1) of all but the unreserved characters and those in `safe`.
fn percent_encode(uri: &mut String, text: &str, safe: impl Fn(u8) -> bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || safe(byte) {
            uri.push(byte.into());
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

/// Base32 (RFC 4648 §6) without padding, as the Key Uri Format wants it: some authenticator
/// programs refuse the padding.
fn base32(uri: &mut String, bytes: &[u8]) {
    for group in bytes.chunks(5) {
        let mut padded = [0; 8];
        padded[3..3 + group.len()].copy_from_slice(group);
        let bits = u64::from_be_bytes(padded);
        let symbols = (group.len() * 8).div_ceil(5);
        for index in 0..symbols {
            let symbol = (bits >> (35 - 5 * index)) as u8 & 0x1f;
            // Without a table, whose lines in the cache would tell of the key.
            let letter = symbol + b'A';
            let digit_mask = (25u8.wrapping_sub(symbol) >> 7).wrapping_neg();
            uri.push((letter.wrapping_sub(digit_mask & (b'A' + 26 - b'2'))).into());
        }
    }
}
