//! Building certificates, requests and CRLs, and signing them with any key.
//!
//! ```
//! # fn main() -> ironlatch::x509::Result<()> {
//! use ironlatch::asymmetric::ed25519;
//! use ironlatch::keys::PrivateKey;
//! use ironlatch::x509::building::{CertificateContents, KeySigner, NewExtension, random_serial};
//! use ironlatch::x509::extensions::{BasicConstraints, ExtensionValue};
//! use ironlatch::x509::names::{Attribute, Name, StringType, encode};
//! use ironlatch::oid;
//! use ironlatch::x509::Time;
//!
//! let key = PrivateKey::Ed25519(ed25519::PrivateKey::generate());
//! let name = Attribute::new(oid::COMMON_NAME, StringType::Utf8, "Example Root")?;
//! let name = encode(&[vec![name]])?;
//! let constraints = BasicConstraints { ca: true, path_length: None };
//! let constraints = ExtensionValue::BasicConstraints(constraints);
//! let root = CertificateContents {
//!     serial: &random_serial(),
//!     issuer: Name::from_der(&name)?,
//!     not_before: "2027-01-01".parse()?,
//!     not_after: "2037-01-01".parse()?,
//!     subject: Name::from_der(&name)?,
//!     public_key_info: &key.public_key().to_spki_der()?,
//!     extensions: &[NewExtension::new(oid::BASIC_CONSTRAINTS, true, &constraints)?],
//! }
//! .sign(&KeySigner::new(&key, None)?)?;
//! root.verify_directly_issued_by(&root)
//! # }
//! ```

mod certificate;
mod crl;
mod ocsp;
mod request;
mod signer;

use ironlatch_core::oid::ObjectIdentifier;
use std::borrow::Cow;

use asn1::{BitString, WriteError, WriteResult, Writer};
use ironlatch_core::random;

use crate::der::SEQUENCE;
use crate::error::{Error, Result};
use crate::extensions::ExtensionValue;

pub use certificate::{CertificateContents, pss_public_key_info};
pub use crl::{CrlContents, RevokedContents};
pub use ocsp::{NewSingleResponse, OcspRequestContents, OcspResponseContents};
pub use request::{NewAttribute, RequestContents};
pub use signer::{KeySigner, Signer};

/// An extension to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExtension<'a> {
    /// Which extension.
    pub oid: ObjectIdentifier,
    /// Whether those who do not know it must refuse the object.
    pub critical: bool,
    /// Its value in DER.
    pub value: Cow<'a, [u8]>,
}

impl NewExtension<'_> {
    /// The extension with this meaning.
    ///
    /// # Errors
    /// As [`ExtensionValue::to_der`].
    pub fn new(oid: ObjectIdentifier, critical: bool, value: &ExtensionValue<'_>) -> Result<Self> {
        Ok(Self { oid, critical, value: Cow::Owned(value.to_der()?) })
    }
}

/// A random serial number of 159 bits, as the octets of its INTEGER. It is too long to be guessed,
/// and as long as RFC 5280 §4.1.2.2 allows.
#[must_use]
pub fn random_serial() -> Vec<u8> {
    loop {
        let mut octets = random::array::<20>();
        octets[0] &= 0x7f;
        let serial = positive_integer(&octets);
        // Zero is no serial number.
        if serial != [0] {
            return serial;
        }
    }
}

/// The octets of an INTEGER for the number that `magnitude` is in big-endian.
#[must_use]
pub fn positive_integer(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|&octet| octet != 0).unwrap_or(magnitude.len());
    let significant = &magnitude[start..];
    let needs_sign = significant.first().is_none_or(|first| first & 0x80 != 0);
    let mut octets = vec![0; usize::from(needs_sign)];
    octets.extend_from_slice(significant);
    octets
}

/// A SEQUENCE of what `write` writes.
pub(crate) fn sequence(write: impl Fn(&mut Writer<'_>) -> WriteResult) -> Result<Vec<u8>> {
    let der = asn1::write(|writer| write_sequence(writer, &write));
    der.map_err(|error: WriteError| error.into())
}

pub(crate) fn write_sequence(writer: &mut Writer<'_>, write: impl Fn(&mut Writer<'_>) -> WriteResult) -> WriteResult {
    writer.write_tlv(SEQUENCE, None, |dest| write(&mut Writer::new(dest)))
}

/// A list of extensions under tag `tag`, or nothing if there are none.
pub(crate) fn write_extensions(writer: &mut Writer<'_>, tag: u32, extensions: &[NewExtension<'_>]) -> WriteResult {
    if extensions.is_empty() {
        return Ok(());
    }
    writer.write_tlv(asn1::explicit_tag(tag), None, |dest| write_extension_list(&mut Writer::new(dest), extensions))
}

fn write_extension_list(writer: &mut Writer<'_>, extensions: &[NewExtension<'_>]) -> WriteResult {
    write_sequence(writer, |writer| {
        extensions.iter().try_for_each(|extension| {
            write_sequence(writer, |writer| {
                writer.write_element(&extension.oid)?;
                if extension.critical {
                    writer.write_element(&true)?;
                }
                writer.write_element(&&*extension.value)
            })
        })
    })
}

/// A signed structure: what is signed, the algorithm, the signature.
pub(crate) fn signed(tbs: &[u8], algorithm: &[u8], signature: &[u8]) -> Result<Vec<u8>> {
    let signature = BitString::new(signature, 0).ok_or(Error::value("the signature is not whole octets"))?;
    let signature_len = asn1::Asn1Writable::encoded_length(&signature).unwrap_or(0);
    let der = asn1::write(|writer| {
        writer.write_tlv(SEQUENCE, Some(tbs.len() + algorithm.len() + signature_len), |dest| {
            dest.push_slice(tbs)?;
            dest.push_slice(algorithm)?;
            Writer::new(dest).write_element(&signature)
        })
    });
    der.map_err(|error: WriteError| error.into())
}

/// `der`, which is one element or several, as it stands.
pub(crate) fn write_raw(writer: &mut Writer<'_>, der: &[u8]) -> WriteResult {
    for element in crate::der::Elements(der) {
        writer.write_element(&element)?;
    }
    Ok(())
}
