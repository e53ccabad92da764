//! Recipients with RSA keys, which encrypt the content's key (RFC 5652 §6.2.1).
//!
//! Written: OAEP with SHA-256 (RFC 3560, RFC 8017 §7.1). Read: OAEP with its parameters, and the
//! older padding of PKCS #1 v1.5. A key under the latter that cannot be recovered is replaced by a
//! random one (RFC 3218 §2.3.2), so that anyone who changes messages learns nothing from what
//! follows.

use ironlatch_core::asymmetric::rsa::{EncryptionPadding, PrivateKey, PublicKey};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::random;
use ironlatch_core::secret::wipes_stack;
use ironlatch_x509::Certificate;
use ironlatch_x509::algorithms::{AlgorithmIdentifier, hash_from_oid};
use zeroize::Zeroizing;

use crate::der::{self, EXPLICIT_0, NULL, OCTET_STRING, SEQUENCE};
use crate::error::{At, Error, Result};
use crate::pkcs7::certificates::issuer_and_serial;

/// `KeyTransRecipientInfo`.
#[derive(asn1::Asn1Read)]
pub(super) struct KeyTransport<'a> {
    _version: asn1::BigInt<'a>,
    pub(super) recipient: asn1::Tlv<'a>,
    algorithm: AlgorithmIdentifier<'a>,
    encrypted_key: &'a [u8],
}

/// `RSAES-OAEP-params` (RFC 8017 appendix A.2.1).
#[derive(asn1::Asn1Read)]
struct OaepParameters<'a> {
    #[explicit(0)]
    hash: Option<AlgorithmIdentifier<'a>>,
    #[explicit(1)]
    mask: Option<MaskGeneration<'a>>,
    #[explicit(2)]
    source: Option<LabelSource<'a>>,
}

#[derive(asn1::Asn1Read)]
struct MaskGeneration<'a> {
    oid: ObjectIdentifier,
    hash: AlgorithmIdentifier<'a>,
}

#[derive(asn1::Asn1Read)]
struct LabelSource<'a> {
    oid: ObjectIdentifier,
    label: &'a [u8],
}

/// Writes what is in a message for a certificate with this key.
pub(super) fn wrap(recipient: &Certificate, key: &PublicKey, content_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    const HASH: HashAlgorithm = HashAlgorithm::Sha256;
    let padding = EncryptionPadding::Oaep { hash: HASH, mgf1_hash: HASH, label: b"" };
    let encrypted = key.encrypt(padding, content_key)?;
    let hash = der::element(SEQUENCE, &[&der::identifier(&oid::SHA256), NULL]);
    let mask = der::element(SEQUENCE, &[&der::identifier(&oid::MGF1), &hash]);
    let parameters = [der::element(EXPLICIT_0, &[&hash]), der::element(EXPLICIT_0 + 1, &[&mask])];
    let parameters = der::element(SEQUENCE, &[&parameters[0], &parameters[1]]);
    let algorithm = der::element(SEQUENCE, &[&der::identifier(&oid::RSAES_OAEP), &parameters]);
    let encrypted = der::element(OCTET_STRING, &[&encrypted]);
    Ok(der::element(SEQUENCE, &[&der::integer(0), &issuer_and_serial(recipient), &algorithm, &encrypted]))
}

impl KeyTransport<'_> {
    /// The key of the content, which is `len` bytes long.
    ///
    /// # Errors
    /// [`Error::NotDecrypted`]; [`Error::Unsupported`] and [`Error::Malformed`] for what the
    /// algorithm is.
    #[wipes_stack(deep)]
    pub(super) fn content_key(&self, key: &PrivateKey, len: usize) -> Result<Zeroizing<Vec<u8>>> {
        if self.algorithm.oid == oid::RSA_ENCRYPTION {
            let random = random::array::<32>();
            let found = key.decrypt(EncryptionPadding::Pkcs1v15, self.encrypted_key).ok();
            let found = found.filter(|found| found.len() == len);
            return Ok(found.unwrap_or_else(|| Zeroizing::new(random[..len].to_vec())));
        }
        let padding = self.oaep().at("keyEncryptionAlgorithm")?;
        let found = key.decrypt(padding, self.encrypted_key).map_err(|error| match error {
            ironlatch_core::Error::Unsupported { .. } => error.into(),
            _ => Error::NotDecrypted,
        })?;
        if found.len() == len { Ok(found) } else { Err(Error::NotDecrypted) }
    }

    fn oaep(&self) -> Result<EncryptionPadding<'_>> {
        if self.algorithm.oid != oid::RSAES_OAEP {
            let oid = &self.algorithm.oid;
            return Err(Error::Unsupported(
                format!("keys encrypted with the algorithm {oid} are not supported").into(),
            ));
        }
        let parameters = match &self.algorithm.parameters {
            Some(parameters) => asn1::parse_single(parameters.as_der())?,
            None => OaepParameters { hash: None, mask: None, source: None },
        };
        // What is left out is SHA-1, and an empty label.
        let hash = |found: Option<&AlgorithmIdentifier<'_>>| {
            found.map_or(Ok(HashAlgorithm::Sha1), |found| hash_from_oid(&found.oid))
        };
        let label = match &parameters.source {
            Some(source) if source.oid != oid::P_SPECIFIED => {
                return Err(Error::Unsupported("the label of OAEP is said in a way that is not known".into()));
            }
            Some(source) => source.label,
            None => b"",
        };
        match &parameters.mask {
            Some(mask) if mask.oid != oid::MGF1 => {
                Err(Error::Unsupported("the mask of OAEP is of another kind than MGF1".into()))
            }
            mask => Ok(EncryptionPadding::Oaep {
                hash: hash(parameters.hash.as_ref())?,
                mgf1_hash: hash(mask.as_ref().map(|mask| &mask.hash))?,
                label,
            }),
        }
    }
}
