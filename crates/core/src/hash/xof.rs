//! Extendable-output functions, squeezed piece by piece (FIPS 202 §6.2).

use ironlatch_engine::digest::Context;

use super::HashAlgorithm;
use crate::{Error, Output, Result};

/// SHAKE in progress: first input, then any number of pieces of output, up to the `digest_size` of
/// its algorithm.
#[derive(Debug, Clone)]
pub struct XofHash {
    context: Context,
    left: usize,
    squeezed: bool,
}

impl XofHash {
    /// A hash of nothing yet.
    ///
    /// # Errors
    /// [`Error::WrongType`] if the function's output is of a fixed length.
    pub fn new(algorithm: HashAlgorithm) -> Result<Self> {
        match algorithm.engine() {
            Some(engine) if engine.is_extendable() => {
                Ok(Self { context: Context::new(engine), left: algorithm.digest_size(), squeezed: false })
            }
            _ => Err(Error::WrongType("Expected instance of an extendable output function.".into())),
        }
    }

    /// Hashes `data` on.
    ///
    /// # Errors
    /// [`Error::AlreadyFinalized`] after the first [`squeeze`](Self::squeeze).
    pub fn update(&mut self, data: &[u8]) -> Result<()> {
        if self.squeezed {
            return Err(Error::AlreadyFinalized("Context was already squeezed.".into()));
        }
        self.context.update(data);
        Ok(())
    }

    /// Whether `len` more bytes can be squeezed.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the total would pass `digest_size`.
    pub fn check_left(&self, len: usize) -> Result<()> {
        if len > self.left {
            return Err(Error::value("Exceeded maximum squeeze limit specified by digest_size."));
        }
        Ok(())
    }

    /// Returns the next `len` bytes of the result.
    ///
    /// # Errors
    /// As [`squeeze_into`](Self::squeeze_into).
    pub fn squeeze(&mut self, len: usize) -> Result<Vec<u8>> {
        self.check_left(len)?;
        crate::owned(len, |out| self.squeeze_into(out))
    }

    /// Writes the next `out.len()` bytes of the result.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the total would pass `digest_size`.
    pub fn squeeze_into<'a>(&mut self, out: Output<'a>) -> Result<&'a mut [u8]> {
        self.check_left(out.len())?;
        self.squeezed = true;
        self.left -= out.len();
        Ok(self.context.squeeze(out))
    }
}
