//! Certificates (RFC 5280 §4).

use core::fmt;
use core::ops::Range;

use ironlatch_core::Output;

use super::name::Encoded as EncodedName;
use super::time::Encoded as EncodedTime;
use super::{GeneralName, Name, Time, malformed};
use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::keys::der::AlgorithmIdentifier;
use ironlatch_core::keys::object_identifier::ObjectIdentifier;
use ironlatch_core::keys::{PublicKey, pem, spki};
use ironlatch_core::{Error, Result};

/// A certificate, to be read. What it says is not verified.
///
/// ```
/// # fn main() -> ironlatch::Result<()> {
/// use ironlatch::x509::reader::Certificate;
///
/// # let pem = include_bytes!("../../../../tests/data/x509/leaf.pem");
/// let certificate = Certificate::from_pem(pem)?;
/// assert_eq!(certificate.subject().to_string(), "CN=pinned.example,O=Ironlatch tests,C=DE");
/// assert_eq!(certificate.alternative_names()?[0].to_string(), "DNS:pinned.example");
/// assert_eq!(certificate.key_description(), "EC secp256r1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    version: u8,
    serial: Vec<u8>,
    signature_algorithm: ObjectIdentifier,
    issuer: Name,
    subject: Name,
    not_before: Time,
    not_after: Time,
    /// Where the subject's `SubjectPublicKeyInfo` stands in `der`.
    public_key_info: Range<usize>,
    extensions: Vec<Extension>,
}

/// An extension of a certificate, with its value in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Which extension.
    pub oid: ObjectIdentifier,
    /// Whether who does not know it must refuse the certificate.
    pub critical: bool,
    /// Its value.
    pub value: Vec<u8>,
}

/// Whether the subject may issue certificates (RFC 5280 §4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a certificate authority.
    pub ca: bool,
    /// How many authorities may follow below it.
    pub path_len: Option<u64>,
}

impl Certificate {
    /// Reads a certificate in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed: not in DER, extended in a version without extensions, with one
    /// extension twice, or naming two algorithms for its one signature.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        if der.starts_with(b"-----BEGIN ") {
            return Err(Error::value("could not read the certificate: this is PEM, and the call reads DER"));
        }
        let malformed = |error| malformed("certificate", error);
        let outer: Encoded<'_> = asn1::parse_single(der).map_err(malformed)?;
        let signed: EncodedTbs<'_> = outer.signed.parse().map_err(malformed)?;
        if outer.signature_algorithm.full_data() != signed.signature_algorithm.full_data() {
            return Err(Error::value("the certificate names two algorithms for its one signature"));
        }
        if signed.version > 2 {
            return Err(Error::value(format!(
                "the certificate is of version {}, and there are versions 1 to 3",
                u32::from(signed.version) + 1
            )));
        }
        let unique_ids = signed.issuer_unique_id.is_some() || signed.subject_unique_id.is_some();
        if signed.version < 2 && signed.extensions.is_some() || signed.version == 0 && unique_ids {
            return Err(Error::value("the certificate has fields that its version does not have"));
        }
        let algorithm: AlgorithmIdentifier<'_> = outer.signature_algorithm.parse().map_err(malformed)?;
        let key = signed.public_key_info.full_data();
        let start = key.as_ptr().addr() - der.as_ptr().addr();
        Ok(Self {
            version: signed.version + 1,
            serial: signed.serial.as_bytes().to_vec(),
            signature_algorithm: algorithm.oid.into(),
            issuer: Name::new(signed.issuer),
            subject: Name::new(signed.subject),
            not_before: signed.validity.not_before.time(),
            not_after: signed.validity.not_after.time(),
            public_key_info: start..start + key.len(),
            extensions: extensions(signed.extensions)?,
            der: der.to_vec(),
        })
    }

    /// Reads the first certificate in PEM text.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is none, or as [`from_der`](Self::from_der).
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let missing = "the PEM file holds no certificate: no block in it is a CERTIFICATE";
        Self::from_der(&pem::find(text, is_label, missing)?.decode()?)
    }

    /// Reads all certificates in PEM text, in their order. Other blocks, and text between the blocks, are skipped.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is none, or one is malformed.
    pub fn chain_from_pem(text: &[u8]) -> Result<Vec<Self>> {
        let mut chain = Vec::new();
        for block in pem::blocks(text) {
            let block = block?;
            if is_label(block.label()) {
                chain.push(Self::from_der(&block.decode()?)?);
            }
        }
        if chain.is_empty() {
            return Self::from_pem(text).map(|one| vec![one]);
        }
        Ok(chain)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// 1, 2 or 3.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The serial number as the octets of its INTEGER: big-endian, in two's complement, at least one.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The algorithm of the signature.
    #[must_use]
    pub fn signature_algorithm(&self) -> &ObjectIdentifier {
        &self.signature_algorithm
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// Whom it is about.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The first second at which it is valid.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.not_before
    }

    /// The last second at which it is valid.
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.not_after
    }

    /// The subject's key with its algorithm: a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn public_key_info(&self) -> &[u8] {
        &self.der[self.public_key_info.clone()]
    }

    /// The subject's key.
    ///
    /// # Errors
    /// As [`spki::public_from_der`].
    pub fn public_key(&self) -> Result<PublicKey> {
        spki::public_from_der(self.public_key_info())
    }

    /// The kind of the subject's key in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`.
    #[must_use]
    pub fn key_description(&self) -> String {
        describe_key(self.public_key())
    }

    /// All extensions, in their order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The subject's alternative names: the hosts that it may speak for, above all. Empty if there is no such extension.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the extension is malformed.
    pub fn alternative_names(&self) -> Result<Vec<GeneralName>> {
        self.extension(SUBJECT_ALTERNATIVE_NAME).map_or(Ok(Vec::new()), |extension| GeneralName::list(&extension.value))
    }

    /// Whether the subject may issue certificates, if the certificate says so.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the extension is malformed.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        let Some(extension) = self.extension(BASIC_CONSTRAINTS) else { return Ok(None) };
        let encoded: EncodedBasicConstraints =
            asn1::parse_single(&extension.value).map_err(|error| malformed("basic constraints", error))?;
        Ok(Some(BasicConstraints { ca: encoded.ca, path_len: encoded.path_len }))
    }

    /// The SHA-256 of the whole certificate.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut digest = [0; 32];
        hash::digest(HashAlgorithm::Sha256, &self.der, Output::from(&mut digest[..]));
        digest
    }

    fn extension(&self, oid: &str) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.oid.to_string() == oid)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject)
    }
}

/// Whether a PEM block of this label holds a certificate.
#[must_use]
pub fn is_label(label: &[u8]) -> bool {
    label == b"CERTIFICATE" || label == b"X509 CERTIFICATE"
}

/// A key in words, or what is the matter with it.
pub(super) fn describe_key(key: Result<PublicKey>) -> String {
    match key {
        Ok(key) => key.description(),
        Err(Error::Unsupported { .. }) => "a kind of key that is not known here".into(),
        Err(_) => "a key that is not valid".into(),
    }
}

fn extensions(encoded: Option<asn1::SequenceOf<'_, EncodedExtension<'_>, 1>>) -> Result<Vec<Extension>> {
    let mut extensions: Vec<Extension> = Vec::new();
    for EncodedExtension { oid, critical, value } in encoded.into_iter().flatten() {
        let oid = ObjectIdentifier::from(oid);
        if extensions.iter().any(|other| other.oid == oid) {
            return Err(Error::value(format!("the certificate has the extension {oid} twice")));
        }
        extensions.push(Extension { oid, critical, value: value.to_vec() });
    }
    Ok(extensions)
}

const SUBJECT_ALTERNATIVE_NAME: &str = "2.5.29.17";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";

/// `Certificate`.
#[derive(asn1::Asn1Read)]
struct Encoded<'a> {
    signed: asn1::Tlv<'a>,
    signature_algorithm: asn1::Tlv<'a>,
    _signature: asn1::BitString<'a>,
}

/// `TBSCertificate`.
#[derive(asn1::Asn1Read)]
struct EncodedTbs<'a> {
    #[explicit(0)]
    #[default(0)]
    version: u8,
    serial: asn1::BigInt<'a>,
    signature_algorithm: asn1::Tlv<'a>,
    issuer: EncodedName<'a>,
    validity: EncodedValidity,
    subject: EncodedName<'a>,
    public_key_info: asn1::Tlv<'a>,
    #[implicit(1)]
    issuer_unique_id: Option<asn1::BitString<'a>>,
    #[implicit(2)]
    subject_unique_id: Option<asn1::BitString<'a>>,
    #[explicit(3)]
    extensions: Option<asn1::SequenceOf<'a, EncodedExtension<'a>, 1>>,
}

#[derive(asn1::Asn1Read)]
struct EncodedValidity {
    not_before: EncodedTime,
    not_after: EncodedTime,
}

#[derive(asn1::Asn1Read)]
struct EncodedExtension<'a> {
    oid: asn1::ObjectIdentifier,
    #[default(false)]
    critical: bool,
    value: &'a [u8],
}

#[derive(asn1::Asn1Read)]
struct EncodedBasicConstraints {
    #[default(false)]
    ca: bool,
    path_len: Option<u64>,
}
