//! Random bytes from AWS-LC's generator, which is seeded from the operating system.

use crate::Output;

/// Fills `out` with random bytes that are fit for keys.
pub fn fill(mut out: Output<'_>) -> &mut [u8] {
    // SAFETY: `out` is valid for writes of `len` bytes. RAND_bytes returns 1 or aborts the process: it never returns
    // without having filled the buffer.
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
    #[test]
    fn two_draws_differ() {
        assert_ne!(super::array::<32>(), super::array::<32>());
    }
}
