from os import PathLike
from typing import final

@final
class FileLock:
    @staticmethod
    def attempt(path: str | PathLike[str]) -> FileLock | str: ...
    def release(self) -> None: ...

def prepare_own(path: str | PathLike[str], endings: list[str]) -> None: ...
