"""The low layer: primitives that can be combined in ways that are not safe. Prefer a recipe."""

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def __getattr__(name):
        from ironlatch._submodules import load

        return load(__name__, name)


def __dir__() -> list[str]:
    from ironlatch._submodules import listing

    return listing(__name__)
