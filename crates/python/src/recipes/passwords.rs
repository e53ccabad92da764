//! `ironlatch.passwords`: passwords, stored so that a stolen table does not give them away.

use std::time::Duration;

use ironlatch::kdf::argon2::Cost;
use ironlatch::recipes::passwords::{self as core, DEFAULT_COST, Hasher, Stored, Verdict};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::secret_text::Text;
use super::text::{Received, Str};
use crate::buffer::{SecretInput, detach};
use crate::errors::CallResult;

/// Hashes passwords with Argon2id at one cost, and verifies hashes of any cost and of many origins.
///
/// ``memory_kib`` is the memory of a hash in KiB, ``iterations`` the passes over it, and ``lanes``
/// the number of threads that an attacker or a faster library may use on one hash.
///
/// ``peppers`` maps names of up to 8 bytes to keys of at least 16 bytes that the hashes depend on;
/// store them apart from the hashes. The first one goes into new hashes. The others still verify,
/// so that a pepper can be changed.
///
/// Raises :class:`ValueError` for a cost that Argon2 does not take.
///
/// >>> from ironlatch.passwords import PasswordHasher
/// >>> hasher = PasswordHasher(memory_kib=65_536, iterations=3)
/// >>> stored = hasher.hash("correct horse")
/// >>> hasher.verify("correct horse", stored)
/// True
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

    /// Hashes ``password``, and returns what to store: a PHC string of about 100 characters with
    /// its own random salt.
    ///
    /// Text is brought into Unicode's normal form C first. Other threads run meanwhile. Raises
    /// :class:`ValueError` if the password is empty or longer than 4096 bytes.
    fn hash(&self, py: Python<'_>, password: Text<'_>) -> CallResult<String> {
        hash(py, &self.inner, &password)
    }

    /// Returns whether ``password`` is the one that was hashed to ``stored``.
    ///
    /// For a user who does not exist pass ``None``: it costs the same work as a wrong password, and
    /// returns False. Raises :class:`UnusableHash` if the stored string is of no known form, or
    /// names a pepper that was not given.
    fn verify(&self, py: Python<'_>, password: Text<'_>, stored: Option<Received<'_>>) -> CallResult<bool> {
        verify(py, &self.inner, &password, stored)
    }

    /// Returns whether a stored hash has another scheme, cost or pepper than :meth:`hash` would
    /// give it now.
    ///
    /// Raises :class:`UnusableHash` if the stored string is of no known form.
    fn needs_rehash(&self, stored: Received<'_>) -> CallResult<bool> {
        Ok(self.inner.needs_rehash(&stored)?)
    }

    /// Does all that a login needs, and returns ``(True, None)``, ``(False, None)``, or ``(True,
    /// new_hash)`` if the password is right and its hash should be replaced.
    ///
    /// Raises what :meth:`verify` raises.
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

/// Estimates how hard a password is to guess: see :func:`strength`.
#[pyclass(frozen, get_all, module = "ironlatch.passwords")]
pub(crate) struct Strength {
    /// From 0 (guessed at once) to 4 (out of reach). Ask for 3 or more.
    score: u8,
    /// The number of guesses, as a power of ten.
    guesses_log10: f64,
    /// The weakness, in words, or None.
    warning: Option<String>,
    /// Advice for a better password.
    suggestions: Vec<String>,
    /// The seconds that one large GPU needs for that number of guesses at the hasher's cost: an
    /// order of magnitude.
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

/// Hashes ``password`` at the default cost, and returns what to store.
///
/// Raises :class:`ValueError` if the password is empty or longer than 4096 bytes.
/// :class:`PasswordHasher` takes another cost.
///
/// >>> from ironlatch import passwords
/// >>> stored = passwords.hash("correct horse")
/// >>> passwords.verify("correct horse", stored)
/// True
#[pyfunction(name = "hash")]
fn default_hash(py: Python<'_>, password: Text<'_>) -> CallResult<String> {
    hash(py, &Hasher::default(), &password)
}

/// Returns whether ``password`` is the one that was hashed to ``stored``, at any cost and by any of
/// the known programs.
///
/// For a user who does not exist pass ``None``: it costs the same work as a wrong password, and
/// returns False. Raises :class:`UnusableHash` if the stored string is of no known form.
///
/// >>> from ironlatch import passwords
/// >>> passwords.verify("guess", passwords.hash("correct horse"))
/// False
/// >>> passwords.verify("guess", None)
/// False
#[pyfunction(name = "verify")]
fn default_verify(py: Python<'_>, password: Text<'_>, stored: Option<Received<'_>>) -> CallResult<bool> {
    verify(py, &Hasher::default(), &password, stored)
}

/// Returns whether a stored hash has another scheme or cost than :func:`hash` would give it now.
///
/// Raises :class:`UnusableHash` if the stored string is of no known form.
///
/// >>> from ironlatch import passwords
/// >>> passwords.needs_rehash(passwords.hash("correct horse"))
/// False
#[pyfunction]
fn needs_rehash(stored: Received<'_>) -> CallResult<bool> {
    Ok(Hasher::default().needs_rehash(&stored)?)
}

/// Does all that a login needs, and returns ``(True, None)``, ``(False, None)``, or ``(True,
/// new_hash)`` if the password is right and its hash should be replaced.
///
/// Raises :class:`UnusableHash` if the stored string is of no known form.
///
/// >>> from ironlatch import passwords
/// >>> right, new_hash = passwords.verify_and_update("guess", passwords.hash("correct horse"))
/// >>> right
/// False
#[pyfunction(name = "verify_and_update")]
fn default_verify_and_update(
    py: Python<'_>,
    password: Text<'_>,
    stored: Option<Received<'_>>,
) -> CallResult<(bool, Option<String>)> {
    verify_and_update(py, &Hasher::default(), &password, stored)
}

/// Estimates how hard ``password`` is to guess, with zxcvbn: a score from 0 to 4 with the weakness
/// and advice.
///
/// ``about_the_user`` holds words that somebody who knows the user tries first. ``hasher`` sets the
/// cost at which ``gpu_seconds`` counts guesses. Raises :class:`ValueError` for a password that is
/// no text.
///
/// >>> from ironlatch import passwords
/// >>> passwords.strength("Ada1815", ["Ada", "Lovelace"]).score
/// 1
#[pyfunction]
#[pyo3(
    signature = (password, about_the_user=Vec::new(), *, hasher=None),
    text_signature = "(password, about_the_user=(), *, hasher=None)"
)]
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

/// Returns a hasher at which a hash takes about ``target_ms`` milliseconds on this machine as it is
/// now, and never less than the default cost. It raises the memory first, up to ``max_memory_kib``,
/// then the passes.
///
/// Run it once on the machine that will verify, and store the numbers in the configuration. Raises
/// :class:`ValueError` for a time outside 1 to 60,000 milliseconds.
///
/// >>> from ironlatch.passwords import calibrate
/// >>> calibrate(1.0).memory_kib
/// 19456
#[pyfunction]
#[pyo3(signature = (target_ms=250.0, *, max_memory_kib=262_144))]
fn calibrate(py: Python<'_>, target_ms: f64, max_memory_kib: u32) -> CallResult<PasswordHasher> {
    if !(1.0..=60_000.0).contains(&target_ms) {
        return Err(PyValueError::new_err("target_ms must be from 1 to 60000 milliseconds").into());
    }
    let cost = detach(py, || core::calibrate(Duration::from_secs_f64(target_ms / 1000.0), max_memory_kib))?;
    Ok(PasswordHasher { inner: Hasher::new(cost)? })
}

/// Returns the name of the function that a stored hash was made with: argon2id, bcrypt, scrypt,
/// pbkdf2 …
///
/// Raises :class:`UnusableHash` if the stored string is of no known form.
///
/// >>> from ironlatch import passwords
/// >>> passwords.scheme(passwords.hash("correct horse"))
/// 'argon2id'
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
