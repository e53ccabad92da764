//! Reading signed mail from Rust. `tests/python/test_cms_mail.py` has more, and `openssl`.

use ironlatch::asymmetric::ed25519;
use ironlatch::cms::pkcs7::mail::SignedMail;
use ironlatch::cms::pkcs7::signing::{NewSigner, Options, SignedAttributes, sign};
use ironlatch::cms::pkcs7::smime;
use ironlatch::cms::{Error, SignatureFault};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::PrivateKey;
use ironlatch::x509::Time;
use ironlatch::x509::building::KeySigner;
use ironlatch::x509::verification::{Policy, Store};

use crate::signed_data::certificate;

const TEXT: &[u8] = b"a message\r\nof two lines\r\n";

fn mail(key: &PrivateKey, signed: &[u8], sent: &[u8]) -> Vec<u8> {
    let (certificate, key) = (certificate(key), KeySigner::new(key, None).unwrap());
    let signers = [NewSigner { certificate: &certificate, key, hash: HashAlgorithm::Sha512 }];
    let options = Options { is_detached: true, attributes: SignedAttributes::Usual, has_certificates: true };
    let signature = sign::<_, Error>(signed, &signers, &[], options, Time::now()).unwrap();
    smime::signed(sent, &signature, &[HashAlgorithm::Sha512]).unwrap()
}

#[test]
fn the_line_ends_of_mail_are_signed() {
    let key = PrivateKey::from(ed25519::PrivateKey::generate());
    let unix = b"a message\nof two lines\n";
    // Signed and sent with the same ends, and signed with those of mail and found in a file.
    for (signed, sent) in [(TEXT, TEXT), (&unix[..], &unix[..]), (TEXT, &unix[..])] {
        let mail = mail(&key, signed, sent);
        let mail = SignedMail::read(&mail).unwrap();
        let (content, verified) = mail.verify_signatures(&[]).unwrap();
        assert_eq!((&content[..], verified.len()), (signed, 1));
        assert!(mail.message().content().is_none());
        let refused = mail.verify(&[], &Store::new([]), &Policy::purpose(None).lenient()).unwrap_err();
        assert!(matches!(refused, Error::NotVerified { signer: 0, fault: SignatureFault::Chain(_) }), "{refused}");
    }
    let mail = mail(&key, unix, TEXT);
    let refused = SignedMail::read(&mail).unwrap().verify_signatures(&[]).unwrap_err();
    assert_eq!(refused, Error::NotVerified { signer: 0, fault: SignatureFault::Digest });
}
