//! DER (ITU-T X.690) for both signatures and key formats.

use asn1::{SimpleAsn1Readable, SimpleAsn1Writable, Tag, WriteBuf, WriteError, WriteResult};

/// A non-negative INTEGER as big-endian octets without leading zeros; zero has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsigned<'a>(pub(crate) &'a [u8]);

impl<'a> SimpleAsn1Readable<'a> for Unsigned<'a> {
    const TAG: Tag = <asn1::BigUint<'_> as SimpleAsn1Readable<'_>>::TAG;

    fn parse_data(data: &'a [u8]) -> asn1::ParseResult<Self> {
        let octets = asn1::BigUint::parse_data(data)?.as_bytes();
        Ok(Self(octets.strip_prefix(&[0]).unwrap_or(octets)))
    }
}

impl SimpleAsn1Writable for Unsigned<'_> {
    type Error = WriteError;
    const TAG: Tag = <asn1::BigUint<'_> as SimpleAsn1Readable<'_>>::TAG;

    fn write_data(&self, dest: &mut WriteBuf) -> WriteResult {
        if self.needs_sign_octet() {
            dest.push_byte(0)?;
        }
        dest.push_slice(self.0)
    }

    fn data_length(&self) -> Option<usize> {
        Some(self.0.len() + usize::from(self.needs_sign_octet()))
    }
}

impl Unsigned<'_> {
    fn needs_sign_octet(&self) -> bool {
        self.0.first().is_none_or(|first| first & 0x80 != 0)
    }
}
