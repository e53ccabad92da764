//! `ironlatch.hazmat.primitives.serialization`, and the object identifiers.

pub(crate) mod formats;
pub(crate) mod jwk;
pub(crate) mod objects;
pub(crate) mod oid;
pub(crate) mod openssh;
pub(crate) mod serialization;
pub(crate) mod ssh;
