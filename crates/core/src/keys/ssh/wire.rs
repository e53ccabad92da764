//! The encoding of SSH's messages (RFC 4251 §5).

use crate::{Error, Result};

/// The rest of a message that is being read.
pub(super) struct Reader<'a> {
    /// The name of the message's kind, for errors.
    what: &'static str,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads a key.
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self::of(KEY, message)
    }

    /// Reads something else than a key.
    pub(super) fn of(what: &'static str, message: &'a [u8]) -> Self {
        Self { what, rest: message }
    }

    /// The error for a message of this kind.
    pub(super) fn invalid(&self, how: &str) -> Error {
        Error::value(format!("Invalid {}: {how}", self.what))
    }

    /// Continues with a `string` that has a structure of its own.
    pub(super) fn inner(&mut self) -> Result<Self> {
        Ok(Self { what: self.what, rest: self.string()? })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// A `byte`.
    pub(super) fn byte(&mut self) -> Result<u8> {
        Ok(self.bytes(1)?[0])
    }

    /// A `uint64`.
    pub(super) fn long(&mut self) -> Result<u64> {
        let (high, low) = (self.number()?, self.number()?);
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    /// `len` bytes as they stand.
    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or(Error::Truncated { what: self.what })?;
        self.rest = rest;
        Ok(bytes)
    }

    /// A `uint32`.
    pub(super) fn number(&mut self) -> Result<u32> {
        let bytes = self.bytes(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A `string`, which may be any bytes.
    pub(super) fn string(&mut self) -> Result<&'a [u8]> {
        let len = self.number()? as usize;
        self.bytes(len)
    }

    /// A `string` that is a name.
    pub(super) fn name(&mut self) -> Result<&'a str> {
        core::str::from_utf8(self.string()?).map_err(|_| self.invalid("a name in it is not text"))
    }

    /// A non-negative `mpint`, without leading zeros.
    pub(super) fn integer(&mut self) -> Result<&'a [u8]> {
        let octets = self.string()?;
        if octets.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(self.invalid("a number in it is negative"));
        }
        Ok(without_zeros(octets))
    }

    /// The unread bytes.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.invalid("something follows its end")) }
    }
}

pub(super) fn put_number(message: &mut Vec<u8>, number: u32) {
    message.extend_from_slice(&number.to_be_bytes());
}

pub(super) fn put_long(message: &mut Vec<u8>, number: u64) {
    message.extend_from_slice(&number.to_be_bytes());
}

pub(super) fn put_string(message: &mut Vec<u8>, string: &[u8]) {
    put_number(message, string.len() as u32);
    message.extend_from_slice(string);
}

/// A non-negative `mpint` from its octets, which may begin with zeros.
pub(super) fn put_integer(message: &mut Vec<u8>, octets: &[u8]) {
    let octets = without_zeros(octets);
    let sign = usize::from(octets.first().is_some_and(|first| first & 0x80 != 0));
    put_number(message, (octets.len() + sign) as u32);
    message.resize(message.len() + sign, 0);
    message.extend_from_slice(octets);
}

/// The octets of a number, without the zeros that it begins with.
pub(super) fn without_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

pub(super) fn invalid(how: &str) -> Error {
    Error::value(format!("Invalid {KEY}: {how}"))
}

const KEY: &str = "OpenSSH key";
