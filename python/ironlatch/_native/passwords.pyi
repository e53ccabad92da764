from collections.abc import Mapping, Sequence
from typing import final

from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class PasswordHasher:
    """Hashes passwords with Argon2id at one cost, and verifies hashes of any cost and of many origins.

    ``memory_kib`` is the memory of a hash in KiB, ``iterations`` the passes over it, ``lanes`` how
    many threads an attacker or a faster library may use on one hash. Raises :class:`ValueError` for
    a cost that Argon2 does not take.

    ``peppers`` maps names of up to 8 bytes to keys of at least 16 bytes that the hashes depend on
    and that are kept apart from them. The first one goes into new hashes; those after it still
    verify, so that a pepper can be changed.
    """
    def __new__(
        cls,
        *,
        memory_kib: int = 19456,
        iterations: int = 2,
        lanes: int = 1,
        peppers: Mapping[str, Buffer | SecretBytes] | None = None,
    ) -> PasswordHasher: ...
    @property
    def memory_kib(self) -> int:
        """The memory of a new hash in KiB."""
    @property
    def iterations(self) -> int:
        """The passes of a new hash over its memory."""
    @property
    def lanes(self) -> int:
        """The lanes of a new hash."""
    def hash(self, password: str | Buffer | SecretBytes | Passphrase) -> str:
        """The hash of ``password`` to be stored: a PHC string of about 100 characters with its own
        random salt.

        Text is brought into Unicode's normal form C first. Raises :class:`ValueError` if the
        password is empty or longer than 4096 bytes. Other threads run meanwhile.
        """
    def verify(self, password: str | Buffer | SecretBytes | Passphrase, stored: str | None) -> bool:
        """Whether ``password`` is the one of the ``stored`` hash.

        For a user who does not exist give ``None``: it is as slow as a wrong password, and false.
        Raises :class:`UnusableHash` if the stored string is of no known form, or names a pepper
        that was not given.
        """
    def needs_rehash(self, stored: str) -> bool:
        """Whether a stored hash is not what ``hash`` would make now: another scheme, another cost,
        another pepper.

        Raises :class:`UnusableHash` if the stored string is of no known form.
        """
    def verify_and_update(
        self, password: str | Buffer | SecretBytes | Passphrase, stored: str | None
    ) -> tuple[bool, str | None]:
        """All that a login does: ``(True, None)``, ``(False, None)``, or ``(True, new_hash)`` if the
        password is right and its hash should be replaced by a new one. Errors are those of
        ``verify``.
        """

@final
class Strength:
    """An estimate of how hard a password is to guess."""
    @property
    def score(self) -> int:
        """From 0 (guessed at once) to 4 (out of reach). Ask for 3 or more."""
    @property
    def guesses_log10(self) -> float:
        """How many guesses, as a power of ten."""
    @property
    def warning(self) -> str | None:
        """What is weak, or None."""
    @property
    def suggestions(self) -> list[str]:
        """What would be better."""
    @property
    def gpu_seconds(self) -> float:
        """The seconds that one large GPU needs for so many guesses at the hasher's cost: an order of
        magnitude.
        """

def hash(password: str | Buffer | SecretBytes | Passphrase) -> str:  # noqa: A001
    """The hash of ``password`` to be stored, at the default cost. See PasswordHasher.hash."""

def verify(password: str | Buffer | SecretBytes | Passphrase, stored: str | None) -> bool:
    """Whether ``password`` is the one of the ``stored`` hash, of any cost and origin. See
    PasswordHasher.verify.
    """

def needs_rehash(stored: str) -> bool:
    """Whether a stored hash is not what ``hash`` would make now. See PasswordHasher.needs_rehash."""

def verify_and_update(password: str | Buffer | SecretBytes | Passphrase, stored: str | None) -> tuple[bool, str | None]:
    """All that a login does. See PasswordHasher.verify_and_update."""

def strength(
    password: str | Buffer | SecretBytes | Passphrase,
    about_the_user: Sequence[str] = ...,
    *,
    hasher: PasswordHasher | None = None,
) -> Strength:
    """How hard ``password`` is to guess, by zxcvbn: a score from 0 to 4 with what is weak and what
    would be better.

    ``about_the_user`` are words that somebody who knows the user tries first. ``hasher`` says at
    which cost the guesses are counted in ``gpu_seconds``; the default cost if left out.
    """

def calibrate(target_ms: float = 250.0, *, max_memory_kib: int = 262144) -> PasswordHasher:
    """A hasher at which a hash takes about ``target_ms`` milliseconds on this machine as it is now,
    and never less than the default cost. Memory is raised first, to ``max_memory_kib``, then the
    passes.

    Run it once on the machine that will verify, and keep the numbers in the configuration.
    """

def scheme(stored: str) -> str:
    """The name of the function that a stored hash was made with: argon2id, bcrypt, scrypt, pbkdf2 …

    Raises :class:`UnusableHash` if the stored string is of no known form.
    """
