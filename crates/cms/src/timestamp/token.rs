//! Timestamps, and verifying them (RFC 3161 §2.2 and §2.4.2).

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_x509::Certificate;
use ironlatch_x509::extensions::ExtendedKeyUsage;
use ironlatch_x509::verification::{self, Policy, Refused, Store};

use super::info::Info;
use super::request::{Request, digest_of};
use super::response::Response;
use crate::ber;
use crate::der::{self, EXPLICIT_4, INTEGER, SEQUENCE};
use crate::error::{At, Error, Result, SignatureFault, TimestampFault as Fault};
use crate::signed_data::SignedData;

/// A timestamp that was read. Nothing of it is verified.
#[derive(Debug)]
pub struct Token {
    signed: SignedData,
    info: Info,
}

/// The thing that a timestamp has to be of.
#[derive(Debug, Clone, Copy)]
pub enum Timestamped<'a> {
    /// The data themselves.
    Data(&'a [u8]),
    /// Their digest, of the hash function that the timestamp names.
    Digest(&'a [u8]),
    /// The data of this request: its digest and hash function, its nonce and its policy.
    Request(&'a Request),
}

/// The things that a timestamp is expected to say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The thing that it is of.
    pub timestamped: Timestamped<'a>,
    /// The nonce of the request, if that is asked: the contents of an INTEGER.
    pub nonce: Option<&'a [u8]>,
    /// The policy under which it was made, if that is asked.
    pub policy: Option<&'a ObjectIdentifier>,
}

/// A timestamp that was verified.
#[derive(Debug)]
pub struct Verified {
    /// The certificate of the authority.
    pub certificate: Certificate,
    /// The path from the certificate to a trusted one. Empty if it was not looked for.
    pub chain: Vec<Certificate>,
}

impl<'a> From<Timestamped<'a>> for Expected<'a> {
    fn from(timestamped: Timestamped<'a>) -> Self {
        let (nonce, policy) = match timestamped {
            Timestamped::Request(request) => (request.nonce.as_deref(), request.policy.as_ref()),
            _ => (None, None),
        };
        Self { timestamped, nonce, policy }
    }
}

impl Token {
    /// Reads a timestamp in DER, BER or PEM: the token itself, or the response that has it.
    ///
    /// # Errors
    /// [`Error::WrongKind`] or [`Error::Malformed`] if it is none, [`Error::Unsupported`] for a
    /// message of another type, and [`Error::NotTimestamped`] for a response that does not grant a
    /// timestamp.
    pub fn read(data: &[u8]) -> Result<Self> {
        if is_response(data) {
            return Response::read(data)?.token();
        }
        let signed = SignedData::read(data)?;
        if *signed.content_type() != oid::TST_INFO {
            let message = format!("the message is no timestamp: its content is of the type {}", signed.content_type());
            return Err(Error::Unsupported(message.into()));
        }
        let content = signed.content().ok_or_else(|| Error::rule("the statement is missing"));
        let info = content.and_then(Info::read).at("content.encapContentInfo.eContent")?;
        Ok(Self { signed, info })
    }

    /// The statement of the authority.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The certificates in the timestamp.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        self.signed.certificates()
    }

    /// Verifies that this is a timestamp of what is expected, signed with the key of a certificate
    /// that is for timestamps alone, in the timestamp or among `more`. Whether it is trusted is not
    /// looked at: the authority could be anyone.
    ///
    /// # Errors
    /// [`Error::NotTimestamped`].
    pub fn verify_signature(&self, expected: &Expected<'_>, more: &[Certificate]) -> Result<Verified> {
        self.check(expected).map_err(Error::NotTimestamped)?;
        let verified = self.signed.verify_signatures(None, more).map_err(|error| match error {
            Error::NotVerified { fault, .. } => Error::NotTimestamped(Fault::Signature(fault)),
            other => other,
        })?;
        let signers = verified.len();
        let [signer] = <[_; 1]>::try_from(verified).map_err(|_| Error::NotTimestamped(Fault::Signatures(signers)))?;
        if !signer.names_certificate {
            return Err(Error::NotTimestamped(Fault::NoSigningCertificate));
        }
        self.check_authority(&signer.certificate).map_err(Error::NotTimestamped)?;
        Ok(Verified { certificate: signer.certificate, chain: Vec::new() })
    }

    /// The same, and that the policy is content with the certificate at the time that the timestamp
    /// states.
    ///
    /// # Errors
    /// [`Error::NotTimestamped`].
    pub fn verify(
        &self,
        expected: &Expected<'_>,
        more: &[Certificate],
        store: &Store,
        policy: &Policy,
    ) -> Result<Verified> {
        let mut verified = self.verify_signature(expected, more)?;
        let intermediates: Vec<Certificate> = more.iter().chain(self.certificates()).cloned().collect();
        let policy = Policy { time: self.info.time, ..policy.clone() };
        let refuse =
            |refused: Refused| Error::NotTimestamped(Fault::Signature(SignatureFault::Chain(refused.to_string())));
        let chain = verification::verify(&verified.certificate, &intermediates, store, &policy).map_err(refuse)?;
        verified.chain = chain.certificates;
        Ok(verified)
    }

    /// Holds the statement to what is expected.
    fn check(&self, expected: &Expected<'_>) -> Result<(), Fault> {
        let info = &self.info;
        let hash = info.hash_algorithm().ok_or_else(|| Fault::Hash(format!("{} is no known hash", info.hash)))?;
        if matches!(hash, HashAlgorithm::Md5 | HashAlgorithm::Sha1) {
            return Err(Fault::Hash(format!("the hash function {} of the data is broken", hash.name())));
        }
        if info.digest.len() != hash.digest_size() {
            return Err(Fault::Hash(format!("the timestamp's digest is no {}: its length is another", hash.name())));
        }
        let is_same = match expected.timestamped {
            Timestamped::Data(data) => digest_of(data, hash) == info.digest,
            Timestamped::Digest(digest) => digest == info.digest,
            Timestamped::Request(request) if request.hash != hash => {
                let (found, asked) = (hash.name(), request.hash.name());
                return Err(Fault::Hash(format!("the timestamp is of a {found}, and {asked} was asked for")));
            }
            Timestamped::Request(request) => request.digest == info.digest,
        };
        if !is_same {
            return Err(Fault::OtherData);
        }
        match (expected.nonce, &info.nonce) {
            (Some(_), None) => return Err(Fault::NoNonce),
            (Some(asked), Some(found)) if asked != found => return Err(Fault::Nonce),
            _ => {}
        }
        if expected.policy.is_some_and(|policy| *policy != info.policy) {
            return Err(Fault::Policy(info.policy.clone()));
        }
        match &info.critical {
            Some(oid) => Err(Fault::CriticalExtension(oid.clone())),
            None => Ok(()),
        }
    }

    /// Checks that the certificate is one for timestamps, and of the authority that is named.
    fn check_authority(&self, certificate: &Certificate) -> Result<(), Fault> {
        let extensions = certificate.extensions();
        let purposes = extensions.get(&oid::EXTENDED_KEY_USAGE).filter(|extension| extension.critical);
        let purposes = purposes.and_then(|extension| extension.parse_as::<ExtendedKeyUsage>().ok());
        if !purposes.is_some_and(|purposes| purposes.0[..] == [oid::TIME_STAMPING]) {
            return Err(Fault::Purpose);
        }
        let Some(name) = &self.info.authority else { return Ok(()) };
        // The subject, or one of the alternative names.
        let subject = der::element(EXPLICIT_4, &[certificate.subject().as_der()]);
        let alternative = extensions.get(&oid::SUBJECT_ALTERNATIVE_NAME);
        let is_among = |names: &[u8]| der::elements(names).flatten().any(|other| other.full_data() == name);
        let is_alternative =
            alternative.and_then(|extension| der::contents(extension.value, SEQUENCE).ok()).is_some_and(is_among);
        if *name == *subject || is_alternative { Ok(()) } else { Err(Fault::Authority) }
    }
}

impl Response {
    /// The timestamp.
    ///
    /// # Errors
    /// [`Error::NotTimestamped`] if it was not granted, and those of [`Token::read`].
    pub fn token(&self) -> Result<Token> {
        match &self.token {
            Some(token) => Token::read(token),
            None => Err(Error::NotTimestamped(Fault::NotGranted(self.reason()))),
        }
    }
}

/// Whether these are a status and a token, and not a token alone.
fn is_response(data: &[u8]) -> bool {
    let Ok((der, _)) = ber::to_der(data) else { return false };
    let first_tag = |contents| der::elements(contents).next()?.ok().map(|part| (part, der::tag_octet(part.tag())));
    let status = der::contents(der.as_slice(), SEQUENCE).ok().and_then(first_tag);
    match status {
        Some((status, Some(SEQUENCE))) => first_tag(status.data()).is_some_and(|(_, tag)| tag == Some(INTEGER)),
        _ => false,
    }
}
