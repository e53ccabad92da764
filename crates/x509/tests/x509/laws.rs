//! Laws that hold for every name, time and certificate: what was written is read as the same, and
//! what was changed does not verify.

use core::net::IpAddr;

use ironlatch::oid::{self, ObjectIdentifier};
use ironlatch_core::asymmetric::ed25519;
use ironlatch_core::keys::PrivateKey;
use ironlatch_x509::building::{
    CertificateContents, CrlContents, KeySigner, NewExtension, RequestContents, RevokedContents, positive_integer,
};
use ironlatch_x509::der::{List, Raw};
use ironlatch_x509::extensions::{BasicConstraints, ExtensionValue, KeyUsage, Place};
use ironlatch_x509::general_names::{self, GeneralName, OtherName, Text};
use ironlatch_x509::issuing::{AlternativeName, distinguished_name};
use ironlatch_x509::names::{Attribute, StringType, encode};
use ironlatch_x509::{Certificate, CertificateList, CertificateRequest, Name, Time, rfc4514};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::common::info;

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

fn identifier() -> impl Strategy<Value = ObjectIdentifier> {
    prop_oneof![
        select(vec![
            oid::COMMON_NAME,
            oid::COUNTRY_NAME,
            oid::ORGANIZATION_NAME,
            oid::EMAIL_ADDRESS,
            oid::DN_QUALIFIER
        ]),
        vec(any::<u32>(), 1..4).prop_map(|arcs| {
            let arcs: Vec<_> = arcs.iter().map(u32::to_string).collect();
            format!("2.{}", arcs.join(".")).parse().unwrap()
        }),
    ]
}

/// Text with what RFC 4514 escapes, and with characters of every length and of no width.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ #,+=;<>\"\\\\\0a-c\u{e9}\u{202e}\r\n]{0,8}"]
}

/// The parts of a name: attributes with their values.
fn parts() -> impl Strategy<Value = Vec<Part>> {
    use StringType::{Bmp, T61, Universal, Utf8, Visible};
    let attribute = (identifier(), select(vec![Utf8, Bmp, Universal, Visible, T61]), text());
    vec(vec(attribute, 1..3), 0..4)
}

type Part = Vec<(ObjectIdentifier, StringType, String)>;

fn encoded(parts: &[Part]) -> Vec<u8> {
    fn attributes(part: &Part) -> Vec<Attribute<'_>> {
        part.iter().map(|(oid, kind, text)| Attribute::new(oid.clone(), *kind, text).unwrap()).collect()
    }
    encode(&parts.iter().map(attributes).collect::<Vec<_>>()).unwrap()
}

/// `bytes` with one byte changed.
fn changed(bytes: &[u8], place: Index, byte: u8) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[place.index(bytes.len())] ^= byte.max(1);
    changed
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn names_are_read_from_der_and_from_text(parts in parts(), place: Index, byte: u8) {
        let der = encoded(&parts);
        let name = Name::from_der(&der)?;
        prop_assert_eq!(name.as_der(), &der[..]);
        let read: Vec<Vec<(ObjectIdentifier, String)>> = name
            .parts()
            .map(|part| part.attributes().map(|found| (found.oid.clone(), found.text().unwrap().into_owned())).collect())
            .collect();
        // DER sorts the attributes of a part.
        let sorted = |parts: &[Vec<(ObjectIdentifier, String)>]| -> Vec<Vec<(String, String)>> {
            let text = |(oid, value): &(ObjectIdentifier, String)| (oid.to_string(), value.clone());
            let mut parts: Vec<Vec<_>> = parts.iter().map(|part| part.iter().map(text).collect()).collect();
            parts.iter_mut().for_each(|part: &mut Vec<_>| part.sort());
            parts
        };
        let meant: Vec<Vec<_>> =
            parts.iter().map(|part| part.iter().map(|(oid, _, text)| (oid.clone(), text.clone())).collect()).collect();
        prop_assert_eq!(sorted(&read), sorted(&meant));
        prop_assert_eq!(rfc4514::parse(&name.to_string(), |_| None)?, read);

        let changed = changed(&der, place, byte);
        if let Ok(name) = Name::from_der(&changed) {
            prop_assert_eq!(name.as_der(), &changed[..]);
            let _ = name.to_string();
        }
    }

    #[test]
    fn values_are_escaped_as_they_are_read(value in text(), other in text()) {
        let text = format!("CN={}+OU={},C=DE", rfc4514::escape(&value), rfc4514::escape(&other));
        let first = vec![(oid::COMMON_NAME, value), (oid::ORGANIZATIONAL_UNIT_NAME, other)];
        prop_assert_eq!(rfc4514::parse(&text, |_| None)?, [vec![(oid::COUNTRY_NAME, "DE".to_owned())], first]);
    }

    #[test]
    fn names_that_are_read_from_text_are_written_so(text in "(CN|O|2\\.5\\.4\\.10|emailAddress)=[a-z#\\\\,+ =\u{e9}2]{1,9}(,C=DE)?") {
        if let Ok(der) = distinguished_name(&text) {
            let shown = Name::from_der(&der)?.to_string();
            prop_assert_eq!(distinguished_name(&shown)?, der);
        }
    }

    #[test]
    fn general_names_are_read_as_they_were_written(
        texts in vec(any::<String>(), 3), octets in vec(any::<u8>(), 0..20), id in identifier(), parts in parts(),
        place: Index, byte: u8,
    ) {
        let directory = encoded(&parts);
        let other = asn1::write_single(&&octets[..]).unwrap();
        let names = vec![
            GeneralName::OtherName(OtherName { type_id: id.clone(), value: Raw::new(&other)? }),
            GeneralName::Rfc822Name(Text(&texts[0])),
            GeneralName::DnsName(Text(&texts[1])),
            GeneralName::DirectoryName(Name::from_der(&directory)?),
            GeneralName::Uri(Text(&texts[2])),
            GeneralName::IpAddress(&octets),
            GeneralName::RegisteredId(id),
        ];
        for name in &names {
            let der = asn1::write_single(name).unwrap();
            prop_assert_eq!(&asn1::parse_single::<GeneralName<'_>>(&der).unwrap(), name);
        }
        let der = ExtensionValue::SubjectAlternativeName(List(names.clone())).to_der()?;
        let each = general_names::each(&der)?.into_iter().collect::<Result<Vec<_>, _>>()?;
        prop_assert_eq!(each, names);
        for name in general_names::each(&changed(&der, place, byte)).into_iter().flatten().flatten() {
            let _ = name.to_string();
        }
    }

    #[test]
    fn alternative_names_are_read_as_they_are_shown(
        host in "(\\*\\.)?[a-z]([a-z0-9-]{0,5}[a-z0-9])?(\\.[a-z]{2,5}){0,2}", local in "[!-?A-~]{1,8}",
        rest in "[!-~]{1,12}", four: [u8; 4], sixteen: [u8; 16], four_bytes: bool, text in "[ -~]{0,12}",
    ) {
        let address = if four_bytes { IpAddr::from(four) } else { IpAddr::from(sixteen) };
        let plain = host.trim_start_matches("*.");
        let names = [
            AlternativeName::Dns(host.clone()),
            AlternativeName::Email(format!("{local}@{plain}")),
            AlternativeName::Uri(format!("spiffe:{rest}")),
            AlternativeName::Ip(address),
        ];
        for name in names {
            prop_assert_eq!(&name.to_string().parse::<AlternativeName>()?, &name);
        }
        if let Ok(name) = text.parse::<AlternativeName>() {
            prop_assert_eq!(&name.to_string().parse::<AlternativeName>()?, &name);
        }
    }

    #[test]
    fn times_are_seconds_and_text(seconds in -62_167_219_200..253_402_300_800_i64, other: i64) {
        let time = Time::from_unix(seconds)?;
        prop_assert_eq!(time.to_unix(), seconds);
        prop_assert_eq!(time.to_string().parse::<Time>()?, time);
        prop_assert!(Time::from_unix(seconds - 1).map_or(seconds == -62_167_219_200, |before| before < time));
        if let Ok(time) = Time::from_unix(other) {
            prop_assert_eq!(time.to_unix(), other);
        }
    }
}

fn key(seed: [u8; 32]) -> PrivateKey {
    ed25519::PrivateKey::from_array(&seed).into()
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn certificates_say_what_was_signed_and_notice_changes(
        seed: [u8; 32], serial in vec(any::<u8>(), 1..20), parts in parts(), from in 0..253_402_300_799_i64, bits: [bool; 9],
        path_length: Option<u8>, ca: bool, hosts in vec("[a-z]{1,9}", 1..4), place: Index, byte: u8,
    ) {
        let (key, subject) = (key(seed), encoded(&parts));
        let serial = positive_integer(&[&[1], &serial[..]].concat());
        let constraints = BasicConstraints { ca, path_length: path_length.filter(|_| ca).map(u64::from) };
        let [digital_signature, content_commitment, key_encipherment, data_encipherment, key_agreement, key_cert_sign, ..] = bits;
        let usage = KeyUsage {
            digital_signature,
            content_commitment,
            key_encipherment,
            data_encipherment,
            key_agreement,
            key_cert_sign,
            crl_sign: bits[6],
            encipher_only: bits[7] && key_agreement,
            decipher_only: bits[8] && key_agreement,
        };
        let values = [
            (oid::BASIC_CONSTRAINTS, ExtensionValue::BasicConstraints(constraints)),
            (oid::KEY_USAGE, ExtensionValue::KeyUsage(usage)),
            (
                oid::SUBJECT_ALTERNATIVE_NAME,
                ExtensionValue::SubjectAlternativeName(List(hosts.iter().map(|host| GeneralName::DnsName(Text(host))).collect())),
            ),
        ];
        let extensions: Vec<NewExtension> =
            values.iter().map(|(oid, value)| NewExtension::new(oid.clone(), true, value)).collect::<Result<_, _>>()?;
        let contents = CertificateContents {
            serial: &serial,
            issuer: Name::from_der(&subject)?,
            not_before: Time::from_unix(from)?,
            not_after: Time::from_unix(from + 1)?,
            subject: Name::from_der(&subject)?,
            public_key_info: &info(&key),
            extensions: &extensions,
        };
        let made = contents.sign(&KeySigner::new(&key, None)?)?;
        let read = Certificate::from_der(made.as_der())?;
        prop_assert_eq!(&read, &made);
        prop_assert_eq!(&Certificate::from_pem(&made.to_pem())?, &made);
        prop_assert_eq!((read.serial(), read.subject().as_der()), (&serial[..], &subject[..]));
        prop_assert_eq!((read.not_before().to_unix(), read.not_after().to_unix()), (from, from + 1));
        for (oid, value) in &values {
            prop_assert_eq!(&read.extensions().get(oid).unwrap().parse(Place::Certificate)?, value);
        }
        read.verify_signature(&key.public_key())?;

        let changed = changed(made.as_der(), place, byte);
        prop_assert!(Certificate::from_der(&changed).and_then(|read| read.verify_signature(&key.public_key())).is_err());
        prop_assert!(Certificate::from_der(&changed[..changed.len() - 1]).is_err());
    }

    #[test]
    fn requests_say_what_was_signed_and_notice_changes(seed: [u8; 32], parts in parts(), host in "[a-z]{1,9}", place: Index, byte: u8) {
        let (key, subject) = (key(seed), encoded(&parts));
        let names = ExtensionValue::SubjectAlternativeName(List(vec![GeneralName::DnsName(Text(&host))]));
        let contents = RequestContents {
            subject: Name::from_der(&subject)?,
            public_key_info: &info(&key),
            attributes: &[],
            extensions: &[NewExtension::new(oid::SUBJECT_ALTERNATIVE_NAME, false, &names)?],
        };
        let made = contents.sign(&KeySigner::new(&key, None)?)?;
        let read = CertificateRequest::from_der(made.as_der())?;
        prop_assert_eq!(&read, &made);
        prop_assert_eq!(read.subject().as_der(), &subject[..]);
        prop_assert_eq!(read.extensions()?.iter().next().unwrap().parse(Place::Request)?, names);
        read.verify_signature()?;
        let changed = changed(made.as_der(), place, byte);
        prop_assert!(CertificateRequest::from_der(&changed).and_then(|read| read.verify_signature()).is_err());
    }

    #[test]
    fn a_crl_has_its_entries_and_no_others(
        seed: [u8; 32], serials in btree_set(1..2000_u32, 0..60), reason in 1..7_u32, parts in parts(), place: Index, byte: u8
    ) {
        let (key, issuer) = (key(seed), encoded(&parts));
        let reasons = [NewExtension::new(oid::CRL_REASON, false, &ExtensionValue::CrlReason(reason))?];
        let mut entries = Vec::new();
        for serial in &serials {
            let serial = positive_integer(&serial.to_be_bytes());
            RevokedContents { serial: &serial, revocation_date: Time::from_unix(0)?, extensions: &reasons }.write(&mut entries)?;
        }
        let contents = CrlContents {
            issuer: Name::from_der(&issuer)?,
            this_update: Time::from_unix(0)?,
            next_update: None,
            entries: &entries,
            extensions: &[],
        };
        let made = contents.sign(&KeySigner::new(&key, None)?)?;
        let read = CertificateList::from_der(made.as_der())?;
        prop_assert_eq!(read.len()?, serials.len());
        for serial in 1..2000_u32 {
            let found = read.find(&positive_integer(&serial.to_be_bytes()))?;
            prop_assert_eq!(found.is_some(), serials.contains(&serial));
            if let Some(entry) = found {
                prop_assert_eq!(entry.extensions().get(&oid::CRL_REASON).unwrap().parse(Place::CrlEntry)?, ExtensionValue::CrlReason(reason));
            }
        }
        read.verify_signature(&key.public_key())?;
        let changed = changed(made.as_der(), place, byte);
        prop_assert!(CertificateList::from_der(&changed).and_then(|read| read.verify_signature(&key.public_key())).is_err());
    }
}
