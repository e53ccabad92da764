//! How far a thread's stack goes.

use core::cell::Cell;
use core::ops::Range;

thread_local! {
    static BOUNDS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// How many bytes of this thread's stack lie below `address`, which is in it. `None` if that is
/// unknown: on other systems, and on stacks that a program has made itself.
pub(super) fn left(address: usize) -> Option<usize> {
    let (mut start, mut end) = BOUNDS.get();
    if !(start..end).contains(&address) {
        Range { start, end } = of_this_thread(address)?;
        // A fork in a thread leaves the child this stack, and what is remembered here.
        BOUNDS.set((start, end));
    }
    (start..end).contains(&address).then(|| address - start)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn of_this_thread(address: usize) -> Option<Range<usize>> {
    main_thread().filter(|stack| stack.contains(&address)).or_else(other_thread)
}

/// The main thread's stack grows up to a limit. The C library knows its bounds too, but reads a
/// file for them.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn main_thread() -> Option<Range<usize>> {
    // SAFETY: no precondition. The program's name lies at the top of the first stack; 0 is for a
    // system that does not say.
    let end = unsafe { libc::getauxval(libc::AT_EXECFN) } as usize;
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is valid for writes.
    if unsafe { libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) } != 0 {
        return None;
    }
    // The kernel keeps a gap below the stack, and what it has put at the top counts, so the limit
    // is not used to the last page.
    Some(end.saturating_sub(usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX))..end)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn other_thread() -> Option<Range<usize>> {
    let mut attributes = core::mem::MaybeUninit::uninit();
    // SAFETY: `attributes` is valid for writes, and initialised if the call succeeds.
    if unsafe { libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) } != 0 {
        return None;
    }
    let (mut start, mut len) = (core::ptr::null_mut(), 0);
    // SAFETY: the attributes were filled just now, and both places are valid for writes.
    let result = unsafe { libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut start, &raw mut len) };
    // SAFETY: as above; they are not used again.
    unsafe { libc::pthread_attr_destroy(attributes.as_mut_ptr()) };
    (result == 0).then(|| start.addr()..start.addr() + len)
}

#[cfg(target_vendor = "apple")]
fn of_this_thread(_address: usize) -> Option<Range<usize>> {
    // SAFETY: no precondition.
    let thread = unsafe { libc::pthread_self() };
    // SAFETY: the handle is this thread's.
    let end = unsafe { libc::pthread_get_stackaddr_np(thread) }.addr();
    // SAFETY: as above.
    let len = unsafe { libc::pthread_get_stacksize_np(thread) };
    Some(end - len..end)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn of_this_thread(_address: usize) -> Option<Range<usize>> {
    None
}
