//! Revocation by CRLs and OCSP responses that the caller hands in.

use ironlatch::oid;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_x509::building::{
    CrlContents, KeySigner, NewExtension, NewSingleResponse, OcspRequestContents, OcspResponseContents, RevokedContents,
};
use ironlatch_x509::der::{List, Natural};
use ironlatch_x509::extensions::{
    DistributionPoint, DistributionPointName, ExtendedKeyUsage, ExtensionValue, IssuingDistributionPoint, KeyUsage,
};
use ironlatch_x509::general_names::{GeneralName, Text};
use ironlatch_x509::ocsp::{CertStatus, NewCertId, Responder, RevokedInfo};
use ironlatch_x509::time::GeneralizedTime;
use ironlatch_x509::verification::{Policy, Revocation, RevocationStatus, Rule, Unusable, verify};
use ironlatch_x509::{Certificate, CertificateList, ObjectIdentifier, OcspRequest, OcspResponse, Time};

use crate::common::ed25519_key;
use crate::verification::{Party, authority, leaf, policy, server, store};

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// A CRL of `issuer` that revokes `serials`, fresh in 2027, with more extensions.
fn crl(issuer: &Party, serials: &[&[u8]], more: &[(ObjectIdentifier, bool, ExtensionValue<'_>)]) -> CertificateList {
    let mut entries = Vec::new();
    let reason = NewExtension::new(oid::CRL_REASON, false, &ExtensionValue::CrlReason(1)).unwrap();
    for serial in serials {
        let extensions = core::slice::from_ref(&reason);
        let entry = RevokedContents { serial, revocation_date: time("2026-12-01"), extensions };
        entry.write(&mut entries).unwrap();
    }
    let more = more.iter().map(|(oid, critical, value)| NewExtension::new(oid.clone(), *critical, value).unwrap());
    CrlContents {
        issuer: issuer.certificate.subject(),
        this_update: time("2026-12-30"),
        next_update: Some(time("2027-01-30")),
        entries: &entries,
        extensions: &more.collect::<Vec<_>>(),
    }
    .sign(&KeySigner::new(&issuer.key, None).unwrap())
    .unwrap()
}

const NUMBER: &[u8] = &[1];

fn numbered() -> (ObjectIdentifier, bool, ExtensionValue<'static>) {
    (oid::CRL_NUMBER, false, ExtensionValue::CrlNumber(Natural::new(NUMBER).unwrap()))
}

fn response(
    signer: &Party,
    about: &Certificate,
    issuer: &Certificate,
    status: CertStatus,
    with: &[Certificate],
) -> OcspResponse {
    OcspResponseContents {
        responder: Responder::ByName(signer.certificate.subject()),
        produced_at: time("2026-12-30"),
        responses: &[NewSingleResponse {
            id: NewCertId::of(about, issuer, HashAlgorithm::Sha256).unwrap(),
            status,
            this_update: time("2026-12-30"),
            next_update: Some(time("2027-01-30")),
            extensions: &[],
        }],
        extensions: &[],
        certificates: Some(with),
    }
    .sign(&KeySigner::new(&signer.key, None).unwrap())
    .unwrap()
}

fn revocation(crls: &[CertificateList], responses: &[OcspResponse]) -> Revocation {
    Revocation { crls: crls.to_vec(), responses: responses.to_vec(), hard_fail: true }
}

fn now() -> Time {
    time("2027-01-01")
}

fn asking(revocation: Revocation) -> Policy {
    Policy { revocation: Some(revocation), ..policy("example.com") }
}

#[test]
fn a_crl_revokes_and_clears() {
    let root = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&root));
    let verdict =
        |crls: &[CertificateList]| verify(&leaf.certificate, &[], &store(&[&root]), &asking(revocation(crls, &[])));
    let clear = [crl(&root, &[&[1]], &[numbered()])];
    assert_eq!(verdict(&clear).unwrap().statuses, [RevocationStatus::Good]);
    let revoking = [crl(&root, &[leaf.certificate.serial()], &[numbered()])];
    let refused = verdict(&revoking).unwrap_err();
    let revoked = Rule::Revoked { subject: "CN=leaf".into(), time: time("2026-12-01"), reason: Some(1) };
    assert_eq!(refused.paths()[0].rule, revoked);
    let text = "the certificate of CN=leaf was revoked at 2026-12-01T00:00:00Z (keyCompromise)";
    assert!(refused.to_string().ends_with(text));
    assert_eq!(refused.paths()[0].certificates, [leaf.certificate.clone(), root.certificate.clone()]);
    // Of two that disagree, the one that revokes counts, whichever comes first.
    let both = [clear[0].clone(), revoking[0].clone()];
    assert_eq!(verdict(&both).unwrap_err().paths()[0].rule, revoked);
}

#[test]
fn what_is_not_known_fails_hard_or_soft() {
    let root = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&root));
    let verdict = |policy: &Policy| verify(&leaf.certificate, &[], &store(&[&root]), policy);
    let soft = asking(Revocation { hard_fail: false, ..revocation(&[], &[]) });
    assert_eq!(verdict(&soft).unwrap().statuses, [RevocationStatus::Unknown(Vec::new())]);
    let hard = verdict(&asking(revocation(&[], &[]))).unwrap_err();
    assert!(hard.to_string().contains("no CRL and no OCSP response"), "{hard}");
    assert_eq!(verdict(&policy("example.com")).unwrap().statuses, []);
}

#[test]
fn a_path_without_a_revoked_authority_is_found_behind_one_with() {
    let (old, new) = (authority("old").issue(None), authority("new").issue(None));
    let below = authority("below").issue(Some(&old));
    let crossed = authority("below").issue_for(below.key.clone(), Some(&new));
    let leaf = server(&["example.com"]).issue(Some(&below));
    let crls = [
        crl(&old, &[below.certificate.serial()], &[numbered()]),
        crl(&new, &[], &[numbered()]),
        crl(&below, &[], &[numbered()]),
    ];
    let verdict = |others: &[Certificate]| {
        verify(&leaf.certificate, others, &store(&[&old, &new]), &asking(revocation(&crls, &[])))
    };
    let refused = verdict(core::slice::from_ref(&below.certificate)).unwrap_err();
    assert!(matches!(&refused.paths()[0].rule, Rule::Revoked { subject, .. } if subject == "CN=below"));
    let chain = verdict(&[below.certificate.clone(), crossed.certificate.clone()]).unwrap();
    assert_eq!(chain.certificates, [leaf.certificate, crossed.certificate, new.certificate]);
    assert_eq!(chain.statuses, [RevocationStatus::Good, RevocationStatus::Good]);
}

#[test]
fn signatures_of_crls_and_responses_are_counted_and_of_the_policys_kinds() {
    let root = authority("root").issue(None);
    let impostor = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&root));
    let forged = crl(&impostor, &[], &[numbered()]);
    let crls: Vec<CertificateList> = vec![forged; 500];
    let refused = verify(&leaf.certificate, &[], &store(&[&root]), &asking(revocation(&crls, &[]))).unwrap_err();
    assert_eq!(refused.paths()[0].rule, Rule::TooManySignatures);

    let old = Party { key: ed25519_key(), certificate: root.certificate.clone() };
    let crls = [crl(&old, &[], &[numbered()])];
    let refused = verify(&leaf.certificate, &[], &store(&[&root]), &asking(revocation(&crls, &[]))).unwrap_err();
    let reasons = vec![Unusable::ForbiddenSignature];
    assert_eq!(refused.paths()[0].rule, Rule::RevocationUnknown { subject: "CN=leaf".into(), reasons });
}

#[test]
fn crls_that_say_nothing_are_told_apart() {
    let root = authority("root").issue(None);
    let impostor = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&root));
    let status = |crl: CertificateList| revocation(&[crl], &[]).status(&leaf.certificate, &root.certificate, now());
    let unusable = |why| RevocationStatus::Unknown(vec![why]);
    assert_eq!(status(crl(&impostor, &[], &[numbered()])), unusable(Unusable::NotSigned));
    assert_eq!(status(crl(&root, &[], &[])), unusable(Unusable::NoNumber));
    let base = ExtensionValue::DeltaCrlIndicator(Natural::new(NUMBER).unwrap());
    let delta = crl(&root, &[], &[numbered(), (oid::DELTA_CRL_INDICATOR, true, base)]);
    assert_eq!(status(delta), unusable(Unusable::Delta));
    let point = IssuingDistributionPoint {
        name: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    };
    let scoped = |point: IssuingDistributionPoint<'_>| {
        let point = ExtensionValue::IssuingDistributionPoint(point);
        status(crl(&root, &[], &[numbered(), (oid::ISSUING_DISTRIBUTION_POINT, true, point)]))
    };
    assert_eq!(scoped(point.clone()), RevocationStatus::Good);
    assert_eq!(
        scoped(IssuingDistributionPoint { only_contains_user_certs: true, ..point.clone() }),
        RevocationStatus::Good
    );
    let authorities = IssuingDistributionPoint { only_contains_ca_certs: true, ..point.clone() };
    assert_eq!(scoped(authorities), unusable(Unusable::OutOfScope));
    let indirect = IssuingDistributionPoint { indirect_crl: true, ..point.clone() };
    assert_eq!(scoped(indirect), unusable(Unusable::Indirect));
    let fresh = revocation(&[crl(&root, &[], &[numbered()])], &[]);
    for wrong in ["2027-02-01", "2026-12-29"] {
        let status = fresh.status(&leaf.certificate, &root.certificate, time(wrong));
        assert_eq!(status, unusable(Unusable::NotFresh));
    }
    let strange = oid::OCSP_NONCE;
    let unknown = crl(&root, &[], &[numbered(), (strange, true, ExtensionValue::OcspNonce(&[1]))]);
    assert_eq!(status(unknown), unusable(Unusable::UnknownCriticalExtension));

    let usage = ExtensionValue::KeyUsage(KeyUsage { key_cert_sign: true, ..KeyUsage::default() });
    let unable = authority("unable").with(oid::KEY_USAGE, true, usage).issue(None);
    let below = server(&["example.com"]).issue(Some(&unable));
    let crls = [crl(&unable, &[], &[numbered()])];
    let status = revocation(&crls, &[]).status(&below.certificate, &unable.certificate, now());
    assert_eq!(status, unusable(Unusable::MayNotSign));
}

#[test]
fn a_crl_of_one_place_of_several_is_for_the_certificates_that_name_it() {
    let names = |uri| List(vec![GeneralName::Uri(Text(uri))]);
    let point = |uri| Some(DistributionPointName::FullName(names(uri)));
    let root = authority("root").issue(None);
    let places = List(vec![DistributionPoint { name: point("http://crl/1"), reasons: None, crl_issuer: None }]);
    let places = ExtensionValue::CrlDistributionPoints(places);
    let leaf = leaf(vec![GeneralName::DnsName(Text("example.com"))]);
    let leaf = leaf.with(oid::CRL_DISTRIBUTION_POINTS, false, places).issue(Some(&root));
    let status = |uri| {
        let place = ExtensionValue::IssuingDistributionPoint(IssuingDistributionPoint {
            name: point(uri),
            only_contains_user_certs: false,
            only_contains_ca_certs: false,
            only_some_reasons: None,
            indirect_crl: false,
            only_contains_attribute_certs: false,
        });
        let crls = [crl(&root, &[], &[numbered(), (oid::ISSUING_DISTRIBUTION_POINT, true, place)])];
        revocation(&crls, &[]).status(&leaf.certificate, &root.certificate, now())
    };
    assert_eq!(status("http://crl/1"), RevocationStatus::Good);
    assert_eq!(status("http://crl/2"), RevocationStatus::Unknown(vec![Unusable::OutOfScope]));
}

#[test]
fn a_responder_needs_the_issuers_word() {
    let root = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&root));
    let signing = ExtensionValue::ExtendedKeyUsage(ExtendedKeyUsage(List(vec![oid::OCSP_SIGNING])));
    let delegate = server(&[]).with(oid::EXTENDED_KEY_USAGE, false, signing.clone()).issue(Some(&root));
    let other = authority("other").issue(None);
    let stranger = server(&[]).with(oid::EXTENDED_KEY_USAGE, false, signing).issue(Some(&other));
    let no_responder = server(&[]).issue(Some(&root));
    let status = |signer: &Party, status| {
        let with = [signer.certificate.clone()];
        let responses = [response(signer, &leaf.certificate, &root.certificate, status, &with)];
        revocation(&[], &responses).status(&leaf.certificate, &root.certificate, now())
    };
    assert_eq!(status(&root, CertStatus::Good(())), RevocationStatus::Good);
    assert_eq!(status(&delegate, CertStatus::Good(())), RevocationStatus::Good);
    for signer in [&stranger, &no_responder] {
        let not_signed = RevocationStatus::Unknown(vec![Unusable::NotSigned]);
        assert_eq!(status(signer, CertStatus::Good(())), not_signed);
    }
    let info = RevokedInfo { time: GeneralizedTime(time("2026-12-02")), reason: Some(4) };
    let revoked = RevocationStatus::Revoked { time: time("2026-12-02"), reason: Some(4) };
    assert_eq!(status(&delegate, CertStatus::Revoked(info)), revoked);
    let unknown = RevocationStatus::Unknown(vec![Unusable::UnknownToResponder]);
    assert_eq!(status(&root, CertStatus::Unknown(())), unknown);
    // An answer about another certificate is none about this one.
    let about = [response(&root, &no_responder.certificate, &root.certificate, CertStatus::Good(()), &[])];
    let status = revocation(&[], &about).status(&leaf.certificate, &root.certificate, now());
    assert_eq!(status, RevocationStatus::Unknown(Vec::new()));
}

/// Reads the files of OpenSSL: see `tests/data/x509/revocation/make.sh`.
#[test]
fn openssl_and_we_agree_on_what_is_revoked() {
    let certificate = |text| Certificate::from_pem(text).unwrap();
    let issuer = certificate(include_bytes!("../../../../tests/data/x509/revocation/ca.pem"));
    let leaf = certificate(include_bytes!("../../../../tests/data/x509/revocation/leaf.pem"));
    let list = CertificateList::from_pem(include_bytes!("../../../../tests/data/x509/revocation/crl.pem")).unwrap();
    list.verify_signature(&issuer.public_key().unwrap()).unwrap();
    assert_eq!(list.len().unwrap(), 2);
    assert_eq!(list.find(leaf.serial()).unwrap().unwrap().revocation_date(), list.this_update());

    let request = include_bytes!("../../../../tests/data/x509/revocation/request.der");
    let request = OcspRequest::from_der(request).unwrap();
    let ids = request.ids().unwrap();
    assert_eq!((ids[0].serial.as_bytes(), ids[0].hash().unwrap()), (leaf.serial(), HashAlgorithm::Sha256));
    let own = NewCertId::of(&leaf, &issuer, HashAlgorithm::Sha256).unwrap();
    let own = OcspRequestContents { ids: &[own], extensions: &[] }.to_request().unwrap();
    assert_eq!(own.as_der(), request.as_der());

    let response = include_bytes!("../../../../tests/data/x509/revocation/response.der");
    let response = OcspResponse::from_der(response).unwrap();
    let (crls, responses) = ([list], [response]);
    let time = crls[0].this_update().to_unix() + 3600;
    let time = Time::from_unix(time).unwrap();
    for fresh in [revocation(&crls, &[]), revocation(&[], &responses)] {
        let status = fresh.status(&leaf, &issuer, time);
        assert!(matches!(status, RevocationStatus::Revoked { reason: Some(1), .. }), "{status:?}");
    }
}
