//! Files encrypted to SSH keys. `tests/data/keys/ssh/make.sh` made the keys with `ssh-keygen`, and
//! the files with `age`.

use std::path::PathBuf;

use ironlatch::recipes::Error;
use ironlatch::recipes::error::WrongKey;
use ironlatch::recipes::files::{Decryptor, Identity, Recipient, decrypt, encrypt, parse_recipients};

const PLAIN: &[u8] = b"attack at dawn";
const PASSPHRASE: &[u8] = b"correct horse";

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys/ssh", name].iter().collect();
    std::fs::read(path).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(sample(name)).unwrap()
}

fn identity(name: &str) -> Identity {
    Identity::parse_file(&text(name)).expect(name).remove(0)
}

fn recipient(name: &str) -> Recipient {
    text(&format!("{name}.pub")).parse().expect(name)
}

fn seal(recipients: &[Recipient]) -> Vec<u8> {
    let mut sealed = Vec::new();
    encrypt(recipients, &mut &PLAIN[..], &mut sealed).unwrap();
    sealed
}

fn open(identities: &[Identity], mut sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let mut opened = Vec::new();
    decrypt(identities, &mut sealed, &mut opened).map(|_| opened)
}

#[test]
fn what_age_encrypts() {
    for name in ["ed25519", "rsa"] {
        assert_eq!(open(&[identity(name)], &sample(&format!("{name}.age"))).unwrap(), PLAIN, "{name}");
        assert_eq!(open(&[identity(name)], &sample("several.age")).unwrap(), PLAIN, "{name}");
        let other = identity(if name == "rsa" { "ed25519" } else { "rsa" });
        assert!(matches!(open(&[other], &sample(&format!("{name}.age"))), Err(Error::WrongKey { .. })), "{name}");
    }
}

#[test]
fn there_and_back() {
    for name in ["ed25519", "rsa"] {
        let sealed = seal(&[recipient(name), Identity::generate().recipient().unwrap()]);
        assert_eq!(open(&[Identity::generate(), identity(name)], &sealed).unwrap(), PLAIN, "{name}");
        assert_eq!(identity(name).recipient().unwrap().to_string(), recipient(name).to_string(), "{name}");
    }
}

#[test]
fn locked_keys() {
    let sealed = sample("several.age");
    for name in ["ed25519-aes256-ctr", "rsa-encrypted"] {
        let locked = identity(name);
        assert!(locked.is_locked(), "{name}");
        // Whose key it is shows before it is unlocked.
        assert_eq!(locked.recipient().unwrap().to_string(), recipient(name).to_string(), "{name}");
        assert!(Decryptor::new(&sealed[..]).unwrap().is_for(&locked), "{name}");
        assert!(!Decryptor::new(&sample("rsa.age")[..]).unwrap().is_for(&locked), "{name}");

        let error = open(std::slice::from_ref(&locked), &sealed).unwrap_err();
        assert!(matches!(&error, Error::WrongKey { reason: WrongKey::Locked, .. }), "{error}");
        for wrong in [&b"incorrect horse"[..], b""] {
            let error = locked.unlock(wrong).unwrap_err();
            assert!(matches!(&error, Error::WrongKey { reason: WrongKey::SshPassphrase, .. }), "{error}");
        }
        let unlocked = locked.unlock(PASSPHRASE).unwrap();
        assert!(!unlocked.is_locked());
        assert_eq!(open(std::slice::from_ref(&unlocked), &sealed).unwrap(), PLAIN, "{name}");
        assert!(unlocked.unlock(b"anything").is_ok(), "an open key needs no passphrase");
        // A locked key does not stand in the way of one that fits.
        assert_eq!(open(&[locked, identity("rsa")], &sealed).unwrap(), PLAIN, "{name}");
        assert!(!format!("{unlocked:?}").contains("correct"));
    }
    // One whose cipher has a tag.
    assert!(matches!(identity("ed25519-aes256-gcm").unlock(b"wrong"), Err(Error::WrongKey { .. })));
    assert!(identity("ed25519-aes256-gcm").unlock(PASSPHRASE).is_ok());
}

#[test]
fn every_flipped_byte_of_the_header_is_noticed() {
    for name in ["ed25519", "rsa"] {
        let (sealed, identity) = (sample(&format!("{name}.age")), identity(name));
        let header = sealed.windows(5).position(|window| window == b"\n--- ").unwrap() + 1 + 4 + 43 + 1;
        for at in 0..header {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            let error = open(std::slice::from_ref(&identity), &changed).unwrap_err();
            assert!(matches!(error, Error::Damaged(_) | Error::WrongKey { .. }), "{name}, byte {at}: {error}");
        }
        for len in 0..header {
            assert!(
                matches!(open(std::slice::from_ref(&identity), &sealed[..len]), Err(Error::Damaged(_))),
                "{name} at {len}"
            );
        }
    }
}

#[test]
fn malformed_stanzas() {
    let sealed = sample("ed25519.age");
    let header =
        String::from_utf8_lossy(&sealed[..sealed.windows(4).position(|four| four == b"\n---").unwrap()]).into_owned();
    let (tag, share) = header.lines().nth(1).unwrap().strip_prefix("-> ssh-ed25519 ").unwrap().split_once(' ').unwrap();
    let mac = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let body = header.lines().nth(2).unwrap();
    let zero_share = "A".repeat(43);
    for stanza in [
        format!("-> ssh-ed25519\n{body}"),
        format!("-> ssh-ed25519 {tag}\n{body}"),
        format!("-> ssh-ed25519 {tag} {share} more\n{body}"),
        format!("-> ssh-ed25519 {tag} {}\n{body}", &share[..42]),
        format!("-> ssh-ed25519 {tag} {zero_share}\n{body}"),
        format!("-> ssh-ed25519 {tag} {share}\n{}", &body[..40]),
        format!("-> ssh-ed25519 {tag} {share}\n"),
    ] {
        let file = format!("age-encryption.org/v1\n{stanza}\n{mac}\n0123456789abcdef0123456789abcdef");
        let error = open(&[identity("ed25519")], file.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{stanza}: {error}");
    }
    let file = format!("age-encryption.org/v1\n-> ssh-rsa\nAAAA\n{mac}\n0123456789abcdef0123456789abcdef");
    assert!(matches!(open(&[identity("rsa")], file.as_bytes()), Err(Error::Damaged(_))));
}

#[test]
fn keys_that_cannot_encrypt() {
    let parse = |text: &str| text.parse::<Recipient>().unwrap_err().to_string();
    assert!(parse(&text("rsa-1024.pub")).contains("1024 bits"));
    for name in ["ecdsa-256.pub", "dsa.pub"] {
        let error = parse(&text(name));
        assert!(error.contains("only those of type ssh-ed25519 and ssh-rsa"), "{error}");
    }
    for name in ["ecdsa-256", "dsa", "ecdsa-encrypted"] {
        let error = Identity::parse_file(&text(name)).unwrap_err().to_string();
        assert!(error.contains("only those of type ssh-ed25519 and ssh-rsa"), "{error}");
    }
    // Not on the curve, not reduced, of small order.
    for point in [[2; 32], [0xff; 32], core::array::from_fn(|index| u8::from(index == 0))] {
        let blob = [&b"\0\0\0\x0bssh-ed25519\0\0\0\x20"[..], &point].concat();
        let line = format!("ssh-ed25519 {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, blob));
        assert!(parse(&line).contains("not a point of the curve"), "{point:?}");
    }
    for wrong in ["ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAB3NzaC1yc2E", "ssh-rsa ????"] {
        assert!(matches!(wrong.parse::<Recipient>(), Err(Error::Core(error)) if error.is_wrong_value()), "{wrong}");
    }
}

#[test]
fn recipients_files() {
    let authorized = format!(
        "# my friends\n\n{}{}no-pty,from=\"10.0.0.*,a \\\" b\",command=\"echo ssh-rsa\" {}\n{}\n",
        text("ed25519.pub"),
        text("rsa.pub"),
        text("rsa-encrypted.pub").trim(),
        Identity::generate().recipient().unwrap(),
    );
    let found = parse_recipients(&authorized).unwrap();
    assert_eq!(found.len(), 4);
    assert_eq!(found[2].to_string(), recipient("rsa-encrypted").to_string());
    assert_eq!(open(&[identity("rsa-encrypted").unlock(PASSPHRASE).unwrap()], &seal(&found)).unwrap(), PLAIN);

    // A recipient is not left out silently.
    let error = parse_recipients(&format!("{}{}", text("ed25519.pub"), text("ecdsa-256.pub"))).unwrap_err().to_string();
    assert!(error.starts_with("line 2") && error.contains("only those of type"), "{error}");
}

#[test]
fn other_files_of_private_keys() {
    use ironlatch::asymmetric::rsa::Checks;
    use ironlatch::keys::ssh::PrivateKeyFile;
    for name in ["ed25519", "rsa"] {
        let key = PrivateKeyFile::from_pem(&sample(name)).unwrap().decrypt(None, Checks::Full).unwrap();
        let pem = key.to_pkcs8_pem().unwrap();
        let again = Identity::parse_file(core::str::from_utf8(&pem).unwrap()).unwrap();
        assert_eq!(open(&again, &sample(&format!("{name}.age"))).unwrap(), PLAIN, "{name}");
        let pem = key.to_encrypted_pkcs8_pem(b"pw").unwrap();
        let error = Identity::parse_file(core::str::from_utf8(&pem).unwrap()).unwrap_err().to_string();
        assert!(error.contains("ssh-keygen -p"), "{error}");
    }
    assert!(identity("ed25519").to_text().is_none());
    assert!(identity("ed25519").write_file(&mut Vec::new()).is_err());
}
