//! Timestamps from Rust. `tests/python/test_cms_timestamps.py` has more, and `openssl`.

use hex_literal::hex;
use ironlatch::cms::timestamp::{Expected, Failure, Request, Response, Status, TimestampFault, Timestamped, Token};
use ironlatch::cms::{Error, SignatureFault};
use ironlatch::hash::HashAlgorithm;
use ironlatch::oid;
use ironlatch::x509::Certificate;
use ironlatch::x509::verification::{Policy, Store};

const DATA: &[u8] = b"a document\n";
/// The answer of an authority of OpenSSL to a request for `DATA`.
const ANSWER: &[u8] = include_bytes!("../../../../tests/data/cms/timestamp.tsr");
const ROOT: &[u8] = include_bytes!("../../../../tests/data/cms/timestamp-root.pem");

#[test]
fn a_timestamp_is_verified_at_its_own_time() {
    let response = Response::read(ANSWER).unwrap();
    assert_eq!((response.status, response.failures.len()), (Status::Granted, 0));
    let token = response.token().unwrap();
    assert_eq!(token.info(), Token::read(ANSWER).unwrap().info());
    assert_eq!(token.info().time.year(), 2026);
    let store = Store::new([Certificate::from_pem(ROOT).unwrap()]);
    let mut policy = Policy::purpose(Some(oid::TIME_STAMPING));
    // Long after the certificates ended.
    policy.time = "2090-01-01".parse().unwrap();
    let verified = token.verify(&Timestamped::Data(DATA).into(), &[], &store, &policy).unwrap();
    assert_eq!((verified.chain.len(), &verified.chain[0]), (2, &verified.certificate));
    let stranger = token.verify(&Timestamped::Data(DATA).into(), &[], &Store::new([]), &policy).unwrap_err();
    assert!(matches!(stranger, Error::NotTimestamped(TimestampFault::Signature(SignatureFault::Chain(_)))));
}

#[test]
fn what_is_not_of_the_request_is_named() {
    let token = Token::read(ANSWER).unwrap();
    let fault = |expected: Expected<'_>| match token.verify_signature(&expected, &[]) {
        Err(Error::NotTimestamped(fault)) => Some(fault),
        Ok(_) => None,
        Err(error) => panic!("{error}"),
    };
    let data: Expected<'_> = Timestamped::Data(DATA).into();
    assert_eq!(fault(data), None);
    assert_eq!(fault(Timestamped::Data(b"another").into()), Some(TimestampFault::OtherData));
    assert_eq!(fault(Timestamped::Digest(&[]).into()), Some(TimestampFault::OtherData));
    assert_eq!(fault(Expected { nonce: Some(&[1]), ..data }), Some(TimestampFault::Nonce));
    let policy = Some(&oid::TIME_STAMPING);
    assert_eq!(fault(Expected { policy, ..data }), Some(TimestampFault::Policy(token.info().policy.clone())));
    let mut request = Request::of_data(DATA, HashAlgorithm::Sha256);
    assert_eq!(fault(Timestamped::Request(&request).into()), Some(TimestampFault::Nonce));
    request.nonce = token.info().nonce.clone();
    assert_eq!(fault(Timestamped::Request(&request).into()), None);
}

#[test]
fn requests_are_read_as_they_were_written() {
    let mut request = Request::of_data(DATA, HashAlgorithm::Sha512);
    for policy in [None, Some(oid::TIME_STAMPING)] {
        for certificates in [true, false] {
            (request.policy, request.certificates) = (policy.clone(), certificates);
            assert_eq!(Request::read(&request.to_der().unwrap()).unwrap(), request);
        }
    }
    // Integers in DER have no octets more than they need.
    for nonce in [&[][..], &[0, 1], &[0xff, 0xff]] {
        request.nonce = Some(nonce.to_vec());
        assert!(matches!(request.to_der(), Err(Error::InvalidValue(_))), "{nonce:?}");
    }
    request.digest.pop();
    assert!(matches!(request.to_der(), Err(Error::InvalidValue(_))));
}

#[test]
fn refusals_say_why() {
    // Status 2 with a text and two failures.
    let refusal = hex!("3010 300e 020102 3004 0c026e6f 03030080 01");
    let response = Response::read(&refusal).unwrap();
    assert_eq!((response.status, response.texts.as_slice()), (Status::Rejection, &["no".to_owned()][..]));
    assert_eq!(response.failures, [Failure::BadAlgorithm, Failure::UnacceptedPolicy]);
    let error = Token::read(&refusal).unwrap_err().to_string();
    assert!(error.ends_with("rejection, badAlg, unacceptedPolicy (\"no\")"), "{error}");
    // Granted without a timestamp, and a status that there is not.
    for wrong in [&hex!("3005 3003 020100")[..], &hex!("3005 3003 020109"), &hex!("3002 3000"), &hex!("3000"), b""] {
        assert!(Response::read(wrong).is_err(), "{wrong:x?}");
    }
}
