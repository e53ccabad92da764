//! Memory for secrets: kept out of swap and core dumps where the system allows, and wiped before it
//! is given back.
//!
//! Small secrets share pages. A page is cut into slots of one size (powers of two from
//! [`SMALLEST`]), so ten thousand 32-byte keys take 80 pages and not ten thousand; a secret longer
//! than a page has a mapping of its own. Pages of slots stay with the process for reuse.
//!
//! - **Swap.** Each page is locked with `mlock`. Processes may lock only so much
//!   (`RLIMIT_MEMLOCK`); past the limit secrets live in pages that are not locked but like the
//!   others in every other respect. [`status`] tells how much is.
//! - **Core dumps.** Pages are marked `MADV_DONTDUMP` on Linux. Other systems have no such mark.
//! - **Fork.** A child keeps its copies: a server that loads its keys and then forks its workers
//!   (gunicorn, say) has to find them there, so `MADV_WIPEONFORK` is not used. Locks are not
//!   inherited, so the child locks its copies again.
//! - **Wiping** happens on drop, in a way that the compiler may not leave out.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::EngineError;

/// The smallest slot, in bytes.
pub const SMALLEST: usize = 16;

/// Bytes that are zero at first, reachable through this value alone, and wiped when it is dropped.
pub struct SecretMemory {
    start: NonNull<u8>,
    len: usize,
    locked: bool,
}

// SAFETY: a `SecretMemory` is the only way to its memory, as a `Box<[u8]>` is.
unsafe impl Send for SecretMemory {}
// SAFETY: a shared `SecretMemory` gives out shared slices of plain bytes only.
unsafe impl Sync for SecretMemory {}

impl SecretMemory {
    /// `len` bytes of zeros.
    ///
    /// # Errors
    /// [`EngineError::Internal`] if the system gives no memory.
    pub fn zeroed(len: usize) -> Result<Self, EngineError> {
        if len == 0 {
            return Ok(Self { start: NonNull::dangling(), len, locked: false });
        }
        let slot = pool().take(len).ok_or(EngineError::Internal)?;
        Ok(Self { start: slot.start, len, locked: slot.locked })
    }

    /// Whether the memory was locked when it was handed out.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}

impl Deref for SecretMemory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the slot is valid and initialised for `len` bytes until drop, or `len` is zero
        // and the pointer aligned.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl DerefMut for SecretMemory {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `deref`, and the borrow of `self` is exclusive.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl Drop for SecretMemory {
    fn drop(&mut self) {
        if self.len > 0 {
            // SAFETY: the slot is valid for writes of `len` bytes, and nobody else can reach it.
            unsafe { aws_lc_sys::OPENSSL_cleanse(self.start.as_ptr().cast(), self.len) };
            pool().give_back(Slot { start: self.start, locked: self.locked }, self.len);
        }
    }
}

impl fmt::Debug for SecretMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretMemory(<{} bytes>)", self.len)
    }
}

/// How much memory is set aside for secrets in this process, in bytes, whether it is in use or
/// free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Locked: never written to swap.
    pub locked: usize,
    /// Not locked, because the system refused.
    pub unlocked: usize,
}

/// The memory that has been set aside so far.
#[must_use]
pub fn status() -> Status {
    let pool = pool();
    let sum = |locked| pool.regions.iter().filter(|region| region.locked == locked).map(|region| region.len).sum();
    Status { locked: sum(true), unlocked: sum(false) }
}

/// Slots of 16 bytes to 64 KiB, the longest page that common systems have.
const CLASSES: usize = 13;

/// Pages that are mapped in one go.
const BATCH: usize = 16;

static POOL: Mutex<Pool> = Mutex::new(Pool {
    free: [const { Vec::new() }; CLASSES],
    regions: Vec::new(),
    fresh: NonNull::dangling(),
    fresh_pages: 0,
    page: 0,
});

/// All memory of this module. Holds addresses, no secrets, so it lives in ordinary memory.
struct Pool {
    /// Free slots, all bytes zero, by size class.
    free: [Vec<Slot>; CLASSES],
    /// Every page cut into slots, and every mapping of a long secret.
    regions: Vec<Region>,
    /// Pages that are mapped and not yet cut.
    fresh: NonNull<u8>,
    fresh_pages: usize,
    /// The size of a page; zero before first use.
    page: usize,
}

struct Slot {
    start: NonNull<u8>,
    locked: bool,
}

struct Region {
    start: NonNull<u8>,
    len: usize,
    locked: bool,
}

// SAFETY: the addresses in the pool belong to mappings that no thread owns; they are used under the
// pool's mutex.
unsafe impl Send for Pool {}

fn pool() -> MutexGuard<'static, Pool> {
    // No code that holds the lock can panic half way through a change that matters.
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if pool.page == 0 {
        pool.page = system::page_size();
        system::on_fork();
    }
    pool
}

impl Pool {
    /// A slot of at least `len` bytes, all zero.
    fn take(&mut self, len: usize) -> Option<Slot> {
        if len > self.page {
            let len = len.checked_next_multiple_of(self.page)?;
            let start = system::map(len)?;
            let locked = self.add_region(start, len);
            return Some(Slot { start, locked });
        }
        let class = class_of(len);
        if self.free[class].is_empty() {
            self.cut_page(class)?;
        }
        self.free[class].pop()
    }

    /// Takes back what [`Self::take`] gave for `len`, wiped.
    fn give_back(&mut self, slot: Slot, len: usize) {
        if len <= self.page {
            self.free[class_of(len)].push(slot);
        } else if let Some(index) = self.regions.iter().position(|region| region.start == slot.start) {
            let region = self.regions.swap_remove(index);
            // SAFETY: a region of this length is the mapping of one long secret, which nobody can
            // reach any longer.
            unsafe { system::unmap(region.start, region.len) };
        }
    }

    /// Makes a fresh page into slots of a class.
    fn cut_page(&mut self, class: usize) -> Option<()> {
        if self.fresh_pages == 0 {
            self.fresh = system::map(BATCH * self.page)?;
            self.fresh_pages = BATCH;
        }
        let page = self.fresh;
        self.fresh_pages -= 1;
        if self.fresh_pages > 0 {
            // SAFETY: at least one more page of the same mapping follows.
            self.fresh = unsafe { page.add(self.page) };
        }
        let locked = self.add_region(page, self.page);
        let size = SMALLEST << class;
        for offset in (0..self.page).step_by(size) {
            // SAFETY: `offset` lies within the page.
            let start = unsafe { page.add(offset) };
            self.free[class].push(Slot { start, locked });
        }
        Some(())
    }

    /// Locks a mapped region if the system lets us, and remembers it.
    fn add_region(&mut self, start: NonNull<u8>, len: usize) -> bool {
        // SAFETY: the region was mapped just now.
        let locked = unsafe { system::lock(start, len) };
        self.regions.push(Region { start, len, locked });
        locked
    }

    /// Locks every region again, in a process that was forked off.
    fn lock_again(&mut self) {
        for region in &mut self.regions {
            // SAFETY: regions in the list are mapped, in the child as in the parent.
            region.locked = unsafe { system::lock(region.start, region.len) };
        }
    }
}

fn class_of(len: usize) -> usize {
    (len.max(SMALLEST).next_power_of_two() / SMALLEST).trailing_zeros() as usize
}

/// The system calls.
mod system {
    use core::cell::UnsafeCell;
    use core::ptr::{NonNull, null_mut};
    use std::sync::{MutexGuard, PoisonError};

    use super::{POOL, Pool};

    pub(super) fn page_size() -> usize {
        // SAFETY: a plain query.
        let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        usize::try_from(size).unwrap_or(4096).clamp(4096, 65536)
    }

    /// `len` bytes of zeros, `len` being a multiple of the page size.
    pub(super) fn map(len: usize) -> Option<NonNull<u8>> {
        // SAFETY: an anonymous mapping at an address of the system's choice touches no existing
        // memory.
        let start = unsafe {
            libc::mmap(
                null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return None;
        }
        #[cfg(target_os = "linux")]
        // SAFETY: the range was mapped just now; the advice changes only dumps. If it is refused,
        // so be it.
        unsafe {
            libc::madvise(start, len, libc::MADV_DONTDUMP);
        }
        NonNull::new(start.cast())
    }

    /// # Safety
    /// The range is a whole mapping from [`map`], which is no longer in use.
    pub(super) unsafe fn unmap(start: NonNull<u8>, len: usize) {
        // SAFETY: the caller's promise.
        unsafe { libc::munmap(start.as_ptr().cast(), len) };
    }

    /// Whether the range is locked now.
    ///
    /// # Safety
    /// The range is mapped.
    pub(super) unsafe fn lock(start: NonNull<u8>, len: usize) -> bool {
        // SAFETY: the range is mapped; locking changes no contents.
        unsafe { libc::mlock(start.as_ptr().cast(), len) == 0 }
    }

    /// Has the pool locked while a process forks, so that the child does not inherit a lock whose
    /// owner it lacks.
    pub(super) fn on_fork() {
        // SAFETY: the three handlers live as long as the program and do not unwind. If registering
        // fails because there is no memory, forking is as it would be without them.
        unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
    }

    /// The pool's lock, held from before a fork until after it.
    struct Held(UnsafeCell<Option<MutexGuard<'static, Pool>>>);

    // SAFETY: touched only by the thread that forks, and only while it holds the pool's mutex:
    // between `before` and the end of `after_*`. The child's only thread is the copy of that
    // thread.
    unsafe impl Sync for Held {}

    static HELD: Held = Held(UnsafeCell::new(None));

    extern "C" fn before() {
        let guard = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: this thread holds the mutex, see `Held`.
        unsafe { *HELD.0.get() = Some(guard) };
    }

    extern "C" fn after_in_parent() {
        // SAFETY: this thread holds the mutex since `before`, see `Held`.
        let guard = unsafe { (*HELD.0.get()).take() };
        drop(guard);
    }

    extern "C" fn after_in_child() {
        // SAFETY: as in the parent.
        let guard = unsafe { (*HELD.0.get()).take() };
        if let Some(mut pool) = guard {
            pool.lock_again();
        }
    }
}
/// Overwrites with zeros in a way that the compiler does not leave out, as fast as memory can be
/// written.
pub fn wipe(bytes: &mut [u8]) {
    // SAFETY: `bytes` is valid for writes of its length.
    unsafe { aws_lc_sys::OPENSSL_cleanse(bytes.as_mut_ptr().cast(), bytes.len()) }
}
