//! New safe primes.

use ironlatch_engine::bignum::Bignum;

use super::groups::is_safe_prime;

/// How many candidates are sieved at once.
const CANDIDATES: usize = 1 << 15;
/// The number of bits up to which divisors are tried, fewer for shorter primes: dividing by more
/// takes longer than it saves tests.
const MAX_DIVISOR_BITS: usize = 20;

/// A random prime p of exactly `bits` bits such that (p - 1) / 2 is prime too and p is -1 modulo
/// `step`, an even number of 32 bits at most.
///
/// From a random number on, every candidate is looked at: first whether it or its half has a small
/// divisor, for many candidates at once, then the test of Fermat, and for the one that passes the
/// full tests.
pub(super) fn safe_prime(bits: usize, step: u32) -> Bignum {
    let divisors = odd_primes(1 << (14 + bits / 256).min(MAX_DIVISOR_BITS));
    loop {
        let start = Bignum::random(bits);
        let start = start.add(&Bignum::from_word(u64::from(step - 1 - start.rem_word(step))));
        for (index, _) in sieve(&start, step, &divisors).iter().enumerate().filter(|(_, divisible)| !**divisible) {
            let p = start.add(&Bignum::from_word(index as u64 * u64::from(step)));
            if p.bits() == bits && passes(&p.shift_right(1)) && is_safe_prime(&p) {
                return p;
            }
        }
    }
}

/// For each candidate `start + index * step` whether it or (it - 1) / 2 is divisible by one of
/// `divisors`.
fn sieve(start: &Bignum, step: u32, divisors: &[u32]) -> Vec<bool> {
    let mut divisible = vec![false; CANDIDATES];
    for &divisor in divisors.iter().filter(|&&divisor| !step.is_multiple_of(divisor)) {
        let (rest, wide) = (u64::from(start.rem_word(divisor)), u64::from(divisor));
        let inverse = inverse(u64::from(step) % wide, wide);
        // Divisible by it are those of remainder 0, and their halves are for those of remainder 1.
        for remainder in [0, 1] {
            let first = (remainder + wide - rest) % wide * inverse % wide;
            for index in (first as usize..CANDIDATES).step_by(divisor as usize) {
                divisible[index] = true;
            }
        }
    }
    divisible
}

/// Whether 2^(n-1) is 1 modulo n, as it is for every odd prime.
fn passes(n: &Bignum) -> bool {
    Bignum::from_word(2).mod_exp(&n.minus_one(), n).is_ok_and(|power| power.is_one())
}

/// The inverse of `number` modulo a prime, by the algorithm of Euclid.
fn inverse(number: u64, prime: u64) -> u64 {
    let (mut a, mut b) = (number as i64, prime as i64);
    let (mut x, mut y) = (1, 0);
    while b != 0 {
        let quotient = a / b;
        (a, b) = (b, a % b);
        (x, y) = (y, x - quotient * y);
    }
    x.rem_euclid(prime as i64) as u64
}

/// The primes from 3 to `limit`.
fn odd_primes(limit: u32) -> Vec<u32> {
    let mut composite = vec![false; limit as usize + 1];
    let mut primes = Vec::new();
    for number in (3..=limit as usize).step_by(2) {
        if !composite[number] {
            primes.push(number as u32);
            for multiple in (number * number..=limit as usize).step_by(2 * number) {
                composite[multiple] = true;
            }
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_and_inverses() {
        assert_eq!(odd_primes(31), [3, 5, 7, 11, 13, 17, 19, 23, 29, 31]);
        assert_eq!(odd_primes(1 << 16).len(), 6541);
        for prime in [3, 5, 65521] {
            for number in 1..prime.min(100) {
                assert_eq!(inverse(number, prime) * number % prime, 1);
            }
        }
    }

    #[test]
    fn the_sieve_marks_what_is_divisible_and_nothing_else() {
        let start = Bignum::from_word(24 * 1_000_003 + 23);
        let divisors = odd_primes(1000);
        for (index, marked) in sieve(&start, 24, &divisors).into_iter().enumerate().step_by(7) {
            let p = 24 * 1_000_003 + 23 + 24 * index as u64;
            let divisible_by = |r: u32| p.is_multiple_of(r.into()) || (p / 2).is_multiple_of(r.into());
            let expected = divisors.iter().skip(1).any(|&r| divisible_by(r));
            assert_eq!(marked, expected, "{p}");
        }
    }
}
