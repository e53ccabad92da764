//! The Python classes and functions that native code reaches for, each named once. Nothing is
//! imported before it is used.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// A class or a function of a Python module, imported when it is first used.
pub(crate) struct Imported {
    module: &'static str,
    name: &'static str,
    object: PyOnceLock<Py<PyAny>>,
}

impl Imported {
    const fn new(module: &'static str, name: &'static str) -> Self {
        Self { module, name, object: PyOnceLock::new() }
    }

    pub(crate) fn get<'py>(&'static self, py: Python<'py>) -> PyResult<&'py Bound<'py, PyAny>> {
        self.object.import(py, self.module, self.name)
    }

    /// The class. Fails with TypeError if the name stands for something else.
    pub(crate) fn class<'py>(&'static self, py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
        Ok(self.get(py)?.cast()?)
    }

    pub(crate) fn is_type_of(&'static self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        object.is_instance(self.get(object.py())?)
    }
}

macro_rules! imported {
    ($($module:literal { $($constant:ident = $name:literal;)* })*) => {
        $($(pub(crate) static $constant: Imported = Imported::new($module, $name);)*)*
    };
}

imported! {
    "ironlatch._native.declarative_asn1" {
        DECODE_DER = "decode_der";
    }
    "ironlatch.hazmat.primitives.asymmetric._dh" {
        DH_PARAMETER_NUMBERS = "DHParameterNumbers";
        DH_PUBLIC_NUMBERS = "DHPublicNumbers";
        DH_PRIVATE_NUMBERS = "DHPrivateNumbers";
    }
    "ironlatch.hazmat.primitives.asymmetric.dsa" {
        DSA_PARAMETER_NUMBERS = "DSAParameterNumbers";
        DSA_PUBLIC_NUMBERS = "DSAPublicNumbers";
        DSA_PRIVATE_NUMBERS = "DSAPrivateNumbers";
    }
    "ironlatch.hazmat.primitives.asymmetric.ec" {
        ELLIPTIC_CURVE = "EllipticCurve";
        CURVE_TYPES = "_CURVE_TYPES";
        ECDSA = "ECDSA";
        ECDH = "ECDH";
        EC_PUBLIC_NUMBERS = "EllipticCurvePublicNumbers";
        EC_PRIVATE_NUMBERS = "EllipticCurvePrivateNumbers";
    }
    "ironlatch.hazmat.primitives.asymmetric.ed25519" {
        ED25519_PRIVATE_KEY = "Ed25519PrivateKey";
    }
    "ironlatch.hazmat.primitives.asymmetric.rsa" {
        RSA_PUBLIC_NUMBERS = "RSAPublicNumbers";
        RSA_PRIVATE_NUMBERS = "RSAPrivateNumbers";
    }
    "ironlatch.hazmat.primitives.asymmetric.padding" {
        ASYMMETRIC_PADDING = "AsymmetricPadding";
        PKCS1V15 = "PKCS1v15";
        PSS = "PSS";
        OAEP = "OAEP";
        MGF1 = "MGF1";
        DIGEST_LENGTH = "_DigestLength";
        MAX_LENGTH = "_MaxLength";
    }
    "ironlatch.hazmat.primitives.asymmetric.utils" {
        PREHASHED = "Prehashed";
        NO_DIGEST_INFO = "NoDigestInfo";
    }
    "ironlatch.hazmat.primitives._cipheralgorithm" {
        BLOCK_CIPHER_ALGORITHM = "BlockCipherAlgorithm";
    }
    "ironlatch.hazmat.primitives._serialization" {
        KEY_ENCRYPTION = "KeySerializationEncryption";
        KEY_ENCRYPTION_BUILDER = "KeySerializationEncryptionBuilder";
        NO_KEY_ENCRYPTION = "NoEncryption";
        BEST_KEY_ENCRYPTION = "BestAvailableEncryption";
        BUILT_KEY_ENCRYPTION = "_KeySerializationEncryption";
        PBES = "PBES";
    }
    "ironlatch.hazmat.primitives.serialization.pkcs12" {
        PKCS12_CONTENTS = "PKCS12Contents";
        PKCS12_KEY = "PKCS12Key";
        PKCS12_KEY_AND_CERTIFICATES = "PKCS12KeyAndCertificates";
    }
    "ironlatch.hazmat.primitives.serialization.ssh" {
        SSH_CERTIFICATE_TYPE = "SSHCertificateType";
    }
    "ironlatch.hazmat.primitives.kdf.kbkdf" {
        KBKDF_MODE = "Mode";
        KBKDF_COUNTER_LOCATION = "CounterLocation";
    }
    "ironlatch.keyring" {
        KEY_PROVIDER = "KeyProvider";
    }
    "ironlatch.secrets" {
        EXPOSED_FILE_WARNING = "ExposedFileWarning";
    }
    "ironlatch.utils" {
        DEPRECATION_WARNING = "CryptographyDeprecationWarning";
    }
    "ironlatch.x509.base" {
        X509_VERSION = "Version";
    }
    "ironlatch.x509.general_name" {
        UNSUPPORTED_GENERAL_NAME = "UnsupportedGeneralNameType";
    }
    "ironlatch.x509.verification" {
        VERIFICATION_ERROR = "VerificationError";
    }
    "ironlatch.x509.ocsp" {
        OCSP_CERT_STATUS = "OCSPCertStatus";
    }
    "ironlatch.certificates" {
        DEVIATION = "Deviation";
        READING = "Reading";
        READ_EXTENSION = "ReadExtension";
        REFUSED = "Refused";
        REFUSED_PATH = "RefusedPath";
    }
    "ironlatch.rotation._command" {
        RUN_ROTATION = "run";
    }
    "datetime" {
        DATE = "date";
        DATETIME = "datetime";
        TIME = "time";
        TIMEDELTA = "timedelta";
        TIMEZONE = "timezone";
        UTC = "UTC";
    }
    "decimal" {
        DECIMAL = "Decimal";
    }
    "io" {
        RAW_IO_BASE = "RawIOBase";
    }
    "json" {
        JSON_DUMPS = "dumps";
        JSON_ENCODER = "JSONEncoder";
        JSON_LOADS = "loads";
    }
    "logging" {
        GET_LOGGER = "getLogger";
    }
    "time" {
        MKTIME = "mktime";
    }
    "types" {
        GENERIC_ALIAS = "GenericAlias";
    }
    "uuid" {
        UUID = "UUID";
    }
}
