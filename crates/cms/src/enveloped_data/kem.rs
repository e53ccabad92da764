//! Recipients with ML-KEM keys (RFC 9629, RFC 9936).

use asn1::Tlv;
use ironlatch_core::asymmetric::ml_kem::{ParameterSet, PrivateKey, PublicKey};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::secret::wipes_stack;
use ironlatch_x509::Certificate;
use ironlatch_x509::algorithms::AlgorithmIdentifier;
use zeroize::Zeroizing;

use super::key_wrap::{Derivation, KeyWrap};
use crate::der::{self, EXPLICIT_0, OCTET_STRING, SEQUENCE};
use crate::error::{Error, Result};
use crate::pkcs7::certificates::issuer_and_serial;

/// The octet of the tag of `OtherRecipientInfo` among recipients.
pub(super) const TAG: u8 = 0xa4;

/// The functions that derive the key that wraps (RFC 8619).
const DERIVATIONS: [(ObjectIdentifier, Derivation); 3] = [
    (oid::HKDF_SHA256, Derivation::Hkdf(HashAlgorithm::Sha256)),
    (oid::HKDF_SHA384, Derivation::Hkdf(HashAlgorithm::Sha384)),
    (oid::HKDF_SHA512, Derivation::Hkdf(HashAlgorithm::Sha512)),
];

fn kem_oid(parameters: ParameterSet) -> &'static ObjectIdentifier {
    match parameters {
        ParameterSet::MlKem512 => &oid::ML_KEM_512,
        ParameterSet::MlKem768 => &oid::ML_KEM_768,
        ParameterSet::MlKem1024 => &oid::ML_KEM_1024,
    }
}

/// Writes what is in a message for a certificate with this key.
#[wipes_stack(deep)]
pub(super) fn wrap(recipient: &Certificate, key: &PublicKey, content_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    // RFC 9936 §2.2.1: what every reader of the parameter set has.
    let wrap = match key.parameters() {
        ParameterSet::MlKem512 => KeyWrap::at_least(16),
        _ => KeyWrap::at_least(32),
    };
    let (secret, ciphertext) = key.encapsulate()?;
    let wrap_identifier = wrap.identifier();
    let info = other_info(&wrap_identifier, wrap, None);
    let derivation = Derivation::Hkdf(HashAlgorithm::Sha256);
    let wrapped = derivation.wrap(wrap, &secret, &info, content_key)?;
    let info = der::element(
        SEQUENCE,
        &[
            &der::integer(0),
            &issuer_and_serial(recipient),
            &der::element(SEQUENCE, &[&der::identifier(kem_oid(key.parameters()))]),
            &der::element(OCTET_STRING, &[&ciphertext]),
            &der::element(SEQUENCE, &[&der::identifier(&oid::HKDF_SHA256)]),
            &der::integer(wrap.key_len() as u64),
            &wrap_identifier,
            &der::element(OCTET_STRING, &[&wrapped]),
        ],
    );
    Ok(der::element(TAG, &[&der::identifier(&oid::ORI_KEM), &info]))
}

/// `CMSORIforKEMOtherInfo` (RFC 9629 §5).
fn other_info(wrap_identifier: &[u8], wrap: KeyWrap, ukm: Option<&[u8]>) -> Zeroizing<Vec<u8>> {
    let ukm = ukm.map(|ukm| der::element(EXPLICIT_0, &[&der::element(OCTET_STRING, &[ukm])]));
    let len = der::integer(wrap.key_len() as u64);
    der::element(SEQUENCE, &[wrap_identifier, &len, ukm.as_ref().map_or(&[][..], |ukm| ukm)])
}

/// `KEMRecipientInfo` (RFC 9629 §3).
#[derive(asn1::Asn1Read)]
pub(super) struct Encapsulated<'a> {
    _version: asn1::BigInt<'a>,
    pub(super) recipient: Tlv<'a>,
    kem: AlgorithmIdentifier<'a>,
    ciphertext: &'a [u8],
    derivation: AlgorithmIdentifier<'a>,
    key_len: u16,
    #[explicit(0)]
    ukm: Option<&'a [u8]>,
    wrap: asn1::Tlv<'a>,
    wrapped: &'a [u8],
}

impl<'a> Encapsulated<'a> {
    /// Reads what has [`TAG`]. `None` if it is of another kind.
    pub(super) fn read(info: &Tlv<'a>) -> Result<Option<Self>> {
        let parts = der::elements(info.data()).collect::<Result<Vec<_>>>()?;
        let [kind, value] = &parts[..] else { return Err(Error::rule("a part is missing")) };
        if kind.parse::<ObjectIdentifier>()? != oid::ORI_KEM {
            return Ok(None);
        }
        Ok(Some(value.parse()?))
    }

    /// The key of the content.
    ///
    /// # Errors
    /// [`Error::NotDecrypted`]; [`Error::Unsupported`] and [`Error::Malformed`] for what the
    /// algorithms are.
    #[wipes_stack(deep)]
    pub(super) fn content_key(&self, key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
        let known = DERIVATIONS.iter().find(|(oid, _)| *oid == self.derivation.oid);
        let (_, derivation) = known.ok_or_else(|| {
            let message = format!("key derivation with the algorithm {} is not supported", self.derivation.oid);
            Error::Unsupported(message.into())
        })?;
        let wrap_identifier = self.wrap.full_data();
        let wrap = KeyWrap::from_oid(&self.wrap.parse::<AlgorithmIdentifier<'_>>()?.oid)?;
        if usize::from(self.key_len) != wrap.key_len() {
            return Err(Error::rule("the key that wraps has another length than its algorithm takes"));
        }
        if self.kem.oid != *kem_oid(key.parameters()) {
            return Err(Error::NotDecrypted);
        }
        let secret = key.decapsulate(self.ciphertext).map_err(|_| Error::NotDecrypted)?;
        derivation.unwrap(wrap, &secret, &other_info(wrap_identifier, wrap, self.ukm), self.wrapped)
    }
}
