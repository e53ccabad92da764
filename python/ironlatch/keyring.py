"""Named keys with versions, which can be changed while a service runs.

See ``docs/keyring.md``.
"""

__all__ = [
    "KeyDestroyed",
    "KeyDisabled",
    "KeyringError",
    "NotAllowed",
    "UnknownKey",
]


class KeyringError(Exception):
    """A keyring cannot do what was asked."""


class UnknownKey(KeyringError, LookupError):
    """A key or version is not in the keyring: what was made under it belongs to another keyring, or to a newer state."""


class KeyDisabled(KeyringError):
    """The version of the key is disabled, and can be enabled again."""


class KeyDestroyed(KeyringError):
    """The version of the key was destroyed for good."""


class NotAllowed(KeyringError):
    """The change would contradict the state of the keyring: disabling the primary version, say."""
