//! No copies of secrets stay in the memory of a Rust program that has used and dropped them: see
//! `watch.rs`.
//!
//! `tests/python/test_memory.py` does the same through the binding, for every class and function.
#![cfg(all(target_os = "linux", feature = "recipes"))]

mod watch;

use std::hint::black_box;

use ironlatch::asymmetric::rsa::{self, Checks, EncryptionPadding, SaltLength, SignaturePadding};
use ironlatch::asymmetric::{Message, dh, dsa, ec, ed448, ed25519, ml_dsa, ml_kem, slh_dsa, x448, x25519};
use ironlatch::hash::HashAlgorithm;
use ironlatch::hash::hmac::Hmac;
use ironlatch::hpke;
use ironlatch::kdf::Kdf;
use ironlatch::kdf::argon2::{Argon2, Cost, Variant};
use ironlatch::kdf::bcrypt_pbkdf::BcryptPbkdf;
use ironlatch::kdf::concat_kdf::{ConcatKdfHash, ConcatKdfHmac};
use ironlatch::kdf::hkdf::{Hkdf, HkdfExpand};
use ironlatch::kdf::kbkdf::{CounterLocation, FixedInput, KbkdfCmac, KbkdfHmac};
use ironlatch::kdf::pbkdf2::Pbkdf2Hmac;
use ironlatch::kdf::scrypt::Scrypt;
use ironlatch::kdf::x963_kdf::X963Kdf;
use ironlatch::keys::PrivateKey;
use ironlatch::keys::jwk::Jwk;
use ironlatch::keys::ssh::DEFAULT_ROUNDS;
use ironlatch::otp::{Hotp, Totp};
use ironlatch::recipes::cobblestone;
use ironlatch::recipes::fernet::{Fernet, Token};
use ironlatch::recipes::fields::{FieldCipher, Row, Type, Value};
use ironlatch::recipes::files::{self, Identity, Recipient};
use ironlatch::recipes::keyring::{Keyring, Kind};
use ironlatch::recipes::passwords::Hasher;
use ironlatch::recipes::sealing::Sealer;
use ironlatch::recipes::secrets::{Passphrase, RecoveryCodes};
use ironlatch::recipes::show_once::{ApiKeys, Codes, SecretSealer, ServerKey};
use ironlatch::recipes::signing::request::{Request, RequestSigner};
use ironlatch::recipes::signing::token::{Data, EncryptedTokens, EncryptionKey, SignedTokens, Validity};
use ironlatch::recipes::signing::{Key, webhook};
use ironlatch::secret::SecretBytes;
use ironlatch::symmetric::aead::{
    Aad, Aead, AesCcm, AesGcm, AesGcmSiv, AesOcb3, AesSiv, ChaCha20Poly1305, Nonce, XAes256Gcm, XChaCha20Poly1305,
};
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch::symmetric::cmac::Cmac;
use ironlatch::symmetric::key_wrap;
use ironlatch::symmetric::poly1305::Poly1305;
use watch::{Secrets, left_by};

const SHA256: HashAlgorithm = HashAlgorithm::Sha256;

type Case = (&'static str, fn(&mut Secrets));

const CASES: &[Case] = &[
    ("AES-GCM", aead::<AesGcm>),
    ("AES-CCM", aead::<AesCcm>),
    ("AES-GCM-SIV", aead::<AesGcmSiv>),
    ("AES-OCB3", aead::<AesOcb3>),
    ("ChaCha20-Poly1305", aead::<ChaCha20Poly1305>),
    ("XAES-256-GCM", aead::<XAes256Gcm>),
    ("XChaCha20-Poly1305", aead::<XChaCha20Poly1305>),
    ("AES-SIV", |secrets| {
        let cipher = AesSiv::new(&secrets.new_secret(64)).expect("64 bytes");
        let mut sealed = [0; 32];
        cipher.encrypt_into(&[7; 16], &[b"data"], (&mut sealed[..]).into()).expect("short");
        cipher.decrypt_into(&sealed, &[b"data"], (&mut [0; 16][..]).into()).expect("its own");
        assert!(AesSiv::new(&secrets.new_secret(30)).is_err());
    }),
    ("AES", |secrets| cipher(secrets, BlockCipher::Aes, 32)),
    ("Camellia", |secrets| cipher(secrets, BlockCipher::Camellia, 32)),
    ("Triple DES", |secrets| cipher(secrets, BlockCipher::TripleDes, 24)),
    ("Blowfish", |secrets| cipher(secrets, BlockCipher::Blowfish, 16)),
    ("CAST5", |secrets| cipher(secrets, BlockCipher::Cast5, 16)),
    ("IDEA", |secrets| cipher(secrets, BlockCipher::Idea, 16)),
    ("SEED", |secrets| cipher(secrets, BlockCipher::Seed, 16)),
    ("SM4", |secrets| cipher(secrets, BlockCipher::Sm4, 16)),
    ("ChaCha20", |secrets| {
        let mut cipher = CipherContext::chacha20(&secrets.new_secret(32), &[0; 16]).expect("32 bytes");
        cipher.update(&[0; 100], (&mut [0; 100][..]).into()).expect("short");
    }),
    ("CMAC", |secrets| {
        for cipher in [BlockCipher::Aes, BlockCipher::Sm4, BlockCipher::TripleDes] {
            let len = if cipher == BlockCipher::TripleDes { 24 } else { 16 };
            let mut mac = Cmac::new(cipher, &secrets.new_secret(len)).expect("a key of the cipher");
            mac.update(b"message");
            assert!(mac.verify(&[0; 8]).is_err());
        }
    }),
    ("Poly1305", |secrets| {
        let mut mac = Poly1305::new(&secrets.new_secret(32)).expect("32 bytes");
        mac.update(b"message");
        assert!(mac.verify(&[0; 16]).is_err());
    }),
    ("key wrap", |secrets| {
        let (key, inner) = (secrets.new_secret(32), secrets.new_secret(32));
        let mut wrapped = [0; 40];
        key_wrap::wrap_into(&key, &inner, (&mut wrapped[..]).into()).expect("keys");
        let mut again = vec![0; 32];
        key_wrap::unwrap_into(&key, &wrapped, (&mut again[..]).into()).expect("its own");
        ironlatch::secret::wipe(&mut again);
        key_wrap::wrap_with_padding_into(&key, &inner, (&mut wrapped[..]).into()).expect("keys");
        key_wrap::unwrap_with_padding(&key, &wrapped).expect("its own");
        wrapped[0] ^= 1;
        assert!(key_wrap::unwrap_with_padding(&key, &wrapped).is_err());
    }),
    ("HMAC", |secrets| {
        for algorithm in [SHA256, HashAlgorithm::Sha512, HashAlgorithm::Sha3_256, HashAlgorithm::Blake2b] {
            for len in [32, 200] {
                let mut mac = Hmac::new(algorithm, &secrets.new_secret(len)).expect("any key");
                mac.update(b"message");
                mac.finalize_into_reset((&mut vec![0; algorithm.digest_size()][..]).into());
            }
        }
    }),
    ("one-time passwords", |secrets| {
        let hotp = Hotp::new(HashAlgorithm::Sha1, &secrets.new_secret(20), 6).expect("20 bytes");
        hotp.generate(1).expect("a code");
        assert!(hotp.verify(b"none", 1).is_err());
        drop(hotp.provisioning_uri("ada", Some("x"), 1));
        Totp::new(hotp, 30).expect("30 seconds").generate(1).expect("a code");
    }),
    ("HKDF", |secrets| kdf(secrets, &Hkdf::new(SHA256, 48, b"salt", b"").expect("short"))),
    ("HKDFExpand", |secrets| kdf(secrets, &HkdfExpand::new(SHA256, 48, b"").expect("short"))),
    ("PBKDF2", |secrets| kdf(secrets, &Pbkdf2Hmac::new(SHA256, 48, b"salt", 100).expect("few"))),
    ("scrypt", |secrets| kdf(secrets, &Scrypt::new(b"salt", 48, 64, 8, 1).expect("little"))),
    ("ConcatKDFHash", |secrets| kdf(secrets, &ConcatKdfHash::new(SHA256, 48, b"").expect("short"))),
    ("ConcatKDFHMAC", |secrets| kdf(secrets, &ConcatKdfHmac::new(SHA256, 48, b"salt", b"").expect("short"))),
    ("X963KDF", |secrets| kdf(secrets, &X963Kdf::new(SHA256, 48, b"").expect("short"))),
    ("KBKDFHMAC", |secrets| {
        let fixed = FixedInput::Data(b"fixed");
        kdf(secrets, &KbkdfHmac::new(SHA256, 48, 4, CounterLocation::BeforeFixed, fixed).expect("short"));
    }),
    ("KBKDFCMAC", |secrets| {
        let fixed = FixedInput::Data(b"fixed");
        kdf(secrets, &KbkdfCmac::new(BlockCipher::Aes, 48, 4, CounterLocation::BeforeFixed, fixed).expect("short"));
    }),
    ("bcrypt_pbkdf", |secrets| kdf(secrets, &BcryptPbkdf::new(b"salt", 48, 2).expect("few"))),
    ("Argon2", |secrets| {
        for variant in [Variant::Argon2d, Variant::Argon2i, Variant::Argon2id] {
            let cost = Cost { iterations: 1, lanes: 2, memory_cost: 64 };
            let argon2 = Argon2::new(variant, b"saltsalt", 48, cost).expect("little");
            let argon2 = argon2.with_secret(&secrets.new_secret(32)).expect("short");
            kdf(secrets, &argon2);
            let password = secrets.new_secret(32);
            let argon2 = Argon2::new(variant, b"saltsalt", 32, cost).expect("little");
            let encoded = argon2.derive_phc_encoded(&password).expect("little");
            Argon2::verify_phc_encoded(variant, &password, &encoded, None).expect("its own");
            assert!(Argon2::verify_phc_encoded(variant, &secrets.new_secret(32), &encoded, None).is_err());
        }
    }),
    ("Ed25519", |secrets| {
        let key = ed25519::PrivateKey::generate();
        secrets.report(&key.private_bytes()[..]);
        key.sign_into(b"message", (&mut [0; 64][..]).into()).expect("a key");
        secrets.report(&key.to_x25519().private_bytes()[..]);
        black_box(ed25519::PrivateKey::from_array(&key.private_bytes()).public_key());
        stored(secrets, &PrivateKey::Ed25519(key));
    }),
    ("Ed448", |secrets| {
        let key = ed448::PrivateKey::generate();
        secrets.report(&key.private_bytes()[..]);
        key.sign_into(b"message", (&mut [0; 114][..]).into());
        stored(secrets, &PrivateKey::Ed448(key));
    }),
    ("X25519", |secrets| {
        let key = x25519::PrivateKey::generate();
        secrets.report(&key.private_bytes()[..]);
        secrets.report(&key.exchange(&x25519::PrivateKey::generate().public_key()).expect("a point")[..]);
        stored(secrets, &PrivateKey::X25519(key));
    }),
    ("X448", |secrets| {
        let key = x448::PrivateKey::generate();
        secrets.report(&key.private_bytes()[..]);
        secrets.report(&key.exchange(&x448::PrivateKey::generate().public_key()).expect("a point")[..]);
        stored(secrets, &PrivateKey::X448(key));
    }),
    ("ML-DSA", |secrets| {
        for set in [ml_dsa::ParameterSet::MlDsa44, ml_dsa::ParameterSet::MlDsa65, ml_dsa::ParameterSet::MlDsa87] {
            let key = ml_dsa::PrivateKey::generate(set).expect("a key");
            secrets.report(key.private_bytes());
            let mut signature = vec![0; set.signature_len()];
            key.sign_into(b"message", b"", (&mut signature[..]).into()).expect("short");
            ml_dsa::PrivateKey::from_bytes(set, key.private_bytes()).expect("a seed");
            stored(secrets, &PrivateKey::MlDsa(key));
        }
    }),
    ("ML-KEM", |secrets| {
        for set in [ml_kem::ParameterSet::MlKem512, ml_kem::ParameterSet::MlKem768, ml_kem::ParameterSet::MlKem1024] {
            let key = ml_kem::PrivateKey::generate(set).expect("a key");
            secrets.report(key.private_bytes());
            let (shared, ciphertext) = key.public_key().encapsulate().expect("a key");
            secrets.report(&shared[..]);
            drop(shared);
            key.decapsulate(&ciphertext).expect("its own");
            stored(secrets, &PrivateKey::MlKem(key));
        }
    }),
    ("SLH-DSA", |secrets| {
        let key = slh_dsa::PrivateKey::generate(slh_dsa::ParameterSet::Sha2_128f).expect("a key");
        secrets.report(&key.private_bytes()[..32]);
        key.sign(b"message", b"").expect("short");
        stored(secrets, &PrivateKey::SlhDsa(key));
    }),
    ("elliptic curves", |secrets| {
        for curve in [ec::Curve::Secp256r1, ec::Curve::Secp384r1, ec::Curve::Secp521r1, ec::Curve::Secp256k1] {
            let key = ec::PrivateKey::generate(curve).expect("a curve");
            secrets.report(&key.private_bytes());
            key.sign(Message::Whole(SHA256, b"message")).expect("a key");
            key.sign_deterministic(Message::Whole(SHA256, b"message")).expect("a key");
            let peer = ec::PrivateKey::generate(curve).expect("a curve").public_key();
            secrets.report(&key.exchange(&peer).expect("of one curve"));
            stored(secrets, &PrivateKey::Ec(key));
        }
    }),
    ("RSA", |secrets| {
        let key = rsa::PrivateKey::generate(1024, 65537).expect("a size");
        let components = key.components();
        secrets.report(&components.d);
        secrets.report(&components.p);
        secrets.report(&components.q);
        rsa::PrivateKey::from_components(&components, Checks::Full).expect("its own");
        drop(components);
        let mut out = vec![0; key.size()];
        for padding in
            [SignaturePadding::Pkcs1v15, SignaturePadding::Pss { mgf1_hash: SHA256, salt_length: SaltLength::Digest }]
        {
            key.sign_into(padding, rsa::Message::Whole(SHA256, b"message"), (&mut out[..]).into())
                .expect("long enough");
        }
        let message = secrets.new_secret(32);
        for padding in
            [EncryptionPadding::Pkcs1v15, EncryptionPadding::Oaep { hash: SHA256, mgf1_hash: SHA256, label: b"" }]
        {
            key.public_key().encrypt_into(padding, &message, (&mut out[..]).into()).expect("short");
            key.decrypt(padding, &out).expect("its own");
            out[9] ^= 1;
            black_box(key.decrypt(padding, &out).is_err());
        }
        drop(message);
        stored(secrets, &PrivateKey::Rsa(key));
    }),
    ("DSA", |secrets| {
        let key = dsa::PrivateKey::generate(1024).expect("a size");
        secrets.report(&key.components().x);
        key.sign(Message::Whole(SHA256, b"message")).expect("a key");
        stored(secrets, &PrivateKey::Dsa(key));
    }),
    ("Diffie-Hellman", |secrets| {
        let parameters = dh::Parameters::generate(2, 512).expect("a size");
        let key = parameters.generate_private_key().expect("a group");
        secrets.report(&key.components().x);
        let peer = parameters.generate_private_key().expect("a group").public_key();
        secrets.report(&key.exchange(&peer).expect("of one group"));
        stored(secrets, &PrivateKey::Dh(key));
    }),
    ("HPKE", |secrets| {
        let key = x25519::PrivateKey::generate();
        secrets.report(&key.private_bytes()[..]);
        for kdf in [hpke::Kdf::HkdfSha256, hpke::Kdf::Shake256] {
            let suite = hpke::Suite { kem: hpke::Kem::X25519, kdf, aead: hpke::Aead::ChaCha20Poly1305 };
            let mut sealed = vec![0; suite.sealed_len(16).expect("short")];
            let (public, private) = (key.public_key().into(), key.clone().into());
            suite.seal_into(&public, b"", Aad(b""), &[7; 16], (&mut sealed[..]).into()).expect("its own KEM");
            suite.open_into(&private, b"", Aad(b""), &sealed, (&mut [0; 16][..]).into()).expect("its own");
            sealed[40] ^= 1;
            assert!(suite.open_into(&private, b"", Aad(b""), &sealed, (&mut [0; 16][..]).into()).is_err());
        }
    }),
    ("secrets", |secrets| {
        let held = SecretBytes::copy_from(&secrets.new_secret(32));
        secrets.report(SecretBytes::generate(32).expect("memory").expose());
        SecretBytes::from_read(&mut held.expose(), true).expect("short");
        secrets.report(Passphrase::generate(8, "-").expect("8 words").expose().as_bytes());
        for code in RecoveryCodes::generate(10, 4, 5).expect("some").expose() {
            secrets.report(code.as_bytes());
        }
    }),
    ("Fernet", |secrets| {
        let key = Fernet::generate_key();
        secrets.report(key.as_bytes());
        let fernet = Fernet::new(key.as_bytes()).expect("a key");
        let token = Token::parse(fernet.encrypt_now(b"data").expect("short").as_bytes()).expect("a token");
        token.verify(&fernet, None).expect("its own");
        assert!(Fernet::new(&secrets.new_secret(44)).is_err());
    }),
    ("Cobblestone", |secrets| {
        let key = cobblestone::Variant::Cobblestone256.generate_key();
        secrets.report(&key);
        let encryptor = cobblestone::Encryptor::new(cobblestone::Variant::Cobblestone256, &key, b"context");
        drop(encryptor.expect("a key"));
    }),
    ("sealing", |secrets| {
        let sealer = Sealer::<XAes256Gcm>::new(&secrets.new_secret(32)).expect("32 bytes");
        let mut sealed = [0; 56];
        sealer.seal_into(&[7; 16], b"", (&mut sealed[..]).into()).expect("short");
        sealer.open_into(&sealed, b"", (&mut [0; 16][..]).into()).expect("its own");
    }),
    ("passwords", |secrets| {
        let hasher = Hasher::new(Cost { iterations: 2, lanes: 1, memory_cost: 256 }).expect("little");
        let hasher = hasher.with_pepper("one", &secrets.new_secret(32)).expect("long enough");
        let password = secrets.new_secret(32);
        let stored = hasher.hash(&password).expect("short");
        assert!(hasher.verify(&password, Some(&stored)).expect("its own"));
        assert!(!hasher.verify(&secrets.new_secret(32), Some(&stored)).expect("its own"));
        hasher.verify_and_update(&secrets.new_secret(32), None).expect("nobody");
        assert!(hasher.verify(&secrets.new_secret(32), Some("$what$")).is_err());
    }),
    ("shown once", |secrets| {
        let key = ServerKey::generate().expect("memory");
        let text = key.to_text();
        secrets.report_in(text.expose());
        ServerKey::from_text(text.expose()).expect("its own");
        ServerKey::from_bytes(&secrets.new_secret(32)).expect("32 bytes");
        let api_keys = ApiKeys::new("acme", &[&key]).expect("a name");
        let api_key = api_keys.generate();
        secrets.report_in(api_key.expose());
        api_keys.digests(api_key.expose()).expect("its own");
        let codes = Codes::new("login", &[&key]).expect("a name");
        for code in codes.generate(3).expect("some").expose() {
            secrets.report(code.as_bytes());
            codes.digests(code, b"ada").expect("its own");
        }
        let sealer = SecretSealer::new("login", &[&key]).expect("a name");
        let sealed = sealer.seal(&secrets.new_secret(32), b"ada").expect("short");
        sealer.open(&sealed, b"ada").expect("its own");
        assert!(sealer.open(&sealed, b"bob").is_err());
    }),
    ("signing keys", |secrets| {
        let key = Key::from_secret(&secrets.new_secret(32), None).expect("long enough");
        for key in [key, Key::generate(), Key::generate_pair()] {
            let text = key.to_json().expect("a key");
            secrets.report_in(text.expose());
            Key::parse(text.expose().as_bytes()).expect("its own");
            assert!(Key::parse(&text.expose().as_bytes()[..text.expose().len() - 2]).is_err());
            key.sign(b"message").expect("it can");
        }
    }),
    ("tokens", |secrets| {
        let key = Key::from_secret(&secrets.new_secret(32), None).expect("long enough");
        SignedTokens::new(key, "login").expect("a name").sign(&Data::Bytes(vec![7; 16]), 60, 0.0).expect("short");
        let key = EncryptionKey::from_bytes(&secrets.new_secret(64), None).expect("64 bytes");
        let text = key.to_json().expect("a key");
        secrets.report_in(text.expose());
        EncryptionKey::parse(text.expose().as_bytes()).expect("its own");
        let tokens = EncryptedTokens::new(vec![key], "login").expect("a name");
        let token = tokens.encrypt(&Data::Bytes(vec![7; 16]), 60, 0.0).expect("short");
        tokens.decrypt(&token, Validity { max_age: None, now: 1.0 }).expect("its own");
    }),
    ("webhooks", |secrets| {
        let key = webhook::Secret::generate().expect("memory");
        let text = key.to_text();
        secrets.report_in(text.expose());
        webhook::Secret::parse(text.expose()).expect("its own");
        webhook::Signer::new(vec![key]).expect("one").sign("id", 1, b"body").expect("short");
    }),
    ("signed requests", |secrets| {
        let key = Key::from_secret(&secrets.new_secret(32), None).expect("long enough");
        let signer = RequestSigner::new(key).expect("a key");
        signer.sign(&Request::new("GET", "https://a.example/").expect("a URL")).expect("it can");
    }),
    ("keyrings", |secrets| {
        let ring = Keyring::new();
        ring.create_key("a", Kind::General).expect("a name");
        let key = ring.key("a").expect("it is there");
        let sealed = key.encrypt(&[7; 16], b"").expect("short");
        key.decrypt(&sealed, b"").expect("its own");
        secrets.report(key.primary().expect("one").derive("purpose", &[], 32).expect("short").expose());
        ring.rotate("a").expect("it is there");
        let cipher = FieldCipher::new(key, "t", "c", Type::Bytes).expect("names");
        let stored = cipher.encrypt(Value::Bytes(&[7; 16]), Row::Unbound).expect("short");
        cipher.decrypt(&stored, Row::Unbound).expect("its own");
    }),
    ("files", |secrets| {
        let identity = Identity::generate();
        let text = identity.to_text().expect("of this kind");
        secrets.report_in(text.expose());
        let recipient = identity.recipient().expect("of this kind");
        let mut sealed = Vec::new();
        files::encrypt(&[recipient], &mut &[7; 16][..], &mut sealed).expect("memory");
        files::decrypt(&[identity], &mut &sealed[..], &mut Vec::new()).expect("its own");
        let passphrase = secrets.new_secret(32);
        let recipient = Recipient::passphrase_with_work_factor(&passphrase, 4).expect("little");
        sealed.clear();
        files::encrypt(&[recipient], &mut &[7; 16][..], &mut sealed).expect("memory");
        files::decrypt(&[Identity::passphrase(&passphrase)], &mut &sealed[..], &mut Vec::new()).expect("its own");
        let wrong = Identity::passphrase(&secrets.new_secret(32));
        assert!(files::decrypt(&[wrong], &mut &sealed[..], &mut Vec::new()).is_err());
    }),
];

#[test]
fn nothing_is_left_of_a_secret() {
    let seen = left_by(|secrets| core::mem::forget(secrets.new_secret(32)));
    assert!(seen.values().sum::<usize>() >= 4, "a copy on the heap is not seen: {seen:?}");
    let seen = left_by(|secrets| {
        leave_on_the_stack(&secrets.new_secret(32));
    });
    assert!(seen.values().sum::<usize>() >= 4, "a copy on the stack is not seen: {seen:?}");

    let left: Vec<_> =
        CASES.iter().map(|(name, program)| (name, left_by(*program))).filter(|(_, left)| !left.is_empty()).collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[inline(never)]
fn leave_on_the_stack(secret: &[u8]) {
    let mut copy = [0; 4096];
    copy[..secret.len()].copy_from_slice(secret);
    black_box(&mut copy);
}

fn aead<A: Aead>(secrets: &mut Secrets) {
    let cipher = A::new(&secrets.new_secret(32)).expect("32 bytes");
    let nonce = vec![0; A::NONCE_LENS.end().to_owned().min(24)];
    let mut sealed = [0; 32];
    cipher.encrypt_into(Nonce(&nonce), &[7; 16], Aad(b"data"), (&mut sealed[..]).into()).expect("short");
    cipher.decrypt_into(Nonce(&nonce), &sealed, Aad(b"data"), (&mut [0; 16][..]).into()).expect("its own");
    sealed[0] ^= 1;
    assert!(cipher.decrypt_into(Nonce(&nonce), &sealed, Aad(b"data"), (&mut [0; 16][..]).into()).is_err());
    assert!(A::new(&secrets.new_secret(31)).is_err());
}

/// Short and long input: they take different ways.
fn cipher(secrets: &mut Secrets, cipher: BlockCipher, key_len: usize) {
    let key = secrets.new_secret(key_len);
    let data = vec![7; 8192];
    let mut out = vec![0; 8192];
    for mode in [Mode::Cbc, Mode::Ecb, Mode::Cfb, Mode::Cfb8, Mode::Ofb, Mode::Ctr, Mode::Xts] {
        if !ironlatch::symmetric::cipher::supported(cipher, key_len, mode) {
            continue;
        }
        let iv = vec![0; if mode == Mode::Ecb { 0 } else { cipher.block_len() }];
        for direction in [Direction::Encrypt, Direction::Decrypt] {
            let mut context = CipherContext::new(cipher, mode, direction, &key, &iv).expect("a key and a mode of it");
            for len in [64, 8192] {
                context.update(&data[..len], (&mut out[..len]).into()).expect("whole blocks");
            }
        }
    }
}

fn kdf(secrets: &mut Secrets, kdf: &impl Kdf) {
    let key = secrets.new_secret(32);
    secrets.report(kdf.derive(&key).expect("little memory").expose());
    assert!(kdf.verify(&key, &secrets.new_secret(48)).is_err());
}

/// Writes a key, reads it again, and fails to.
fn stored(secrets: &mut Secrets, key: &PrivateKey) {
    let password = secrets.new_secret(32);
    let ssh_locked = key.to_encrypted_openssh_pem(b"", &password, DEFAULT_ROUNDS);
    for (written, locked) in [
        (key.to_pkcs8_pem(), key.to_encrypted_pkcs8_pem(&password)),
        (key.to_pkcs8_der(), key.to_encrypted_pkcs8_der(&password)),
        (key.to_traditional_pem(), key.to_encrypted_traditional_pem(&password)),
        (key.to_openssh_pem(b""), ssh_locked),
    ] {
        let (Ok(written), Ok(locked)) = (written, locked) else { continue };
        let read = if written.starts_with(b"-----") { PrivateKey::from_pem } else { PrivateKey::from_der };
        let _ = read(&written, None, Checks::Full);
        assert!(read(&written[..written.len() / 2], None, Checks::Full).is_err());
        let _ = read(&locked, Some(&password), Checks::Full);
        assert!(read(&locked, Some(&secrets.new_secret(32)), Checks::Full).is_err());
    }
    let jwk = Jwk::new(ironlatch::keys::jwk::Key::Private(key.clone()));
    if let Ok(json) = jwk.to_json() {
        Jwk::parse(json.as_bytes()).expect("its own");
        assert!(Jwk::parse(&json.as_bytes()[..json.len() - 3]).is_err());
    }
}
