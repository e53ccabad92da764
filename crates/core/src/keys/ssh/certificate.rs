//! OpenSSH's certificates (OpenSSH's PROTOCOL.certkeys): a key, what it may be used for, and the
//! signature of an authority over both.

use super::public::{self, DSS, SshPublicKey};
use super::signature::Signature;
use super::text;
use super::wire::{Reader, put_long, put_number, put_string};
use crate::error::{Allowed, Parameter};
use crate::keys::{PrivateKey, PublicKey};
use crate::secret::wipes_stack;
use crate::{Error, Result, random};

/// The length in bytes of the nonce that is written.
pub const NONCE_LEN: usize = 32;

/// The most principals of a certificate that `sshd` takes.
pub const MAX_PRINCIPALS: usize = 256;

const WHAT: &str = "SSH certificate";

/// Whom a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateType {
    /// A user, who logs in.
    User,
    /// A host, which users log in to.
    Host,
}

impl CertificateType {
    fn number(self) -> u32 {
        match self {
            Self::User => 1,
            Self::Host => 2,
        }
    }
}

/// A name and what it is set to: of an option that a server must know, or an extension that it may
/// ignore. A value may be empty.
pub type NamedValue = (Vec<u8>, Vec<u8>);

/// The statements of a certificate about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The authority's number for it.
    pub serial: u64,
    /// Whom it is for.
    pub certificate_type: CertificateType,
    /// The authority's name for it, which servers log.
    pub key_id: Vec<u8>,
    /// The users or hosts that it is for: none means any.
    pub principals: Vec<Vec<u8>>,
    /// The first second in which it is valid, in Unix time.
    pub valid_after: u64,
    /// The first second in which it is valid no more. [`u64::MAX`] means never.
    pub valid_before: u64,
    /// Restrictions, by name.
    pub critical_options: Vec<NamedValue>,
    /// Permissions, by name.
    pub extensions: Vec<NamedValue>,
}

/// A certificate. That it was read says nothing about who signed it, nor whether it is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    kind: String,
    nonce: Vec<u8>,
    key: SshPublicKey,
    terms: Terms,
    signature_key: Vec<u8>,
    signature: Signature,
    blob: Vec<u8>,
    signed_len: usize,
}

impl Certificate {
    /// Reads an encoded certificate.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed, [`Error::Unsupported`] if the type of its key is
    /// not known.
    pub fn from_blob(blob: &[u8]) -> Result<Self> {
        let mut reader = Reader::of(WHAT, blob);
        let kind = reader.name()?.to_owned();
        let nonce = reader.string();
        let certified = public::certified(&kind).ok_or_else(|| public::unsupported(&kind))?;
        let nonce = nonce?.to_vec();
        let key = public::read(&certified, &mut reader)?;
        let serial = reader.long()?;
        let certificate_type = match reader.number()? {
            1 => CertificateType::User,
            2 => CertificateType::Host,
            other => return Err(reader.invalid(&format!("it is of type {other}, and 1 (user) and 2 (host) are known"))),
        };
        let key_id = reader.string()?.to_vec();
        let mut names = reader.inner()?;
        let mut principals = Vec::new();
        while !names.is_empty() {
            principals.push(names.string()?.to_vec());
        }
        let (valid_after, valid_before) = (reader.long()?, reader.long()?);
        let critical_options = read_named(&mut reader, "critical option")?;
        let extensions = read_named(&mut reader, "extension")?;
        // It is reserved.
        reader.string()?;
        let signature_key = reader.string()?.to_vec();
        let authority = Reader::of(WHAT, &signature_key).name()?;
        let signed_len = blob.len() - reader.rest().len();
        let signature = Signature::from_blob(reader.string()?)?;
        reader.finish()?;
        if !signature.is_by(authority) {
            return Err(reader.invalid("its signature is of another type than the key that made it"));
        }
        let terms = Terms {
            serial,
            certificate_type,
            key_id,
            principals,
            valid_after,
            valid_before,
            critical_options,
            extensions,
        };
        Ok(Self { kind, nonce, key, terms, signature_key, signature, blob: blob.to_vec(), signed_len })
    }

    /// Certifies a key under `terms`, whose options and extensions are put in order. `nonce` is
    /// random, so that nobody foresees what is signed.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the terms contradict themselves, have a name twice or more than
    /// [`MAX_PRINCIPALS`], or if the key is one of DSA; [`Error::Unsupported`] if the authority's
    /// key makes no SSH signatures.
    #[wipes_stack(deep)]
    pub fn sign(key: &SshPublicKey, terms: Terms, nonce: &[u8], authority: &PrivateKey) -> Result<Self> {
        if terms.valid_after > terms.valid_before {
            return Err(Error::value("valid_after must be earlier than valid_before"));
        }
        if terms.principals.len() > MAX_PRINCIPALS {
            let (got, allowed) = (terms.principals.len() as u64, Allowed::AtMost(MAX_PRINCIPALS as u64));
            return Err(Error::OutOfRange { what: Parameter::Principals, got, allowed });
        }
        if matches!(key.key(), PublicKey::Dsa(_)) {
            return Err(Error::value("OpenSSH has dropped DSA: there are no certificates of such keys"));
        }
        let plain = key.kind();
        let kind = public::certificate_kind(plain);
        let signature_key = authority.public_key().to_openssh_blob()?;
        let mut blob = Vec::new();
        put_string(&mut blob, kind.as_bytes());
        put_string(&mut blob, nonce);
        blob.extend_from_slice(&key.to_blob()[4 + plain.len()..]);
        put_long(&mut blob, terms.serial);
        put_number(&mut blob, terms.certificate_type.number());
        put_string(&mut blob, &terms.key_id);
        let mut names = Vec::new();
        for principal in &terms.principals {
            put_string(&mut names, principal);
        }
        put_string(&mut blob, &names);
        put_long(&mut blob, terms.valid_after);
        put_long(&mut blob, terms.valid_before);
        let Terms { mut critical_options, mut extensions, .. } = terms;
        for named in [&mut critical_options, &mut extensions] {
            named.sort();
            put_named(&mut blob, named);
        }
        put_string(&mut blob, b"");
        put_string(&mut blob, &signature_key);
        let signature = Signature::sign(authority, &blob)?;
        put_string(&mut blob, &signature.to_blob());
        // Reading it again finds what the terms must not have: names that are there twice.
        Self::from_blob(&blob)
    }

    /// Makes random bytes for [`sign`](Self::sign), as many as a nonce has.
    #[must_use]
    pub fn nonce_to_sign() -> [u8; NONCE_LEN] {
        random::array()
    }

    /// Verifies that the key in the certificate has signed it. Whether that key is one to be
    /// believed is the caller's to judge.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if not, and those of [`signature_key`](Self::signature_key).
    pub fn verify_signature(&self) -> Result<()> {
        self.signature_key()?.verify(&self.blob[..self.signed_len], &self.signature)
    }

    /// The authority's key.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed, [`Error::Unsupported`] if its type is not known.
    pub fn signature_key(&self) -> Result<SshPublicKey> {
        SshPublicKey::from_blob(&self.signature_key)
    }

    /// The authority's key, as it stands in the certificate.
    #[must_use]
    pub fn signature_key_blob(&self) -> &[u8] {
        &self.signature_key
    }

    /// Whether DSA has any part in it: as the certified key, or the authority's.
    #[must_use]
    pub fn has_dsa(&self) -> bool {
        matches!(self.key.key(), PublicKey::Dsa(_)) || self.signature.algorithm() == DSS
    }

    /// The type of the certificate, `ssh-ed25519-cert-v01@openssh.com` for example.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The random part, which makes the signed text unforeseeable.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    /// The certified key.
    #[must_use]
    pub fn key(&self) -> &SshPublicKey {
        &self.key
    }

    /// The statements about the key.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The name of the signature's algorithm, `rsa-sha2-512` for example.
    #[must_use]
    pub fn signature_algorithm(&self) -> &str {
        self.signature.algorithm()
    }

    /// The encoded certificate.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Writes the line, without a comment and without an end of line.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        text::of_blob(&self.kind, &self.blob)
    }
}

/// Reads names with their values, which are in order and each there once.
fn read_named(reader: &mut Reader<'_>, what: &str) -> Result<Vec<NamedValue>> {
    let mut rest = reader.inner()?;
    let mut named: Vec<NamedValue> = Vec::new();
    while !rest.is_empty() {
        let name = rest.string()?;
        match named.last() {
            Some((last, _)) if last == name => return Err(rest.invalid(&format!("it has a {what} twice"))),
            Some((last, _)) if &last[..] > name => {
                return Err(rest.invalid(&format!("its {what}s are not in the order of their names")));
            }
            _ => {}
        }
        let mut value = rest.inner()?;
        let contents = if value.is_empty() { &[] } else { value.string()? };
        value.finish()?;
        named.push((name.to_vec(), contents.to_vec()));
    }
    Ok(named)
}

fn put_named(blob: &mut Vec<u8>, named: &[NamedValue]) {
    let mut list = Vec::new();
    for (name, value) in named {
        put_string(&mut list, name);
        let mut wrapped = Vec::new();
        if !value.is_empty() {
            put_string(&mut wrapped, value);
        }
        put_string(&mut list, &wrapped);
    }
    put_string(blob, &list);
}
