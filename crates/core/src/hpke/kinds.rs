//! Which key encapsulation mechanisms there are.

/// A key encapsulation mechanism (RFC 9180 §7.1, draft-ietf-hpke-pq §3 and §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kem {
    /// DHKEM(X25519, HKDF-SHA256).
    X25519,
    /// DHKEM(P-256, HKDF-SHA256).
    P256,
    /// DHKEM(P-384, HKDF-SHA384).
    P384,
    /// DHKEM(P-521, HKDF-SHA512).
    P521,
    /// DHKEM(X448, HKDF-SHA512).
    X448,
    /// ML-KEM-768.
    MlKem768,
    /// ML-KEM-1024.
    MlKem1024,
    /// ML-KEM-768 with X25519, also known as X-Wing: safe as long as one of the two is.
    MlKem768X25519,
    /// ML-KEM-1024 with P-384: safe as long as one of the two is.
    MlKem1024P384,
}
