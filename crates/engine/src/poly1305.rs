//! Poly1305, a one-time authenticator (RFC 8439 §2.5).

use core::mem::MaybeUninit;

use aws_lc_sys as c;

/// The length of a key in bytes.
pub const KEY_LEN: usize = 32;
/// The length of a tag in bytes.
pub const TAG_LEN: usize = 16;

/// A tag in progress. It is wiped when it is dropped.
pub struct Context {
    /// On the heap, so that moving a `Context` leaves no copy of the keyed state behind.
    state: Box<c::poly1305_state>,
}

impl Context {
    /// The tag of nothing yet, under a key that serves one message only.
    #[must_use]
    pub fn new(key: &[u8; KEY_LEN]) -> Self {
        // SAFETY: the state is an array of bytes, for which zero is a value.
        let mut state: Box<c::poly1305_state> = unsafe { Box::new(MaybeUninit::zeroed().assume_init()) };
        // SAFETY: `state` is valid for writes, and `key` for reads of 32 bytes.
        unsafe { c::CRYPTO_poly1305_init(&raw mut *state, key.as_ptr()) };
        Self { state }
    }

    /// Takes `data` in.
    pub fn update(&mut self, data: &[u8]) {
        // SAFETY: the state was initialised, and `data` is valid for reads of its length.
        unsafe { c::CRYPTO_poly1305_update(&raw mut *self.state, data.as_ptr(), data.len()) };
    }

    /// The tag of all that came in.
    #[must_use]
    pub fn finalize(mut self) -> [u8; TAG_LEN] {
        let mut tag = [0; TAG_LEN];
        // SAFETY: the state was initialised, and `tag` is valid for writes of 16 bytes.
        unsafe { c::CRYPTO_poly1305_finish(&raw mut *self.state, tag.as_mut_ptr()) };
        tag
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the state is valid for writes of its size, and any bytes are a value of it.
        unsafe { c::OPENSSL_cleanse((&raw mut *self.state).cast(), size_of::<c::poly1305_state>()) };
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Context(..)")
    }
}
