//! `ironlatch.hazmat.primitives.asymmetric`.

pub(crate) mod utils;
