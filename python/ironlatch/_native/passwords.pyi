from collections.abc import Mapping, Sequence
from typing import Literal, final

from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class PasswordHasher:
    """Hashes passwords with Argon2id at one cost, and verifies hashes of any cost and of many origins.

    ``memory_kib`` is the memory of a hash in KiB, ``iterations`` the passes over it, and ``lanes``
    the number of threads that an attacker or a faster library may use on one hash.

    ``peppers`` maps names of up to 8 bytes to keys of at least 16 bytes that the hashes depend on;
    store them apart from the hashes. The first one goes into new hashes. The others still verify,
    so that a pepper can be changed.

    Raises :class:`ValueError` for a cost that Argon2 does not take.

    >>> from ironlatch.passwords import PasswordHasher
    >>> hasher = PasswordHasher(memory_kib=65_536, iterations=3)
    >>> stored = hasher.hash("correct horse")
    >>> hasher.verify("correct horse", stored)
    True
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
        """Hashes ``password``, and returns what to store: a PHC string of about 100 characters with
        its own random salt.

        Text is brought into Unicode's normal form C first. Other threads run meanwhile. Raises
        :class:`ValueError` if the password is empty or longer than 4096 bytes.
        """
    def verify(self, password: str | Buffer | SecretBytes | Passphrase, stored: str | None) -> bool:
        """Returns whether ``password`` is the one that was hashed to ``stored``.

        For a user who does not exist pass ``None``: it costs the same work as a wrong password, and
        returns False. Raises :class:`UnusableHash` if the stored string is of no known form, or
        names a pepper that was not given.
        """
    def needs_rehash(self, stored: str) -> bool:
        """Returns whether a stored hash has another scheme, cost or pepper than :meth:`hash` would
        give it now.

        Raises :class:`UnusableHash` if the stored string is of no known form.
        """
    def verify_and_update(
        self, password: str | Buffer | SecretBytes | Passphrase, stored: str | None
    ) -> tuple[bool, str | None]:
        """Does all that a login needs, and returns ``(True, None)``, ``(False, None)``, or ``(True,
        new_hash)`` if the password is right and its hash should be replaced.

        Raises what :meth:`verify` raises.
        """

@final
class Strength:
    """Estimates how hard a password is to guess: see :func:`strength`."""
    @property
    def score(self) -> int:
        """From 0 (guessed at once) to 4 (out of reach). Ask for 3 or more."""
    @property
    def guesses_log10(self) -> float:
        """The number of guesses, as a power of ten."""
    @property
    def warning(self) -> str | None:
        """The weakness, in words, or None."""
    @property
    def suggestions(self) -> list[str]:
        """Advice for a better password."""
    @property
    def gpu_seconds(self) -> float:
        """The seconds that one large GPU needs for that number of guesses at the hasher's cost: an
        order of magnitude.
        """

def hash(password: str | Buffer | SecretBytes | Passphrase) -> str:  # noqa: A001
    """Hashes ``password`` at the default cost, and returns what to store.

    Raises :class:`ValueError` if the password is empty or longer than 4096 bytes.
    :class:`PasswordHasher` takes another cost.

    >>> from ironlatch import passwords
    >>> stored = passwords.hash("correct horse")
    >>> passwords.verify("correct horse", stored)
    True
    """

def verify(password: str | Buffer | SecretBytes | Passphrase, stored: str | None) -> bool:
    """Returns whether ``password`` is the one that was hashed to ``stored``, at any cost and by any of
    the known programs.

    For a user who does not exist pass ``None``: it costs the same work as a wrong password, and
    returns False. Raises :class:`UnusableHash` if the stored string is of no known form.

    >>> from ironlatch import passwords
    >>> passwords.verify("guess", passwords.hash("correct horse"))
    False
    >>> passwords.verify("guess", None)
    False
    """

def needs_rehash(stored: str) -> bool:
    """Returns whether a stored hash has another scheme or cost than :func:`hash` would give it now.

    Raises :class:`UnusableHash` if the stored string is of no known form.

    >>> from ironlatch import passwords
    >>> passwords.needs_rehash(passwords.hash("correct horse"))
    False
    """

def verify_and_update(password: str | Buffer | SecretBytes | Passphrase, stored: str | None) -> tuple[bool, str | None]:
    """Does all that a login needs, and returns ``(True, None)``, ``(False, None)``, or ``(True,
    new_hash)`` if the password is right and its hash should be replaced.

    Raises :class:`UnusableHash` if the stored string is of no known form.

    >>> from ironlatch import passwords
    >>> right, new_hash = passwords.verify_and_update("guess", passwords.hash("correct horse"))
    >>> right
    False
    """

def strength(
    password: str | Buffer | SecretBytes | Passphrase,
    about_the_user: Sequence[str] = (),
    *,
    hasher: PasswordHasher | None = None,
) -> Strength:
    """Estimates how hard ``password`` is to guess, with zxcvbn: a score from 0 to 4 with the weakness
    and advice.

    ``about_the_user`` holds words that somebody who knows the user tries first. ``hasher`` sets the
    cost at which ``gpu_seconds`` counts guesses. Raises :class:`ValueError` for a password that is
    no text.

    >>> from ironlatch import passwords
    >>> passwords.strength("Ada1815", ["Ada", "Lovelace"]).score
    1
    """

def calibrate(target_ms: float = 250.0, *, max_memory_kib: int = 262144) -> PasswordHasher:
    """Returns a hasher at which a hash takes about ``target_ms`` milliseconds on this machine as it is
    now, and never less than the default cost. It raises the memory first, up to ``max_memory_kib``,
    then the passes.

    Run it once on the machine that will verify, and store the numbers in the configuration. Raises
    :class:`ValueError` for a time outside 1 to 60,000 milliseconds.

    >>> from ironlatch.passwords import calibrate
    >>> calibrate(1.0).memory_kib
    19456
    """

def scheme(stored: str) -> Literal["argon2d", "argon2i", "argon2id", "bcrypt", "pbkdf2", "scrypt"]:
    """Returns the name of the function that a stored hash was made with: argon2id, bcrypt, scrypt,
    pbkdf2 …

    Raises :class:`UnusableHash` if the stored string is of no known form.

    >>> from ironlatch import passwords
    >>> passwords.scheme(passwords.hash("correct horse"))
    'argon2id'
    """
