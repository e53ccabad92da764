//! Why a timestamp is not accepted.

use core::fmt;

use ironlatch_core::oid::ObjectIdentifier;

use crate::error::SignatureFault;

/// Why a timestamp is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampFault {
    /// The authority did not grant it, and says this.
    NotGranted(String),
    /// It is of other data.
    OtherData,
    /// The hash function of the data is broken, not known here, or not the one that was asked for.
    Hash(String),
    /// The nonce is not the one of the request: this may be an answer to another one.
    Nonce,
    /// There is no nonce, and the request had one.
    NoNonce,
    /// It was made under another policy.
    Policy(ObjectIdentifier),
    /// It has an extension that is critical, and not known here.
    CriticalExtension(ObjectIdentifier),
    /// It has this number of signatures, and not one.
    Signatures(usize),
    /// The certificate of the signer is not for timestamps, or not for them alone, or does not say
    /// so in a critical extension (RFC 3161 §2.3).
    Purpose,
    /// The signature does not name the certificate of the signer by its hash (RFC 3161 §2.4.2).
    NoSigningCertificate,
    /// It names an authority that the signer's certificate does not.
    Authority,
    /// The signature is not accepted.
    Signature(SignatureFault),
}

impl fmt::Display for TimestampFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotGranted(reason) => return write!(f, "the authority did not grant the timestamp: {reason}"),
            Self::OtherData => "the timestamp is of other data",
            Self::Hash(message) => message,
            Self::Nonce => "the nonce is not the one of the request: the timestamp may answer another one",
            Self::NoNonce => "the timestamp has no nonce, and the request had one",
            Self::Policy(found) => return write!(f, "the timestamp was made under another policy, {found}"),
            Self::CriticalExtension(oid) => {
                return write!(f, "the extension {oid} of the timestamp is critical, and not known here");
            }
            Self::Signatures(number) => {
                return write!(f, "the timestamp has {number} signatures, and should have one");
            }
            Self::Purpose => {
                "the signer's certificate is not one of a timestamping authority: its extended key usage has to be \
                 critical, and name id-kp-timeStamping and nothing else"
            }
            Self::NoSigningCertificate => "the signature does not say which certificate it belongs to",
            Self::Authority => "the timestamp names another authority than the signer's certificate",
            Self::Signature(fault) => return fault.fmt(f),
        })
    }
}
