//! Verifying signed messages (RFC 5652 §5, RFC 8419 for EdDSA, RFC 9882 for ML-DSA).
//!
//! A message is verified if every signer's signature is valid, and there is at least one. Who the
//! signers are is for their certificates to say, which [`SignedData::verify`] holds to a policy of
//! [`ironlatch_x509::verification`].

use asn1::Tlv;
use ironlatch_core::Output;
use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_x509::algorithms::AlgorithmIdentifier;
use ironlatch_x509::verification::{self, Chain, Policy, Refused, Store};
use ironlatch_x509::{Certificate, SignatureAlgorithm, Time};
use zeroize::Zeroizing;

use crate::content::ContentInfo;
use crate::der::{self, EXPLICIT_0, IMPLICIT_0, OCTET_STRING, SEQUENCE, SET};
use crate::error::{At, Error, Kind, Result, SignatureFault as Fault};
use crate::pkcs7::certificates::{issuer_and_serial, list};
use crate::signing_certificate::CertificateId;
use crate::{ber, digests, pkcs7};

/// The most signers of a message.
pub const MAX_SIGNERS: usize = 64;

/// A signed message that was read. Nothing of it is verified.
#[derive(Debug)]
pub struct SignedData {
    content_type: ObjectIdentifier,
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    signers: Vec<Signer>,
}

/// A signature, and the name of the one who made it.
#[derive(Debug)]
struct Signer {
    name: SignerName,
    hash: ObjectIdentifier,
    attributes: Option<Attributes>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

/// How a message names a certificate.
#[derive(Debug)]
enum SignerName {
    /// By its issuer and serial number, in DER.
    IssuerAndSerial(Vec<u8>),
    /// By the identifier of its key.
    KeyIdentifier(Vec<u8>),
}

/// The attributes that are signed.
#[derive(Debug)]
struct Attributes {
    /// The form in which they are signed: a SET OF in DER.
    set: Zeroizing<Vec<u8>>,
    content_type: Option<ObjectIdentifier>,
    digest: Option<Vec<u8>>,
    time: Option<Time>,
    /// The signer's certificate, in each of the two attributes that can name it.
    certificate: [Option<CertificateId>; 2],
}

/// A signature that was verified.
#[derive(Debug)]
pub struct Verified {
    /// The certificate of the key that made it.
    pub certificate: Certificate,
    /// When the signer says that it was made.
    pub signing_time: Option<Time>,
    /// Whether the signature names the certificate by its hash (RFC 5035). If it does, it is this.
    pub names_certificate: bool,
    /// The path from the certificate to a trusted one. Empty if it was not looked for.
    pub chain: Vec<Certificate>,
}

impl SignedData {
    /// Reads a message in DER or BER, or in PEM.
    ///
    /// # Errors
    /// [`Error::WrongKind`] or [`Error::Malformed`] if it is none, [`Error::Unsupported`] for a
    /// message of another type, [`Error::InvalidValue`] for more than [`MAX_SIGNERS`].
    pub fn read(data: &[u8]) -> Result<Self> {
        if der::other_kind(data) == Some(Kind::Pem) {
            return Self::read_der(&pkcs7::from_pem(data)?);
        }
        Self::read_der(data)
    }

    fn read_der(data: &[u8]) -> Result<Self> {
        let explain = |error| der::explain(error, data, Kind::Cms);
        let (message, _) = ber::to_der(data).map_err(explain)?;
        let info: ContentInfo<'_> = asn1::parse_single(message.as_slice()).map_err(|error| explain(error.into()))?;
        if info.content_type != oid::SIGNED_DATA {
            return Err(Error::Unsupported(format!("the message is of the type {}", info.content_type).into()));
        }
        let content = info.content.ok_or_else(|| Error::rule("there is no content")).at("content")?;
        Self::read_content(&content).at("content")
    }

    fn read_content(content: &Tlv<'_>) -> Result<Self> {
        der::expect(content, SEQUENCE)?;
        let (mut sets, mut inner, mut certificates) = (Vec::new(), None, Vec::new());
        for element in der::elements(content.data()) {
            let element = element?;
            match der::tag_octet(element.tag()) {
                Some(SET) => sets.push(element),
                Some(SEQUENCE) if inner.is_none() => {
                    inner = Some(element.parse::<ContentInfo<'_>>().at("encapContentInfo")?);
                }
                Some(EXPLICIT_0) => certificates.extend(list(&element)?),
                _ => {}
            }
        }
        // The hash functions and the signers.
        let ([_, infos], Some(inner)) = (&sets[..], inner) else {
            return Err(Error::rule("the content or the signers are missing"));
        };
        let mut signers = Vec::new();
        for (index, info) in der::elements(infos.data()).enumerate() {
            if index == MAX_SIGNERS {
                return Err(Error::value(format!("the message has more than {MAX_SIGNERS} signers")));
            }
            signers.push(info.and_then(|info| Signer::read(&info)).at_index("signerInfos", index)?);
        }
        let octets = inner.content.as_ref().map(der::octets).transpose().at("encapContentInfo.eContent")?;
        Ok(Self { content_type: inner.content_type, content: octets.map(<[u8]>::to_vec), certificates, signers })
    }

    /// The type of the content.
    #[must_use]
    pub fn content_type(&self) -> &ObjectIdentifier {
        &self.content_type
    }

    /// The content that the message holds, if it holds it.
    #[must_use]
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The certificates in the message.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Verifies every signature, with the certificates in the message and `more`. Whether they are
    /// trusted is not looked at: the signers could be anyone.
    ///
    /// `content` is what is signed, if the message does not hold it.
    ///
    /// # Errors
    /// [`Error::NotVerified`] with the first signer that is not accepted.
    pub fn verify_signatures(&self, content: Option<&[u8]>, more: &[Certificate]) -> Result<Vec<Verified>> {
        let refuse = |fault| Error::NotVerified { signer: 0, fault };
        let content = match (self.content.as_deref(), content) {
            (Some(held), Some(given)) if held != given => return Err(refuse(Fault::OtherContent)),
            (Some(content), _) | (None, Some(content)) => content,
            (None, None) => return Err(refuse(Fault::NoContent)),
        };
        if self.signers.is_empty() {
            return Err(refuse(Fault::NoSigners));
        }
        let candidates = || more.iter().chain(&self.certificates);
        let verify = |(index, signer): (usize, &Signer)| {
            let certificate = candidates().find(|certificate| signer.name.is_of(certificate));
            certificate
                .ok_or(Fault::NoCertificate)
                .and_then(|certificate| {
                    signer.verify(&self.content_type, content, certificate)?;
                    let attributes = signer.attributes.as_ref();
                    Ok(Verified {
                        certificate: certificate.clone(),
                        signing_time: attributes.and_then(|attributes| attributes.time),
                        names_certificate: attributes.is_some_and(Attributes::name_certificate),
                        chain: Vec::new(),
                    })
                })
                .map_err(|fault| Error::NotVerified { signer: index, fault })
        };
        self.signers.iter().enumerate().map(verify).collect()
    }

    /// Verifies every signature, and that the policy is content with each signer's certificate.
    ///
    /// # Errors
    /// As [`verify_signatures`](Self::verify_signatures).
    pub fn verify(
        &self,
        content: Option<&[u8]>,
        more: &[Certificate],
        store: &Store,
        policy: &Policy,
    ) -> Result<Vec<Verified>> {
        let mut verified = self.verify_signatures(content, more)?;
        let intermediates: Vec<Certificate> = more.iter().chain(&self.certificates).cloned().collect();
        for (signer, one) in verified.iter_mut().enumerate() {
            let chain = verification::verify(&one.certificate, &intermediates, store, policy);
            let refuse = |refused: Refused| Error::NotVerified { signer, fault: Fault::Chain(refused.to_string()) };
            let Chain { certificates, .. } = chain.map_err(refuse)?;
            one.chain = certificates;
        }
        Ok(verified)
    }
}

impl SignerName {
    fn is_of(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial(name) => issuer_and_serial(certificate) == *name,
            Self::KeyIdentifier(identifier) => {
                let extension = certificate.extensions().get(&oid::SUBJECT_KEY_IDENTIFIER);
                let own = extension.and_then(|extension| der::contents(extension.value, OCTET_STRING).ok());
                own == Some(identifier)
            }
        }
    }
}

impl Signer {
    /// Reads a `SignerInfo` (RFC 5652 §5.3).
    fn read(info: &Tlv<'_>) -> Result<Self> {
        der::expect(info, SEQUENCE)?;
        let parts = der::elements(info.data()).collect::<Result<Vec<_>>>()?;
        let (name, hash, rest) = match &parts[..] {
            [_version, name, hash, rest @ ..] => (name, hash, rest),
            _ => return Err(Error::rule("a part is missing")),
        };
        let name = match der::tag_octet(name.tag()) {
            Some(SEQUENCE) => SignerName::IssuerAndSerial(name.full_data().to_vec()),
            Some(IMPLICIT_0) => SignerName::KeyIdentifier(name.data().to_vec()),
            _ => return Err(Error::rule("the signer is named in a way that is not known")).at("sid"),
        };
        let (attributes, rest) = match rest {
            [attributes, rest @ ..] if der::tag_octet(attributes.tag()) == Some(EXPLICIT_0) => {
                (Some(Attributes::read(attributes).at("signedAttrs")?), rest)
            }
            rest => (None, rest),
        };
        let [algorithm, signature, ..] = rest else { return Err(Error::rule("the signature is missing")) };
        Ok(Self {
            name,
            hash: hash.parse::<AlgorithmIdentifier<'_>>().at("digestAlgorithm")?.oid,
            attributes,
            algorithm: algorithm.full_data().to_vec(),
            signature: der::octets(signature).at("signature")?.to_vec(),
        })
    }

    fn verify(
        &self,
        content_type: &ObjectIdentifier,
        content: &[u8],
        certificate: &Certificate,
    ) -> core::result::Result<(), Fault> {
        let unknown = |error: ironlatch_x509::Error| Fault::Algorithm(error.to_string());
        let hash = digests::from_oid(&self.hash).map_err(unknown)?;
        if matches!(hash, HashAlgorithm::Md5 | HashAlgorithm::Sha1) {
            return Err(Fault::Algorithm(format!("the hash function {} is broken", hash.name())));
        }
        let algorithm = self.algorithm(hash)?;
        let message = match &self.attributes {
            Some(attributes) => {
                attributes.check(content_type, hash, content)?;
                if attributes.certificate.iter().flatten().any(|id| !id.is_of(certificate)) {
                    return Err(Fault::OtherCertificate);
                }
                &attributes.set[..]
            }
            None if *content_type != oid::DATA => {
                return Err(Fault::Attributes("content of this type has to be signed with attributes"));
            }
            // Who has a message with attributes could else pass off the attributes as a content.
            None if Attributes::parse(content).is_ok_and(|attributes| attributes.digest.is_some()) => {
                return Err(Fault::Attributes("the content is the signed attributes of another message"));
            }
            None => content,
        };
        let key = certificate.public_key().map_err(unknown)?;
        algorithm.verify(&key, message, &self.signature).map_err(|error| match error {
            ironlatch_x509::Error::InvalidSignature => Fault::Signature,
            error => unknown(error),
        })
    }

    /// The signature's algorithm. For RSA it may be named without its hash function.
    fn algorithm(&self, hash: HashAlgorithm) -> core::result::Result<SignatureAlgorithm, Fault> {
        let unknown = |message: String| Fault::Algorithm(message);
        let identifier: AlgorithmIdentifier<'_> =
            asn1::parse_single(&self.algorithm).map_err(|error| unknown(error.to_string()))?;
        if identifier.oid == oid::RSA_ENCRYPTION {
            return Ok(SignatureAlgorithm::RsaPkcs1(hash));
        }
        let algorithm = SignatureAlgorithm::from_identifier(&identifier).map_err(|error| unknown(error.to_string()))?;
        match algorithm.hash() {
            Some(other) if other != hash => {
                Err(unknown("the hash functions of the message and of the signature differ".into()))
            }
            _ => Ok(algorithm),
        }
    }
}

impl Attributes {
    fn read(placed: &Tlv<'_>) -> Result<Self> {
        let items = der::elements(placed.data()).map(|item| Ok(item?.full_data().to_vec().into()));
        Self::parse(&der::set_of(items.collect::<Result<Vec<_>>>()?))
    }

    /// Reads a SET OF attributes. The ones that are known here must be there once at most, and have
    /// one value (RFC 5652 §11).
    fn parse(set: &[u8]) -> Result<Self> {
        let set_of = Zeroizing::new(set.to_vec());
        let mut attributes =
            Self { set: set_of, content_type: None, digest: None, time: None, certificate: [None, None] };
        for (index, attribute) in der::elements(der::contents(set, SET)?).enumerate() {
            attribute.and_then(|attribute| attributes.add(&attribute)).at_index("", index)?;
        }
        Ok(attributes)
    }

    fn add(&mut self, attribute: &Tlv<'_>) -> Result<()> {
        let Attribute { kind, values } = attribute.parse()?;
        const KNOWN: [ObjectIdentifier; 5] = [
            oid::CONTENT_TYPE,
            oid::MESSAGE_DIGEST,
            oid::SIGNING_TIME,
            oid::SIGNING_CERTIFICATE,
            oid::SIGNING_CERTIFICATE_V2,
        ];
        if !KNOWN.contains(&kind) {
            return Ok(());
        }
        der::expect(&values, SET)?;
        let mut values = der::elements(values.data());
        let (Some(value), None) = (values.next().transpose()?, values.next()) else {
            return Err(Error::rule("the attribute has not one value"));
        };
        let is_new = match kind {
            oid::CONTENT_TYPE => self.content_type.replace(value.parse()?).is_none(),
            oid::MESSAGE_DIGEST => self.digest.replace(der::octets(&value)?.to_vec()).is_none(),
            oid::SIGNING_CERTIFICATE => {
                self.certificate[0].replace(CertificateId::read(&value)?.of_version_1()).is_none()
            }
            oid::SIGNING_CERTIFICATE_V2 => self.certificate[1].replace(CertificateId::read(&value)?).is_none(),
            _ => self.time.replace(value.parse()?).is_none(),
        };
        if is_new { Ok(()) } else { Err(Error::rule("the attribute is there twice")) }
    }

    fn name_certificate(&self) -> bool {
        self.certificate.iter().any(Option::is_some)
    }

    fn check(
        &self,
        content_type: &ObjectIdentifier,
        hash: HashAlgorithm,
        content: &[u8],
    ) -> core::result::Result<(), Fault> {
        if self.content_type.as_ref() != Some(content_type) {
            return Err(Fault::Attributes("the type of the content is not the one that was signed"));
        }
        let mut digest = vec![0; hash.digest_size()];
        hash::digest_into(hash, content, Output::from(digest.as_mut_slice()));
        match &self.digest {
            Some(signed) if *signed == digest => Ok(()),
            Some(_) => Err(Fault::Digest),
            None => Err(Fault::Attributes("the hash of the content is not among the signed attributes")),
        }
    }
}

#[derive(asn1::Asn1Read)]
struct Attribute<'a> {
    kind: ObjectIdentifier,
    values: Tlv<'a>,
}
