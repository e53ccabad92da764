//! Keys, and what is done with them.

use core::ffi::c_uint;
use core::fmt;
use core::ptr::{self, NonNull};
use std::sync::OnceLock;

use aws_lc_sys as c;
use zeroize::Zeroizing;

use super::Curve;
use crate::awslc::bignum::Bignum;
use crate::error::{EngineError, check, clear_queue};

/// The longest DER of a signature: two integers of 66 bytes and a sign octet each.
const MAX_SIGNATURE: usize = 144;

/// A public key: a point that is on its curve and is not infinity.
pub struct PublicKey {
    curve: Curve,
    handle: Handle,
    /// The uncompressed encoding, once it is known: AWS-LC inverts a number each time.
    encoding: OnceLock<Vec<u8>>,
}

impl PublicKey {
    /// The key whose point has this encoding (SEC 1 §2.3.4): compressed, uncompressed, or hybrid.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it is no such encoding, or the point is not on the curve,
    /// or is infinity.
    pub fn from_point(curve: Curve, encoding: &[u8]) -> Result<Self, EngineError> {
        let handle = Handle::empty(curve)?;
        handle.set_point(&Point::decode(curve, encoding)?)?;
        Ok(Self { curve, handle, encoding: if_uncompressed(encoding) })
    }

    /// The curve.
    #[must_use]
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// The point's encoding (SEC 1 §2.3.3), compressed or not.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn to_point(&self, compressed: bool) -> Vec<u8> {
        let encoding = self.encoding.get_or_init(|| self.handle.encode_point(self.curve));
        if !compressed {
            return encoding.clone();
        }
        let mut compressed = encoding[..=self.curve.size()].to_vec();
        let y_is_odd = encoding.last().is_some_and(|last| last & 1 == 1);
        compressed[0] = if y_is_odd { 3 } else { 2 };
        compressed
    }

    /// Verifies a signature in DER of a digest, of which as many bits count as the curve has (FIPS
    /// 186-5 §6.4.2).
    ///
    /// # Errors
    /// [`EngineError::Rejected`] if it is not one by this key, or not DER.
    pub fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), EngineError> {
        // SAFETY: the key is live and has a point; both slices are valid for reads of their
        // lengths.
        let result = unsafe {
            c::ECDSA_verify(0, digest.as_ptr(), digest.len(), signature.as_ptr(), signature.len(), self.handle.as_ptr())
        };
        check(result, EngineError::Rejected)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.curve.name())
    }
}

/// A private key with its public one. It is wiped when it is dropped.
pub struct PrivateKey {
    curve: Curve,
    handle: Handle,
    /// The public key's encoding, if it was given.
    encoding: OnceLock<Vec<u8>>,
}

impl PrivateKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn generate(curve: Curve) -> Result<Self, EngineError> {
        let handle = Handle::empty(curve)?;
        // SAFETY: the key is live, has a group, and nobody else has seen it.
        check(unsafe { c::EC_KEY_generate_key(handle.0.as_ptr()) }, EngineError::Internal)?;
        Ok(Self { curve, handle, encoding: OnceLock::new() })
    }

    /// The key whose private number is `scalar`, big-endian.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if it is zero, or not below the order.
    pub fn from_scalar(curve: Curve, scalar: &[u8]) -> Result<Self, EngineError> {
        let handle = Handle::empty(curve)?;
        let scalar = handle.set_scalar(scalar)?;
        let point = Point::infinity(curve)?;
        // SAFETY: group, point and number are live; null stands for no second product, and for
        // intermediate memory of its own.
        let result = unsafe {
            let group = curve.group().as_ptr();
            c::EC_POINT_mul(group, point.0.as_ptr(), scalar.as_ptr(), ptr::null(), ptr::null(), ptr::null_mut())
        };
        check(result, EngineError::Internal)?;
        handle.set_point(&point)?;
        Ok(Self { curve, handle, encoding: OnceLock::new() })
    }

    /// The key with this number, whose public key has this encoding.
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the number is not valid, the encoding is not, or they do
    /// not belong together.
    pub fn from_scalar_and_point(curve: Curve, scalar: &[u8], point: &[u8]) -> Result<Self, EngineError> {
        let handle = Handle::empty(curve)?;
        handle.set_scalar(scalar)?;
        handle.set_point(&Point::decode(curve, point)?)?;
        // SAFETY: the key is live. The call computes the public key and compares.
        check(unsafe { c::EC_KEY_check_key(handle.as_ptr()) }, EngineError::InvalidInput)?;
        Ok(Self { curve, handle, encoding: if_uncompressed(point) })
    }

    /// The curve.
    #[must_use]
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// The private number, big-endian, as long as [`Curve::size`].
    ///
    /// # Panics
    /// Never: a number below the order fits.
    #[must_use]
    pub fn scalar(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; self.curve.size()]);
        // SAFETY: the key is live and has a number, and `bytes` is valid for writes of its length.
        let result = unsafe {
            c::BN_bn2bin_padded(bytes.as_mut_ptr(), bytes.len(), c::EC_KEY_get0_private_key(self.handle.as_ptr()))
        };
        assert_eq!(result, 1, "a private key is longer than its curve's order");
        bytes
    }

    /// The public key that belongs to it.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    pub fn public_key(&self) -> Result<PublicKey, EngineError> {
        let handle = Handle::empty(self.curve)?;
        // SAFETY: both keys are live and of one group; the point is copied.
        let result = unsafe { c::EC_KEY_set_public_key(handle.0.as_ptr(), self.handle.point()) };
        check(result, EngineError::Internal)?;
        Ok(PublicKey { curve: self.curve, handle, encoding: self.encoding.clone() })
    }

    /// Signs a digest (FIPS 186-5 §6.4.1) with a random nonce, into which key and digest are mixed.
    /// The signature is DER.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if memory runs out.
    ///
    /// # Panics
    /// Never: the room is that of the longest signature.
    pub fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, EngineError> {
        let mut signature = [0; MAX_SIGNATURE];
        let mut len: c_uint = 0;
        // SAFETY: the key is live and has a number; `digest` is valid for reads of its length, and
        // `signature` has room for ECDSA_size bytes, asserted here.
        let result = unsafe {
            assert!(c::ECDSA_size(self.handle.as_ptr()) <= MAX_SIGNATURE, "a signature is longer than any can be");
            c::ECDSA_sign(0, digest.as_ptr(), digest.len(), signature.as_mut_ptr(), &raw mut len, self.handle.as_ptr())
        };
        check(result, EngineError::Internal)?;
        Ok(signature[..len as usize].to_vec())
    }

    /// The x coordinate of the point that both keys lead to (SEC 1 §3.3.1), as long as
    /// [`Curve::size`].
    ///
    /// # Errors
    /// [`EngineError::InvalidInput`] if the keys are of different curves.
    pub fn agree(&self, public_key: &PublicKey) -> Result<Zeroizing<Vec<u8>>, EngineError> {
        if self.curve != public_key.curve {
            return Err(EngineError::InvalidInput);
        }
        let mut shared = Zeroizing::new(vec![0; self.curve.size()]);
        // SAFETY: both keys are live, and `shared` is valid for writes of its length; without a
        // KDF, C writes the coordinate, which is as long.
        let len = unsafe {
            let point = public_key.handle.point();
            c::ECDH_compute_key(shared.as_mut_ptr().cast(), shared.len(), point, self.handle.as_ptr(), None)
        };
        if usize::try_from(len) == Ok(shared.len()) {
            Ok(shared)
        } else {
            clear_queue();
            Err(EngineError::Internal)
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, <redacted>)", self.curve.name())
    }
}

/// The x coordinate of `scalar` times the generator, in constant time for a `scalar` below the
/// order. It is big-endian, and the result as long as [`Curve::size`].
///
/// # Errors
/// [`EngineError::InvalidInput`] if `scalar` is zero or a multiple of the order.
///
/// # Panics
/// If memory runs out.
pub fn base_multiple(curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, EngineError> {
    let (point, scalar, x) = (Point::infinity(curve)?, Bignum::from_be_bytes(scalar), Bignum::zero());
    let mut bytes = vec![0; curve.size()];
    // SAFETY: group, point and numbers are live, and `bytes` is valid for writes of its length;
    // null stands for no second product, for no other coordinate, and for intermediate memory of
    // its own.
    unsafe {
        let (group, raw, none) = (curve.group().as_ptr(), point.0.as_ptr(), ptr::null_mut());
        let result = c::EC_POINT_mul(group, raw, scalar.as_ptr(), ptr::null(), ptr::null(), none);
        check(result, EngineError::InvalidInput)?;
        let result = c::EC_POINT_get_affine_coordinates_GFp(group, raw, x.as_mut_ptr(), ptr::null_mut(), none);
        check(result, EngineError::InvalidInput)?;
        check(c::BN_bn2bin_padded(bytes.as_mut_ptr(), bytes.len(), x.as_ptr()), EngineError::Internal)?;
    }
    Ok(bytes)
}

/// The encoding of a valid point, if it is one with both coordinates.
fn if_uncompressed(encoding: &[u8]) -> OnceLock<Vec<u8>> {
    match encoding {
        [4, ..] => OnceLock::from(encoding.to_vec()),
        _ => OnceLock::new(),
    }
}

/// An owned EC_KEY that has a group.
struct Handle(NonNull<c::EC_KEY>);

// SAFETY: an EC_KEY is bound to no thread.
unsafe impl Send for Handle {}
// SAFETY: AWS-LC lets any number of threads use one key at once as long as none changes it; it is
// changed only while a key is built.
unsafe impl Sync for Handle {}

impl Handle {
    fn empty(curve: Curve) -> Result<Self, EngineError> {
        // SAFETY: takes nothing; returns an owned object or null.
        let handle = NonNull::new(unsafe { c::EC_KEY_new() }).map(Self).ok_or(EngineError::Internal)?;
        // SAFETY: key and group are live; a group that is not static is copied.
        check(unsafe { c::EC_KEY_set_group(handle.0.as_ptr(), curve.group().as_ptr()) }, EngineError::Internal)?;
        Ok(handle)
    }

    /// Sets the private number, and hands it back for more.
    fn set_scalar(&self, scalar: &[u8]) -> Result<Bignum, EngineError> {
        let scalar = Bignum::from_be_bytes(scalar);
        // SAFETY: key and number are live; the number is copied.
        let result = unsafe { c::EC_KEY_set_private_key(self.0.as_ptr(), scalar.as_ptr()) };
        check(result, EngineError::InvalidInput)?;
        Ok(scalar)
    }

    /// Sets the public point, which must not be infinity.
    fn set_point(&self, point: &Point) -> Result<(), EngineError> {
        // SAFETY: key and point are live; the point is copied.
        let result = unsafe { c::EC_KEY_set_public_key(self.0.as_ptr(), point.0.as_ptr()) };
        check(result, EngineError::InvalidInput)
    }

    fn as_ptr(&self) -> *const c::EC_KEY {
        self.0.as_ptr()
    }

    /// The public point, as long as the key lives.
    fn point(&self) -> *const c::EC_POINT {
        // SAFETY: the key is live.
        unsafe { c::EC_KEY_get0_public_key(self.as_ptr()) }
    }

    /// The point's uncompressed encoding.
    fn encode_point(&self, curve: Curve) -> Vec<u8> {
        let form = c::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED;
        let len = 1 + 2 * curve.size();
        let mut encoding = vec![0; len];
        // SAFETY: group and point are live, and `encoding` is valid for writes of its length.
        let written = unsafe {
            let group = curve.group().as_ptr();
            c::EC_POINT_point2oct(group, self.point(), form, encoding.as_mut_ptr(), len, ptr::null_mut())
        };
        assert_eq!(written, len, "a point did not encode");
        encoding
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the key is live, and nobody uses it after this. AWS-LC wipes all memory that it
        // frees.
        unsafe { c::EC_KEY_free(self.0.as_ptr()) };
    }
}

/// An owned point.
struct Point(NonNull<c::EC_POINT>);

impl Point {
    fn infinity(curve: Curve) -> Result<Self, EngineError> {
        // SAFETY: the group is live; returns an owned point or null.
        NonNull::new(unsafe { c::EC_POINT_new(curve.group().as_ptr()) }).map(Self).ok_or(EngineError::Internal)
    }

    fn decode(curve: Curve, encoding: &[u8]) -> Result<Self, EngineError> {
        let point = Self::infinity(curve)?;
        // SAFETY: group and point are live, and `encoding` is valid for reads of its length. The
        // call fails for points that are not on the curve.
        let result = unsafe {
            let group = curve.group().as_ptr();
            c::EC_POINT_oct2point(group, point.0.as_ptr(), encoding.as_ptr(), encoding.len(), ptr::null_mut())
        };
        check(result, EngineError::InvalidInput)?;
        Ok(point)
    }
}

impl Drop for Point {
    fn drop(&mut self) {
        // SAFETY: the point is live, and nobody uses it after this.
        unsafe { c::EC_POINT_free(self.0.as_ptr()) };
    }
}
