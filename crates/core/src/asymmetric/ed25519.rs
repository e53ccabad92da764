//! Ed25519 signatures (RFC 8032 §5.1): keys of 32 bytes, signatures of 64.

use crate::hash::{HashAlgorithm, digest_into};
use core::fmt;
use std::sync::Arc;

use hex_literal::hex;
use ironlatch_engine::bignum::Bignum;
use ironlatch_engine::{ed25519 as engine, rand};
use zeroize::Zeroizing;

use super::x25519;
use crate::error::{Allowed, Input};
use crate::secret::wipes_stack;
use crate::{Error, Output, Result, owned};

/// The length of either key in bytes.
pub const KEY_LEN: usize = engine::SEED_LEN;
/// The length of a signature in bytes.
pub const SIGNATURE_LEN: usize = engine::SIGNATURE_LEN;

/// A private key: the seed of 32 bytes, kept with its public key. Copies share one place in memory.
#[derive(Clone)]
pub struct PrivateKey {
    pair: Arc<engine::KeyPair>,
}

impl PrivateKey {
    /// A new private key.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn generate() -> Self {
        Self::from_array(&Zeroizing::new(rand::array()))
    }

    /// The private key of a seed.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn from_array(seed: &[u8; KEY_LEN]) -> Self {
        Self { pair: Arc::new(engine::key_pair(seed)) }
    }

    /// The private key of a seed that comes as bytes.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not 32 of them.
    pub fn from_bytes(seed: &[u8]) -> Result<Self> {
        match seed.try_into() {
            Ok(seed) => Ok(Self::from_array(seed)),
            Err(_) => Err(Error::Length {
                what: Input::PrivateKey("Ed25519"),
                got: seed.len(),
                allowed: Allowed::Exactly(32),
            }),
        }
    }

    /// The seed.
    #[must_use]
    #[wipes_stack]
    pub fn private_bytes(&self) -> Zeroizing<[u8; KEY_LEN]> {
        let mut seed = Zeroizing::new([0; KEY_LEN]);
        seed.copy_from_slice(&self.pair[..KEY_LEN]);
        seed
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        let mut point = [0; KEY_LEN];
        point.copy_from_slice(&self.pair[KEY_LEN..]);
        PublicKey { point }
    }

    /// Signs `message`. Returns the signature, [`SIGNATURE_LEN`] bytes. The same message gives the
    /// same signature.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        owned(SIGNATURE_LEN, |out| self.sign_into(message, out))
    }

    /// Signs `message` into `out` of [`SIGNATURE_LEN`] bytes. The same message gives the same
    /// signature.
    ///
    /// # Errors
    /// [`Error::Internal`].
    ///
    /// # Panics
    /// If `out` is of another length.
    #[wipes_stack(deep)]
    pub fn sign_into<'o>(&self, message: &[u8], out: Output<'o>) -> Result<&'o mut [u8]> {
        Ok(engine::sign(&self.pair, message, out)?)
    }

    /// The X25519 key with the same private number (RFC 8032 §5.1.5), for formats that encrypt to a
    /// signing key.
    #[must_use]
    #[wipes_stack(deep)]
    pub fn to_x25519(&self) -> x25519::PrivateKey {
        let mut hashed = Zeroizing::new([0; 64]);
        digest_into(HashAlgorithm::Sha512, &self.private_bytes()[..], Output::from(&mut hashed[..]));
        x25519::PrivateKey::from_bytes(&hashed[..x25519::KEY_LEN]).expect("the half of 64 bytes are 32")
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ed25519::PrivateKey(<redacted>)")
    }
}

/// A public key: a point of the curve, encoded. Whether it is one shows when a signature is
/// verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey {
    point: [u8; KEY_LEN],
}

impl PublicKey {
    /// The public key that is encoded so.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not 32 bytes.
    pub fn from_bytes(point: &[u8]) -> Result<Self> {
        match point.try_into() {
            Ok(point) => Ok(Self { point }),
            Err(_) => Err(Error::Length {
                what: Input::PublicKey("Ed25519"),
                got: point.len(),
                allowed: Allowed::Exactly(32),
            }),
        }
    }

    /// The encoded point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_LEN] {
        &self.point
    }

    /// Whether the point has an order of at most 8, so that anybody can sign for it. No private key
    /// has such a public key. RFC 8032 leaves it to protocols whether they accept one.
    #[must_use]
    pub fn is_of_small_order(&self) -> bool {
        let mut y = self.point;
        y[KEY_LEN - 1] &= 0x7f; // without the sign of x
        SMALL_ORDER.contains(&y)
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it is not one of `message` by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        let invalid = || Error::BadSignature;
        let signature = signature.try_into().map_err(|_| invalid())?;
        engine::verify(&self.point, message, signature).map_err(|_| invalid())
    }

    /// The X25519 key of the same point, by the map of RFC 7748 §4.1: u = (1 + y) / (1 - y).
    ///
    /// # Errors
    /// [`Error::InvalidValue`] if this is no point of the curve, or the neutral one, which has no
    /// image.
    pub fn to_x25519(&self) -> Result<x25519::PublicKey> {
        let no_point = || Error::value("the Ed25519 public key is not a point of the curve");
        let mut encoded = self.point;
        encoded.reverse();
        encoded[0] &= 0x7f; // The sign of x, which u does not depend on.
        let (p, y, one) = (prime(), Bignum::from_be_bytes(&encoded), Bignum::from_word(1));
        if y.rem(&p)? != y {
            return Err(no_point());
        }
        let minus = |a: &Bignum, b: &Bignum| a.add(&p).abs_diff(b).rem(&p);
        // x² = (y² - 1) / (d·y² + 1) has a root, and thus so has the product of the two (Euler's
        // criterion).
        let y2 = y.mul(&y).rem(&p)?;
        let product = minus(&y2, &one)?.mul(&y2.mul(&Bignum::from_be_bytes(&D)).add(&one)).rem(&p)?;
        let character = product.mod_exp(&p.shift_right(1), &p)?;
        if !(character.is_one() || product.is_zero()) {
            return Err(no_point());
        }
        let inverse = minus(&one, &y)?.mod_inverse(&p).map_err(|_| no_point())?;
        let u = y.add(&one).mul(&inverse).rem(&p)?;
        let mut bytes = u.to_be_bytes_padded(KEY_LEN)?;
        bytes.reverse();
        x25519::PublicKey::from_bytes(&bytes)
    }
}

/// 2^255 - 19.
fn prime() -> Bignum {
    Bignum::power_of_two(255).abs_diff(&Bignum::from_word(19))
}

/// The curve's constant d = -121665/121666 (RFC 8032 §5.1).
const D: [u8; KEY_LEN] = hex!("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");

/// The y of every point of small order, in each encoding that is read: 8 points have 5 of them, two
/// of which may stand for themselves plus the prime.
const SMALL_ORDER: [[u8; KEY_LEN]; 7] = [
    hex!("0000000000000000000000000000000000000000000000000000000000000000"),
    hex!("0100000000000000000000000000000000000000000000000000000000000000"),
    hex!("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    hex!("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    hex!("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    hex!("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    hex!("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
];
