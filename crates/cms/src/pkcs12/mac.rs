//! The authentication code of a file (RFC 7292 §4 and appendix B, RFC 9579).

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::hash::hmac::hmac_into;
use ironlatch_core::keys::der::AlgorithmIdentifier;
use ironlatch_core::keys::pbes::MAX_ITERATIONS;
use ironlatch_core::keys::pbmac::Pbmac1;
use ironlatch_core::keys::pkcs12_kdf::{self, Purpose};
use ironlatch_core::oid;
use ironlatch_core::{Output, constant_time};
use ironlatch_x509::algorithms::hash_from_oid;
use zeroize::Zeroizing;

use super::work::Work;
use crate::error::{Error, Result};

/// `MacData`. The iterations have a default, which some write out.
#[derive(asn1::Asn1Read)]
pub(super) struct MacData<'a> {
    mac: DigestInfo<'a>,
    salt: &'a [u8],
    pub(super) iterations: Option<u64>,
}

#[derive(asn1::Asn1Read)]
struct DigestInfo<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    digest: &'a [u8],
}

impl MacData<'_> {
    /// Whether the code is that of `message` under `password`.
    pub(super) fn is_of(&self, password: Option<&[u8]>, message: &[u8], work: &mut Work) -> Result<bool> {
        let code = if let Some(mac) = Pbmac1::read(&self.mac.algorithm)? {
            work.spend(mac.work())?;
            mac.code(password.unwrap_or_default(), message)?
        } else {
            let hash = hash(&self.mac.algorithm)?;
            let iterations = self.iterations.unwrap_or(1);
            let allowed = u32::try_from(iterations).ok().filter(|count| (1..=MAX_ITERATIONS).contains(count));
            let iterations = allowed.ok_or_else(|| {
                let message = format!(
                    "the file asks for {iterations} iterations, and between 1 and {MAX_ITERATIONS} are allowed"
                );
                Error::TooMuchWork(message.into())
            })?;
            work.spend(iterations.into())?;
            code(hash, password, self.salt, iterations, message)?
        };
        Ok(constant_time::bytes_eq(&code, self.mac.digest))
    }
}

/// The code of `message` by the derivation of PKCS #12.
pub(super) fn code(
    hash: HashAlgorithm,
    password: Option<&[u8]>,
    salt: &[u8],
    iterations: u32,
    message: &[u8],
) -> Result<Vec<u8>> {
    let mut key = Zeroizing::new(vec![0; hash.digest_size()]);
    pkcs12_kdf::derive(hash, password, salt, Purpose::Mac, iterations, &mut key)?;
    let mut code = vec![0; hash.digest_size()];
    hmac_into(hash, &key, message, Output::from(&mut code[..]))?;
    Ok(code)
}

fn hash(algorithm: &AlgorithmIdentifier<'_>) -> Result<HashAlgorithm> {
    match &algorithm.oid {
        &oid::MD5 => Ok(HashAlgorithm::Md5),
        &oid::SHA512_224 => Ok(HashAlgorithm::Sha512_224),
        &oid::SHA512_256 => Ok(HashAlgorithm::Sha512_256),
        other => hash_from_oid(other).map_err(|_| {
            Error::Unsupported(format!("the hash function {other} of the authentication code is not known").into())
        }),
    }
}
