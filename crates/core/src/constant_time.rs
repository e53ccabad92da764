//! Comparison whose duration does not tell where two values differ.

use core::hint::black_box;

use ironlatch_engine::ct;

/// Bytes that are compared between two looks at the sum of the differences, which the compiler then
/// cannot skip.
const STEP: usize = 4096;

/// Whether `a` and `b` are equal. The time depends on their lengths alone.
#[must_use]
pub fn bytes_eq(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut differences = 0;
    for (a, b) in a.chunks(STEP).zip(b.chunks(STEP)) {
        // Every byte is read, whatever the bytes before it were; the loop becomes vector code.
        differences = black_box(differences | a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)));
    }
    ct::declassify(differences == 0)
}
