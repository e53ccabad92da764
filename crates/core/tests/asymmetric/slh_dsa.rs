//! SLH-DSA by published vectors, by another implementation's signatures, and by misuse.

use ironlatch::asymmetric::Message;
use ironlatch::asymmetric::rsa::Checks;
use ironlatch::asymmetric::slh_dsa::{ParameterSet, PrivateKey, PublicKey};
use ironlatch::hash::{HashAlgorithm, digest_into};
use ironlatch::{Error, keys};

/// For each set: the secret seed, the secret for randomizers and the public key of the first key
/// generation test of NIST's ACVP server (SLH-DSA-keyGen-FIPS205), and the SHA-256 of the
/// deterministic signature of `message` for `context` by that key, as version 0.5.0 of the crate
/// `fips205` makes it.
const VECTORS: [(ParameterSet, &str, &str, &str, &str); 12] = [
    (
        ParameterSet::Sha2_128s,
        "173d04c938c1c36bf289c3c022d04b14",
        "63ae23c41aa546da589774ac20b745c4",
        "0d794777914c99766827f0f09ca972be0162c10219d422adba1359e6aa65299c",
        "fba0c1ce5d1412299c23f381e24ef0b8bd3684c940ddbcdbf0c5c809ec747ffc",
    ),
    (
        ParameterSet::Sha2_128f,
        "c42bcb3b5a6f331f5cce899253c6d9e2",
        "9ff2b7ead7a04bab1794db8cc659c3b4",
        "a868f1bd5debc12d4c9fad66aabd0a94b546df247be4c457f3d467cdfcfabd39",
        "c3cf2cd7c2cfc758fd28b43e7cdce39dd8e2177f4f658affe5cce98715ea085c",
    ),
    (
        ParameterSet::Sha2_192s,
        "040266529c1864088925506c20a624a2b6d50cd77c1c6f0d",
        "2841150ae8157512ef34a343ffea77ff7d9e814b45a8b414",
        "64462665f4202886206a8f632267186ca6a1cad08a2b9a862c6a7bc4ac4aaa84accef60d529f0311274f205e8da642c9",
        "90243c9d47faa9d8b33e00d4a139c91dd948c4e5da8f0c6f3a92aaa03b233ef0",
    ),
    (
        ParameterSet::Sha2_192f,
        "a021b4b9d6dee168722bc10225e50a946642af630c3c7c7d",
        "69e3a40ba09df2ac165b792a07f064ac5fc28d8c99a580f4",
        "ee4823d09e79854706daa80ae3179b5bc8c2e9409d6328a33577fd584bc0784c559cdb2437a46f7f753c336369419acf",
        "a9e7562f770bf33fd3db87e1dace9eb9f1454d2504ad954432e061bfa98804c4",
    ),
    (
        ParameterSet::Sha2_256s,
        "fcbf36a9807b30697be063a5105e091b412a391dd39e1326eba23cbd4096ca77",
        "ef4121c08dd71be913572f1f91e57d0acbcd5cec28539ac275832bbaa6c11081",
        "a0b4f5549ebcadb951dc2e512c76b0620d8fb8100b4ee886ef8784780d52a2543e57ab494d47068ffee4b8244aad6f19cdf94a2172bd134a15a6b5f298d5a80e",
        "815ee89d783e20e06138a0cefa4ca7f4d36877af34b81ead2493834aaab00391",
    ),
    (
        ParameterSet::Sha2_256f,
        "18523702a0fe2c9e488948b127185bab93d3f02c3d7c23a1b379f762de0509e5",
        "6ab0d9f93540bd809d1d2e8a050440aa81e853750470e2b00c959dbd3be40e2b",
        "d7125f5d00ba47f1fc8d4c32c2f57c444bd384d7ce770bc50dd5980c1d1264d00ad5197ffcbaafe11b1e413f26adb1504ce1c3f5c40c1dcda14e99fd126d5b81",
        "efa85f3e1287b5b51bc193b1f75fbd816e43e8e9b86b12d86deca137afd5aaa1",
    ),
    (
        ParameterSet::Shake128s,
        "c151951f3811029239b74add24c506af",
        "dd30363e156e6fe936ec6ed0231feb5c",
        "529ffe86200d1f32c2b60d0cd909f1900761f9b727afa724b47223016bb5b2ba",
        "25f45719373fef2c11ea1dfd469b13c3789c3fc3479fe122bbe35ca9aa9ee1a2",
    ),
    (
        ParameterSet::Shake128f,
        "3956ab391b4d22fc907af0740326d061",
        "ab0eb206436f2b86ebe086d77739b3e4",
        "56505c229f4e7fa6b201714c7dcc9da366578f1f24c3fe371c97c14ce0e79cdc",
        "922769bd5c51892e2db5d2db9e1e21d4b64fdca310dce0c4397f075e1e7c3339",
    ),
    (
        ParameterSet::Shake192s,
        "8732621860e9a6e1887be55f7af692b98eb4c10b2599f94a",
        "d5cc9d6470d8b21136158e8b1710f1fbe03eced37ed4ac68",
        "53fc64d46d7e1653ebbb36ed5fbc12c6e7cef3cb756482c8c620452e864e8497e1b38a7b04449219acd9e4393f9c88ef",
        "c31549dcc6e4e6d6f5029021c221fe9bd23374e1d4918c0748c56fcd4f143666",
    ),
    (
        ParameterSet::Shake192f,
        "fb7a2c2c75ce6c96b5f4328e0ab300476fc6f864cb5b0b99",
        "990ecb726ca822a4e3652dd92ec0aab7637ea41c0482ae28",
        "68dcc671e3534f81a352c275b6a25f906d2ed0ff62b8b4e398f1a9876cb082a48e9ae2c862b289486a3925cefc6ff4be",
        "570b60f9088b92c08d7e2485b112fa5ade9732f79b98975443fbeaeaf960919d",
    ),
    (
        ParameterSet::Shake256s,
        "e440e39644a11a6a58e850c09c8f03c273e465237f3bef7c58de62281e676cea",
        "99c199c00db30f8499a61b5b9dc8a361725f6ae80e97037176f408c30b38844d",
        "d7b5e755b4879fde3288a21af3e32fbb006fd9b8bc2b180eb9b0d82c9f3157af02acd6b3198ee1c9fe9afe61fd86d1e0877ad9061980b57b178ce27191d8eb1b",
        "a27f6b0783121d0bf52853b22176d32f1246deb24675367d3a5a61c643f66018",
    ),
    (
        ParameterSet::Shake256f,
        "2ac9403858d186b172edd8df9c78a11449893681487d3af0dad0ec341e8aca48",
        "afa2771bae6c17dd6f77b4e3808b05f56f31b8f4128df2ccb677f0283cfb18da",
        "559bc883105e8ba0264648b532626155f87edb4bedcfc12a24204d3b696d53707a158ff5d30e3428183a3b3a96a0e4a341a2a16e5a6226af374d1efb39a35df6",
        "beeabe1952b6bba2594e8a95845c0bbba316ea0c23ae3d87bd93b26a5a9f65f8",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn published_keys_and_the_same_signatures_as_another_implementation() {
    for (set, seed, for_randomizers, public, expected) in VECTORS {
        let encoded = [bytes(seed), bytes(for_randomizers), bytes(public)].concat();
        let key = PrivateKey::from_bytes(set, &encoded).unwrap();
        assert_eq!(key.private_bytes(), encoded);
        assert_eq!(key.public_key().as_bytes(), bytes(public));
        let signature = key.sign_deterministic(b"message", b"context").unwrap();
        assert_eq!(signature.len(), set.signature_len());
        let mut hash = [0; 32];
        digest_into(HashAlgorithm::Sha256, &signature, (&mut hash[..]).into());
        assert_eq!(hash[..], bytes(expected), "{}", set.name());
        key.public_key().verify(b"message", b"context", &signature).unwrap();
    }
}

const FAST: [ParameterSet; 6] = [
    ParameterSet::Sha2_128f,
    ParameterSet::Sha2_192f,
    ParameterSet::Sha2_256f,
    ParameterSet::Shake128f,
    ParameterSet::Shake192f,
    ParameterSet::Shake256f,
];

#[test]
fn whatever_is_changed_is_noticed() {
    for set in FAST {
        let key = PrivateKey::generate(set).unwrap();
        let public = key.public_key();
        let signature = key.sign(b"message", b"").unwrap();
        public.verify(b"message", b"", &signature).unwrap();
        assert_ne!(signature, key.sign(b"message", b"").unwrap());
        let invalid = Err(Error::BadSignature);
        for at in (0..signature.len()).step_by(signature.len() / 23) {
            let mut changed = signature.clone();
            changed[at] ^= 0x10;
            assert_eq!(public.verify(b"message", b"", &changed), invalid, "byte {at}");
        }
        for bad in [&[][..], &signature[1..], &[&signature[..], &[0]].concat()] {
            assert_eq!(public.verify(b"message", b"", bad), invalid);
        }
        assert_eq!(public.verify(b"messag", b"", &signature), invalid);
        assert_eq!(public.verify(b"message", b"context", &signature), invalid);
        let other = PrivateKey::generate(set).unwrap().public_key();
        assert_eq!(other.verify(b"message", b"", &signature), invalid);
        assert!(matches!(key.sign(b"", &[0; 256]), Err(Error::Length { .. })));
        assert!(matches!(public.verify(b"", &[0; 256], &signature), Err(Error::Length { .. })));
        key.sign(b"", &[0; 255]).unwrap();
    }
}

#[test]
fn a_signature_of_a_hash_is_another_than_one_of_the_message() {
    let key = PrivateKey::generate(ParameterSet::Sha2_128f).unwrap();
    let public = key.public_key();
    for algorithm in [
        HashAlgorithm::Sha256,
        HashAlgorithm::Sha512_224,
        HashAlgorithm::Sha3_512,
        HashAlgorithm::Shake128 { digest_size: 32 },
        HashAlgorithm::Shake256 { digest_size: 64 },
    ] {
        let message = Message::Whole(algorithm, b"message");
        let signature = key.sign_hash_deterministic(message, b"c").unwrap();
        assert_eq!(signature, key.sign_hash_deterministic(message, b"c").unwrap());
        public.verify_hash(message, b"c", &signature).unwrap();
        let mut hash = vec![0; algorithm.digest_size()];
        digest_into(algorithm, b"message", (&mut hash[..]).into());
        public.verify_hash(Message::Digest(algorithm, &hash), b"c", &signature).unwrap();
        assert!(public.verify(b"message", b"c", &signature).is_err());
        assert!(public.verify(&hash, b"c", &signature).is_err());
        assert!(public.verify_hash(Message::Whole(HashAlgorithm::Sha384, b"message"), b"c", &signature).is_err());
        assert!(public.verify_hash(message, b"", &signature).is_err());
        assert!(matches!(key.sign_hash(Message::Digest(algorithm, &hash[1..]), b""), Err(Error::Length { .. })));
    }
    for algorithm in [HashAlgorithm::Md5, HashAlgorithm::Sha1, HashAlgorithm::Shake128 { digest_size: 16 }] {
        let error = key.sign_hash(Message::Whole(algorithm, b""), b"").unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }));
    }
}

#[test]
fn keys_that_are_none_are_refused() {
    for set in FAST {
        let key = PrivateKey::generate(set).unwrap();
        for at in [0, set.private_key_len() / 2, set.private_key_len() - 1] {
            let mut changed = key.private_bytes().to_vec();
            changed[at] ^= 1;
            assert!(matches!(PrivateKey::from_bytes(set, &changed), Err(Error::InvalidValue(_))), "byte {at}");
        }
        // The secret for randomizers stands for itself.
        let mut changed = key.private_bytes().to_vec();
        changed[set.private_key_len() / 4] ^= 1;
        assert!(PrivateKey::from_bytes(set, &changed).is_ok());
        for len in [0, 1, set.private_key_len() - 1, set.private_key_len() + 1] {
            assert!(PrivateKey::from_bytes(set, &vec![0; len]).is_err());
        }
        assert!(PublicKey::from_bytes(set, &vec![0; set.public_key_len() + 1]).is_err());
        assert!(!format!("{key:?}").contains('['));
    }
}

/// RFC 9909 appendix C.
#[test]
fn the_keys_of_rfc_9909() {
    let private = b"-----BEGIN PRIVATE KEY-----\nMFICAQAwCwYJYIZIAWUDBAMUBECiJjvKRYYINlIxYASVI9YhZ3+tkNUetgZ6Mn4N\nHmSlASuBCex3fKpOHwJMz8+Ul9mRgFCSgPQlavKwevgCibSU\n-----END PRIVATE KEY-----\n";
    let public = b"-----BEGIN PUBLIC KEY-----\nMDAwCwYJYIZIAWUDBAMUAyEAK4EJ7Hd8qk4fAkzPz5SX2ZGAUJKA9CVq8rB6+AKJ\ntJQ=\n-----END PUBLIC KEY-----\n";
    let key = keys::PrivateKey::from_pem(private, None, Checks::Full).unwrap();
    let written = key.to_pkcs8_pem().unwrap();
    assert_eq!(written.as_slice(), private);
    let written = key.public_key().to_spki_pem().unwrap();
    assert_eq!(written, public);
    assert_eq!(keys::PublicKey::from_pem(public).unwrap().to_bytes(), key.public_key().to_bytes());
}

#[test]
fn key_files_of_every_set() {
    for (set, seed, for_randomizers, public, _) in VECTORS {
        let encoded = [bytes(seed), bytes(for_randomizers), bytes(public)].concat();
        let key = keys::PrivateKey::SlhDsa(PrivateKey::from_bytes(set, &encoded).unwrap());
        let der = key.to_pkcs8_der().unwrap();
        let read = keys::PrivateKey::from_der(&der, None, Checks::Full).unwrap();
        assert!(matches!(&read, keys::PrivateKey::SlhDsa(read) if read.parameters() == set));
        assert_eq!(read.private_bytes(), key.private_bytes());
        for len in [0, 10, 20, der.len() - 1] {
            assert!(keys::PrivateKey::from_der(&der[..len], None, Checks::Full).is_err());
        }
        let spki = key.public_key().to_spki_der().unwrap();
        assert!(
            matches!(keys::PublicKey::from_der(&spki), Ok(keys::PublicKey::SlhDsa(read)) if read.parameters() == set)
        );
    }
}
