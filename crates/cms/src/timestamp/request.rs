//! Requests to an authority: `TimeStampReq` (RFC 3161 §2.4.1).

use asn1::Tlv;
use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::oid::ObjectIdentifier;
use ironlatch_core::{Output, random};
use ironlatch_x509::algorithms::{hash_from_oid, hash_to_oid};

use super::info::MessageImprint;
use crate::der::{self, INTEGER, NULL, OCTET_STRING, SEQUENCE};
use crate::error::{Error, Result};

/// A request to an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The hash function of the data.
    pub hash: HashAlgorithm,
    /// The digest of the data.
    pub digest: Vec<u8>,
    /// The policy under which the timestamp should be made, if not the authority's usual one.
    pub policy: Option<ObjectIdentifier>,
    /// A number that the answer has to repeat, and by which an old answer is told from it: the
    /// contents of an INTEGER.
    pub nonce: Option<Vec<u8>>,
    /// Whether the authority has to put its certificate into the answer.
    pub certificates: bool,
}

impl Request {
    /// A request for a timestamp of `data`, with a random nonce of 64 bits and for the certificate
    /// of the authority.
    #[must_use]
    pub fn of_data(data: &[u8], hash: HashAlgorithm) -> Self {
        Self::of_digest(digest_of(data, hash), hash)
    }

    /// The same, for data with this digest.
    #[must_use]
    pub fn of_digest(digest: Vec<u8>, hash: HashAlgorithm) -> Self {
        Self { hash, digest, policy: None, nonce: Some(random_nonce()), certificates: true }
    }

    /// The request in DER, which is sent as `application/timestamp-query`.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the digest is not as long as its hash function's are, or the
    /// nonce is not the contents of an INTEGER, and [`Error::X509`] for a hash function without an
    /// identifier.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let size = self.hash.digest_size();
        if self.digest.len() != size {
            return Err(Error::value(format!(
                "a digest of {} has {size} bytes, and this has {}",
                self.hash.name(),
                self.digest.len()
            )));
        }
        let algorithm = der::element(SEQUENCE, &[&der::identifier(&hash_to_oid(self.hash)?), NULL]);
        let imprint = der::element(SEQUENCE, &[&algorithm, &der::element(OCTET_STRING, &[&self.digest])]);
        let policy = self.policy.as_ref().map(der::identifier).unwrap_or_default();
        let nonce = self.nonce.as_ref().map(|nonce| der::element(INTEGER, &[nonce])).unwrap_or_default();
        if !nonce.is_empty() && asn1::parse_single::<asn1::BigInt<'_>>(&nonce).is_err() {
            return Err(Error::value("the nonce is not an integer in its shortest form"));
        }
        let certificates: &[u8] = if self.certificates { &[1, 1, 0xff] } else { &[] };
        Ok(der::element(SEQUENCE, &[&der::integer(1), &imprint, &policy, &nonce, certificates]).to_vec())
    }

    /// Reads a request in DER, such as another program's. Its extensions are not looked at.
    ///
    /// # Errors
    /// [`Error::Malformed`], and [`Error::X509`] for a hash function that is not known here.
    pub fn read(data: &[u8]) -> Result<Self> {
        let request: TimeStampReq<'_> = asn1::parse_single(data)?;
        if request.version != 1 {
            return Err(Error::rule("the version is not 1").within("version"));
        }
        let hash = hash_from_oid(&request.imprint.algorithm.oid)?;
        if request.imprint.digest.len() != hash.digest_size() {
            return Err(Error::rule("the digest has not the length of the hash function's").within("messageImprint"));
        }
        Ok(Self {
            hash,
            digest: request.imprint.digest.to_vec(),
            policy: request.policy,
            nonce: request.nonce.map(|nonce| nonce.as_bytes().to_vec()),
            certificates: request.certificates.unwrap_or_default(),
        })
    }
}

#[derive(asn1::Asn1Read)]
struct TimeStampReq<'a> {
    version: u8,
    imprint: MessageImprint<'a>,
    policy: Option<ObjectIdentifier>,
    nonce: Option<asn1::BigInt<'a>>,
    certificates: Option<bool>,
    #[implicit(0)]
    _extensions: Option<asn1::SequenceOf<'a, Tlv<'a>>>,
}

pub(super) fn digest_of(data: &[u8], hash: HashAlgorithm) -> Vec<u8> {
    let mut digest = vec![0; hash.digest_size()];
    hash::digest_into(hash, data, Output::from(digest.as_mut_slice()));
    digest
}

/// A positive number of 64 bits: its first octet is that of the sign.
fn random_nonce() -> Vec<u8> {
    let mut nonce = vec![0];
    nonce.extend_from_slice(&random::array::<8>());
    nonce[1] |= 0x80;
    nonce
}
