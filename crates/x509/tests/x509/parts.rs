//! The small parts that certificates are made of: times, names, serial numbers, flags.

use ironlatch::oid;
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_x509::building::OcspRequestContents;
use ironlatch_x509::certificate::is_positive;
use ironlatch_x509::der::NamedBits;
use ironlatch_x509::names::{Attribute, RelativeName, StringType};
use ironlatch_x509::ocsp::{NewCertId, ResponseStatus};
use ironlatch_x509::verification::Store;
use ironlatch_x509::{Error, OcspRequest, Time};

use crate::common::{ed25519_key, root};

#[test]
fn a_time_has_its_parts() {
    let time = Time::new(2024, 2, 29, 23, 58, 57).unwrap();
    assert_eq!((time.year(), time.month(), time.day()), (2024, 2, 29));
    assert_eq!((time.hour(), time.minute(), time.second()), (23, 58, 57));
    assert_eq!(Time::from_unix(time.to_unix()).unwrap(), time);
    assert_eq!(time.to_unix(), 1_709_251_137);
    assert!(Time::new(2023, 2, 29, 0, 0, 0).is_err());
}

#[test]
fn each_status_of_a_response_has_its_number() {
    for number in [0, 1, 2, 3, 5, 6] {
        assert_eq!(ResponseStatus::from_number(number).unwrap() as u32, number);
    }
    // RFC 6960 §4.2.1: "4" is not used.
    assert!(ResponseStatus::from_number(4).is_none() && ResponseStatus::from_number(7).is_none());
}

#[test]
fn text_has_the_type_that_is_usual_for_it() {
    assert_eq!(StringType::usual(&oid::COUNTRY_NAME), StringType::Printable);
    assert_eq!(StringType::usual(&oid::EMAIL_ADDRESS), StringType::Ia5);
    assert_eq!(StringType::usual(&oid::COMMON_NAME), StringType::Utf8);
    for (kind, number) in [(StringType::Utf8, 12), (StringType::Printable, 19), (StringType::Bmp, 30)] {
        assert_eq!(kind.number(), number);
        assert_eq!(StringType::from_number(number), Some(kind));
    }
    assert_eq!(StringType::from_number(2), None);
}

#[test]
fn the_attributes_of_a_part_are_put_in_order() {
    let attribute = |oid, text| Attribute::new(oid, StringType::Utf8, text).unwrap();
    let given = [attribute(oid::ORGANIZATION_NAME, "b"), attribute(oid::COMMON_NAME, "a")];
    let mut contents = Vec::new();
    let part = RelativeName::from_attributes(&given, &mut contents).unwrap();
    let read: Vec<_> = part.attributes().map(|one| one.oid).collect();
    assert_eq!(read, [oid::COMMON_NAME, oid::ORGANIZATION_NAME]);
}

#[test]
fn a_serial_number_is_positive_or_not() {
    for serial in [&[1][..], &[0x7f], &[0, 0x80], &[0, 0xff, 0]] {
        assert!(is_positive(serial), "{serial:?}");
    }
    for serial in [&[][..], &[0], &[0x80], &[0xff, 1]] {
        assert!(!is_positive(serial), "{serial:?}");
    }
}

#[test]
fn bits_count_from_the_first() {
    let bits = NamedBits::default();
    assert!(bits.is_empty() && !bits.has(0));
    let bits = bits.with(0).with(8);
    assert!(bits.has(0) && bits.has(8) && !bits.has(1) && !bits.is_empty());
    // What no standard has names for is not held.
    assert_eq!(bits.with(16), bits);
    assert!(!bits.has(16) && !bits.has(u32::MAX));
}

#[test]
fn a_question_can_be_asked_by_hashes() {
    let id = NewCertId::from_hashes(&[1; 32], &[2; 32], &[5], HashAlgorithm::Sha256).unwrap();
    let request = OcspRequestContents { ids: &[id], extensions: &[] }.to_request().unwrap();
    let again = OcspRequest::from_der(request.as_der()).unwrap();
    let ids = again.ids().unwrap();
    assert_eq!((ids[0].issuer_name_hash, ids[0].issuer_key_hash), (&[1; 32][..], &[2; 32][..]));
    assert_eq!(ids[0].serial.as_bytes(), [5]);
    assert!(!ids[0].is_issued_by(&root(&ed25519_key())).unwrap());
    assert!(NewCertId::from_hashes(&[1; 32], &[2; 32], &[5], HashAlgorithm::Blake2s).is_err());
}

#[test]
fn a_certificate_without_timestamps_was_no_precertificate() {
    let certificate = root(&ed25519_key());
    assert!(matches!(certificate.tbs_precertificate(), Err(Error::InvalidValue(_))));
}

#[test]
fn a_store_finds_what_is_in_it() {
    let (one, other) = (root(&ed25519_key()), root(&ed25519_key()));
    let store = Store::new([one.clone(), other.clone()]);
    assert_eq!((store.len(), store.is_empty()), (2, false));
    assert_eq!(store.get(1), Some(&other));
    assert_eq!(store.get(2), None);
    // Both have the same subject.
    assert_eq!((store.position(&one), store.position(&other)), (Some(0), Some(1)));
    assert_eq!(store.position(&root(&ed25519_key())), None);
    assert!(Store::new([]).is_empty());
}
