//! The numbers that keys are made of, as they travel in key formats.

use core::fmt;

use zeroize::Zeroizing;

/// The numbers of a public key, big-endian, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicComponents {
    /// The modulus.
    pub n: Vec<u8>,
    /// The public exponent.
    pub e: Vec<u8>,
}

/// The numbers of a private key (RFC 8017 §3.2), big-endian, without leading zeros. The secret ones
/// are wiped when they are dropped.
#[derive(Clone)]
pub struct PrivateComponents {
    /// The modulus and the public exponent.
    pub public: PublicComponents,
    /// The private exponent.
    pub d: Zeroizing<Vec<u8>>,
    /// The first prime.
    pub p: Zeroizing<Vec<u8>>,
    /// The second prime.
    pub q: Zeroizing<Vec<u8>>,
    /// d mod p - 1.
    pub dmp1: Zeroizing<Vec<u8>>,
    /// d mod q - 1.
    pub dmq1: Zeroizing<Vec<u8>>,
    /// The inverse of q modulo p.
    pub iqmp: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for PrivateComponents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateComponents").field("public", &self.public).finish_non_exhaustive()
    }
}
