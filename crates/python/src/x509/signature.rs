//! Shared by the signed structures: how a signature was made, and who can make or check one.

use ironlatch::asymmetric::ml_dsa::ParameterSet;
use ironlatch::asymmetric::rsa::{SaltLength, SignaturePadding};
use ironlatch::hash::HashAlgorithm;
use ironlatch::keys::PublicKey;
use ironlatch::x509::building::Signer;
use ironlatch::x509::{AlgorithmIdentifier, Error, SignatureAlgorithm};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};

use crate::asymmetric::padding::signature_padding;
use crate::errors::{CallError, CallResult};
use crate::hash::hashes::{algorithm_of, is_algorithm, marker_of};
use crate::keys::objects::public_key_of;
use crate::keys::oid::oid_object;
use crate::types::{ECDSA, MGF1, PKCS1V15, PSS};

/// The hash function of a signature, or None for algorithms without one of their own choice.
pub(crate) fn hash_object<'py>(
    py: Python<'py>,
    algorithm: ironlatch::x509::Result<AlgorithmIdentifier<'_>>,
) -> CallResult<Bound<'py, PyAny>> {
    match algorithm.and_then(|algorithm| algorithm.message_hash()) {
        Ok(Some(hash)) => Ok(marker_of(py, hash)?),
        Ok(None) => Ok(py.None().into_bound(py)),
        // Some algorithms have a name here, and are not otherwise supported.
        Err(Error::UnsupportedAlgorithm { oid, message }) => {
            let hashes = py.import("ironlatch.hazmat._oid")?.getattr("_SIG_OIDS_TO_HASH")?;
            let known = hashes.get_item(oid_object(py, oid.clone())?);
            Ok(known.map_err(|_| Error::UnsupportedAlgorithm { oid, message })?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The other parameters of a signature's algorithm: a padding for RSA, an `ECDSA`, or None.
pub(crate) fn parameters_object<'py>(
    py: Python<'py>,
    identifier: &AlgorithmIdentifier<'_>,
) -> CallResult<Bound<'py, PyAny>> {
    if let Some((mgf1_hash, salt_length)) = identifier.pss_mask()? {
        let mgf = MGF1.get(py)?.call1((marker_of(py, mgf1_hash)?,))?;
        return Ok(PSS.get(py)?.call1((mgf, salt_length))?);
    }
    match SignatureAlgorithm::from_identifier(identifier) {
        Ok(algorithm) => algorithm_parameters(py, algorithm),
        // As the peer has it: no parameters are known of an algorithm that is not known.
        Err(Error::UnsupportedAlgorithm { .. }) => Ok(py.None().into_bound(py)),
        Err(error) => Err(error.into()),
    }
}

fn algorithm_parameters(py: Python<'_>, algorithm: SignatureAlgorithm) -> CallResult<Bound<'_, PyAny>> {
    Ok(match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => PKCS1V15.get(py)?.call0()?,
        SignatureAlgorithm::Ecdsa(hash) => ecdsa(&marker_of(py, hash)?, None)?,
        _ => py.None().into_bound(py),
    })
}

fn ecdsa<'py>(hash: &Bound<'py, PyAny>, deterministic: Option<bool>) -> PyResult<Bound<'py, PyAny>> {
    let py = hash.py();
    let options = PyDict::new(py);
    if let Some(deterministic) = deterministic {
        options.set_item(intern!(py, "deterministic_signing"), deterministic)?;
    }
    ECDSA.get(py)?.call((hash,), Some(&options))
}

/// The key of a Python object that may have made a signature. TypeError for one of another type.
pub(crate) fn issuer_key(key: &Bound<'_, PyAny>) -> CallResult<PublicKey> {
    match public_key_of(key) {
        Some(
            key @ (PublicKey::Rsa(_)
            | PublicKey::Dsa(_)
            | PublicKey::Ec(_)
            | PublicKey::Ed25519(_)
            | PublicKey::Ed448(_)
            | PublicKey::MlDsa(_)),
        ) => Ok(key),
        _ => Err(PyTypeError::new_err(
            "Key must be an rsa, dsa, ec, ed25519, ed448, ml-dsa-44, ml-dsa-65, or ml-dsa-87 public key.",
        )
        .into()),
    }
}

/// Whether a signature that was looked at is valid. ValueError if it is of an algorithm that is not
/// supported.
pub(crate) fn is_valid(result: ironlatch::x509::Result<()>) -> CallResult<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(Error::InvalidSignature) => Ok(false),
        Err(Error::UnsupportedAlgorithm { message, .. }) => {
            Err(PyValueError::new_err(format!("Unsupported signature algorithm: {message}")).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The `SubjectPublicKeyInfo` of any object with the methods of a public key, in DER.
pub(crate) fn public_key_info(key: &Bound<'_, PyAny>) -> CallResult<Vec<u8>> {
    if let Some(key) = public_key_of(key) {
        return Ok(key.to_spki_der()?);
    }
    let serialization = key.py().import("ironlatch.hazmat.primitives._serialization")?;
    let encoding = serialization.getattr("Encoding")?.getattr("DER")?;
    let format = serialization.getattr("PublicFormat")?.getattr("SubjectPublicKeyInfo")?;
    let der = key.call_method1(intern!(key.py(), "public_bytes"), (encoding, format))?;
    Ok(der.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec())
}

/// A private key that signs through its Python method `sign`: ours, or any object with the methods
/// of one, which may well have its key in another machine.
pub(crate) struct PythonSigner<'a, 'py> {
    key: &'a Bound<'py, PyAny>,
    algorithm: SignatureAlgorithm,
    /// The arguments of the method after the message.
    arguments: Vec<Bound<'py, PyAny>>,
}

impl<'a, 'py> PythonSigner<'a, 'py> {
    /// `hash` is a Python marker or None, `padding` one or None.
    pub(crate) fn new(
        key: &'a Bound<'py, PyAny>,
        hash: &Bound<'py, PyAny>,
        padding: &Bound<'py, PyAny>,
        deterministic: Option<bool>,
    ) -> CallResult<Self> {
        let py = key.py();
        let kind = KeyKinds::get(py)?.of(key)?;
        let (algorithm, arguments) = match kind {
            KeyKind::Rsa => {
                let chosen = checked_hash(hash)?;
                if padding.is_none() {
                    let parameters = algorithm_parameters(py, SignatureAlgorithm::RsaPkcs1(chosen))?;
                    (SignatureAlgorithm::RsaPkcs1(chosen), vec![parameters, hash.clone()])
                } else {
                    (rsa_algorithm(key, chosen, padding)?, vec![padding.clone(), hash.clone()])
                }
            }
            KeyKind::Ec => {
                let chosen = checked_hash(hash)?;
                (SignatureAlgorithm::Ecdsa(chosen), vec![ecdsa(hash, deterministic)?])
            }
            KeyKind::Dsa => (SignatureAlgorithm::Dsa(checked_hash(hash)?), vec![hash.clone()]),
            KeyKind::HashesItself(algorithm) => {
                if !hash.is_none() {
                    checked_hash(hash)?;
                    let message = "Algorithm must be None when signing via ed25519 or ed448";
                    return Err(PyValueError::new_err(message).into());
                }
                (algorithm, Vec::new())
            }
        };
        Ok(Self { key, algorithm, arguments })
    }
}

impl Signer for PythonSigner<'_, '_> {
    type Error = CallError;

    fn algorithm(&self) -> CallResult<SignatureAlgorithm> {
        Ok(self.algorithm)
    }

    fn sign(&self, message: &[u8]) -> CallResult<Vec<u8>> {
        let py = self.key.py();
        let message = PyBytes::new(py, message).into_any();
        let arguments = core::iter::once(message).chain(self.arguments.iter().cloned());
        let arguments = pyo3::types::PyTuple::new(py, arguments.collect::<Vec<_>>())?;
        let signature = self.key.call_method1(intern!(py, "sign"), arguments)?;
        Ok(signature.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec())
    }
}

/// The hash function of a Python marker. TypeError for anything else.
fn checked_hash(hash: &Bound<'_, PyAny>) -> CallResult<HashAlgorithm> {
    if hash.is_none() {
        return Err(PyTypeError::new_err("Algorithm must be a registered hash algorithm, not None.").into());
    }
    if !is_algorithm(hash)? {
        return Err(PyTypeError::new_err("Algorithm must be a registered hash algorithm.").into());
    }
    algorithm_of(hash)
}

/// The algorithm of an RSA key with a padding. The length of the salt has to be in the certificate.
fn rsa_algorithm(
    key: &Bound<'_, PyAny>,
    hash: HashAlgorithm,
    padding: &Bound<'_, PyAny>,
) -> CallResult<SignatureAlgorithm> {
    let SignaturePadding::Pss { mgf1_hash, salt_length } = signature_padding(padding)? else {
        return Ok(SignatureAlgorithm::RsaPkcs1(hash));
    };
    let salt_length = match salt_length {
        SaltLength::Bytes(len) => len,
        SaltLength::Digest => hash.digest_size(),
        SaltLength::Max => {
            let bits: usize = key.getattr(intern!(key.py(), "key_size"))?.extract()?;
            // RFC 8017 §9.1.1.
            (bits - 1).div_ceil(8).saturating_sub(hash.digest_size() + 2)
        }
        SaltLength::Auto => {
            return Err(PyTypeError::new_err("salt_length must be an int, MaxLength, or DigestLength.").into());
        }
    };
    let too_long = |_| PyValueError::new_err("salt_length is more than any RSA key has room for");
    Ok(SignatureAlgorithm::RsaPss { hash, mgf1_hash, salt_length: u16::try_from(salt_length).map_err(too_long)? })
}

/// The kinds of private keys that sign certificates.
#[derive(Clone, Copy)]
enum KeyKind {
    Rsa,
    Ec,
    Dsa,
    HashesItself(SignatureAlgorithm),
}

/// The interfaces of the Python package by which keys are told apart: the classes of the keys in
/// another machine too.
struct KeyKinds(Vec<(Py<PyAny>, KeyKind)>);

impl KeyKinds {
    fn get(py: Python<'_>) -> PyResult<&Self> {
        static KINDS: PyOnceLock<KeyKinds> = PyOnceLock::new();
        KINDS.get_or_try_init(py, || {
            let interface = |(module, class, kind)| {
                let module = py.import(format!("ironlatch.hazmat.primitives.asymmetric.{module}"))?;
                Ok((module.getattr(class)?.unbind(), kind))
            };
            let ml_dsa = |parameters| KeyKind::HashesItself(SignatureAlgorithm::MlDsa(parameters));
            let kinds = [
                ("rsa", "RSAPrivateKey", KeyKind::Rsa),
                ("ec", "EllipticCurvePrivateKey", KeyKind::Ec),
                ("ed25519", "Ed25519PrivateKey", KeyKind::HashesItself(SignatureAlgorithm::Ed25519)),
                ("ed448", "Ed448PrivateKey", KeyKind::HashesItself(SignatureAlgorithm::Ed448)),
                ("mldsa", "MLDSA44PrivateKey", ml_dsa(ParameterSet::MlDsa44)),
                ("mldsa", "MLDSA65PrivateKey", ml_dsa(ParameterSet::MlDsa65)),
                ("mldsa", "MLDSA87PrivateKey", ml_dsa(ParameterSet::MlDsa87)),
                ("dsa", "DSAPrivateKey", KeyKind::Dsa),
            ];
            Ok(Self(kinds.into_iter().map(interface).collect::<PyResult<_>>()?))
        })
    }

    fn of(&self, key: &Bound<'_, PyAny>) -> PyResult<KeyKind> {
        for (interface, kind) in &self.0 {
            if key.is_instance(interface.bind(key.py()))? {
                return Ok(*kind);
            }
        }
        Err(PyTypeError::new_err(
            "Key must be an rsa, dsa, ec, ed25519, ed448, ml-dsa-44, ml-dsa-65, or ml-dsa-87 private key.",
        ))
    }
}
