//! The key types, and ECDH. Copies share one key in memory, which is wiped when the last of them is
//! dropped.

use core::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use ironlatch_engine::{ec as engine, secp256k1};
use zeroize::Zeroizing;

use super::Curve;
use crate::secret::wipes_stack;
use crate::{Error, Result};

/// A public key: a point of a curve, not infinity.
#[derive(Clone)]
pub struct PublicKey {
    pub(super) inner: Arc<Public>,
}

/// secp256k1 has a library of its own in the engine.
pub(super) enum Public {
    Engine(engine::PublicKey),
    Secp256k1(secp256k1::PublicKey),
}

impl PublicKey {
    /// The key whose point has this encoding (SEC 1 §2.3.4): compressed, uncompressed, or hybrid.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if it is no such encoding, or the point is not on the
    /// curve, or is infinity.
    pub fn from_point(curve: Curve, encoding: &[u8]) -> Result<Self> {
        let inner = match curve {
            Curve::Secp256k1 => {
                Public::Secp256k1(secp256k1::PublicKey::from_point(encoding).map_err(|_| invalid_key())?)
            }
            _ => Public::Engine(engine::PublicKey::from_point(curve, encoding).map_err(|_| invalid_key())?),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The key with these coordinates, big-endian.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if they are not those of a point on the curve.
    pub fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self> {
        let not_on_curve = || Error::value("Invalid EC key. Point is not on the curve specified.");
        let encoding = uncompressed(curve, x, y).ok_or_else(not_on_curve)?;
        Self::from_point(curve, &encoding).map_err(|_| not_on_curve())
    }

    /// The curve.
    #[must_use]
    pub fn curve(&self) -> Curve {
        match &*self.inner {
            Public::Engine(key) => key.curve(),
            Public::Secp256k1(_) => Curve::Secp256k1,
        }
    }

    /// The point's encoding (SEC 1 §2.3.3): compressed, or with both coordinates.
    #[must_use]
    pub fn to_point(&self, compressed: bool) -> Vec<u8> {
        match &*self.inner {
            Public::Engine(key) => key.to_point(compressed),
            Public::Secp256k1(key) => key.to_point(compressed),
        }
    }

    /// The coordinates x and y, big-endian, each as long as [`Curve::size`].
    #[must_use]
    pub fn coordinates(&self) -> (Vec<u8>, Vec<u8>) {
        let mut x = self.to_point(false);
        let y = x.split_off(1 + self.curve().size());
        x.remove(0);
        (x, y)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        let is_same = || self.curve() == other.curve() && self.to_point(false) == other.to_point(false);
        Arc::ptr_eq(&self.inner, &other.inner) || is_same()
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.curve().hash(state);
        self.to_point(true).hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.curve().name())
    }
}

/// A private key with its public one.
#[derive(Clone)]
pub struct PrivateKey {
    pub(super) inner: Arc<Private>,
    /// Made when it is first asked for.
    public: OnceLock<PublicKey>,
}

pub(super) enum Private {
    Engine(engine::PrivateKey),
    Secp256k1(secp256k1::PrivateKey),
}

impl PrivateKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`Internal`](Error::Internal) if memory runs out.
    #[wipes_stack(deep)]
    pub fn generate(curve: Curve) -> Result<Self> {
        let inner = match curve {
            Curve::Secp256k1 => Private::Secp256k1(secp256k1::PrivateKey::generate()),
            _ => Private::Engine(engine::PrivateKey::generate(curve)?),
        };
        Ok(Self { inner: Arc::new(inner), public: OnceLock::new() })
    }

    /// The key whose private number is `scalar`, big-endian. Leading zeros may be there or missing.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if it is zero, or not below the curve's order.
    #[wipes_stack(deep)]
    pub fn from_bytes(curve: Curve, scalar: &[u8]) -> Result<Self> {
        let scalar = padded(curve, scalar).ok_or_else(invalid_key)?;
        let inner = match curve {
            Curve::Secp256k1 => {
                Private::Secp256k1(secp256k1::PrivateKey::from_scalar(&scalar).map_err(|_| invalid_key())?)
            }
            _ => Private::Engine(engine::PrivateKey::from_scalar(curve, &scalar).map_err(|_| invalid_key())?),
        };
        Ok(Self { inner: Arc::new(inner), public: OnceLock::new() })
    }

    /// The key with this private number, whose public key's point has this encoding.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the number is zero or not below the curve's order,
    /// the encoding is not valid, or the two do not belong together.
    #[wipes_stack(deep)]
    pub fn from_bytes_and_point(curve: Curve, scalar: &[u8], point: &[u8]) -> Result<Self> {
        let scalar = padded(curve, scalar).ok_or_else(invalid_key)?;
        let inner = match curve {
            Curve::Secp256k1 => {
                let key = secp256k1::PrivateKey::from_scalar(&scalar).map_err(|_| invalid_key())?;
                if secp256k1::PublicKey::from_point(point) != Ok(key.public_key()) {
                    return Err(invalid_key());
                }
                Private::Secp256k1(key)
            }
            _ => {
                let key = engine::PrivateKey::from_scalar_and_point(curve, &scalar, point);
                Private::Engine(key.map_err(|_| invalid_key())?)
            }
        };
        Ok(Self { inner: Arc::new(inner), public: OnceLock::new() })
    }

    /// The curve.
    #[must_use]
    pub fn curve(&self) -> Curve {
        match &*self.inner {
            Private::Engine(key) => key.curve(),
            Private::Secp256k1(_) => Curve::Secp256k1,
        }
    }

    /// The private number, big-endian, as long as [`Curve::size`].
    #[must_use]
    #[wipes_stack]
    pub fn private_bytes(&self) -> Zeroizing<Vec<u8>> {
        match &*self.inner {
            Private::Engine(key) => key.scalar(),
            Private::Secp256k1(key) => Zeroizing::new(key.scalar().to_vec()),
        }
    }

    /// The public key that belongs to it.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        let make = || match &*self.inner {
            Private::Engine(key) => Public::Engine(key.public_key().expect("out of memory for a public key")),
            Private::Secp256k1(key) => Public::Secp256k1(key.public_key()),
        };
        self.public.get_or_init(|| PublicKey { inner: Arc::new(make()) }).clone()
    }

    /// The secret that this key and `public_key` lead to (ECDH, SEC 1 §3.3.1): a coordinate, as
    /// long as [`Curve::size`]. Derive keys from it with a KDF; it is not uniformly random.
    ///
    /// # Errors
    /// [`InvalidValue`](Error::InvalidValue) if the keys are of different curves.
    #[wipes_stack(deep)]
    pub fn exchange(&self, public_key: &PublicKey) -> Result<Zeroizing<Vec<u8>>> {
        match (&*self.inner, &*public_key.inner) {
            (Private::Engine(key), Public::Engine(other)) if key.curve() == other.curve() => Ok(key.agree(other)?),
            (Private::Secp256k1(key), Public::Secp256k1(other)) => Ok(key.agree(other)),
            _ => Err(Error::value(format!(
                "Error computing shared key: the keys are of different curves, {} and {}",
                self.curve().name(),
                public_key.curve().name()
            ))),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, <redacted>)", self.curve().name())
    }
}

fn invalid_key() -> Error {
    Error::value("Invalid EC key (key out of range, infinity, etc.)")
}

/// A big-endian number with as many bytes as the curve's numbers have, if it fits.
fn padded(curve: Curve, number: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; curve.size()]);
    place(&mut bytes, number)?;
    Some(bytes)
}

/// The encoding of a point with both coordinates (SEC 1 §2.3.3).
fn uncompressed(curve: Curve, x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let mut encoding = vec![0; 1 + 2 * curve.size()];
    let (form, coordinates) = encoding.split_at_mut(1);
    form[0] = 4;
    let (x_place, y_place) = coordinates.split_at_mut(curve.size());
    place(x_place, x)?;
    place(y_place, y)?;
    Some(encoding)
}

/// Writes a big-endian number to the end of a place that is all zeros, if it fits without its
/// leading zeros.
fn place(place: &mut [u8], number: &[u8]) -> Option<()> {
    let superfluous = number.len().saturating_sub(place.len());
    let (zeros, number) = number.split_at(superfluous);
    if zeros.iter().any(|&byte| byte != 0) {
        return None;
    }
    let start = place.len() - number.len();
    place[start..].copy_from_slice(number);
    Some(())
}
