//! Certificates, requests and revocation lists: what they say.

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid;
use ironlatch_x509::extensions::{Extensions, Place};
use ironlatch_x509::{Certificate, CertificateList, CertificateRequest, Time, rfc4514};

use super::extensions::lines;
use super::words::{caution, hex, name_text, oid_name};
use super::{Fact, Finding, SaidExtension};
use crate::pinning::Pin;

/// The number of entries of a revocation list that [`inspect`](super::inspect()) lists.
const ENTRIES: usize = 10;

/// A certificate, request or revocation list in DER.
pub(super) fn from_der(der: &[u8]) -> Option<Finding> {
    match Certificate::from_der(der) {
        Ok(found) => return Some(certificate(&found)),
        Err(error) => {
            if let Ok(read) = Certificate::read_tolerant(der) {
                return Some(tolerated(certificate(&read.value), &error.to_string()));
            }
        }
    }
    if let Ok(found) = CertificateRequest::from_der(der) {
        return Some(request(&found));
    }
    CertificateList::from_der(der).ok().map(|found| crl(&found, ENTRIES))
}

/// Whether a PEM block of this label holds a certificate, a request or a revocation list.
pub(super) fn is_label(label: &[u8]) -> bool {
    ironlatch_x509::certificate::is_label(label)
        || ironlatch_x509::request::is_label(label)
        || ironlatch_x509::crl::is_label(label)
}

/// Adds the note that a certificate breaks a rule of DER or of RFC 5280 in a harmless way.
#[must_use]
pub fn tolerated(found: Finding, fault: &str) -> Finding {
    found.note(format!("read with tolerance: {}", rfc4514::printable(fault)))
}

/// Describes a PEM block that is not what its label says, such as `certificate`.
#[must_use]
pub fn damaged(label: &str, error: &str) -> Finding {
    Finding::new("damaged-pem", format!("a damaged {}", rfc4514::printable(label))).note(rfc4514::printable(error))
}

/// Describes a certificate. Whether its issuer signed it is not known here, except of those that
/// name themselves as the issuer.
#[must_use]
pub fn certificate(certificate: &Certificate) -> Finding {
    let names = certificate.alternative_names().unwrap_or_default();
    let constraints = certificate.basic_constraints().ok().flatten();
    let signature = certificate.signature_algorithm_identifier().ok();
    let mut found = Finding::new("certificate", "a certificate")
        .with("subject", name_text(certificate.subject()))
        .with("issuer", name_text(certificate.issuer()))
        .with("names", names.iter().map(ToString::to_string).collect::<Vec<_>>())
        .with("valid_from", certificate.not_before().to_string())
        .with("valid_until", certificate.not_after().to_string())
        .with("status", status(certificate))
        .with("key", certificate.key_description())
        .with("authority", constraints.is_some_and(|constraints| constraints.ca))
        .with("serial", hex(certificate.serial()))
        .with("version", u32::from(certificate.version()) + 1)
        .with_some("signed_with", signature.map(|identifier| oid_name(&identifier.oid)))
        .with("extensions", extensions(certificate.extensions(), Place::Certificate))
        .with("sha256", hex(&certificate.fingerprint(HashAlgorithm::Sha256)))
        .with("sha1", hex(&certificate.fingerprint(HashAlgorithm::Sha1)))
        .with("pin", Pin::of_certificate(certificate).to_string());
    if certificate.issuer() == certificate.subject() {
        found = found.note(match certificate.verify_directly_issued_by(certificate) {
            Ok(()) => "it signed itself: nobody else vouches for it",
            Err(_) => "the issuer has the subject's name, but another key",
        });
    }
    cautioned(found, certificate.public_key().ok().as_ref())
}

/// Describes a request for a certificate, and checks whether its sender has the private key.
#[must_use]
pub fn request(request: &CertificateRequest) -> Finding {
    let signature = match request.verify_signature() {
        Ok(()) => "good: the sender has the private key".into(),
        Err(error) => format!("not good: {}", rfc4514::printable(&error.to_string())),
    };
    let wanted = match request.extensions() {
        Ok(wanted) => extensions(wanted, Place::Request),
        Err(error) => Fact::Text(format!("not readable: {}", rfc4514::printable(&error.to_string()))),
    };
    let attributes = request.attributes().map(|attribute| attribute.oid);
    let attributes = attributes.filter(|kind| *kind != oid::EXTENSION_REQUEST);
    let found = Finding::new("certificate-request", "a request for a certificate (CSR)")
        .with("subject", name_text(request.subject()))
        .with("key", request.key_description())
        .with("signature", signature)
        .with("extensions", wanted)
        .with("other_attributes", attributes.map(|kind| oid_name(&kind)).collect::<Vec<_>>())
        .with("pin", Pin::of_request(request).to_string());
    cautioned(found, request.public_key().ok().as_ref())
}

/// Describes a revocation list, with its first `most` entries.
#[must_use]
pub fn crl(crl: &CertificateList, most: usize) -> Finding {
    let signature = crl.signature_algorithm_identifier().ok();
    let revoked = match crl.len() {
        Ok(len) => Fact::from(len),
        Err(error) => Fact::Text(format!("not readable: {}", rfc4514::printable(&error.to_string()))),
    };
    let first = crl.entries().take(most).map(|entry| match entry {
        Ok(entry) => {
            let extensions = entry.extensions();
            let more = extensions.iter().flat_map(|extension| lines(&extension, Place::CrlEntry));
            vec![
                ("serial", Fact::Text(hex(entry.serial()))),
                ("since", Fact::Text(entry.revocation_date().to_string())),
                ("more", Fact::List(more.collect())),
            ]
        }
        Err(error) => vec![("damaged", Fact::Text(rfc4514::printable(&error.to_string())))],
    });
    let found = Finding::new("crl", "a revocation list (CRL)")
        .with("issuer", name_text(crl.issuer()))
        .with("issued_at", crl.this_update().to_string())
        .with_some("next_one_until", crl.next_update().map(|next| next.to_string()))
        .with_some("signed_with", signature.map(|identifier| oid_name(&identifier.oid)))
        .with("extensions", extensions(crl.extensions(), Place::Crl))
        .with("revoked", revoked)
        .with("first_entries", Fact::Groups(first.collect()));
    match crl.next_update() {
        Some(next) if next < Time::now() => found.note("the list is old: the next one was due"),
        _ => found,
    }
}

/// The number of whole days until the last second of a certificate; negative after it.
#[must_use]
pub fn days_left(certificate: &Certificate) -> i64 {
    (certificate.not_after().to_unix() - Time::now().to_unix()) / 86_400
}

/// The state of a certificate now.
fn status(certificate: &Certificate) -> String {
    let now = Time::now();
    if now < certificate.not_before() {
        return "not valid yet".into();
    }
    match days_left(certificate) {
        left if now > certificate.not_after() => format!("expired {} days ago", -left),
        1 => "valid for 1 day more".into(),
        left => format!("valid for {left} days more"),
    }
}

fn extensions(extensions: Extensions<'_>, place: Place) -> Fact {
    let said = extensions.iter().map(|extension| {
        let says = lines(&extension, place);
        SaidExtension { oid: extension.oid, critical: extension.critical, says }
    });
    Fact::Extensions(said.collect())
}

fn cautioned(found: Finding, key: Option<&PublicKey>) -> Finding {
    key.and_then(caution).into_iter().fold(found, Finding::note)
}
