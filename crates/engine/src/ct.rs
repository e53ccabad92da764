//! Marks for `make ct`, which runs secret-dependent code under valgrind with every secret marked as
//! undefined memory and so finds each branch and each address that depends on one.
//!
//! Without the feature `ct`, which only that test turns on, [`classify`] and [`declassify`] do
//! nothing. With it they are valgrind's client requests: instructions that change nothing on a real
//! processor.

/// Says that `bytes` are secret from here on.
#[inline(always)]
pub fn classify(bytes: &[u8]) {
    #[cfg(feature = "ct")]
    valgrind::mark(valgrind::MAKE_MEM_UNDEFINED, bytes.as_ptr().addr(), bytes.len());
    #[cfg(not(feature = "ct"))]
    let _ = bytes;
}

/// Says that `value` may be seen by everyone although secrets decided it: whether a tag is right,
/// how long a message is.
///
/// Each call stands where the standard itself gives the value away, and is followed by what it
/// decides.
#[inline(always)]
#[must_use]
pub fn declassify<T: Copy>(value: T) -> T {
    #[cfg(feature = "ct")]
    {
        let value = core::hint::black_box(value);
        valgrind::mark(valgrind::MAKE_MEM_DEFINED, (&raw const value).addr(), size_of::<T>());
        core::hint::black_box(value)
    }
    #[cfg(not(feature = "ct"))]
    value
}

/// Says that everyone may see `bytes`: a ciphertext, a signature, a public key.
#[inline(always)]
pub fn declassify_bytes(bytes: &[u8]) {
    #[cfg(feature = "ct")]
    valgrind::mark(valgrind::MAKE_MEM_DEFINED, bytes.as_ptr().addr(), bytes.len());
    #[cfg(not(feature = "ct"))]
    let _ = bytes;
}

#[cfg(feature = "ct")]
pub use valgrind::{count_errors, is_running, log};

/// Valgrind's client requests (its manual, §3.1): a magic sequence of rotations that together
/// change nothing.
#[cfg(feature = "ct")]
mod valgrind {
    pub(super) const MAKE_MEM_UNDEFINED: usize = MEMCHECK + 1;
    pub(super) const MAKE_MEM_DEFINED: usize = MEMCHECK + 2;

    const RUNNING_ON_VALGRIND: usize = 0x1001;
    const COUNT_ERRORS: usize = 0x1201;
    const PRINTF_VALIST_BY_REF: usize = 0x1403;
    const MEMCHECK: usize = 0x4d43_0000;

    /// Whether this process runs under valgrind.
    #[must_use]
    pub fn is_running() -> bool {
        request([RUNNING_ON_VALGRIND, 0, 0, 0, 0, 0]) != 0
    }

    /// The number of times that valgrind has found a branch, an address or a system call that
    /// depends on a secret.
    #[must_use]
    pub fn count_errors() -> usize {
        request([COUNT_ERRORS, 0, 0, 0, 0, 0])
    }

    /// Writes a line into valgrind's log. `%` would be taken for a format, so it is left out.
    pub fn log(line: &str) {
        let text: Vec<u8> = line.bytes().filter(|byte| !b"%\0".contains(byte)).chain(*b"\n\0").collect();
        let no_arguments = [0usize; 4];
        request([PRINTF_VALIST_BY_REF, text.as_ptr().addr(), no_arguments.as_ptr().addr(), 0, 0, 0]);
    }

    pub(super) fn mark(what: usize, address: usize, len: usize) {
        request([what, address, len, 0, 0, 0]);
    }

    /// Gives 0 where there is no valgrind.
    fn request(request: [usize; 6]) -> usize {
        let mut result = 0usize;
        // SAFETY: the rotations add up to a full turn, and the exchange of a register with itself
        // does nothing. Valgrind reads the six words, puts its answer into the result, and touches
        // no memory that the compiler may assume unchanged: the block is taken to read and write
        // all memory that is reachable.
        unsafe {
            #[cfg(target_arch = "x86_64")]
            core::arch::asm!(
                "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
                in("rax") request.as_ptr(), inout("rdx") result, options(nostack),
            );
            #[cfg(target_arch = "aarch64")]
            core::arch::asm!(
                "ror x12, x12, #3", "ror x12, x12, #13", "ror x12, x12, #51", "ror x12, x12, #61", "orr x10, x10, x10",
                in("x4") request.as_ptr(), inout("x3") result, options(nostack),
            );
        }
        core::hint::black_box(request);
        core::mem::take(&mut result)
    }
}
