//! Signatures of files, as `ssh-keygen -Y sign` makes them (OpenSSH's PROTOCOL.sshsig).
//!
//! What is signed is the hash of the message with a namespace, so that a signature for one purpose,
//! `git` for example, counts for no other.

use std::io::Read;

use super::certificate::Certificate;
use super::line::Identity;
use super::public::{self, RSA, SshPublicKey};
use super::signature::{Presence, Signature};
use super::wire::{Reader, put_number, put_string};
use crate::error::{Allowed, Input, IoOperation};
use crate::hash::{Hash, HashAlgorithm};
use crate::keys::{PrivateKey, pem};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result};

/// The label of the PEM block.
pub const SIGNATURE_LABEL: &str = "SSH SIGNATURE";

/// The longest text of a signature that is read, in bytes.
pub const MAX_SIGNATURE_TEXT: usize = 1 << 20;

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const WHAT: &str = "SSH signature";
/// The hash functions of a message, with their names.
const HASHES: [(HashAlgorithm, &str); 2] = [(HashAlgorithm::Sha512, "sha512"), (HashAlgorithm::Sha256, "sha256")];

/// A signature of a file, with the key that made it.
#[derive(Debug, Clone)]
pub struct FileSignature {
    key: Identity,
    namespace: String,
    hash: HashAlgorithm,
    signature: Signature,
    blob: Vec<u8>,
}

impl FileSignature {
    /// Signs a message, for the purpose that `namespace` names.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the namespace is empty, [`Error::Unsupported`] if the key makes no
    /// SSH signatures, [`Error::Io`] if the message cannot be read.
    #[wipes_stack(deep)]
    pub fn sign(key: &PrivateKey, namespace: &str, message: &mut dyn Read) -> Result<Self> {
        let public = SshPublicKey::new(key.public_key())?;
        Self::sign_as(Identity::Key(public), key, namespace, message)
    }

    /// Like [`sign`](Self::sign), with the certificate of the key in the signature, so that those
    /// who know its authority need not know the key.
    ///
    /// # Errors
    /// Those of [`sign`](Self::sign), and [`Error::InvalidValue`] if the certificate is of another
    /// key.
    #[wipes_stack(deep)]
    pub fn sign_certified(
        key: &PrivateKey,
        certificate: &Certificate,
        namespace: &str,
        message: &mut dyn Read,
    ) -> Result<Self> {
        if *certificate.key() != SshPublicKey::new(key.public_key())? {
            return Err(Error::value("the certificate is one of another key"));
        }
        Self::sign_as(Identity::Certificate(Box::new(certificate.clone())), key, namespace, message)
    }

    fn sign_as(identity: Identity, key: &PrivateKey, namespace: &str, message: &mut dyn Read) -> Result<Self> {
        if namespace.is_empty() {
            return Err(Error::value(
                "the namespace of a signature must not be empty: it says what the signature is for",
            ));
        }
        let (hash, name) = HASHES[0];
        let signature = Signature::sign(key, &signed_bytes(namespace, name, &digest(hash, message)?))?;
        let blob = encode(&identity, namespace, name, &signature);
        Ok(Self { key: identity, namespace: namespace.to_owned(), hash, signature, blob })
    }

    /// Reads a signature: PEM text, or what is in it.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is malformed, [`Error::Unsupported`] if the type of its key is
    /// not known, or it is an RSA signature with SHA-1.
    pub fn parse(data: &[u8]) -> Result<Self> {
        if data.len() > MAX_SIGNATURE_TEXT {
            let allowed = Allowed::AtMost(MAX_SIGNATURE_TEXT as u64);
            return Err(Error::Length { what: Input::Text, got: data.len(), allowed });
        }
        if data.starts_with(MAGIC) {
            return Self::from_bytes(data);
        }
        let missing = "Valid PEM but no BEGIN SSH SIGNATURE/END SSH SIGNATURE delimiters. Is this a signature of \
                       ssh-keygen -Y sign?";
        Self::from_bytes(&pem::find(data, |label| label == SIGNATURE_LABEL.as_bytes(), missing)?.decode()?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::of(WHAT, bytes);
        if reader.bytes(MAGIC.len())? != MAGIC {
            return Err(reader.invalid("it does not begin with SSHSIG"));
        }
        let version = reader.number()?;
        if version != VERSION {
            return Err(public::unsupported_text(format!("version {version} of SSH signatures is not supported")));
        }
        let key = Identity::from_blob(reader.string()?)?;
        let namespace = reader.name()?.to_owned();
        if namespace.is_empty() {
            return Err(reader.invalid("its namespace is empty"));
        }
        // It is reserved.
        reader.string()?;
        let name = reader.name()?;
        let known = HASHES.iter().find(|(_, known)| *known == name);
        let Some((hash, _)) = known else {
            return Err(public::unsupported_text(format!(
                "the hash function {name:?} of this SSH signature is not supported"
            )));
        };
        let signature = Signature::from_blob(reader.string()?)?;
        reader.finish()?;
        if signature.algorithm() == RSA {
            return Err(public::unsupported_text("RSA signatures with SHA-1 (ssh-rsa) do not count: sign again"));
        }
        Ok(Self { key, namespace, hash: *hash, signature, blob: bytes.to_vec() })
    }

    /// Writes the signature as PEM text.
    #[must_use]
    pub fn to_pem(&self) -> Vec<u8> {
        core::mem::take(&mut *pem::encode(SIGNATURE_LABEL, &[], &self.blob))
    }

    /// The key that made it, or its certificate. Whether it is one to be believed is to be asked of
    /// [`AllowedSigners`](super::AllowedSigners), or judged by the caller.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.key
    }

    /// The key that made it.
    #[must_use]
    pub fn key(&self) -> &SshPublicKey {
        self.key.key()
    }

    /// The purpose that it is for, `file` or `git` for example.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The statements of the security key that made it, if one did.
    #[must_use]
    pub fn presence(&self) -> Option<Presence> {
        self.signature.presence()
    }

    /// Verifies that the key in the signature has signed this message for the purpose `namespace`.
    /// This proves nothing about who that is.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if not, [`Error::SignatureRefused`] if it is for another purpose,
    /// [`Error::Io`] if the message cannot be read.
    pub fn verify(&self, namespace: &str, message: &mut dyn Read) -> Result<()> {
        if self.namespace != namespace {
            let message = format!("the signature is for {:?}, and not for {namespace:?}", self.namespace);
            return Err(Error::SignatureRefused(message.into()));
        }
        let name = HASHES.iter().find(|(hash, _)| *hash == self.hash).map_or("", |(_, name)| name);
        let signed = signed_bytes(namespace, name, &digest(self.hash, message)?);
        self.key().verify(&signed, &self.signature)
    }
}

fn encode(identity: &Identity, namespace: &str, hash: &str, signature: &Signature) -> Vec<u8> {
    let mut blob = MAGIC.to_vec();
    put_number(&mut blob, VERSION);
    put_string(&mut blob, &identity.to_blob());
    put_string(&mut blob, namespace.as_bytes());
    put_string(&mut blob, b"");
    put_string(&mut blob, hash.as_bytes());
    put_string(&mut blob, &signature.to_blob());
    blob
}

/// The bytes that the key signs.
fn signed_bytes(namespace: &str, hash: &str, digest: &[u8]) -> Vec<u8> {
    let mut signed = MAGIC.to_vec();
    for part in [namespace.as_bytes(), b"", hash.as_bytes(), digest] {
        put_string(&mut signed, part);
    }
    signed
}

fn digest(algorithm: HashAlgorithm, message: &mut dyn Read) -> Result<Vec<u8>> {
    let mut hash = Hash::new(algorithm);
    let mut piece = vec![0; 64 * 1024];
    loop {
        match message.read(&mut piece) {
            Ok(0) => break,
            Ok(len) => hash.update(&piece[..len]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(IoOperation::Read, None, error)),
        }
    }
    let mut out = vec![0; algorithm.digest_size()];
    hash.finalize_into(Output::from(&mut out[..]));
    Ok(out)
}
