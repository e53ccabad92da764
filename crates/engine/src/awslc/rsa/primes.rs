//! Random primes for keys.
//!
//! AWS-LC's own search divides each candidate by each small prime in turn and gives a found prime
//! sixteen rounds of Miller and Rabin, each with as many squarings again as hide the power of two
//! in p - 1. This one takes the same independent draws (FIPS 186-5 §A.1.3) and finds the same
//! primes with less work:
//!
//! - a candidate's remainders by several small primes come from one remainder by their product, and
//!   that from one sum of products which the compiler does in vectors;
//! - what is left is tested two at a time (AVX-512 IFMA raises two numbers to powers in little more
//!   than the time of one);
//! - a found prime gets the rounds that the standard asks for. Their bases are uniform by
//!   construction, so that none needs to be drawn again, in a time that would tell of the prime;
//!   and it is one of the candidates in 2^63 that are given up whose p - 1 has more than 63 factors
//!   of two.
//!
//! A candidate that is refused is forgotten, so what its refusal tells through time tells nothing
//! about the next.

use core::ptr::NonNull;
use std::sync::OnceLock;

use aws_lc_sys as c;
use zeroize::Zeroizing;

use super::limbs::{Limbs, Word};
use crate::awslc::bignum::{Bignum, Context, expect_memory};
use crate::awslc::rand;
use crate::ct;
use crate::error::{EngineError, clear_queue};
use crate::output::Output;

/// Candidates are divided by the odd primes below this. A greater bound would cost more than the
/// tests that it saves.
const SMALL_PRIMES_BELOW: usize = 1 << 13;

/// How many candidates are drawn at once.
const DRAWN_AT_ONCE: usize = 32;

/// The first 64 bits of √2, which a candidate's exceed (FIPS 186-5 §A.1.3, step 4.4).
const SQRT_2: u64 = 0xb504_f333_f9de_6484;

/// A search for primes of one length.
pub(super) struct Search {
    bits: usize,
    e: Word,
    /// For each group of small primes: the powers of 2^32 modulo the group's product, the lowest
    /// first.
    powers: Vec<u32>,
    digits: usize,
}

impl Search {
    /// A search for random primes of `bits` bits, at least 512, that are greater than √2·2^(bits -
    /// 1), so that the product of two has as many bits as both together, and that are not 1 modulo
    /// the prime `e`.
    pub(super) fn new(bits: usize, e: Word) -> Self {
        let digits = bits.div_ceil(64) * 2;
        let groups = groups();
        let mut powers = Vec::with_capacity(groups.len() * digits);
        for group in groups {
            let mut power = 1;
            for _ in 0..digits {
                powers.push(power);
                power = group.product.reduce(u64::from(power) << 32);
            }
        }
        Self { bits, e, powers, digits }
    }

    /// A prime.
    pub(super) fn prime(&self) -> Result<Bignum, EngineError> {
        let mut survivors = self.survivors();
        loop {
            let pair = [Candidate::new(&survivors.next(), self.bits)?, Candidate::new(&survivors.next(), self.bits)?];
            for (candidate, is_promising) in pair.iter().zip(ct::declassify(passes_fermat(&pair))) {
                if is_promising && candidate.passes_miller_rabin(rounds(self.bits))? {
                    return Ok(candidate.number.copy());
                }
            }
        }
    }

    fn survivors(&self) -> Survivors<'_> {
        let len = self.digits * 4;
        Survivors { search: self, drawn: Zeroizing::new(vec![0; len * DRAWN_AT_ONCE]), next: DRAWN_AT_ONCE }
    }

    /// Makes a random string of bits a candidate, and says whether it is one: great enough, not 1
    /// modulo e, and not a multiple of a small prime.
    fn accepts(&self, bytes: &mut [u8]) -> bool {
        let excess = bytes.len() * 8 - self.bits;
        bytes[0] |= 1;
        let last = bytes.len() - 1;
        let top = u64::from_le_bytes(bytes[last - 7..].try_into().expect("of eight bytes")) & (u64::MAX >> excess);
        bytes[last - 7..].copy_from_slice(&top.to_le_bytes());
        let below = u64::from_le_bytes(bytes[last - 15..last - 7].try_into().expect("of eight bytes"));
        let leading = ((u128::from(top) << 64 | u128::from(below)) << excess >> 64) as u64;
        if ct::declassify(leading <= SQRT_2) {
            return false;
        }
        let digits: Zeroizing<Vec<u32>> = Zeroizing::new(
            bytes.chunks_exact(4).map(|digit| u32::from_le_bytes(digit.try_into().expect("of four bytes"))).collect(),
        );
        for (group, powers) in groups().iter().zip(self.powers.chunks_exact(self.digits)) {
            if ct::declassify(group.has_factor_of(&digits, powers)) {
                return false;
            }
        }
        let remainder =
            digits.iter().rev().fold(0, |rest, &digit| self.e.reduce(u64::from(rest) << 32 | u64::from(digit)));
        !ct::declassify(remainder == 1)
    }
}

/// The candidates of a search that no small prime divides.
struct Survivors<'a> {
    search: &'a Search,
    drawn: Zeroizing<Vec<u8>>,
    next: usize,
}

impl Survivors<'_> {
    /// The next one, little-endian.
    fn next(&mut self) -> Zeroizing<Vec<u8>> {
        let len = self.search.digits * 4;
        loop {
            if self.next == DRAWN_AT_ONCE {
                rand::fill(Output::from(&mut self.drawn[..]));
                ct::classify(&self.drawn);
                self.next = 0;
            }
            let bytes = &mut self.drawn[self.next * len..][..len];
            self.next += 1;
            if self.search.accepts(bytes) {
                // AWS-LC's arithmetic on it has no marks.
                ct::declassify_bytes(bytes);
                return Zeroizing::new(bytes.to_vec());
            }
        }
    }
}

/// Some small primes whose product fits 32 bits.
struct Group {
    product: Word,
    primes: Vec<SmallPrime>,
}

/// A number below 2^32 is a multiple of an odd prime if and only if its product with the prime's
/// inverse modulo 2^32 is at most the greatest quotient there is.
struct SmallPrime {
    inverse: u32,
    greatest_quotient: u32,
}

impl Group {
    fn new(primes: &[u32]) -> Self {
        let small_prime = |&prime: &u32| SmallPrime {
            inverse: (0..5)
                .fold(prime, |inverse, _| inverse.wrapping_mul(2u32.wrapping_sub(prime.wrapping_mul(inverse)))),
            greatest_quotient: u32::MAX / prime,
        };
        Self { product: Word::new(primes.iter().product()), primes: primes.iter().map(small_prime).collect() }
    }

    /// Whether one of the primes divides the number with these digits to the base 2^32.
    fn has_factor_of(&self, digits: &[u32], powers: &[u32]) -> bool {
        let (mut low, mut high) = (0u64, 0u64);
        for (&digit, &power) in digits.iter().zip(powers) {
            let product = u64::from(digit) * u64::from(power);
            low += product & 0xffff_ffff;
            high += product >> 32;
        }
        let high = u64::from(self.product.reduce(high)) << 32;
        let remainder = self.product.reduce(high + u64::from(self.product.reduce(low)));
        self.primes
            .iter()
            .fold(false, |found, prime| found | (remainder.wrapping_mul(prime.inverse) <= prime.greatest_quotient))
    }
}

/// The odd primes below [`SMALL_PRIMES_BELOW`], in groups.
fn groups() -> &'static [Group] {
    static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut is_composite = vec![false; SMALL_PRIMES_BELOW];
        let mut groups = Vec::new();
        let mut group: Vec<u32> = Vec::new();
        let mut product = 1u64;
        for prime in (3..SMALL_PRIMES_BELOW).step_by(2) {
            if is_composite[prime] {
                continue;
            }
            (prime * prime..SMALL_PRIMES_BELOW).step_by(2 * prime).for_each(|multiple| is_composite[multiple] = true);
            if product * prime as u64 > u32::MAX.into() {
                groups.push(Group::new(&group));
                group.clear();
                product = 1;
            }
            group.push(prime as u32);
            product *= prime as u64;
        }
        groups.push(Group::new(&group));
        groups
    })
}

/// How many rounds of Miller and Rabin a random number of `bits` bits gets, so that a composite one
/// passes with a probability of less than 2^-128, and of 2^-112 below 1536 bits (FIPS 186-5, table
/// B.1; below 1024 bits the bound of Damgård, Landrock and Pomerance that it is reckoned with).
fn rounds(bits: usize) -> usize {
    match bits {
        1536.. => 4,
        1024.. => 5,
        _ => 10,
    }
}

/// An odd number that may be a prime.
struct Candidate {
    number: Bignum,
    montgomery: Montgomery,
    /// Its length in bits, and the length of AWS-LC's words for it in bytes.
    bits: usize,
    width: usize,
}

impl Candidate {
    /// The number that `bytes`, little-endian, are.
    fn new(bytes: &[u8], bits: usize) -> Result<Self, EngineError> {
        let number = Bignum::from_le_bytes(bytes);
        let montgomery = Montgomery::new(&number)?;
        Ok(Self { number, montgomery, bits, width: bytes.len() })
    }

    /// A base: each number below the candidate, all equally likely but for 2^-500.
    ///
    /// A random number of twice the length is reduced, so nothing has to be drawn again.
    fn base(&self) -> Bignum {
        let mut bytes = Zeroizing::new(vec![0; self.width * 2]);
        // Montgomery's reduction takes what is less than the modulus times 2^(8·width).
        let random_bits = self.width * 8 + self.bits - 1;
        let (random, cleared) = bytes.split_at_mut(random_bits.div_ceil(8));
        rand::fill(Output::from(&mut *random));
        cleared.fill(0);
        let last = random.len() - 1;
        random[last] &= 0xff >> (random.len() * 8 - random_bits);
        self.montgomery.reduce(&Bignum::from_le_bytes(&bytes))
    }

    /// The test of Miller and Rabin (FIPS 186-5 §B.3.1) with random bases. What passes all rounds
    /// is tested to the end.
    fn passes_miller_rabin(&self, rounds: usize) -> Result<bool, EngineError> {
        let minus_one = self.number.minus_one();
        let mut odd_part = Limbs::of(&minus_one, self.bits)?;
        let twos = odd_part.trailing_zeros_of_lowest_word();
        if ct::declassify(twos == u64::BITS) {
            return Ok(false);
        }
        odd_part.shift_right(twos);
        let exponent = odd_part.to_bignum();
        let one = self.montgomery.enter(&Bignum::from_word(1));
        let minus_one = self.montgomery.enter(&minus_one);
        let context = Context::new();
        for _ in 0..rounds.div_ceil(2) {
            let bases = [self.base(), self.base()];
            for power in powers([(&bases[0], &exponent, self), (&bases[1], &exponent, self)]) {
                let power = self.montgomery.enter(&power);
                let mut passes = power.equals_secret(&one) | power.equals_secret(&minus_one);
                for squarings in 1..u64::BITS {
                    self.montgomery.square(&power, &context);
                    passes |= power.equals_secret(&minus_one) & (squarings < twos);
                }
                if !ct::declassify(passes) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// For each of two numbers whether it passes Fermat's test for a random base, which few composite
/// ones do.
fn passes_fermat(pair: &[Candidate; 2]) -> [bool; 2] {
    let one = Bignum::from_word(1);
    let [a, b] = pair;
    let bases = [a.base(), b.base()];
    let exponents = [a.number.minus_one(), b.number.minus_one()];
    powers([(&bases[0], &exponents[0], a), (&bases[1], &exponents[1], b)]).map(|power| power.equals_secret(&one))
}

/// Two powers, each modulo its candidate, which are of one length.
fn powers([a, b]: [(&Bignum, &Bignum, &Candidate); 2]) -> [Bignum; 2] {
    let context = Context::new();
    let out = [Bignum::zero(), Bignum::zero()];
    // SAFETY: everything is live, and each Montgomery context is that of its modulus.
    expect_memory(unsafe {
        c::BN_mod_exp_mont_consttime_x2(
            out[0].as_mut_ptr(),
            a.0.as_ptr(),
            a.1.as_ptr(),
            a.2.number.as_ptr(),
            a.2.montgomery.0.as_ptr(),
            out[1].as_mut_ptr(),
            b.0.as_ptr(),
            b.1.as_ptr(),
            b.2.number.as_ptr(),
            b.2.montgomery.0.as_ptr(),
            context.as_ptr(),
        )
    });
    out
}

/// Arithmetic modulo a secret odd number.
struct Montgomery(NonNull<c::BN_MONT_CTX>);

impl Montgomery {
    fn new(modulus: &Bignum) -> Result<Self, EngineError> {
        let context = Context::new();
        // SAFETY: the number and the context are live; returns owned numbers or null.
        let raw = unsafe { c::BN_MONT_CTX_new_consttime(modulus.as_ptr(), context.as_ptr()) };
        NonNull::new(raw).map(Self).ok_or_else(|| {
            clear_queue();
            EngineError::Internal
        })
    }

    /// `number / R mod modulus`, for a number less than R times the modulus.
    fn reduce(&self, number: &Bignum) -> Bignum {
        // SAFETY: all are live.
        number.compute(|out, context| unsafe { c::BN_from_montgomery(out, number.as_ptr(), self.0.as_ptr(), context) })
    }

    /// `number * R mod modulus`, for a number less than the modulus.
    fn enter(&self, number: &Bignum) -> Bignum {
        // SAFETY: all are live.
        number.compute(|out, context| unsafe { c::BN_to_montgomery(out, number.as_ptr(), self.0.as_ptr(), context) })
    }

    /// Squares a number in Montgomery's form in its place.
    fn square(&self, number: &Bignum, context: &Context) {
        // SAFETY: all are live. C takes the same number for input and output.
        expect_memory(unsafe {
            let (out, number) = (number.as_mut_ptr(), number.as_ptr());
            c::BN_mod_mul_montgomery(out, number, number, self.0.as_ptr(), context.as_ptr())
        });
    }
}

impl Drop for Montgomery {
    fn drop(&mut self) {
        // SAFETY: the numbers are live, and nobody uses them after this. AWS-LC wipes all memory
        // that it frees.
        unsafe { c::BN_MONT_CTX_free(self.0.as_ptr()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(bits: usize) -> Search {
        Search::new(bits, Word::new(65537))
    }

    /// The little-endian bytes of a number, in whole words.
    fn bytes(number: &Bignum, bits: usize) -> Vec<u8> {
        let mut bytes = number.to_be_bytes_padded(bits.div_ceil(64) * 8).unwrap().to_vec();
        bytes.reverse();
        bytes
    }

    #[test]
    fn the_groups_hold_each_small_prime_once() {
        assert_eq!(groups().iter().map(|group| group.primes.len()).sum::<usize>(), 1027);
    }

    #[test]
    fn small_factors_are_found_and_nothing_else() {
        let search = search(512);
        for _ in 0..2000 {
            let mut drawn = bytes(&Bignum::random(512), 512);
            let accepted = search.accepts(&mut drawn);
            let number = Bignum::from_le_bytes(&drawn);
            let is_great = number.shift_right(512 - 64).to_be_bytes().as_slice() > &SQRT_2.to_be_bytes()[..];
            let has_small_factor = (3..SMALL_PRIMES_BELOW as u32).any(|factor| number.rem_word(factor) == 0);
            let is_one = number.rem_word(65537) == 1;
            assert_eq!(accepted, is_great && !has_small_factor && !is_one);
        }
    }

    #[test]
    fn strong_pseudoprimes_and_squares_of_primes_do_not_pass() {
        // A product of two primes p and 2p - 1 passes for as many bases as any number does.
        for bits in [512, 520] {
            let p = loop {
                let p = search(bits / 2).prime().unwrap();
                if p.add(&p).minus_one().is_prime(64) {
                    break p;
                }
            };
            let product = p.mul(&p.add(&p).minus_one());
            for number in [product, p.mul(&p)] {
                let candidate = Candidate::new(&bytes(&number, number.bits()), number.bits()).unwrap();
                assert!(!candidate.passes_miller_rabin(40).unwrap());
            }
        }
    }

    #[test]
    fn primes_of_each_residue_pass() {
        for bits in [512, 513, 575, 1024, 1536] {
            for _ in 0..4 {
                let prime = search(bits).prime().unwrap();
                assert_eq!(prime.bits(), bits);
                assert!(prime.is_prime(64));
                let candidate = Candidate::new(&bytes(&prime, bits), bits).unwrap();
                assert!(candidate.passes_miller_rabin(7).unwrap());
            }
        }
    }

    #[test]
    fn primes_with_many_twos_below_them_pass() {
        // One below 3·2^534 + 1 there are more factors of two than are looked for: such a prime is
        // given up.
        let prime = Bignum::power_of_two(607).minus_one();
        assert!(Candidate::new(&bytes(&prime, 607), 607).unwrap().passes_miller_rabin(7).unwrap());
        let given_up = Bignum::power_of_two(534).mul(&Bignum::from_word(3)).add(&Bignum::from_word(1));
        assert!(given_up.is_prime(64));
        assert!(!Candidate::new(&bytes(&given_up, 536), 536).unwrap().passes_miller_rabin(7).unwrap());
        // 29·2^57 + 1
        let prime = Bignum::power_of_two(57).mul(&Bignum::from_word(29)).add(&Bignum::from_word(1));
        assert!(prime.is_prime(64));
        assert!(Candidate::new(&bytes(&prime, 62), 62).unwrap().passes_miller_rabin(7).unwrap());
    }

    #[test]
    fn bases_are_below_the_candidate_and_reach_both_its_halves() {
        let prime = search(520).prime().unwrap();
        let candidate = Candidate::new(&bytes(&prime, 520), 520).unwrap();
        let half = prime.shift_right(1);
        let bases: Vec<_> = (0..64).map(|_| candidate.base()).collect();
        assert!(bases.iter().all(|base| *base < prime));
        assert!(bases.iter().any(|base| *base < half) && bases.iter().any(|base| *base > half));
    }
}
