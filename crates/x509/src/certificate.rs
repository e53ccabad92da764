//! Certificates (RFC 5280 §4).

use core::fmt;
use ironlatch_core::oid::{self, ObjectIdentifier};
use std::sync::Arc;

use asn1::{BitString, Parser, SimpleAsn1Readable, Tlv, WriteError, Writer};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PublicKey;

use crate::algorithms::{AlgorithmIdentifier, SignatureAlgorithm, digest};
use crate::der::{BIT_STRING, Elements, GENERALIZED_TIME, SEQUENCE, Span, check_input, expect, explain, range};
use crate::error::{At, Error, Kind, Result};
use crate::extensions::{BasicConstraints, Extensions};
use crate::general_names::GeneralNames;
use crate::names::Name;
use crate::pem;
use crate::time::Time;
use crate::tolerant::{Deviation, Original, Regular, Shape, Tolerant, der_of, regular};

/// A certificate, held as its DER. What it says is not verified.
///
/// Reading finds out where each part is, and that the parts are DER; what an extension or a key
/// holds is looked into when it is asked for. A copy shares the bytes with the original.
///
/// ```
/// # fn main() -> ironlatch::x509::Result<()> {
/// use ironlatch::x509::Certificate;
///
/// # let pem = include_bytes!("../../../tests/data/x509/leaf.pem");
/// let certificate = Certificate::from_pem(pem)?;
/// assert_eq!(certificate.subject().to_string(), "CN=pinned.example,O=Ironlatch tests,C=DE");
/// assert_eq!(certificate.alternative_names()?[0].to_string(), "DNS:pinned.example");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Certificate {
    der: Arc<[u8]>,
    outline: Outline,
    /// The DER as it came, if it had to be made regular to be read.
    original: Option<Arc<Original>>,
}

/// Where the parts of a certificate stand in its DER, and the values of those that are small.
#[derive(Clone, Copy)]
struct Outline {
    tbs: Span,
    version: u8,
    serial: Span,
    inner_algorithm: Span,
    issuer: Span,
    not_before: Time,
    not_after: Time,
    times_are_regular: bool,
    subject: Span,
    public_key_info: Span,
    extensions: Option<Span>,
    algorithm: Span,
    signature: Span,
}

impl Certificate {
    /// Reads a certificate in DER, and nothing after it.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place of the fault, [`Error::InvalidVersion`], or
    /// [`Error::WrongKind`] for a sound object of another kind.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        check_input(der, Kind::Certificate)?;
        let outline = Outline::read(der).map_err(|error| explain(error, der, Kind::Certificate))?;
        if outline.version != 0 && outline.version != 2 {
            return Err(Error::InvalidVersion { kind: Kind::Certificate, version: outline.version });
        }
        Ok(Self { der: der.into(), outline, original: None })
    }

    /// Reads a certificate in DER or in PEM text like [`from_der`](Self::from_der), but takes what
    /// some devices and old authorities write, and says where: a default that is written out, such
    /// as `critical FALSE` or version 1, TRUE in an octet other than 255, times with offsets or
    /// fractions, text in types that do not have its characters, sets out of order, and parameters
    /// of a signature's algorithm that do not belong there.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn read_tolerant(data: &[u8]) -> Result<Tolerant<Self>> {
        let (der, trusted) = der_of(data, is_label, "there is no certificate in the PEM text")?;
        let Regular { der, original, mut deviations } = regular(&der, Shape::Certificate);
        if trusted {
            let slip = "OpenSSL's settings of trust stand after the certificate; they are left out";
            deviations.push(Deviation { path: String::new(), slip });
        }
        let value = Self { original: original.map(Arc::new), ..Self::from_der(&der)? };
        Ok(Tolerant { value, deviations })
    }

    /// Reads the first certificate in PEM text.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der), and [`Error::Core`] if there is none.
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let missing =
            "Valid PEM but no BEGIN CERTIFICATE/END CERTIFICATE delimiters. Are you sure this is a certificate?";
        Self::from_der(&pem::find(text, is_label, missing)?)
    }

    /// Reads all certificates in PEM text, in their order. Other blocks, and text between the
    /// blocks, are skipped.
    ///
    /// # Errors
    /// As [`from_pem`](Self::from_pem).
    pub fn all_from_pem(text: &[u8]) -> Result<Vec<Self>> {
        let certificates =
            pem::all(text, is_label)?.iter().map(|der| Self::from_der(der)).collect::<Result<Vec<_>>>()?;
        if certificates.is_empty() {
            return Self::from_pem(text).map(|one| vec![one]);
        }
        Ok(certificates)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        self.original.as_ref().map_or(&self.der, |original| &original.der)
    }

    /// The certificate as a PEM block.
    #[must_use]
    pub fn to_pem(&self) -> Vec<u8> {
        pem::encode("CERTIFICATE", self.as_der())
    }

    /// The version as it is encoded: 0 for version 1, 2 for version 3.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.outline.version
    }

    /// The serial number as the octets of its INTEGER: big-endian, in two's complement, at least
    /// one.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        self.outline.serial.of(&self.der)
    }

    /// The part that is signed, in DER.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.original.as_ref().map_or_else(|| self.outline.tbs.of(&self.der), |original| original.signed())
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer(&self) -> Name<'_> {
        Name::checked(self.outline.issuer.of(&self.der))
    }

    /// Whom it is about.
    #[must_use]
    pub fn subject(&self) -> Name<'_> {
        Name::checked(self.outline.subject.of(&self.der))
    }

    /// The first second at which it is valid.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.outline.not_before
    }

    /// The last second at which it is valid.
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.outline.not_after
    }

    /// The subject's key with its algorithm: a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn public_key_info(&self) -> &[u8] {
        self.outline.public_key_info.of(&self.der)
    }

    /// The subject's key.
    ///
    /// # Errors
    /// [`Error::Core`] if it is malformed, or of a kind that is not known.
    pub fn public_key(&self) -> Result<PublicKey> {
        Ok(PublicKey::from_spki_der(self.public_key_info())?)
    }

    /// The algorithm of the subject's key.
    ///
    /// # Errors
    /// None for certificates that were read: they were looked at.
    pub fn public_key_algorithm(&self) -> Result<ObjectIdentifier> {
        key_algorithm(self.public_key_info())
    }

    /// The octets of the subject's key: the contents of the BIT STRING in
    /// [`public_key_info`](Self::public_key_info).
    #[must_use]
    pub fn public_key_octets(&self) -> &[u8] {
        key_octets(self.public_key_info())
    }

    /// The kind of the subject's key in words: `RSA, 2048 bits`, `EC secp256r1`, `Ed25519`.
    #[must_use]
    pub fn key_description(&self) -> String {
        describe_key(self.public_key())
    }

    /// The identifier of the signature's algorithm, as it stands by the signature.
    ///
    /// # Errors
    /// None for certificates that were read: they were looked at.
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

    /// The extensions. Whether one is there twice is not looked at: see
    /// [`Extensions::check_unique`].
    #[must_use]
    pub fn extensions(&self) -> Extensions<'_> {
        self.outline.extensions.map_or(Extensions::default(), |span| Extensions::checked(span.of(&self.der)))
    }

    /// The subject's alternative names: the hosts that it may speak for, above all. Empty if there
    /// is no such extension.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the extension is not of its form.
    pub fn alternative_names(&self) -> Result<GeneralNames<'_>> {
        match self.extensions().get(&oid::SUBJECT_ALTERNATIVE_NAME) {
            Some(extension) => crate::general_names::list(extension.value).at("subjectAltName"),
            None => Ok(Vec::new().into()),
        }
    }

    /// Whether the subject may issue certificates, if the certificate says so.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the extension is not of its form.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        let extension = self.extensions().get(&oid::BASIC_CONSTRAINTS);
        extension.map(|extension| extension.parse_as().at("basicConstraints")).transpose()
    }

    /// The hash of the whole certificate.
    #[must_use]
    pub fn fingerprint(&self, hash: HashAlgorithm) -> Vec<u8> {
        digest(hash, self.as_der())
    }

    /// Whether the times are in the types that RFC 5280 §4.1.2.5 has for their years.
    pub(crate) fn times_are_regular(&self) -> bool {
        self.outline.times_are_regular
    }

    /// Whether the names of the algorithm, in the signed part and by the signature, are the same.
    #[must_use]
    pub fn algorithms_match(&self) -> bool {
        self.outline.inner_algorithm.of(&self.der) == self.outline.algorithm.of(&self.der)
    }

    /// Fails unless `key` made the signature.
    ///
    /// # Errors
    /// As [`SignatureAlgorithm::verify`].
    pub fn verify_signature(&self, key: &PublicKey) -> Result<()> {
        self.signature_algorithm()?.verify(key, self.tbs(), self.signature())
    }

    /// Fails unless `issuer` is the one that this certificate names, and its key made the
    /// signature. Nothing else is looked at: neither times nor whether the issuer may issue.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`], [`Error::IssuerMismatch`], and as
    /// [`verify_signature`](Self::verify_signature).
    pub fn verify_directly_issued_by(&self, issuer: &Self) -> Result<()> {
        if !self.algorithms_match() {
            return Err(Error::AlgorithmMismatch(Kind::Certificate));
        }
        if self.issuer() != issuer.subject() {
            return Err(Error::IssuerMismatch);
        }
        self.verify_signature(&issuer.public_key()?)
    }

    /// The signed part as it was before timestamps were put into it: what logs of certificates sign
    /// (RFC 6962 §3.2).
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there are no timestamps in it, [`Error::DuplicateExtension`].
    pub fn tbs_precertificate(&self) -> Result<Vec<u8>> {
        let extensions = self.extensions();
        extensions.check_unique()?;
        if extensions.get(&oid::PRECERTIFICATE_SCT_LIST).is_none() {
            return Err(Error::value("Could not find pre-certificate SCT list extension"));
        }
        let list = asn1::explicit_tag(3);
        let tbs: Tlv<'_> = asn1::parse_single(self.tbs())?;
        let der = asn1::write(|writer| {
            writer.write_tlv(SEQUENCE, None, |dest| {
                for field in Elements(tbs.data()) {
                    if field.tag() == list {
                        Writer::new(dest).write_tlv(list, None, |dest| write_without_timestamps(dest, field.data()))?;
                    } else {
                        dest.push_slice(field.full_data())?;
                    }
                }
                Ok(())
            })
        });
        der.map_err(|error: WriteError| error.into())
    }
}

fn write_without_timestamps(dest: &mut asn1::WriteBuf, extensions: &[u8]) -> asn1::WriteResult {
    let list = Elements(extensions).next().map_or(&[][..], |list| list.data());
    Writer::new(dest).write_tlv(SEQUENCE, None, |dest| {
        for extension in Elements(list) {
            let oid = Elements(extension.data()).next();
            if oid.is_none_or(|oid| oid.data() != oid::PRECERTIFICATE_SCT_LIST.as_octets()) {
                dest.push_slice(extension.full_data())?;
            }
        }
        Ok(())
    })
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for Certificate {}

impl core::hash::Hash for Certificate {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_der().hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject())
    }
}

/// Whether a PEM block of this label holds a certificate.
#[must_use]
pub fn is_label(label: &[u8]) -> bool {
    label == b"CERTIFICATE" || label == b"X509 CERTIFICATE"
}

impl Outline {
    fn read(der: &[u8]) -> Result<Self> {
        let outer: Tlv<'_> = asn1::parse_single(der)?;
        expect(&outer, SEQUENCE)?;
        asn1::parse(outer.data(), |parser| {
            let tbs: Tlv<'_> = parser.read_element().at("tbsCertificate")?;
            let signed = SignedPart::read(&tbs, der).at("tbsCertificate")?;
            let algorithm: Tlv<'_> = parser.read_element().at("signatureAlgorithm")?;
            // It is nearly always the same, and then it has been looked at.
            if algorithm.full_data() != signed.inner_algorithm.of(der) {
                check_algorithm(&algorithm).at("signatureAlgorithm")?;
            }
            let signature: BitString<'_> = parser.read_element().at("signatureValue")?;
            Ok(Self {
                tbs: range(der, tbs.full_data()),
                algorithm: range(der, algorithm.full_data()),
                signature: range(der, signature.as_bytes()),
                ..signed
            })
        })
    }
}

/// Reads the signed part into an outline.
struct SignedPart;

impl SignedPart {
    fn read(tbs: &Tlv<'_>, der: &[u8]) -> Result<Outline> {
        expect(tbs, SEQUENCE)?;
        asn1::parse(tbs.data(), |parser| {
            let version = version(parser).at("version")?;
            let serial: asn1::BigInt<'_> = parser.read_element().at("serialNumber")?;
            let algorithm: Tlv<'_> = parser.read_element().at("signature")?;
            check_algorithm(&algorithm).at("signature")?;
            let issuer = Name::check(&parser.read_element().at("issuer")?).at("issuer")?;
            let validity: Tlv<'_> = parser.read_element().at("validity")?;
            let (not_before, not_after) = self::validity(&validity).at("validity")?;
            let times_are_regular = Elements(validity.data()).zip([not_before, not_after]).all(is_regular);
            let subject = Name::check(&parser.read_element().at("subject")?).at("subject")?;
            let key: Tlv<'_> = parser.read_element().at("subjectPublicKeyInfo")?;
            check_key_info(&key).at("subjectPublicKeyInfo")?;
            unique_id(parser, 1).at("issuerUniqueID")?;
            unique_id(parser, 2).at("subjectUniqueID")?;
            let extensions = extensions(parser, 3).at("extensions")?;
            Ok(Outline {
                version,
                serial: range(der, serial.as_bytes()),
                inner_algorithm: range(der, algorithm.full_data()),
                issuer: range(der, issuer.as_der()),
                not_before,
                not_after,
                times_are_regular,
                subject: range(der, subject.as_der()),
                public_key_info: range(der, key.full_data()),
                extensions: extensions.map(|list| range(der, list)),
                tbs: Span::default(),
                algorithm: Span::default(),
                signature: Span::default(),
            })
        })
    }
}

/// A version under tag 0, or version 1 if there is none.
pub(crate) fn version(parser: &mut Parser<'_>) -> Result<u8> {
    if parser.peek_tag() != Some(asn1::explicit_tag(0)) {
        return Ok(0);
    }
    match parser.read_explicit_element::<u8>(0)? {
        // DER leaves out what is the default.
        0 => Err(asn1::ParseError::new(asn1::ParseErrorKind::EncodedDefault).into()),
        version => Ok(version),
    }
}

fn validity(validity: &Tlv<'_>) -> Result<(Time, Time)> {
    expect(validity, SEQUENCE)?;
    asn1::parse(validity.data(), |parser| {
        Ok((parser.read_element().at("notBefore")?, parser.read_element().at("notAfter")?))
    })
}

/// Whether a time is in the type that RFC 5280 §4.1.2.5 has for its year.
fn is_regular((element, time): (Tlv<'_>, Time)) -> bool {
    element.tag() != GENERALIZED_TIME || !(1950..2050).contains(&time.year())
}

fn unique_id(parser: &mut Parser<'_>, tag: u32) -> Result<()> {
    if parser.peek_tag() == Some(asn1::implicit_tag(tag, BIT_STRING)) {
        parser.read_implicit_element::<BitString<'_>>(tag)?;
    }
    Ok(())
}

/// The list of extensions under a tag, in DER, if it is there.
pub(crate) fn extensions<'a>(parser: &mut Parser<'a>, tag: u32) -> Result<Option<&'a [u8]>> {
    if parser.peek_tag() != Some(asn1::explicit_tag(tag)) {
        return Ok(None);
    }
    let list = parser.read_explicit_element::<Tlv<'a>>(tag)?.full_data();
    Extensions::from_der(list)?;
    Ok(Some(list))
}

pub(crate) fn check_algorithm(algorithm: &Tlv<'_>) -> Result<()> {
    algorithm.parse::<AlgorithmIdentifier<'_>>()?.check()
}

/// Fails unless `info` is an algorithm and a key. What the parameters and the key are is looked at
/// when it is asked for.
pub(crate) fn check_key_info(info: &Tlv<'_>) -> Result<()> {
    expect(info, SEQUENCE)?;
    asn1::parse(info.data(), |parser| {
        parser.read_element::<AlgorithmIdentifier<'_>>().at("algorithm")?;
        parser.read_element::<BitString<'_>>().at("subjectPublicKey").map(drop)
    })
}

/// The algorithm in a `SubjectPublicKeyInfo`.
pub(crate) fn key_algorithm(info: &[u8]) -> Result<ObjectIdentifier> {
    let info: Tlv<'_> = asn1::parse_single(info)?;
    let algorithm: AlgorithmIdentifier<'_> = asn1::strip_tlv(info.data())?.0.parse()?;
    Ok(algorithm.oid)
}

/// The octets of the key in a `SubjectPublicKeyInfo` that was found to be well formed.
pub(crate) fn key_octets(info: &[u8]) -> &[u8] {
    let contents = asn1::strip_tlv(info).map_or(&[][..], |(info, _)| info.data());
    let bits = Elements(contents).nth(1).and_then(|key| BitString::parse_data(key.data()).ok());
    bits.map_or(&[], |bits| bits.as_bytes())
}

/// A key in words.
pub(crate) fn describe_key(key: Result<PublicKey>) -> String {
    match key {
        Ok(key) => key.description(),
        Err(Error::Core(ironlatch_core::Error::Unsupported { .. })) => "a kind of key that is not known here".into(),
        Err(_) => "a key that is not valid".into(),
    }
}

/// Whether an INTEGER's octets are more than zero.
#[must_use]
pub fn is_positive(serial: &[u8]) -> bool {
    serial.first().is_some_and(|first| first & 0x80 == 0) && serial != [0]
}
