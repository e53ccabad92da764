//! The uses of a key: key usage (RFC 5280 §4.2.1.3), its period (RFC 3280 §4.2.1.4), its purposes
//! (§4.2.1.12).

use asn1::{ParseError, ParseErrorKind, ParseResult, SimpleAsn1Readable, Tag};
use ironlatch_core::oid::ObjectIdentifier;

use crate::der::{List, NamedBits};
use crate::time::GeneralizedTime;

/// The uses of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(clippy::struct_excessive_bools)] // They are the standard's.
pub struct KeyUsage {
    /// To verify signatures other than those of certificates and CRLs.
    pub digital_signature: bool,
    /// To verify signatures that must not be denied later. It was called non-repudiation.
    pub content_commitment: bool,
    /// To encrypt keys.
    pub key_encipherment: bool,
    /// To encrypt data itself.
    pub data_encipherment: bool,
    /// To agree on keys.
    pub key_agreement: bool,
    /// To verify signatures of certificates.
    pub key_cert_sign: bool,
    /// To verify signatures of CRLs.
    pub crl_sign: bool,
    /// With key agreement: only to encrypt.
    pub encipher_only: bool,
    /// With key agreement: only to decrypt.
    pub decipher_only: bool,
}

impl<'a> SimpleAsn1Readable<'a> for KeyUsage {
    const TAG: Tag = crate::der::BIT_STRING;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        let bits = NamedBits::parse_data(data)?;
        Ok(Self {
            digital_signature: bits.has(0),
            content_commitment: bits.has(1),
            key_encipherment: bits.has(2),
            data_encipherment: bits.has(3),
            key_agreement: bits.has(4),
            key_cert_sign: bits.has(5),
            crl_sign: bits.has(6),
            encipher_only: bits.has(7),
            decipher_only: bits.has(8),
        })
    }
}

impl asn1::SimpleAsn1Writable for KeyUsage {
    type Error = asn1::WriteError;
    const TAG: Tag = crate::der::BIT_STRING;

    fn write_data(&self, dest: &mut asn1::WriteBuf) -> asn1::WriteResult {
        asn1::SimpleAsn1Writable::write_data(&self.bits(), dest)
    }

    fn data_length(&self) -> Option<usize> {
        None
    }
}

impl KeyUsage {
    fn bits(self) -> NamedBits {
        let flags = [
            self.digital_signature,
            self.content_commitment,
            self.key_encipherment,
            self.data_encipherment,
            self.key_agreement,
            self.key_cert_sign,
            self.crl_sign,
            self.encipher_only && self.key_agreement,
            self.decipher_only && self.key_agreement,
        ];
        (0..).zip(flags).filter(|(_, set)| *set).map(|(bit, _)| bit).collect()
    }
}

/// The purposes of a key, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExtendedKeyUsage(pub List<ObjectIdentifier>);

impl<'a> SimpleAsn1Readable<'a> for ExtendedKeyUsage {
    const TAG: Tag = crate::der::SEQUENCE;

    fn parse_data(data: &'a [u8]) -> ParseResult<Self> {
        let purposes = List::parse_data(data)?;
        if purposes.is_empty() {
            let size = ParseErrorKind::InvalidSize { min: 1, max: usize::MAX, actual: 0 };
            return Err(ParseError::new(size));
        }
        Ok(Self(purposes))
    }
}

/// When a private key may sign, if that is shorter than the certificate's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, asn1::Asn1Read, asn1::Asn1Write)]
pub struct PrivateKeyUsagePeriod {
    /// The first second.
    #[implicit(0)]
    pub not_before: Option<GeneralizedTime>,
    /// The last second.
    #[implicit(1)]
    pub not_after: Option<GeneralizedTime>,
}
