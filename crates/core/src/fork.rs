//! State that stays right when the process forks.
//!
//! `os.fork`, `multiprocessing` and web servers that load a program before they fork their workers
//! give each child a copy of all memory, but of all threads only the one that forked. What this
//! library shares between threads is therefore one of these:
//!
//! - behind a [`Mutex`] or [`RwLock`] of this module: a fork waits until no thread is in the middle
//!   of a change,
//! - [renewed](EachProcess) in the child, where a thread may hold it for long,
//! - marked with the [`Process`] or [`generation`] in which it was made, and refused or made again
//!   in another,
//! - a [`PrivateFile`], which the child does not get.

use core::fmt;
use core::ops::{Deref, DerefMut};
use std::sync::{Arc, MutexGuard, PoisonError, RwLockReadGuard, RwLockWriteGuard};

use crate::{Error, Result};

pub use ironlatch_engine::fork::{Hold, PrivateFile, generation, hold};

/// The process in which something was made: what counts nonces or writes to an open file goes on in
/// that one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    generation: u64,
}

impl Process {
    /// The process that asks.
    #[must_use]
    pub fn current() -> Self {
        Self { generation: generation() }
    }

    /// Whether it is the process that asks. A child is not its parent.
    #[must_use]
    pub fn is_current(self) -> bool {
        self == Self::current()
    }

    /// Refuses to go on in a child with what was made in its parent.
    ///
    /// # Errors
    /// [`Error::Forked`] with `why`, if it is not the process that asks.
    pub fn check(self, why: &'static str) -> Result<()> {
        if self.is_current() { Ok(()) } else { Err(Error::Forked(why)) }
    }
}

/// A mutex that no child finds locked: a fork waits until it is free.
///
/// It is for short work on memory. While it is locked nothing may be called that could fork, or
/// wait for a thread that does: no callbacks, no Python. A panic of who held it does not matter to
/// the next.
#[derive(Default)]
pub struct Mutex<T> {
    inner: std::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// A free mutex.
    pub const fn new(value: T) -> Self {
        Self { inner: std::sync::Mutex::new(value) }
    }

    /// Waits until it is free, and locks it.
    pub fn lock(&self) -> Guard<MutexGuard<'_, T>> {
        let hold = hold();
        Guard { guard: self.inner.lock().unwrap_or_else(PoisonError::into_inner), _hold: hold }
    }
}

/// A lock for many readers or one writer that no child finds locked, on the terms of [`Mutex`].
#[derive(Default)]
pub struct RwLock<T> {
    inner: std::sync::RwLock<T>,
}

impl<T> RwLock<T> {
    /// A free lock.
    pub const fn new(value: T) -> Self {
        Self { inner: std::sync::RwLock::new(value) }
    }

    /// Waits until nobody writes, and locks it for reading.
    pub fn read(&self) -> Guard<RwLockReadGuard<'_, T>> {
        let hold = hold();
        Guard { guard: self.inner.read().unwrap_or_else(PoisonError::into_inner), _hold: hold }
    }

    /// Waits until nobody reads or writes, and locks it for writing.
    pub fn write(&self) -> Guard<RwLockWriteGuard<'_, T>> {
        let hold = hold();
        Guard { guard: self.inner.write().unwrap_or_else(PoisonError::into_inner), _hold: hold }
    }
}

/// A lock that is held, and a fork that is held back.
pub struct Guard<G> {
    // Dropped in this order: the lock is free before a fork goes on.
    guard: G,
    _hold: Hold,
}

impl<G: Deref> Deref for Guard<G> {
    type Target = G::Target;

    fn deref(&self) -> &G::Target {
        &self.guard
    }
}

impl<G: DerefMut> DerefMut for Guard<G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.guard
    }
}

/// A value that each process makes for itself: a child starts with a new one, whatever its parent
/// was doing with the old one.
#[derive(Default)]
pub struct EachProcess<T> {
    made: Mutex<Option<(u64, Arc<T>)>>,
}

impl<T> EachProcess<T> {
    /// Nothing is made until a process asks for it.
    #[must_use]
    pub const fn new() -> Self {
        Self { made: Mutex::new(None) }
    }
}

impl<T: Default> EachProcess<T> {
    /// This process's.
    pub fn get(&self) -> Arc<T> {
        let generation = generation();
        let mut made = self.made.lock();
        match &*made {
            Some((own, value)) if *own == generation => Arc::clone(value),
            _ => {
                let value = Arc::new(T::default());
                // What a parent's thread was using when it forked is never released here.
                core::mem::forget(made.replace((generation, Arc::clone(&value))));
                value
            }
        }
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for EachProcess<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EachProcess").finish_non_exhaustive()
    }
}
