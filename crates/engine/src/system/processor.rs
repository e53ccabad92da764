//! The kind of the processor, for code that suits one kind and not another.

use std::sync::OnceLock;

/// Asks the processor which instructions it has.
///
/// The answers are remembered by those who need them, who would else ask at their first work. That
/// takes some 30 µs in a virtual machine, where the host answers each question: a program pays for
/// it while it starts, not at its first key.
pub fn ask() {
    #[cfg(target_arch = "x86_64")]
    let _ = std::arch::is_x86_feature_detected!("avx2");
}

/// Whether a vector of integers takes two cycles where a register takes one: on AMD's processors
/// from Zen 5 on.
///
/// There, code in which each step needs the result of the one before is faster without vectors, if
/// it has few such steps side by side that a vector could take at once.
#[must_use]
pub fn has_slow_vectors() -> bool {
    static SLOW: OnceLock<bool> = OnceLock::new();
    *SLOW.get_or_init(|| amd_family().is_some_and(|family| family >= 0x1a))
}

/// The family of a processor of AMD's, 1Ah for Zen 5.
#[cfg(target_arch = "x86_64")]
fn amd_family() -> Option<u32> {
    use std::arch::x86_64::__cpuid;
    #[allow(unused_unsafe)] // Newer compilers have made these calls safe.
    // SAFETY: every x86-64 processor has the instruction and these two leaves.
    let (vendor, version) = unsafe { (__cpuid(0), __cpuid(1)) };
    let vendor = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
    // A family of 15 says that another field is to be added.
    let (base, extended) = (version.eax >> 8 & 0xf, version.eax >> 20 & 0xff);
    (vendor.as_flattened() == b"AuthenticAMD").then_some(if base == 0xf { base + extended } else { base })
}

#[cfg(not(target_arch = "x86_64"))]
fn amd_family() -> Option<u32> {
    None
}
