//! The formats in which keys travel: PEM, DER, PKCS#1, PKCS#8, SubjectPublicKeyInfo, traditional OpenSSL.
