//! The object identifiers by which key files name algorithms.

use asn1::{ObjectIdentifier, oid};

/// id-ecPublicKey (RFC 5480 §2.1.1).
pub(super) const EC: ObjectIdentifier = oid!(1, 2, 840, 10045, 2, 1);
/// prime-field (SEC 1 appendix C.1).
pub(super) const PRIME_FIELD: ObjectIdentifier = oid!(1, 2, 840, 10045, 1, 1);
/// secp192r1 (RFC 5480 §2.1.1.1).
pub(super) const SECP192R1: ObjectIdentifier = oid!(1, 2, 840, 10045, 3, 1, 1);
/// secp256r1.
pub(super) const SECP256R1: ObjectIdentifier = oid!(1, 2, 840, 10045, 3, 1, 7);
/// secp256k1 (SEC 2 appendix A.2).
pub(super) const SECP256K1: ObjectIdentifier = oid!(1, 3, 132, 0, 10);
/// secp224r1.
pub(super) const SECP224R1: ObjectIdentifier = oid!(1, 3, 132, 0, 33);
/// secp384r1.
pub(super) const SECP384R1: ObjectIdentifier = oid!(1, 3, 132, 0, 34);
/// secp521r1.
pub(super) const SECP521R1: ObjectIdentifier = oid!(1, 3, 132, 0, 35);
/// brainpoolP256r1 (RFC 5639 §4.1).
pub(super) const BRAINPOOL_P256R1: ObjectIdentifier = oid!(1, 3, 36, 3, 3, 2, 8, 1, 1, 7);
/// brainpoolP384r1.
pub(super) const BRAINPOOL_P384R1: ObjectIdentifier = oid!(1, 3, 36, 3, 3, 2, 8, 1, 1, 11);
/// brainpoolP512r1.
pub(super) const BRAINPOOL_P512R1: ObjectIdentifier = oid!(1, 3, 36, 3, 3, 2, 8, 1, 1, 13);

/// rsaEncryption (RFC 8017 appendix C).
pub(super) const RSA: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 1);
/// id-RSASSA-PSS (RFC 8017 appendix C).
pub(super) const RSASSA_PSS: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 1, 10);

/// id-dsa (RFC 3279 §2.3.2).
pub(super) const DSA: ObjectIdentifier = oid!(1, 2, 840, 10040, 4, 1);

/// id-X25519 (RFC 8410 §3).
pub(super) const X25519: ObjectIdentifier = oid!(1, 3, 101, 110);
/// id-X448 (RFC 8410 §3).
pub(super) const X448: ObjectIdentifier = oid!(1, 3, 101, 111);
/// id-Ed25519 (RFC 8410 §3).
pub(super) const ED25519: ObjectIdentifier = oid!(1, 3, 101, 112);
/// id-Ed448 (RFC 8410 §3).
pub(super) const ED448: ObjectIdentifier = oid!(1, 3, 101, 113);
/// dhKeyAgreement (PKCS #3 §9).
pub(super) const DH_KEY_AGREEMENT: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 3, 1);
/// dhpublicnumber (RFC 3279 §2.3.3).
pub(super) const DH_PUBLIC_NUMBER: ObjectIdentifier = oid!(1, 2, 840, 10046, 2, 1);

/// id-alg-ml-kem-512 (RFC 9935 §3).
pub(super) const ML_KEM_512: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 4, 1);
/// id-alg-ml-kem-768.
pub(super) const ML_KEM_768: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 4, 2);
/// id-alg-ml-kem-1024.
pub(super) const ML_KEM_1024: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 4, 3);
/// id-ml-dsa-44 (RFC 9881 §2).
pub(super) const ML_DSA_44: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 17);
/// id-ml-dsa-65.
pub(super) const ML_DSA_65: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 18);
/// id-ml-dsa-87.
pub(super) const ML_DSA_87: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 19);

/// id-slh-dsa-sha2-128s (RFC 9909 §3).
pub(super) const SLH_DSA_SHA2_128S: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 20);
/// id-slh-dsa-sha2-128f.
pub(super) const SLH_DSA_SHA2_128F: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 21);
/// id-slh-dsa-sha2-192s.
pub(super) const SLH_DSA_SHA2_192S: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 22);
/// id-slh-dsa-sha2-192f.
pub(super) const SLH_DSA_SHA2_192F: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 23);
/// id-slh-dsa-sha2-256s.
pub(super) const SLH_DSA_SHA2_256S: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 24);
/// id-slh-dsa-sha2-256f.
pub(super) const SLH_DSA_SHA2_256F: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 25);
/// id-slh-dsa-shake-128s.
pub(super) const SLH_DSA_SHAKE_128S: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 26);
/// id-slh-dsa-shake-128f.
pub(super) const SLH_DSA_SHAKE_128F: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 27);
/// id-slh-dsa-shake-192s.
pub(super) const SLH_DSA_SHAKE_192S: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 28);
/// id-slh-dsa-shake-192f.
pub(super) const SLH_DSA_SHAKE_192F: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 29);
/// id-slh-dsa-shake-256s.
pub(super) const SLH_DSA_SHAKE_256S: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 30);
/// id-slh-dsa-shake-256f.
pub(super) const SLH_DSA_SHAKE_256F: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 3, 31);

/// pbeWithMD5AndDES-CBC (RFC 8018 appendix C).
pub(super) const PBE_MD5_DES_CBC: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 5, 3);
/// id-PBKDF2 (RFC 8018 appendix C).
pub(super) const PBKDF2: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 5, 12);
/// id-PBES2 (RFC 8018 appendix C).
pub(super) const PBES2: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 5, 13);
/// id-scrypt (RFC 7914 §7).
pub(super) const SCRYPT: ObjectIdentifier = oid!(1, 3, 6, 1, 4, 1, 11591, 4, 11);

/// pbeWithSHAAnd128BitRC4 (RFC 7292 appendix C).
pub(super) const PBE_SHA1_RC4_128: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 12, 1, 1);
/// pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C).
pub(super) const PBE_SHA1_3DES: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 12, 1, 3);
/// pbeWithSHAAnd40BitRC2-CBC (RFC 7292 appendix C).
pub(super) const PBE_SHA1_RC2_40: ObjectIdentifier = oid!(1, 2, 840, 113549, 1, 12, 1, 6);

/// id-hmacWithSHA1 (RFC 8018 appendix C).
pub(super) const HMAC_SHA1: ObjectIdentifier = oid!(1, 2, 840, 113549, 2, 7);
/// id-hmacWithSHA224.
pub(super) const HMAC_SHA224: ObjectIdentifier = oid!(1, 2, 840, 113549, 2, 8);
/// id-hmacWithSHA256.
pub(super) const HMAC_SHA256: ObjectIdentifier = oid!(1, 2, 840, 113549, 2, 9);
/// id-hmacWithSHA384.
pub(super) const HMAC_SHA384: ObjectIdentifier = oid!(1, 2, 840, 113549, 2, 10);
/// id-hmacWithSHA512.
pub(super) const HMAC_SHA512: ObjectIdentifier = oid!(1, 2, 840, 113549, 2, 11);

/// rc2CBC (RFC 8018 appendix B.2.3).
pub(super) const RC2_CBC: ObjectIdentifier = oid!(1, 2, 840, 113549, 3, 2);
/// des-EDE3-CBC (RFC 8018 appendix B.2.2).
pub(super) const DES_EDE3_CBC: ObjectIdentifier = oid!(1, 2, 840, 113549, 3, 7);
/// aes128-CBC-PAD (RFC 8018 appendix B.2.5).
pub(super) const AES128_CBC: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 1, 2);
/// aes192-CBC-PAD.
pub(super) const AES192_CBC: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 1, 22);
/// aes256-CBC-PAD.
pub(super) const AES256_CBC: ObjectIdentifier = oid!(2, 16, 840, 1, 101, 3, 4, 1, 42);
