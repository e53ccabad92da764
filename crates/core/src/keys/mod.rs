//! The formats in which keys travel: PEM, DER, PKCS#1, PKCS#8, SubjectPublicKeyInfo, traditional OpenSSL.
#![allow(clippy::result_large_err)] // The size of `asn1::ParseError` is that crate's choice, and its derives return it.

#[allow(dead_code)] // The key types that use the rest come next.
mod der;
#[allow(dead_code)] // As above.
mod oid;

pub mod object_identifier;
pub mod pbes;
pub mod pem;
pub mod pkcs12_kdf;
pub mod pkcs8;
pub mod traditional;

use crate::{Error, Result};

/// The password of a key that is encrypted. An empty one counts as none.
fn password_needed(password: Option<&[u8]>) -> Result<&[u8]> {
    password
        .filter(|password| !password.is_empty())
        .ok_or(Error::WrongType("Password was not given but private key is encrypted".into()))
}

/// For everything that a wrong password leads to, so that nothing is told about how it was wrong.
fn incorrect_password() -> Error {
    Error::value("Incorrect password, could not decrypt key")
}
