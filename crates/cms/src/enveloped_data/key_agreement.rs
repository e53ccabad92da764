//! Recipients with keys that agree on a secret: elliptic curves (RFC 5753), X25519 and X448 (RFC
//! 8418). Each message has a key of its own for it, whose public half it carries.

use asn1::Tlv;
use ironlatch_core::asymmetric::{ec, x448, x25519};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::{PrivateKey, PublicKey};
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::secret::wipes_stack;
use ironlatch_x509::Certificate;
use ironlatch_x509::algorithms::AlgorithmIdentifier;
use zeroize::Zeroizing;

use super::key_wrap::{Derivation, KeyWrap};
use crate::der::{self, EXPLICIT_0, OCTET_STRING, SEQUENCE};
use crate::error::{At, Error, Result};
use crate::pkcs7::certificates::issuer_and_serial;

/// The octet of the tag of `KeyAgreeRecipientInfo` among recipients.
pub(super) const TAG: u8 = 0xa1;
const BIT_STRING: u8 = 0x03;

/// The schemes: how the key that wraps comes from the secret. The cofactors of all curves here are
/// 1, so that both kinds of Diffie-Hellman of RFC 5753 are the same.
const SCHEMES: [(ObjectIdentifier, Derivation); 13] = [
    (oid::STD_DH_SHA256_KDF, Derivation::X963(HashAlgorithm::Sha256)),
    (oid::STD_DH_SHA384_KDF, Derivation::X963(HashAlgorithm::Sha384)),
    (oid::STD_DH_SHA512_KDF, Derivation::X963(HashAlgorithm::Sha512)),
    (oid::STD_DH_HKDF_SHA256, Derivation::Hkdf(HashAlgorithm::Sha256)),
    (oid::STD_DH_HKDF_SHA384, Derivation::Hkdf(HashAlgorithm::Sha384)),
    (oid::STD_DH_HKDF_SHA512, Derivation::Hkdf(HashAlgorithm::Sha512)),
    (oid::STD_DH_SHA1_KDF, Derivation::X963(HashAlgorithm::Sha1)),
    (oid::STD_DH_SHA224_KDF, Derivation::X963(HashAlgorithm::Sha224)),
    (oid::COFACTOR_DH_SHA1_KDF, Derivation::X963(HashAlgorithm::Sha1)),
    (oid::COFACTOR_DH_SHA224_KDF, Derivation::X963(HashAlgorithm::Sha224)),
    (oid::COFACTOR_DH_SHA256_KDF, Derivation::X963(HashAlgorithm::Sha256)),
    (oid::COFACTOR_DH_SHA384_KDF, Derivation::X963(HashAlgorithm::Sha384)),
    (oid::COFACTOR_DH_SHA512_KDF, Derivation::X963(HashAlgorithm::Sha512)),
];

/// Writes what is in a message for a certificate with this key. `None` if it is no key of this
/// kind.
#[wipes_stack(deep)]
pub(super) fn wrap(recipient: &Certificate, key: &PublicKey, content_key: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let (derivation, algorithm, point, secret) = match key {
        PublicKey::Ec(key) => {
            let hash = match key.curve().size() {
                ..=32 => HashAlgorithm::Sha256,
                33..=48 => HashAlgorithm::Sha384,
                _ => HashAlgorithm::Sha512,
            };
            let own = ec::PrivateKey::generate(key.curve())?;
            let point = own.public_key().to_point(false);
            (Derivation::X963(hash), oid::EC_PUBLIC_KEY, point, own.exchange(key)?)
        }
        PublicKey::X25519(key) => {
            let own = x25519::PrivateKey::generate();
            let point = own.public_key().as_bytes().to_vec();
            (Derivation::Hkdf(HashAlgorithm::Sha256), oid::X25519, point, own.exchange(key)?)
        }
        PublicKey::X448(key) => {
            let own = x448::PrivateKey::generate();
            let point = own.public_key().as_bytes().to_vec();
            (Derivation::Hkdf(HashAlgorithm::Sha512), oid::X448, point, own.exchange(key)?)
        }
        _ => return Ok(None),
    };
    let wrap = KeyWrap::at_least(content_key.len());
    let wrap_identifier = wrap.identifier();
    let info = shared_info(&wrap_identifier, None, wrap);
    let wrapped = derivation.wrap(wrap, &secret, &info, content_key)?;

    let algorithm = der::element(SEQUENCE, &[&der::identifier(&algorithm)]);
    let point = der::element(BIT_STRING, &[&[0], &point]);
    let originator = der::element(EXPLICIT_0, &[&der::element(TAG, &[&algorithm, &point])]);
    let scheme = SCHEMES.iter().find(|(_, known)| *known == derivation).map(|(oid, _)| der::identifier(oid));
    let scheme = scheme.ok_or(ironlatch_core::Error::Internal("a derivation without an identifier"))?;
    let scheme = der::element(SEQUENCE, &[&scheme, &wrap_identifier]);
    let wrapped = der::element(SEQUENCE, &[&issuer_and_serial(recipient), &der::element(OCTET_STRING, &[&wrapped])]);
    let keys = der::element(SEQUENCE, &[&wrapped]);
    Ok(Some(der::element(TAG, &[&der::integer(3), &originator, &scheme, &keys])))
}

/// `ECC-CMS-SharedInfo` (RFC 5753 §7.2).
fn shared_info(wrap_identifier: &[u8], ukm: Option<&[u8]>, wrap: KeyWrap) -> Zeroizing<Vec<u8>> {
    let ukm = ukm.map(|ukm| der::element(EXPLICIT_0, &[&der::element(OCTET_STRING, &[ukm])]));
    let bits = (wrap.key_len() as u32 * 8).to_be_bytes();
    let bits = der::element(EXPLICIT_0 + 2, &[&der::element(OCTET_STRING, &[&bits])]);
    der::element(SEQUENCE, &[wrap_identifier, ukm.as_ref().map_or(&[][..], |ukm| ukm), &bits])
}

/// `KeyAgreeRecipientInfo` (RFC 5652 §6.2.2), of which each recipient has a wrapped key.
pub(super) struct KeyAgreement<'a> {
    originator: Tlv<'a>,
    ukm: Option<&'a [u8]>,
    scheme: AlgorithmIdentifier<'a>,
    keys: Tlv<'a>,
}

impl<'a> KeyAgreement<'a> {
    /// Reads what has [`TAG`].
    pub(super) fn read(info: &Tlv<'a>) -> Result<Self> {
        let parts = der::elements(info.data()).collect::<Result<Vec<_>>>()?;
        let (originator, ukm, scheme, keys) = match &parts[..] {
            [_version, originator, scheme, keys] => (originator, None, scheme, keys),
            [_version, originator, ukm, scheme, keys] => (originator, Some(ukm), scheme, keys),
            _ => return Err(Error::rule("a part is missing")),
        };
        der::expect(originator, EXPLICIT_0).at("originator")?;
        der::expect(keys, SEQUENCE).at("recipientEncryptedKeys")?;
        let ukm = ukm.map(|ukm| {
            der::expect(ukm, EXPLICIT_0 + 1)?;
            der::contents(ukm.data(), OCTET_STRING)
        });
        Ok(Self {
            originator: *originator,
            ukm: ukm.transpose().at("ukm")?,
            scheme: scheme.parse().at("keyEncryptionAlgorithm")?,
            keys: *keys,
        })
    }

    /// The wrapped key of a recipient whose name `is_named` knows.
    pub(super) fn find(&self, is_named: impl Fn(&Tlv<'a>) -> bool) -> Result<Option<&'a [u8]>> {
        for (index, key) in der::elements(self.keys.data()).enumerate() {
            let key = key.at_index("recipientEncryptedKeys", index)?;
            let RecipientKey { recipient, wrapped } = key.parse().at_index("recipientEncryptedKeys", index)?;
            if is_named(&recipient) {
                return Ok(Some(wrapped));
            }
        }
        Ok(None)
    }

    /// The key of the content.
    ///
    /// # Errors
    /// [`Error::NotDecrypted`]; [`Error::Unsupported`] and [`Error::Malformed`] for what the
    /// algorithms are.
    #[wipes_stack(deep)]
    pub(super) fn content_key(&self, key: &PrivateKey, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let known = SCHEMES.iter().find(|(oid, _)| *oid == self.scheme.oid);
        let (_, derivation) = known.ok_or_else(|| {
            let message = format!("key agreement with the algorithm {} is not supported", self.scheme.oid);
            Error::Unsupported(message.into())
        })?;
        let wrap_identifier = self.scheme.parameters.as_ref().ok_or_else(|| Error::rule("the key wrap is not named"));
        let wrap_identifier = wrap_identifier.at("keyEncryptionAlgorithm")?.as_der();
        let wrap: AlgorithmIdentifier<'_> = asn1::parse_single(wrap_identifier).at("keyEncryptionAlgorithm")?;
        let wrap = KeyWrap::from_oid(&wrap.oid)?;
        let point = self.point().at("originator")?;
        let secret = match key {
            PrivateKey::Ec(key) => ec::PublicKey::from_point(key.curve(), point).and_then(|other| key.exchange(&other)),
            PrivateKey::X25519(key) => x25519::PublicKey::from_bytes(point).and_then(|other| key.exchange(&other)),
            PrivateKey::X448(key) => x448::PublicKey::from_bytes(point).and_then(|other| key.exchange(&other)),
            _ => return Err(Error::NotDecrypted),
        };
        let secret = secret.map_err(|_| Error::NotDecrypted)?;
        derivation.unwrap(wrap, &secret, &shared_info(wrap_identifier, self.ukm, wrap), wrapped)
    }

    /// The other side's public key, which is of the recipient's curve.
    fn point(&self) -> Result<&'a [u8]> {
        let originator: Tlv<'a> = asn1::parse_single(self.originator.data())?;
        if der::tag_octet(originator.tag()) != Some(TAG) {
            let message = "the sender's key is named, not given: only keys of the message's own are supported";
            return Err(Error::Unsupported(message.into()));
        }
        let parts = der::elements(originator.data()).collect::<Result<Vec<_>>>()?;
        let [_algorithm, point] = &parts[..] else { return Err(Error::rule("a part is missing")) };
        der::expect(point, BIT_STRING)?;
        match point.data().split_first() {
            Some((0, point)) => Ok(point),
            _ => Err(Error::rule("the public key is not whole octets")),
        }
    }
}

#[derive(asn1::Asn1Read)]
struct RecipientKey<'a> {
    recipient: Tlv<'a>,
    wrapped: &'a [u8],
}
