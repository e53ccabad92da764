//! PKCS #7 from Rust. `tests/python/test_pkcs7.py` has more, and `openssl`.

use ironlatch::asymmetric::ed25519;
use ironlatch::cms::Error;
use ironlatch::cms::pkcs7::certificates::{Certificates, write};
use ironlatch::cms::pkcs7::enveloping::{ContentCipher, Enveloped, encrypt};
use ironlatch::cms::pkcs7::signing::{NewSigner, Options, SignedAttributes, sign};
use ironlatch::cms::pkcs7::{from_pem, smime, to_pem};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::PrivateKey;
use ironlatch::x509::building::KeySigner;
use ironlatch::x509::{Certificate, Time};

const ROOT: &[u8] = include_bytes!("../../../../tests/data/x509/root.pem");
const LEAF: &[u8] = include_bytes!("../../../../tests/data/x509/leaf.pem");

fn certificate(pem: &[u8]) -> Certificate {
    Certificate::from_pem(pem).unwrap()
}

#[test]
fn certificates_there_and_back() {
    let (root, leaf) = (certificate(ROOT), certificate(LEAF));
    let der = write(&[&root, &leaf]);
    assert_eq!(*from_pem(&to_pem(&der)).unwrap(), der);
    let read = Certificates::read(&der).unwrap();
    assert!(read.irregularity.is_none());
    assert_eq!(read.certificates.len(), 2);
    assert!(read.certificates.contains(&root) && read.certificates.contains(&leaf));
    assert!(matches!(Certificates::read(root.as_der()), Err(Error::WrongKind { .. })));
}

#[test]
fn a_signed_message_carries_its_certificates() {
    let key = PrivateKey::from(ed25519::PrivateKey::generate());
    let (root, leaf) = (certificate(ROOT), certificate(LEAF));
    let new_signer =
        || NewSigner { certificate: &root, key: KeySigner::new(&key, None).unwrap(), hash: HashAlgorithm::Sha512 };
    for is_detached in [false, true] {
        let options = Options { is_detached, attributes: SignedAttributes::WithCapabilities, has_certificates: true };
        let time = Time::new(2027, 1, 2, 3, 4, 5).unwrap();
        let signed: Vec<u8> = sign::<_, Error>(b"a message", &[new_signer()], &[&leaf], options, time).unwrap();
        let read = Certificates::read(&signed).unwrap();
        assert!(read.irregularity.is_none() && read.certificates.len() == 2);
        assert_eq!(signed.windows(9).any(|window| window == b"a message"), !is_detached);
        assert!(signed.windows(13).any(|window| window == b"270102030405Z"));
    }
}

#[test]
fn a_key_that_is_none_opens_nothing() {
    let recipient = certificate(ROOT);
    for cipher in [ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc] {
        let sealed = encrypt(&[b'x'; 100], &[&recipient], cipher).unwrap();
        let message = Enveloped::read(&sealed, &recipient).unwrap();
        for key in [None, Some(&[0; 15][..]), Some(&[0; 16]), Some(&[0; 32])] {
            match message.open(key) {
                Ok(noise) => assert!(!noise.windows(4).any(|window| window == b"xxxx")),
                Err(error) => assert_eq!(error.to_string(), "Invalid padding bytes."),
            }
        }
        assert!(Enveloped::read(&sealed, &certificate(LEAF)).is_err());
    }
}

#[test]
fn lines_of_mail() {
    for (input, expected) in [
        (&b""[..], &b""[..]),
        (b"\n", b"\r\n"),
        (b"a\nb\r\nc\r\r\nd\n\n", b"a\r\nb\r\nc\r\r\nd\r\n\r\n"),
        (b"\r", b"\r"),
    ] {
        assert_eq!(*smime::canonical(input), *expected);
    }
    let mail = smime::signed(b"part", &[7; 100], &[HashAlgorithm::Sha256, HashAlgorithm::Sha512]).unwrap();
    let mail = String::from_utf8(mail).unwrap();
    assert!(mail.contains("micalg=\"sha-256,sha-512\""));
    assert!(mail.lines().all(|line| line.len() <= 64 || line.starts_with("Content-") || line.starts_with("--")));
    assert!(smime::signed(b"", b"", &[HashAlgorithm::Md5]).is_err());
}
