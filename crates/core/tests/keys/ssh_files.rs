//! Signatures of files, allowed signers, and PuTTY's keys. `ssh-keygen` and `puttygen` made the
//! samples; `tests/python` runs the programs themselves.

use std::path::PathBuf;

use ironlatch::Error;
use ironlatch::asymmetric::ed25519;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::PrivateKey;
use ironlatch::keys::ssh::{
    self, AllowedSigners, Certificate, CertificateType, DEFAULT_PPK_COST, FileSignature, Identity, Line, LocalTime,
    PpkFile, PpkVersion, PrivateKeyFile, SshPublicKey, Terms,
};

const PASSWORD: &[u8] = b"correct horse";
const SAMPLES: [&str; 3] = ["ed25519", "ecdsa-384", "rsa"];

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys", name].iter().collect();
    std::fs::read(path).unwrap()
}

fn key(byte: u8) -> PrivateKey {
    PrivateKey::Ed25519(ed25519::PrivateKey::from_array(&[byte; 32]))
}

fn public(key: &PrivateKey) -> SshPublicKey {
    SshPublicKey::new(key.public_key()).unwrap()
}

fn terms(principals: &[&[u8]]) -> Terms {
    Terms {
        serial: 1,
        certificate_type: CertificateType::User,
        key_id: b"id".to_vec(),
        principals: principals.iter().map(|name| name.to_vec()).collect(),
        valid_after: 100,
        valid_before: 200,
        critical_options: vec![(b"zoo".to_vec(), b"1".to_vec()), (b"ape".to_vec(), Vec::new())],
        extensions: Vec::new(),
    }
}

#[test]
fn keys_of_puttygen() {
    for name in SAMPLES {
        let expected = Line::parse(&sample(&format!("ssh/{name}.pub"))).unwrap().key().unwrap();
        for (kind, password) in [("", None), ("-v2", Some(PASSWORD)), ("-v3", Some(PASSWORD))] {
            let file = PpkFile::parse(&sample(&format!("ppk/{name}{kind}.ppk"))).unwrap();
            assert_eq!((file.is_encrypted(), file.comment()), (password.is_some(), name.as_bytes()));
            assert_eq!(file.public_key().unwrap(), expected);
            assert_eq!(public(&file.decrypt(password, Checks::Full).unwrap()), expected);
            let wrong = file.decrypt(Some(b"incorrect horse"), Checks::Full).unwrap_err();
            assert_eq!(wrong, if password.is_some() { Error::IncorrectPassword } else { Error::PasswordNotNeeded });
        }
    }
}

#[test]
fn putty_keys_there_and_back() {
    for name in SAMPLES {
        let key = PrivateKeyFile::from_pem(&sample(&format!("ssh/{name}"))).unwrap();
        let key = key.decrypt(None, Checks::Full).unwrap();
        for version in [PpkVersion::V2, PpkVersion::V3] {
            let text = key.to_ppk(b"comment", version, None, DEFAULT_PPK_COST).unwrap();
            let read = PpkFile::parse(&text).unwrap();
            assert_eq!(read.version(), version);
            assert_eq!(public(&read.decrypt(None, Checks::Full).unwrap()), public(&key));
        }
    }
}

#[test]
fn a_certificate_says_what_it_was_told() {
    let (mine, authority) = (public(&key(1)), key(2));
    let made = Certificate::sign(&mine, terms(&[b"ada"]), &Certificate::nonce_to_sign(), &authority).unwrap();
    made.verify_signature().unwrap();
    assert_eq!((made.key(), made.signature_key().unwrap()), (&mine, public(&authority)));
    let names: Vec<_> = made.terms().critical_options.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, [b"ape", b"zoo"]);
    let mut twice = terms(&[]);
    twice.critical_options.push((b"zoo".to_vec(), Vec::new()));
    assert!(Certificate::sign(&mine, twice, b"", &authority).unwrap_err().to_string().contains("twice"));
    let many = terms(&[&b"x"[..]; ssh::MAX_PRINCIPALS + 1]);
    assert!(Certificate::sign(&mine, many, b"", &authority).is_err());
    for at in 0..made.blob().len() {
        let mut changed = made.blob().to_vec();
        changed[at] ^= 1;
        assert!(Certificate::from_blob(&changed).and_then(|read| read.verify_signature()).is_err(), "byte {at}");
    }
}

#[test]
fn signatures_count_for_those_on_the_list() {
    let (mine, authority) = (key(1), key(2));
    let made = FileSignature::sign(&mine, "file", &mut &b"message"[..]).unwrap();
    let read = FileSignature::parse(&made.to_pem()).unwrap();
    read.verify("file", &mut &b"message"[..]).unwrap();
    assert_eq!(read.verify("file", &mut &b"massage"[..]), Err(Error::BadSignature));
    assert!(matches!(read.verify("git", &mut &b"message"[..]), Err(Error::SignatureRefused(_))));
    assert!(FileSignature::sign(&mine, "", &mut &b""[..]).is_err());

    let certificate = Certificate::sign(&public(&mine), terms(&[b"ada"]), b"nonce", &authority).unwrap();
    let certified = FileSignature::sign_certified(&mine, &certificate, "file", &mut &b"message"[..]).unwrap();
    assert!(matches!(FileSignature::parse(&certified.to_pem()).unwrap().identity(), Identity::Certificate(_)));
    let list =
        [b"ada ".to_vec(), public(&mine).to_line(), b"\na* cert-authority ".to_vec(), public(&authority).to_line()];
    let list = AllowedSigners::parse(&list.concat(), &LocalTime::in_utc).unwrap();
    let verify = |signature: &FileSignature, principal: &str, now| {
        list.verify(signature, principal, "file", &mut &b"message"[..], now)
    };
    assert_eq!(verify(&read, "ada", 0), Ok(()));
    assert!(verify(&read, "ana", 0).is_err());
    for (now, counts) in [(99, false), (100, true), (199, true), (200, false), (-1, false)] {
        assert_eq!(verify(&certified, "ada", now).is_ok(), counts, "{now}");
    }
    assert!(verify(&certified, "ana", 150).unwrap_err().to_string().contains("is not for \"ana\""));
}

#[test]
fn times_of_a_list() {
    let line = [b" ".to_vec(), public(&key(1)).to_line()].concat();
    let parse = |time: &str| {
        let text = [format!("ada valid-after=\"{time}\"").as_bytes(), &line].concat();
        AllowedSigners::parse(&text, &LocalTime::in_utc)
    };
    for good in ["19700101", "20240229Z", "202602281259", "20261231235960Z", "99991231Z", "00010101"] {
        assert!(parse(good).is_ok(), "{good}");
    }
    for bad in ["", "Z", "2026", "20250229", "20260431Z", "20261301", "2026010112", "20260101 Z", "+2026010"] {
        assert!(parse(bad).is_err(), "{bad}");
    }
    let time = |year, month, day| LocalTime { year, month, day, hour: 0, minute: 0, second: 0 }.in_utc();
    assert_eq!(time(1970, 1, 1), Some(0));
    assert_eq!(time(2000, 3, 1), Some(951_868_800));
    assert_eq!(time(1969, 12, 31), Some(-86_400));
}
