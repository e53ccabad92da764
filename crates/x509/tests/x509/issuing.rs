//! Private authorities: what they issue verifies, and what would not is not issued.

use ironlatch_core::asymmetric::ec::{self, Curve};
use ironlatch_core::asymmetric::{rsa, x25519};
use ironlatch_core::keys::PrivateKey;
use ironlatch_core::oid;
use ironlatch_x509::building::{CrlContents, KeySigner, NewExtension, RequestContents};
use ironlatch_x509::der::{List, Natural};
use ironlatch_x509::extensions::{BasicConstraints, ExtensionValue, KeyUsage, Place};
use ironlatch_x509::general_names::{GeneralName, Text};
use ironlatch_x509::issuing::{
    AlternativeName, Authority, Constraints, KeyKind, NameRange, NewAuthority, NewLeaf, NewRequest, NewlyRevoked,
    Purpose, Reason, Terms, Validity, distinguished_name,
};
use ironlatch_x509::verification::{Policy, Revocation, RevocationStatus, Store, Subject, verify};
use ironlatch_x509::{Certificate, CertificateRequest, Error, Name, Time};

use crate::common::{ed25519_key, info, name};

fn days(days: u32) -> Validity {
    Validity::days(days).unwrap()
}

fn root_with(change: impl FnOnce(&mut NewAuthority<'_>)) -> Authority {
    let subject = name("Root");
    let mut new = NewAuthority::new(Name::from_der(&subject).unwrap(), days(100));
    change(&mut new);
    Authority::root(&new, KeyKind::P256.generate().unwrap()).unwrap()
}

fn root() -> Authority {
    root_with(|_| {})
}

fn names(names: &[&str]) -> Vec<AlternativeName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn issue(authority: &Authority, list: &[&str], purposes: &[Purpose]) -> Result<Vec<Certificate>, Error> {
    let key = KeyKind::P256.generate().unwrap();
    authority.issue(&NewLeaf {
        subject: None,
        names: &names(list),
        purposes,
        validity: days(30),
        public_key_info: &info(&key),
        crl: None,
    })
}

fn refusal<T: core::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn issues_what_strangers_verify() {
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Rsa2048, KeyKind::MlDsa65] {
        let subject = distinguished_name("CN=Root,O=Example,C=DE").unwrap();
        let new = NewAuthority::new(Name::from_der(&subject).unwrap(), days(100));
        let root = Authority::root(&new, kind.generate().unwrap()).unwrap();
        let chain = issue(&root, &["localhost", "::1", "*.dev.example"], &[Purpose::Server, Purpose::Client]).unwrap();
        assert_eq!(chain.len(), 1);
        let store = Store::new(root.certificates().to_vec());
        // The rules of the public web.
        for subject in [Subject::dns("a.dev.example"), Subject::ip(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])] {
            verify(&chain[0], &[], &store, &Policy::server(subject.unwrap())).unwrap();
        }
        verify(&chain[0], &[], &store, &Policy::client()).unwrap();
        assert!(verify(&chain[0], &[], &store, &Policy::purpose(Some(oid::CODE_SIGNING))).is_err());
    }
}

#[test]
fn other_purposes_have_their_names_and_uses() {
    let root = root();
    let usage =
        |chain: &[Certificate]| match chain[0].extensions().get(&oid::KEY_USAGE).unwrap().parse(Place::Certificate) {
            Ok(ExtensionValue::KeyUsage(usage)) => usage,
            other => panic!("{other:?}"),
        };
    let mail = issue(&root, &["ada@example.com"], &[Purpose::Email]).unwrap();
    assert_eq!(mail[0].alternative_names().unwrap()[0].to_string(), "email:ada@example.com");
    assert_eq!(usage(&mail), KeyUsage { digital_signature: true, key_agreement: true, ..KeyUsage::default() });
    let service = issue(&root, &["spiffe://example.com/a"], &[Purpose::Client]).unwrap();
    let names = service[0].extensions().get(&oid::SUBJECT_ALTERNATIVE_NAME).unwrap();
    assert!(service[0].subject().is_empty() && names.critical);
    assert!(refusal(issue(&root, &["ada@example.com"], &[Purpose::Server])).contains("host name"));
    assert!(refusal(issue(&root, &["example.com"], &[Purpose::Email])).contains("ada@example.com"));
    assert!(refusal(issue(&root, &[], &[Purpose::CodeSigning])).contains("name or a subject"));
    assert!(refusal(issue(&root, &["example.com"], &[])).contains("purpose"));
}

#[test]
fn no_certificate_outlives_its_authority() {
    let root = root();
    let key = ed25519_key();
    let list = names(&["example.com"]);
    let leaf = NewLeaf {
        subject: None,
        names: &list,
        purposes: &[Purpose::Server],
        validity: days(10_000),
        public_key_info: &info(&key),
        crl: None,
    };
    let own = &root.certificates()[0];
    assert_eq!(root.issue(&leaf).unwrap()[0].not_after(), own.not_after());

    let ended = root_with(|new| {
        new.validity = Validity { not_before: "2020-01-01".parse().unwrap(), not_after: "2021-01-01".parse().unwrap() };
    });
    assert!(refusal(ended.issue(&leaf)).contains("valid from 2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z"));
    assert!(Validity::days(0).is_err() && Validity::days(u32::MAX).is_err());
}

#[test]
fn intermediates_are_within_the_limits_of_those_above() {
    let root = root();
    let subject = name("Issuing");
    let mut new = NewAuthority::new(Name::from_der(&subject).unwrap(), days(1000));
    new.path_length = Some(0);
    let issuing = root.intermediate(&new, KeyKind::P384.generate().unwrap()).unwrap();
    assert_eq!(issuing.certificates().len(), 2);
    assert_eq!(issuing.certificates()[0].not_after(), root.certificates()[0].not_after());
    let chain = issue(&issuing, &["example.com"], &[Purpose::Server]).unwrap();
    assert_eq!(chain.len(), 2, "the leaf and the intermediate, without the root");
    let policy = Policy::server(Subject::dns("example.com").unwrap());
    verify(&chain[0], &chain[1..], &Store::new([root.certificates()[0].clone()]), &policy).unwrap();

    let below = name("Below");
    let new = NewAuthority::new(Name::from_der(&below).unwrap(), days(10));
    let refused = refusal(issuing.intermediate(&new, KeyKind::P256.generate().unwrap()));
    assert!(refused.contains("path length"), "{refused}");
    let last = root_with(|new| new.path_length = Some(0));
    assert!(refusal(last.intermediate(&new, KeyKind::P256.generate().unwrap())).contains("path length"));
}

#[test]
fn names_outside_of_the_constraints_are_not_issued() {
    let root = root_with(|new| {
        new.constraints = Constraints {
            permitted: vec!["corp.example".parse().unwrap(), "10.0.0.0/8".parse().unwrap()],
            excluded: vec!["secret.lab.corp.example".parse().unwrap()],
        };
    });
    for inside in ["corp.example", "*.corp.example", "10.1.2.3"] {
        issue(&root, &[inside], &[Purpose::Server]).unwrap();
    }
    issue(&root, &["ada@corp.example"], &[Purpose::Email]).unwrap();
    for outside in [
        "example.com",
        "notcorp.example",
        "127.0.0.1",
        "::1",
        "a.secret.lab.corp.example",
        "*.lab.corp.example",
        "*.corp.example.com",
    ] {
        let refused = refusal(issue(&root, &["corp.example", outside], &[Purpose::Server]));
        assert!(refused.contains("name constraint"), "{outside}: {refused}");
    }
    assert!(refusal(issue(&root, &["ada@example.com"], &[Purpose::Email])).contains("name constraint"));
    // Other programs take names from the subject.
    let key = ed25519_key();
    let client = |subject: &str| {
        let subject = distinguished_name(subject).unwrap();
        root.issue(&NewLeaf {
            subject: Some(Name::from_der(&subject).unwrap()),
            names: &[],
            purposes: &[Purpose::Client],
            validity: days(1),
            public_key_info: &info(&key),
            crl: None,
        })
    };
    for inside in ["CN=Ada", "CN=a.corp.example", "CN=Dr. Ada,emailAddress=ada@corp.example"] {
        client(inside).unwrap();
    }
    for outside in ["CN=example.com", "CN=Ada,emailAddress=ada@example.com", "CN=Ada,emailAddress=nobody"] {
        assert!(refusal(client(outside)).contains("name constraint"), "{outside}");
    }
    // An authority for addresses has no hosts, and the reverse.
    let network = root_with(|new| new.constraints.permitted = vec!["fd00::/8".parse().unwrap()]);
    issue(&network, &["fd00::1"], &[Purpose::Server]).unwrap();
    assert!(issue(&network, &["example.com"], &[Purpose::Server]).is_err());
    assert!(issue(&network, &["10.0.0.1"], &[Purpose::Server]).is_err());
    let domain = root_with(|new| new.constraints.permitted = vec!["corp.example".parse().unwrap()]);
    assert!(issue(&domain, &["10.0.0.1"], &[Purpose::Server]).is_err());
}

#[test]
fn only_its_own_key_makes_an_authority() {
    let root = root();
    let chain = issue(&root, &["example.com"], &[Purpose::Server]).unwrap();
    let own = root.certificates().to_vec();
    assert!(refusal(Authority::new(own.clone(), KeyKind::P256.generate().unwrap())).contains("not the one"));
    assert!(refusal(Authority::new(Vec::new(), root.key().clone())).contains("no certificate"));
    Authority::new(own.clone(), root.key().clone()).unwrap();
    let stranger = self::root();
    let wrong = [own[0].clone(), stranger.certificates()[0].clone()];
    assert!(refusal(Authority::new(wrong.into(), root.key().clone())).contains("is not issued by"));
    let leaf_key = KeyKind::P256.generate().unwrap();
    let list = names(&["example.com"]);
    let leaf = NewLeaf {
        subject: None,
        names: &list,
        purposes: &[Purpose::Server],
        validity: days(1),
        public_key_info: &info(&leaf_key),
        crl: None,
    };
    let leaf = leaf.sign_itself(&leaf_key).unwrap();
    assert!(refusal(Authority::new(vec![leaf], leaf_key)).contains("not an authority's"));
    assert_ne!(chain[0], own[0]);
}

#[test]
fn keys_that_are_weak_or_do_not_sign_are_refused() {
    let root = root();
    let list = names(&["example.com"]);
    let keys = [
        PrivateKey::Rsa(rsa::PrivateKey::generate(1024, 65_537).unwrap()),
        PrivateKey::Ec(ec::PrivateKey::generate(Curve::Secp192r1).unwrap()),
        PrivateKey::X25519(x25519::PrivateKey::generate()),
        root.key().clone(),
    ];
    for key in keys {
        let info = key.public_key().to_spki_der().unwrap();
        let leaf = NewLeaf {
            subject: None,
            names: &list,
            purposes: &[Purpose::Server],
            validity: days(1),
            public_key_info: &info,
            crl: None,
        };
        assert!(matches!(root.issue(&leaf), Err(Error::WrongKey(_))), "{}", key.public_key().description());
    }
}

#[test]
fn a_certificate_that_signs_itself_is_good_for_its_names() {
    let key = KeyKind::P256.generate().unwrap();
    let list = names(&["localhost", "127.0.0.1"]);
    let leaf = NewLeaf {
        subject: None,
        names: &list,
        purposes: &[Purpose::Server],
        validity: days(1),
        public_key_info: &info(&key),
        crl: None,
    };
    let certificate = leaf.sign_itself(&key).unwrap();
    let store = Store::new([certificate.clone()]);
    verify(&certificate, &[], &store, &Policy::server(Subject::dns("localhost").unwrap())).unwrap();
    certificate.verify_directly_issued_by(&certificate).unwrap();
    assert!(matches!(leaf.sign_itself(&ed25519_key()), Err(Error::WrongKey(_))));
    let long = [format!("{}.example", "a".repeat(60)).parse().unwrap()];
    assert!(NewLeaf { names: &long, ..leaf }.sign_itself(&key).is_err(), "neither a subject nor an issuer");
}

fn request_with(subject: &[u8], extensions: &[NewExtension<'_>]) -> CertificateRequest {
    let key = ed25519_key();
    let signer = KeySigner::new(&key, None).unwrap();
    let contents = RequestContents {
        subject: Name::from_der(subject).unwrap(),
        public_key_info: &info(&key),
        attributes: &[],
        extensions,
    };
    contents.sign(&signer).unwrap()
}

fn terms() -> Terms<'static> {
    Terms { subject: None, names: None, purposes: &[Purpose::Server], validity: days(30), crl: None }
}

#[test]
fn takes_names_from_a_request_and_nothing_else() {
    let root = root();
    let key = KeyKind::Rsa2048.generate().unwrap();
    let list = names(&["example.com", "10.0.0.1", "ada@example.com", "https://example.com/"]);
    let new = NewRequest { subject: None, names: &list, purposes: &[Purpose::Client] };
    let request = new.sign(&key).unwrap();
    request.verify_signature().unwrap();
    let answer = root.sign_request(&request, &terms()).unwrap();
    let issued = &answer.certificates[0];
    assert_eq!(issued.subject(), request.subject());
    assert_eq!(issued.alternative_names().unwrap().len(), 4);
    let purposes = issued.extensions().get(&oid::EXTENDED_KEY_USAGE).unwrap().parse(Place::Certificate).unwrap();
    let ExtensionValue::ExtendedKeyUsage(purposes) = purposes else { panic!("another extension: {purposes:?}") };
    assert_eq!(*purposes.0, [oid::SERVER_AUTH]);
    // The key usage differs by the key exchange of RSA, which clients do not have.
    assert_eq!(answer.left_out, [oid::KEY_USAGE, oid::EXTENDED_KEY_USAGE]);

    let other = names(&["example.net"]);
    let subject = distinguished_name("O=Other").unwrap();
    let own = Terms { subject: Some(Name::from_der(&subject).unwrap()), names: Some(&other), ..terms() };
    let issued = root.sign_request(&request, &own).unwrap();
    assert_eq!(issued.certificates[0].subject().to_string(), "O=Other");
    assert_eq!(issued.certificates[0].alternative_names().unwrap()[0].to_string(), "DNS:example.net");
    assert!(issued.left_out.contains(&oid::SUBJECT_ALTERNATIVE_NAME));
}

#[test]
fn an_old_request_is_for_the_host_in_its_common_name() {
    let request = request_with(&name("example.com"), &[]);
    let answer = root().sign_request(&request, &terms()).unwrap();
    assert_eq!(answer.certificates[0].alternative_names().unwrap()[0].to_string(), "DNS:example.com");
}

#[test]
fn requests_that_reach_for_more_are_refused() {
    let root = root();
    let hosts = |host| ExtensionValue::SubjectAlternativeName(List(vec![GeneralName::DnsName(Text(host))]));
    let extension = |oid, value: &ExtensionValue<'_>| NewExtension::new(oid, true, value).unwrap();
    let of_authority = ExtensionValue::BasicConstraints(BasicConstraints { ca: true, path_length: None });
    let of_leaf = ExtensionValue::BasicConstraints(BasicConstraints { ca: false, path_length: None });
    let names = extension(oid::SUBJECT_ALTERNATIVE_NAME, &hosts("example.com"));
    let refused = |subject: &[u8], extensions: &[NewExtension<'_>]| {
        refusal(root.sign_request(&request_with(subject, extensions), &terms()))
    };
    let authority = extension(oid::BASIC_CONSTRAINTS, &of_authority);
    assert!(refused(&name("a"), &[names.clone(), authority]).contains("authority"));
    let leaf = extension(oid::BASIC_CONSTRAINTS, &of_leaf);
    root.sign_request(&request_with(&name("a"), &[names.clone(), leaf]), &terms()).unwrap();

    let directory = name("inside");
    let directory = List(vec![GeneralName::DirectoryName(Name::from_der(&directory).unwrap())]);
    let directory = extension(oid::SUBJECT_ALTERNATIVE_NAME, &ExtensionValue::SubjectAlternativeName(directory));
    assert!(refused(&name("a"), &[directory]).contains("kind"));
    let odd = extension(oid::SUBJECT_ALTERNATIVE_NAME, &hosts("exa\u{1b}mple.com"));
    let odd = refused(&name("a"), &[odd]);
    assert!(odd.contains("not a host name") && !odd.contains('\u{1b}'), "{odd}");
    assert!(refused(&name("evil\u{202e}.com"), core::slice::from_ref(&names)).contains("control characters"));
    assert!(refused(&name("other.example"), core::slice::from_ref(&names)).contains("other.example"));
    assert!(refused(&name("Root"), core::slice::from_ref(&names)).contains("authority itself"));
    assert!(refused(&name("a"), &[names.clone(), names.clone()]).contains("Duplicate"));
    assert!(refused(&name("no host"), &[]).contains("host name"));

    // Somebody else's key, with a signature of one's own.
    let key = ed25519_key();
    let der = name("a");
    let contents = RequestContents {
        subject: Name::from_der(&der).unwrap(),
        public_key_info: &info(&ed25519_key()),
        attributes: &[],
        extensions: &[names],
    };
    let stolen = contents.sign(&KeySigner::new(&key, None).unwrap()).unwrap();
    assert!(matches!(root.sign_request(&stolen, &terms()), Err(Error::InvalidSignature)));
}

#[test]
fn reads_names_as_people_write_them() {
    for (text, read) in [
        ("example.com", "DNS:example.com"),
        ("DNS:localhost", "DNS:localhost"),
        ("127.0.0.1", "IP:127.0.0.1"),
        ("ip:fe80::1", "IP:fe80::1"),
        ("ada@example.com", "email:ada@example.com"),
        ("https://example.com/a", "URI:https://example.com/a"),
        ("URI:urn:example:a", "URI:urn:example:a"),
    ] {
        assert_eq!(text.parse::<AlternativeName>().unwrap().to_string(), read);
    }
    for text in [
        "",
        "a b",
        "bücher.example",
        "256.1.1.1",
        "10.0.0.0/8",
        "a..b",
        "example.com.",
        "*.*.example",
        "a*.example",
        "ada@",
        "@example.com",
        "ip:example.com",
        "uri:no",
        "a\nb",
        "-a.example",
        "https://a b/",
    ] {
        let refused = text.parse::<AlternativeName>().unwrap_err().to_string();
        assert!(!refused.contains('\n'), "{text:?}");
    }
    assert!(refusal("bücher.example".parse::<AlternativeName>()).contains("xn--"));
    for text in ["", "10.0.0.1/8", "10.0.0.0/33", "::/129", "1.2.3", "a b", "10.0.0.0/"] {
        assert!(text.parse::<NameRange>().is_err(), "{text:?}");
    }
    assert_eq!("0.0.0.0/0".parse(), Ok(NameRange::Network { address: [0, 0, 0, 0].into(), prefix: 0 }));
}

#[test]
fn subjects_keep_to_their_limits() {
    let shown = |text: &str| Name::from_der(&distinguished_name(text).unwrap()).unwrap().to_string();
    assert_eq!(shown(r"CN=a\,b\+c,OU=x+O=y,C=DE"), r"CN=a\,b\+c,O=y+OU=x,C=DE");
    assert_eq!(shown("CN=Zoë 東京"), "CN=Zoë 東京");
    for text in
        ["CN=", "C=DEU", "C=D", "CN=a\u{1b}[31m", "CN", "XX=a", "C=Ü1", "emailAddress=ü@example.com", r"CN=a\0ab"]
    {
        let refused = distinguished_name(text).unwrap_err().to_string();
        assert!(!refused.contains('\u{1b}'), "{refused}");
    }
    assert!(distinguished_name(&format!("CN={}", "a".repeat(65))).is_err());
}

fn revoked(serial: &[u8]) -> NewlyRevoked<'_> {
    NewlyRevoked { serial, reason: Reason::Superseded }
}

#[test]
fn a_list_grows_and_counts() {
    let root = root();
    let until = days(30).not_after;
    let leaf = issue(&root, &["a.example"], &[Purpose::Server]).unwrap().remove(0);
    root.check_issued(&leaf).unwrap();
    let status = |list| {
        let revocation = Revocation { crls: vec![list], responses: Vec::new(), hard_fail: true };
        revocation.status(&leaf, &root.certificates()[0], Time::now())
    };
    let mut list = root.revocation_list(None, &[], until).unwrap();
    assert!(matches!(status(list.clone()), RevocationStatus::Good));
    list = root.revocation_list(Some(&list), &[revoked(leaf.serial())], until).unwrap();
    assert!(matches!(status(list.clone()), RevocationStatus::Revoked { reason: Some(4), .. }));
    // Numbers have as many octets as they need: 2 to 300, over the sign of an octet and its end.
    for _ in 2..300 {
        list = root.revocation_list(Some(&list), &[], until).unwrap();
    }
    let number = list.extensions().get(&oid::CRL_NUMBER).unwrap();
    assert_eq!(number.value, [2, 2, 1, 44]);
    assert_eq!(list.len(), Ok(1));
    assert!(matches!(status(list), RevocationStatus::Revoked { .. }));
}

#[test]
fn lists_that_would_mislead_are_not_issued() {
    let (root, until) = (root(), days(30).not_after);
    let one = revoked(&[5]);
    let list = root.revocation_list(None, &[one], until).unwrap();
    assert!(refusal(root.revocation_list(Some(&list), &[one], until)).contains("was revoked before"));
    assert!(refusal(root.revocation_list(None, &[one, one], until)).contains("twice"));
    assert!(refusal(root.revocation_list(None, &[], Time::now())).contains("past"));
    for serial in [&[][..], &[0], &[0x80], &[0, 1]] {
        assert!(root.revocation_list(None, &[revoked(serial)], until).is_err(), "{serial:?}");
    }
    let namesake = root_with(|_| {});
    assert_eq!(namesake.revocation_list(Some(&list), &[], until).unwrap_err(), Error::InvalidSignature);
    let other = name("Other");
    let other = NewAuthority::new(Name::from_der(&other).unwrap(), days(100));
    let other = Authority::root(&other, KeyKind::P256.generate().unwrap()).unwrap();
    assert!(refusal(other.revocation_list(Some(&list), &[], until)).contains("CN=Root"));
    let leaf = issue(&other, &["a.example"], &[Purpose::Server]).unwrap().remove(0);
    assert!(refusal(root.check_issued(&leaf)).contains("is not one that CN=Root issued"));
    // A list of another kind has a meaning that would be lost.
    let number = ExtensionValue::CrlNumber(Natural::new(&[7]).unwrap());
    let delta = ExtensionValue::DeltaCrlIndicator(Natural::new(&[3]).unwrap());
    let foreign = CrlContents {
        issuer: root.certificates()[0].subject(),
        this_update: days(1).not_before,
        next_update: None,
        entries: &[],
        extensions: &[
            NewExtension::new(oid::CRL_NUMBER, false, &number).unwrap(),
            NewExtension::new(oid::DELTA_CRL_INDICATOR, true, &delta).unwrap(),
        ],
    };
    let foreign = foreign.sign(&KeySigner::new(root.key(), None).unwrap()).unwrap();
    assert!(refusal(root.revocation_list(Some(&foreign), &[], until)).contains("deltaCRLIndicator"));
}

#[test]
fn a_certificate_is_renewed_as_it_is() {
    let (root, key, other) = (root(), KeyKind::P256.generate().unwrap(), KeyKind::Ed25519.generate().unwrap());
    let old = root
        .issue(&NewLeaf {
            subject: Some(Name::from_der(&name("Ada")).unwrap()),
            names: &names(&["a.example", "10.0.0.1", "ada@a.example", "spiffe://a/b"]),
            purposes: &[Purpose::Server, Purpose::Client],
            validity: days(2),
            public_key_info: &info(&key),
            crl: Some("http://a.example/crl"),
        })
        .unwrap()
        .remove(0);
    let new = root.renew(&old, days(30), None).unwrap().remove(0);
    assert_ne!(new.serial(), old.serial());
    assert!(new.not_after() > old.not_after());
    assert_eq!((new.subject(), new.public_key_info()), (old.subject(), old.public_key_info()));
    assert!(new.extensions().iter().eq(old.extensions().iter()));
    let moved = root.renew(&old, days(30), Some(&info(&other))).unwrap().remove(0);
    assert_eq!(moved.public_key_info(), info(&other));
    assert_eq!(moved.alternative_names(), old.alternative_names());

    let stranger = issue(&root_with(|_| {}), &["a.example"], &[Purpose::Server]).unwrap().remove(0);
    assert!(refusal(root.renew(&stranger, days(30), None)).contains("is not one that CN=Root issued"));
    let authority = root.certificates()[0].clone();
    assert!(refusal(root.renew(&authority, days(30), None)).contains("authority"));
}
