//! Wiping the stack where secrets were handled.
//!
//! Code that works with a key leaves pieces of it in its stack frames: registers that were spilled,
//! arrays that were moved. They stay there after it has returned, until other calls happen to write
//! over them. [`wiped`] runs such code and overwrites what it may have used, AWS-LC's frames among
//! it, since they lie below ours, and clears registers.
//!
//! Of calls within calls the outermost wipes, when it ends, as far down as any of them may have
//! reached: each takes note of that when it begins. On a thread with a small stack that is no
//! further than the stack goes.

mod below;
mod bounds;
mod registers;

use core::cell::Cell;
use core::hint::black_box;

/// How much of the stack most operations may use. Without optimisation frames are many times as
/// large.
const USUAL: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 4096 };

/// How much loops over blocks use. The largest frame, of XTS on wide vectors, takes 2,624 bytes.
const LITTLE: usize = if cfg!(debug_assertions) { 32 * 1024 } else { 3072 };

/// How much AWS-LC and parsers use for most private keys.
const DEEP: usize = if cfg!(debug_assertions) { USUAL } else { 32 * 1024 };

/// How much AWS-LC uses for ML-DSA-87.
pub(crate) const DEEPEST_OF_ALL: usize = 192 * 1024;

/// How much every stack still has where one of these functions is called. For more the system is
/// asked.
const SURELY_THERE: usize = 4096;

/// How much stays as it is at the end of a stack: room for the frames that wipe, and for those of a
/// signal.
const MARGIN: usize = 8192;

thread_local! {
    static UNDER_WAY: Cell<UnderWay> = const { Cell::new(UnderWay { calls: 0, lowest: usize::MAX }) };
}

/// The calls of this thread that handle secrets, one within another.
#[derive(Clone, Copy)]
struct UnderWay {
    calls: usize,
    /// The address down to which they may have used the stack.
    lowest: usize,
}

/// Runs `work`, and overwrites the stack that it has used, also if it panics. Within another such
/// call the outer one does.
#[inline]
pub fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let _call = Call::that_reaches(USUAL);
    // A frame of its own, which has ended when the stack is wiped: inlined here, its variables
    // would lie in this one.
    apart(work)
}

/// Like [`wiped`], for work that takes long and uses more of the stack: with private keys, with
/// passwords, on formats.
#[inline]
pub fn wiped_deep<T>(work: impl FnOnce() -> T) -> T {
    let _call = Call::that_reaches(DEEP);
    apart(work)
}

/// Runs code that uses a little of the stack, loops that hold an expanded key in registers and
/// spill some, and overwrites that at once.
#[inline(always)]
pub(crate) fn wiped_little<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    overwrite(LITTLE);
    result
}

/// Says that the call under way may use this much of the stack from here on, if that is more than
/// it said.
#[inline]
pub(crate) fn reaches(bytes: usize) {
    let UnderWay { calls, lowest } = UNDER_WAY.get();
    if calls > 0 {
        UNDER_WAY.set(UnderWay { calls, lowest: lowest.min(here().saturating_sub(bytes)) });
    }
}

#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// A call that handles secrets. The stack is overwritten when it is dropped, unless it is within
/// another.
struct Call;

impl Call {
    #[inline(always)]
    fn that_reaches(bytes: usize) -> Self {
        let UnderWay { calls, lowest } = UNDER_WAY.get();
        UNDER_WAY.set(UnderWay { calls: calls + 1, lowest: lowest.min(here().saturating_sub(bytes)) });
        Self
    }
}

impl Drop for Call {
    #[inline(always)]
    fn drop(&mut self) {
        let UnderWay { calls, lowest } = UNDER_WAY.get();
        if calls > 1 {
            UNDER_WAY.set(UnderWay { calls: calls - 1, lowest });
        } else {
            UNDER_WAY.set(UnderWay { calls: 0, lowest: usize::MAX });
            overwrite(here().saturating_sub(lowest));
        }
    }
}

/// An address right below the caller's frame.
#[inline(never)]
fn here() -> usize {
    let place = 0u8;
    black_box(&raw const place).addr()
}

/// Clears the registers, and overwrites the stack from the caller's frame on, for `bytes` bytes.
#[inline(always)]
fn overwrite(bytes: usize) {
    registers::clear();
    let bytes = if bytes <= SURELY_THERE { bytes } else { bytes.min(there()) };
    below::overwrite(bytes.next_multiple_of(below::UNIT));
}

/// How much of the stack can be overwritten.
#[inline(never)]
fn there() -> usize {
    bounds::left(here()).map_or(SURELY_THERE, |left| left.saturating_sub(MARGIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than what most operations use, as if `reaches` had been told.
    const LEN: usize = 10_000;

    #[inline(never)]
    fn leave_a_secret(secret: u64) -> usize {
        let mut frame = [0u64; LEN];
        frame.fill(secret);
        black_box(&frame).as_ptr().addr()
    }

    fn far(secret: u64) -> usize {
        reaches(8 * LEN + 4096);
        leave_a_secret(secret)
    }

    /// How many words of the place where [`leave_a_secret`] had its array hold the secret.
    #[inline(never)]
    fn left(at: usize, secret: u64) -> usize {
        let words = core::ptr::with_exposed_provenance::<u64>(at);
        // SAFETY: the address lies in this thread's stack, below this frame, and is mapped because
        // it was written to.
        (0..LEN).filter(|word| unsafe { words.add(*word).read_volatile() } == secret).count()
    }

    #[test]
    fn the_stack_is_overwritten() {
        let secret = 0x5ec2_e75e_c2e7_5ec2;
        assert!(left(leave_a_secret(secret), secret) > LEN / 2, "the test sees nothing");
        assert_eq!(left(wiped(|| far(secret)), secret), 0);
        assert_eq!(left(wiped_deep(|| far(secret)), secret), 0);
    }

    #[test]
    fn the_outermost_call_wipes_for_all_of_them() {
        let secret = 0x5ec2_e75e_c2e7_5ec3;
        let mut at = 0;
        wiped(|| {
            at = wiped(|| far(secret));
            assert!(left(at, secret) > LEN / 2, "the inner call has wiped, for which the outer one is there");
        });
        assert_eq!(left(at, secret), 0);
        assert_eq!(UNDER_WAY.get().calls, 0);
    }

    #[test]
    fn the_stack_is_overwritten_after_a_panic() {
        let secret = 0x5ec2_e75e_c2e7_5ec4;
        let mut at = 0;
        let result = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
            wiped(|| {
                wiped(|| {
                    at = far(secret);
                    std::panic::resume_unwind(Box::new(()));
                })
            })
        }));
        assert!(result.is_err());
        assert_eq!(left(at, secret), 0);
        assert_eq!(UNDER_WAY.get().calls, 0);
    }

    #[test]
    fn a_small_stack_is_overwritten_no_further_than_it_goes() {
        #[inline(never)]
        fn leave_a_little(secret: u64) -> usize {
            let mut frame = [0u64; 128];
            frame.fill(secret);
            black_box(&frame).as_ptr().addr()
        }
        for size in [16 * 1024, 32 * 1024, 128 * 1024] {
            let thread = std::thread::Builder::new().stack_size(size).spawn(|| {
                let secret = 0x5ec2_e75e_c2e7_5ec5;
                let at = wiped_deep(|| {
                    reaches(DEEPEST_OF_ALL);
                    leave_a_little(secret)
                });
                assert_eq!(bounds::left(here()).map(|left| left < 128 * 1024), Some(true));
                let words = core::ptr::with_exposed_provenance::<u64>(at);
                // SAFETY: as in `left`.
                assert!((0..128).all(|word| unsafe { words.add(word).read_volatile() } != secret));
            });
            thread.expect("a thread starts").join().expect("it has not failed");
        }
    }
}
