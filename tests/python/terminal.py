"""A terminal for programs that want one."""

from __future__ import annotations

import os
import pty
import time
from pathlib import Path


def at_terminal(command: list[str], keys: list[bytes], directory: Path) -> tuple[str, int]:
    """Returns the output of a command at a terminal where ``keys`` are typed, one at each question,
    and how it ended.
    """
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(directory)
        os.execvp(command[0], command)
    shown = b""
    for key in keys:
        # Wait for the question, as a person does: what is typed ahead is dropped.
        seen = shown.count(b": ")
        while shown.count(b": ") == seen:
            shown += os.read(terminal, 1024)
        time.sleep(0.1)
        os.write(terminal, key)
    while True:
        try:
            chunk = os.read(terminal, 1024)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
