//! Keys in every format: what is read, what is refused, and that damage never does worse than an
//! error.

use std::path::PathBuf;

use ironlatch::Error;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::{ec, ed25519, rsa, x25519};
use ironlatch::error::Input;
use ironlatch::keys::{MAX_PASSWORD_LEN, Parameters, PrivateKey, PublicKey};

const PASSWORD: &[u8] = b"correct horse";

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys"].iter().collect()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// Every sample, by name.
fn samples() -> Vec<(String, Vec<u8>)> {
    let mut samples: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".pem") || name.ends_with(".der"))
        .map(|name| (name.clone(), sample(&name)))
        .collect();
    samples.sort();
    assert!(samples.len() > 20);
    samples
}

fn private_der(key: &PrivateKey) -> Vec<u8> {
    key.to_pkcs8_der().unwrap().to_vec()
}

#[test]
fn reads_every_private_sample() {
    let expected = sample("pkcs8.der");
    let mut encrypted = 0;
    for (name, data) in samples() {
        if name.starts_with("refused") || name.contains("public") || name.starts_with("spki") {
            assert!(PrivateKey::from_pem(&data, Some(PASSWORD), Checks::Full).is_err(), "{name}");
            assert!(PrivateKey::from_der(&data, Some(PASSWORD), Checks::Full).is_err(), "{name}");
            continue;
        }
        let is_encrypted = name.starts_with("pbes") || name.starts_with("traditional");
        encrypted += usize::from(is_encrypted);
        let read = |password| match name.ends_with(".der") {
            true => PrivateKey::from_der(&data, password, Checks::Full),
            false => PrivateKey::from_pem(&data, password, Checks::Full),
        };
        let (right, wrong) = if is_encrypted { (Some(PASSWORD), None) } else { (None, Some(PASSWORD)) };
        assert_eq!(private_der(&read(right).expect(&name)), expected, "{name}");
        let refusal = if is_encrypted { Error::PasswordRequired } else { Error::PasswordNotNeeded };
        for password in [wrong, Some(b"")] {
            assert_eq!(read(password).unwrap_err(), refusal, "{name}");
        }
        if is_encrypted {
            let error = read(Some(b"battery staple")).unwrap_err();
            assert_eq!(error, Error::IncorrectPassword, "{name}");
        }
    }
    assert_eq!(encrypted, 20);
}

#[test]
fn writes_what_openssl_writes() {
    type Write = fn(&PublicKey) -> ironlatch::Result<Vec<u8>>;
    let key = PrivateKey::from_pem(&sample("rsa.pem"), None, Checks::Full).unwrap();
    for (name, written) in [
        ("rsa.pem", key.to_traditional_pem()),
        ("rsa.der", key.to_traditional_der()),
        ("pkcs8.pem", key.to_pkcs8_pem()),
        ("pkcs8.der", key.to_pkcs8_der()),
    ] {
        assert_eq!(*written.unwrap(), sample(name), "{name}");
    }
    let public: [(&str, Write); 4] = [
        ("spki.pem", PublicKey::to_spki_pem),
        ("spki.der", PublicKey::to_spki_der),
        ("pkcs1-public.pem", PublicKey::to_pkcs1_pem),
        ("pkcs1-public.der", PublicKey::to_pkcs1_der),
    ];
    for (name, write) in public {
        let data = sample(name);
        assert_eq!(write(&key.public_key()).unwrap(), data, "{name}");
        let read = if name.ends_with(".pem") { PublicKey::from_pem(&data) } else { PublicKey::from_der(&data) };
        assert_eq!(write(&read.unwrap()).unwrap(), data, "{name}");
    }
}

#[test]
fn a_key_of_known_type_is_read_and_written_alone() {
    let key = rsa::PrivateKey::from_pkcs8_der(&sample("pkcs8.der")).unwrap();
    assert_eq!(*key.to_pkcs8_der().unwrap(), sample("pkcs8.der"));
    assert_eq!(*key.to_pkcs1_der().unwrap(), sample("rsa.der"));
    let public = rsa::PublicKey::from_spki_der(&sample("spki.der")).unwrap();
    assert_eq!(public.to_spki_der().unwrap(), sample("spki.der"));
    assert_eq!(public.to_pkcs1_der().unwrap(), sample("pkcs1-public.der"));
    let error = ed25519::PrivateKey::from_pkcs8_der(&sample("pkcs8.der")).unwrap_err();
    assert_eq!(error.to_string(), "the key is of another type: RSA, 1024 bits");
    assert!(matches!(ec::PublicKey::from_spki_der(&sample("spki.der")), Err(Error::InvalidValue(_))));
}

/// A missing format is one error for all types of keys.
#[test]
fn what_a_type_does_not_have_is_named() {
    let key = PrivateKey::from(ed25519::PrivateKey::generate());
    let public = key.public_key();
    for (result, name) in [
        (key.to_traditional_der().map(|der| der.to_vec()), "OpenSSL's traditional format"),
        (key.to_encrypted_traditional_pem(b"pw"), "OpenSSL's traditional format"),
        (public.to_pkcs1_pem(), "PKCS #1"),
        (public.to_sec1_point(true), "SEC 1"),
        (PublicKey::from(x25519::PrivateKey::generate().public_key()).to_openssh_line(), "OpenSSH"),
    ] {
        assert!(matches!(result, Err(Error::NoSuchFormat { format, .. }) if format == name), "{result:?}");
    }
}

#[test]
fn encrypts_and_decrypts() {
    let key = PrivateKey::from_der(&sample("rsa.der"), None, Checks::Full).unwrap();
    let password = [0xff; MAX_PASSWORD_LEN];
    for write in [PrivateKey::to_encrypted_pkcs8_pem, PrivateKey::to_encrypted_traditional_pem] {
        let text = write(&key, &password).unwrap();
        let again = PrivateKey::from_pem(&text, Some(&password), Checks::Full).unwrap();
        assert_eq!(private_der(&again), private_der(&key));
        for password in [&[0xff; MAX_PASSWORD_LEN + 1][..], b""] {
            assert!(matches!(write(&key, password), Err(Error::Length { what: Input::Password, .. })));
        }
    }
    let der = key.to_encrypted_pkcs8_der(b"pw").unwrap();
    let again = PrivateKey::from_der(&der, Some(b"pw"), Checks::Full).unwrap();
    assert_eq!(private_der(&again), private_der(&key));
}

#[test]
fn writes_the_ssh_line() {
    let key = PublicKey::from_pem(&sample("spki.pem")).unwrap();
    let line = String::from_utf8(key.to_openssh_line().unwrap()).unwrap();
    // `string "ssh-rsa"`, `mpint 65537`, then `mpint n` of 129 bytes with its sign.
    assert!(line.starts_with("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ"), "{line}");
    assert_eq!(line.len(), "ssh-rsa ".len() + (4 + 7 + 4 + 3 + 4 + 129_usize).div_ceil(3) * 4);
}

#[test]
fn labels_decide() {
    let pkcs8 = String::from_utf8(sample("pkcs8.pem")).unwrap();
    let traditional = String::from_utf8(sample("rsa.pem")).unwrap();
    let read = |text: &str| PrivateKey::from_pem(text.as_bytes(), None, Checks::Full);
    assert!(matches!(
        read(&pkcs8.replace("PRIVATE", "RSA PRIVATE")),
        Err(Error::MislabelledPem { hint, .. }) if hint.contains("PKCS#8 format")
    ));
    let fitting = |text: &str| match read(text) {
        Err(Error::MislabelledPem { fitting, .. }) => fitting,
        other => panic!("{other:?}"),
    };
    assert_eq!(fitting(&traditional.replace("RSA PRIVATE", "PRIVATE")), "RSA PRIVATE KEY");
    assert_eq!(fitting(&traditional.replace("RSA PRIVATE", "ENCRYPTED PRIVATE")), "RSA PRIVATE KEY");
    assert!(matches!(read(&pkcs8.replace("PRIVATE", "ANY PRIVATE")), Err(Error::InvalidValue(_))));
    assert_eq!(fitting(&traditional.replace("RSA", "DSA")), "RSA PRIVATE KEY");

    let spki = String::from_utf8(sample("spki.pem")).unwrap();
    let pkcs1 = String::from_utf8(sample("pkcs1-public.pem")).unwrap();
    let read = |text: &str| PublicKey::from_pem(text.as_bytes());
    assert!(read(&spki.replace("PUBLIC", "RSA PUBLIC")).is_ok());
    assert!(matches!(
        read(&pkcs1.replace("RSA PUBLIC", "PUBLIC")),
        Err(Error::MislabelledPem { fitting: "RSA PUBLIC KEY", .. })
    ));
    assert!(read(&format!("words\n{spki}")).is_ok());
    assert!(read(&format!("{pkcs8}{spki}")).is_ok(), "blocks of other things are skipped");
}

#[test]
fn parameters_that_are_no_group_are_refused() {
    let dh = b"\x30\x06\x02\x01\x17\x02\x01\x05";
    assert!(matches!(Parameters::from_der(dh), Err(Error::NumberSize { number: "p", got: 5, .. })));
    assert!(matches!(Parameters::from_der(b"\x30\x00"), Err(Error::InvalidValue(_))));
    let text = b"-----BEGIN DH PARAMETERS-----\nMAYCARcCAQU=\n-----END DH PARAMETERS-----\n";
    assert!(matches!(Parameters::from_pem(text), Err(Error::NumberSize { .. })));
    assert!(matches!(Parameters::from_pem(b""), Err(Error::InvalidValue(_))));
}

/// Reads `data` in every way. What comes out does not matter, only that something comes out.
fn read_all_ways(data: &[u8]) {
    for password in [None, Some(PASSWORD)] {
        let _ = PrivateKey::from_pem(data, password, Checks::Skipped);
        let _ = PrivateKey::from_der(data, password, Checks::Skipped);
    }
    let _ = PublicKey::from_pem(data);
    let _ = PublicKey::from_der(data);
    let _ = Parameters::from_pem(data);
    let _ = Parameters::from_der(data);
}

#[test]
fn no_truncation_reads_as_a_key() {
    for (name, data) in samples() {
        let last = data.trim_ascii_end().len();
        for len in 0..if name.ends_with(".pem") { last } else { data.len() } {
            let data = &data[..len];
            for password in [None, Some(PASSWORD)] {
                assert!(PrivateKey::from_pem(data, password, Checks::Skipped).is_err(), "{name} at {len}");
                assert!(PrivateKey::from_der(data, password, Checks::Skipped).is_err(), "{name} at {len}");
            }
            assert!(PublicKey::from_pem(data).is_err(), "{name} at {len}");
            assert!(PublicKey::from_der(data).is_err(), "{name} at {len}");
        }
    }
}

#[test]
fn no_addition_reads_as_a_key() {
    for name in ["rsa.der", "pkcs8.der", "spki.der", "pkcs1-public.der"] {
        let mut data = sample(name);
        data.push(0);
        assert!(PrivateKey::from_der(&data, None, Checks::Skipped).is_err(), "{name}");
        assert!(PublicKey::from_der(&data).is_err(), "{name}");
    }
}

#[test]
fn damage_is_survived() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (_, data) in samples() {
        for _ in 0..200 {
            let mut damaged = data.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(damaged.len());
                match random.below(4) {
                    0 => damaged[at] ^= 1 << random.below(8),
                    1 => damaged[at] = random.below(256) as u8,
                    2 => drop(damaged.remove(at)),
                    _ => damaged.insert(at, random.below(256) as u8),
                }
            }
            read_all_ways(&damaged);
        }
    }
}

/// The DER of encrypted samples is behind base64, where single flips rarely meet the structure: so
/// flip it directly.
#[test]
fn damage_behind_base64_is_survived() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for (name, data) in samples() {
        if !name.ends_with(".pem") || name.starts_with("traditional") {
            continue;
        }
        let block = ironlatch::keys::pem::find(&data, |_| true, "").unwrap();
        let der = block.decode().unwrap();
        // The first bytes hold the parameters of the encryption.
        for at in 0..der.len().min(140) {
            let mut damaged = der.to_vec();
            damaged[at] ^= 1 << random.below(8);
            read_all_ways(&damaged);
        }
    }
}

#[test]
fn hostile_shapes_are_refused() {
    let nested = [0x30, 0x80].repeat(100_000);
    let nested_definite = (0..2000).fold(vec![0x05, 0x00], |inner, _| {
        let len = u16::try_from(inner.len()).unwrap().to_be_bytes();
        [&[0x30, 0x82, len[0], len[1]], inner.as_slice()].concat()
    });
    let huge_len = b"\x30\x84\xff\xff\xff\xff\x00".to_vec();
    let wide_len = b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff\x00".to_vec();
    let long_form = b"\x30\x81\x06\x02\x01\x17\x02\x01\x05".to_vec();
    for data in [nested, nested_definite, huge_len, wide_len, long_form, Vec::new(), vec![0; 10_000], vec![0x30]] {
        read_all_ways(&data);
        assert!(matches!(PrivateKey::from_der(&data, Some(PASSWORD), Checks::Full), Err(Error::InvalidValue(_))));
        assert!(matches!(PublicKey::from_der(&data), Err(Error::InvalidValue(_))));
    }
}

/// xorshift64*: a test that fails must fail again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }
}
