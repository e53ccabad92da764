//! `ironlatch.hazmat.primitives.asymmetric`.

mod key_classes;

pub(crate) mod dh;
pub(crate) mod dsa;
pub(crate) mod ec;
pub(crate) mod ed25519;
pub(crate) mod ed448;
pub(crate) mod mldsa;
pub(crate) mod mlkem;
pub(crate) mod padding;
pub(crate) mod rsa;
pub(crate) mod slh_dsa;
pub(crate) mod utils;
pub(crate) mod x25519;
pub(crate) mod x448;
