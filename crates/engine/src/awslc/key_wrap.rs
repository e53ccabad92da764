//! AES key wrap, with and without padding (RFC 3394, RFC 5649; NIST SP 800-38F).

use core::ffi::c_uint;
use core::mem::MaybeUninit;
use core::ptr;

use aws_lc_sys as c;
use zeroize::Zeroizing;

use crate::{EngineError, Output};

/// How many bytes wrapping adds to whole blocks of 8 bytes.
pub const OVERHEAD: usize = 8;

/// The longest input: lengths are `int` in C.
pub const MAX_LEN: usize = i32::MAX as usize - 16;

/// Wraps `secret` under `key` of 16, 24 or 32 bytes, into `out`, which is [`OVERHEAD`] bytes longer
/// (RFC 3394 §2.2.1).
///
/// # Errors
/// [`EngineError::InvalidInput`] if the key's length is another, or `secret` is not 16 to
/// [`MAX_LEN`] bytes in blocks of 8.
///
/// # Panics
/// If `out` has another length.
pub fn wrap<'o>(key: &[u8], secret: &[u8], mut out: Output<'o>) -> Result<&'o mut [u8], EngineError> {
    assert_eq!(out.len(), secret.len() + OVERHEAD, "the output has another length than the wrapped secret");
    let schedule = Schedule::new(key, c::AES_set_encrypt_key)?;
    if secret.len() > MAX_LEN {
        return Err(EngineError::InvalidInput);
    }
    // SAFETY: the schedule is for encryption, a null value stands for the default one, `secret` is
    // valid for reads of its length and `out` for writes of 8 bytes more, which is what C writes
    // when it returns that number.
    unsafe {
        let (from, len) = (secret.as_ptr(), secret.len());
        let written = c::AES_wrap_key(&raw const schedule.0, ptr::null(), out.as_mut_ptr(), from, len);
        if usize::try_from(written) != Ok(out.len()) {
            return Err(EngineError::InvalidInput);
        }
        Ok(out.assume_written())
    }
}

/// Takes the secret out of `wrapped` under `key`, into `out`, which is [`OVERHEAD`] bytes shorter
/// (RFC 3394 §2.2.2).
///
/// # Errors
/// [`EngineError::InvalidInput`] if the key is not 16, 24 or 32 bytes long.
/// [`EngineError::Rejected`] if `wrapped` was not made under this key, was changed, or has a length
/// that no wrapped secret has; `out` is then zero.
///
/// # Panics
/// If `out` has another length.
pub fn unwrap<'o>(key: &[u8], wrapped: &[u8], mut out: Output<'o>) -> Result<&'o mut [u8], EngineError> {
    assert_eq!(Some(out.len()), wrapped.len().checked_sub(OVERHEAD), "the output has another length than the secret");
    let schedule = Schedule::new(key, c::AES_set_decrypt_key)?;
    if wrapped.len() > MAX_LEN {
        return Err(EngineError::InvalidInput);
    }
    // SAFETY: as in `wrap`, with a schedule for decryption and 8 bytes fewer.
    unsafe {
        let (from, len) = (wrapped.as_ptr(), wrapped.len());
        let written = c::AES_unwrap_key(&raw const schedule.0, ptr::null(), out.as_mut_ptr(), from, len);
        if usize::try_from(written) != Ok(out.len()) {
            out.wipe();
            crate::error::clear_queue();
            return Err(EngineError::Rejected);
        }
        Ok(out.assume_written())
    }
}

/// The length of a secret of `len` bytes wrapped with padding.
#[must_use]
pub const fn padded_len(len: usize) -> usize {
    len.next_multiple_of(8) + OVERHEAD
}

/// Wraps `secret` under `key`, into `out` of [`padded_len`] bytes (RFC 5649 §4.1).
///
/// # Errors
/// [`EngineError::InvalidInput`] if the key is not 16, 24 or 32 bytes long, or `secret` is empty or
/// longer than [`MAX_LEN`].
///
/// # Panics
/// If `out` has another length.
pub fn wrap_padded<'o>(key: &[u8], secret: &[u8], mut out: Output<'o>) -> Result<&'o mut [u8], EngineError> {
    assert_eq!(out.len(), padded_len(secret.len()), "the output has another length than the wrapped secret");
    let schedule = Schedule::new(key, c::AES_set_encrypt_key)?;
    if secret.is_empty() || secret.len() > MAX_LEN {
        return Err(EngineError::InvalidInput);
    }
    let (mut written, room) = (0, out.len());
    // SAFETY: the schedule is for encryption, `secret` is valid for reads of its length, and C
    // writes at most `room` bytes.
    unsafe {
        let (key, to) = (&raw const schedule.0, out.as_mut_ptr());
        let result = c::AES_wrap_key_padded(key, to, &raw mut written, room, secret.as_ptr(), secret.len());
        crate::error::check(result, EngineError::Internal)?;
        assert_eq!(written, room, "the wrapped secret has another length than it should");
        Ok(out.assume_written())
    }
}

/// Takes the secret out of `wrapped` under `key` (RFC 5649 §4.2).
///
/// # Errors
/// [`EngineError::InvalidInput`] if the key is not 16, 24 or 32 bytes long.
/// [`EngineError::Rejected`] if `wrapped` was not made under this key, was changed, or has a length
/// that no wrapped secret has.
pub fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let schedule = Schedule::new(key, c::AES_set_decrypt_key)?;
    if wrapped.len() < 2 * OVERHEAD || wrapped.len() > MAX_LEN {
        return Err(EngineError::Rejected);
    }
    let mut secret = Zeroizing::new(vec![0; wrapped.len()]);
    let mut len = 0;
    // SAFETY: the schedule is for decryption, `wrapped` is valid for reads of its length, and
    // `secret` has the room for writes that C is told of.
    let result = unsafe {
        let (key, to, room) = (&raw const schedule.0, secret.as_mut_ptr(), secret.len());
        c::AES_unwrap_key_padded(key, to, &raw mut len, room, wrapped.as_ptr(), wrapped.len())
    };
    crate::error::check(result, EngineError::Rejected)?;
    secret.truncate(len);
    Ok(secret)
}

/// An expanded AES key. It is wiped when it is dropped.
struct Schedule(c::AES_KEY);

type SetKey = unsafe extern "C" fn(*const u8, c_uint, *mut c::AES_KEY) -> core::ffi::c_int;

impl Schedule {
    fn new(key: &[u8], set_key: SetKey) -> Result<Self, EngineError> {
        if !matches!(key.len(), 16 | 24 | 32) {
            return Err(EngineError::InvalidInput);
        }
        // SAFETY: an AES_KEY is integers alone, for which zero is a value.
        let mut schedule = Self(unsafe { MaybeUninit::zeroed().assume_init() });
        // SAFETY: `key` is valid for reads of the bits that C is told of, and the schedule for
        // writes.
        let result = unsafe { set_key(key.as_ptr(), key.len() as c_uint * 8, &raw mut schedule.0) };
        if result == 0 { Ok(schedule) } else { Err(EngineError::Internal) }
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        // SAFETY: the schedule is valid for writes of its size, and any bytes are a value of it.
        unsafe { c::OPENSSL_cleanse((&raw mut self.0).cast(), size_of::<c::AES_KEY>()) };
    }
}
