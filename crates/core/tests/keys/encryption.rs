//! Keys under a password: every scheme that is read, the one that is written, and what a hostile
//! file can ask for.
//!
//! The samples are the `openssl` command's: `tests/data/keys/make.sh` made them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use hex_literal::hex;
use ironlatch::Error;
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::pkcs12_kdf::{self, Purpose};
use ironlatch::keys::{pem, pkcs8, traditional};

const PASSWORD: &[u8] = b"correct horse";

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys", name].iter().collect();
    std::fs::read(path).unwrap()
}

fn der_of(name: &str) -> Vec<u8> {
    pem::find(&sample(name), |_| true, "").unwrap().decode().unwrap().to_vec()
}

const SCHEMES: [&str; 17] = [
    "pbes1-md5-des.pem",
    "pbes1-sha1-2des.pem",
    "pbes1-sha1-3des.pem",
    "pbes1-sha1-rc2-40.pem",
    "pbes1-sha1-rc2-128.pem",
    "pbes1-sha1-rc4-40.pem",
    "pbes1-sha1-rc4-128.pem",
    "pbes2-aes-128-cbc.pem",
    "pbes2-aes-192-cbc.pem",
    "pbes2-aes-256-cbc.pem",
    "pbes2-des-ede3-cbc.pem",
    "pbes2-rc2-cbc.pem",
    "pbes2-hmac-SHA1.pem",
    "pbes2-hmac-SHA224.pem",
    "pbes2-hmac-SHA384.pem",
    "pbes2-hmac-SHA512.pem",
    "pbes2-scrypt.pem",
];

#[test]
fn reads_every_scheme() {
    let expected = sample("pkcs8.der");
    for name in SCHEMES {
        assert_eq!(*pkcs8::decrypt(&der_of(name), Some(PASSWORD)).expect(name), expected, "{name}");
    }
}

#[test]
fn a_wrong_password_is_one_error() {
    for name in SCHEMES {
        let der = der_of(name);
        for password in [&b"incorrect horse"[..], b"c", &[b'x'; 5000], b"\xff\xfe"] {
            let error = pkcs8::decrypt(&der, Some(password)).unwrap_err();
            assert_eq!(error, Error::IncorrectPassword, "{name}");
        }
        for password in [None, Some(&b""[..])] {
            assert_eq!(pkcs8::decrypt(&der, password).unwrap_err(), Error::PasswordRequired, "{name}");
        }
    }
}

#[test]
fn refuses_other_schemes() {
    for name in ["refused-bf-cbc.pem", "refused-hmac-md5.pem", "refused-rc2-40-pbes2.pem"] {
        let error = pkcs8::decrypt(&der_of(name), Some(PASSWORD)).unwrap_err();
        assert!(matches!(error, Error::InvalidValue(_)), "{name}: {error}");
        assert_ne!(error, Error::IncorrectPassword, "{name}");
    }
}

#[test]
fn writes_pbes2_with_fresh_salts() {
    let info = sample("pkcs8.der");
    let (first, second) = (pkcs8::encrypt(&info, b"pw").unwrap(), pkcs8::encrypt(&info, b"pw").unwrap());
    assert_ne!(first, second);
    assert_eq!(*pkcs8::decrypt(&first, Some(b"pw")).unwrap(), info);
    // PBES2 { PBKDF2 { 16 bytes, 2048, HMAC-SHA-256 }, AES-256-CBC { 16 bytes } }.
    let head = hex!("3082" "0000" "305f" "06092a864886f70d01050d" "3052" "3031" "06092a864886f70d01050c" "3024" "0410");
    assert_eq!(first[4..head.len()], head[4..]);
    let middle = hex!("02020800" "300c06082a864886f70d02090500" "301d060960864801650304012a0410");
    assert_eq!(first[head.len() + 16..][..middle.len()], middle);
}

#[test]
fn traditional_blocks() {
    let expected = sample("rsa.der");
    for name in ["traditional-aes-128-cbc.pem", "traditional-aes-256-cbc.pem", "traditional-des-ede3-cbc.pem"] {
        let text = sample(name);
        let block = pem::find(&text, |_| true, "").unwrap();
        assert!(traditional::is_encrypted(&block).unwrap());
        assert_eq!(*traditional::decrypt(&block, PASSWORD).unwrap(), expected, "{name}");
        // One wrong password in 256 leaves a valid padding; never the key.
        assert!(traditional::decrypt(&block, b"wrong").map_or(true, |der| *der != expected), "{name}");
    }
    let text = sample("refused-traditional-camellia.pem");
    let block = pem::find(&text, |_| true, "").unwrap();
    assert!(matches!(traditional::decrypt(&block, PASSWORD), Err(Error::InvalidValue(_))));
    let text = sample("rsa.pem");
    assert!(!traditional::is_encrypted(&pem::find(&text, |_| true, "").unwrap()).unwrap());
}

#[test]
fn traditional_round_trip() {
    for len in [0, 1, 15, 16, 17, 600] {
        let data = vec![7; len];
        let text = traditional::encrypt("RSA PRIVATE KEY", &data, b"pw").unwrap();
        assert!(text.starts_with(b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,"));
        let block = pem::find(&text, |_| true, "").unwrap();
        assert_eq!(*traditional::decrypt(&block, b"pw").unwrap(), data);
    }
}

#[test]
fn traditional_headers_must_be_whole() {
    let text = String::from_utf8(sample("traditional-aes-128-cbc.pem")).unwrap();
    let dek = text.lines().find(|line| line.starts_with("DEK-Info")).unwrap().to_owned();
    let (name, iv) = dek.split_once(',').unwrap();
    for (from, to) in [
        ("4,ENCRYPTED", "<,ENCRYPTED".to_owned()),
        ("4,ENCRYPTED", "4,MIC-ONLY".to_owned()),
        (dek.as_str(), "Other: 1".to_owned()),
        (dek.as_str(), name.to_owned()),
        (dek.as_str(), format!("{name},")),
        (dek.as_str(), format!("{name},{}", &iv[2..])),
        (dek.as_str(), format!("{name},{}", &iv[1..])),
        (dek.as_str(), format!("{name},{iv}00")),
        (dek.as_str(), format!("{name},{}", iv.replace(&iv[..1], "g"))),
        (dek.as_str(), format!("DEK-Info: aes-128-cbc,{iv}")),
    ] {
        let text = text.replace(from, &to);
        let block = pem::find(text.as_bytes(), |_| true, "").unwrap();
        let error = traditional::is_encrypted(&block).and_then(|_| traditional::decrypt(&block, PASSWORD)).unwrap_err();
        assert!(matches!(error, Error::InvalidValue(_)), "{to}: {error}");
    }
}

/// The hashes are those of the test in RFC 7292's companion implementations: computed once with
/// `openssl` 3.0's `kdf -kdfopt ... PKCS12KDF`.
#[test]
fn pkcs12_derivation() {
    let derive = |hash, purpose, iterations, len| {
        let mut out = vec![0; len];
        pkcs12_kdf::derive(hash, Some("p\u{e4}ss\u{1f600}".as_bytes()), b"saltsalt", purpose, iterations, &mut out)
            .unwrap();
        out
    };
    assert_eq!(
        derive(HashAlgorithm::Sha1, Purpose::Key, 1, 24),
        hex!("0BD5D8906096DEF8FAFEDF6574B15F5F4D5D8C0DD929247A")
    );
    assert_eq!(derive(HashAlgorithm::Sha1, Purpose::Iv, 2048, 8), hex!("79E783BE8C3BB648"));
    assert_eq!(
        derive(HashAlgorithm::Sha256, Purpose::Mac, 3, 100),
        hex!(
            "3B096AFCC483BA65153A4FA670A909ED43A2B23B9DD1D3E3270F220DB9CC1A96A795BE209F09A0BCA0D6D94D670ED4B500CC6C8AED4B21E9C9840DAAA0D12BD5BDBCBE54684E15827BB6D7E0A86ECE41A190879AE4F4FC0FFEEE4D10F0DC874C24E40902"
        )
    );
}

#[test]
fn pkcs12_derivation_refuses() {
    let mut out = [0; 8];
    for (hash, password, iterations) in [
        (HashAlgorithm::Sha1, &b"\xff"[..], 1),
        (HashAlgorithm::Sha1, b"pw", 0),
        (HashAlgorithm::Shake128 { digest_size: 16 }, b"pw", 1),
    ] {
        let result = pkcs12_kdf::derive(hash, Some(password), b"salt", Purpose::Key, iterations, &mut out);
        let error = result.unwrap_err();
        assert_eq!(matches!(error, Error::OutOfRange { got: 0, .. }), iterations == 0);
        assert!(error.is_wrong_value());
    }
}

/// A TLV with a length of up to 65535.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let len = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let len: &[u8] = match contents.len() {
        0..=127 => &len[1..],
        128..=255 => &[0x81, len[1]],
        _ => &[0x82, len[0], len[1]],
    };
    [&[tag], len, &contents].concat()
}

fn integer(value: u128) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(15);
    let sign: &[u8] = if bytes[start] & 0x80 != 0 { &[0] } else { &[] };
    tlv(2, &[sign, &bytes[start..]])
}

const PBES2: &[u8] = &hex!("06092a864886f70d01050d");
const PBKDF2: &[u8] = &hex!("06092a864886f70d01050c");
const SCRYPT: &[u8] = &hex!("06092b06010401da47040b");
const PBE_3DES: &[u8] = &hex!("060a2a864886f70d010c0103");
const PBE_MD5_DES: &[u8] = &hex!("06092a864886f70d010503");
const AES_256_CBC: &[u8] = &hex!("060960864801650304012a");

fn pbes2(derivation: &[u8], parameters: &[u8]) -> Vec<u8> {
    let derivation = tlv(0x30, &[derivation, parameters]);
    let cipher = tlv(0x30, &[AES_256_CBC, &tlv(4, &[&[0; 16]])]);
    tlv(0x30, &[&tlv(0x30, &[PBES2, &tlv(0x30, &[&derivation, &cipher])]), &tlv(4, &[&[0; 64]])])
}

fn pbkdf2(iterations: &[u8]) -> Vec<u8> {
    pbes2(PBKDF2, &tlv(0x30, &[&tlv(4, &[b"saltsalt"]), iterations]))
}

fn scrypt(n: u128, r: u128, p: u128) -> Vec<u8> {
    pbes2(SCRYPT, &tlv(0x30, &[&tlv(4, &[b"saltsalt"]), &integer(n), &integer(r), &integer(p)]))
}

fn pbes1(oid: &[u8], salt: &[u8], iterations: u128) -> Vec<u8> {
    let parameters = tlv(0x30, &[&tlv(4, &[salt]), &integer(iterations)]);
    tlv(0x30, &[&tlv(0x30, &[oid, &parameters]), &tlv(4, &[&[0; 64]])])
}

/// These would take from minutes to years, or all memory, if they were tried.
#[test]
fn absurd_work_is_refused_at_once() {
    let start = Instant::now();
    for der in [
        pbkdf2(&integer(0)),
        pbkdf2(&integer(10_000_001)),
        pbkdf2(&integer(1 << 31)),
        pbkdf2(&integer(u128::from(u64::MAX))),
        pbkdf2(&integer(1 << 70)),
        pbkdf2(&[2, 1, 0xff]),
        scrypt(0, 8, 1),
        scrypt(1, 8, 1),
        scrypt(3, 8, 1),
        scrypt(2, 0, 1),
        scrypt(2, 8, 0),
        scrypt(1 << 21, 8, 1),
        scrypt(1 << 40, 8, 1),
        scrypt(1 << 63, 1, 1),
        scrypt(1 << 63, u128::from(u32::MAX), u128::from(u32::MAX)),
        scrypt(2, 1 << 31, 1 << 31),
        scrypt(1 << 14, 8, 1 << 20),
        scrypt(1 << 20, 8, 3),
        // Little memory for each block, and many blocks: their area, and PBKDF2 over it, are work
        // too.
        scrypt(2, 8, 1 << 20),
        scrypt(2, 1, 1 << 23),
        scrypt(4, 1, 1 << 22),
        pbes1(PBE_3DES, b"saltsalt", 0),
        pbes1(PBE_3DES, b"saltsalt", 1 << 31),
        pbes1(PBE_MD5_DES, b"saltsalt", 1 << 31),
        pbes1(PBE_MD5_DES, b"saltsal", 1),
        pbes1(PBE_MD5_DES, b"saltsalts", 1),
    ] {
        let error = pkcs8::decrypt(&der, Some(b"pw")).unwrap_err();
        assert!(error.is_wrong_value(), "{error}: {der:02x?}");
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// Unusual but affordable costs are tried: the contents are not a key, so the only possible answer
/// is a wrong password.
#[test]
fn unusual_work_is_done() {
    for der in [
        pbkdf2(&integer(1)),
        scrypt(2, 1, 1),
        scrypt(16, 1, 64),
        pbes1(PBE_3DES, b"", 1),
        pbes1(PBE_3DES, &[7; 3000], 2),
        pbes1(PBE_MD5_DES, b"saltsalt", 1),
    ] {
        let error = pkcs8::decrypt(&der, Some(b"pw")).unwrap_err();
        assert_eq!(error, Error::IncorrectPassword);
    }
}

#[test]
fn nothing_to_decrypt_is_a_wrong_password() {
    for len in [0, 1, 15, 17] {
        let parameters = tlv(0x30, &[&tlv(4, &[b"saltsalt"]), &integer(1)]);
        let derivation = tlv(0x30, &[PBKDF2, &parameters]);
        let cipher = tlv(0x30, &[AES_256_CBC, &tlv(4, &[&[0; 16]])]);
        let algorithm = tlv(0x30, &[PBES2, &tlv(0x30, &[&derivation, &cipher])]);
        let der = tlv(0x30, &[&algorithm, &tlv(4, &[&vec![0; len]])]);
        let error = pkcs8::decrypt(&der, Some(b"pw")).unwrap_err();
        assert_eq!(error, Error::IncorrectPassword, "{len}");
    }
}
