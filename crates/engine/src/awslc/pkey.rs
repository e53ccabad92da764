//! Shared by the post-quantum families: an owned `EVP_PKEY`, and a context for one operation with
//! it.

use core::ptr::{self, NonNull};

use aws_lc_sys as c;

use crate::EngineError;
use crate::error::{check, clear_queue};

/// An owned key. AWS-LC wipes all memory that it frees.
pub(crate) struct Key(NonNull<c::EVP_PKEY>);

// SAFETY: an EVP_PKEY is bound to no thread.
unsafe impl Send for Key {}
// SAFETY: AWS-LC lets any number of threads use one key at once as long as none changes it; no
// method does.
unsafe impl Sync for Key {}

impl Key {
    /// Takes over what a constructor of AWS-LC returned.
    ///
    /// # Safety
    /// `raw` is null, or a key that nobody else owns.
    pub(crate) unsafe fn from_raw(raw: *mut c::EVP_PKEY, error: EngineError) -> Result<Self, EngineError> {
        NonNull::new(raw).map(Self).ok_or_else(|| {
            clear_queue();
            error
        })
    }

    /// A context for one operation with the key.
    pub(crate) fn operation(&self) -> Result<Context, EngineError> {
        // SAFETY: the key is live; the context counts its own reference to it.
        let raw = unsafe { c::EVP_PKEY_CTX_new(self.0.as_ptr(), ptr::null_mut()) };
        NonNull::new(raw).map(Context).ok_or(EngineError::Internal)
    }

    /// The public half as bytes.
    ///
    /// # Panics
    /// If it is not `len` bytes long.
    pub(crate) fn public_bytes(&self, len: usize) -> Result<Vec<u8>, EngineError> {
        let mut bytes = vec![0; len];
        let mut written = len;
        // SAFETY: the key is live, and `bytes` is valid for writes of `written` bytes.
        let result = unsafe { c::EVP_PKEY_get_raw_public_key(self.0.as_ptr(), bytes.as_mut_ptr(), &raw mut written) };
        check(result, EngineError::Internal)?;
        assert_eq!(written, len, "a public key has another length than its parameter set's");
        Ok(bytes)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the key is live, and nobody uses it after this.
        unsafe { c::EVP_PKEY_free(self.0.as_ptr()) };
    }
}

/// An owned context of one operation.
pub(crate) struct Context(NonNull<c::EVP_PKEY_CTX>);

impl Context {
    pub(crate) fn as_ptr(&self) -> *mut c::EVP_PKEY_CTX {
        self.0.as_ptr()
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is live, and nobody uses it after this.
        unsafe { c::EVP_PKEY_CTX_free(self.0.as_ptr()) };
    }
}
