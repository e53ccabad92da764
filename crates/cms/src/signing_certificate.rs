//! The signed attribute that names the signer's certificate by its hash (RFC 5035, RFC 2634 §5.4).
//!
//! Issuer and serial number are no proof of which certificate was meant: another authority can
//! write both. The hash is one.

use asn1::{SequenceOf, Tlv};
use ironlatch_core::Output;
use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_x509::Certificate;
use ironlatch_x509::algorithms::{AlgorithmIdentifier, hash_from_oid};

use crate::der::{self, EXPLICIT_4, INTEGER, OCTET_STRING, SEQUENCE};
use crate::error::{Error, Result};

/// How an attribute names a certificate: `ESSCertID` or `ESSCertIDv2`.
#[derive(Debug, Clone)]
pub(crate) struct CertificateId {
    hash: ObjectIdentifier,
    digest: Vec<u8>,
    issuer_and_serial: Option<(Vec<u8>, Vec<u8>)>,
}

/// `SigningCertificate` and `SigningCertificateV2`.
#[derive(asn1::Asn1Read)]
struct SigningCertificate<'a> {
    certificates: SequenceOf<'a, Tlv<'a>>,
    _policies: Option<Tlv<'a>>,
}

#[derive(asn1::Asn1Read)]
struct IssuerAndSerial<'a> {
    issuer: Tlv<'a>,
    serial: Tlv<'a>,
}

impl CertificateId {
    /// Reads the value of the attribute: the identifier of the signer's certificate, which is the
    /// first. The others restrict the chain, and are not looked at.
    pub(crate) fn read(value: &Tlv<'_>) -> Result<Self> {
        let mut attribute: SigningCertificate<'_> = value.parse()?;
        let first = attribute.certificates.next().ok_or_else(|| Error::rule("no certificate is named"))?;
        der::expect(&first, SEQUENCE)?;
        let parts = der::elements(first.data()).collect::<Result<Vec<_>>>()?;
        // The hash function of the older form is SHA-1, and has no place.
        let (algorithm, digest, rest) = match &parts[..] {
            [digest, rest @ ..] if der::tag_octet(digest.tag()) == Some(OCTET_STRING) => (None, digest, rest),
            [algorithm, digest, rest @ ..] => (Some(algorithm.parse::<AlgorithmIdentifier<'_>>()?.oid), digest, rest),
            _ => return Err(Error::rule("the hash of the certificate is missing")),
        };
        let issuer_and_serial = match rest {
            [] => None,
            [named] => {
                let IssuerAndSerial { issuer, serial } = named.parse()?;
                Some((issuer.data().to_vec(), serial.full_data().to_vec()))
            }
            _ => return Err(Error::rule("the name of a certificate has more parts than are known")),
        };
        let digest = der::octets(digest)?.to_vec();
        Ok(Self { hash: algorithm.unwrap_or(oid::SHA256), digest, issuer_and_serial })
    }

    /// The same, where the attribute is the older one.
    pub(crate) fn of_version_1(mut self) -> Self {
        self.hash = oid::SHA1;
        self
    }

    /// Whether this is the certificate's name.
    pub(crate) fn is_of(&self, certificate: &Certificate) -> bool {
        let Ok(hash) = hash_from_oid(&self.hash) else { return false };
        if hash == HashAlgorithm::Md5 {
            return false;
        }
        let mut digest = vec![0; hash.digest_size()];
        hash::digest_into(hash, certificate.as_der(), Output::from(digest.as_mut_slice()));
        digest == self.digest
            && self.issuer_and_serial.as_ref().is_none_or(|(issuer, serial)| {
                let name = der::element(EXPLICIT_4, &[certificate.issuer().as_der()]);
                *issuer == *name && *serial == *der::element(INTEGER, &[certificate.serial()])
            })
    }
}
