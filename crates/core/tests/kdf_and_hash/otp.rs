//! One-time passwords against the RFCs' vectors.

use ironlatch::Error;
use ironlatch::hash::HashAlgorithm;
use ironlatch::otp::{Hotp, Totp};

const KEY: &[u8] = b"12345678901234567890";

fn hotp(digits: usize) -> Hotp {
    Hotp::new(HashAlgorithm::Sha1, KEY, digits).unwrap()
}

/// RFC 4226 appendix D.
#[test]
fn hotp_vectors() {
    let expected = [
        (0x4c93_cf18, "755224"),
        (0x4139_7eea, "287082"),
        (0x082f_ef30, "359152"),
        (0x66ef_7655, "969429"),
        (0x61c5_938a, "338314"),
        (0x33c0_83d4, "254676"),
        (0x7256_c032, "287922"),
        (0x04e5_b397, "162583"),
        (0x2823_443f, "399871"),
        (0x2679_dc69, "520489"),
    ];
    for (counter, (truncated, password)) in (0..).zip(expected) {
        assert_eq!(hotp(6).truncated(counter).unwrap(), truncated);
        assert_eq!(hotp(6).generate(counter).unwrap().as_str(), password);
        assert_eq!(hotp(6).verify(password.as_bytes(), counter), Ok(()));
        assert!(matches!(hotp(6).verify(password.as_bytes(), counter + 1), Err(Error::WrongOneTimePassword(_))));
    }
}

/// RFC 6238 appendix B.
#[test]
fn totp_vectors() {
    let times = [59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 20_000_000_000];
    let sets = [
        (HashAlgorithm::Sha1, 20, ["94287082", "07081804", "14050471", "89005924", "69279037", "65353130"]),
        (HashAlgorithm::Sha256, 32, ["46119246", "68084774", "67062674", "91819424", "90698825", "77737706"]),
        (HashAlgorithm::Sha512, 64, ["90693936", "25091201", "99943326", "93441116", "38618901", "47863826"]),
    ];
    for (algorithm, key_len, passwords) in sets {
        let key: Vec<u8> = (0..key_len).map(|index| b'0' + ((index + 1) % 10) as u8).collect();
        let totp = Totp::new(Hotp::new(algorithm, &key, 8).unwrap(), 30).unwrap();
        for (time, password) in times.into_iter().zip(passwords) {
            assert_eq!(totp.generate(time).unwrap().as_str(), password, "{algorithm:?} {time}");
            assert_eq!(totp.verify(password.as_bytes(), time - time % 30), Ok(()));
            assert!(totp.verify(password.as_bytes(), time + 30).is_err());
        }
    }
}

#[test]
fn parameters_are_checked() {
    assert!(matches!(Hotp::new(HashAlgorithm::Sha1, &KEY[..15], 6), Err(Error::KeySize { .. })));
    assert!(Hotp::with_short_key(HashAlgorithm::Sha1, b"", 6).is_ok());
    for digits in [0, 5, 9, usize::MAX] {
        assert!(matches!(Hotp::new(HashAlgorithm::Sha1, KEY, digits), Err(Error::OutOfRange { .. })));
    }
    for algorithm in [HashAlgorithm::Md5, HashAlgorithm::Sha384, HashAlgorithm::Shake256 { digest_size: 32 }] {
        assert!(matches!(Hotp::new(algorithm, KEY, 6), Err(Error::WrongType(_))));
    }
    assert!(matches!(Totp::new(hotp(6), 0), Err(Error::OutOfRange { .. })));
    assert!(!format!("{:?}", hotp(6)).contains("key"));
}

#[test]
fn a_password_is_compared_whole() {
    for wrong in [&b""[..], b"75522", b"7552240", b"755225", b"000000"] {
        assert!(hotp(6).verify(wrong, 0).is_err());
    }
    assert_eq!(hotp(8).generate(0).unwrap().as_str(), "84755224");
    assert_eq!(hotp(6).generate(u64::MAX).unwrap().as_str(), "094451");
}

#[test]
fn provisioning_uris() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    assert_eq!(
        hotp(6).provisioning_uri("Jo Doe", None, 7).as_str(),
        format!("otpauth://hotp/Jo%20Doe?digits=6&secret={secret}&algorithm=SHA1&counter=7")
    );
    let totp = Totp::new(hotp(8), 30).unwrap();
    assert_eq!(
        totp.provisioning_uri("jo@a.example/\u{e4}", Some("A & B")).as_str(),
        format!(
            "otpauth://totp/A%20%26%20B:jo%40a.example/%C3%A4?digits=8&secret={secret}&algorithm=SHA1\
             &issuer=A%20%26%20B&period=30"
        )
    );
    // RFC 4648 §10: every length of the last group, without its padding.
    for (key, text) in [
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        let uri = Hotp::with_short_key(HashAlgorithm::Sha1, key.as_bytes(), 6).unwrap();
        assert!(uri.provisioning_uri("", None, 0).contains(&format!("&secret={text}&")));
    }
    let all: Vec<u8> = (0..=255).collect();
    let uri = Hotp::new(HashAlgorithm::Sha1, &all, 6).unwrap().provisioning_uri("", None, 0);
    assert!(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
            .chars()
            .all(|letter| uri["otpauth://hotp/?digits=6&secret=".len()..].contains(letter))
    );
}
