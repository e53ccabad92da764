//! Overwriting what lies below the caller's frame.
//!
//! By hand, since a compiler's frame has holes: what is between its variables is not written to.

/// The divisor of the number of bytes.
pub(super) const UNIT: usize = 32;

/// Overwrites `bytes` bytes of the stack below the caller's frame, a multiple of [`UNIT`]. They
/// must be there.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub(super) extern "sysv64" fn overwrite(bytes: usize) {
    core::arch::naked_asm!(
        "mov rcx, rdi",
        "shr rcx, 3",
        "mov rdx, rsp",
        // The kernel, and signals, see that this part of the stack is in use.
        "sub rsp, rdi",
        "mov rdi, rsp",
        "xor eax, eax",
        "rep stosq",
        "mov rsp, rdx",
        "ret",
    )
}

/// Like the function above.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub(super) extern "C" fn overwrite(bytes: usize) {
    core::arch::naked_asm!(
        "mov x1, sp",
        "sub x2, x1, x0",
        "mov sp, x2",
        "movi v0.2d, #0",
        "b 3f",
        "2:",
        "stp q0, q0, [x2], #32",
        "3:",
        "cmp x2, x1",
        "b.lo 2b",
        "mov sp, x1",
        "ret",
    )
}

/// On other processors by frames, one below another, as well as that goes.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(never)]
pub(super) fn overwrite(bytes: usize) {
    let mut frame = [core::mem::MaybeUninit::<u8>::uninit(); 1024];
    // SAFETY: the array is valid for writes of its length.
    unsafe { aws_lc_sys::OPENSSL_cleanse(frame.as_mut_ptr().cast(), frame.len()) };
    if bytes > frame.len() {
        overwrite(bytes - frame.len());
    }
    core::hint::black_box(&mut frame);
}
