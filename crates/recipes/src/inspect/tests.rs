//! Everything is recognized, and no secret is shown.

use super::*;
use crate::age::{ArmoredWriter, Identity, Recipient, encrypt};
use crate::fernet::Fernet;
use ironlatch_core::asymmetric::rsa::Checks;
use ironlatch_core::asymmetric::{ed25519, ml_kem};
use ironlatch_core::keys::PrivateKey;

fn one(data: &[u8]) -> Finding {
    let mut found = inspect(data, None);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn number(finding: &Finding, name: &str) -> u64 {
    match finding.fact(name) {
        Some(Fact::Number(number)) => *number,
        other => panic!("{name}: {other:?}"),
    }
}

fn text(finding: &Finding, name: &str) -> String {
    match finding.fact(name) {
        Some(Fact::Text(text)) => text.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_label_that_does_not_fit_is_said() {
    let key = PrivateKey::Ed25519(ed25519::PrivateKey::generate());
    let private = key.to_pkcs8_pem().unwrap();
    let public = key.public_key().to_spki_pem().unwrap();
    let relabelled = |text: &[u8], from: &str, to: &str| {
        let found = one(String::from_utf8_lossy(text).replace(from, to).as_bytes());
        assert_eq!(text_of_notes(&found).contains("its label does not fit"), from != to, "{to}");
        text_of_notes(&found)
    };
    relabelled(&private, "PRIVATE KEY", "PRIVATE KEY");
    relabelled(&public, "PUBLIC KEY", "PUBLIC KEY");
    assert!(relabelled(&private, "PRIVATE KEY", "EC PRIVATE KEY").ends_with("under PRIVATE KEY"));
    assert!(relabelled(&private, "PRIVATE KEY", "PUBLIC KEY").ends_with("under PRIVATE KEY"));
    assert!(relabelled(&public, "PUBLIC KEY", "ED25519 PUBLIC KEY").ends_with("under PUBLIC KEY"));
}

fn text_of_notes(finding: &Finding) -> String {
    finding.notes.join("; ")
}

#[test]
fn keys_are_told_by_their_public_half() {
    let key = PrivateKey::Ed25519(ed25519::PrivateKey::generate());
    let public = key.public_key().to_spki_pem().unwrap();
    let public = one(&public);
    assert_eq!((public.kind, public.secret), ("public-key", false));
    for (plain, closed) in [
        (key.to_pkcs8_pem(), key.to_encrypted_pkcs8_pem(b"pw")),
        (key.to_pkcs8_der(), key.to_encrypted_pkcs8_der(b"pw")),
    ] {
        let (plain, closed) = (plain.unwrap(), closed.unwrap());
        let plain = one(&plain);
        assert_eq!((plain.kind, plain.secret, &*plain.title), ("private-key", true, "a private key, Ed25519"));
        assert_eq!(plain.fact("pin"), public.fact("pin"));

        let closed = one(&closed);
        assert_eq!((closed.kind, closed.secret), ("encrypted-private-key", false));
        assert_eq!(text(&closed, "encryption"), "AES-256-CBC");
        assert_eq!(text(&closed, "derivation"), "PBKDF2-HMAC-SHA256, 2048 iterations");
    }
    let parameters = ml_kem::ParameterSet::MlKem768;
    let key = PrivateKey::MlKem(ml_kem::PrivateKey::generate(parameters).unwrap());
    let pem = key.to_pkcs8_pem().unwrap();
    assert_eq!(one(&pem).title, "a private key, ML-KEM-768");
    assert!(PrivateKey::from_pem(&pem, None, Checks::Full).is_ok());
}

#[test]
fn certificates_tell_what_they_say() {
    let found = one(include_bytes!("../../../../tests/data/x509/leaf.pem"));
    assert_eq!((found.kind, found.secret), ("certificate", false));
    assert_eq!(text(&found, "subject"), "CN=pinned.example,O=Ironlatch tests,C=DE");
    assert_eq!(text(&found, "key"), "EC secp256r1");
    let names = ["DNS:pinned.example", "DNS:*.pinned.example", "IP:127.0.0.1", "IP:::1"];
    assert_eq!(found.fact("names"), Some(&Fact::List(names.map(str::to_owned).to_vec())));
    let Some(Fact::Extensions(extensions)) = found.fact("extensions") else { panic!("{found:?}") };
    let said = extensions.iter().find(|extension| extension.oid.name() == Some("subjectAltName")).unwrap();
    assert_eq!((said.critical, &said.says[..]), (false, &names.map(str::to_owned)[..]));

    let found = one(include_bytes!("../../../../tests/data/x509/request.pem"));
    assert_eq!(text(&found, "signature"), "good: the sender has the private key");
    let found = one(include_bytes!("../../../../tests/data/x509/revocation/crl.pem"));
    assert_eq!((found.kind, number(&found, "revoked")), ("crl", 2));
    let Some(Fact::Groups(entries)) = found.fact("first_entries") else { panic!("{found:?}") };
    assert_eq!(entries.len(), 2);
    let found = one(b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
    assert_eq!((found.kind, &*found.title), ("damaged-pem", "a damaged certificate"));
}

#[test]
fn containers_are_told_by_their_first_identifier() {
    // SEQUENCE { OID signedData }, and SEQUENCE { 3, SEQUENCE { OID data } }.
    assert_eq!(one(b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02").kind, "pkcs7");
    assert_eq!(one(b"\x30\x10\x02\x01\x03\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01").kind, "pkcs12");
}

#[test]
fn ssh_keys_are_told_in_lines_and_in_files() {
    let key = PrivateKey::Ed25519(ed25519::PrivateKey::generate());
    let line = key.public_key().to_openssh_line().unwrap();
    let line = String::from_utf8(line).unwrap();
    let plain = one(line.as_bytes());
    let behind_options = one(format!("command=\"ls -l\",no-pty {line} ada@example.com\n").as_bytes());
    assert_eq!(text(&behind_options, "comment"), "ada@example.com");
    assert_eq!(plain.fact("ssh_fingerprint"), behind_options.fact("ssh_fingerprint"));
    assert!(text(&plain, "ssh_fingerprint").starts_with("SHA256:"));
}

#[test]
fn encrypted_files_tell_whom_they_are_for_and_how_long_they_are() {
    for len in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let recipient = Identity::generate().recipient().unwrap();
        let mut file = Vec::new();
        encrypt(&[recipient.clone(), recipient], &mut &vec![7; len][..], &mut file).unwrap();
        let found = one(&file);
        assert_eq!((found.kind, found.secret), ("age-file", false));
        assert_eq!(number(&found, "recipients"), 2);
        assert_eq!(number(&found, "plaintext_bytes"), len as u64);
        // The beginning is enough, and its length is not taken for the whole's.
        let beginning = inspect(&file[..file.len().min(400)], Some(file.len() as u64));
        assert_eq!(beginning, [found]);
        if len > 0 {
            file.truncate(file.len() - len % 65_536 - 1);
        } else {
            file.truncate(file.len() - 1);
        }
        if len % 65_536 != 0 || len == 0 {
            assert!(one(&file).notes.iter().any(|note| note.contains("cut short")), "{len}");
        }
    }
    let mut armored = ArmoredWriter::new(Vec::new());
    encrypt(&[Identity::generate().recipient().unwrap()], &mut &b"hello"[..], &mut armored).unwrap();
    let found = one(&armored.finish().unwrap());
    assert_eq!((text(&found, "armor"), text(&found, "to")), ("yes".into(), "a key (age1…)".into()));
    let mut file = Vec::new();
    let recipient = Recipient::passphrase_with_work_factor(b"pw", 2).unwrap();
    encrypt(&[recipient], &mut &b""[..], &mut file).unwrap();
    assert!(text(&one(&file), "to").ends_with("scrypt at 2^2"));
    assert_eq!(one(&file[..60]).title, "a damaged age file");
}

#[test]
fn lines_are_told_one_by_one() {
    let identity = Identity::generate();
    let mut file = Vec::new();
    identity.write_file(&mut file).unwrap();
    let found = one(&file);
    assert_eq!((found.kind, found.secret), ("age-identity", true));
    assert_eq!(text(&found, "recipient"), identity.recipient().unwrap().to_string());

    let key = Fernet::generate_key();
    let token = Fernet::new(key.as_bytes()).unwrap().encrypt_now(&[0; 20]).unwrap();
    let found = inspect(format!("{}\n{token}\nnothing that is known\n", *key).as_bytes(), None);
    assert_eq!(found.iter().map(|found| found.kind).collect::<Vec<_>>(), ["key-bytes", "fernet-token"]);
    assert!(found[0].secret);
    assert_eq!(text(&found[1], "plaintext_bytes"), "16 to 31");

    let found = one(b"ada:$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde:more");
    assert_eq!((text(&found, "user"), text(&found, "cost")), ("ada".into(), "2^12".into()));

    let found = one(b"otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example&digits=8");
    assert_eq!((found.kind, text(&found, "digits")), ("otp-uri", "8".into()));
}

/// The token of RFC 7515 appendix A.1.1, whose `exp` lies in 2011.
#[test]
fn tokens_tell_their_claims() {
    let found = one(b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!((found.kind, text(&found, "algorithm"), text(&found, "issuer")), ("jwt", "HS256".into(), "joe".into()));
    assert_eq!(text(&found, "expires"), "2011-03-22T18:43:00Z");
    assert!(found.notes.contains(&"it has expired".to_owned()));
    // {"alg":"none"} over {}.
    let found = one(b"eyJhbGciOiJub25lIn0.e30.");
    assert!(found.notes[0].starts_with("it is not signed"), "{found:?}");
}

#[test]
fn no_secret_is_said() {
    let identity = Identity::generate();
    let mut file = Vec::new();
    identity.write_file(&mut file).unwrap();
    let key = Fernet::generate_key();
    let secret = "JBSWY3DPEHPK3PXP";
    let uri = format!("otpauth://hotp/a?secret={secret}");
    let jwk = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#;
    for (data, secret) in [
        (&*file, identity.to_text().unwrap().expose()),
        (key.as_bytes(), key.as_str()),
        (uri.as_bytes(), secret),
        (jwk.as_bytes(), "AyM1SysPpby"),
        (b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8"),
    ] {
        let found = one(data);
        assert!(found.secret, "{found:?}");
        assert!(!format!("{found:?}").contains(secret), "{}", found.kind);
    }
}

#[test]
fn noise_is_nothing_and_harmless() {
    for data in
        [&b""[..], b"\n\n", b"hello", b"\x30", b"\x30\x80\0\0", b"{}", b"{\"kty\":1}", b"a.b.c", b"age1", &[0xff; 99]]
    {
        assert_eq!(inspect(data, None), [], "{data:?}");
    }
    // A terminal's control characters do not come through.
    let found = one(b"eyJhbGciOiJIUzI1NiIsImtpZCI6Ilx1MDAxYlszMW0ifQ.e30.AA");
    assert_eq!(text(&found, "key_id"), "\u{fffd}[31m");
    let many = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".repeat(2 * MAX_FINDINGS);
    assert_eq!(inspect(many.as_bytes(), None).len(), MAX_FINDINGS);
}
