//! The statement that an authority signs: `TSTInfo` (RFC 3161 §2.4.2).

use asn1::Tlv;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::oid::ObjectIdentifier;
use ironlatch_x509::Time;
use ironlatch_x509::algorithms::{AlgorithmIdentifier, hash_from_oid};

use crate::error::{At, Error, Result};

/// The statement that an authority signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The policy under which the authority made it.
    pub policy: ObjectIdentifier,
    /// The hash function of the data.
    pub hash: ObjectIdentifier,
    /// The digest of the data.
    pub digest: Vec<u8>,
    /// The number by which the authority tells it from its others: the contents of an INTEGER.
    pub serial: Vec<u8>,
    /// The time, to the second.
    pub time: Time,
    /// The nanoseconds after that.
    pub nanoseconds: u32,
    /// How far the time may be off, if that is said.
    pub accuracy: Option<Accuracy>,
    /// Whether the times of this authority's timestamps tell their order, however close they are.
    pub ordering: bool,
    /// The nonce of the request: the contents of an INTEGER.
    pub nonce: Option<Vec<u8>>,
    /// The authority's name: a `GeneralName` in DER.
    pub authority: Option<Vec<u8>>,
    /// The first extension that is critical. None is known here.
    pub(super) critical: Option<ObjectIdentifier>,
}

/// How far a time may be off, to both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accuracy {
    /// Seconds.
    pub seconds: u32,
    /// And microseconds, fewer than 1,000,000.
    pub microseconds: u32,
}

/// The hash function of data, and their digest.
#[derive(asn1::Asn1Read)]
pub(super) struct MessageImprint<'a> {
    pub(super) algorithm: AlgorithmIdentifier<'a>,
    pub(super) digest: &'a [u8],
}

#[derive(asn1::Asn1Read)]
struct TstInfo<'a> {
    version: u8,
    policy: ObjectIdentifier,
    imprint: MessageImprint<'a>,
    serial: asn1::BigInt<'a>,
    time: asn1::GeneralizedTime,
    accuracy: Option<RawAccuracy>,
    // Some authorities write out that it is false.
    ordering: Option<bool>,
    nonce: Option<asn1::BigInt<'a>>,
    #[explicit(0)]
    authority: Option<Tlv<'a>>,
    #[implicit(1)]
    extensions: Option<asn1::SequenceOf<'a, Extension<'a>>>,
}

#[derive(asn1::Asn1Read)]
struct RawAccuracy {
    seconds: Option<u32>,
    #[implicit(0)]
    millis: Option<u32>,
    #[implicit(1)]
    micros: Option<u32>,
}

#[derive(asn1::Asn1Read)]
struct Extension<'a> {
    oid: ObjectIdentifier,
    critical: Option<bool>,
    _value: &'a [u8],
}

impl Info {
    pub(super) fn read(der: &[u8]) -> Result<Self> {
        let info: TstInfo<'_> = asn1::parse_single(der)?;
        if info.version != 1 {
            return Err(Error::rule("the version is not 1")).at("version");
        }
        let mut extensions = info.extensions.into_iter().flatten();
        let critical = extensions.find(|extension| extension.critical == Some(true)).map(|extension| extension.oid);
        let time = info.time;
        Ok(Self {
            policy: info.policy,
            hash: info.imprint.algorithm.oid,
            digest: info.imprint.digest.to_vec(),
            serial: info.serial.as_bytes().to_vec(),
            nanoseconds: time.nanoseconds().unwrap_or_default(),
            time: Time::from(time.as_datetime()),
            accuracy: info.accuracy.map(|accuracy| accuracy.checked()).transpose().at("accuracy")?,
            ordering: info.ordering.unwrap_or_default(),
            nonce: info.nonce.map(|nonce| nonce.as_bytes().to_vec()),
            authority: info.authority.map(|name| name.full_data().to_vec()),
            critical,
        })
    }

    /// The hash function of the data, if it is known here.
    #[must_use]
    pub fn hash_algorithm(&self) -> Option<HashAlgorithm> {
        hash_from_oid(&self.hash).ok()
    }
}

impl RawAccuracy {
    fn checked(&self) -> Result<Accuracy> {
        let part = |part: Option<u32>| match part.unwrap_or_default() {
            part @ 0..1000 => Ok(part),
            _ => Err(Error::rule("a part of a second is not below 1000")),
        };
        let microseconds = part(self.millis)? * 1000 + part(self.micros)?;
        Ok(Accuracy { seconds: self.seconds.unwrap_or_default(), microseconds })
    }
}
