//! Keys that were given, or those that a keyring has at each use.

use core::fmt;
use std::collections::HashSet;
use std::sync::Arc;

use crate::{Error, Result};

/// Where the keys of a signer, a verifier or tokens come from.
pub(crate) enum Source<K> {
    Fixed(Arc<[K]>),
    Live(Arc<dyn KeySource<K>>),
}

/// Keys that change while they are in use.
pub(crate) trait KeySource<K>: fmt::Debug + Send + Sync {
    /// Those of now; there is at least one.
    fn current(&self) -> Result<Arc<[K]>>;
    /// Those of this very moment, if they are others than `seen`: another process may have added
    /// one.
    fn newer(&self, seen: &Arc<[K]>) -> Result<Option<Arc<[K]>>>;
}

impl<K> Source<K> {
    pub(super) fn current(&self) -> Result<Arc<[K]>> {
        match self {
            Self::Fixed(keys) => Ok(Arc::clone(keys)),
            Self::Live(keys) => keys.current(),
        }
    }

    /// Returns what `search` finds among the keys of now. If it finds nothing, a keyring looks
    /// whether there are newer ones.
    pub(super) fn find<T>(&self, search: impl Fn(&[K]) -> Option<T>) -> Result<Option<T>> {
        let keys = self.current()?;
        match (search(&keys), self) {
            (None, Self::Live(source)) => Ok(source.newer(&keys)?.and_then(|newer| search(&newer))),
            (found, _) => Ok(found),
        }
    }
}

impl<K> Clone for Source<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Fixed(keys) => Self::Fixed(Arc::clone(keys)),
            Self::Live(keys) => Self::Live(Arc::clone(keys)),
        }
    }
}

impl<K: fmt::Debug> fmt::Debug for Source<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(keys) => keys.fmt(f),
            Self::Live(keys) => keys.fmt(f),
        }
    }
}

/// Checks that there is a key, and that no two have the same name.
pub(super) fn check_names<'k>(names: impl Iterator<Item = &'k str>) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Error::value(format!("two of the keys have the same name {name:?}")));
        }
    }
    if seen.is_empty() { Err(Error::value("no key is given: there must be at least one")) } else { Ok(()) }
}

/// The keyring that a key is from, which has a say in each use of it.
pub(crate) trait Watch: Send + Sync {
    /// Whether the key may be used now.
    fn admit(&self) -> Result<()>;
    /// Notes that it signed or encrypted.
    fn made(&self);
    /// Notes that a signature of it was right, or that it opened something.
    fn opened(&self);
}

/// Asks the [`Watch`] of a key, if it has one.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    watch: Option<Arc<dyn Watch>>,
}

impl Gate {
    pub(crate) fn new(watch: impl Watch + 'static) -> Self {
        Self { watch: Some(Arc::new(watch)) }
    }

    pub(super) fn admit(&self) -> Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch.admit())
    }

    pub(super) fn made(&self) {
        if let Some(watch) = &self.watch {
            watch.made();
        }
    }

    pub(super) fn opened(&self) {
        if let Some(watch) = &self.watch {
            watch.opened();
        }
    }
}
