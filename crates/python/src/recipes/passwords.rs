//! `ironlatch.passwords`: passwords, stored so that a stolen table does not give them away.

use std::time::Duration;

use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::passwords::{self as core, DEFAULT_COST, Hasher, Stored, Verdict};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::text::{Received, Str, Text};
use crate::buffer::{SecretInput, detach};
use crate::errors::CallResult;

/// Hashes passwords with Argon2id at one cost, and verifies hashes of any cost and of many origins.
///
/// ``memory_kib`` is the memory of a hash in KiB, ``iterations`` the passes over it, ``lanes`` how
/// many threads an attacker or a faster library may use on one hash. Raises :class:`ValueError` for
/// a cost that Argon2 does not take.
///
/// ``peppers`` maps names of up to 8 bytes to keys of at least 16 bytes that the hashes depend on
/// and that are kept apart from them. The first one goes into new hashes; those after it still
/// verify, so that a pepper can be changed.
#[pyclass(frozen, module = "ironlatch.passwords")]
pub(crate) struct PasswordHasher {
    inner: Hasher,
}

#[pymethods]
impl PasswordHasher {
    #[new]
    #[pyo3(signature = (*, memory_kib=19456, iterations=2, lanes=1, peppers=None))]
    fn new(memory_kib: u32, iterations: u32, lanes: u32, peppers: Option<&Bound<'_, PyDict>>) -> CallResult<Self> {
        let mut inner = Hasher::new(Cost { iterations, lanes, memory_cost: memory_kib })?;
        for (name, key) in peppers.into_iter().flatten() {
            let key: SecretInput<'_> = key.extract()?;
            inner = inner.with_pepper(&name.extract::<String>()?, key.as_slice())?;
        }
        Ok(Self { inner })
    }

    /// The memory of a new hash in KiB.
    #[getter]
    fn memory_kib(&self) -> u32 {
        self.inner.cost().memory_cost
    }

    /// The passes of a new hash over its memory.
    #[getter]
    fn iterations(&self) -> u32 {
        self.inner.cost().iterations
    }

    /// The lanes of a new hash.
    #[getter]
    fn lanes(&self) -> u32 {
        self.inner.cost().lanes
    }

    /// The hash of ``password`` to be stored: a PHC string of about 100 characters with its own
    /// random salt.
    ///
    /// Text is brought into Unicode's normal form C first. Raises :class:`ValueError` if the
    /// password is empty or longer than 4096 bytes. Other threads run meanwhile.
    fn hash(&self, py: Python<'_>, password: Text<'_>) -> CallResult<String> {
        hash(py, &self.inner, &password)
    }

    /// Whether ``password`` is the one of the ``stored`` hash.
    ///
    /// For a user who does not exist give ``None``: it is as slow as a wrong password, and false.
    /// Raises :class:`UnusableHash` if the stored string is of no known form, or names a pepper
    /// that was not given.
    fn verify(&self, py: Python<'_>, password: Text<'_>, stored: Option<Received<'_>>) -> CallResult<bool> {
        verify(py, &self.inner, &password, stored)
    }

    /// Whether a stored hash is not what ``hash`` would make now: another scheme, another cost,
    /// another pepper.
    ///
    /// Raises :class:`UnusableHash` if the stored string is of no known form.
    fn needs_rehash(&self, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_rehash(&stored)?)
    }

    /// All that a login does: ``(True, None)``, ``(False, None)``, or ``(True, new_hash)`` if the
    /// password is right and its hash should be replaced by a new one. Errors are those of
    /// ``verify``.
    fn verify_and_update(
        &self,
        py: Python<'_>,
        password: Text<'_>,
        stored: Option<Received<'_>>,
    ) -> CallResult<(bool, Option<String>)> {
        verify_and_update(py, &self.inner, &password, stored)
    }

    fn __repr__(&self) -> String {
        let Cost { iterations, lanes, memory_cost } = self.inner.cost();
        format!("PasswordHasher(memory_kib={memory_cost}, iterations={iterations}, lanes={lanes})")
    }
}

/// An estimate of how hard a password is to guess.
#[pyclass(frozen, get_all, module = "ironlatch.passwords")]
pub(crate) struct Strength {
    /// From 0 (guessed at once) to 4 (out of reach). Ask for 3 or more.
    score: u8,
    /// How many guesses, as a power of ten.
    guesses_log10: f64,
    /// What is weak, or None.
    warning: Option<String>,
    /// What would be better.
    suggestions: Vec<String>,
    /// The seconds that one large GPU needs for so many guesses at the hasher's cost: an order of
    /// magnitude.
    gpu_seconds: f64,
}

#[pymethods]
impl Strength {
    fn __repr__(&self) -> String {
        format!(
            "Strength(score={}, guesses_log10={:.1}, gpu_seconds={:.3e})",
            self.score, self.guesses_log10, self.gpu_seconds
        )
    }
}

/// The hash of ``password`` to be stored, at the default cost. See PasswordHasher.hash.
#[pyfunction(name = "hash")]
fn default_hash(py: Python<'_>, password: Text<'_>) -> CallResult<String> {
    hash(py, &Hasher::default(), &password)
}

/// Whether ``password`` is the one of the ``stored`` hash, of any cost and origin. See
/// PasswordHasher.verify.
#[pyfunction(name = "verify")]
fn default_verify(py: Python<'_>, password: Text<'_>, stored: Option<Received<'_>>) -> CallResult<bool> {
    verify(py, &Hasher::default(), &password, stored)
}

/// Whether a stored hash is not what ``hash`` would make now. See PasswordHasher.needs_rehash.
#[pyfunction]
fn needs_rehash(stored: Received<'_>) -> CallResult<bool> {
    Ok(Hasher::default().needs_rehash(&stored)?)
}

/// All that a login does. See PasswordHasher.verify_and_update.
#[pyfunction(name = "verify_and_update")]
fn default_verify_and_update(
    py: Python<'_>,
    password: Text<'_>,
    stored: Option<Received<'_>>,
) -> CallResult<(bool, Option<String>)> {
    verify_and_update(py, &Hasher::default(), &password, stored)
}

/// How hard ``password`` is to guess, by zxcvbn: a score from 0 to 4 with what is weak and what
/// would be better.
///
/// ``about_the_user`` are words that somebody who knows the user tries first. ``hasher`` says at
/// which cost the guesses are counted in ``gpu_seconds``; the default cost if left out.
#[pyfunction]
#[pyo3(signature = (password, about_the_user=Vec::new(), *, hasher=None))]
fn strength(
    password: Text<'_>,
    about_the_user: Vec<Bound<'_, PyAny>>,
    hasher: Option<&PasswordHasher>,
) -> CallResult<Strength> {
    let about_the_user = about_the_user.iter().map(|word| word.extract()).collect::<PyResult<Vec<Str<'_>>>>()?;
    let about: Vec<&str> = about_the_user.iter().map(|word| &**word).collect();
    let cost = hasher.map_or(DEFAULT_COST, |hasher| hasher.inner.cost());
    let core::strength::Strength { score, guesses_log10, warning, suggestions, gpu_seconds } =
        core::strength::strength(password.as_str()?, &about, cost);
    Ok(Strength { score, guesses_log10, warning, suggestions, gpu_seconds })
}

/// A hasher at which a hash takes about ``target_ms`` milliseconds on this machine as it is now,
/// and never less than the default cost. Memory is raised first, to ``max_memory_kib``, then the
/// passes.
///
/// Run it once on the machine that will verify, and keep the numbers in the configuration.
#[pyfunction]
#[pyo3(signature = (target_ms=250.0, *, max_memory_kib=262_144))]
fn calibrate(py: Python<'_>, target_ms: f64, max_memory_kib: u32) -> CallResult<PasswordHasher> {
    if !(1.0..=60_000.0).contains(&target_ms) {
        return Err(PyValueError::new_err("target_ms must be from 1 to 60000 milliseconds").into());
    }
    let cost = detach(py, || core::calibrate(Duration::from_secs_f64(target_ms / 1000.0), max_memory_kib))?;
    Ok(PasswordHasher { inner: Hasher::new(cost)? })
}

/// The name of the function that a stored hash was made with: argon2id, bcrypt, scrypt, pbkdf2 …
///
/// Raises :class:`UnusableHash` if the stored string is of no known form.
#[pyfunction]
fn scheme(stored: Received<'_>) -> CallResult<&'static str> {
    Ok(Stored::parse(&stored)?.scheme().name())
}

fn hash(py: Python<'_>, hasher: &Hasher, password: &Text<'_>) -> CallResult<String> {
    let password = password.as_bytes();
    Ok(detach(py, || hasher.hash(password))?)
}

fn verify(py: Python<'_>, hasher: &Hasher, password: &Text<'_>, stored: Option<Received<'_>>) -> CallResult<bool> {
    let password = password.as_bytes();
    Ok(detach(py, || hasher.verify(password, stored.as_deref()))?)
}

fn verify_and_update(
    py: Python<'_>,
    hasher: &Hasher,
    password: &Text<'_>,
    stored: Option<Received<'_>>,
) -> CallResult<(bool, Option<String>)> {
    let password = password.as_bytes();
    match detach(py, || hasher.verify_and_update(password, stored.as_deref()))? {
        Verdict::Wrong => Ok((false, None)),
        Verdict::Right => Ok((true, None)),
        Verdict::RightWithNewHash(hash) => Ok((true, Some(hash))),
    }
}

#[pymodule]
#[pyo3(submodule)]
pub(crate) mod passwords {
    #[pymodule_export]
    use super::{
        PasswordHasher, Strength, calibrate, default_hash, default_verify, default_verify_and_update, needs_rehash,
        scheme, strength,
    };
}
