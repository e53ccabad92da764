//! The curves and their groups: those that AWS-LC has, and those that it is given the numbers of.

use core::ptr::{self, NonNull};
use std::sync::OnceLock;

use aws_lc_sys as c;

use crate::awslc::bignum::Bignum;

/// An elliptic curve over a prime field, of prime order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// P-192 (SP 800-186 appendix H.1.1), too short for new keys.
    Secp192r1,
    /// P-224 (SP 800-186 §3.2.1.2).
    Secp224r1,
    /// P-256 (SP 800-186 §3.2.1.3).
    Secp256r1,
    /// P-384 (SP 800-186 §3.2.1.4).
    Secp384r1,
    /// P-521 (SP 800-186 §3.2.1.5).
    Secp521r1,
    /// secp256k1 (SEC 2 §2.4.1).
    Secp256k1,
    /// brainpoolP256r1 (RFC 5639 §3.4).
    BrainpoolP256r1,
    /// brainpoolP384r1 (RFC 5639 §3.6).
    BrainpoolP384r1,
    /// brainpoolP512r1 (RFC 5639 §3.7).
    BrainpoolP512r1,
}

/// The numbers of a curve, big-endian, each as long as the field's prime: y² = x³ + ax + b modulo
/// p, and a point G of order n.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // The names are the standards' own.
pub struct Domain {
    pub p: Vec<u8>,
    pub a: Vec<u8>,
    pub b: Vec<u8>,
    pub gx: Vec<u8>,
    pub gy: Vec<u8>,
    pub n: Vec<u8>,
}

impl Curve {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Secp192r1,
        Self::Secp224r1,
        Self::Secp256r1,
        Self::Secp384r1,
        Self::Secp521r1,
        Self::Secp256k1,
        Self::BrainpoolP256r1,
        Self::BrainpoolP384r1,
        Self::BrainpoolP512r1,
    ];

    /// The name that SEC 2 or RFC 5639 gives it: `secp256r1` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Secp192r1 => "secp192r1",
            Self::Secp224r1 => "secp224r1",
            Self::Secp256r1 => "secp256r1",
            Self::Secp384r1 => "secp384r1",
            Self::Secp521r1 => "secp521r1",
            Self::Secp256k1 => "secp256k1",
            Self::BrainpoolP256r1 => "brainpoolP256r1",
            Self::BrainpoolP384r1 => "brainpoolP384r1",
            Self::BrainpoolP512r1 => "brainpoolP512r1",
        }
    }

    /// The length of the field's prime in bits, which is that of the order too.
    #[must_use]
    pub fn bits(self) -> usize {
        match self {
            Self::Secp192r1 => 192,
            Self::Secp224r1 => 224,
            Self::Secp256r1 | Self::Secp256k1 | Self::BrainpoolP256r1 => 256,
            Self::Secp384r1 | Self::BrainpoolP384r1 => 384,
            Self::BrainpoolP512r1 => 512,
            Self::Secp521r1 => 521,
        }
    }

    /// The length in bytes of a coordinate, and of a private key.
    #[must_use]
    pub fn size(self) -> usize {
        self.bits().div_ceil(8)
    }

    /// The curve's numbers, computed when they are first asked for.
    ///
    /// # Panics
    /// If memory runs out.
    #[must_use]
    pub fn domain(self) -> &'static Domain {
        static DOMAINS: [OnceLock<Domain>; Curve::ALL.len()] = [const { OnceLock::new() }; Curve::ALL.len()];
        DOMAINS[self as usize].get_or_init(|| self.read_domain())
    }

    fn read_domain(self) -> Domain {
        let group = self.group();
        let [p, a, b, gx, gy] = [(); 5].map(|()| Bignum::zero());
        // SAFETY: the group and the numbers are live; null asks for intermediate memory of its own.
        let results = unsafe {
            let generator = c::EC_GROUP_get0_generator(group.as_ptr());
            [
                c::EC_GROUP_get_curve_GFp(
                    group.as_ptr(),
                    p.as_mut_ptr(),
                    a.as_mut_ptr(),
                    b.as_mut_ptr(),
                    ptr::null_mut(),
                ),
                c::EC_POINT_get_affine_coordinates_GFp(
                    group.as_ptr(),
                    generator,
                    gx.as_mut_ptr(),
                    gy.as_mut_ptr(),
                    ptr::null_mut(),
                ),
            ]
        };
        assert_eq!(results, [1, 1], "out of memory for a curve");
        // SAFETY: the group is live and keeps its order.
        let n = unsafe { Bignum::copy_of(c::EC_GROUP_get0_order(group.as_ptr())) };
        let padded = |number: Bignum| {
            let bytes = number.to_be_bytes();
            [&vec![0; self.size() - bytes.len()], bytes.as_slice()].concat()
        };
        Domain { p: padded(p), a: padded(a), b: padded(b), gx: padded(gx), gy: padded(gy), n: padded(n) }
    }

    /// The group, made when it is first asked for.
    pub(super) fn group(self) -> &'static Group {
        static GROUPS: [OnceLock<Group>; Curve::ALL.len()] = [const { OnceLock::new() }; Curve::ALL.len()];
        GROUPS[self as usize].get_or_init(|| Group::new(self))
    }
}

/// An EC_GROUP with its generator, never freed.
#[derive(Debug)]
pub(super) struct Group(NonNull<c::EC_GROUP>);

// SAFETY: an EC_GROUP is bound to no thread.
unsafe impl Send for Group {}
// SAFETY: a complete group is only read.
unsafe impl Sync for Group {}

impl Group {
    fn new(curve: Curve) -> Self {
        match curve {
            Curve::Secp224r1 => Self::built_in(c::NID_secp224r1),
            Curve::Secp256r1 => Self::built_in(c::NID_X9_62_prime256v1),
            Curve::Secp384r1 => Self::built_in(c::NID_secp384r1),
            Curve::Secp521r1 => Self::built_in(c::NID_secp521r1),
            Curve::Secp256k1 => Self::built_in(c::NID_secp256k1),
            Curve::Secp192r1 => Self::of_numbers(&SECP192R1),
            Curve::BrainpoolP256r1 => Self::of_numbers(&BRAINPOOL_P256R1),
            Curve::BrainpoolP384r1 => Self::of_numbers(&BRAINPOOL_P384R1),
            Curve::BrainpoolP512r1 => Self::of_numbers(&BRAINPOOL_P512R1),
        }
    }

    fn built_in(nid: i32) -> Self {
        // SAFETY: takes a number; returns a static group or null.
        Self(NonNull::new(unsafe { c::EC_GROUP_new_by_curve_name(nid) }).expect("AWS-LC lacks a curve"))
    }

    /// The group of cofactor 1 with the numbers p, a, b, Gx, Gy and n, in hexadecimal.
    fn of_numbers(numbers: &[&str; 6]) -> Self {
        let [p, a, b, gx, gy, n] = numbers.map(|digits| Bignum::from_be_bytes(&from_hex(digits)));
        let one = Bignum::from_word(1);
        // SAFETY: all numbers are live and only read; null asks for intermediate memory of its own.
        let raw = unsafe { c::EC_GROUP_new_curve_GFp(p.as_ptr(), a.as_ptr(), b.as_ptr(), ptr::null_mut()) };
        let group = Self(NonNull::new(raw).expect("AWS-LC refuses a curve"));
        // SAFETY: group, generator and numbers are live; the group copies what it needs of them.
        unsafe {
            let generator = c::EC_POINT_new(group.as_ptr());
            assert!(!generator.is_null(), "out of memory for a curve");
            let results = [
                c::EC_POINT_set_affine_coordinates_GFp(
                    group.as_ptr(),
                    generator,
                    gx.as_ptr(),
                    gy.as_ptr(),
                    ptr::null_mut(),
                ),
                c::EC_GROUP_set_generator(group.0.as_ptr(), generator, n.as_ptr(), one.as_ptr()),
            ];
            c::EC_POINT_free(generator);
            assert_eq!(results, [1, 1], "AWS-LC refuses a curve's generator");
        }
        group
    }

    pub(super) fn as_ptr(&self) -> *const c::EC_GROUP {
        self.0.as_ptr()
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    let value = |digit: &u8| char::from(*digit).to_digit(16).expect("the table holds hexadecimal digits") as u8;
    digits.as_bytes().chunks(2).map(|pair| value(&pair[0]) << 4 | value(&pair[1])).collect()
}

/// SP 800-186 appendix H.1.1.
const SECP192R1: [&str; 6] = [
    "fffffffffffffffffffffffffffffffeffffffffffffffff",
    "fffffffffffffffffffffffffffffffefffffffffffffffc",
    "64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1",
    "188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012",
    "07192b95ffc8da78631011ed6b24cdd573f977a11e794811",
    "ffffffffffffffffffffffff99def836146bc9b1b4d22831",
];

/// RFC 5639 §3.4.
const BRAINPOOL_P256R1: [&str; 6] = [
    "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
    "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
    "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
    "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262",
    "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
    "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
];

/// RFC 5639 §3.6.
const BRAINPOOL_P384R1: [&str; 6] = [
    "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53",
    "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826",
    "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11",
    "1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e",
    "8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315",
    "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565",
];

/// RFC 5639 §3.7.
const BRAINPOOL_P512R1: [&str; 6] = [
    "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3",
    "7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
    "3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723",
    "81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822",
    "7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892",
    "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069",
];
