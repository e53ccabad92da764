//! Writing a file.

use ironlatch_core::hash::HashAlgorithm;
use ironlatch_core::keys::pbes::{self, Scheme};
use ironlatch_core::keys::pkcs8;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_core::random;
use ironlatch_core::secret::wipes_stack;
use ironlatch_x509::Certificate;
use ironlatch_x509::algorithms::hash_to_oid;
use zeroize::Zeroizing;

use super::{attributes, mac};
use crate::content;
use crate::der::{EXPLICIT_0, IMPLICIT_0, NULL, OCTET_STRING, SEQUENCE, element, identifier, integer};
use crate::error::Result;

/// The iterations of the derivation for the authentication code.
pub const MAC_ITERATIONS: u32 = 2048;

/// The iterations of the derivation for what is encrypted, where none are chosen.
pub const ITERATIONS: u32 = 20_000;

/// A certificate to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewCertificate<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// The name that people know it by.
    pub name: Option<&'a str>,
    /// The identifier that its key has too.
    pub local_key_id: Option<&'a [u8]>,
    /// Whether it gets the mark of certificates that Java trusts.
    pub is_java_trusted: bool,
}

impl<'a> NewCertificate<'a> {
    /// The certificate with nothing else.
    #[must_use]
    pub fn new(certificate: &'a Certificate) -> Self {
        Self { certificate, name: None, local_key_id: None, is_java_trusted: false }
    }
}

/// A private key to be written.
#[derive(Clone, Copy)]
pub struct NewKey<'a> {
    /// The key as a `PrivateKeyInfo` in DER, as `to_pkcs8_der` of the key writes it.
    pub info: &'a [u8],
    /// The name that people know it by.
    pub name: Option<&'a str>,
    /// The identifier that its certificate has too.
    pub local_key_id: Option<&'a [u8]>,
}

/// How a file is protected.
#[derive(Clone, Copy)]
pub struct Protection<'a> {
    /// The password, which is UTF-8. It may be empty, and then anyone can open the file.
    pub password: &'a [u8],
    /// How keys and certificates are encrypted, if they are.
    pub encryption: Option<Scheme>,
    /// The hash function of the authentication code.
    pub mac: HashAlgorithm,
}

impl<'a> Protection<'a> {
    /// PBES2 with [`ITERATIONS`] of PBKDF2-HMAC-SHA-256 and AES-256-CBC, and a code with SHA-256.
    #[must_use]
    pub fn new(password: &'a [u8]) -> Self {
        let encryption = Some(Scheme::Pbes2Sha256Aes256 { iterations: ITERATIONS });
        Self { password, encryption, mac: HashAlgorithm::Sha256 }
    }

    /// No encryption, and a code under an empty password.
    #[must_use]
    pub fn none() -> Self {
        Self { password: b"", encryption: None, mac: HashAlgorithm::Sha256 }
    }
}

/// Writes a file of these certificates and this key.
///
/// # Errors
/// [`Error::Core`](crate::Error::Core) if the password is not UTF-8, or there are no iterations;
/// [`Error::X509`](crate::Error::X509) if the hash function has no identifier.
#[wipes_stack(deep)]
pub fn write(
    certificates: &[NewCertificate<'_>],
    key: Option<NewKey<'_>>,
    protection: &Protection<'_>,
) -> Result<Vec<u8>> {
    let certificate_bags: Vec<_> = certificates.iter().map(certificate_bag).collect();
    let key_bag = key.as_ref().map(|key| key_bag(key, protection)).transpose()?;
    // A key is encrypted already: RFC 7292 §4.1 has such bags in a group of their own.
    let groups = match protection.encryption {
        Some(scheme) => {
            let certificates = if certificate_bags.is_empty() {
                Zeroizing::default()
            } else {
                encrypted(scheme, protection.password, &safe_contents(&certificate_bags))?
            };
            let key = key_bag.map_or_else(Zeroizing::default, |bag| content::data(&safe_contents(&[bag])));
            element(SEQUENCE, &[&certificates, &key])
        }
        None => {
            let bags: Vec<_> = certificate_bags.into_iter().chain(key_bag).collect();
            element(SEQUENCE, &[&content::data(&safe_contents(&bags))])
        }
    };
    let salt = random::array::<8>();
    let code = mac::code(protection.mac, Some(protection.password), &salt, MAC_ITERATIONS, &groups)?;
    let algorithm = element(SEQUENCE, &[&identifier(&hash_to_oid(protection.mac)?), NULL]);
    let code = element(SEQUENCE, &[&algorithm, &element(OCTET_STRING, &[&code])]);
    let salt = element(OCTET_STRING, &[&salt]);
    let mac_data = element(SEQUENCE, &[&code, &salt, &integer(MAC_ITERATIONS.into())]);
    let mut file = element(SEQUENCE, &[&integer(3), &content::data(&groups), &mac_data]);
    Ok(core::mem::take(&mut *file))
}

fn safe_contents(bags: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>> {
    let parts: Vec<&[u8]> = bags.iter().map(|bag| bag.as_slice()).collect();
    element(SEQUENCE, &parts)
}

fn bag(kind: &ObjectIdentifier, value: &[u8], attributes: &[u8]) -> Zeroizing<Vec<u8>> {
    element(SEQUENCE, &[&identifier(kind), &element(EXPLICIT_0, &[value]), attributes])
}

fn certificate_bag(new: &NewCertificate<'_>) -> Zeroizing<Vec<u8>> {
    let certificate = element(OCTET_STRING, &[new.certificate.as_der()]);
    let value = element(SEQUENCE, &[&identifier(&oid::X509_CERTIFICATE), &element(EXPLICIT_0, &[&certificate])]);
    bag(&oid::CERT_BAG, &value, &attributes::write(new.name, new.local_key_id, new.is_java_trusted))
}

fn key_bag(new: &NewKey<'_>, protection: &Protection<'_>) -> Result<Zeroizing<Vec<u8>>> {
    let attributes = attributes::write(new.name, new.local_key_id, false);
    let Some(scheme) = protection.encryption else { return Ok(bag(&oid::KEY_BAG, new.info, &attributes)) };
    let encrypted = pkcs8::encrypt_with(scheme, new.info, protection.password)?;
    Ok(bag(&oid::SHROUDED_KEY_BAG, &encrypted, &attributes))
}

/// A group of bags under a password.
fn encrypted(scheme: Scheme, password: &[u8], safe_contents: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let pbes::Encrypted { algorithm, data } = pbes::encrypt(scheme, password, safe_contents)?;
    let content = element(IMPLICIT_0, &[&data]);
    let info = element(SEQUENCE, &[&identifier(&oid::DATA), &algorithm, &content]);
    let encrypted_data = element(SEQUENCE, &[&integer(0), &info]);
    Ok(content::content_info(&oid::ENCRYPTED_DATA, &encrypted_data))
}
