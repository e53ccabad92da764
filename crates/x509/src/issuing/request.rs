//! Requests for certificates: making one, and answering one.

use ironlatch_core::keys::PrivateKey;
use ironlatch_core::oid::{self, ObjectIdentifier};

use super::alternative_name::AlternativeName;
use super::authority::Authority;
use super::leaf::{NewLeaf, Purpose, Validity, wishes};
use super::{key, subject};
use crate::building::RequestContents;
use crate::certificate::Certificate;
use crate::error::{At, Error, Result};
use crate::extensions::{BasicConstraints, Extensions};
use crate::general_names::list;
use crate::names::Name;
use crate::request::CertificateRequest;

/// A request to be made.
#[derive(Debug, Clone)]
pub struct NewRequest<'a> {
    /// The subject; `None` makes one of the first name.
    pub subject: Option<Name<'a>>,
    /// The names that the certificate should be for.
    pub names: &'a [AlternativeName],
    /// The purposes that it should have. Most authorities decide that themselves.
    pub purposes: &'a [Purpose],
}

impl NewRequest<'_> {
    /// Makes the request, for and with a key.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if there is neither a name nor a subject, [`Error::WrongKey`] if the
    /// key is not fit for certificates.
    pub fn sign(&self, key: &PrivateKey) -> Result<CertificateRequest> {
        let made = subject::of_names(self.names)?;
        let subject = self.subject.map_or_else(|| Name::from_der(&made), Ok)?;
        if subject.is_empty() && self.names.is_empty() {
            return Err(Error::value("a request needs a name or a subject"));
        }
        RequestContents {
            subject,
            public_key_info: &key.public_key().to_spki_der()?,
            attributes: &[],
            extensions: &wishes(&key.public_key(), self.purposes, self.names, subject.is_empty())?,
        }
        .sign(&key::signer(key)?)
    }
}

/// The part of an answer to a request that is the authority's to decide.
#[derive(Debug, Clone)]
pub struct Terms<'a> {
    /// The subject; `None` takes the one of the request.
    pub subject: Option<Name<'a>>,
    /// The names; `None` takes those of the request.
    pub names: Option<&'a [AlternativeName]>,
    /// The purposes, at least one.
    pub purposes: &'a [Purpose],
    /// When the certificate is valid.
    pub validity: Validity,
    /// The URI of the authority's revocation list, which the certificate will name.
    pub crl: Option<&'a str>,
}

/// An answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The certificate, and the authorities above it but the root.
    pub certificates: Vec<Certificate>,
    /// The extensions that the request asks for, and that the certificate does not have, or has
    /// with another value.
    pub left_out: Vec<ObjectIdentifier>,
}

impl Authority {
    /// Issues the certificate that `request` asks for.
    ///
    /// Taken from the request are its key, its subject and its alternative names (hosts, addresses,
    /// mailboxes and URIs). Everything else is the authority's to decide, and never taken: purposes
    /// and uses of the key, the time, constraints, policies, and extensions that are not known. A
    /// request without alternative names for a server gets the host in its common name as one.
    ///
    /// # Errors
    /// As [`issue`](Self::issue); [`Error::InvalidSignature`] if the sender did not sign with the
    /// private half of the key in the request; [`Error::InvalidValue`] if the request asks for an
    /// authority, for alternative names of another kind, or has a subject that no person could
    /// read.
    pub fn sign_request(&self, request: &CertificateRequest, terms: &Terms<'_>) -> Result<Answer> {
        request.verify_signature()?;
        let wanted = request.extensions()?;
        wanted.check_unique()?;
        refuse_authority(&wanted)?;
        let subject = match terms.subject {
            Some(subject) => subject,
            None => readable(request.subject())?,
        };
        let asked = names_of(&wanted, &subject, terms.purposes)?;
        let leaf = NewLeaf {
            subject: Some(subject),
            names: terms.names.unwrap_or(&asked),
            purposes: terms.purposes,
            validity: terms.validity,
            public_key_info: request.public_key_info(),
            crl: terms.crl,
        };
        let certificates = self.issue(&leaf)?;
        let issued = certificates.first().map(Certificate::extensions).unwrap_or_default();
        let same = |oid: &ObjectIdentifier, value: &[u8]| issued.get(oid).is_some_and(|own| own.value == value);
        let left_out = wanted.iter().filter(|extension| !same(&extension.oid, extension.value));
        let left_out = left_out.map(|extension| extension.oid).collect();
        Ok(Answer { certificates, left_out })
    }
}

fn refuse_authority(wanted: &Extensions<'_>) -> Result<()> {
    let Some(constraints) = wanted.get(&oid::BASIC_CONSTRAINTS) else { return Ok(()) };
    let constraints: BasicConstraints = constraints.parse_as().at("basicConstraints").at("extensionRequest")?;
    if !constraints.ca {
        return Ok(());
    }
    Err(Error::value("the request asks for the certificate of an authority, and no request is given that"))
}

/// A subject from outside, unless it has what could deceive the people who read it.
fn readable(subject: Name<'_>) -> Result<Name<'_>> {
    for attribute in subject.attributes() {
        if !attribute.text().is_ok_and(|text| !text.chars().any(crate::rfc4514::hides)) {
            return Err(Error::value(format!(
                "the subject of the request, {subject}, has control characters or is no text: give another subject"
            )));
        }
    }
    Ok(subject)
}

fn names_of(wanted: &Extensions<'_>, subject: &Name<'_>, purposes: &[Purpose]) -> Result<Vec<AlternativeName>> {
    if let Some(extension) = wanted.get(&oid::SUBJECT_ALTERNATIVE_NAME) {
        let names = list(extension.value).at("subjectAltName").at("extensionRequest")?;
        return names.iter().map(AlternativeName::from_general_name).collect();
    }
    // Requests for servers that are older than alternative names.
    let common = subject.common_name().filter(|_| purposes.contains(&Purpose::Server));
    Ok(common.and_then(|name| name.parse().ok()).into_iter().collect())
}
