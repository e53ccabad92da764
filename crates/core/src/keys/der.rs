//! DER (ITU-T X.690) for the key formats: errors, unsigned integers, and writing into memory that
//! is wiped.
//!
//! Parsing is the `asn1` crate's. It takes DER alone: definite lengths in their shortest form,
//! integers without superfluous octets, nothing after the last element. No structure here refers to
//! itself, so the depth of parsing is bounded by the formats and not by the file.

use asn1::{SimpleAsn1Readable, SimpleAsn1Writable, Tag, Tlv, WriteBuf, WriteError, WriteResult, Writer};
use zeroize::Zeroizing;

pub(super) use crate::der::Unsigned;
use crate::oid::ObjectIdentifier;
use crate::{Error, Result};

/// An algorithm and its parameters, which are still to be parsed (RFC 5280 §4.1.1.2).
#[derive(asn1::Asn1Read)]
pub struct AlgorithmIdentifier<'a> {
    /// Which algorithm.
    pub oid: ObjectIdentifier,
    pub(super) parameters: Option<Tlv<'a>>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// The parameters, which have to be there.
    pub fn parameters(&self) -> Result<&Tlv<'a>> {
        self.parameters.as_ref().ok_or_else(|| Error::value(MALFORMED))
    }

    /// The parameters as a `T`.
    pub(super) fn parse<T: asn1::Asn1Readable<'a>>(&self) -> Result<T> {
        self.parameters()?.parse().map_err(malformed)
    }

    /// Fails unless the parameters are NULL or left out.
    pub(super) fn without_parameters(&self) -> Result<()> {
        match &self.parameters {
            Some(parameters) => parameters.parse::<asn1::Null>().map_err(malformed),
            None => Ok(()),
        }
    }
}

/// Parses all of `der` as one `T`.
pub(super) fn parse<'a, T: asn1::Asn1Readable<'a>>(der: &'a [u8]) -> Result<T> {
    asn1::parse_single(der).map_err(|error| {
        if der.starts_with(super::pem::BEGIN) {
            return Error::value("could not read the key: this is PEM, and the call reads DER");
        }
        malformed(error)
    })
}

/// A non-negative INTEGER in memory that is wiped, from big-endian octets without leading zeros.
pub(super) fn secret_integer(number: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let number = Unsigned(number);
    secret(INTEGER, number.0.len() + 1, |buffer| number.write_data(buffer))
}

/// An OCTET STRING in memory that is wiped.
pub(super) fn secret_octets(octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    secret(OCTET_STRING, octets.len(), |buffer| buffer.push_slice(octets))
}

/// An OCTET STRING under the context-specific tag `tag`, in memory that is wiped.
pub(super) fn secret_tagged_octets(tag: u32, octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    secret(asn1::implicit_tag(tag, OCTET_STRING), octets.len(), |buffer| buffer.push_slice(octets))
}

/// A SEQUENCE of what `write` writes, in memory that is wiped.
///
/// `len` is at least the length of the contents: with that much set aside first, the buffer never
/// moves, and leaves no copy of a key behind.
pub(super) fn secret_sequence(
    len: usize,
    write: impl Fn(&mut Writer<'_>) -> WriteResult,
) -> Result<Zeroizing<Vec<u8>>> {
    secret(SEQUENCE, len, |buffer| write(&mut Writer::new(buffer)))
}

fn secret(tag: Tag, len: usize, write: impl Fn(&mut WriteBuf) -> WriteResult) -> Result<Zeroizing<Vec<u8>>> {
    let der = asn1::write(|writer| {
        writer.write_tlv(tag, None, |buffer| {
            // The length's own octets come on top, up to nine.
            buffer.reserve_additional(len + 9)?;
            write(buffer)
        })
    });
    der.map(Zeroizing::new).map_err(|_: WriteError| Error::OutOfMemory("the key does not fit into memory".into()))
}

/// The parser's complaint as an error that a person can act on. The parser names positions and
/// tags, never contents.
#[allow(clippy::needless_pass_by_value)] // It is passed to `map_err` by name.
pub(super) fn malformed(error: asn1::ParseError) -> Error {
    Error::value(format!("{MALFORMED}: {error}"))
}

pub(super) const MALFORMED: &str =
    "could not read the key: it is damaged, or not in the format that it is said to be in";

/// `value` as DER. For what is not secret: the buffer grows as it fills.
pub(super) fn write<T: asn1::Asn1Writable<Error = WriteError>>(value: &T) -> Result<Vec<u8>> {
    asn1::write_single(value).map_err(|_| Error::OutOfMemory("the key does not fit into memory".into()))
}

/// Writes `der`, which is one element, as it stands.
pub(super) fn write_element(writer: &mut Writer<'_>, der: &[u8]) -> WriteResult {
    let element: Tlv<'_> = asn1::parse_single(der).map_err(|_| WriteError::AllocationError)?;
    writer.write_element(&element)
}

/// A SEQUENCE of what `write` writes. For what is not secret.
pub(super) fn sequence(write: impl Fn(&mut Writer<'_>) -> WriteResult) -> Result<Vec<u8>> {
    let der = asn1::write(|writer| writer.write_tlv(SEQUENCE, None, |buffer| write(&mut Writer::new(buffer))));
    der.map_err(|_: WriteError| Error::OutOfMemory("the key does not fit into memory".into()))
}

/// Writes the `PrivateKeyInfo` of an algorithm and a key in the octets that go with the algorithm
/// (RFC 5958 §2).
pub(super) fn private_key_info<A>(algorithm: &A, key: &[u8]) -> Result<Zeroizing<Vec<u8>>>
where
    A: asn1::Asn1Writable<Error = WriteError>,
{
    let algorithm_len = write(algorithm)?.len();
    secret_sequence(algorithm_len + key.len() + 32, |writer| {
        writer.write_element(&0u8)?;
        writer.write_element(algorithm)?;
        writer.write_element(&key)
    })
}

/// Writes the `SubjectPublicKeyInfo` of an algorithm and a key in the octets that go with the
/// algorithm (RFC 5280 §4.1).
pub(super) fn subject_public_key_info<A>(algorithm: &A, key: &[u8]) -> Result<Vec<u8>>
where
    A: asn1::Asn1Writable<Error = WriteError>,
{
    let key = asn1::BitString::new(key, 0).ok_or(Error::Internal("a bit string without padding is valid"))?;
    sequence(|writer| {
        writer.write_element(algorithm)?;
        writer.write_element(&key)
    })
}

/// The structure of a key's DER, recognized from the kinds of its first elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outline {
    /// A SEQUENCE that begins with a SEQUENCE and an OCTET STRING.
    EncryptedPrivateKeyInfo,
    /// A SEQUENCE that begins with a SEQUENCE and a BIT STRING.
    SubjectPublicKeyInfo,
    /// A SEQUENCE that begins with an INTEGER and a SEQUENCE.
    PrivateKeyInfo,
    /// A SEQUENCE that begins with an INTEGER and an OCTET STRING (RFC 5915).
    EcPrivateKey,
    /// A SEQUENCE that begins with two INTEGERs: a traditional structure of this number of
    /// elements.
    Integers(usize),
}

/// Tells what `der`, one element and nothing after it, is.
pub(super) fn outline(der: &[u8]) -> Result<Outline> {
    let whole: Tlv<'_> = parse(der)?;
    let (first, rest) = asn1::strip_tlv(whole.data()).map_err(malformed)?;
    let (second, _) = asn1::strip_tlv(rest).map_err(malformed)?;
    match (whole.tag(), first.tag(), second.tag()) {
        (SEQUENCE, SEQUENCE, OCTET_STRING) => Ok(Outline::EncryptedPrivateKeyInfo),
        (SEQUENCE, SEQUENCE, BIT_STRING) => Ok(Outline::SubjectPublicKeyInfo),
        (SEQUENCE, INTEGER, SEQUENCE) => Ok(Outline::PrivateKeyInfo),
        (SEQUENCE, INTEGER, OCTET_STRING) => Ok(Outline::EcPrivateKey),
        (SEQUENCE, INTEGER, INTEGER) => Ok(Outline::Integers(count(whole.data())?)),
        _ => Err(Error::value(MALFORMED)),
    }
}

/// How many elements follow one another.
fn count(mut elements: &[u8]) -> Result<usize> {
    let mut count = 0;
    while !elements.is_empty() {
        (_, elements) = asn1::strip_tlv(elements).map_err(malformed)?;
        count += 1;
    }
    Ok(count)
}

const INTEGER: Tag = <asn1::BigUint<'_> as SimpleAsn1Readable<'_>>::TAG;
const BIT_STRING: Tag = <asn1::BitString<'_> as SimpleAsn1Readable<'_>>::TAG;
pub(super) const OCTET_STRING: Tag = <&[u8] as SimpleAsn1Readable<'_>>::TAG;
pub(super) const SEQUENCE: Tag = <asn1::Sequence<'_> as SimpleAsn1Readable<'_>>::TAG;
