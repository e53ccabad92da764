//! The cases that are run.

use core::hint::black_box;

use ironlatch::asymmetric::ec::{self, Curve, Message};
use ironlatch::asymmetric::rsa::{EncryptionPadding, PrivateKey};
use ironlatch::asymmetric::{ed448, slh_dsa, x448, x25519};
use ironlatch::constant_time::bytes_eq;
use ironlatch::hash::HashAlgorithm::{self, *};
use ironlatch::hash::digest;
use ironlatch::hash::hmac::{Hmac, hmac};
use ironlatch::hpke::{self, Kem, Suite};
use ironlatch::kdf::Kdf;
use ironlatch::kdf::argon2::{Argon2, Cost, Variant};
use ironlatch::kdf::concat_kdf::{ConcatKdfHash, ConcatKdfHmac};
use ironlatch::kdf::hkdf::Hkdf;
use ironlatch::kdf::kbkdf::{CounterLocation, FixedInput, KbkdfCmac, KbkdfHmac};
use ironlatch::kdf::pbkdf2::Pbkdf2Hmac;
use ironlatch::kdf::scrypt::Scrypt;
use ironlatch::kdf::x963_kdf::X963Kdf;
use ironlatch::otp::Hotp;
use ironlatch::recipes::cobblestone::{self, CHUNK_LEN, Decryptor, Encryptor};
use ironlatch::recipes::fernet::{Fernet, Token};
use ironlatch::secret::SecretBytes;
use ironlatch::symmetric::aead::{
    Aad, Aead, AesCcm, AesGcm, AesGcmSiv, AesOcb3, AesSiv, ChaCha20Poly1305, Nonce, XAes256Gcm, XChaCha20Poly1305,
};
use ironlatch::symmetric::cipher::{BlockCipher, CipherContext, Direction, Mode};
use ironlatch::symmetric::cmac::Cmac;
use ironlatch::symmetric::key_wrap;
use ironlatch::symmetric::padding::{Padder, Scheme, Unpadder};
use ironlatch::symmetric::poly1305::Poly1305;
use ironlatch_engine::ct;

/// The finding that valgrind should report.
#[derive(Clone, Copy)]
pub enum Expect {
    /// Nothing.
    Clean,
    /// The number of decisions that the standard itself reveals, inside a library that does not
    /// mark them; and no others.
    Decisions(usize, &'static str),
    /// Something, which is accepted for this reason.
    Leaks(&'static str),
}

pub struct Case {
    pub name: &'static str,
    pub expect: Expect,
    pub run: fn(),
}

pub struct Group {
    pub title: &'static str,
    pub cases: Vec<Case>,
}

pub fn groups() -> Vec<Group> {
    vec![
        Group { title: "the checker itself", cases: planted() },
        Group { title: "comparison, padding, secrets", cases: comparison() },
        Group { title: "hashes and codes", cases: hashes() },
        Group { title: "key derivation", cases: derivation() },
        Group { title: "ciphers", cases: ciphers() },
        Group { title: "RSA", cases: rsa() },
        Group { title: "Ed448, X448, SLH-DSA", cases: curve448() },
        Group { title: "elliptic curves", cases: elliptic_curves() },
        Group { title: "Fernet, one-time passwords, tokens", cases: recipes() },
    ]
}

fn clean(name: &'static str, run: fn()) -> Case {
    Case { name, expect: Expect::Clean, run }
}

fn leaks(name: &'static str, why: &'static str, run: fn()) -> Case {
    Case { name, expect: Expect::Leaks(why), run }
}

/// Bytes that are the same in every run, marked as secret.
fn secret(len: usize) -> Vec<u8> {
    let bytes = public(len);
    ct::classify(&bytes);
    bytes
}

/// Bytes that are the same in every run.
fn public(len: usize) -> Vec<u8> {
    (0..len as u32).map(|i| (i.wrapping_mul(0x9e37_79b9) >> 13) as u8).collect()
}

fn planted() -> Vec<Case> {
    const PLANTED: &str = "planted here";
    vec![
        leaks("a branch on a secret", PLANTED, || {
            if black_box(secret(1)[0]) == 77 {
                println!();
            }
        }),
        leaks("an address from a secret", PLANTED, || {
            let table = black_box([7u8; 256]);
            black_box(table[usize::from(secret(1)[0])]);
        }),
        leaks("a comparison that stops at the first difference", PLANTED, || {
            let (a, b) = (secret(64), black_box(vec![1; 64]));
            black_box(a.iter().zip(&b).all(|(a, b)| black_box(*a) == *b));
        }),
        clean("a secret that is only moved and added", || {
            black_box(secret(64).iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)));
        }),
    ]
}

fn comparison() -> Vec<Case> {
    vec![
        clean("bytes_eq, equal and not", || {
            for len in [1, 16, 32, 100, 5000] {
                let (a, mut b) = (secret(len), secret(len));
                assert!(bytes_eq(&a, &b));
                b[len / 2] ^= 1;
                assert!(!bytes_eq(&a, &b));
            }
        }),
        clean("SecretBytes compared", || {
            assert!(SecretBytes::copy_from(&secret(32)) == SecretBytes::copy_from(&secret(32)));
        }),
        clean("PKCS#7 and ANSI X9.23, added and removed", || {
            for scheme in [Scheme::Pkcs7, Scheme::AnsiX923] {
                for len in [0, 5, 15, 16, 31] {
                    let mut data = secret(len);
                    let mut padder = Padder::new(scheme, 16);
                    padder.update(&data);
                    data.extend_from_slice(&padder.finalize());
                    ct::classify(&data);
                    let mut unpadder = Unpadder::new(scheme, 16);
                    let out = unpadder.update(&data);
                    assert_eq!(out.len() + unpadder.finalize().unwrap().len(), len);
                }
            }
        }),
        clean("PKCS#7 and ANSI X9.23, wrong paddings", || {
            for scheme in [Scheme::Pkcs7, Scheme::AnsiX923] {
                for last in [0, 2, 16, 17, 255] {
                    let mut block = public(16);
                    block[15] = last;
                    ct::classify(&block);
                    assert!(scheme.unpadded_len(&block).is_err());
                }
            }
        }),
    ]
}

const HASHES: [HashAlgorithm; 15] = [
    Sha1, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256, Sha3_224, Sha3_256, Sha3_384, Sha3_512, Md5, Sm3,
    Blake2b, Blake2s,
];

fn hashes() -> Vec<Case> {
    vec![
        clean("every hash function, short and long", || {
            for algorithm in HASHES {
                for len in [0, 3, 200, 5000] {
                    black_box(digest(algorithm, &secret(len)));
                }
            }
        }),
        clean("HMAC with every hash function, verified", || {
            for algorithm in HASHES {
                for key_len in [16, 200] {
                    let code = hmac(algorithm, &secret(key_len), &secret(300)).unwrap();
                    let mut mac = Hmac::new(algorithm, &secret(key_len)).unwrap();
                    mac.update(&secret(300));
                    mac.verify(&code).unwrap();
                    let mut mac = Hmac::new(algorithm, &secret(key_len)).unwrap();
                    mac.update(&secret(299));
                    assert!(mac.verify(&code).is_err());
                }
            }
        }),
        clean("CMAC, verified", || {
            for len in [0, 15, 16, 17, 500] {
                let mut mac = Cmac::new(BlockCipher::Aes, &secret(32)).unwrap();
                mac.update(&secret(len));
                assert!(mac.verify(&public(16)).is_err());
            }
        }),
        clean("Poly1305, verified", || {
            for len in [0, 15, 16, 17, 500] {
                let mut mac = Poly1305::new(&secret(32)).unwrap();
                mac.update(&secret(len));
                assert!(mac.verify(&public(16)).is_err());
            }
        }),
    ]
}

fn derivation() -> Vec<Case> {
    fn argon2(variant: Variant) {
        let cost = Cost { iterations: 2, lanes: 2, memory_cost: 64 };
        derive(&Argon2::new(variant, b"public salt", 32, cost).unwrap().with_secret(&secret(16)).unwrap());
    }
    fn derive(kdf: &impl Kdf) {
        assert!(kdf.verify(&secret(40), &secret(kdf.length())).is_err());
    }
    const BY_DESIGN: &str = "by its design the password decides which memory is read: RFC 9106 §3.4.1";
    vec![
        clean("PBKDF2 with every SHA, the loop that is ours", || {
            for algorithm in [Sha1, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256, Sha3_256] {
                derive(&Pbkdf2Hmac::new(algorithm, 100, b"public salt", 5).unwrap());
            }
        }),
        clean("Argon2i: its memory, and BLAKE2b around it", || argon2(Variant::Argon2i)),
        leaks("Argon2id", BY_DESIGN, || argon2(Variant::Argon2id)),
        leaks("Argon2d", BY_DESIGN, || argon2(Variant::Argon2d)),
        leaks("scrypt", "by its design the password decides which memory is read: RFC 7914 §5", || {
            derive(&Scrypt::new(b"public salt", 32, 16, 8, 1).unwrap());
        }),
        clean("HKDF", || derive(&Hkdf::new(Sha256, 100, &secret(20), b"info").unwrap())),
        clean("ConcatKDF, X9.63", || {
            derive(&ConcatKdfHash::new(Sha256, 100, b"info").unwrap());
            derive(&ConcatKdfHmac::new(Sha512, 100, &secret(20), b"info").unwrap());
            derive(&X963Kdf::new(Sha256, 100, b"info").unwrap());
        }),
        clean("KBKDF with HMAC and CMAC", || {
            let fixed = FixedInput::Fields { label: b"label", context: b"context", llen: 4 };
            derive(&KbkdfHmac::new(Sha256, 100, 4, CounterLocation::BeforeFixed, fixed).unwrap());
            let kdf = KbkdfCmac::new(BlockCipher::Aes, 100, 1, CounterLocation::AfterFixed, fixed).unwrap();
            assert!(kdf.verify(&secret(32), &secret(100)).is_err());
        }),
    ]
}

/// Encrypts and decrypts with a secret key and secret data.
fn aead<A: Aead>() {
    for len in [0, 1, 16, 100, 1000] {
        let cipher = A::new(&secret(32)).unwrap();
        let nonce_len = if A::NONCE_LENS.contains(&12) { 12 } else { *A::NONCE_LENS.start() };
        let (nonce, aad) = (public(nonce_len), public(20));
        let sealed = cipher.encrypt(Nonce(&nonce), &secret(len), Aad(&aad)).unwrap();
        ct::declassify_bytes(&sealed);
        cipher.decrypt(Nonce(&nonce), &sealed, Aad(&aad)).unwrap();
    }
}

fn cipher(cipher: BlockCipher, mode: Mode, key_len: usize, iv_len: usize) {
    let (key, iv) = (secret(key_len), public(iv_len));
    for direction in [Direction::Encrypt, Direction::Decrypt] {
        let mut context = CipherContext::new(cipher, mode, direction, &key, &iv).unwrap();
        let data = secret(320);
        let mut out = vec![0; context.output_len(data.len()).unwrap()];
        context.update(&data, (&mut out[..]).into()).unwrap();
        context.finalize().unwrap();
    }
}

fn ciphers() -> Vec<Case> {
    const TABLES: &str = "tables indexed by the key and the data, in a cipher for old data";
    const TAG: &str = "whether each of the 5 tags is right";
    vec![
        clean("AES in CBC, CTR, ECB", || {
            for key_len in [16, 24, 32] {
                cipher(BlockCipher::Aes, Mode::Cbc, key_len, 16);
                cipher(BlockCipher::Aes, Mode::Ctr, key_len, 16);
                cipher(BlockCipher::Aes, Mode::Ecb, key_len, 0);
            }
        }),
        Case { name: "AES-GCM", expect: Expect::Decisions(5, TAG), run: aead::<AesGcm> },
        Case { name: "ChaCha20-Poly1305", expect: Expect::Decisions(5, TAG), run: aead::<ChaCha20Poly1305> },
        Case { name: "AES-CCM", expect: Expect::Clean, run: aead::<AesCcm> },
        Case { name: "AES-OCB3", expect: Expect::Clean, run: aead::<AesOcb3> },
        Case { name: "AES-GCM-SIV", expect: Expect::Decisions(5, TAG), run: aead::<AesGcmSiv> },
        Case { name: "XAES-256-GCM", expect: Expect::Decisions(5, TAG), run: aead::<XAes256Gcm> },
        Case { name: "XChaCha20-Poly1305", expect: Expect::Decisions(5, TAG), run: aead::<XChaCha20Poly1305> },
        clean("AES-SIV, opened and refused", || {
            for len in [0, 1, 16, 100, 1000] {
                let cipher = AesSiv::new(&secret(64)).unwrap();
                let sealed = cipher.encrypt(&secret(len), &[&public(20)]).unwrap();
                ct::declassify_bytes(&sealed);
                cipher.decrypt(&sealed, &[&public(20)]).unwrap();
                assert!(cipher.decrypt(&sealed, &[&public(21)]).is_err());
            }
        }),
        clean("AES in CFB, CFB8, OFB", || {
            for mode in [Mode::Cfb, Mode::Cfb8, Mode::Ofb] {
                cipher(BlockCipher::Aes, mode, 32, 16);
            }
        }),
        Case {
            name: "AES-256 in XTS",
            expect: Expect::Decisions(2, "whether the halves of the key are equal, which is refused"),
            run: || cipher(BlockCipher::Aes, Mode::Xts, 64, 16),
        },
        leaks("SM4", "a table without GFNI and AVX-512, which valgrind has not; with them none", || {
            cipher(BlockCipher::Sm4, Mode::Cbc, 16, 16);
            cipher(BlockCipher::Sm4, Mode::Ctr, 16, 16);
            cipher(BlockCipher::Sm4, Mode::Ecb, 16, 0);
        }),
        clean("ChaCha20", || {
            let mut context = CipherContext::chacha20(&secret(32), &public(16)).unwrap();
            context.update(&secret(1000), (&mut vec![0; 1000][..]).into()).unwrap();
        }),
        clean("AES key wrap", || {
            key_wrap::wrap(&secret(32), &secret(32)).unwrap();
        }),
        leaks("Camellia", TABLES, || cipher(BlockCipher::Camellia, Mode::Cbc, 32, 16)),
        leaks("SEED", TABLES, || cipher(BlockCipher::Seed, Mode::Cbc, 16, 16)),
        leaks("Blowfish", TABLES, || cipher(BlockCipher::Blowfish, Mode::Cbc, 16, 8)),
        leaks("CAST5", TABLES, || cipher(BlockCipher::Cast5, Mode::Cbc, 16, 8)),
        leaks("IDEA", "branches in the multiplication and its inverse, in a cipher for old data", || {
            cipher(BlockCipher::Idea, Mode::Cbc, 16, 8)
        }),
        leaks("Triple DES", TABLES, || cipher(BlockCipher::TripleDes, Mode::Cbc, 24, 8)),
        leaks("RC2", TABLES, || cipher(BlockCipher::Rc2, Mode::Cbc, 16, 8)),
    ]
}

/// The multiple of the generator is AWS-LC's; what is seen here is what makes it a signature.
fn elliptic_curves() -> Vec<Case> {
    vec![
        clean("ECDSA signatures, random", || {
            for curve in [Curve::Secp384r1, Curve::Secp521r1, Curve::Secp224r1, Curve::BrainpoolP256r1] {
                let key = ec::PrivateKey::from_bytes(curve, &[0x5a; 24]).unwrap();
                key.sign(Message::Whole(Sha256, &public(100))).unwrap();
            }
        }),
        clean("ECDSA signatures, deterministic", || {
            for curve in [Curve::Secp256r1, Curve::Secp521r1, Curve::BrainpoolP512r1] {
                let key = ec::PrivateKey::from_bytes(curve, &[0x5a; 24]).unwrap();
                key.sign_deterministic(Message::Whole(Sha256, &public(100))).unwrap();
            }
        }),
    ]
}

fn rsa() -> Vec<Case> {
    /// Decrypts what `padding` made of a message, and the same changed. What comes out of the
    /// private key is secret.
    fn decrypt(padding: EncryptionPadding<'_>) {
        let key = PrivateKey::generate(1024, 65537).unwrap();
        for len in [0, 1, 32] {
            let mut ciphertext = key.public_key().encrypt(padding, &public(len)).unwrap();
            assert_eq!(key.decrypt(padding, &ciphertext).unwrap().len(), len);
            for at in 1..key.size() / 4 {
                ciphertext[4 * at] ^= 1;
                let _ = key.decrypt(padding, &ciphertext);
            }
        }
    }
    vec![
        clean("a new key: dividing candidates by small primes", || {
            black_box(PrivateKey::generate(1024, 65537).unwrap());
        }),
        clean("PKCS#1 v1.5 decryption: padding, and the made-up message", || decrypt(EncryptionPadding::Pkcs1v15)),
        clean("OAEP decryption: masks, label, padding", || {
            decrypt(EncryptionPadding::Oaep { hash: Sha256, mgf1_hash: Sha256, label: b"label" });
            decrypt(EncryptionPadding::Oaep { hash: Sha1, mgf1_hash: Sha256, label: b"" });
        }),
    ]
}

fn curve448() -> Vec<Case> {
    vec![
        clean("Ed448 key, and signature", || {
            let key = ed448::PrivateKey::from_bytes(&secret(ed448::KEY_LEN)).unwrap();
            black_box(key.sign(&public(100)));
            black_box(key.public_key());
        }),
        clean("SLH-DSA signatures", || {
            for parameters in [slh_dsa::ParameterSet::Sha2_128f, slh_dsa::ParameterSet::Shake128f] {
                let key = slh_dsa::PrivateKey::generate(parameters).unwrap();
                key.sign(&public(100), b"").unwrap();
            }
        }),
        clean("X448 key, and shared secret", || {
            let key = x448::PrivateKey::from_bytes(&secret(x448::KEY_LEN)).unwrap();
            black_box(key.public_key());
            black_box(key.exchange(&x448::PublicKey::from_bytes(&public(x448::KEY_LEN)).unwrap()).unwrap());
        }),
    ]
}

fn recipes() -> Vec<Case> {
    const TAGS: &str = "whether the tag of the chunk is right";
    const DECIDED: &str = "whether the shared secrets are zero, and the tag right";
    /// A token under a secret key, opened and refused.
    fn fernet() {
        let key: [u8; 32] = secret(32).try_into().unwrap();
        let fernet = Fernet::from_raw_key(&key).unwrap();
        for len in [0, 5, 16, 100, 40_000] {
            let mut token = fernet.encrypt(&secret(len), 0).unwrap().into_bytes();
            ct::declassify_bytes(&token);
            let parsed = Token::parse(&token).unwrap();
            let verified = parsed.verify(&fernet, None).unwrap();
            verified.decrypt().unwrap();
            token[40] ^= 1;
            assert!(Token::parse(&token).and_then(|token| token.verify(&fernet, None).map(drop)).is_err());
        }
    }
    /// A message of one chunk and a bit under a secret key, opened and refused.
    fn cobblestone() {
        let key = secret(16);
        let mut encryptor = Encryptor::new(cobblestone::Variant::Cobblestone128, &key, b"context").unwrap();
        let mut sealed = encryptor.update(&secret(CHUNK_LEN + 5)).unwrap();
        sealed.extend(encryptor.finalize().unwrap());
        ct::declassify_bytes(&sealed);
        for wrong in [false, true] {
            sealed[0] ^= u8::from(wrong);
            let mut decryptor = Decryptor::new(cobblestone::Variant::Cobblestone128, &key, b"context").unwrap();
            assert_eq!(decryptor.update(&sealed).is_err(), wrong);
        }
    }
    /// A message to a secret key, opened.
    fn hpke() {
        let suite = Suite { kem: Kem::X25519, kdf: hpke::Kdf::Shake256, aead: hpke::Aead::Aes128Gcm };
        let key = x25519::PrivateKey::from_bytes(&secret(32)).unwrap();
        ct::declassify_bytes(key.public_key().as_bytes());
        let sealed = suite.seal(&key.public_key().into(), b"", Aad(b""), &secret(10)).unwrap();
        ct::declassify_bytes(&sealed);
        suite.open(&key.into(), b"", Aad(b""), &sealed).unwrap();
    }
    vec![
        Case { name: "Cobblestone: sealed, opened, refused", expect: Expect::Decisions(1, TAGS), run: cobblestone },
        Case { name: "HPKE with X25519: sealed, opened", expect: Expect::Decisions(3, DECIDED), run: hpke },
        clean("Fernet: tokens made, opened, refused", fernet),
        clean("HOTP: made and verified", || {
            let hotp = Hotp::new(Sha1, &secret(20), 6).unwrap();
            assert!(hotp.verify(b"000000", 5).is_err());
        }),
    ]
}
