//! Paths that are built and checked: what is accepted, and the reason that is given for what is
//! not.

use std::sync::Arc;

use ironlatch::oid;
use ironlatch_core::asymmetric::ec::{self, Curve};
use ironlatch_core::keys::PrivateKey;
use ironlatch_x509::building::{CertificateContents, KeySigner, NewExtension, random_serial};
use ironlatch_x509::der::List;
use ironlatch_x509::extensions::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, ExtensionValue, KeyUsage, NameConstraints,
};
use ironlatch_x509::general_names::{GeneralName, Text};
use ironlatch_x509::names::{Attribute, StringType, encode};
use ironlatch_x509::verification::{
    Criticality, DnsName, DnsPattern, ExtensionPolicy, MAX_SIGNATURES, Policy, Refused, Rule, Source, Store, Subject,
    Validator, verify,
};
use ironlatch_x509::{Certificate, Name, ObjectIdentifier};

use crate::common::{info, name};

/// Someone with a key and a certificate.
pub(crate) struct Party {
    pub(crate) key: PrivateKey,
    pub(crate) certificate: Certificate,
}

/// A certificate to be issued, as a list of extensions.
pub(crate) struct Template<'a> {
    subject: &'a str,
    extensions: Vec<(ObjectIdentifier, bool, ExtensionValue<'a>)>,
    until: &'a str,
}

pub(crate) fn authority(subject: &str) -> Template<'_> {
    let usage = KeyUsage { key_cert_sign: true, crl_sign: true, ..KeyUsage::default() };
    Template {
        subject,
        extensions: vec![
            (oid::BASIC_CONSTRAINTS, true, basic_constraints(None)),
            (oid::KEY_USAGE, true, ExtensionValue::KeyUsage(usage)),
        ],
        until: "2036-01-01",
    }
}

fn basic_constraints(path_length: Option<u64>) -> ExtensionValue<'static> {
    ExtensionValue::BasicConstraints(BasicConstraints { ca: true, path_length })
}

pub(crate) fn server<'a>(names: &[&'a str]) -> Template<'a> {
    let names = names.iter().map(|name| GeneralName::DnsName(Text(name))).collect();
    leaf(names)
}

pub(crate) fn leaf(names: Vec<GeneralName<'_>>) -> Template<'_> {
    let identifier = AuthorityKeyIdentifier { key_identifier: Some(&[1]), issuer: None, serial: None };
    let purposes = ExtendedKeyUsage(List(vec![oid::SERVER_AUTH]));
    Template {
        subject: "leaf",
        extensions: vec![
            (oid::SUBJECT_ALTERNATIVE_NAME, false, ExtensionValue::SubjectAlternativeName(List(names))),
            (oid::AUTHORITY_KEY_IDENTIFIER, false, ExtensionValue::AuthorityKeyIdentifier(identifier)),
            (oid::EXTENDED_KEY_USAGE, false, ExtensionValue::ExtendedKeyUsage(purposes)),
        ],
        until: "2030-01-01",
    }
}

impl<'a> Template<'a> {
    /// The same with another value for an extension, or one more extension.
    pub(crate) fn with(mut self, oid: ObjectIdentifier, critical: bool, value: ExtensionValue<'a>) -> Self {
        self.extensions.retain(|(known, ..)| *known != oid);
        self.extensions.push((oid, critical, value));
        self
    }

    fn without(mut self, oid: &ObjectIdentifier) -> Self {
        self.extensions.retain(|(known, ..)| known != oid);
        self
    }

    pub(crate) fn issue(self, issuer: Option<&Party>) -> Party {
        let key = PrivateKey::Ec(ec::PrivateKey::generate(Curve::Secp256r1).unwrap());
        self.issue_for(key, issuer)
    }

    pub(crate) fn issue_for(self, key: PrivateKey, issuer: Option<&Party>) -> Party {
        let own = name(self.subject);
        let extensions: Vec<NewExtension<'_>> = self
            .extensions
            .iter()
            .map(|(oid, critical, value)| NewExtension::new(oid.clone(), *critical, value).unwrap())
            .collect();
        let contents = CertificateContents {
            serial: &random_serial(),
            issuer: issuer.map_or(Name::from_der(&own).unwrap(), |issuer| issuer.certificate.subject()),
            not_before: "2026-01-01".parse().unwrap(),
            not_after: self.until.parse().unwrap(),
            subject: Name::from_der(&own).unwrap(),
            public_key_info: &info(&key),
            extensions: &extensions,
        };
        let certificate = contents.sign(&KeySigner::new(issuer.map_or(&key, |issuer| &issuer.key), None).unwrap());
        Party { certificate: certificate.unwrap(), key }
    }
}

pub(crate) fn policy(subject: &str) -> Policy {
    Policy { time: "2027-01-01".parse().unwrap(), ..Policy::server(Subject::dns(subject).unwrap()) }
}

pub(crate) fn store(anchors: &[&Party]) -> Store {
    Store::new(anchors.iter().map(|anchor| anchor.certificate.clone()))
}

fn rule(refused: &Refused) -> &Rule {
    &refused.paths().last().unwrap().rule
}

/// The rule that keeps `leaf` from being the server's under `root`, over `intermediates`.
fn broken(leaf: &Party, intermediates: &[&Party], root: &Party, policy: &Policy) -> Rule {
    let intermediates: Vec<_> = intermediates.iter().map(|party| party.certificate.clone()).collect();
    let refused = verify(&leaf.certificate, &intermediates, &store(&[root]), policy).unwrap_err();
    rule(&refused).clone()
}

#[test]
fn a_path_is_found_and_says_where_each_certificate_came_from() {
    let root = authority("root").issue(None);
    let stranger = authority("stranger").issue(None);
    let intermediate = authority("intermediate").issue(Some(&root));
    let leaf = server(&["example.com", "*.example.org"]).issue(Some(&intermediate));
    let others = [stranger.certificate.clone(), intermediate.certificate.clone()];
    let chain = verify(&leaf.certificate, &others, &store(&[&stranger, &root]), &policy("a.example.org")).unwrap();
    assert_eq!(chain.sources, [Source::Leaf, Source::Intermediate(1), Source::Anchor(1)]);
    assert_eq!(chain.certificates, [leaf.certificate, intermediate.certificate, root.certificate]);
}

#[test]
fn a_refusal_names_each_path_and_its_rule() {
    let root = authority("root").issue(None);
    let forged = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&forged));
    let refused = verify(&leaf.certificate, &[], &store(&[&root]), &policy("example.com")).unwrap_err();
    assert_eq!(refused.paths().len(), 1);
    assert_eq!(refused.paths()[0].certificates, [leaf.certificate.clone(), root.certificate.clone()]);
    assert_eq!(refused.to_string(), "candidates exhausted: signature does not match");

    let lost = verify(&leaf.certificate, &[], &store(&[&authority("other").issue(None)]), &policy("example.com"));
    let lost = lost.unwrap_err();
    assert_eq!(rule(&lost), &Rule::NoIssuer { issuer: "CN=root".into() });

    let wrong = verify(&leaf.certificate, &[], &store(&[&forged]), &policy("example.net")).unwrap_err();
    assert_eq!(wrong.to_string(), "leaf certificate has no matching subjectAltName");
    assert_eq!(wrong.certificate(), Some(&leaf.certificate));
}

#[test]
fn times_and_purposes_and_names_are_held_to() {
    let root = authority("root").issue(None);
    let leaf = server(&["example.com"]).issue(Some(&root));
    let late = Policy { time: "2031-01-01".parse().unwrap(), ..policy("example.com") };
    assert!(matches!(broken(&leaf, &[], &root, &late), Rule::OutsideValidity { .. }));
    let client = Policy { time: "2027-01-01".parse().unwrap(), ..Policy::client() };
    assert_eq!(broken(&leaf, &[], &root, &client), Rule::WrongPurpose);
    let any = Policy { purpose: None, ..policy("example.com") };
    verify(&leaf.certificate, &[], &store(&[&root]), &any).unwrap();

    let nameless = server(&[]).without(&oid::SUBJECT_ALTERNATIVE_NAME).issue(Some(&root));
    assert_eq!(broken(&nameless, &[], &root, &policy("example.com")), Rule::NoNames);
    let signing = ExtendedKeyUsage(List(vec![oid::CODE_SIGNING]));
    let signing = ExtensionValue::ExtendedKeyUsage(signing);
    let code = server(&[]).without(&oid::SUBJECT_ALTERNATIVE_NAME).with(oid::EXTENDED_KEY_USAGE, false, signing);
    let code = code.issue(Some(&root));
    let purpose = |purpose| Policy { time: "2027-01-01".parse().unwrap(), ..Policy::purpose(purpose) };
    let signs = purpose(Some(oid::CODE_SIGNING));
    verify(&code.certificate, &[], &store(&[&root]), &signs).unwrap();
    verify(&code.certificate, &[], &store(&[&root]), &purpose(None)).unwrap();
    assert_eq!(broken(&code, &[], &root, &purpose(Some(oid::EMAIL_PROTECTION))), Rule::WrongPurpose);
    assert_eq!(broken(&leaf, &[], &root, &signs), Rule::WrongPurpose);
    // Without a purpose it is good for servers and clients, and for others to a lenient policy.
    let plain = server(&["example.com"]).without(&oid::EXTENDED_KEY_USAGE);
    let unable = KeyUsage { key_encipherment: true, ..KeyUsage::default() };
    let plain = plain.with(oid::KEY_USAGE, true, ExtensionValue::KeyUsage(unable)).issue(Some(&root));
    let missing = Rule::MissingExtension { oid: oid::EXTENDED_KEY_USAGE };
    verify(&plain.certificate, &[], &store(&[&root]), &policy("example.com")).unwrap();
    assert_eq!(broken(&plain, &[], &root, &purpose(Some(oid::EMAIL_PROTECTION))), missing);
    assert_eq!(broken(&plain, &[], &root, &signs), Rule::LeafDoesNotSign);
    verify(&plain.certificate, &[], &store(&[&root]), &signs.clone().lenient()).unwrap();
}

#[test]
fn a_certificate_for_timestamps_is_for_nothing_else() {
    let root = authority("root").issue(None);
    let verdict = |purposes: Vec<ObjectIdentifier>, critical, lenient: bool| {
        let purposes = ExtensionValue::ExtendedKeyUsage(ExtendedKeyUsage(List(purposes)));
        let leaf = server(&[]).with(oid::EXTENDED_KEY_USAGE, critical, purposes).issue(Some(&root));
        let policy = Policy { time: "2027-01-01".parse().unwrap(), ..Policy::purpose(Some(oid::TIME_STAMPING)) };
        let policy = if lenient { policy.lenient() } else { policy };
        verify(&leaf.certificate, &[], &store(&[&root]), &policy).err().map(|refused| rule(&refused).clone())
    };
    let alone = || vec![oid::TIME_STAMPING];
    assert_eq!(verdict(alone(), true, false), None);
    assert_eq!(verdict(alone(), false, true), None);
    let wrong = Rule::WrongCriticality { oid: oid::EXTENDED_KEY_USAGE };
    assert_eq!(verdict(alone(), false, false), Some(wrong));
    for lenient in [false, true] {
        let more = vec![oid::TIME_STAMPING, oid::CODE_SIGNING];
        assert_eq!(verdict(more, true, lenient), Some(Rule::OtherPurposes));
        assert_eq!(verdict(vec![oid::ANY_EXTENDED_KEY_USAGE], true, lenient), Some(Rule::WrongPurpose));
    }
}

#[test]
fn addresses_are_names_of_their_own() {
    let root = authority("root").issue(None);
    let leaf = leaf(vec![GeneralName::IpAddress(&[192, 0, 2, 1]), GeneralName::DnsName(Text("192.0.2.2"))]);
    let leaf = leaf.issue(Some(&root));
    let at = |octets: &[u8]| Policy { subject: Some(Subject::ip(octets).unwrap()), ..policy("example.com") };
    verify(&leaf.certificate, &[], &store(&[&root]), &at(&[192, 0, 2, 1])).unwrap();
    assert_eq!(broken(&leaf, &[], &root, &at(&[192, 0, 2, 2])), Rule::NameMismatch);
    assert!(Subject::ip(&[1, 2, 3]).is_err());
}

#[test]
fn authorities_are_held_to_their_extensions() {
    let root = authority("root").with(oid::BASIC_CONSTRAINTS, true, basic_constraints(Some(0))).issue(None);
    let intermediate = authority("intermediate").issue(Some(&root));
    let leaf = server(&["example.com"]).issue(Some(&intermediate));
    let policy = policy("example.com");
    assert_eq!(broken(&leaf, &[&intermediate], &root, &policy), Rule::PathTooLongForIssuer);

    let lax = authority("root").with(oid::BASIC_CONSTRAINTS, false, basic_constraints(None)).issue(None);
    let leaf = server(&["example.com"]).issue(Some(&lax));
    assert_eq!(broken(&leaf, &[], &lax, &policy), Rule::WrongCriticality { oid: oid::BASIC_CONSTRAINTS });
    let silent = authority("root").without(&oid::KEY_USAGE).issue(None);
    let leaf = server(&["example.com"]).issue(Some(&silent));
    assert_eq!(broken(&leaf, &[], &silent, &policy), Rule::MissingExtension { oid: oid::KEY_USAGE });
    let unable = authority("root").with(oid::KEY_USAGE, true, ExtensionValue::KeyUsage(KeyUsage::default()));
    let unable = unable.issue(None);
    let leaf = server(&["example.com"]).issue(Some(&unable));
    assert_eq!(broken(&leaf, &[], &unable, &policy), Rule::AuthorityDoesNotSign);
    let no_authority = authority("root").without(&oid::BASIC_CONSTRAINTS).issue(None);
    let leaf = server(&["example.com"]).issue(Some(&no_authority));
    assert_eq!(broken(&leaf, &[], &no_authority, &policy), Rule::MissingExtension { oid: oid::BASIC_CONSTRAINTS });
}

#[test]
fn a_critical_extension_that_is_not_known_is_refused_unless_the_caller_knows_it() {
    let root = authority("root").issue(None);
    let leaf = server(&["example.com"]).with(oid::OCSP_NO_CHECK, true, ExtensionValue::OcspNoCheck);
    let leaf = leaf.issue(Some(&root));
    let oid = oid::OCSP_NO_CHECK;
    let unknown = Rule::UnknownCriticalExtension { oid: oid.clone() };
    assert_eq!(broken(&leaf, &[], &root, &policy("example.com")), unknown);

    let check: ironlatch_x509::verification::Check = Arc::new(|context, extension| {
        assert!(context.policy.subject.is_some());
        if extension.is_some() { Ok(()) } else { Err(Rule::Custom("it is not there".into())) }
    });
    let own = ExtensionPolicy::for_leaves().with(oid.clone(), Validator::Optional(Criticality::Critical, Some(check)));
    let own = Policy { leaf: own.unwrap(), ..policy("example.com") };
    verify(&leaf.certificate, &[], &store(&[&root]), &own).unwrap();
    let plain = server(&["example.com"]).issue(Some(&root));
    assert_eq!(broken(&plain, &[], &root, &own), Rule::Custom("it is not there".into()));
    assert_eq!(own.leaf.clone().with(oid.clone(), Validator::Absent).unwrap_err(), oid);
    let lax = Policy { authorities: ExtensionPolicy::permit_all(), ..policy("example.com") };
    assert!(lax.check().is_err() && policy("example.com").check().is_ok());
    let nameless = Policy { leaf: ExtensionPolicy::permit_all(), ..policy("example.com") };
    assert!(nameless.check().is_err());
}

fn constrained(permitted: &[GeneralName<'static>], excluded: &[GeneralName<'static>]) -> Party {
    let list = |names: &[GeneralName<'static>]| {
        (!names.is_empty()).then(|| List(names.iter().cloned().map(Into::into).collect()))
    };
    let constraints = NameConstraints { permitted: list(permitted), excluded: list(excluded) };
    authority("root").with(oid::NAME_CONSTRAINTS, true, ExtensionValue::NameConstraints(constraints)).issue(None)
}

#[test]
fn constraints_bind_names_wildcards_and_addresses() {
    let dns = |name| GeneralName::DnsName(Text(name));
    let permitted = constrained(&[dns("example.com"), GeneralName::IpAddress(&[10, 0, 0, 0, 255, 0, 0, 0])], &[]);
    let excluded = constrained(&[], &[dns("bad.example.com")]);
    let verdict = |root: &Party, names: Vec<GeneralName<'static>>| {
        let leaf = leaf(names).issue(Some(root));
        let policy = Policy { subject: None, ..policy("example.com") };
        verify(&leaf.certificate, &[], &store(&[root]), &policy).map_err(|refused| rule(&refused).clone()).err()
    };
    assert_eq!(verdict(&permitted, vec![dns("example.com"), dns("a.b.EXAMPLE.com"), dns("*.example.com")]), None);
    for name in ["example.org", "badexample.com", "com", "*.com"] {
        let not_permitted = Rule::NameNotPermitted { name: format!("DNS:{name}") };
        assert_eq!(verdict(&permitted, vec![dns(name)]), Some(not_permitted));
    }
    assert_eq!(verdict(&permitted, vec![GeneralName::IpAddress(&[10, 1, 2, 3])]), None);
    let outside = verdict(&permitted, vec![GeneralName::IpAddress(&[11, 1, 2, 3])]);
    assert_eq!(outside, Some(Rule::NameNotPermitted { name: "IP:11.1.2.3".into() }));
    // Names of other kinds are not bound.
    assert_eq!(verdict(&permitted, vec![GeneralName::Rfc822Name(Text("a@example.org"))]), None);

    assert_eq!(verdict(&excluded, vec![dns("good.example.com")]), None);
    // A wildcard stands for the excluded name too.
    for name in ["bad.example.com", "x.bad.example.com", "*.example.com", "*.bad.example.com"] {
        let excluded_name = Rule::NameExcluded { name: format!("DNS:{name}") };
        assert_eq!(verdict(&excluded, vec![dns(name)]), Some(excluded_name));
    }
    assert_eq!(verdict(&excluded, vec![dns("*.*.com")]), Some(Rule::UnreadableName { name: "DNS:*.*.com".into() }));

    let mail =
        constrained(&[GeneralName::Rfc822Name(Text(".example.com")), GeneralName::Rfc822Name(Text("me@a.b"))], &[]);
    let at = |address| vec![GeneralName::Rfc822Name(Text(address))];
    assert_eq!(verdict(&mail, at("you@mail.example.com")), None);
    assert_eq!(verdict(&mail, at("me@A.B")), None);
    for address in ["you@example.com", "you@a.b", "ME@a.b"] {
        let not_permitted = Rule::NameNotPermitted { name: format!("email:{address}") };
        assert_eq!(verdict(&mail, at(address)), Some(not_permitted));
    }
}

#[test]
fn constraints_on_uris_bind_their_hosts_where_they_are_asked_for() {
    let uri = |text| GeneralName::Uri(Text(text));
    let root = constrained(&[uri("corp.example"), uri(".corp.example")], &[uri("bad.corp.example")]);
    let asked = Policy { uris: true, subject: None, ..policy("example.com") };
    let verdict = |text, policy: &Policy| {
        let leaf = leaf(vec![uri(text)]).issue(Some(&root));
        verify(&leaf.certificate, &[], &store(&[&root]), policy).err().map(|refused| rule(&refused).clone())
    };
    for inside in ["https://corp.example/", "spiffe://A.corp.EXAMPLE", "https://me:x@corp.example:8443/?a#b"] {
        assert_eq!(verdict(inside, &asked), None, "{inside}");
        assert_eq!(verdict(inside, &Policy { uris: false, ..asked.clone() }), Some(Rule::UnsupportedConstraint));
    }
    for outside in ["https://example.com/", "https://corp.example@evil.example/", "https://evil.example/corp.example"] {
        assert_eq!(verdict(outside, &asked), Some(Rule::NameNotPermitted { name: format!("URI:{outside}") }));
    }
    let excluded = "https://bad.corp.example/";
    assert_eq!(verdict(excluded, &asked), Some(Rule::NameExcluded { name: format!("URI:{excluded}") }));
    for odd in ["urn:a:b", "https://10.0.0.1/", "https://[::1]/", "https:///path", "https://corp.example:x/"] {
        assert_eq!(verdict(odd, &asked), Some(Rule::UnreadableName { name: format!("URI:{odd}") }));
    }
}

#[test]
fn constraints_on_distinguished_names_are_applied_where_they_are_asked_for() {
    let base: &'static [u8] = Box::leak(name("leaf").into_boxed_slice());
    let other: &'static [u8] = Box::leak(name("other").into_boxed_slice());
    let directory = |der| GeneralName::DirectoryName(Name::from_der(der).unwrap());
    let (root, strict) = (constrained(&[directory(base)], &[]), constrained(&[directory(other)], &[]));
    let asked = Policy { directory_names: true, ..policy("example.com") };
    let leaf = server(&["example.com"]).issue(Some(&root));
    assert_eq!(broken(&leaf, &[], &root, &policy("example.com")), Rule::DirectoryNameConstraint);
    verify(&leaf.certificate, &[], &store(&[&root]), &asked).unwrap();
    let leaf = server(&["example.com"]).issue(Some(&strict));
    let not_permitted = Rule::NameNotPermitted { name: "directory:CN=leaf".into() };
    assert_eq!(broken(&leaf, &[], &strict, &asked), not_permitted);
}

#[test]
fn distinguished_names_are_compared_as_people_read_them() {
    let part = |kind, text| vec![Attribute::new(oid::COMMON_NAME, kind, text).unwrap()];
    let mailbox = || vec![Attribute::new(oid::EMAIL_ADDRESS, StringType::Ia5, "me@bad.example").unwrap()];
    let base: &'static [u8] = encode(&[part(StringType::Printable, "LEAF  ")]).unwrap().leak();
    let long: &'static [u8] = encode(&[part(StringType::Utf8, "a".repeat(5000).leak())]).unwrap().leak();
    let more: &'static [u8] = encode(&[part(StringType::Utf8, "leaf"), mailbox()]).unwrap().leak();
    let directory = |der| GeneralName::DirectoryName(Name::from_der(der).unwrap());
    let asked = Policy { directory_names: true, ..policy("example.com") };
    let named = |root: &Party, names| {
        let leaf = leaf(names).issue(Some(root));
        let asked = Policy { subject: None, ..asked.clone() };
        verify(&leaf.certificate, &[], &store(&[root]), &asked).err().map(|refused| rule(&refused).clone())
    };
    // The subject, CN=leaf, is the excluded name in another string type and case.
    let excluded = constrained(&[], &[directory(base)]);
    let refused = |name: &str| Some(Rule::NameExcluded { name: format!("directory:{name}") });
    assert_eq!(named(&excluded, vec![]), refused("CN=leaf"));
    let permitted = constrained(&[directory(base)], &[]);
    assert_eq!(named(&permitted, vec![directory(more)]), None);
    // What is too long to be compared is not let through.
    assert!(matches!(named(&permitted, vec![directory(long)]), Some(Rule::UnreadableName { .. })));
    assert!(matches!(named(&excluded, vec![directory(long)]), Some(Rule::UnreadableName { .. })));
}

#[test]
fn hosts_may_have_underscores_where_that_is_asked_for() {
    let root = authority("root").issue(None);
    let leaf = server(&["db_1.example.com", "*.a_b.example.com"]).issue(Some(&root));
    for name in ["db_1.example.com", "x.a_b.example.com"] {
        assert!(Subject::dns(name).is_err());
        let policy = Policy { subject: Some(Subject::host(name).unwrap()), ..policy("example.com") };
        verify(&leaf.certificate, &[], &store(&[&root]), &policy).unwrap();
    }
    let constrained = constrained(&[GeneralName::DnsName(Text("example.com"))], &[]);
    let leaf = server(&["db_1.example.com"]).issue(Some(&constrained));
    let asked = Policy { subject: Some(Subject::host("db_1.example.com").unwrap()), ..policy("example.com") };
    let unreadable = Rule::UnreadableName { name: "DNS:db_1.example.com".into() };
    assert_eq!(broken(&leaf, &[], &constrained, &asked), unreadable);
    let asked = Policy { underscores: true, ..asked };
    verify(&leaf.certificate, &[], &store(&[&constrained]), &asked).unwrap();
    assert!(Subject::host("bücher.example").unwrap_err().to_string().contains("xn--"));
}

#[test]
fn a_certificate_of_its_own_is_trusted_where_that_is_asked_for() {
    let own = server(&["example.com"]).without(&oid::AUTHORITY_KEY_IDENTIFIER).issue(None);
    let missing = Rule::MissingExtension { oid: oid::AUTHORITY_KEY_IDENTIFIER };
    assert_eq!(broken(&own, &[], &own, &policy("example.com")), missing);
    let asked = Policy { trusted_leaf: true, ..policy("example.com") };
    let chain = verify(&own.certificate, &[], &store(&[&own]), &asked).unwrap();
    assert_eq!(chain.certificates, core::slice::from_ref(&own.certificate));
    let other = Policy { trusted_leaf: true, ..policy("example.net") };
    assert_eq!(broken(&own, &[], &own, &other), Rule::NameMismatch);
}

#[test]
fn hostile_chains_cost_a_bounded_number_of_signatures() {
    let root = authority("root").issue(None);
    // Authorities of one name that certify one another: paths without end, were they followed.
    let loops: Vec<Party> = (0..12).map(|_| authority("loop").issue(None)).collect();
    let crossed: Vec<Certificate> = loops
        .iter()
        .flat_map(|issuer| {
            loops.iter().map(|subject| authority("loop").issue_for(subject.key.clone(), Some(issuer)).certificate)
        })
        .collect();
    let leaf = server(&["example.com"]).issue(Some(&loops[0]));
    let refused = verify(&leaf.certificate, &crossed, &store(&[&root]), &policy("example.com")).unwrap_err();
    assert_eq!(rule(&refused), &Rule::TooManySignatures);
    assert!(refused.to_string().starts_with("fatal error: "));
    assert!(refused.paths().len() <= MAX_SIGNATURES + 1);

    let mut last = authority("root").issue(None);
    let anchor = store(&[&last]);
    let mut intermediates = Vec::new();
    for index in 0..10 {
        last = authority(["a", "b"][index % 2]).issue(Some(&last));
        intermediates.push(last.certificate.clone());
    }
    let deep = server(&["example.com"]).issue(Some(&last));
    let refused = verify(&deep.certificate, &intermediates, &anchor, &policy("example.com")).unwrap_err();
    assert!(refused.paths().iter().any(|path| path.rule == Rule::TooDeep));
    let deeper = Policy { max_chain_depth: 12, ..policy("example.com") };
    assert_eq!(verify(&deep.certificate, &intermediates, &anchor, &deeper).unwrap().certificates.len(), 12);
}

#[test]
fn host_names_and_patterns_are_told_from_others() {
    for name in ["", ".", "a.", ".a", "a..b", "-a.com", "a-.com", "a_b.com", "ä.com", "a b", "*.com"] {
        assert!(DnsName::new(name).is_none(), "{name}");
    }
    assert!(DnsName::new(&["a"; 126].join(".")).is_some());
    assert!(DnsName::new(&["a"; 128].join(".")).is_none());
    assert!(DnsName::new(&"a".repeat(64)).is_none());
    let matches = |pattern, name| DnsPattern::new(pattern).unwrap().matches(&DnsName::new(name).unwrap());
    assert!(matches("*.example.com", "A.example.com") && matches("EXAMPLE.com", "example.COM"));
    assert!(!matches("*.example.com", "example.com") && !matches("*.example.com", "a.b.example.com"));
    for pattern in ["*", "f*.example.com", "a.*.com", "**.com", "*."] {
        assert!(DnsPattern::new(pattern).is_none(), "{pattern}");
    }
}

#[test]
fn private_authorities_are_good_for_a_lenient_policy() {
    let key = PrivateKey::Ed25519(ironlatch_core::asymmetric::ed25519::PrivateKey::generate());
    let root = authority("root")
        .with(oid::BASIC_CONSTRAINTS, false, basic_constraints(None))
        .without(&oid::KEY_USAGE)
        .issue_for(key, None);
    let policies = ExtensionValue::CertificatePolicies(List(Vec::new()));
    let leaf = server(&["example.com"])
        .without(&oid::AUTHORITY_KEY_IDENTIFIER)
        .with(oid::CERTIFICATE_POLICIES, true, policies)
        .issue(Some(&root));
    let strict = policy("example.com");
    assert!(matches!(broken(&leaf, &[], &root, &strict), Rule::UnknownCriticalExtension { .. }));
    let lenient = strict.clone().lenient();
    lenient.check().unwrap();
    verify(&leaf.certificate, &[], &store(&[&root]), &lenient).unwrap();
    // It still asks for the name, the purpose and the signature.
    assert_eq!(broken(&leaf, &[], &root, &policy("example.net").lenient()), Rule::NameMismatch);
    let client = Policy { time: strict.time, ..Policy::client() }.lenient();
    assert_eq!(broken(&leaf, &[], &root, &client), Rule::WrongPurpose);
    let forged = authority("root").issue(None);
    assert_eq!(broken(&leaf, &[], &forged, &lenient), Rule::BadSignature);
    // A certificate that is trusted as it is does not thereby become an authority.
    let pinned = server(&["example.com"]).issue(None);
    let below = server(&["example.com"]).issue(Some(&pinned));
    let none = Rule::MissingExtension { oid: oid::BASIC_CONSTRAINTS };
    assert_eq!(broken(&below, &[], &pinned, &lenient), none);
    // An appliance's own certificate, which says that it is an authority.
    let own = server(&["example.com"]).with(oid::BASIC_CONSTRAINTS, true, basic_constraints(None)).issue(None);
    verify(&own.certificate, &[], &store(&[&own]), &lenient).unwrap();
    assert_eq!(broken(&own, &[], &own, &policy("example.com")), Rule::LeafIsAuthority);
}

#[test]
fn a_mailbox_is_a_name_of_its_own() {
    let root = authority("root").issue(None);
    let mail = |address| GeneralName::Rfc822Name(Text(address));
    let leaf = leaf(vec![mail("Alice@example.com"), GeneralName::DnsName(Text("example.org"))]).issue(Some(&root));
    let at = |address: &str| Policy { subject: Some(Subject::mailbox(address).unwrap()), ..policy("example.com") };
    verify(&leaf.certificate, &[], &store(&[&root]), &at("Alice@EXAMPLE.com")).unwrap();
    for other in ["alice@example.com", "Alice@example.org", "Älice@example.com"] {
        assert_eq!(broken(&leaf, &[], &root, &at(other)), Rule::NameMismatch);
    }
    for text in ["", "@", "a@", "@a", "a@b@c", "a b@c", "a@b c", ".a@b", "a\u{200b}ä@b", "a@ä.example"] {
        assert!(Subject::mailbox(text).is_err(), "{text:?}");
    }
}
