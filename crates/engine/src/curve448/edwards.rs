//! Points of edwards448, x^2 + y^2 = 1 - 39081 x^2 y^2 (RFC 8032 §5.2).
//!
//! Since -39081 is no square the formulas of "Twisted Edwards Curves Revisited" (Hisil, Wong,
//! Carter, Dawson, 2008) are complete: they hold for all points, so that none is a special case.

use std::sync::LazyLock;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

use super::field::{self, Element, Sum};
use super::scalar::{self, Scalar};

/// The length of an encoded point in bytes.
pub(crate) const LEN: usize = 57;

/// A point (x/z, y/z), with t = xy/z.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    x: Element,
    y: Element,
    z: Element,
    t: Element,
}

impl Point {
    const IDENTITY: Self = Self { x: Element::ZERO, y: Element::ONE, z: Element::ONE, t: Element::ZERO };

    /// The point that is encoded so (RFC 8032 §5.2.3), if there is one.
    ///
    /// `None` also for a second encoding of a point, and for the two points with x = 0, as OpenSSL
    /// has it. They are the neutral element and the point of order two, which no honest key or
    /// signature has.
    pub(crate) fn from_public_bytes(bytes: &[u8; LEN]) -> Option<Self> {
        let (y_bytes, last) = bytes.split_first_chunk::<{ field::LEN }>()?;
        let (y, sign) = (Element::from_bytes(y_bytes), last[0] >> 7);
        if last[0] & 0x7f != 0 || y.to_bytes() != *y_bytes {
            return None;
        }
        // x^2 = (1 - y^2) / (1 + 39081 y^2) = u / v, and x = u^3 v (u^5 v^3)^((p - 3) / 4) if that
        // is a square.
        let yy = y.square();
        let u = (Element::ONE - yy).carry();
        let v = (Element::ONE + yy.times_39081()).carry();
        let u3v = u.square() * u * v;
        let x = u3v * (u3v * u.square() * v.square()).power_p_minus_3_over_4();
        let is_root = bool::from((x.square() * v).ct_eq(&u));
        if !is_root || bool::from(x.ct_eq(&Element::ZERO)) {
            return None;
        }
        let x = if x.is_odd().unwrap_u8() == sign { x } else { -x };
        Some(Self { x, y, z: Element::ONE, t: x * y })
    }

    pub(crate) fn to_bytes(self) -> [u8; LEN] {
        let inverse = self.z.invert();
        let mut bytes = [0; LEN];
        bytes[..field::LEN].copy_from_slice(&(self.y * inverse).to_bytes());
        bytes[field::LEN] = (self.x * inverse).is_odd().unwrap_u8() << 7;
        bytes
    }

    /// The u-coordinate of the point of curve448 that belongs to it: y^2 / x^2 (RFC 7748 §4.2).
    pub(crate) fn to_montgomery(self) -> [u8; field::LEN] {
        (self.y * self.x.invert()).square().to_bytes()
    }

    /// `scalar` times the base point.
    pub(crate) fn mul_base(scalar: &Scalar) -> Self {
        let digits = scalar.digits();
        let mut sum = Zeroizing::new(Self::IDENTITY);
        // The digits at 4i + 3 first, then those at 4i + 2, so that one table serves four digits.
        for offset in (0..STRIDE).rev() {
            if offset != STRIDE - 1 {
                *sum = sum.double().double().double().double();
            }
            for (multiples, digits) in BASE.iter().zip(digits.chunks_exact(STRIDE)) {
                *sum = sum.add_affine(&select(multiples, digits[offset])).extended();
            }
        }
        *sum
    }

    /// `base_scalar` times the base point less `scalar` times `self`. For what is public.
    ///
    /// Both share their doublings (the trick of Straus and Shamir).
    pub(crate) fn public_double_mul(&self, scalar: &Scalar, base_scalar: &Scalar) -> Self {
        let twice = self.double().cached();
        let mut odd_multiples = [self.cached(); 1 << (WINDOW - 2)];
        let mut multiple = *self;
        for cached in &mut odd_multiples[1..] {
            multiple = multiple.add(&twice).extended();
            *cached = multiple.cached();
        }
        let mut sum = Self::IDENTITY;
        let digits = scalar.public_sparse_digits(WINDOW);
        let base_digits = base_scalar.public_sparse_digits(BASE_WINDOW);
        for (digit, base_digit) in digits.iter().zip(&base_digits).rev() {
            let mut completed = sum.double_completed();
            if *digit != 0 {
                let multiple = odd_multiples[usize::from(digit.unsigned_abs()) / 2];
                let subtrahend = if *digit > 0 { multiple.negate() } else { multiple };
                completed = completed.extended().add(&subtrahend);
            }
            if *base_digit != 0 {
                let multiple = BASE_ODD_MULTIPLES[usize::from(base_digit.unsigned_abs()) / 2];
                let summand = if *base_digit > 0 { multiple } else { multiple.negate() };
                completed = completed.extended().add_affine(&summand);
            }
            sum = completed.without_t();
        }
        sum.with_t()
    }

    /// Whether the two points differ by no more than a point of small order.
    pub(crate) fn public_eq_but_for_small_order(&self, other: &Self) -> bool {
        let difference = self.add(&other.cached().negate()).extended().double().double();
        (difference.x.ct_eq(&Element::ZERO) & difference.y.ct_eq(&difference.z)).into()
    }

    pub(crate) fn double(&self) -> Self {
        self.double_completed().extended()
    }

    #[inline]
    fn double_completed(&self) -> Completed {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        let sum = (xx + yy).carry();
        Completed { e: ((self.x + self.y).square() - sum), f: sum - (zz + zz).carry(), g: sum.into(), h: xx - yy }
    }

    #[inline]
    fn add(&self, other: &Cached) -> Completed {
        let zz = self.z * other.z;
        self.add_with_z(zz, other.x, other.y, other.t39081)
    }

    #[inline]
    fn add_affine(&self, other: &Affine) -> Completed {
        self.add_with_z(self.z, other.x, other.y, other.t39081)
    }

    #[inline]
    fn add_with_z(&self, zz: Element, x: Element, y: Element, t39081: Element) -> Completed {
        let (xx, yy, tt) = (self.x * x, self.y * y, self.t * t39081);
        Completed { e: (self.x + self.y) * (x + y).carry() - (xx + yy).carry(), f: zz + tt, g: zz - tt, h: yy - xx }
    }

    fn cached(&self) -> Cached {
        Cached { x: self.x, y: self.y, z: self.z, t39081: self.t.times_39081() }
    }

    /// The same point as (xz, yz, z^2), with the t that [`Completed::without_t`] left out.
    fn with_t(&self) -> Self {
        Self { x: self.x * self.z, y: self.y * self.z, z: self.z.square(), t: self.x * self.y }
    }
}

impl Zeroize for Point {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
        self.t.zeroize();
    }
}

/// The results of the formulas before their last multiplications: x = ef, y = gh, z = fg, t = eh.
struct Completed {
    e: Sum,
    f: Sum,
    g: Sum,
    h: Sum,
}

impl Completed {
    #[inline]
    fn extended(&self) -> Point {
        Point { x: self.e * self.f, y: self.g * self.h, z: self.f * self.g, t: self.e * self.h }
    }

    /// For where the next thing is to double, which takes no t.
    #[inline]
    fn without_t(&self) -> Point {
        Point { x: self.e * self.f, y: self.g * self.h, z: self.f * self.g, t: Element::ZERO }
    }
}

/// A point to be added.
#[derive(Clone, Copy)]
struct Cached {
    x: Element,
    y: Element,
    z: Element,
    t39081: Element,
}

impl Cached {
    fn negate(self) -> Self {
        Self { x: -self.x, t39081: -self.t39081, ..self }
    }
}

/// A point to be added that has z = 1.
#[derive(Clone, Copy)]
struct Affine {
    x: Element,
    y: Element,
    t39081: Element,
}

impl Affine {
    const IDENTITY: Self = Self { x: Element::ZERO, y: Element::ONE, t39081: Element::ZERO };

    fn negate(self) -> Self {
        Self { x: -self.x, t39081: -self.t39081, ..self }
    }
}

impl ConditionallySelectable for Affine {
    #[inline]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            x: Element::conditional_select(&a.x, &b.x, choice),
            y: Element::conditional_select(&a.y, &b.y, choice),
            t39081: Element::conditional_select(&a.t39081, &b.t39081, choice),
        }
    }
}

/// One to eight times a point.
type Multiples = [Affine; 8];

/// `digit` times the point, for a digit from -8 to 7. Reads all multiples, whichever it needs.
fn select(multiples: &Multiples, digit: i8) -> Affine {
    let negative = Choice::from((digit as u8) >> 7);
    let mut size = digit as u8;
    size.conditional_assign(&(digit as u8).wrapping_neg(), negative);
    let mut selected = Affine::IDENTITY;
    for (multiple, which) in multiples.iter().zip(1..) {
        selected.conditional_assign(multiple, size.ct_eq(&which));
    }
    let negated = selected.negate();
    selected.conditional_assign(&negated, negative);
    selected
}

/// How many digits share one entry of [`BASE`].
const STRIDE: usize = 4;

/// The multiples of 2^16i times the base point: 42 KiB.
static BASE: LazyLock<Box<[Multiples]>> = LazyLock::new(|| {
    let mut point = base_point();
    let mut points = Vec::new();
    for _ in 0..scalar::DIGITS / STRIDE {
        points.push(point);
        for _ in 1..8 {
            points.push(points[points.len() - 1].add(&point.cached()).extended());
        }
        for _ in 0..16 {
            point = point.double();
        }
    }
    affine(&points).as_chunks().0.into()
});

/// How many bits of a public scalar one digit stands for, of any point and of the base point.
const WINDOW: usize = 5;
const BASE_WINDOW: usize = 8;

/// The odd multiples of the base point up to 2^(BASE_WINDOW - 1): 12 KiB.
static BASE_ODD_MULTIPLES: LazyLock<Box<[Affine]>> = LazyLock::new(|| {
    let twice = base_point().double().cached();
    let mut points = vec![base_point()];
    for _ in 1..1 << (BASE_WINDOW - 2) {
        points.push(points[points.len() - 1].add(&twice).extended());
    }
    affine(&points).into()
});

/// The points with z = 1, for one inversion: that of the product of all z.
fn affine(points: &[Point]) -> Vec<Affine> {
    let mut product = Element::ONE;
    let mut products_before = Vec::new();
    for point in points {
        products_before.push(product);
        product = product * point.z;
    }
    let mut inverse = product.invert();
    let mut affine = vec![Affine::IDENTITY; points.len()];
    for ((affine, point), product_before) in affine.iter_mut().zip(points).zip(products_before).rev() {
        let (x, y) = (point.x * inverse * product_before, point.y * inverse * product_before);
        *affine = Affine { x, y, t39081: (x * y).times_39081() };
        inverse = inverse * point.z;
    }
    affine
}

/// RFC 8032 §5.2, table 2.
fn base_point() -> Point {
    let x = Element::from_bytes(&[
        0x5e, 0xc0, 0x0c, 0xc7, 0x2b, 0xa8, 0x26, 0x26, 0x8e, 0x93, 0x00, 0x8b, 0xe1, 0x80, 0x3b, 0x43, 0x11, 0x65,
        0xb6, 0x2a, 0xf7, 0x1a, 0xae, 0x12, 0x64, 0xa4, 0xd3, 0xa3, 0x24, 0xe3, 0x6d, 0xea, 0x67, 0x17, 0x0f, 0x47,
        0x70, 0x65, 0x14, 0x9e, 0xda, 0x36, 0xbf, 0x22, 0xa6, 0x15, 0x1d, 0x22, 0xed, 0x0d, 0xed, 0x6b, 0xc6, 0x70,
        0x19, 0x4f,
    ]);
    let y = Element::from_bytes(&[
        0x14, 0xfa, 0x30, 0xf2, 0x5b, 0x79, 0x08, 0x98, 0xad, 0xc8, 0xd7, 0x4e, 0x2c, 0x13, 0xbd, 0xfd, 0xc4, 0x39,
        0x7c, 0xe6, 0x1c, 0xff, 0xd3, 0x3a, 0xd7, 0xc2, 0xa0, 0x05, 0x1e, 0x9c, 0x78, 0x87, 0x40, 0x98, 0xa3, 0x6c,
        0x73, 0x73, 0xea, 0x4b, 0x62, 0xc7, 0xc9, 0x56, 0x37, 0x20, 0x76, 0x88, 0x24, 0xbc, 0xb6, 0x6e, 0x71, 0x46,
        0x3f, 0x69,
    ]);
    Point { x, y, z: Element::ONE, t: x * y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(value: u8) -> Scalar {
        Scalar::reduce(&[value])
    }

    #[test]
    fn the_table_agrees_with_additions() {
        let mut sum = Point::IDENTITY;
        for value in 0..=255 {
            assert_eq!(Point::mul_base(&small(value)).to_bytes(), sum.to_bytes());
            sum = sum.add(&base_point().cached()).extended();
        }
    }

    #[test]
    fn both_multiplications_agree() {
        for _ in 0..10 {
            let (a, b) = (
                Scalar::reduce(&crate::awslc::rand::array::<114>()),
                Scalar::reduce(&crate::awslc::rand::array::<114>()),
            );
            let point = Point::mul_base(&a);
            // b (aB) = (ab) B
            let product = a.mul_add(&b, &small(0));
            let difference = point.public_double_mul(&b, &product);
            assert_eq!(difference.to_bytes(), Point::IDENTITY.to_bytes());
            let decoded = Point::from_public_bytes(&point.to_bytes()).unwrap();
            assert_eq!(decoded.to_bytes(), point.to_bytes());
        }
    }

    #[test]
    fn points_of_small_order() {
        let base = base_point();
        let point = Point { x: Element::ONE, y: Element::ZERO, z: Element::ONE, t: Element::ZERO };
        assert_eq!(point.double().double().to_bytes(), Point::IDENTITY.to_bytes());
        let beside = base.add(&point.cached()).extended();
        assert!(base.public_eq_but_for_small_order(&beside));
        assert!(!base.public_eq_but_for_small_order(&base.double()));
        assert!(Point::from_public_bytes(&point.to_bytes()).is_some());
        assert!(Point::from_public_bytes(&point.double().to_bytes()).is_none());
        assert!(Point::from_public_bytes(&Point::IDENTITY.to_bytes()).is_none());
        let mut second_sign = [0; LEN];
        second_sign[56] = 0x80;
        assert!(Point::from_public_bytes(&second_sign).is_some());
        second_sign[56] = 0x81;
        assert!(Point::from_public_bytes(&second_sign).is_none());
    }
}
