from os import PathLike
from typing import final

@final
class FileLock:
    """A lock file of this process, which says which process holds it."""
    @staticmethod
    def attempt(path: str | PathLike[str]) -> FileLock | str:
        """Locks the file, or returns what it says of the process that has it locked."""
    def release(self) -> None:
        """Removes the file and releases the lock. Does nothing in a child of the process that
        locked it.
        """

def prepare_own(path: str | PathLike[str], endings: list[str]) -> None:
    """Makes a file for this user alone, or checks one that is there and those besides with other
    endings, before another library opens them by their names.
    """
