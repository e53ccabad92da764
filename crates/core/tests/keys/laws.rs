//! Laws that hold for keys of every type in every format: what was written is read as the same key,
//! and what was changed is either refused or written as it was read.

use std::path::PathBuf;
use std::sync::LazyLock;

use ironlatch::Result;
use ironlatch::asymmetric::ec::{self, Curve};
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::{dh, dsa, dss_signature, ed448, ed25519, ml_dsa, ml_kem, slh_dsa, x448, x25519};
use ironlatch::kdf::argon2::Cost;
use ironlatch::keys::jwk::{Jwk, Key};
use ironlatch::keys::ssh::{
    Certificate, CertificateType, FileSignature, Line, PpkFile, PpkVersion, PrivateKeyFile, SshPublicKey, Terms,
};
use ironlatch::keys::{PrivateKey, PublicKey, pbes, pem, pkcs8};
use ironlatch::oid::ObjectIdentifier;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A share of the usual number of cases, for laws of which each case takes long.
fn config(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / share).max(1), failure_persistence: None, ..usual }
}

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/data/keys", name].iter().collect();
    std::fs::read(path).unwrap()
}

/// Keys of which random bytes make none, or not quickly.
static SLOW: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
    let ssh = |name: &str| PrivateKeyFile::from_pem(&sample(name)).unwrap().decrypt(None, Checks::Full).unwrap();
    let slh_dsa = slh_dsa::PrivateKey::generate(slh_dsa::ParameterSet::Shake128f).unwrap();
    let rsa = PrivateKey::from_der(&sample("pkcs8.der"), None, Checks::Full).unwrap();
    vec![rsa, ssh("ssh/rsa-1024"), slh_dsa.into()]
});

/// The group of a sample: testing its primes takes long.
static DSA: LazyLock<dsa::ParameterComponents> = LazyLock::new(|| {
    let file = PrivateKeyFile::from_pem(&sample("ssh/dsa")).unwrap();
    let key = dsa::PrivateKey::try_from(file.decrypt(None, Checks::Full).unwrap()).unwrap();
    key.parameters().components()
});

const CURVES: [Curve; 9] = [
    Curve::Secp192r1,
    Curve::Secp224r1,
    Curve::Secp256r1,
    Curve::Secp384r1,
    Curve::Secp521r1,
    Curve::Secp256k1,
    Curve::BrainpoolP256r1,
    Curve::BrainpoolP384r1,
    Curve::BrainpoolP512r1,
];

/// A private key of any type. Numbers with zeros in front are among them.
fn key() -> impl Strategy<Value = PrivateKey> {
    use ml_dsa::ParameterSet::{MlDsa44, MlDsa65, MlDsa87};
    use ml_kem::ParameterSet::{MlKem512, MlKem768, MlKem1024};
    let number = || (any::<[u8; 20]>(), 0..20usize).prop_map(|(number, zeros)| number[zeros..].to_vec());
    prop_oneof![
        (0..SLOW.len()).prop_map(|at| SLOW[at].clone()),
        any::<[u8; 32]>().prop_map(|seed| ed25519::PrivateKey::from_array(&seed).into()),
        any::<[u8; 32]>().prop_map(|scalar| x25519::PrivateKey::from_bytes(&scalar).unwrap().into()),
        vec(any::<u8>(), 57).prop_map(|seed| ed448::PrivateKey::from_bytes(&seed).unwrap().into()),
        vec(any::<u8>(), 56).prop_map(|scalar| x448::PrivateKey::from_bytes(&scalar).unwrap().into()),
        (select(&CURVES[..]), number()).prop_filter_map("zero is no scalar", |(curve, scalar)| {
            ec::PrivateKey::from_bytes(curve, &scalar).ok().map(PrivateKey::from)
        }),
        (select(&CURVES[..])).prop_map(|curve| ec::PrivateKey::generate(curve).unwrap().into()),
        number().prop_filter_map("too large or zero", |x| {
            dsa::PrivateKey::from_private_number(&DSA, &x, dsa::Checks::Soundness).ok().map(PrivateKey::from)
        }),
        number().prop_filter_map("too small", |x| {
            let [p, g] = [dh_prime(), vec![2]];
            let group = dh::ParameterComponents { p, g, q: None };
            dh::PrivateKey::from_private_number(&group, &x).ok().map(PrivateKey::from)
        }),
        (select(vec![MlDsa44, MlDsa65, MlDsa87]), any::<[u8; 32]>())
            .prop_map(|(set, seed)| ml_dsa::PrivateKey::from_bytes(set, &seed).unwrap().into()),
        (select(vec![MlKem512, MlKem768, MlKem1024]), vec(any::<u8>(), 64))
            .prop_map(|(set, seed)| ml_kem::PrivateKey::from_bytes(set, &seed).unwrap().into()),
    ]
}

/// A key that SSH has.
fn ssh_key() -> impl Strategy<Value = PrivateKey> {
    key().prop_filter("a type that SSH has", |key| key.public_key().to_openssh_blob().is_ok())
}

/// The 1536-bit prime of RFC 3526 §2: 2^1536 - 2^1472 - 1 + 2^64 ([2^1406 pi] + 741804).
fn dh_prime() -> Vec<u8> {
    hex::decode(concat!(
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd",
        "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
        "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f",
        "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca237327ffffffffffffffff",
    ))
    .unwrap()
}

fn der(key: &PrivateKey) -> Vec<u8> {
    key.to_pkcs8_der().unwrap().to_vec()
}

fn public_der(key: &PublicKey) -> Vec<u8> {
    key.to_spki_der().unwrap()
}

fn is_same(read: Result<PrivateKey>, key: &PrivateKey) -> Result<(), TestCaseError> {
    let read = read?;
    prop_assert_eq!(der(&read), der(key));
    prop_assert_eq!(public_der(&read.public_key()), public_der(&key.public_key()));
    Ok(())
}

/// `bytes` with one byte changed, left out or put in.
fn damaged(bytes: &[u8], place: Index, byte: u8, how: u8) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let at = place.index(changed.len());
    match how {
        0 => changed[at] ^= byte.max(1),
        1 => drop(changed.remove(at)),
        _ => changed.insert(at, byte),
    }
    changed
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn every_format_of_asn1_holds_the_key(key in key(), around in ".{0,40}\n") {
        let public = key.public_key();
        for (written, text) in [
            (key.to_pkcs8_der(), key.to_pkcs8_pem()),
            (key.to_traditional_der(), key.to_traditional_pem()),
        ] {
            let Ok(written) = written else { continue };
            is_same(PrivateKey::from_der(&written, None, Checks::Full), &key)?;
            let text = text?;
            let text = [around.as_bytes(), &text, around.as_bytes()].concat();
            is_same(PrivateKey::from_pem(&text, None, Checks::Full), &key)?;
        }
        for (written, text) in [
            (public.to_spki_der(), public.to_spki_pem()),
            (public.to_pkcs1_der(), public.to_pkcs1_pem()),
        ] {
            let Ok(written) = written else { continue };
            prop_assert_eq!(public_der(&PublicKey::from_der(&written)?), public_der(&public));
            prop_assert_eq!(public_der(&PublicKey::from_pem(&text?)?), public_der(&public));
        }
    }

    #[test]
    fn what_is_read_from_damaged_der_is_written_as_it_was_read(
        key in key(), place: Index, byte: u8, how in 0..3u8, traditional: bool
    ) {
        let written = if traditional { key.to_traditional_der() } else { key.to_pkcs8_der() };
        if let Ok(written) = written
            && let Ok(read) = PrivateKey::from_der(&damaged(&written, place, byte, how), None, Checks::Full)
        {
            let again = PrivateKey::from_der(&der(&read), None, Checks::Full)?;
            prop_assert_eq!(der(&again), der(&read));
        }
        if let Ok(read) = PublicKey::from_der(&damaged(&public_der(&key.public_key()), place, byte, how)) {
            prop_assert_eq!(public_der(&PublicKey::from_der(&public_der(&read))?), public_der(&read));
        }
    }

    #[test]
    fn points_of_either_form_are_the_key(curve in select(&CURVES[..])) {
        let key = ec::PrivateKey::generate(curve)?.public_key();
        for compressed in [false, true] {
            prop_assert_eq!(&ec::PublicKey::from_point(curve, &key.to_point(compressed))?, &key);
        }
        let (x, y) = key.coordinates();
        prop_assert_eq!(&ec::PublicKey::from_coordinates(curve, &x, &y)?, &key);
    }

    #[test]
    fn jwks_hold_the_key_and_what_is_said_of_it(
        key in key(), key_id: Option<String>, usage in select(vec![None, Some("sig"), Some("enc")]), place: Index, byte: u8,
        how in 0..3u8,
    ) {
        let jwk = Jwk { key_id, usage: usage.map(str::to_owned), ..Jwk::new(Key::Private(key.clone())) };
        if let Ok(json) = jwk.to_json() {
            let read = Jwk::parse(json.as_bytes())?;
            prop_assert_eq!((&read.key_id, &read.usage, &read.algorithm), (&jwk.key_id, &jwk.usage, &jwk.algorithm));
            prop_assert_eq!(&read.to_json()?, &json);
            prop_assert_eq!(read.thumbprint()?, jwk.thumbprint()?);
            let Key::Private(read) = read.key else { panic!("the private members are gone") };
            is_same(Ok(read), &key)?;
            let public = jwk.public()?.to_json()?;
            prop_assert_eq!(&Jwk::parse(public.as_bytes())?.to_json()?, &public);
            prop_assert_eq!(Jwk::parse(public.as_bytes())?.thumbprint()?, jwk.thumbprint()?);
            if let Ok(read) = Jwk::parse(&damaged(json.as_bytes(), place, byte, how)) {
                let again = read.to_json()?;
                prop_assert_eq!(&Jwk::parse(again.as_bytes())?.to_json()?, &again);
            }
        }
    }

    #[test]
    fn ssh_holds_the_key_and_its_comment(key in ssh_key(), comment in vec(any::<u8>(), 0..40)) {
        let file = PrivateKeyFile::from_pem(&key.to_openssh_pem(&comment)?)?;
        prop_assert!(!file.is_encrypted());
        is_same(file.decrypt(None, Checks::Full), &key)?;
        let (_, read) = file.decrypt_private_half(1, None, Checks::Full)?;
        prop_assert_eq!(read, &comment[..]);

        let line = key.public_key().to_openssh_line()?;
        let comment: Vec<u8> = comment.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let read = Line::read(&[&line[..], b" ", &comment, b"\n"].concat())?;
        prop_assert_eq!(read.comment(), &comment);
        prop_assert_eq!(public_der(read.key()?.key()), public_der(&key.public_key()));
    }

    #[test]
    fn putty_holds_the_key_and_notices_changes(
        key in ssh_key(), comment in "[^\r\n]{0,30}", version in select(vec![PpkVersion::V2, PpkVersion::V3]),
        password in proptest::option::of(vec(any::<u8>(), 1..20)), place: Index,
    ) {
        let cost = Cost { iterations: 1, lanes: 1, memory_cost: 8 };
        let password = password.as_deref();
        let text = key.to_ppk(comment.as_bytes(), version, password, cost)?;
        let file = PpkFile::parse(&text)?;
        prop_assert_eq!(file.comment(), comment.as_bytes());
        prop_assert_eq!(file.version(), version);
        prop_assert_eq!(public_der(file.public_key()?.key()), public_der(&key.public_key()));
        is_same(file.decrypt(password, Checks::Full), &key)?;
        prop_assert!(file.decrypt(Some(b"no such password at all"), Checks::Full).is_err());

        // The code covers the comment, the public part and the private one: everything after the third line break.
        let start = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + "\nComment: ".len();
        let mut changed = text.to_vec();
        let letters: Vec<usize> = (start..text.len()).filter(|at| changed[*at].is_ascii_alphanumeric()).collect();
        let at = letters[place.index(letters.len())];
        changed[at] = if changed[at] == b'b' { b'c' } else { b'b' };
        let read = PpkFile::parse(&changed).and_then(|file| file.decrypt(password, Checks::Full));
        prop_assert!(read.is_err(), "byte {}", at);
    }

    #[test]
    fn certificates_hold_their_terms_and_notice_changes(
        key in ssh_key(), serial: u64, key_id in vec(any::<u8>(), 0..30), principals in vec(vec(any::<u8>(), 0..10), 0..4),
        window: [u64; 2], extensions in proptest::collection::btree_map(vec(any::<u8>(), 1..9), vec(any::<u8>(), 0..9), 0..4),
        host: bool, place: Index, byte: u8,
    ) {
        let authority = ed25519::PrivateKey::from_array(&[7; 32]).into();
        let terms = Terms {
            serial,
            certificate_type: if host { CertificateType::Host } else { CertificateType::User },
            key_id,
            principals,
            valid_after: window[0].min(window[1]),
            valid_before: window[0].max(window[1]),
            critical_options: Vec::new(),
            extensions: extensions.into_iter().collect(),
        };
        let public = SshPublicKey::new(key.public_key())?;
        prop_assume!(!matches!(key, PrivateKey::Dsa(_)));
        let made = Certificate::sign(&public, terms.clone(), &Certificate::nonce_to_sign(), &authority)?;
        let read = Certificate::from_blob(made.blob())?;
        prop_assert_eq!(&read, &made);
        prop_assert_eq!(read.terms(), &terms);
        prop_assert_eq!(read.key(), &public);
        read.verify_signature()?;
        let changed = damaged(made.blob(), place, byte, 0);
        prop_assert!(Certificate::from_blob(&changed).and_then(|read| read.verify_signature()).is_err());
    }

    #[test]
    fn signatures_of_files_are_of_their_message_and_purpose(
        seed: [u8; 32], message in vec(any::<u8>(), 0..200), namespace in "[^\\s]{1,20}", place: Index, byte: u8
    ) {
        let key = ed25519::PrivateKey::from_array(&seed).into();
        let made = FileSignature::sign(&key, &namespace, &mut &message[..])?;
        let read = FileSignature::parse(&made.to_pem())?;
        prop_assert_eq!(read.namespace(), &namespace);
        read.verify(&namespace, &mut &message[..])?;
        let other = format!("{namespace}s");
        prop_assert!(read.verify(&other, &mut &message[..]).is_err());
        let changed = [&message[..], b"!"].concat();
        prop_assert!(read.verify(&namespace, &mut &changed[..]).is_err());
        let block = pem::find(&made.to_pem(), |_| true, "").unwrap().decode()?;
        let changed = damaged(&block, place, byte, 0);
        prop_assert!(FileSignature::parse(&changed).and_then(|read| read.verify(&namespace, &mut &message[..])).is_err());
    }
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn encrypted_keys_open_under_their_password_alone(key in key(), password in "\\PC{1,20}", place: Index) {
        let (password, wrong) = (password.as_bytes(), &b"no such password at all"[..]);
        for scheme in [pbes::Scheme::Pbes2Sha256Aes256 { iterations: 5 }, pbes::Scheme::Sha1TripleDes { iterations: 5 }] {
            let written = pkcs8::encrypt_with(scheme, &der(&key), password)?;
            is_same(PrivateKey::from_der(&written, Some(password), Checks::Full), &key)?;
            prop_assert!(PrivateKey::from_der(&written, Some(wrong), Checks::Full).is_err());
            prop_assert!(PrivateKey::from_der(&written[..place.index(written.len())], Some(password), Checks::Full).is_err());
        }
        if let Ok(text) = key.to_encrypted_traditional_pem(password) {
            is_same(PrivateKey::from_pem(&text, Some(password), Checks::Full), &key)?;
            prop_assert!(PrivateKey::from_pem(&text, Some(wrong), Checks::Full).is_err());
        }
        if let Ok(text) = key.to_encrypted_openssh_pem(b"", password, 1) {
            let file = PrivateKeyFile::from_pem(&text)?;
            is_same(file.decrypt(Some(password), Checks::Full), &key)?;
            prop_assert!(file.decrypt(Some(wrong), Checks::Full).is_err());
        }
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn pem_blocks_are_found_and_hold_their_bytes(
        label in "[A-Z][A-Z0-9 ]{0,20}[A-Z]", body in vec(any::<u8>(), 0..200), before in "[^-]{0,40}", carriage_return: bool
    ) {
        let text = String::from_utf8(pem::encode(&label, &[], &body).to_vec()).unwrap();
        let text = if carriage_return { text.replace('\n', "\r\n") } else { text };
        let text = format!("{before}\n{text}trailing words");
        let found = pem::find(text.as_bytes(), |_| true, "").unwrap();
        prop_assert_eq!(found.label(), label.as_bytes());
        prop_assert_eq!(&found.decode()?[..], &body[..]);
        prop_assert_eq!(pem::blocks(text.as_bytes()).count(), 1);
    }

    #[test]
    fn numbers_in_der_are_what_was_written(r in vec(any::<u8>(), 0..70), s in vec(any::<u8>(), 0..70), place: Index, byte: u8, how in 0..3u8) {
        let without_zeros = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
        let (r, s) = (without_zeros(&r), without_zeros(&s));
        let written = dss_signature::encode(&r, &s)?;
        prop_assert_eq!(dss_signature::decode(&written)?, (&r[..], &s[..]));
        let changed = damaged(&written, place, byte, how);
        if let Ok((r, s)) = dss_signature::decode(&changed) {
            prop_assert_eq!(dss_signature::encode(r, s)?, changed);
        }
    }

    #[test]
    fn identifiers_are_read_from_text_and_der(
        first in 0..3u8, second: u64, rest in vec(any::<u64>(), 0..5), place: Index, byte: u8, how in 0..3u8
    ) {
        let second = if first < 2 { second % 40 } else { second };
        let arcs = [vec![first.into(), second], rest].concat();
        let text = arcs.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        let identifier: ObjectIdentifier = text.parse()?;
        prop_assert_eq!(identifier.to_string(), text);
        let written = asn1::write_single(&identifier).unwrap();
        prop_assert_eq!(&asn1::parse_single::<ObjectIdentifier>(&written).unwrap(), &identifier);
        prop_assert_eq!(&written[2..], identifier.as_octets());
        let changed = damaged(&written, place, byte, how);
        if let Ok(read) = asn1::parse_single::<ObjectIdentifier>(&changed) {
            prop_assert_eq!(&read.to_string().parse::<ObjectIdentifier>()?, &read);
            prop_assert_eq!(asn1::write_single(&read).unwrap(), changed);
        }
    }
}
