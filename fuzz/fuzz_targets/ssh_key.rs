//! Keys as OpenSSH writes them: a public key's line is written the same, a private key's file holds
//! what it says.
#![no_main]

use ironlatch::asymmetric::rsa::Checks;
use ironlatch::keys::ssh::{Identity, Line, PrivateKeyFile};
use ironlatch_fuzz::{exercise_private, exercise_public};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for line in [Line::parse(data), Line::parse_authorized(data)].into_iter().flatten() {
        let Ok(key) = line.key() else { continue };
        assert_eq!(key.to_blob(), line.blob(), "there are two encodings");
        let written = key.to_line();
        assert_eq!(Line::parse(&written).expect("and read").blob(), line.blob());
        exercise_public(key.key());
    }
    if let Ok(line) = Line::read(data)
        && let Ok(Identity::Certificate(certificate)) = line.identity()
    {
        let _ = (certificate.verify_signature(), certificate.signature_key());
        let again = Line::parse(&certificate.to_line()).expect("what is written is read");
        assert_eq!(again.blob(), certificate.blob());
    }
    let Ok(file) = PrivateKeyFile::from_pem(data).or_else(|_| PrivateKeyFile::from_bytes(data)) else { return };
    let _ = file.public_key();
    let password = file.is_encrypted().then_some(&b"correct horse"[..]);
    if password.is_some() && rounds(data).is_none_or(|rounds| rounds > 2) {
        return;
    }
    if let Ok(key) = file.decrypt(password, Checks::Skipped) {
        assert_eq!(key.public_key().to_openssh_blob().unwrap(), file.public_blob());
        let written = key.to_openssh_pem(b"comment").expect("and written");
        let again = PrivateKeyFile::from_pem(&written).expect("and read");
        assert_eq!(again.public_blob(), file.public_blob());
        again.decrypt(None, Checks::Skipped).expect("and holds the key");
        exercise_private(&key);
    }
});

/// The maximum number of password hashes for a file that is not in PEM: an honest one asks for
/// seconds of work.
fn rounds(data: &[u8]) -> Option<u32> {
    let options = data.windows(6).position(|window| window == b"bcrypt")? + 6;
    let number = |at: usize| data.get(at..at + 4).map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap()));
    number(options + usize::try_from(number(options)?).ok()?)
}
