//! The encoding of SSH's messages (RFC 4251 §5).

use crate::{Error, Result};

/// The rest of a message that is being read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    /// `len` bytes as they stand.
    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or_else(|| invalid("it is cut short"))?;
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
        core::str::from_utf8(self.string()?).map_err(|_| invalid("a name in it is not text"))
    }

    /// A non-negative `mpint`, without leading zeros.
    pub(super) fn integer(&mut self) -> Result<&'a [u8]> {
        let octets = self.string()?;
        if octets.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(invalid("a number in it is negative"));
        }
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        Ok(&octets[zeros..])
    }

    /// The unread bytes.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(invalid("something follows its end")) }
    }
}

pub(super) fn put_number(message: &mut Vec<u8>, number: u32) {
    message.extend_from_slice(&number.to_be_bytes());
}

pub(super) fn put_string(message: &mut Vec<u8>, string: &[u8]) {
    put_number(message, string.len() as u32);
    message.extend_from_slice(string);
}

/// A non-negative `mpint` from its minimal octets.
pub(super) fn put_integer(message: &mut Vec<u8>, octets: &[u8]) {
    let sign = usize::from(octets.first().is_some_and(|first| first & 0x80 != 0));
    put_number(message, (octets.len() + sign) as u32);
    message.resize(message.len() + sign, 0);
    message.extend_from_slice(octets);
}

pub(super) fn invalid(how: &str) -> Error {
    Error::value(format!("Invalid OpenSSH key: {how}"))
}
