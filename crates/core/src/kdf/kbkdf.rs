//! The key-based key derivation of NIST SP 800-108, in counter mode: keys from a key.

use super::{Kdf, check_len, fill_by_counter};
use crate::error::{Allowed, Parameter};
use crate::hash::HashAlgorithm;
use crate::hash::hmac::{self, Hmac};
use crate::secret::wipes_stack;
use crate::symmetric::cipher::BlockCipher;
use crate::symmetric::cmac::Cmac;
use crate::{Error, Output, Result};

/// The longest counter in bytes.
pub const MAX_RLEN: usize = 4;

/// Where the counter stands among the fixed input data (§4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterLocation {
    /// In front.
    BeforeFixed,
    /// Behind.
    AfterFixed,
    /// After this many bytes of the fixed input data.
    MiddleFixed(usize),
}

/// The input of each block apart from the counter (§4).
#[derive(Debug, Clone, Copy)]
pub enum FixedInput<'a> {
    /// These bytes.
    Data(&'a [u8]),
    /// `label`, a zero byte, `context`, and the length of the key in bits as a number of `llen`
    /// bytes.
    Fields {
        /// The purpose of the key.
        label: &'a [u8],
        /// The parties that share it, and the time.
        context: &'a [u8],
        /// The length in bytes of the length.
        llen: usize,
    },
}

impl FixedInput<'_> {
    fn to_bytes(self, length: usize) -> Result<Vec<u8>> {
        let (label, context, llen) = match self {
            Self::Data(data) => return Ok(data.into()),
            Self::Fields { label, context, llen } => (label, context, llen),
        };
        if llen == 0 {
            return Err(Error::OutOfRange { what: Parameter::LengthLen, got: 0, allowed: Allowed::AtLeast(1) });
        }
        let bits = (length as u128 * 8).to_be_bytes();
        let (high, low) = bits.split_at(bits.len() - llen.min(bits.len()));
        if high.iter().any(|byte| *byte != 0) {
            return Err(Error::TooLong(
                format!("llen is too small: {length} bytes in bits do not fit into {llen}").into(),
            ));
        }
        let mut fixed = Vec::new();
        let len = label.len().saturating_add(context.len()).saturating_add(llen).saturating_add(1);
        fixed.try_reserve_exact(len).map_err(|_| Error::OutOfMemory("llen is more than there is memory".into()))?;
        fixed.extend_from_slice(label);
        fixed.push(0);
        fixed.extend_from_slice(context);
        fixed.resize(len - low.len(), 0);
        fixed.extend_from_slice(low);
        Ok(fixed)
    }
}

/// The input of each block, but for the counter's value.
#[derive(Debug, Clone)]
struct Message {
    length: usize,
    rlen: usize,
    counter_at: usize,
    fixed: Vec<u8>,
}

impl Message {
    fn new(
        length: usize,
        rlen: usize,
        location: CounterLocation,
        fixed: FixedInput<'_>,
        block_len: usize,
    ) -> Result<Self> {
        if !(1..=MAX_RLEN).contains(&rlen) {
            let allowed = Allowed::Between(1, MAX_RLEN as u64);
            return Err(Error::OutOfRange { what: Parameter::CounterLen, got: rlen as u64, allowed });
        }
        let blocks = length.div_ceil(block_len) as u64;
        let most = (1 << (8 * rlen)) - 1;
        if blocks > most {
            let allowed = Allowed::AtMost(most);
            return Err(Error::OutOfRange { what: Parameter::Blocks, got: blocks, allowed });
        }
        let fixed = fixed.to_bytes(length)?;
        let counter_at = match location {
            CounterLocation::BeforeFixed => 0,
            CounterLocation::AfterFixed => fixed.len(),
            CounterLocation::MiddleFixed(at) => at,
        };
        if counter_at > fixed.len() {
            let allowed = Allowed::AtMost(fixed.len() as u64);
            return Err(Error::OutOfRange { what: Parameter::CounterPlace, got: counter_at as u64, allowed });
        }
        Ok(Self { length, rlen, counter_at, fixed })
    }

    /// The input of all blocks in turn, as `mac` takes it.
    fn fill<'a>(
        &self,
        out: Output<'a>,
        block_len: usize,
        mut mac: impl for<'b> FnMut(&[u8], Output<'b>) -> &'b mut [u8],
    ) -> &'a mut [u8] {
        let (before, after) = self.fixed.split_at(self.counter_at);
        let mut message = [before, &[0; MAX_RLEN][..self.rlen], after].concat();
        let counter_at = self.counter_at..self.counter_at + self.rlen;
        fill_by_counter(out, block_len, |counter, out| {
            message[counter_at.clone()].copy_from_slice(&counter.to_be_bytes()[MAX_RLEN - self.rlen..]);
            mac(&message, out)
        })
    }
}

/// KBKDF in counter mode with HMAC.
#[derive(Debug, Clone)]
pub struct KbkdfHmac {
    algorithm: HashAlgorithm,
    message: Message,
}

impl KbkdfHmac {
    /// KBKDF that gives `length` bytes, with a counter of `rlen` bytes.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an `rlen` that is not 1 to 4 or that does not count the blocks,
    /// for an `llen` of 0, and for a counter behind the end of the fixed input data;
    /// [`Error::TooLong`] if the length does not fit into `llen` bytes; [`Error::Unsupported`] for
    /// an extendable-output function.
    pub fn new(
        algorithm: HashAlgorithm,
        length: usize,
        rlen: usize,
        location: CounterLocation,
        fixed: FixedInput<'_>,
    ) -> Result<Self> {
        hmac::check(algorithm)?;
        Ok(Self { algorithm, message: Message::new(length, rlen, location, fixed, algorithm.digest_size())? })
    }
}

impl Kdf for KbkdfHmac {
    fn length(&self) -> usize {
        self.message.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let mut mac = Hmac::new(self.algorithm, key_material)?;
        Ok(self.message.fill(out, self.algorithm.digest_size(), |message, out| {
            mac.update(message);
            mac.finalize_into_reset(out)
        }))
    }
}

/// KBKDF in counter mode with CMAC. The key material is the cipher's key.
#[derive(Debug, Clone)]
pub struct KbkdfCmac {
    cipher: BlockCipher,
    message: Message,
}

impl KbkdfCmac {
    /// KBKDF that gives `length` bytes, with a counter of `rlen` bytes.
    ///
    /// # Errors
    /// As [`KbkdfHmac::new`]. Deriving gives [`Error::Unsupported`] for key material that is no key
    /// of the cipher.
    pub fn new(
        cipher: BlockCipher,
        length: usize,
        rlen: usize,
        location: CounterLocation,
        fixed: FixedInput<'_>,
    ) -> Result<Self> {
        Ok(Self { cipher, message: Message::new(length, rlen, location, fixed, cipher.block_len())? })
    }
}

impl Kdf for KbkdfCmac {
    fn length(&self) -> usize {
        self.message.length
    }

    #[wipes_stack]
    fn derive_into<'a>(&self, key_material: &[u8], out: Output<'a>) -> Result<&'a mut [u8]> {
        check_len(self, &out);
        let mut mac = Cmac::new(self.cipher, key_material)?;
        Ok(self.message.fill(out, self.cipher.block_len(), |message, out| {
            mac.update(message);
            mac.finalize_into_reset(out)
        }))
    }
}
