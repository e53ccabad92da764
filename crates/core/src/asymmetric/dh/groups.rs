//! Groups: what is checked of them, and which ones need no check.

use hex_literal::hex;
use ironlatch_engine::bignum::Bignum;

use super::{MAX_BITS, check_sizes};
use crate::error::Allowed;
use crate::hash::{self, HashAlgorithm};
use crate::{Error, Result};

/// The numbers of a group that has been checked.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) p: Bignum,
    pub(super) g: Bignum,
    pub(super) q: Option<Bignum>,
    /// Whether q came with the other numbers, and was not filled in.
    pub(super) order_was_given: bool,
    /// How long private numbers have to be, if less than the order is enough.
    exponent_bits: Option<usize>,
}

impl Group {
    /// The group of a prime p such that (p - 1) / 2 is prime too. The caller knows that, and that g
    /// is in the group.
    pub(super) fn of_safe_prime(p: Bignum, g: Bignum) -> Self {
        Self { p, g, q: None, order_was_given: false, exponent_bits: None }
    }

    /// The group, if it is one.
    pub(super) fn check(p: Bignum, g: Bignum, q: Option<Bignum>) -> Result<Self> {
        check_sizes(p.bits(), if g.is_zero() || g.is_one() { g.is_one().into() } else { 2 })?;
        if p.bits() > MAX_BITS {
            let allowed = Allowed::AtMost(MAX_BITS as u64);
            return Err(Error::NumberSize { algorithm: "Diffie-Hellman", number: "p", got: p.bits(), allowed });
        }
        if !p.is_odd() {
            return Err(invalid("p is even"));
        }
        if g >= p.minus_one() {
            return Err(invalid("g is not between 1 and p - 1"));
        }
        let half = p.shift_right(1);
        let order_was_given = q.is_some();
        let known = q.as_ref().is_none_or(|q| *q == half).then(|| known_prime(&p)).flatten();
        if let Some(exponent_bits) = known
            && g == Bignum::from_word(2)
        {
            return Ok(Self { p, g, q: Some(half), order_was_given, exponent_bits: Some(exponent_bits) });
        }
        match &q {
            None if known.is_none() && !is_safe_prime(&p) => {
                return Err(invalid("p is not a safe prime, and q is not given"));
            }
            None => {}
            Some(q) if !is_subgroup(&p, &g, q, known.is_some()) => {
                return Err(invalid("q is not the prime order of g modulo a prime p"));
            }
            Some(_) => {}
        }
        Ok(Self { p, g, q, order_was_given, exponent_bits: None })
    }

    /// A random private number (SP 800-56A §5.6.1.1.1): from 1 to below the order, or below 2^N for
    /// the lengths N that RFC 7919 §5.2 finds long enough.
    pub(super) fn random_exponent(&self) -> Result<Bignum> {
        Ok(match (self.exponent_bits, &self.q) {
            (Some(bits), _) => Bignum::random_below(&Bignum::power_of_two(bits)),
            (None, Some(q)) => Bignum::random_below(q),
            (None, None) => Bignum::random_below(&self.p.shift_right(1)),
        }?)
    }

    /// Whether `number` is from 2 to p - 2.
    pub(super) fn is_in_range(&self, number: &Bignum) -> bool {
        !number.is_zero() && !number.is_one() && *number < self.p.minus_one()
    }

    /// Whether `number` is a public number of this group (SP 800-56A §5.6.2.3).
    ///
    /// For a safe prime, the range says it: the only small subgroup is {1, p - 1}. Otherwise the
    /// order is computed, or small subgroups would give the private number away.
    pub(super) fn is_element(&self, number: &Bignum) -> bool {
        let has_order = |q| number.mod_exp(q, &self.p).is_ok_and(|power| power.is_one());
        let safe_prime = self.q.as_ref().is_none_or(|q| *q == self.p.shift_right(1));
        self.is_in_range(number) && (safe_prime || self.q.as_ref().is_some_and(has_order))
    }
}

/// The number of Miller-Rabin tests with a random base for a number that someone else chose; each
/// test finds three of four composite numbers. Long numbers get fewer, so that the work for one
/// stays within 64 powers of 3072 bits, or some of 10,000.
fn rounds(number: &Bignum) -> usize {
    match number.bits() {
        ..=3072 => 64,
        3073..=4096 => 48,
        4097..=6144 => 32,
        _ => 20,
    }
}

/// Whether p and (p - 1) / 2 are prime.
pub(super) fn is_safe_prime(p: &Bignum) -> bool {
    let half = p.shift_right(1);
    is_prime_over(p, &half) && half.is_prime(rounds(&half))
}

/// Whether p and q are prime, which need not be tested if they are `known`, and g has the order q
/// modulo p.
fn is_subgroup(p: &Bignum, g: &Bignum, q: &Bignum, known: bool) -> bool {
    let divides = || p.minus_one().rem(q).is_ok_and(|rest| rest.is_zero());
    let has_order = || g.mod_exp(q, p).is_ok_and(|power| power.is_one());
    let are_prime = || q.is_prime(rounds(q)) && (is_prime_over(p, q) || p.is_prime(rounds(p)));
    q < p && divides() && has_order() && (known || are_prime())
}

/// Whether two powers of 2 show that p is prime, if q is, which divides p - 1 and is longer than
/// half of p: 2^(p - 1) is 1 modulo p, and 2^((p - 1) / q) - 1 has no factor in common with p
/// (Pocklington's criterion).
fn is_prime_over(p: &Bignum, q: &Bignum) -> bool {
    if q.bits() <= p.bits() / 2 + 1 {
        return false;
    }
    let Ok((cofactor, _)) = p.minus_one().div_rem(q) else { return false };
    let Ok(power) = Bignum::from_word(2).mod_exp(&cofactor, p) else { return false };
    power.mod_exp(q, p).is_ok_and(|power| power.is_one()) && power.minus_one().gcd(p).is_one()
}

/// For a well-known safe prime: the length in bits of private numbers that its strength asks for.
fn known_prime(p: &Bignum) -> Option<usize> {
    let mut digest = [0; 32];
    hash::digest_into(HashAlgorithm::Sha256, &p.to_be_bytes(), (&mut digest[..]).into());
    KNOWN_PRIMES.iter().find(|(_, known)| *known == digest).map(|&(exponent_bits, _)| exponent_bits)
}

/// The lengths of private numbers, and the SHA-256 of the prime's big-endian form. For all of these
/// 2 generates the subgroup of prime order.
static KNOWN_PRIMES: [(usize, [u8; 32]); 11] = [
    // RFC 3526: 1536, 2048, 3072, 4096, 6144 and 8192 bits.
    (200, hex!("64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b")),
    (225, hex!("d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e")),
    (275, hex!("48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c")),
    (325, hex!("4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33")),
    (375, hex!("d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd")),
    (400, hex!("39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf")),
    // RFC 7919: 2048, 3072, 4096, 6144 and 8192 bits.
    (225, hex!("9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966")),
    (275, hex!("0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17")),
    (325, hex!("4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e")),
    (375, hex!("227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7")),
    (400, hex!("770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833")),
];

fn invalid(reason: &str) -> Error {
    Error::value(format!("Invalid DH parameters: {reason}"))
}
