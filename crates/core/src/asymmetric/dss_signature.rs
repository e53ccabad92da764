//! The pair of numbers that a DSA or ECDSA signature is, in DER: `Dss-Sig-Value` (RFC 3279 §2.2.2).
#![allow(clippy::result_large_err)] // The size of `asn1::ParseError` is that crate's choice, and its derives return it.

use crate::der::Unsigned;
use crate::{Error, Result};

#[derive(asn1::Asn1Read, asn1::Asn1Write)]
struct DssSigValue<'a> {
    r: Unsigned<'a>,
    s: Unsigned<'a>,
}

/// The DER of the numbers, which are big-endian without leading zeros.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn encode(r: &[u8], s: &[u8]) -> Result<Vec<u8>> {
    asn1::write_single(&DssSigValue { r: Unsigned(r), s: Unsigned(s) })
        .map_err(|_| Error::OutOfMemory("the signature does not fit into memory".into()))
}

/// The numbers `r` and `s`, big-endian without leading zeros.
///
/// # Errors
/// [`Error::InvalidValue`] if `der` is anything but DER of two non-negative integers.
pub fn decode(der: &[u8]) -> Result<(&[u8], &[u8])> {
    let DssSigValue { r, s } =
        asn1::parse_single(der).map_err(|_| Error::value("the signature is not DER of two numbers"))?;
    Ok((r.0, s.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        for (r, s) in [(&[][..], &[1][..]), (&[0x80], &[0x7f, 0xff]), (&[0xff; 66], &[1; 66])] {
            assert_eq!(decode(&encode(r, s).unwrap()), Ok((r, s)));
        }
        assert_eq!(encode(&[], &[0x80]).unwrap(), [0x30, 7, 2, 1, 0, 2, 2, 0, 0x80]);
    }

    #[test]
    fn anything_else_is_refused() {
        let good = encode(&[1], &[2]).unwrap();
        for at in 0..good.len() {
            assert!(decode(&good[..at]).is_err());
        }
        // Trailing data, a negative number, a superfluous zero, a long form of a short length.
        for bad in [
            &[&good[..], &[0]].concat()[..],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 1],
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 1],
            &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 1],
        ] {
            assert!(decode(bad).is_err(), "{bad:x?}");
        }
    }
}
