//! `ironlatch.hazmat.primitives.asymmetric`.

pub(crate) mod rsa;
pub(crate) mod utils;
