//! Clearing registers.

/// Clears the registers that a call may change. What they hold would be stored on the stack by the
/// next one who saves them: a signal, or the dynamic linker when it looks up a function.
#[inline(never)]
pub(super) fn clear() {
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
            // SAFETY: the processor has the instruction; it changes vector registers alone, which a
            // call may change.
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
    // SAFETY: every AArch64 processor that we build for has these registers, and a call may change
    // them; the lower halves of v8 to v15 belong to the caller.
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
