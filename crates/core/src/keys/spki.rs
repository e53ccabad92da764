//! Public keys with their algorithm: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).

use super::der::{self, AlgorithmIdentifier};
use super::{PublicKey, dh, dsa, oid, pkcs1, post_quantum, raw, sec1, unsupported_key};
use crate::{Error, Result};

/// The label of a PEM block.
pub const LABEL: &str = "PUBLIC KEY";

/// Reads a `SubjectPublicKeyInfo`.
///
/// RSA keys may be marked for PSS (RFC 4055 §3.1). The restrictions that such a mark can carry are checked for form and
/// then dropped, so the key that comes back is a plain RSA key.
///
/// # Errors
/// [`Error::InvalidValue`] if the structure is another or the key is not valid, [`Error::Unsupported`] if the algorithm
/// is not known.
pub fn public_from_der(der: &[u8]) -> Result<PublicKey> {
    let info: SubjectPublicKeyInfo<'_> = der::parse(der)?;
    if info.key.padding_bits() != 0 {
        return Err(Error::value("the public key is not a whole number of bytes"));
    }
    public_key(&info.algorithm, info.key.as_bytes())
}

/// The public key of this algorithm in these octets.
pub(super) fn public_key(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Result<PublicKey> {
    match &algorithm.oid {
        &oid::RSA => {
            algorithm.without_parameters()?;
            pkcs1::public_from_der(key).map(PublicKey::Rsa)
        }
        &oid::RSASSA_PSS => {
            check_pss_parameters(algorithm)?;
            pkcs1::public_from_der(key).map(PublicKey::Rsa)
        }
        &oid::DH_KEY_AGREEMENT | &oid::DH_PUBLIC_NUMBER => dh::public_from_spki(algorithm, key).map(PublicKey::Dh),
        &oid::DSA => dsa::public_from_spki(algorithm, key).map(PublicKey::Dsa),
        &oid::EC => sec1::public_from_point(key, algorithm.parameters()?).map(PublicKey::Ec),
        other => raw::public_from_spki(algorithm, key)
            .or_else(|| post_quantum::public_from_spki(algorithm, key))
            .unwrap_or_else(|| Err(unsupported_key(other))),
    }
}

/// Writes a `SubjectPublicKeyInfo`.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn public_to_der(key: &PublicKey) -> Result<Vec<u8>> {
    match key {
        PublicKey::Rsa(key) => info(&RsaAlgorithm { oid: oid::RSA, parameters: () }, &pkcs1::public_to_der(key)?),
        PublicKey::Dh(key) => dh::public_to_spki(key),
        PublicKey::Dsa(key) => dsa::public_to_spki(key),
        PublicKey::Ed25519(key) => raw::public_to_spki(oid::ED25519, key.as_bytes()),
        PublicKey::Ed448(key) => raw::public_to_spki(oid::ED448, key.as_bytes()),
        PublicKey::X25519(key) => raw::public_to_spki(oid::X25519, key.as_bytes()),
        PublicKey::X448(key) => raw::public_to_spki(oid::X448, key.as_bytes()),
        PublicKey::Ec(key) => info(&sec1::algorithm(key.curve()), &key.to_point(false)),
        PublicKey::MlKem(key) => raw::public_to_spki(post_quantum::ml_kem_oid(key.parameters()), key.as_bytes()),
        PublicKey::MlDsa(key) => raw::public_to_spki(post_quantum::ml_dsa_oid(key.parameters()), key.as_bytes()),
        PublicKey::SlhDsa(key) => raw::public_to_spki(post_quantum::slh_dsa_oid(key.parameters()), key.as_bytes()),
    }
}

/// A `SubjectPublicKeyInfo` of an algorithm and a key in the octets that go with the algorithm.
pub(super) fn info<A>(algorithm: &A, key: &[u8]) -> Result<Vec<u8>>
where
    A: asn1::Asn1Writable<Error = asn1::WriteError>,
{
    let key = asn1::BitString::new(key, 0).ok_or(Error::Internal("a bit string without padding is valid"))?;
    der::sequence(|writer| {
        writer.write_element(algorithm)?;
        writer.write_element(&key)
    })
}

/// Fails unless the parameters are an `RSASSA-PSS-params` or left out.
pub(super) fn check_pss_parameters(algorithm: &AlgorithmIdentifier<'_>) -> Result<()> {
    match algorithm.parameters {
        Some(_) => algorithm.parse::<PssParameters<'_>>().map(drop),
        None => Ok(()),
    }
}

/// RSA's algorithm identifier as it is written: with NULL for parameters (RFC 8017 appendix A.1).
#[derive(asn1::Asn1Write)]
pub(super) struct RsaAlgorithm {
    pub(super) oid: asn1::ObjectIdentifier,
    pub(super) parameters: asn1::Null,
}

#[derive(asn1::Asn1Read)]
struct SubjectPublicKeyInfo<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    key: asn1::BitString<'a>,
}

/// RFC 8017 appendix A.2.3, for its form alone.
#[derive(asn1::Asn1Read)]
struct PssParameters<'a> {
    #[explicit(0)]
    _hash: Option<AlgorithmIdentifier<'a>>,
    #[explicit(1)]
    _mask_generation: Option<AlgorithmIdentifier<'a>>,
    #[explicit(2)]
    _salt_len: Option<u32>,
    #[explicit(3)]
    _trailer_field: Option<u8>,
}
