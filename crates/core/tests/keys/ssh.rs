//! OpenSSH's keys. The samples are `ssh-keygen`'s: `tests/data/keys/ssh/make.sh` made them.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hex_literal::hex;
use ironlatch::Error;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::kdf::Kdf;
use ironlatch::kdf::bcrypt_pbkdf::BcryptPbkdf;
use ironlatch::keys::ssh::{self, Line, PrivateKeyFile};
use ironlatch::keys::{PrivateKey, pem};

const PASSWORD: &[u8] = b"correct horse";

const PLAIN: [&str; 7] = ["ed25519", "rsa", "rsa-1024", "dsa", "ecdsa-256", "ecdsa-384", "ecdsa-521"];

const ENCRYPTED: [&str; 12] = [
    "ed25519-aes128-cbc",
    "ed25519-aes192-cbc",
    "ed25519-aes256-cbc",
    "ed25519-aes128-ctr",
    "ed25519-aes192-ctr",
    "ed25519-aes256-ctr",
    "ed25519-3des-cbc",
    "ed25519-aes128-gcm",
    "ed25519-aes256-gcm",
    "ed25519-chacha20-poly1305",
    "rsa-encrypted",
    "ecdsa-encrypted",
];

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys/ssh", name].iter().collect();
    std::fs::read(path).unwrap()
}

fn file(name: &str) -> PrivateKeyFile {
    PrivateKeyFile::from_pem(&sample(name)).expect(name)
}

/// The bytes inside the file `name`.
fn inside(name: &str) -> Vec<u8> {
    pem::find(&sample(name), |_| true, "").unwrap().decode().unwrap().to_vec()
}

fn wrap(bytes: &[u8]) -> Vec<u8> {
    pem::encode(ssh::LABEL, &[], bytes).to_vec()
}

fn read(bytes: &[u8], password: Option<&[u8]>) -> Result<PrivateKey, Error> {
    PrivateKeyFile::from_pem(&wrap(bytes))?.decrypt(password, Checks::Full)
}

/// The line of the public key that belongs to the private one, without its comment.
fn expected_line(name: &str) -> Vec<u8> {
    let text = sample(&format!("{name}.pub"));
    text.split(|byte| *byte == b' ').take(2).collect::<Vec<_>>().join(&b' ')
}

#[test]
fn reads_every_type_of_key() {
    for name in PLAIN {
        let file = file(name);
        assert!(!file.is_encrypted(), "{name}");
        let key = file.decrypt(None, Checks::Full).expect(name);
        assert_eq!(key.public_key().to_openssh_line().unwrap(), expected_line(name), "{name}");
        assert_eq!(file.public_key().unwrap().to_line(), expected_line(name), "{name}");
        assert_eq!(file.decrypt(Some(PASSWORD), Checks::Full).unwrap_err(), Error::PasswordNotNeeded, "{name}");
    }
}

#[test]
fn reads_every_encryption() {
    for name in ENCRYPTED {
        let file = file(name);
        assert!(file.is_encrypted(), "{name}");
        // The public key is there before the password is.
        assert_eq!(file.public_key().unwrap().to_line(), expected_line(name), "{name}");
        let key = file.decrypt(Some(PASSWORD), Checks::Full).expect(name);
        assert_eq!(key.public_key().to_openssh_line().unwrap(), expected_line(name), "{name}");
    }
}

#[test]
fn a_wrong_password_is_one_error_for_each_kind_of_cipher() {
    for name in ENCRYPTED {
        let file = file(name);
        let expected = match name {
            "ed25519-aes128-gcm" | "ed25519-aes256-gcm" | "ed25519-chacha20-poly1305" => Error::InvalidTag,
            _ => Error::IncorrectPassword,
        };
        for password in [&b"incorrect horse"[..], b"c", &[b'x'; 5000], b"\xff\0\xfe"] {
            assert_eq!(file.decrypt(Some(password), Checks::Full).unwrap_err(), expected, "{name}");
        }
        for password in [None, Some(&b""[..])] {
            assert_eq!(file.decrypt(password, Checks::Full).unwrap_err(), Error::PasswordRequired, "{name}");
        }
    }
}

#[test]
fn every_flipped_byte_is_noticed() {
    // The check numbers of an unencrypted file are in it twice, and the comment means nothing.
    let bytes = inside("ed25519");
    let comment = bytes.windows(11).position(|window| window == b"\0\0\0\x07ed25519").unwrap() + 4;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x20;
        let result = read(&changed, None);
        assert_eq!(result.is_ok(), (comment..comment + 7).contains(&at), "byte {at}");
    }
    // Of an encrypted one, a change to the comment's block may pass: only a tag notices it.
    let bytes = inside("ed25519-aes256-gcm");
    let rounds = 15 + (4 + "aes256-gcm@openssh.com".len()) + (4 + "bcrypt".len()) + 4 + (4 + 16);
    // Not those bytes that make many rounds of few.
    for at in (0..bytes.len()).filter(|at| !(rounds..rounds + 3).contains(at)) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(read(&changed, Some(PASSWORD)).is_err(), "byte {at}");
    }
}

#[test]
fn truncation_is_noticed() {
    for name in ["ed25519", "rsa-encrypted", "ed25519-aes256-gcm"] {
        let bytes = inside(name);
        for len in 0..bytes.len() {
            assert!(PrivateKeyFile::from_pem(&wrap(&bytes[..len])).is_err(), "{name} at {len}");
        }
        let longer = [&bytes[..], b"\0"].concat();
        assert!(PrivateKeyFile::from_pem(&wrap(&longer)).is_err(), "{name}");
    }
}

/// Puts a file together from its parts.
fn make(cipher: &str, kdf: &str, options: &[u8], count: u32, public: &[u8], private: &[u8]) -> Vec<u8> {
    let mut bytes = b"openssh-key-v1\0".to_vec();
    for part in [cipher.as_bytes(), kdf.as_bytes(), options] {
        put(&mut bytes, part);
    }
    bytes.extend(count.to_be_bytes());
    put(&mut bytes, public);
    put(&mut bytes, private);
    bytes
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
    bytes.extend(part);
}

#[test]
fn hostile_files() {
    let public = expected_line("ed25519");
    let public = STANDARD.decode(&public[b"ssh-ed25519 ".len()..]).unwrap();
    let fault = |file: &[u8]| read(file, Some(PASSWORD)).unwrap_err().to_string();

    let mut options = Vec::new();
    put(&mut options, b"salt and pepper!");
    options.extend(u32::MAX.to_be_bytes());
    let error = fault(&make("aes256-ctr", "bcrypt", &options, 1, &public, &[0; 64]));
    assert!(error.contains("at most 1000, not 4294967295"), "{error}");
    let start = std::time::Instant::now();
    options.truncate(options.len() - 4);
    options.extend((ssh::MAX_ROUNDS + 1).to_be_bytes());
    let dear = make("aes256-ctr", "bcrypt", &options, 1, &public, &[0; 64]);
    assert!(fault(&dear).contains("ssh-keygen -p"));
    let dear = PrivateKeyFile::from_pem(&wrap(&dear)).unwrap();
    assert!(dear.is_encrypted() && dear.public_key().is_ok(), "what costs nothing is told all the same");
    let within = |max| dear.decrypt_within(max, Some(PASSWORD), Checks::Full).unwrap_err().to_string();
    assert!(within(24).contains("rounds of key derivation that the OpenSSH key asks for must be at most 24, not 1001"));
    assert!(start.elapsed().as_secs() < 5, "before the work");

    options.truncate(options.len() - 4);
    options.extend(0u32.to_be_bytes());
    let error = fault(&make("aes256-ctr", "bcrypt", &options, 1, &public, &[0; 64]));
    assert!(error.contains("rounds must be at least 1, not 0"), "{error}");

    let salt_of_4_gib = [0xff, 0xff, 0xff, 0xff, 1];
    let error = fault(&make("aes256-ctr", "bcrypt", &salt_of_4_gib, 1, &public, &[0; 64]));
    assert!(error.contains("cut short"), "{error}");

    for count in [0, 2, u32::MAX] {
        let error = fault(&make("none", "none", b"", count, &public, &[0; 64]));
        assert!(error.contains(&format!("it holds {count} keys")), "{error}");
    }
    for (cipher, kdf) in
        [("aes256-ctr", "none"), ("none", "bcrypt"), ("aes512-ctr", "bcrypt"), ("aes256-ctr", "scrypt")]
    {
        let error = read(&make(cipher, kdf, b"", 1, &public, &[0; 64]), Some(PASSWORD)).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{cipher} {kdf}: {error}");
    }
    assert!(PrivateKeyFile::from_pem(&[b"x".repeat(100_000), sample("rsa")].concat()).is_ok());
    assert!(PrivateKeyFile::from_pem(b"").is_err());
}

#[test]
fn another_public_key_beside_the_private_one_is_refused() {
    let (one, other) = (inside("ed25519"), expected_line("ed25519-aes256-ctr"));
    let other = STANDARD.decode(&other[b"ssh-ed25519 ".len()..]).unwrap();
    let mine = file("ed25519").public_blob().to_vec();
    let at = one.windows(mine.len()).position(|window| window == mine).unwrap();
    let mut changed = one;
    changed[at..at + other.len()].copy_from_slice(&other);
    let error = read(&changed, None).unwrap_err();
    assert!(error.to_string().contains("does not belong"), "{error}");
}

#[test]
fn lines() {
    let text = sample("rsa.pub");
    let line = Line::parse(&text).unwrap();
    assert_eq!((line.kind(), line.comment()), ("ssh-rsa", &b"rsa"[..]));
    let spaced = [b"ssh-rsa \t ", &expected_line("rsa")[8..], b"  two words \r\n"].concat();
    assert_eq!(Line::parse(&spaced).unwrap().comment(), b"two words");
    assert_eq!(Line::parse(&spaced).unwrap().blob(), line.blob());

    for wrong in [
        &b""[..],
        b"ssh-rsa",
        b"ssh-rsa ",
        b"ssh-rsa AAAA",
        b"ssh-rsa not!base64",
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
        b"\xff\xff AAAA",
        &[b"ssh-dss ", &expected_line("rsa")[8..]].concat(),
    ] {
        let error = Line::parse(wrong).and_then(|line| line.key()).unwrap_err();
        assert!(error.is_wrong_value(), "{wrong:?}: {error:?}");
    }
    let mut blob = Vec::new();
    put(&mut blob, b"ssh-xmss@openssh.com");
    let line = format!("ssh-xmss@openssh.com {}", STANDARD.encode(&blob));
    assert!(matches!(Line::parse(line.as_bytes()).unwrap().key(), Err(Error::Unsupported { .. })));
}

#[test]
fn every_truncated_public_key_is_refused() {
    for name in PLAIN {
        let line = sample(&format!("{name}.pub"));
        let whole = Line::parse(&line).unwrap();
        for len in 0..whole.blob().len() {
            let cut = format!("{} {}", whole.kind(), STANDARD.encode(&whole.blob()[..len]));
            assert!(Line::parse(cut.as_bytes()).and_then(|line| line.key()).is_err(), "{name} at {len}");
        }
        let longer = format!("{} {}", whole.kind(), STANDARD.encode([whole.blob(), b"\0"].concat()));
        assert!(Line::parse(longer.as_bytes()).unwrap().key().is_err(), "{name}");
    }
}

/// From the tests of OpenBSD's own function.
#[test]
fn bcrypt_pbkdf_vectors() {
    let derive = |password: &[u8], salt: &[u8], len, rounds| {
        BcryptPbkdf::new(salt, len, rounds).unwrap().derive(password).unwrap().expose().to_vec()
    };
    let expected = hex!("5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9");
    assert_eq!(derive(b"password", b"salt", 32, 4), expected);
    assert_eq!(derive(b"password", b"\0", 16, 4), hex!("c12b566235eee04c212598970a579a67"));
    for (salt, len, rounds) in [(&b""[..], 32, 1), (b"salt", 0, 1), (b"salt", 513, 1), (b"salt", 32, 0)] {
        let error = BcryptPbkdf::new(salt, len, rounds).unwrap_err();
        assert_eq!(matches!(error, Error::OutOfRange { .. }), rounds == 0);
        assert!(matches!(error, Error::OutOfRange { .. } | Error::Length { .. }));
    }
}

#[test]
fn ones_own_file_may_ask_for_more() {
    let file = file("ed25519-aes256-ctr");
    assert!(file.decrypt_within(1, Some(PASSWORD), Checks::Full).is_err());
    assert!(file.decrypt_within(100_000, Some(PASSWORD), Checks::Full).is_ok());
}
