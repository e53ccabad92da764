//! Wiping the stack where secrets were handled.
//!
//! Code that works with a key leaves pieces of it in its stack frames: registers that were spilled, arrays that were moved.
//! They stay there after it has returned, until other calls happen to write over them. [`wiped`] runs such code and overwrites
//! what it may have used, AWS-LC's frames among it, since they lie below ours, and clears registers.

use core::cell::Cell;
use core::hint::black_box;
use core::mem::MaybeUninit;

/// How much of the stack most operations may use. Without optimisation frames are many times as large.
const USUAL: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 4096 };

/// How much loops over blocks use.
const LITTLE: usize = if cfg!(debug_assertions) { 32 * 1024 } else { 2048 };

/// How much AWS-LC and parsers use for most private keys.
const DEEP: usize = 32 * 1024;
/// How much AWS-LC uses for ML-DSA-87.
pub(crate) const DEEPEST_OF_ALL: usize = 192 * 1024;

thread_local! {
    /// What [`reaches`] was told since the stack was last wiped.
    static DEEPEST: Cell<usize> = const { Cell::new(0) };
}

/// Runs `work`, and overwrites the stack that it has used, also if it panics.
pub fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let _wipes = Wipes;
    // A frame of its own, which has ended when the stack is wiped: inlined here, its variables would lie in this one.
    apart(work)
}

/// As [`wiped`], for work that takes long and uses more of the stack: with private keys, with passwords, on formats.
pub fn wiped_deep<T>(work: impl FnOnce() -> T) -> T {
    wiped(|| {
        reaches(DEEP);
        work()
    })
}

/// As [`wiped`], for code that uses a little of the stack: loops that hold an expanded key in registers, and spill some.
#[inline(always)]
pub(crate) fn wiped_little<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    overwrite::<LITTLE>();
    result
}

/// Overwrites the stack below the caller's frame, as far as what has run there before may have used it.
///
/// For values whose drop ends the handling of a secret. Code that can be put into a closure has it better with [`wiped`].
#[inline(always)]
pub fn wipe() {
    match DEEPEST.take() {
        0 => overwrite::<USUAL>(),
        1..=DEEP => overwrite::<{ max(DEEP, USUAL) }>(),
        _ => overwrite::<{ max(DEEPEST_OF_ALL, USUAL) }>(),
    }
}

/// Says that the operation under way may use this much of the stack, if that is more than usual.
#[inline]
pub(crate) fn reaches(bytes: usize) {
    DEEPEST.set(DEEPEST.get().max(bytes));
}

#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

struct Wipes;

impl Drop for Wipes {
    #[inline(always)]
    fn drop(&mut self) {
        wipe();
    }
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// Overwrites the `N` bytes below the caller's frame, by being a frame of that size.
#[inline(never)]
fn overwrite<const N: usize>() {
    // First, since the dynamic linker may look up the function that is called next.
    clear_registers();
    let mut frame = [const { MaybeUninit::<u8>::uninit() }; N];
    // SAFETY: the array is valid for writes of its length.
    unsafe { aws_lc_sys::OPENSSL_cleanse(frame.as_mut_ptr().cast(), N) };
    black_box(&mut frame);
}

/// Clears the registers that a call may change. What they hold would be stored on the stack by the next one who saves them: a
/// signal, or the dynamic linker when it looks up a function.
#[inline(always)]
fn clear_registers() {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::asm;
        // SAFETY: a call may change all of these.
        unsafe {
            asm!(
                "xor eax, eax",
                "xor ecx, ecx",
                "xor edx, edx",
                "xor esi, esi",
                "xor edi, edi",
                "xor r8d, r8d",
                "xor r9d, r9d",
                "xor r10d, r10d",
                "xor r11d, r11d",
                clobber_abi("C"),
                options(nomem, nostack)
            );
        }
        if std::arch::is_x86_feature_detected!("avx") {
            // SAFETY: the processor has the instruction; it changes vector registers alone, which a call may change.
            unsafe { asm!("vzeroall", clobber_abi("C"), options(nomem, nostack, preserves_flags)) };
        }
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: as above. These are the registers that vzeroall leaves.
            unsafe {
                asm!(
                    "vpxord zmm16, zmm16, zmm16",
                    "vpxord zmm17, zmm17, zmm17",
                    "vpxord zmm18, zmm18, zmm18",
                    "vpxord zmm19, zmm19, zmm19",
                    "vpxord zmm20, zmm20, zmm20",
                    "vpxord zmm21, zmm21, zmm21",
                    "vpxord zmm22, zmm22, zmm22",
                    "vpxord zmm23, zmm23, zmm23",
                    "vpxord zmm24, zmm24, zmm24",
                    "vpxord zmm25, zmm25, zmm25",
                    "vpxord zmm26, zmm26, zmm26",
                    "vpxord zmm27, zmm27, zmm27",
                    "vpxord zmm28, zmm28, zmm28",
                    "vpxord zmm29, zmm29, zmm29",
                    "vpxord zmm30, zmm30, zmm30",
                    "vpxord zmm31, zmm31, zmm31",
                    clobber_abi("C"),
                    options(nomem, nostack, preserves_flags)
                );
            }
        }
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: every AArch64 processor that we build for has these registers, and a call may change them; the lower halves of
    // v8 to v15 belong to the caller.
    unsafe {
        core::arch::asm!(
            "movi v0.2d, #0",
            "movi v1.2d, #0",
            "movi v2.2d, #0",
            "movi v3.2d, #0",
            "movi v4.2d, #0",
            "movi v5.2d, #0",
            "movi v6.2d, #0",
            "movi v7.2d, #0",
            "movi v16.2d, #0",
            "movi v17.2d, #0",
            "movi v18.2d, #0",
            "movi v19.2d, #0",
            "movi v20.2d, #0",
            "movi v21.2d, #0",
            "movi v22.2d, #0",
            "movi v23.2d, #0",
            "movi v24.2d, #0",
            "movi v25.2d, #0",
            "movi v26.2d, #0",
            "movi v27.2d, #0",
            "movi v28.2d, #0",
            "movi v29.2d, #0",
            "movi v30.2d, #0",
            "movi v31.2d, #0",
            clobber_abi("C"),
            options(nomem, nostack, preserves_flags)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn leave_a_secret(secret: u64) -> usize {
        let mut frame = [0u64; 256];
        frame.fill(secret);
        black_box(&frame).as_ptr() as usize
    }

    /// How many words of the place where [`leave_a_secret`] had its array hold the secret, read by a frame of the same form.
    fn left(at: usize, secret: u64) -> usize {
        // SAFETY: the address lies in this thread's stack, below this frame, and is mapped because it was written to.
        (0..256).filter(|word| unsafe { core::ptr::read_volatile((at as *const u64).add(*word)) } == secret).count()
    }

    #[test]
    fn the_stack_is_overwritten() {
        let secret = 0x5ec2_e75e_c2e7_5ec2;
        assert!(left(leave_a_secret(secret), secret) > 100, "the test sees nothing");
        assert_eq!(left(wiped(|| leave_a_secret(secret)), secret), 0);
        assert_eq!(left(wiped(|| wiped(|| leave_a_secret(secret))), secret), 0);
    }

    #[test]
    fn the_stack_is_overwritten_after_a_panic() {
        let secret = 0x5ec2_e75e_c2e7_5ec3;
        let mut at = 0;
        let result = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
            wiped(|| {
                at = leave_a_secret(secret);
                std::panic::resume_unwind(Box::new(()));
            })
        }));
        assert!(result.is_err());
        assert_eq!(left(at, secret), 0);
    }
}
