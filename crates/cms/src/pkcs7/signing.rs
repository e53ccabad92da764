//! Signed messages (RFC 5652 §5).

use ironlatch_core::hash::{self, HashAlgorithm};
use ironlatch_core::keys::PublicKey;
use ironlatch_core::oid;
use ironlatch_x509::building::Signer;
use ironlatch_x509::{Certificate, SignatureAlgorithm, Time};
use zeroize::Zeroizing;

use super::certificates;
use crate::der::{self, EXPLICIT_0, NULL, OCTET_STRING, SEQUENCE, SET};
use crate::error::{Error, Result};
use crate::{content, digests};

/// Someone who signs.
#[derive(Debug)]
pub struct NewSigner<'a, S> {
    /// The certificate of the key.
    pub certificate: &'a Certificate,
    /// The key.
    pub key: S,
    /// The hash function of the message, and of what is signed. Ed25519 goes with SHA-512 (RFC 8419
    /// §3).
    pub hash: HashAlgorithm,
}

/// The other parts of a signed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether the message is left out, and travels by itself.
    pub is_detached: bool,
    /// The attributes that are signed together with the message.
    pub attributes: SignedAttributes,
    /// Whether the certificates are put in.
    pub has_certificates: bool,
}

/// The attributes that are signed together with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedAttributes {
    /// Nothing: the signature is over the message itself.
    None,
    /// The type of the content, the time, and the message's hash.
    Usual,
    /// The ciphers that the signer can decrypt, too (RFC 8551 §2.5.2).
    WithCapabilities,
}

/// The content that is signed: itself, or its hash by the signer's hash function.
#[derive(Clone, Copy)]
enum Content<'a> {
    Whole(&'a [u8]),
    Hashed(&'a [u8]),
}

/// The hash function that goes with a key: that of its algorithm, or one as strong as its curve.
#[must_use]
pub fn usual_hash(key: &PublicKey) -> HashAlgorithm {
    match key {
        PublicKey::Ec(key) => match key.curve().size() {
            ..=32 => HashAlgorithm::Sha256,
            33..=48 => HashAlgorithm::Sha384,
            _ => HashAlgorithm::Sha512,
        },
        PublicKey::Ed448(_) => digests::SHAKE256,
        // RFC 8419 §3.1, RFC 9882 §4.
        PublicKey::Ed25519(_) | PublicKey::MlDsa(_) => HashAlgorithm::Sha512,
        _ => HashAlgorithm::Sha256,
    }
}

/// Signs `message`, which goes into the result together with the certificates, at `time`.
///
/// # Errors
/// As [`sign`].
pub fn sign_attached<S, E>(
    message: &[u8],
    signer: &NewSigner<'_, S>,
    more_certificates: &[&Certificate],
    time: Time,
) -> Result<Vec<u8>, E>
where
    S: Signer,
    E: From<S::Error> + From<Error>,
{
    let options = Options { is_detached: false, attributes: SignedAttributes::Usual, has_certificates: true };
    sign(message, core::slice::from_ref(signer), more_certificates, options, time)
}

/// Signs a message of which there is only the `digest` by the signer's hash function, at `time`.
/// The result holds the certificates, and not the message.
///
/// # Errors
/// As [`sign`]; [`Error::InvalidValue`] if the digest has another length.
pub fn sign_hashed<S, E>(
    digest: &[u8],
    signer: &NewSigner<'_, S>,
    more_certificates: &[&Certificate],
    time: Time,
) -> Result<Vec<u8>, E>
where
    S: Signer,
    E: From<S::Error> + From<Error>,
{
    if digest.len() != signer.hash.digest_size() {
        return Err(Error::value("the digest is not one of the signer's hash function").into());
    }
    let options = Options { is_detached: true, attributes: SignedAttributes::Usual, has_certificates: true };
    sign_content(Content::Hashed(digest), core::slice::from_ref(signer), more_certificates, options, time)
}

/// Signs `message` with every key, at `time`.
///
/// # Errors
/// Those of the signers; [`Error::X509`] for hash functions and algorithms without an identifier.
pub fn sign<S, E>(
    message: &[u8],
    signers: &[NewSigner<'_, S>],
    more_certificates: &[&Certificate],
    options: Options,
    time: Time,
) -> Result<Vec<u8>, E>
where
    S: Signer,
    E: From<S::Error> + From<Error>,
{
    sign_content(Content::Whole(message), signers, more_certificates, options, time)
}

fn sign_content<S, E>(
    message: Content<'_>,
    signers: &[NewSigner<'_, S>],
    more_certificates: &[&Certificate],
    options: Options,
    time: Time,
) -> Result<Vec<u8>, E>
where
    S: Signer,
    E: From<S::Error> + From<Error>,
{
    let mut infos = Vec::with_capacity(signers.len());
    let mut digest_algorithms: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    for signer in signers {
        let digest_algorithm = digests::identifier(signer.hash)?;
        infos.push(signer_info::<S, E>(message, signer, &digest_algorithm, options.attributes, time)?);
        if !digest_algorithms.contains(&digest_algorithm) {
            digest_algorithms.push(digest_algorithm);
        }
    }
    let content = match message {
        Content::Whole(message) if !options.is_detached => content::data(message),
        _ => der::element(SEQUENCE, &[&der::identifier(&oid::DATA)]),
    };
    let mut all: Vec<&Certificate> = more_certificates.to_vec();
    all.extend(signers.iter().map(|signer| signer.certificate));
    let certificates = if options.has_certificates { certificates::set(&all) } else { Vec::new() };
    let parts: [&[u8]; 5] =
        [&der::integer(1), &der::set_of(digest_algorithms), &content, &certificates, &der::set_of(infos)];
    Ok(content::content_info(&oid::SIGNED_DATA, &der::element(SEQUENCE, &parts)).to_vec())
}

/// `SignerInfo` (RFC 5652 §5.3).
fn signer_info<S, E>(
    message: Content<'_>,
    signer: &NewSigner<'_, S>,
    digest_algorithm: &[u8],
    attributes: SignedAttributes,
    time: Time,
) -> Result<Zeroizing<Vec<u8>>, E>
where
    S: Signer,
    E: From<S::Error> + From<Error>,
{
    let algorithm = signature_algorithm(&signer.key.algorithm()?)?;
    let (attributes, signature) = match (attributes, message) {
        (SignedAttributes::None, Content::Whole(message)) => (Zeroizing::default(), signer.key.sign(message)?),
        _ => {
            let set = signed_attributes(message, signer.hash, time, attributes)?;
            let signature = signer.key.sign(&set)?;
            // What is signed is a SET OF; in the message it has the tag of its place.
            let mut placed = set;
            placed[0] = EXPLICIT_0;
            (placed, signature)
        }
    };
    let signature = der::element(OCTET_STRING, &[&signature]);
    let name = certificates::issuer_and_serial(signer.certificate);
    let parts: [&[u8]; 6] = [&der::integer(1), &name, digest_algorithm, &attributes, &algorithm, &signature];
    Ok(der::element(SEQUENCE, &parts))
}

fn signed_attributes(
    message: Content<'_>,
    hash: HashAlgorithm,
    time: Time,
    which: SignedAttributes,
) -> Result<Zeroizing<Vec<u8>>> {
    let attribute =
        |kind, value: &[u8]| der::element(SEQUENCE, &[&der::identifier(kind), &der::element(SET, &[value])]);
    let digest = match message {
        Content::Whole(message) => hash::digest(hash, message),
        Content::Hashed(digest) => digest.to_vec(),
    };
    let time = asn1::write_single(&time).map_err(|_| Error::value("the time is outside of what DER can hold"))?;
    let mut attributes = vec![
        attribute(&oid::CONTENT_TYPE, &der::identifier(&oid::DATA)),
        attribute(&oid::SIGNING_TIME, &time),
        attribute(&oid::MESSAGE_DIGEST, &der::element(OCTET_STRING, &[&digest])),
    ];
    if which == SignedAttributes::WithCapabilities {
        let ciphers = [oid::AES256_CBC, oid::AES192_CBC, oid::AES128_CBC];
        let ciphers: Vec<_> =
            ciphers.iter().map(|cipher| der::element(SEQUENCE, &[&der::identifier(cipher)])).collect();
        let ciphers: Vec<&[u8]> = ciphers.iter().map(|cipher| cipher.as_slice()).collect();
        attributes.push(attribute(&oid::SMIME_CAPABILITIES, &der::element(SEQUENCE, &ciphers)));
    }
    Ok(der::set_of(attributes))
}

/// RSA with the older padding has one identifier whatever the hash function (RFC 3370 §3.2).
fn signature_algorithm(algorithm: &SignatureAlgorithm) -> Result<Vec<u8>> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => {
            Ok(der::element(SEQUENCE, &[&der::identifier(&oid::RSA_ENCRYPTION), NULL]).to_vec())
        }
        other => Ok(other.to_der()?),
    }
}
