//! AES key wrap (RFC 3394) and AES key wrap with padding (RFC 5649), both in NIST SP 800-38F.
//!
//! They encrypt and authenticate a key under another without a nonce. Equal keys wrap to equal
//! bytes.

use ironlatch_engine::{EngineError, key_wrap as engine};
use zeroize::Zeroizing;

use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result, owned};

pub use engine::padded_len;

/// How many bytes [`wrap`] and [`wrap_into`] add.
pub const OVERHEAD: usize = engine::OVERHEAD;

/// Wraps `secret` under an AES key. Returns it wrapped, [`OVERHEAD`] bytes longer.
///
/// # Errors
/// As [`wrap_into`].
pub fn wrap(wrapping_key: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
    check(wrapping_key, secret)?;
    owned(secret.len() + OVERHEAD, |out| wrap_into(wrapping_key, secret, out))
}

/// Takes the secret out of `wrapped`. Returns it, [`OVERHEAD`] bytes shorter.
///
/// # Errors
/// As [`unwrap_into`].
pub fn unwrap(wrapping_key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    check_wrapped(wrapping_key, wrapped)?;
    let mut secret = Zeroizing::new(vec![0; wrapped.len() - OVERHEAD]);
    unwrap_into(wrapping_key, wrapped, Output::from(&mut secret[..]))?;
    Ok(secret)
}

/// Wraps `secret` of any length but 0 under an AES key. Returns it wrapped, [`padded_len`] bytes.
///
/// # Errors
/// As [`wrap_with_padding_into`].
pub fn wrap_with_padding(wrapping_key: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
    check_padded(wrapping_key, secret)?;
    owned(padded_len(secret.len()), |out| wrap_with_padding_into(wrapping_key, secret, out))
}

/// Wraps `secret` under an AES key, into `out`, which is [`OVERHEAD`] bytes longer.
///
/// # Errors
/// [`Error::KeySize`] if `wrapping_key` is not 16, 24 or 32 bytes long, [`Error::Length`] if
/// `secret` has less than 16 bytes or is not whole blocks of 8,
/// [`Error::TooLong`] if it has more than 2³¹ - 17 bytes. Ask [`check`] before setting aside memory for
/// the result.
///
/// # Panics
/// If `out` has another length.
#[wipes_stack]
pub fn wrap_into<'o>(wrapping_key: &[u8], secret: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
    check(wrapping_key, secret)?;
    Ok(engine::wrap(wrapping_key, secret, out)?)
}

/// Whether [`wrap`] takes such a key and such a secret.
///
/// # Errors
/// As [`wrap`].
pub fn check(wrapping_key: &[u8], secret: &[u8]) -> Result<()> {
    check_wrapping_key(wrapping_key)?;
    if secret.len() < 16 {
        return Err(Error::Length { what: Input::KeyToWrap, got: secret.len(), allowed: Allowed::AtLeast(16) });
    }
    if !secret.len().is_multiple_of(8) {
        return Err(Error::Length { what: Input::KeyToWrap, got: secret.len(), allowed: Allowed::MultipleOf(8) });
    }
    check_len(secret)
}

/// Takes the secret out of `wrapped`, into `out`, which is [`OVERHEAD`] bytes shorter.
///
/// # Errors
/// [`Error::InvalidWrappedKey`] if `wrapped` was made under another key, was changed, or is not at
/// least 24 bytes in whole blocks of 8; `out` is then zero. [`Error::KeySize`] if
/// `wrapping_key` is not 16, 24 or 32 bytes long. Ask [`check_wrapped`] before setting aside memory
/// for the result.
///
/// # Panics
/// If `out` has another length.
#[wipes_stack]
pub fn unwrap_into<'o>(wrapping_key: &[u8], wrapped: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
    check_wrapped(wrapping_key, wrapped)?;
    engine::unwrap(wrapping_key, wrapped, out).map_err(rejected)
}

/// Whether the lengths are ones that [`unwrap`] takes.
///
/// # Errors
/// As [`unwrap`].
pub fn check_wrapped(wrapping_key: &[u8], wrapped: &[u8]) -> Result<()> {
    check_wrapped_len(wrapped, 24)?;
    check_wrapping_key(wrapping_key)
}

/// Wraps `secret` of any length but 0 under an AES key, into `out` of [`padded_len`] bytes.
///
/// # Errors
/// [`Error::KeySize`] if `wrapping_key` is not 16, 24 or 32 bytes long, [`Error::Length`] if
/// `secret` is empty, [`Error::TooLong`] if it has more than 2³¹ - 17 bytes. Ask [`check_padded`] before
/// setting aside memory for the result.
///
/// # Panics
/// If `out` has another length.
#[wipes_stack]
pub fn wrap_with_padding_into<'o>(wrapping_key: &[u8], secret: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
    check_padded(wrapping_key, secret)?;
    Ok(engine::wrap_padded(wrapping_key, secret, out)?)
}

/// Whether [`wrap_with_padding`] takes such a key and such a secret.
///
/// # Errors
/// As [`wrap_with_padding`].
pub fn check_padded(wrapping_key: &[u8], secret: &[u8]) -> Result<()> {
    check_wrapping_key(wrapping_key)?;
    if secret.is_empty() {
        return Err(Error::Length { what: Input::KeyToWrap, got: 0, allowed: Allowed::AtLeast(1) });
    }
    check_len(secret)
}

/// Takes the secret out of what [`wrap_with_padding`] gave.
///
/// # Errors
/// [`Error::InvalidWrappedKey`] if `wrapped` was made under another key, was changed, or is not at
/// least 16 bytes in whole blocks of 8. [`Error::KeySize`] if `wrapping_key` is not 16, 24 or
/// 32 bytes long.
#[wipes_stack]
pub fn unwrap_with_padding(wrapping_key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    check_wrapped_len(wrapped, 16)?;
    check_wrapping_key(wrapping_key)?;
    engine::unwrap_padded(wrapping_key, wrapped).map_err(rejected)
}

fn check_wrapping_key(key: &[u8]) -> Result<()> {
    match key.len() {
        16 | 24 | 32 => Ok(()),
        len => {
            Err(Error::KeySize { algorithm: "AES key wrap", got: len * 8, allowed: Allowed::OneOf(&[128, 192, 256]) })
        }
    }
}

fn check_len(bytes: &[u8]) -> Result<()> {
    if bytes.len() > engine::MAX_LEN {
        return Err(Error::TooLong("a key to wrap or unwrap must be shorter than 2**31 bytes".into()));
    }
    Ok(())
}

fn check_wrapped_len(wrapped: &[u8], least: usize) -> Result<()> {
    if wrapped.len() < least {
        return Err(Error::InvalidWrappedKey(
            format!("Must be at least {least} bytes; it has {}", wrapped.len()).into(),
        ));
    }
    if !wrapped.len().is_multiple_of(8) {
        return Err(Error::InvalidWrappedKey("The wrapped key must be a multiple of 8 bytes".into()));
    }
    check_len(wrapped)
}

fn rejected(error: EngineError) -> Error {
    match error {
        EngineError::Rejected => Error::InvalidWrappedKey("wrong wrapping key, or the wrapped key was changed".into()),
        other => other.into(),
    }
}
