//! `ironlatch.hazmat.primitives.asymmetric`.

pub(crate) mod dsa;
pub(crate) mod padding;
pub(crate) mod rsa;
pub(crate) mod utils;
