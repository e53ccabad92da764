//! The core's errors as the Python exceptions that users of the peer expect: the one table.

use std::io::ErrorKind;

use ironlatch::Error;
use ironlatch::cms::Error as CmsError;
use ironlatch::error::{IoFailure, Mac, Unsupported};
use ironlatch::recipes::Error as RecipeError;
use ironlatch::recipes::error::{FieldFault, KeyringFault, ProviderFault, Refusal};
use ironlatch::x509::{Error as X509Error, Kind};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyMemoryError, PyNotImplementedError, PyOSError};
use pyo3::exceptions::{PyOverflowError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::keys::oid::oid_object;
use crate::peer_words;

/// A failed call: the error of the crate that was called, or an exception that Python raised
/// meanwhile.
#[derive(Debug)]
pub(crate) enum CallError {
    Core(Error),
    X509(X509Error),
    Cms(CmsError),
    Recipe(RecipeError),
    Python(PyErr),
}

impl CallError {
    /// The same error, said of a part that stands at `place` of what is read.
    pub(crate) fn within(self, place: &str) -> Self {
        match self {
            Self::X509(error) => Self::X509(error.within(place)),
            other => other,
        }
    }
}

pub(crate) type CallResult<T> = Result<T, CallError>;

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<X509Error> for CallError {
    fn from(error: X509Error) -> Self {
        Self::X509(error)
    }
}

impl From<CmsError> for CallError {
    fn from(error: CmsError) -> Self {
        Self::Cms(error)
    }
}

impl From<RecipeError> for CallError {
    fn from(error: RecipeError) -> Self {
        Self::Recipe(error)
    }
}

impl From<PyErr> for CallError {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<CallError> for PyErr {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Core(error) => Python::attach(|py| exception(py, error)),
            CallError::X509(error) => Python::attach(|py| x509_exception(py, error)),
            CallError::Cms(error) => Python::attach(|py| cms_exception(py, error)),
            CallError::Recipe(error) => Python::attach(|py| recipe_exception(py, error)),
            CallError::Python(error) => error,
        }
    }
}

/// The errors of algorithms and key formats.
fn exception(py: Python<'_>, error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::InvalidValue(_) => PyValueError::new_err(message),
        Error::KeySize { algorithm, got, allowed } => {
            PyValueError::new_err(peer_words::key_size(algorithm, got, allowed))
        }
        Error::Length { what, got, allowed } => {
            PyValueError::new_err(peer_words::length(what, got, allowed).unwrap_or(message))
        }
        Error::NumberSize { algorithm, number, got, allowed } => {
            PyValueError::new_err(peer_words::number_size(algorithm, number, got, allowed).unwrap_or(message))
        }
        Error::OutOfRange { what, got, allowed } => {
            PyValueError::new_err(peer_words::out_of_range(what, got, allowed).unwrap_or(message))
        }
        Error::Truncated { what } => PyValueError::new_err(peer_words::truncated(what).unwrap_or(message)),
        Error::Version { .. } => PyValueError::new_err(message),
        Error::WrongType(_) => PyTypeError::new_err(message),
        Error::TooLong(_) => PyOverflowError::new_err(message),
        Error::NoSuchFormat { .. } => PyValueError::new_err(peer_words::INVALID_FORMAT),
        Error::MislabelledPem { hint, .. } => {
            let error = PyValueError::new_err(message);
            error.add_note(py, hint).map_or_else(|failure| failure, |()| error)
        }
        // What the peer raises, for this one thing.
        Error::Unsupported { what: Unsupported::PointEncoding, .. } => PyNotImplementedError::new_err(message),
        Error::Unsupported { what, .. } => unsupported(py, what, message),
        Error::InvalidTag => named(py, "exceptions", "InvalidTag", None),
        Error::BadSignature => named(py, "exceptions", "InvalidSignature", None),
        Error::SignatureRefused(_) => named(py, "exceptions", "InvalidSignature", Some(message)),
        Error::BadMac(mac) => named(py, "exceptions", "InvalidSignature", Some(bad_mac(mac).into())),
        // The peer's words, which programs look for.
        Error::IncorrectPassword => PyValueError::new_err("Incorrect password, could not decrypt key"),
        Error::PasswordRequired => PyTypeError::new_err("Password was not given but private key is encrypted"),
        Error::PasswordNotNeeded => PyTypeError::new_err("Password was given but private key is not encrypted."),
        Error::KeyMismatch | Error::InvalidPasswordHash(_) => named(py, "exceptions", "InvalidKey", Some(message)),
        Error::InvalidWrappedKey(_) => named(py, "hazmat.primitives.keywrap", "InvalidUnwrap", Some(message)),
        Error::WrongOneTimePassword(_) => named(py, "hazmat.primitives.twofactor", "InvalidToken", Some(message)),
        Error::AlreadyFinalized(_) => named(py, "exceptions", "AlreadyFinalized", Some(message)),
        Error::AlreadyUpdated(_) => named(py, "exceptions", "AlreadyUpdated", Some(message)),
        Error::NotYetFinalized(_) => named(py, "exceptions", "NotYetFinalized", Some(message)),
        Error::OutOfMemory(_) => PyMemoryError::new_err(message),
        Error::Io { source, .. } => os_error(py, &source, message).unwrap_or_else(|error| error),
        _ => PyRuntimeError::new_err(message),
    }
}

/// The errors of certificates and their kin.
fn x509_exception(py: Python<'_>, error: X509Error) -> PyErr {
    let message = error.to_string();
    match error {
        X509Error::Core(error) => exception(py, error),
        X509Error::InvalidSignature => named(py, "exceptions", "InvalidSignature", None),
        // The peer has the other error for these two.
        X509Error::InvalidVersion { kind: Kind::OcspRequest | Kind::OcspResponse, .. } => {
            PyValueError::new_err(message)
        }
        X509Error::InvalidVersion { version, .. } => {
            with_detail(py, "x509.base", "InvalidVersion", message, version.into_bound_py_any(py))
        }
        X509Error::DuplicateExtension { oid } => {
            with_detail(py, "x509.extensions", "DuplicateExtension", message, oid_object(py, oid))
        }
        X509Error::UnsupportedAlgorithm { .. } => named(py, "exceptions", "UnsupportedAlgorithm", Some(message)),
        _ => PyValueError::new_err(message),
    }
}

/// The errors of containers.
fn cms_exception(py: Python<'_>, error: CmsError) -> PyErr {
    match error {
        CmsError::Core(error) => exception(py, error),
        CmsError::X509(error) => x509_exception(py, error),
        CmsError::NotDecrypted => named(py, "exceptions", "InvalidTag", Some(error.to_string())),
        CmsError::NotVerified { .. } => named(py, "cms", "SignatureRefused", Some(error.to_string())),
        CmsError::NotTimestamped(_) => named(py, "cms", "TimestampRefused", Some(error.to_string())),
        CmsError::Unsupported(message) => unsupported(py, Unsupported::Serialization, message.into()),
        error => PyValueError::new_err(error.to_string()),
    }
}

/// The errors of recipes.
fn recipe_exception(py: Python<'_>, error: RecipeError) -> PyErr {
    let message = error.to_string();
    match error {
        RecipeError::Core(error) => exception(py, error),
        RecipeError::NotVerified(_) => named(py, "exceptions", "InvalidSignature", Some(message)),
        RecipeError::WrongKey { .. } => named(py, "files", "WrongKey", Some(message)),
        RecipeError::Damaged(_) => named(py, "files", "DamagedFile", Some(message)),
        RecipeError::UnusableHash(_) => named(py, "passwords", "UnusableHash", Some(message)),
        RecipeError::MalformedSecret(_) => named(py, "show_once", "MalformedSecret", Some(message)),
        RecipeError::UnusableRecord(_) => named(py, "show_once", "UnusableRecord", Some(message)),
        RecipeError::InvalidToken => named(py, "fernet", "InvalidToken", None),
        RecipeError::Refused { reason, .. } => named(py, "signing", refusal(reason), Some(message)),
        RecipeError::Provider { fault, .. } => named(py, "keyring", provider_fault(fault), Some(message)),
        RecipeError::Field { fault, .. } => named(py, "fields", field_fault(fault), Some(message)),
        RecipeError::Keyring { fault, .. } => named(py, "keyring", keyring_fault(fault), Some(message)),
        // A certificate is an argument here, and what is wrong with it makes it a wrong value.
        _ => PyValueError::new_err(message),
    }
}

/// An instance of `ironlatch.<module>.<class>` that takes one thing more than its message.
fn with_detail(
    py: Python<'_>,
    module: &str,
    class: &str,
    message: String,
    detail: PyResult<Bound<'_, PyAny>>,
) -> PyErr {
    let make = || py.import(format!("ironlatch.{module}"))?.getattr(class)?.call1((message, detail?));
    make().map_or_else(|error| error, PyErr::from_value)
}

/// An `OSError` with its number, from which Python finds the class: `FileNotFoundError`, say.
fn os_error(py: Python<'_>, source: &IoFailure, message: String) -> PyResult<PyErr> {
    let with_number = |number: Bound<'_, PyAny>| -> PyResult<PyErr> {
        Ok(PyErr::from_value(py.get_type::<PyOSError>().call1((number, &message))?))
    };
    if let Some(number) = source.raw_os_error() {
        return with_number(number.into_pyobject(py)?.into_any());
    }
    let name = match source.kind() {
        ErrorKind::NotFound => "ENOENT",
        ErrorKind::AlreadyExists => "EEXIST",
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::IsADirectory => "EISDIR",
        ErrorKind::NotADirectory => "ENOTDIR",
        ErrorKind::StorageFull => "ENOSPC",
        ErrorKind::QuotaExceeded => "EDQUOT",
        ErrorKind::FileTooLarge => "EFBIG",
        ErrorKind::ReadOnlyFilesystem => "EROFS",
        ErrorKind::BrokenPipe => "EPIPE",
        _ => return Ok(PyOSError::new_err(message)),
    };
    with_number(py.import("errno")?.getattr(name)?)
}

/// The peer's words.
fn bad_mac(mac: Mac) -> &'static str {
    match mac {
        Mac::Poly1305 => "Value did not match computed tag.",
        _ => "Signature did not match digest.",
    }
}

/// The class for a reason why something signed is not accepted.
fn refusal(reason: Refusal) -> &'static str {
    match reason {
        Refusal::Malformed => "MalformedMessage",
        Refusal::Insufficient => "RequirementNotMet",
        Refusal::Expired => "Expired",
        Refusal::NotYetValid => "NotYetValid",
        Refusal::Replayed => "Replayed",
        Refusal::Unchecked => "ReplayCheckFailed",
        _ => "NotAuthentic",
    }
}

/// The class for a reason why a value of an encrypted column cannot be read.
fn field_fault(fault: FieldFault) -> &'static str {
    match fault {
        FieldFault::Tampered => "Tampered",
        FieldFault::Malformed => "MalformedValue",
        FieldFault::WrongType => "WrongType",
        _ => "FieldError",
    }
}

/// The class for a reason why a keyring cannot do what was asked.
fn keyring_fault(fault: KeyringFault) -> &'static str {
    match fault {
        KeyringFault::UnknownKey => "UnknownKey",
        KeyringFault::KeyDisabled => "KeyDisabled",
        KeyringFault::KeyDestroyed => "KeyDestroyed",
        KeyringFault::NotAllowed => "OperationNotAllowed",
        KeyringFault::WrongKey => "WrongKeyringKey",
        KeyringFault::Damaged => "DamagedKeyring",
        KeyringFault::Locked => "KeyringLocked",
        KeyringFault::Insecure => "InsecurePermissions",
        _ => "KeyringError",
    }
}

/// The class for what a key provider failed at.
fn provider_fault(fault: ProviderFault) -> &'static str {
    match fault {
        ProviderFault::Unavailable => "ProviderUnavailable",
        ProviderFault::Denied => "ProviderDenied",
        ProviderFault::NotFound => "ProviderNotFound",
        _ => "ProviderInvalid",
    }
}

/// An instance of `ironlatch.<module>.<class>`.
fn named(py: Python<'_>, module: &str, class: &str, message: Option<String>) -> PyErr {
    let make = || -> PyResult<Bound<'_, PyAny>> {
        let class = py.import(format!("ironlatch.{module}"))?.getattr(class)?;
        match message {
            Some(message) => class.call1((message,)),
            None => class.call0(),
        }
    };
    make().map_or_else(|error| error, PyErr::from_value)
}

fn unsupported(py: Python<'_>, what: Unsupported, message: String) -> PyErr {
    let reason = match what {
        Unsupported::Hash => "UNSUPPORTED_HASH",
        Unsupported::Cipher => "UNSUPPORTED_CIPHER",
        Unsupported::Padding => "UNSUPPORTED_PADDING",
        Unsupported::Mgf => "UNSUPPORTED_MGF",
        Unsupported::PublicKeyAlgorithm => "UNSUPPORTED_PUBLIC_KEY_ALGORITHM",
        Unsupported::EllipticCurve => "UNSUPPORTED_ELLIPTIC_CURVE",
        Unsupported::Serialization => "UNSUPPORTED_SERIALIZATION",
        Unsupported::ExchangeAlgorithm => "UNSUPPORTED_EXCHANGE_ALGORITHM",
        Unsupported::DiffieHellman => "UNSUPPORTED_DIFFIE_HELLMAN",
        Unsupported::Mac => "UNSUPPORTED_MAC",
        // The peer gives no reason here.
        Unsupported::Ssh => return named(py, "exceptions", "UnsupportedAlgorithm", Some(message)),
        _ => "BACKEND_MISSING_INTERFACE",
    };
    let make = || -> PyResult<Bound<'_, PyAny>> {
        let exceptions = py.import("ironlatch.exceptions")?;
        let reason = exceptions.getattr("_Reasons")?.getattr(reason)?;
        exceptions.getattr("UnsupportedAlgorithm")?.call1((message, reason))
    };
    make().map_or_else(|error| error, PyErr::from_value)
}
