//! The effects of `fork` on a process's state, and tools to be ready for it.
//!
//! A child has a copy of all memory and of every open file, but only the thread that forked. A lock
//! that another thread held stays locked in the child forever, data that this thread was changing
//! stays half changed, and a lock on a file belongs to both processes. Three tools help against
//! that:
//!
//! - [`generation`] tells a child from its parent, so that it can renew or refuse what must not be
//!   used in both.
//! - [`hold`] makes a fork wait while short work on shared state is done, so that a child never
//!   sees it half done.
//! - [`PrivateFile`] is an open file that a child does not get.
//!
//! Processes made by `vfork` and `posix_spawn` run another program at once and need none of it.
//! What a program does with a bare `clone` system call is not seen.

use core::mem::ManuallyDrop;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering, compiler_fence};
use core::time::Duration;
use std::cell::Cell;
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, TryLockError};

/// How many forks lie between this process and the first one: a number that only a child's first
/// instruction changes.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// Held for writing while a process forks, and for reading by each [`Hold`].
static FORKING: RwLock<()> = RwLock::new(());

/// The descriptors of every [`PrivateFile`].
static PRIVATE: Mutex<Vec<i32>> = Mutex::new(Vec::new());

thread_local! {
    /// How many [`Hold`]s this thread has. Only the first one waits for a fork: a second would wait
    /// for the first.
    static HOLDS: Cell<u32> = const { Cell::new(0) };
}

/// A number that is another one in each child: what was made under another number was made before a
/// fork.
#[must_use]
pub fn generation() -> u64 {
    watch();
    GENERATION.load(Ordering::Relaxed)
}

/// Has other threads' forks wait until the result is dropped.
///
/// For a few instructions on memory that threads share. Meanwhile nothing may be called that could
/// fork or wait for a thread that does: no callbacks, no Python.
#[must_use]
pub fn hold() -> Hold {
    watch();
    let first = HOLDS.get() == 0;
    HOLDS.set(HOLDS.get() + 1);
    if !first {
        return Hold { guard: None };
    }
    loop {
        // The count is there before the lock is, for a signal handler that forks between the two.
        compiler_fence(Ordering::SeqCst);
        match FORKING.try_read() {
            Ok(guard) => return Hold { guard: Some(guard) },
            Err(TryLockError::Poisoned(poisoned)) => return Hold { guard: Some(poisoned.into_inner()) },
            Err(TryLockError::WouldBlock) => {}
        }
        // Another thread forks. Who waits holds nothing, and a signal handler may wait here for its
        // turn.
        HOLDS.set(0);
        compiler_fence(Ordering::SeqCst);
        std::thread::sleep(PATIENCE);
        HOLDS.set(1);
    }
}

/// How long to wait before the lock is tried again: less than the shortest fork takes.
const PATIENCE: Duration = Duration::from_micros(50);

/// See [`hold`].
#[derive(Debug)]
pub struct Hold {
    /// Not to be sent to other threads, because the count is this thread's.
    guard: Option<RwLockReadGuard<'static, ()>>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        // The lock goes before the count, as it comes after it.
        drop(self.guard.take());
        compiler_fence(Ordering::SeqCst);
        HOLDS.set(HOLDS.get() - 1);
    }
}

/// An open file that children do not get: its descriptor is closed in them, as far as `fork` can be
/// seen. A lock on it is therefore this process's alone.
#[derive(Debug)]
pub struct PrivateFile {
    file: ManuallyDrop<File>,
    generation: u64,
}

impl PrivateFile {
    /// Opens the file. A fork waits meanwhile.
    ///
    /// # Errors
    /// Those of `open`.
    pub fn open(open: impl FnOnce() -> io::Result<File>) -> io::Result<Self> {
        let _hold = hold();
        let file = open()?;
        private_list(|list| list.push(descriptor(&file)));
        Ok(Self { file: ManuallyDrop::new(file), generation: generation() })
    }

    /// The file. None in a child of the process that opened it.
    #[must_use]
    pub fn get(&self) -> Option<&File> {
        (self.generation == generation()).then_some(&self.file)
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        let _hold = hold();
        // In a child the descriptor is closed, and its number may be another file's.
        if self.generation == generation() {
            let own = descriptor(&self.file);
            private_list(|list| list.retain(|other| *other != own));
            // A lock is given back even if a child that was just forked has not closed its copy
            // yet.
            let _ = self.file.unlock();
            // SAFETY: nothing uses the file after this.
            unsafe { ManuallyDrop::drop(&mut self.file) };
        }
    }
}

fn private_list<T>(work: impl FnOnce(&mut Vec<i32>) -> T) -> T {
    work(&mut PRIVATE.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(unix)]
use system::{descriptor, watch};

/// Where there is no `fork`.
#[cfg(not(unix))]
fn watch() {}

#[cfg(not(unix))]
fn descriptor(_: &File) -> i32 {
    -1
}

#[cfg(unix)]
mod system {
    use core::cell::UnsafeCell;
    use std::cell::Cell;
    use std::os::fd::AsRawFd;
    use std::sync::RwLockWriteGuard;

    use super::{AtomicU32, FORKING, File, GENERATION, HOLDS, Ordering, PoisonError, TryLockError, private_list};

    /// Whether the handlers are registered: `NOT_YET`, `DONE`, or in between the number of the
    /// process in which a thread is about to.
    static WATCHED: AtomicU32 = AtomicU32::new(NOT_YET);
    const NOT_YET: u32 = 0;
    const DONE: u32 = u32::MAX;

    thread_local! {
        /// Whether this thread registers the handlers now.
        static REGISTERS: Cell<bool> = const { Cell::new(false) };
    }

    /// Has the handlers called at each fork. No thread goes on before they are: a fork would not
    /// wait for what it does.
    pub(super) fn watch() {
        while WATCHED.load(Ordering::Acquire) != DONE {
            let seen = WATCHED.load(Ordering::Acquire);
            let own = std::process::id();
            if seen == own && !REGISTERS.get() {
                std::thread::yield_now();
            } else if seen == own {
                return;
            } else if seen != DONE && WATCHED.compare_exchange(seen, own, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                // Nobody is about to, or a thread of the parent was, which is not in this child.
                REGISTERS.set(true);
                register();
                REGISTERS.set(false);
                WATCHED.store(DONE, Ordering::Release);
            }
        }
    }

    fn register() {
        // Handlers that are registered later run earlier. A thread that makes forks wait may
        // allocate memory for a secret, so the fork must wait for it before it locks that memory,
        // and that memory has to be registered first.
        let _ = crate::system::memory::status();
        // SAFETY: the three handlers live as long as the program and do not unwind. If registering
        // fails because there is no memory, forking is as it would be without them.
        unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
    }

    pub(super) fn descriptor(file: &File) -> i32 {
        file.as_raw_fd()
    }

    /// The write lock, from before a fork until after it.
    struct Held(UnsafeCell<Option<RwLockWriteGuard<'static, ()>>>);

    // SAFETY: touched only by the thread that forks, and only while it holds the lock for writing:
    // between `before` and the end of `after_*`. The child's only thread is the copy of that
    // thread.
    unsafe impl Sync for Held {}

    static HELD: Held = Held(UnsafeCell::new(None));

    thread_local! {
        /// Whether this thread has the lock for writing.
        static IS_MINE: Cell<bool> = const { Cell::new(false) };
    }

    extern "C" fn before() {
        // In a child that was made while its parent registered the handlers, they may stand twice.
        if IS_MINE.try_with(Cell::get).unwrap_or(false) {
            return;
        }
        let guard = if HOLDS.try_with(Cell::get).unwrap_or(0) == 0 {
            FORKING.write().unwrap_or_else(PoisonError::into_inner)
        } else {
            // A signal handler that forks in the middle of `hold`, or of its end. If this thread
            // has the lock already, it would wait for itself; `hold` forbids it.
            match FORKING.try_write() {
                Ok(guard) => guard,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            }
        };
        // SAFETY: this thread holds the lock, see `Held`.
        unsafe { *HELD.0.get() = Some(guard) };
        let _ = IS_MINE.try_with(|mine| mine.set(true));
    }

    extern "C" fn after_in_parent() {
        if IS_MINE.try_with(|mine| mine.replace(false)).unwrap_or(false) {
            // SAFETY: this thread holds the lock since `before`, see `Held`.
            drop(unsafe { (*HELD.0.get()).take() });
        }
    }

    extern "C" fn after_in_child() {
        GENERATION.fetch_add(1, Ordering::Relaxed);
        private_list(|list| {
            for descriptor in list.drain(..) {
                // SAFETY: the descriptor is a `PrivateFile`'s, which does not use it in a later
                // generation.
                unsafe { libc::close(descriptor) };
            }
        });
        after_in_parent();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use core::sync::atomic::AtomicBool;

    use super::*;

    /// Runs `work` in a child, and gives its answer.
    fn in_child(work: impl FnOnce() -> bool) -> bool {
        // SAFETY: the child only calls `work` and `_exit`.
        match unsafe { libc::fork() } {
            0 => {
                let done = work();
                // SAFETY: ends the child without unwinding into the test harness.
                unsafe { libc::_exit(i32::from(!done)) }
            }
            child => {
                let mut status = 0;
                // SAFETY: waits for the child that was made above.
                unsafe { libc::waitpid(child, &raw mut status, 0) };
                status == 0
            }
        }
    }

    #[test]
    fn children_have_numbers_of_their_own() {
        let here = generation();
        assert!(in_child(|| generation() == here + 1 && in_child(|| generation() == here + 2)));
        assert_eq!(generation(), here);
    }

    #[test]
    fn a_child_never_sees_a_lock_held() {
        static LOCK: Mutex<u64> = Mutex::new(0);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let _hold = hold();
                        let _again = hold();
                        *LOCK.lock().unwrap() += 1;
                    }
                });
            }
            let free = (0..300).all(|_| in_child(|| LOCK.try_lock().is_ok()));
            stop.store(true, Ordering::Relaxed);
            assert!(free);
        });
    }

    /// A handler of C's, which may come at any instruction; Python's run between them.
    #[test]
    fn a_signal_handler_may_fork_where_a_hold_begins_or_ends() {
        static DONE: AtomicBool = AtomicBool::new(false);
        static FORKS: AtomicU64 = AtomicU64::new(0);
        extern "C" fn fork_now(_: i32) {
            // SAFETY: the child ends at once, and the parent waits for it.
            unsafe {
                match libc::fork() {
                    0 => libc::_exit(0),
                    child => libc::waitpid(child, core::ptr::null_mut(), 0),
                };
            }
            FORKS.fetch_add(1, Ordering::Relaxed);
        }
        let handler: extern "C" fn(i32) = fork_now;
        // SAFETY: the handler calls only functions that a handler may call.
        unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
        let worker = std::thread::spawn(|| {
            // SAFETY: asks for the thread's own name.
            let me = unsafe { libc::pthread_self() } as usize;
            let sender = std::thread::spawn(move || {
                for _ in 0..2000 {
                    // SAFETY: the thread waits for this one before it ends.
                    unsafe { libc::pthread_kill(me as libc::pthread_t, libc::SIGUSR1) };
                    std::thread::sleep(Duration::from_micros(100));
                }
            });
            while !sender.is_finished() {
                for _ in 0..1000 {
                    drop(hold());
                }
            }
            sender.join().unwrap();
            DONE.store(true, Ordering::Relaxed);
        });
        let begun = std::time::Instant::now();
        while !DONE.load(Ordering::Relaxed) {
            assert!(begun.elapsed() < Duration::from_secs(60), "a fork waits for its own thread");
            std::thread::sleep(Duration::from_millis(10));
        }
        worker.join().unwrap();
        assert!(FORKS.load(Ordering::Relaxed) > 0);
    }

    #[test]
    fn a_private_file_is_not_the_childs() {
        let path = std::env::temp_dir().join(format!("ironlatch-fork-{}", std::process::id()));
        let open = || File::create(&path);
        let file = PrivateFile::open(open).unwrap();
        file.get().unwrap().try_lock().unwrap();
        // The child has no file, and closes none of its own when it lets go.
        assert!(in_child(|| {
            let mine = File::open("/dev/null").unwrap();
            let none = file.get().is_none();
            // SAFETY: a copy that is dropped in this process alone, which ends before the original
            // is dropped.
            drop(unsafe { core::ptr::read(&raw const file) });
            none && mine.metadata().is_ok()
        }));
        // A child that outlives it does not keep it locked.
        let (reader, writer) = io::pipe().unwrap();
        // SAFETY: the child waits and ends.
        let child = unsafe { libc::fork() };
        if child == 0 {
            drop(writer);
            let _ = io::Read::read(&mut &reader, &mut [0]);
            // SAFETY: ends the child without unwinding into the test harness.
            unsafe { libc::_exit(0) }
        }
        drop(file);
        assert!(open().unwrap().try_lock().is_ok());
        drop((reader, writer));
        // SAFETY: waits for the child that was made above.
        unsafe { libc::waitpid(child, core::ptr::null_mut(), 0) };
        std::fs::remove_file(&path).unwrap();
    }
}
