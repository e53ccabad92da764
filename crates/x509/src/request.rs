//! Requests for certificates: PKCS #10 (RFC 2986).

use core::fmt;
use ironlatch_core::oid::{self, ObjectIdentifier};
use std::sync::Arc;

use asn1::{BitString, SimpleAsn1Readable, Tlv};
use ironlatch_core::keys::PublicKey;

use crate::algorithms::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::{check_algorithm, check_key_info, describe_key, key_algorithm, key_octets};
use crate::der::{Elements, Raw, SEQUENCE, SET, Span, check_input, check_set, expect, explain, range};
use crate::error::{At, Error, Kind, Result};
use crate::extensions::Extensions;
use crate::names::Name;
use crate::pem;
use crate::tolerant::{Original, Regular, Shape, Tolerant, der_of, regular};

/// A request for a certificate, held as its DER. What it says is not verified.
#[derive(Clone)]
pub struct CertificateRequest {
    der: Arc<[u8]>,
    outline: Outline,
    /// The DER as it came, if it had to be made regular to be read.
    original: Option<Arc<Original>>,
}

/// Where the parts of a request stand in its DER.
#[derive(Clone, Copy)]
struct Outline {
    info: Span,
    version: u8,
    subject: Span,
    public_key_info: Span,
    attributes: Span,
    algorithm: Span,
    signature: Span,
}

impl CertificateRequest {
    /// Reads a request in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of the fault, [`Error::InvalidVersion`], or
    /// [`Error::WrongKind`] for a sound object of another kind.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        check_input(der, Kind::Request)?;
        let outline = Outline::read(der).map_err(|error| explain(error, der, Kind::Request))?;
        if outline.version != 0 {
            return Err(Error::InvalidVersion { kind: Kind::Request, version: outline.version });
        }
        Ok(Self { der: der.into(), outline, original: None })
    }

    /// Reads a request in DER or in PEM text like [`from_der`](Self::from_der), but takes one
    /// without attributes, and the deviations that
    /// [`Certificate::read_tolerant`](crate::Certificate::read_tolerant) takes.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn read_tolerant(data: &[u8]) -> Result<Tolerant<Self>> {
        let (der, _) = der_of(data, is_label, "there is no request in the PEM text")?;
        let Regular { der, original, deviations } = regular(&der, Shape::Request);
        let value = Self { original: original.map(Arc::new), ..Self::from_der(&der)? };
        Ok(Tolerant { value, deviations })
    }

    /// Reads the first request in PEM text.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der), and [`Error::Core`] if there is none.
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let missing = "Valid PEM but no BEGIN CERTIFICATE REQUEST/END CERTIFICATE REQUEST delimiters. Are you sure this is a CSR?";
        Self::from_der(&pem::find(text, is_label, missing)?)
    }

    /// The request in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.original.as_ref().map_or(&self.der, |original| &original.der)
    }

    /// The request as a PEM block.
    #[must_use]
    pub fn to_pem(&self) -> Vec<u8> {
        pem::encode("CERTIFICATE REQUEST", self.as_der())
    }

    /// The part that is signed, in DER.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.original.as_ref().map_or_else(|| self.outline.info.of(&self.der), |original| original.signed())
    }

    /// The name that the certificate should be for.
    #[must_use]
    pub fn subject(&self) -> Name<'_> {
        Name::checked(self.outline.subject.of(&self.der))
    }

    /// The key with its algorithm: a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn public_key_info(&self) -> &[u8] {
        self.outline.public_key_info.of(&self.der)
    }

    /// The key.
    ///
    /// # Errors
    /// [`Error::Core`] if it is malformed, or of a kind that is not known.
    pub fn public_key(&self) -> Result<PublicKey> {
        Ok(PublicKey::from_spki_der(self.public_key_info())?)
    }

    /// The algorithm of the key.
    ///
    /// # Errors
    /// None for requests that were read: they were looked at.
    pub fn public_key_algorithm(&self) -> Result<ObjectIdentifier> {
        key_algorithm(self.public_key_info())
    }

    /// The octets of the key: the contents of the BIT STRING in
    /// [`public_key_info`](Self::public_key_info).
    #[must_use]
    pub fn public_key_octets(&self) -> &[u8] {
        key_octets(self.public_key_info())
    }

    /// The kind of the key in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`.
    #[must_use]
    pub fn key_description(&self) -> String {
        describe_key(self.public_key())
    }

    /// The attributes in their order.
    pub fn attributes(&self) -> impl Iterator<Item = RequestAttribute<'_>> {
        Elements(self.outline.attributes.of(&self.der)).filter_map(|attribute| {
            let mut parts = Elements(attribute.data());
            let oid = ObjectIdentifier::parse_data(parts.next()?.data()).ok()?;
            Some(RequestAttribute { oid, values: parts.next()?.data() })
        })
    }

    /// The extensions that the certificate should have, from the attribute of RFC 2985 or
    /// Microsoft's.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the attribute does not hold one list of extensions.
    pub fn extensions(&self) -> Result<Extensions<'_>> {
        let wanted = [oid::EXTENSION_REQUEST, oid::MS_EXTENSION_REQUEST];
        let Some(attribute) = self.attributes().find(|attribute| wanted.contains(&attribute.oid)) else {
            return Ok(Extensions::default());
        };
        let value = attribute.single_value().at("extensionRequest")?;
        Extensions::from_der(value.as_der()).at("extensionRequest")
    }

    /// The identifier of the signature's algorithm.
    ///
    /// # Errors
    /// None for requests that were read: they were looked at.
    pub fn signature_algorithm_identifier(&self) -> Result<AlgorithmIdentifier<'_>> {
        Ok(asn1::parse_single(self.outline.algorithm.of(&self.der))?)
    }

    /// The algorithm of the signature.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::from_identifier`].
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm> {
        SignatureAlgorithm::from_identifier(&self.signature_algorithm_identifier()?)
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.outline.signature.of(&self.der)
    }

    /// Fails unless the request was signed with the private half of the key in it: whether the
    /// sender has the key.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::verify`].
    pub fn verify_signature(&self) -> Result<()> {
        self.signature_algorithm()?.verify(&self.public_key()?, self.tbs(), self.signature())
    }
}

/// An attribute of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestAttribute<'a> {
    /// The kind of the attribute.
    pub oid: ObjectIdentifier,
    values: &'a [u8],
}

impl<'a> RequestAttribute<'a> {
    /// The values, in their order.
    pub fn values(&self) -> impl Iterator<Item = Raw<'a>> + use<'a> {
        Elements(self.values).map(Raw::from)
    }

    /// The value, where only one makes sense.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is none, or more.
    pub fn single_value(&self) -> Result<Raw<'a>> {
        let mut values = self.values();
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(Error::rule("Only single-valued attributes are supported")),
        }
    }
}

impl PartialEq for CertificateRequest {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for CertificateRequest {}

impl core::hash::Hash for CertificateRequest {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_der().hash(state);
    }
}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateRequest({})", self.subject())
    }
}

/// Whether a PEM block of this label holds a request.
#[must_use]
pub fn is_label(label: &[u8]) -> bool {
    label == b"CERTIFICATE REQUEST" || label == b"NEW CERTIFICATE REQUEST"
}

impl Outline {
    fn read(der: &[u8]) -> Result<Self> {
        let outer: Tlv<'_> = asn1::parse_single(der)?;
        expect(&outer, SEQUENCE)?;
        asn1::parse(outer.data(), |parser| {
            let info: Tlv<'_> = parser.read_element().at("certificationRequestInfo")?;
            let read = Self::read_info(&info, der).at("certificationRequestInfo")?;
            let algorithm: Tlv<'_> = parser.read_element().at("signatureAlgorithm")?;
            check_algorithm(&algorithm).at("signatureAlgorithm")?;
            let signature: BitString<'_> = parser.read_element().at("signature")?;
            Ok(Self {
                algorithm: range(der, algorithm.full_data()),
                signature: range(der, signature.as_bytes()),
                ..read
            })
        })
    }

    fn read_info(info: &Tlv<'_>, der: &[u8]) -> Result<Self> {
        expect(info, SEQUENCE)?;
        asn1::parse(info.data(), |parser| {
            let version = parser.read_element().at("version")?;
            let subject = Name::check(&parser.read_element().at("subject")?).at("subject")?;
            let key: Tlv<'_> = parser.read_element().at("subjectPKInfo")?;
            check_key_info(&key).at("subjectPKInfo")?;
            if parser.is_empty() {
                return Err(Error::rule(
                    "the attributes are missing; where there are none, an empty set has to say so",
                ));
            }
            let attributes: Tlv<'_> = parser.read_element().at("attributes")?;
            expect(&attributes, asn1::implicit_tag(0, SET)).at("attributes")?;
            check_set(attributes.data(), check_attribute).at("attributes")?;
            Ok(Self {
                info: range(der, info.full_data()),
                version,
                subject: range(der, subject.as_der()),
                public_key_info: range(der, key.full_data()),
                attributes: range(der, attributes.data()),
                algorithm: Span::default(),
                signature: Span::default(),
            })
        })
    }
}

fn check_attribute(attribute: &Tlv<'_>) -> Result<()> {
    expect(attribute, SEQUENCE)?;
    asn1::parse(attribute.data(), |parser| {
        parser.read_element::<ObjectIdentifier>().at("type")?;
        let values: Tlv<'_> = parser.read_element().at("values")?;
        expect(&values, <asn1::Set<'_> as SimpleAsn1Readable<'_>>::TAG).at("values")?;
        check_set(values.data(), |_| Ok(())).at("values")
    })
}
