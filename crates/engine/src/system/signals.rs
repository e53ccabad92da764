//! Signals that would end or stop the process, put off for a while.

use core::mem::MaybeUninit;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};
use std::io;

/// Puts off the signals that end or stop the process without asking it: SIGHUP, SIGINT, SIGQUIT,
/// SIGTERM and SIGTSTP. Those that came have their effect when the result is dropped.
///
/// It is for a change that must not outlive the process, such as a terminal without echo: the
/// thread that made it looks at [`arrived`](Self::arrived), undoes the change, and drops the
/// result. Until then a second signal of the same number has its effect at once, in case the thread
/// hangs. SIGCONT is noted too, as the terminal may be another when the process goes on.
///
/// A signal for which the program has a handler of its own, or which it ignores, is left alone. A
/// child that is forked meanwhile is ended and stopped as if nothing were put off.
#[derive(Debug)]
pub struct DeferredSignals {
    installed: [bool; SIGNALS.len()],
}

/// The effect of the signals that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// None came.
    Nothing,
    /// The process is to stop, or has been stopped and goes on.
    Stop,
    /// The process is to end.
    End,
}

impl DeferredSignals {
    /// Begins to put them off.
    ///
    /// # Errors
    /// [`ResourceBusy`](io::ErrorKind::ResourceBusy) while another one lives in this process.
    pub fn begin() -> io::Result<Self> {
        let (own, owner) = (std::process::id(), OWNER.load(Ordering::SeqCst));
        // The owner's number is another one's in a child of a process that had it.
        if owner == own || OWNER.compare_exchange(owner, own, Ordering::SeqCst, Ordering::SeqCst).is_err() {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        if owner != NOBODY {
            CAME.store(0, Ordering::SeqCst);
        }
        let installed = SIGNALS.map(|signal| {
            let is_default = current(signal).is_some_and(|action| action.sa_sigaction == libc::SIG_DFL);
            is_default && set(signal, our_handler(), libc::SA_RESETHAND)
        });
        Ok(Self { installed })
    }

    /// Returns the effect of those that came until now.
    #[must_use]
    pub fn arrived(&self) -> Arrived {
        match CAME.load(Ordering::SeqCst) {
            0 => Arrived::Nothing,
            came if came & !STOPPING == 0 => Arrived::Stop,
            _ => Arrived::End,
        }
    }
}

impl Drop for DeferredSignals {
    fn drop(&mut self) {
        for (signal, _) in SIGNALS.into_iter().zip(self.installed).filter(|(_, installed)| *installed) {
            // Unless another part of the program has set its own meanwhile.
            if current(signal).is_some_and(|action| action.sa_sigaction == our_handler()) {
                set(signal, libc::SIG_DFL, 0);
            }
        }
        OWNER.store(NOBODY, Ordering::SeqCst);
        // A handler that runs now sees that nobody is there, or what it notes is seen here.
        let came = CAME.swap(0, Ordering::SeqCst);
        for (place, signal) in SIGNALS.into_iter().enumerate() {
            if came & 1 << place != 0 {
                // SAFETY: no memory is involved. The process gets the signal, not this thread,
                // which may have it blocked.
                unsafe { libc::kill(libc::getpid(), signal) };
            }
        }
    }
}

const SIGNALS: [libc::c_int; 6] =
    [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGTSTP, libc::SIGCONT];

/// The bits of SIGTSTP and SIGCONT in [`CAME`].
const STOPPING: u32 = 0b11_0000;

/// The signals that came, a bit for each of [`SIGNALS`].
static CAME: AtomicU32 = AtomicU32::new(0);

/// The process in which a [`DeferredSignals`] lives.
static OWNER: AtomicU32 = AtomicU32::new(NOBODY);
const NOBODY: u32 = 0;

/// Notes the signal. Where nobody waits for it, it has its usual effect.
extern "C" fn note(signal: libc::c_int) {
    let bit = SIGNALS.iter().position(|other| *other == signal).map_or(0, |place| 1 << place);
    CAME.fetch_or(bit, Ordering::SeqCst);
    if OWNER.load(Ordering::SeqCst) != std::process::id() && CAME.fetch_and(!bit, Ordering::SeqCst) & bit != 0 {
        set(signal, libc::SIG_DFL, 0);
        // SAFETY: raise may be called in signal handlers (POSIX.1-2017 §2.4.3). The signal is
        // blocked until this one returns, and then has its usual effect.
        unsafe { libc::raise(signal) };
    }
}

fn our_handler() -> libc::sighandler_t {
    note as *const () as libc::sighandler_t
}

fn current(signal: libc::c_int) -> Option<libc::sigaction> {
    let mut action = MaybeUninit::uninit();
    // SAFETY: `action` is a valid place for the answer, and a null pointer asks for no change.
    let done = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) } == 0;
    // SAFETY: sigaction succeeded and so filled it.
    done.then(|| unsafe { action.assume_init() })
}

/// Whether `handler` is in place now. May be called in signal handlers.
fn set(signal: libc::c_int, handler: libc::sighandler_t, flags: libc::c_int) -> bool {
    // SAFETY: for this structure of numbers, and on some systems null pointers, zeros are valid: an
    // empty mask, no flags.
    let mut action: libc::sigaction = unsafe { core::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    // SAFETY: `action` is valid, and `handler` SIG_DFL or a function that does only what a handler
    // may.
    unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) == 0 }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    /// Runs `work` in a child, and says how it ended.
    fn in_child(work: impl FnOnce()) -> ExitStatus {
        let mut status = 0;
        // SAFETY: the child only calls `work` and `_exit`, and the parent waits for it.
        unsafe {
            match libc::fork() {
                0 => {
                    work();
                    libc::_exit(7)
                }
                child => libc::waitpid(child, &raw mut status, 0),
            };
        }
        ExitStatus::from_raw(status)
    }

    /// Undoes what the tests' own parent may have set: `nohup` and shells ignore some of them.
    fn as_usual() {
        for signal in SIGNALS {
            assert!(set(signal, libc::SIG_DFL, 0));
        }
    }

    fn send(signal: libc::c_int) {
        // SAFETY: no memory is involved.
        unsafe { libc::raise(signal) };
    }

    #[test]
    fn what_came_has_its_effect_at_the_end() {
        let ended = in_child(|| {
            as_usual();
            let deferred = DeferredSignals::begin().unwrap();
            assert_eq!(deferred.arrived(), Arrived::Nothing);
            send(libc::SIGCONT);
            assert_eq!(deferred.arrived(), Arrived::Stop);
            send(libc::SIGTERM);
            assert_eq!(deferred.arrived(), Arrived::End);
            drop(deferred);
            // SAFETY: ends the child.
            unsafe { libc::_exit(1) }
        });
        assert_eq!(ended.signal(), Some(libc::SIGTERM));
        // Without a signal all is as it was.
        assert_eq!(in_child(|| drop(DeferredSignals::begin().unwrap())).code(), Some(7));
        let usual = in_child(|| {
            as_usual();
            drop(DeferredSignals::begin().unwrap());
            send(libc::SIGHUP);
        });
        assert_eq!(usual.signal(), Some(libc::SIGHUP));
    }

    #[test]
    fn a_second_signal_has_its_effect_at_once() {
        let ended = in_child(|| {
            as_usual();
            let deferred = DeferredSignals::begin().unwrap();
            send(libc::SIGQUIT);
            send(libc::SIGQUIT);
            core::mem::forget(deferred);
        });
        assert_eq!(ended.signal(), Some(libc::SIGQUIT));
    }

    #[test]
    fn a_child_is_ended_as_usual_and_may_put_off_its_own() {
        let status = in_child(|| {
            as_usual();
            let deferred = DeferredSignals::begin().unwrap();
            assert_eq!(DeferredSignals::begin().unwrap_err().kind(), io::ErrorKind::ResourceBusy);
            let inner = in_child(|| send(libc::SIGTERM));
            assert_eq!(inner.signal(), Some(libc::SIGTERM));
            let inner = in_child(|| {
                let own = DeferredSignals::begin().unwrap();
                assert_eq!(own.arrived(), Arrived::Nothing);
            });
            assert_eq!(inner.code(), Some(7));
            assert_eq!(deferred.arrived(), Arrived::Nothing);
        });
        assert_eq!(status.code(), Some(7));
    }

    #[test]
    fn handlers_of_others_are_left_alone() {
        extern "C" fn own(_: libc::c_int) {}
        let status = in_child(|| {
            let handler = own as *const () as libc::sighandler_t;
            assert!(set(libc::SIGTERM, handler, 0) && set(libc::SIGHUP, libc::SIG_IGN, 0));
            let deferred = DeferredSignals::begin().unwrap();
            send(libc::SIGTERM);
            send(libc::SIGHUP);
            assert_eq!(deferred.arrived(), Arrived::Nothing);
            drop(deferred);
            assert_eq!(current(libc::SIGTERM).unwrap().sa_sigaction, handler);
            assert_eq!(current(libc::SIGHUP).unwrap().sa_sigaction, libc::SIG_IGN);
        });
        assert_eq!(status.code(), Some(7));
    }
}
