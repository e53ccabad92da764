//! OCSP requests and responses that are built, signed and read again.

use ironlatch::oid;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PrivateKey;
use ironlatch_x509::building::{KeySigner, NewExtension, NewSingleResponse, OcspRequestContents, OcspResponseContents};
use ironlatch_x509::extensions::{ExtensionValue, Place};
use ironlatch_x509::ocsp::{CertStatus, NewCertId, Responder, ResponseStatus, RevokedInfo, SingleResponse};
use ironlatch_x509::time::GeneralizedTime;
use ironlatch_x509::{Certificate, Error, Kind, OcspRequest, OcspResponse, Time};

use crate::common::{ed25519_key, root};

fn issuer() -> (PrivateKey, Certificate) {
    let key = ed25519_key();
    let certificate = root(&key);
    (key, certificate)
}

fn nonce() -> NewExtension<'static> {
    NewExtension::new(oid::OCSP_NONCE, false, &ExtensionValue::OcspNonce(b"a nonce of a test")).unwrap()
}

#[test]
fn a_request_names_the_certificate_and_carries_a_nonce() {
    let (_, issuer) = issuer();
    let id = NewCertId::of(&issuer, &issuer, HashAlgorithm::Sha256).unwrap();
    let request = OcspRequestContents { ids: &[id], extensions: &[nonce()] }.to_request().unwrap();
    let again = OcspRequest::from_der(request.as_der()).unwrap();
    let ids = again.ids().unwrap();
    assert_eq!(ids.len(), 1);
    assert_eq!(ids[0].hash().unwrap(), HashAlgorithm::Sha256);
    assert_eq!(ids[0].serial.as_bytes(), issuer.serial());
    assert!(ids[0].is_issued_by(&issuer).unwrap());
    let extension = again.extensions().iter().next().unwrap();
    let nonce = extension.parse(Place::OcspRequest).unwrap();
    assert_eq!(nonce, ExtensionValue::OcspNonce(b"a nonce of a test"));
    assert!(NewCertId::of(&issuer, &issuer, HashAlgorithm::Sha3_256).is_err());
}

fn response(key: &PrivateKey, issuer: &Certificate, status: CertStatus, responder: Responder<'_>) -> OcspResponse {
    let time = |text: &str| text.parse::<Time>().unwrap();
    OcspResponseContents {
        responder,
        produced_at: time("2026-06-01T12:00:00Z"),
        responses: &[NewSingleResponse {
            id: NewCertId::of(issuer, issuer, HashAlgorithm::Sha1).unwrap(),
            status,
            this_update: time("2026-06-01"),
            next_update: Some(time("2026-06-08")),
            extensions: &[],
        }],
        extensions: &[nonce()],
        certificates: Some(core::slice::from_ref(issuer)),
    }
    .sign(&KeySigner::new(key, None).unwrap())
    .unwrap()
}

#[test]
fn every_status_is_answered_and_signed() {
    let (key, issuer) = issuer();
    let time = GeneralizedTime("2026-05-01".parse().unwrap());
    for status in [
        CertStatus::Good(()),
        CertStatus::Unknown(()),
        CertStatus::Revoked(RevokedInfo { time, reason: None }),
        CertStatus::Revoked(RevokedInfo { time, reason: Some(4) }),
    ] {
        let response = response(&key, &issuer, status, Responder::ByName(issuer.subject()));
        response.verify_signature(&key.public_key()).unwrap();
        let again = OcspResponse::from_der(response.as_der()).unwrap();
        assert_eq!(again.status(), ResponseStatus::Successful);
        let mut answers = again.responses().unwrap();
        let single = answers.next().unwrap();
        assert!(answers.next().is_none());
        let der = again.response_der(0).unwrap().unwrap();
        assert_eq!(SingleResponse::from_der(der).unwrap(), single);
        assert_eq!(single.to_der().unwrap(), der);
        assert_eq!(again.response_der(der.len()).unwrap(), None);
        assert_eq!(single.status, status);
        assert!(single.extensions.is_none());
        assert_eq!(single.next_update.unwrap().0.to_string(), "2026-06-08T00:00:00Z");
        assert_eq!(again.certificates().unwrap(), core::slice::from_ref(&issuer));
        assert_eq!(again.produced_at().unwrap().0.to_string(), "2026-06-01T12:00:00Z");
        assert_eq!(again.extensions().unwrap().iter().count(), 1);
    }
}

#[test]
fn a_responder_is_named_by_its_key_too() {
    let (key, issuer) = issuer();
    let response = response(&key, &issuer, CertStatus::Good(()), Responder::ByKey(&[7; 20]));
    assert_eq!(response.responder().unwrap(), Responder::ByKey(&[7; 20]));
    let other = ed25519_key().public_key();
    assert_eq!(response.verify_signature(&other), Err(Error::InvalidSignature));
}

#[test]
fn a_refusal_has_no_answers() {
    let refusal = OcspResponse::unsuccessful(ResponseStatus::TryLater).unwrap();
    assert_eq!(refusal.status(), ResponseStatus::TryLater);
    assert!(refusal.responses().is_err() && refusal.tbs().is_err() && refusal.certificates().is_err());
    assert!(OcspResponse::unsuccessful(ResponseStatus::Successful).is_err());
    for der in [&[0x30, 3, 0x0a, 1, 0][..], &[0x30, 3, 0x0a, 1, 4]] {
        assert!(matches!(OcspResponse::from_der(der), Err(Error::Malformed(_))));
    }
    let (_, issuer) = issuer();
    let wrong = Error::WrongKind { wanted: Kind::OcspResponse, found: Kind::Certificate };
    assert_eq!(OcspResponse::from_der(issuer.as_der()), Err(wrong));
}
