"""The interface of asymmetric paddings."""

from __future__ import annotations

import abc

from ironlatch.utils import _at_home


class AsymmetricPadding(metaclass=abc.ABCMeta):
    """How a message is made as long as an RSA modulus, and made safe to encrypt or sign."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The padding's name, such as ``EMSA-PSS``."""


_at_home("ironlatch.hazmat.primitives.asymmetric.padding", AsymmetricPadding)
