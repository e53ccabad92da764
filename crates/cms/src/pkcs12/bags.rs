//! The bags of a file (RFC 7292 §4.2).

use asn1::Tlv;
use ironlatch_core::asymmetric::rsa::Checks;
use ironlatch_core::keys::PrivateKey;
use ironlatch_core::keys::der::AlgorithmIdentifier;
use ironlatch_core::oid::{self, ObjectIdentifier};
use ironlatch_x509::Certificate;

use super::attributes::Attributes;
use super::opening::Opener;
use crate::der;
use crate::error::{At, Error, Result};

/// A private key of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeyEntry {
    /// The key.
    pub key: PrivateKey,
    /// The name that people know it by: the alias, in Java.
    pub name: Option<String>,
    /// The identifier that its certificate has too, so that the two can be told to belong together.
    pub local_key_id: Option<Vec<u8>>,
}

/// A certificate of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateEntry {
    /// The certificate.
    pub certificate: Certificate,
    /// The name that people know it by: the alias, in Java.
    pub name: Option<String>,
    /// The identifier that its key has too, so that the two can be told to belong together.
    pub local_key_id: Option<Vec<u8>>,
    /// Whether it has the mark of certificates that Java trusts.
    pub is_java_trusted: bool,
}

impl CertificateEntry {
    /// Whether the certificate is of this key.
    #[must_use]
    pub fn fits(&self, key: &PrivateKey) -> bool {
        let own = self.certificate.public_key().ok().and_then(|key| key.to_spki_der().ok());
        own.is_some_and(|own| key.public_key().to_spki_der().is_ok_and(|other| other == own))
    }
}

/// A bag that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The kind of its contents: `a secret key`, say.
    pub kind: String,
    /// The name that people know it by.
    pub name: Option<String>,
}

/// The contents of a bag.
pub(super) enum Bag {
    Key(KeyEntry),
    Certificate(CertificateEntry),
    Skipped(Skipped),
}

#[derive(asn1::Asn1Read)]
struct SafeBag<'a> {
    kind: ObjectIdentifier,
    #[explicit(0)]
    value: Option<Tlv<'a>>,
    attributes: Option<Tlv<'a>>,
}

#[derive(asn1::Asn1Read)]
struct ShroudedKey<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    data: &'a [u8],
}

#[derive(asn1::Asn1Read)]
struct CertBag<'a> {
    kind: ObjectIdentifier,
    #[explicit(0)]
    value: Option<Tlv<'a>>,
}

/// Reads the bags of `SafeContents` in DER, one after another into `found`.
pub(super) fn read(safe_contents: &[u8], opener: &mut Opener<'_>, found: &mut Vec<Bag>) -> Result<()> {
    for (index, bag) in der::elements(der::contents(safe_contents, der::SEQUENCE)?).enumerate() {
        bag.and_then(|bag| read_bag(&bag, opener, found)).at_index("safeContents", index)?;
    }
    Ok(())
}

fn read_bag(bag: &Tlv<'_>, opener: &mut Opener<'_>, found: &mut Vec<Bag>) -> Result<()> {
    let SafeBag { kind, value, attributes } = bag.parse()?;
    let value = value.ok_or_else(|| Error::rule("the bag is empty")).at("bagValue")?;
    let Attributes { name, local_key_id, is_java_trusted } =
        Attributes::read(attributes.as_ref()).at("bagAttributes")?;
    let skipped = |kind: &str, name| Bag::Skipped(Skipped { kind: kind.into(), name });
    found.push(match &kind {
        &(oid::KEY_BAG | oid::SHROUDED_KEY_BAG) if opener.wants_key() => {
            let key = if kind == oid::KEY_BAG { plain_key(&value) } else { shrouded_key(&value, opener) };
            Bag::Key(KeyEntry { key: key.at("bagValue")?, name, local_key_id })
        }
        &(oid::KEY_BAG | oid::SHROUDED_KEY_BAG) => skipped("another private key", name),
        &oid::CERT_BAG => match certificate(&value).at("bagValue")? {
            Some(certificate) => {
                Bag::Certificate(CertificateEntry { certificate, name, local_key_id, is_java_trusted })
            }
            None => skipped("a certificate that is not of X.509", name),
        },
        &oid::CRL_BAG => skipped("a CRL", name),
        &oid::SECRET_BAG => skipped("a secret key", name),
        // How deep these go is limited by how deep elements may stand inside each other.
        &oid::SAFE_CONTENTS_BAG => return read(value.full_data(), opener, found).at("bagValue"),
        other => skipped(&format!("a bag of the type {other}"), name),
    });
    Ok(())
}

fn plain_key(value: &Tlv<'_>) -> Result<PrivateKey> {
    Ok(PrivateKey::from_pkcs8_der(value.full_data(), Checks::Full)?)
}

fn shrouded_key(value: &Tlv<'_>, opener: &mut Opener<'_>) -> Result<PrivateKey> {
    let ShroudedKey { algorithm, data } = value.parse()?;
    let key = opener.decrypt(&algorithm, data)?;
    PrivateKey::from_pkcs8_der(&key, Checks::Full).map_err(|error| opener.explain(error.into(), &key))
}

fn certificate(value: &Tlv<'_>) -> Result<Option<Certificate>> {
    let CertBag { kind, value } = value.parse()?;
    if kind != oid::X509_CERTIFICATE {
        return Ok(None);
    }
    let value = value.ok_or_else(|| Error::rule("there is no certificate")).at("certValue")?;
    Ok(Some(Certificate::from_der(der::octets(&value).at("certValue")?).at("certValue")?))
}
