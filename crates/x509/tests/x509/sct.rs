//! Lists of signed certificate timestamps.

use ironlatch_x509::sct::{LogEntryType, list};

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
        assert!(refusal(&prefixed(&prefixed(&wrong))).contains(message));
    }
}
