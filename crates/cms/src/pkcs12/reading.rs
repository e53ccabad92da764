//! Reading a file.

use asn1::Tlv;
use ironlatch_core::oid;
use ironlatch_core::secret::wipes_stack;

use super::bags::{self, Bag, CertificateEntry, KeyEntry, Skipped};
use super::mac::MacData;
use super::opening::{Keys, Opener};
use crate::content::{ContentInfo, EncryptedContentInfo};
use crate::error::{At, Error, Kind, Result};
use crate::{ber, der};

/// All that is in a file.
#[derive(Debug)]
pub struct Contents {
    /// The private keys, in their order.
    pub keys: Vec<KeyEntry>,
    /// The certificates, in their order.
    pub certificates: Vec<CertificateEntry>,
    /// The other bags, which are not read.
    pub skipped: Vec<Skipped>,
    /// Whether the file has an authentication code, which was verified. Without one, anyone may
    /// have written it.
    pub is_authenticated: bool,
    /// Why the file is not strictly in DER, if it is not.
    pub irregularity: Option<Error>,
}

impl Contents {
    /// Opens a file in DER or BER with its password, which is UTF-8. An empty password and none are
    /// the same.
    ///
    /// # Errors
    /// [`Error::Password`] tells a wrong password from one that is missing or not needed, where the
    /// file lets one tell; [`Error::WrongKind`] for something else, [`Error::Malformed`] with the
    /// place of the fault, [`Error::TooMuchWork`], [`Error::Unsupported`] for algorithms that are
    /// not known; [`Error::Core`] and [`Error::X509`] for keys and certificates that are not valid.
    #[wipes_stack(deep)]
    pub fn read(data: &[u8], password: Option<&[u8]>) -> Result<Self> {
        read(data, password, Keys::All)
    }

    /// The certificate of a key, and then its issuers, as far as they are here: at most
    /// [`MAX_CHAIN`]. They are found by their names, and nothing is verified.
    #[must_use]
    pub fn chain(&self, key: &KeyEntry) -> Vec<&CertificateEntry> {
        let mut chain: Vec<&CertificateEntry> = Vec::new();
        let same_id = |entry: &&CertificateEntry| key.local_key_id.is_some() && entry.local_key_id == key.local_key_id;
        let fitting = || self.certificates.iter().filter(|entry| entry.fits(&key.key));
        let mut next = fitting().find(same_id).or_else(|| fitting().next());
        while let Some(entry) = next.filter(|_| chain.len() < MAX_CHAIN) {
            chain.push(entry);
            let issuer = entry.certificate.issuer();
            let is_issuer = |other: &&CertificateEntry| other.certificate.subject() == issuer;
            next = self.certificates.iter().filter(is_issuer).find(|other| !chain.contains(other));
        }
        chain
    }
}

/// The most certificates that [`Contents::chain`] finds.
pub const MAX_CHAIN: usize = 32;

/// The usual contents of a file: a key, its certificate, and others.
#[derive(Debug)]
#[non_exhaustive]
pub struct KeyAndCertificates {
    /// The first key. Further ones are not decrypted: see [`Contents`].
    pub key: Option<KeyEntry>,
    /// The first certificate that is of the key.
    pub certificate: Option<CertificateEntry>,
    /// The other certificates, in their order.
    pub others: Vec<CertificateEntry>,
    /// Whether the file has an authentication code, which was verified.
    pub is_authenticated: bool,
    /// Why the file is not strictly in DER, if it is not.
    pub irregularity: Option<Error>,
}

impl KeyAndCertificates {
    /// Opens a file as [`Contents::read`] does.
    ///
    /// # Errors
    /// As there.
    #[wipes_stack(deep)]
    pub fn read(data: &[u8], password: Option<&[u8]>) -> Result<Self> {
        let Contents { keys, certificates: mut others, is_authenticated, irregularity, .. } =
            read(data, password, Keys::First)?;
        let key = keys.into_iter().next();
        let own = key.as_ref().and_then(|key| others.iter().position(|entry| entry.fits(&key.key)));
        let certificate = own.map(|index| others.remove(index));
        Ok(Self { key, certificate, others, is_authenticated, irregularity })
    }
}

/// `PFX` (RFC 7292 §4). The version is 3 in all that were ever written.
#[derive(asn1::Asn1Read)]
struct Pfx<'a> {
    _version: asn1::BigInt<'a>,
    auth_safe: ContentInfo<'a>,
    mac: Option<MacData<'a>>,
}

#[derive(asn1::Asn1Read)]
struct EncryptedData<'a> {
    _version: asn1::BigInt<'a>,
    content: EncryptedContentInfo<'a>,
}

fn read(data: &[u8], password: Option<&[u8]>, keys: Keys) -> Result<Contents> {
    let password = password.filter(|password| !password.is_empty());
    if password.is_some_and(|password| core::str::from_utf8(password).is_err()) {
        return Err(Error::value("the password of a PKCS #12 file must be UTF-8"));
    }
    let explain = |error| der::explain(error, data, Kind::Pkcs12);
    let (file, rest) = ber::to_der(data).map_err(explain)?;
    let pfx: Pfx<'_> = asn1::parse_single(file.as_slice()).map_err(|error| explain(error.into()))?;
    let safe = pfx.auth_safe.data().map_err(|error| explain(error.within("authSafe")))?;
    let irregularity = irregularity(&file, rest, &pfx);

    let mut opener = Opener::new(password, keys);
    if let Some(mac) = &pfx.mac {
        opener.authenticate(mac, safe).at("macData")?;
    }
    let mut bags = Vec::new();
    let (safe, _) = ber::to_der(safe).at("authSafe")?;
    for (index, group) in der::elements(der::contents(safe.as_slice(), der::SEQUENCE).at("authSafe")?).enumerate() {
        group.and_then(|group| read_group(&group, &mut opener, &mut bags)).at_index("authSafe", index)?;
    }

    let mut contents = Contents {
        keys: Vec::new(),
        certificates: Vec::new(),
        skipped: Vec::new(),
        is_authenticated: opener.is_authenticated(),
        irregularity,
    };
    for bag in bags {
        match bag {
            Bag::Key(key) => contents.keys.push(key),
            Bag::Certificate(certificate) => contents.certificates.push(certificate),
            Bag::Skipped(skipped) => contents.skipped.push(skipped),
        }
    }
    Ok(contents)
}

/// Why a file that can be read is not as DER has it.
fn irregularity(file: &ber::Der<'_>, rest: &[u8], pfx: &Pfx<'_>) -> Option<Error> {
    if file.is_rewritten() {
        Some(Error::rule("lengths or strings are in the forms of BER"))
    } else if !rest.is_empty() {
        Some(asn1::ParseError::new(asn1::ParseErrorKind::ExtraData).into())
    } else if pfx.mac.as_ref().is_some_and(|mac| mac.iterations == Some(1)) {
        let error = Error::from(asn1::ParseError::new(asn1::ParseErrorKind::EncodedDefault));
        Some(error.within("macData.iterations"))
    } else {
        None
    }
}

fn read_group(group: &Tlv<'_>, opener: &mut Opener<'_>, found: &mut Vec<Bag>) -> Result<()> {
    let info: ContentInfo<'_> = group.parse()?;
    match &info.content_type {
        &oid::DATA => {
            let (safe_contents, _) = ber::to_der(info.data()?)?;
            bags::read(safe_contents.as_slice(), opener, found)
        }
        &oid::ENCRYPTED_DATA => {
            let content = info.content.ok_or_else(|| Error::rule("there is no content"))?;
            let EncryptedData { content, .. } = content.parse()?;
            let encrypted = content.encrypted()?.ok_or_else(|| Error::rule("there is no encrypted content"))?;
            let decrypted = opener.decrypt(&content.algorithm, &encrypted)?;
            let read = ber::to_der(&decrypted)
                .and_then(|(safe_contents, _)| bags::read(safe_contents.as_slice(), opener, found));
            read.map_err(|error| opener.explain(error, &decrypted))
        }
        other => {
            let kind = format!("a group of the type {other}");
            found.push(Bag::Skipped(Skipped { kind, name: None }));
            Ok(())
        }
    }
}
