//! JSON Web Keys (RFC 7517; RFC 7518 §6 for RSA, EC and octet keys, RFC 8037 for Ed25519 and its
//! like, RFC 9964 for ML-DSA).
//!
//! ```
//! use ironlatch::asymmetric::ed25519;
//! use ironlatch::keys::PrivateKey;
//! use ironlatch::keys::jwk::{Jwk, Key};
//!
//! let jwk = Jwk::new(Key::Private(PrivateKey::Ed25519(ed25519::PrivateKey::generate())));
//! let public = jwk.public()?.to_json()?;
//! assert!(public.starts_with(r#"{"kty":"OKP","crv":"Ed25519","x":""#));
//! assert_eq!(Jwk::parse(public.as_bytes())?.thumbprint()?, jwk.thumbprint()?);
//! # Ok::<(), ironlatch::Error>(())
//! ```

mod members;
mod policy;
mod set;

use crate::hash::{HashAlgorithm, digest_into};
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

pub(super) use self::members::Members;
use self::members::{Object, missing};
use super::{PrivateKey, PublicKey};
use crate::asymmetric::rsa::{self, Checks, PrivateComponents, PublicComponents};
use crate::asymmetric::{ec, ed448, ed25519, ml_dsa, x448, x25519};
use crate::error::Unsupported;
use crate::secret::{SecretBytes, wipes_stack};
use crate::{Error, Result, json};

pub use members::MAX_LEN;
pub use policy::{MIN_RSA_BITS, check_public, short_rsa};
pub use set::{Ignored, MAX_KEYS, MAX_PUBLIC_KEYS, Set, is_set, parse_public_set, parse_set};

/// The longest RSA modulus in bits of a private key whose primes are left out: they are then
/// computed.
pub const MAX_RSA_BITS_WITHOUT_PRIMES: usize = 4096;

/// The most such keys in a set.
pub const MAX_KEYS_WITHOUT_PRIMES: usize = 4;

/// A key with what its JWK says about it.
#[derive(Debug)]
pub struct Jwk {
    /// The key.
    pub key: Key,
    /// `kid`: a name by which the key is found.
    pub key_id: Option<String>,
    /// `alg`: the one algorithm that the key is for, such as `ES256`. For an ML-DSA key it is the
    /// key's own and always said.
    pub algorithm: Option<String>,
    /// `use`: `sig` or `enc`.
    pub usage: Option<String>,
    /// `key_ops`: what the key may be used for, such as `sign`.
    pub operations: Option<Vec<String>>,
}

/// The key of a [`Jwk`].
pub enum Key {
    /// A private key.
    Private(PrivateKey),
    /// A public key.
    Public(PublicKey),
    /// The bytes of a symmetric key.
    Symmetric(SecretBytes),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private(key) => key.fmt(f),
            Self::Public(key) => key.fmt(f),
            Self::Symmetric(key) => key.fmt(f),
        }
    }
}

impl Jwk {
    /// A JWK that says nothing about the key but what its type demands.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self { algorithm: own_algorithm(&key).map(str::to_owned), key, key_id: None, usage: None, operations: None }
    }

    /// Reads a JWK: `kty` AKP, EC, OKP, RSA or oct. Members that are not known are passed over (RFC
    /// 7517 §4).
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the text is no JSON object, a member is missing, malformed or
    /// there twice, the numbers do not belong together, or what is said about the key is not true
    /// of it ([`check`](Self::check)); [`Error::Length`] if a key of a fixed length has another;
    /// [`Error::Unsupported`] for another `kty` or `crv`.
    #[wipes_stack(deep)]
    pub fn parse(json: &[u8]) -> Result<Self> {
        Self::from_object(&Object::parse(json)?, &mut Budget::of_key())
    }

    /// Checks what is said about the key: an `alg` that is known must take it (an HMAC secret as
    /// long as its hash, an RSA key of [`MIN_RSA_BITS`] or more, the one curve of an ECDSA
    /// algorithm; RFC 7518), and `key_ops` must name nothing twice and not contradict `use` (RFC
    /// 7517 §4.3).
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if it is not so.
    #[wipes_stack(deep)]
    pub fn check(&self) -> Result<()> {
        policy::check(self)
    }

    /// The key with its private members, if it has such, in memory that is wiped.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no JWK for this type of key; [`Error::InvalidValue`] as
    /// [`check`](Self::check).
    #[wipes_stack(deep)]
    pub fn to_json(&self) -> Result<Zeroizing<String>> {
        self.check()?;
        let mut members = required(&self.key)?;
        if let Key::Private(key) = &self.key {
            key.add_to_jwk(&mut members);
        }
        let mut text = members.to_json();
        text.pop();
        let mut add = |name: &str, value: &str| {
            text.push_str(&format!(",\"{name}\":{value}"));
        };
        let algorithm = if own_algorithm(&self.key).is_some() { &None } else { &self.algorithm };
        for (name, value) in [("kid", &self.key_id), ("alg", algorithm), ("use", &self.usage)] {
            if let Some(value) = value {
                add(name, &json::quoted(value));
            }
        }
        if let Some(operations) = &self.operations {
            let operations: Vec<String> = operations.iter().map(|operation| json::quoted(operation)).collect();
            add("key_ops", &format!("[{}]", operations.join(",")));
        }
        text.push('}');
        Ok(text)
    }

    /// The public half, with the same name and algorithm.
    ///
    /// # Errors
    /// [`Error::WrongType`] for a symmetric key, which has none.
    pub fn public(&self) -> Result<Self> {
        let key = match &self.key {
            Key::Private(key) => key.public_key(),
            Key::Public(key) => key.clone(),
            Key::Symmetric(_) => return Err(Error::WrongType("a symmetric key has no public half".into())),
        };
        Ok(Self {
            key_id: self.key_id.clone(),
            algorithm: self.algorithm.clone(),
            usage: self.usage.clone(),
            // What the private key does, the public one does not.
            operations: None,
            key: Key::Public(key),
        })
    }

    /// The key's name from its contents: SHA-256 over its required members, in base64url (RFC
    /// 7638).
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there is no JWK for this type of key.
    pub fn thumbprint(&self) -> Result<String> {
        let mut members = required(&self.key)?;
        members.0.sort_unstable_by_key(|(name, _)| *name);
        let json = members.to_json();
        let mut sum = [0; 32];
        Ok(URL_SAFE_NO_PAD.encode(digest_into(HashAlgorithm::Sha256, json.as_bytes(), (&mut sum[..]).into())))
    }

    fn from_object(object: &Object<'_>, budget: &mut Budget) -> Result<Self> {
        let kty = object.text("kty")?.ok_or_else(|| match object.elements("keys") {
            Some(_) => Error::value("this is a JWK Set, not a single JWK: read it as a set"),
            None => missing("kty"),
        })?;
        let key = match kty.as_str() {
            "oct" => Key::Symmetric(SecretBytes::copy_from(&object.required_bytes("k")?)),
            "RSA" => read_rsa(object, budget)?,
            "EC" => read_ec(object)?,
            "OKP" => read_okp(object)?,
            "AKP" => read_akp(object)?,
            other => return Err(unsupported(format!("a JWK of the type (kty) {other:?} is not supported"))),
        };
        let jwk = Self {
            key,
            key_id: object.text("kid")?,
            algorithm: object.text("alg")?,
            usage: object.text("use")?,
            operations: object.texts("key_ops")?,
        };
        jwk.check()?;
        Ok(jwk)
    }
}

/// How much work a text may still ask for that its length does not bound.
struct Budget {
    without_primes: usize,
}

impl Budget {
    fn of_key() -> Self {
        Self { without_primes: 1 }
    }

    fn of_set() -> Self {
        Self { without_primes: MAX_KEYS_WITHOUT_PRIMES }
    }

    /// Takes the work of finding the primes of a modulus off, if it is bearable.
    fn find_primes(&mut self, modulus: &[u8]) -> Result<()> {
        if modulus.len() > MAX_RSA_BITS_WITHOUT_PRIMES / 8 {
            return Err(Error::value(format!(
                "an RSA private key of more than {MAX_RSA_BITS_WITHOUT_PRIMES} bits must come with its primes (p, q, dp, dq, qi): \
                 finding them takes too long"
            )));
        }
        self.without_primes = self.without_primes.checked_sub(1).ok_or_else(|| {
            Error::value(format!(
                "at most {MAX_KEYS_WITHOUT_PRIMES} RSA private keys of a set may come without their primes (p, q, dp, dq, qi): \
                 finding them takes long"
            ))
        })?;
        Ok(())
    }
}

fn read_rsa(object: &Object<'_>, budget: &mut Budget) -> Result<Key> {
    let number = |name| object.number(name)?.ok_or_else(|| missing(name));
    let public = PublicComponents { n: number("n")?.to_vec(), e: number("e")?.to_vec() };
    let Some(d) = object.number("d")? else {
        return Ok(Key::Public(PublicKey::Rsa(rsa::PublicKey::from_components(&public)?)));
    };
    if object.has("oth") {
        return Err(unsupported("RSA keys with more than two primes (\"oth\") are not supported".into()));
    }
    let (p, q, dmp1, dmq1, iqmp) = if ["p", "q", "dp", "dq", "qi"].iter().any(|name| object.has(name)) {
        (number("p")?, number("q")?, number("dp")?, number("dq")?, number("qi")?)
    } else {
        // RFC 7518 §6.3.2 lets a producer leave out all of them, or none.
        budget.find_primes(&public.n)?;
        let (p, q) = rsa::prime_factors(&public.n, &public.e, &d)?;
        let (dmp1, dmq1) = (rsa::crt_exponent(&d, &p)?, rsa::crt_exponent(&d, &q)?);
        let iqmp = rsa::crt_coefficient(&q, &p)?;
        (p, q, dmp1, dmq1, iqmp)
    };
    let components = PrivateComponents { public, d, p, q, dmp1, dmq1, iqmp };
    Ok(Key::Private(PrivateKey::Rsa(rsa::PrivateKey::from_file_components(&components, Checks::Full)?)))
}

/// The curves by their names in `crv` (RFC 7518 §7.6.2, RFC 8812 §4.4).
const CURVES: [(&str, ec::Curve); 4] = [
    ("P-256", ec::Curve::Secp256r1),
    ("P-384", ec::Curve::Secp384r1),
    ("P-521", ec::Curve::Secp521r1),
    ("secp256k1", ec::Curve::Secp256k1),
];

/// The name of a curve in `crv`, if it has one.
pub(super) fn curve_name(curve: ec::Curve) -> Option<&'static str> {
    CURVES.iter().find(|(_, known)| *known == curve).map(|(name, _)| *name)
}

fn read_ec(object: &Object<'_>) -> Result<Key> {
    let name = object.text("crv")?.ok_or_else(|| missing("crv"))?;
    let Some((_, curve)) = CURVES.iter().find(|(known, _)| *known == name.as_str()) else {
        return Err(unsupported(format!("a JWK of the curve (crv) {name:?} is not supported")));
    };
    let coordinate = |name| object.sized(name, curve.size())?.ok_or_else(|| missing(name));
    let public = ec::PublicKey::from_coordinates(*curve, &coordinate("x")?, &coordinate("y")?)?;
    // RFC 7518 §6.2.2.1 asks for the order's length, and some programs leave zeros out. The point
    // shows that it is whole.
    Ok(match object.number("d")? {
        None => Key::Public(PublicKey::Ec(public)),
        Some(scalar) => {
            let key = ec::PrivateKey::from_bytes_and_point(*curve, &scalar, &public.to_point(false))?;
            Key::Private(PrivateKey::Ec(key))
        }
    })
}

fn read_okp(object: &Object<'_>) -> Result<Key> {
    let name = object.text("crv")?.ok_or_else(|| missing("crv"))?;
    let (x, d) = (object.required_bytes("x")?, object.bytes("d")?);
    macro_rules! halves {
        ($module:ident, $variant:ident) => {{
            let private = d.map(|d| $module::PrivateKey::from_bytes(&d)).transpose()?;
            (PublicKey::$variant($module::PublicKey::from_bytes(&x)?), private.map(PrivateKey::$variant))
        }};
    }
    let (public, private) = match name.as_str() {
        "Ed25519" => halves!(ed25519, Ed25519),
        "Ed448" => halves!(ed448, Ed448),
        "X25519" => halves!(x25519, X25519),
        "X448" => halves!(x448, X448),
        other => return Err(unsupported(format!("a JWK of the curve (crv) {other:?} is not supported"))),
    };
    pair(public, private, "private key (d) and public key (x)")
}

const ML_DSA: [ml_dsa::ParameterSet; 3] =
    [ml_dsa::ParameterSet::MlDsa44, ml_dsa::ParameterSet::MlDsa65, ml_dsa::ParameterSet::MlDsa87];

/// An algorithm key pair (RFC 9964): `alg` says which, and `priv` is the seed.
fn read_akp(object: &Object<'_>) -> Result<Key> {
    let name = object.text("alg")?.ok_or_else(|| missing("alg"))?;
    let Some(parameters) = ML_DSA.into_iter().find(|parameters| parameters.name() == name.as_str()) else {
        return Err(unsupported(format!("an AKP JWK of the algorithm (alg) {name:?} is not supported")));
    };
    let public = ml_dsa::PublicKey::from_bytes(parameters, &object.required_bytes("pub")?)?;
    let seed = object.bytes("priv")?;
    let private = seed.map(|seed| ml_dsa::PrivateKey::from_bytes(parameters, &seed)).transpose()?;
    pair(PublicKey::MlDsa(public), private.map(PrivateKey::MlDsa), "seed (priv) and public key (pub)")
}

fn pair(public: PublicKey, private: Option<PrivateKey>, members: &str) -> Result<Key> {
    match private {
        None => Ok(Key::Public(public)),
        Some(private) if private.public_key().to_bytes() == public.to_bytes() => Ok(Key::Private(private)),
        Some(_) => Err(Error::value(format!("the JWK's {members} do not belong together"))),
    }
}

/// The members that are the key: those of the public one, or a symmetric key's bytes.
fn required(key: &Key) -> Result<Members> {
    let public = match key {
        Key::Symmetric(key) => {
            let mut members = Members::default();
            members.plain("kty", "oct").bytes("k", key.expose());
            return Ok(members);
        }
        Key::Private(key) => &key.public_key(),
        Key::Public(key) => key,
    };
    public.to_jwk().ok_or_else(|| no_jwk(public))
}

/// The `alg` that is part of the key.
fn own_algorithm(key: &Key) -> Option<&'static str> {
    match key {
        Key::Private(key) => key.public_key().jwk_algorithm(),
        Key::Public(key) => key.jwk_algorithm(),
        Key::Symmetric(_) => None,
    }
}

fn unsupported(message: String) -> Error {
    Error::unsupported(Unsupported::PublicKeyAlgorithm, message)
}

fn no_jwk(key: &PublicKey) -> Error {
    unsupported(format!("there is no JWK for keys of this type ({})", key.description()))
}
