//! Random bytes: from AWS-LC's generator, which is seeded from the operating system, and at first
//! from that itself.

use core::sync::atomic::{AtomicU32, Ordering};

use crate::Output;

/// How many of the first draws of a process the operating system answers.
///
/// Setting AWS-LC's generator up costs as much as some 200 of them: a program that makes one key
/// should not pay for it.
const FROM_THE_SYSTEM: u32 = 16;

/// The longest of these draws in bytes. For more, the generator is the faster one even so.
const SHORT: usize = 256;

/// Fills `out` with random bytes that are fit for keys.
///
/// Aborts the process if the operating system gives no randomness.
pub fn fill(out: Output<'_>) -> &mut [u8] {
    static DRAWN: AtomicU32 = AtomicU32::new(0);
    if out.len() > SHORT || DRAWN.load(Ordering::Relaxed) >= FROM_THE_SYSTEM {
        return generate(out);
    }
    DRAWN.fetch_add(1, Ordering::Relaxed);
    let out = out.zeroed();
    // Where the system does not answer (an old kernel), AWS-LC knows other ways to ask it, or
    // aborts.
    if from_the_system(out) { out } else { generate(Output::from(out)) }
}

/// Whether the operating system filled `out`.
#[cfg(target_os = "linux")]
fn from_the_system(out: &mut [u8]) -> bool {
    // Not by way of the crate, which looks the function up and tries it first: ten times the time
    // of the draw itself. SAFETY: `out` is valid for writes of its length.
    let drawn = unsafe { libc::getrandom(out.as_mut_ptr().cast(), out.len(), 0) };
    // What is no longer than `SHORT` comes whole, or not at all (getrandom(2)).
    usize::try_from(drawn) == Ok(out.len())
}

/// Whether the operating system filled `out`.
#[cfg(not(target_os = "linux"))]
fn from_the_system(out: &mut [u8]) -> bool {
    getrandom::fill(out).is_ok()
}

/// Output of AWS-LC's generator.
fn generate(mut out: Output<'_>) -> &mut [u8] {
    // SAFETY: `out` is valid for writes of `len` bytes. RAND_bytes returns 1 or aborts the process:
    // it never returns without having filled the buffer.
    unsafe {
        let result = aws_lc_sys::RAND_bytes(out.as_mut_ptr(), out.len());
        assert_eq!(result, 1, "the random generator failed");
        out.assume_written()
    }
}

/// `N` random bytes.
#[must_use]
pub fn array<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(Output::from(&mut bytes[..]));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_are_alike() {
        let short: std::collections::HashSet<_> = (0..10 * FROM_THE_SYSTEM).map(|_| array::<32>()).collect();
        assert_eq!(short.len(), 10 * FROM_THE_SYSTEM as usize);
        assert_ne!(array::<{ SHORT + 1 }>(), array::<{ SHORT + 1 }>());
    }
}
