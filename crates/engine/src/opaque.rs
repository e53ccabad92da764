/// `x`, of which the compiler then knows nothing, in a register.
///
/// For long sums and XORs in which some parts are known later than others. The compiler takes them
/// in the order that it likes; what went through here stays together.
#[inline(always)]
#[must_use]
pub fn opaque(mut x: u64) -> u64 {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    // SAFETY: no instruction at all.
    unsafe {
        core::arch::asm!("/* {0} */", inout(reg) x, options(pure, nomem, nostack, preserves_flags));
    }
    x
}
