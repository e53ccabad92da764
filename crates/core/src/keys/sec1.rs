//! Keys of elliptic curves: private ones as SEC 1 writes them (RFC 5915), and the parameters that
//! say on which curve (RFC 5480 §2.1.1, SEC 1 appendix C.2).

use asn1::{Tlv, Writer};
use hex_literal::hex;
use zeroize::Zeroizing;

use super::der::{self, AlgorithmIdentifier, Unsigned};
use super::forms::{Labelled, PrivateForms, PublicForms};
use super::jwk::{self, Members};
use super::ssh;
use crate::asymmetric::ec::{Curve, Domain, PrivateKey, PublicKey};
use crate::asymmetric::rsa::Checks;
use crate::error::{Allowed, Input, Unsupported};
use crate::oid::{self, ObjectIdentifier};
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// The label of a private key's PEM block, encrypted or not.
pub const LABEL: &str = "EC PRIVATE KEY";

impl PrivateKey {
    /// Reads an `ECPrivateKey`, which has to name its curve.
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if the structure is another or the key is not valid,
    /// [`Error::Unsupported`] if the curve is not known.
    #[wipes_stack(deep)]
    pub fn from_sec1_der(der: &[u8]) -> Result<Self> {
        let key: EcPrivateKey<'_> = der::parse(der)?;
        let parameters =
            key.parameters.as_ref().ok_or_else(|| Error::value("Invalid key: it does not name its curve"))?;
        key.on(curve_of(parameters)?)
    }

    /// Writes an `ECPrivateKey` with its curve and its public key.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    #[wipes_stack(deep)]
    pub fn to_sec1_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        write_private(self, true)
    }
}

impl PrivateForms for PrivateKey {
    type Public = PublicKey;

    fn from_pkcs8(algorithm: &AlgorithmIdentifier<'_>, key: &[u8], _: Checks) -> Option<Result<Self>> {
        (algorithm.oid == oid::EC_PUBLIC_KEY).then(|| {
            let key: EcPrivateKey<'_> = der::parse(key)?;
            let curve = curve_of(algorithm.parameters()?)?;
            match &key.parameters {
                Some(own) if curve_of(own)? != curve => Err(Error::value("Invalid key: it names two different curves")),
                _ => key.on(curve),
            }
        })
    }

    /// The algorithm names the curve, and so the key does not.
    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        der::private_key_info(&EcAlgorithm::on(self.curve()), &write_private(self, false)?)
    }

    fn public_half(&self) -> PublicKey {
        self.public_key()
    }

    fn to_traditional(&self) -> Result<Option<Labelled<Zeroizing<Vec<u8>>>>> {
        Ok(Some((LABEL, self.to_sec1_der()?)))
    }

    /// RFC 7518 §6.2.2.
    fn add_to_jwk(&self, members: &mut Members) {
        members.bytes("d", &self.private_bytes());
    }
}

impl PublicForms for PublicKey {
    fn from_spki(algorithm: &AlgorithmIdentifier<'_>, key: &[u8]) -> Option<Result<Self>> {
        (algorithm.oid == oid::EC_PUBLIC_KEY).then(|| {
            let curve = curve_of(algorithm.parameters()?)?;
            if key == [0] {
                return Err(Error::value("Cannot load an EC public key where the point is at infinity"));
            }
            Self::from_point(curve, key)
        })
    }

    fn to_spki(&self) -> Result<Vec<u8>> {
        der::subject_public_key_info(&EcAlgorithm::on(self.curve()), &self.to_point(false))
    }

    fn description(&self) -> String {
        format!("EC {}", self.curve().name())
    }

    fn to_point(&self, compressed: bool) -> Option<Vec<u8>> {
        Some(Self::to_point(self, compressed))
    }

    fn to_ssh(&self) -> Option<Result<Vec<u8>>> {
        Some(ssh::ec_blob(self))
    }

    /// RFC 7518 §6.2.1.
    fn to_jwk(&self) -> Option<Members> {
        let name = jwk::curve_name(self.curve())?;
        let (x, y) = self.coordinates();
        let mut members = Members::default();
        members.plain("kty", "EC").plain("crv", name).bytes("x", &x).bytes("y", &y);
        Some(members)
    }
}

/// The algorithm identifier of a key on a named curve (RFC 5480 §2.1.1).
#[derive(asn1::Asn1Write)]
struct EcAlgorithm {
    oid: ObjectIdentifier,
    curve: ObjectIdentifier,
}

impl EcAlgorithm {
    fn on(curve: Curve) -> Self {
        Self { oid: oid::EC_PUBLIC_KEY, curve: name(curve).clone() }
    }
}

fn write_private(key: &PrivateKey, with_curve: bool) -> Result<Zeroizing<Vec<u8>>> {
    let (curve, scalar, point) = (key.curve(), key.private_bytes(), key.public_key().to_point(false));
    let point = asn1::BitString::new(&point, 0).ok_or(Error::Internal("a bit string without padding is valid"))?;
    der::secret_sequence(scalar.len() + point.as_bytes().len() + 48, |writer: &mut Writer<'_>| {
        writer.write_element(&1u8)?;
        writer.write_element(&scalar.as_slice())?;
        if with_curve {
            writer.write_element(&asn1::Explicit::<_, 0>::new(name(curve).clone()))?;
        }
        writer.write_element(&asn1::Explicit::<_, 1>::new(point.clone()))
    })
}

#[derive(asn1::Asn1Read)]
struct EcPrivateKey<'a> {
    version: u8,
    scalar: &'a [u8],
    #[explicit(0)]
    parameters: Option<Tlv<'a>>,
    #[explicit(1)]
    point: Option<asn1::BitString<'a>>,
}

impl EcPrivateKey<'_> {
    /// The key, on this curve.
    fn on(&self, curve: Curve) -> Result<PrivateKey> {
        if self.version != 1 {
            let (got, known) = (self.version.into(), Allowed::Exactly(1));
            return Err(Error::Version { what: "an EC private key", got, known });
        }
        // RFC 5915 §3 asks for as many bytes as the order has. PuTTY and others leave zeros out or
        // put one before.
        let superfluous = self.scalar.len().saturating_sub(curve.size());
        if self.scalar[..superfluous].iter().any(|&byte| byte != 0) {
            return Err(Error::Length {
                what: Input::PrivateKey(curve.name()),
                got: self.scalar.len(),
                allowed: Allowed::AtMost(curve.size() as u64),
            });
        }
        match &self.point {
            None => PrivateKey::from_bytes(curve, self.scalar),
            Some(point) if point.padding_bits() == 0 => {
                PrivateKey::from_bytes_and_point(curve, self.scalar, point.as_bytes())
            }
            Some(_) => Err(Error::value("Invalid key: the public key is not a whole number of bytes")),
        }
    }
}

/// The names of the curves (RFC 5480 §2.1.1.1, RFC 5639 §4.1).
static NAMES: [(Curve, ObjectIdentifier); Curve::ALL.len()] = [
    (Curve::Secp256r1, oid::SECP256R1),
    (Curve::Secp384r1, oid::SECP384R1),
    (Curve::Secp521r1, oid::SECP521R1),
    (Curve::Secp256k1, oid::SECP256K1),
    (Curve::Secp224r1, oid::SECP224R1),
    (Curve::Secp192r1, oid::SECP192R1),
    (Curve::BrainpoolP256r1, oid::BRAINPOOL_P256R1),
    (Curve::BrainpoolP384r1, oid::BRAINPOOL_P384R1),
    (Curve::BrainpoolP512r1, oid::BRAINPOOL_P512R1),
];

/// # Panics
/// Never: a test holds that the table has all curves.
fn name(curve: Curve) -> &'static ObjectIdentifier {
    let entry = NAMES.iter().find(|(known, _)| *known == curve);
    entry.map(|(_, name)| name).expect("every curve has a name")
}

/// The curve that these `ECParameters` stand for: named, or described by its numbers.
fn curve_of(parameters: &Tlv<'_>) -> Result<Curve> {
    if parameters.tag() == <asn1::Sequence<'_> as asn1::SimpleAsn1Readable<'_>>::TAG {
        let domain: SpecifiedDomain<'_> = parameters.parse().map_err(der::malformed)?;
        let known = Curve::ALL.into_iter().find(|&curve| domain.is(curve));
        return known.ok_or_else(|| {
            explicit("EC keys with explicit parameters are only supported when these are the numbers of a known curve")
        });
    }
    if parameters.tag() == <asn1::Null as asn1::SimpleAsn1Readable<'_>>::TAG {
        return Err(explicit("EC keys without a curve are not supported: neither a name nor explicit parameters"));
    }
    let wanted: ObjectIdentifier = parameters.parse().map_err(der::malformed)?;
    let entry = NAMES.iter().find(|(_, name)| *name == wanted);
    entry.map(|(curve, _)| *curve).ok_or_else(|| explicit(format!("Curve {wanted} is not supported")))
}

fn explicit(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::unsupported(Unsupported::EllipticCurve, message)
}

/// The seed that a curve's coefficients are made of (SP 800-186 §3.2.1), for the curves that were
/// made so.
fn seed(curve: Curve) -> Option<&'static [u8; 20]> {
    match curve {
        Curve::Secp192r1 => Some(&hex!("3045ae6fc8422f64ed579528d38120eae12196d5")),
        Curve::Secp224r1 => Some(&hex!("bd71344799d5c7fcdc45b59fa3b9ab8f6a948bc5")),
        Curve::Secp256r1 => Some(&hex!("c49d360886e704936a6678e1139d26b7819f7e90")),
        Curve::Secp384r1 => Some(&hex!("a335926aa319a27a1d00896a6773a4827acdac73")),
        Curve::Secp521r1 => Some(&hex!("d09e8800291cb85396cc6717393284aaa0da64ba")),
        _ => None,
    }
}

/// `SpecifiedECDomain` (SEC 1 appendix C.2) over a prime field.
#[derive(asn1::Asn1Read)]
struct SpecifiedDomain<'a> {
    version: u8,
    field: PrimeField<'a>,
    coefficients: Coefficients<'a>,
    base: &'a [u8],
    order: Unsigned<'a>,
    cofactor: Option<Unsigned<'a>>,
    /// The hash function that made coefficients and generator of their seeds. The numbers
    /// themselves are compared here.
    _hash: Option<AlgorithmIdentifier<'a>>,
}

#[derive(asn1::Asn1Read)]
struct PrimeField<'a> {
    oid: ObjectIdentifier,
    prime: Unsigned<'a>,
}

#[derive(asn1::Asn1Read)]
struct Coefficients<'a> {
    a: &'a [u8],
    b: &'a [u8],
    seed: Option<asn1::BitString<'a>>,
}

impl SpecifiedDomain<'_> {
    /// Whether these are the numbers of `curve`, all of them: a file must not get to say where a
    /// signature is verified (CVE-2020-0601). Seed and cofactor may be left out, and the versions
    /// differ only in what a seed stands for.
    fn is(&self, curve: Curve) -> bool {
        let domain = curve.domain();
        let seed_fits = |given: &asn1::BitString<'_>| {
            given.padding_bits() == 0 && seed(curve).is_some_and(|seed| given.as_bytes() == seed)
        };
        (1..=3).contains(&self.version)
            && self.field.oid == oid::PRIME_FIELD
            && self.field.prime.0 == domain.p
            && is_element(self.coefficients.a, &domain.a)
            && is_element(self.coefficients.b, &domain.b)
            && self.coefficients.seed.as_ref().is_none_or(seed_fits)
            && is_generator(self.base, domain)
            && self.order.0 == domain.n
            && self.cofactor.is_none_or(|cofactor| cofactor == Unsigned(&[1]))
    }
}

/// Whether an octet string is the field element `element`. Some programs leave its zeros at the
/// front out.
fn is_element(octets: &[u8], element: &[u8]) -> bool {
    element.strip_suffix(octets).is_some_and(|front| front.iter().all(|&byte| byte == 0))
}

/// Whether `point` is the generator in one of the encodings of SEC 1 §2.3.3, or in X9.62's hybrid
/// one.
fn is_generator(point: &[u8], domain: &Domain) -> bool {
    let Some((&form, coordinates)) = point.split_first() else { return false };
    let odd = domain.gy.last().is_some_and(|last| last & 1 == 1);
    match form {
        2 | 3 => (form == 3) == odd && coordinates == domain.gx,
        4 | 6 | 7 => {
            (form == 4 || (form == 7) == odd)
                && coordinates.strip_prefix(&domain.gx[..]).is_some_and(|y| y == domain.gy)
        }
        _ => false,
    }
}
