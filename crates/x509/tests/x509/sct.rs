//! Lists of signed certificate timestamps.

use ironlatch_core::asymmetric::Message;
use ironlatch_core::asymmetric::ec::{self, Curve};
use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::PrivateKey;
use ironlatch_x509::Error;
use ironlatch_x509::sct::{LogEntryType, list};

use crate::common::{ed25519_key, root};

/// A timestamp of a log whose identifier is all ones, with a signature by ECDSA and SHA-256.
fn timestamp() -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend([1; 32]);
    bytes.extend(1_700_000_000_123_u64.to_be_bytes());
    bytes.extend([0, 2, 0xaa, 0xbb, 4, 3, 0, 3, 7, 8, 9]);
    bytes
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

#[test]
fn a_list_is_read_and_written_again() {
    let bytes = prefixed(&[prefixed(&timestamp()), prefixed(&timestamp())].concat());
    let scts = list(&bytes, LogEntryType::Precertificate).unwrap();
    assert_eq!(scts.len(), 2);
    let sct = scts[0];
    assert_eq!((sct.log_id, sct.timestamp), ([1; 32], 1_700_000_000_123));
    assert_eq!((sct.hash_algorithm, sct.signature_algorithm), (4, 3));
    assert_eq!((sct.extensions, sct.signature), (&[0xaa, 0xbb][..], &[7, 8, 9][..]));
    assert_eq!(scts.to_bytes().unwrap(), bytes);
}

#[test]
fn a_list_that_breaks_off_or_goes_on_is_refused() {
    let refusal = |bytes: &[u8]| list(bytes, LogEntryType::Certificate).unwrap_err().to_string();
    let whole = prefixed(&prefixed(&timestamp()));
    for len in 0..whole.len() {
        assert!(refusal(&whole[..len]).contains("Invalid SCT length"));
    }
    assert!(refusal(&[&whole[..], &[0]].concat()).ends_with("Invalid SCT length"));
    let longer = prefixed(&prefixed(&[timestamp(), vec![0]].concat()));
    assert!(refusal(&longer).ends_with("Invalid SCT length, at [0]"));
    for (at, value, message) in [(0, 1, "version"), (45, 0, "hash algorithm"), (46, 0, "signature algorithm")] {
        let mut wrong = timestamp();
        wrong[at] = value;
        let refused = refusal(&prefixed(&prefixed(&wrong)));
        assert!(refused.contains(message) && refused.ends_with("at [0]"), "{refused}");
    }
}

#[test]
fn a_log_signs_for_one_certificate() {
    let log = ec::PrivateKey::generate(Curve::Secp256r1).unwrap();
    let certificate = root(&ed25519_key());
    let other = root(&ed25519_key());
    let unsigned = prefixed(&prefixed(&timestamp()));
    let unsigned = list(&unsigned, LogEntryType::Certificate).unwrap()[0];
    let data = unsigned.signed_data(&certificate, &certificate).unwrap();
    assert_eq!(data.len(), 2 + 8 + 2 + 3 + certificate.as_der().len() + 2 + 2);
    assert_eq!(data[..2], [0, 0]);
    let signature = log.sign(Message::Whole(HashAlgorithm::Sha256, &data)).unwrap();
    let mut bytes = timestamp();
    bytes.truncate(bytes.len() - 5);
    let bytes = prefixed(&prefixed(&[bytes, prefixed(&signature)].concat()));
    let sct = list(&bytes, LogEntryType::Certificate).unwrap()[0];
    let key = PrivateKey::Ec(log).public_key();
    sct.verify(&key, &certificate, &certificate).unwrap();
    assert_eq!(sct.verify(&key, &other, &certificate), Err(Error::InvalidSignature));
    let wrong = sct.verify(&ed25519_key().public_key(), &certificate, &certificate);
    assert!(matches!(wrong, Err(Error::WrongKey(_))));
    // Of a certificate without timestamps there is nothing that was signed before them.
    let before = list(&bytes, LogEntryType::Precertificate).unwrap()[0];
    assert!(before.verify(&key, &certificate, &certificate).is_err());
}
