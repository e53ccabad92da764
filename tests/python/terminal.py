"""A terminal for programs that want one."""

from __future__ import annotations

import contextlib
import os
import pty
import sys
import termios
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


#: As much of a shell as is needed to stop a program and to go on with it: it shows the number of
#: the process, says whether the terminal echoes when the program has stopped, and waits for a line.
SHELL = """
import os, signal, sys, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
program = os.fork()
if program == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
print("process", program, flush=True)
while True:
    _, status = os.waitpid(program, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(os.waitstatus_to_exitcode(status) & 255)
    os.tcsetpgrp(0, os.getpgrp())
    settings = termios.tcgetattr(0)
    print("stopped, echo", bool(settings[3] & termios.ECHO), flush=True)
    settings[3] |= termios.ECHO | termios.ICANON
    termios.tcsetattr(0, termios.TCSADRAIN, settings)
    sys.stdin.readline()
    os.tcsetpgrp(0, program)
    os.kill(program, signal.SIGCONT)
"""


class Session:
    """A program that a shell runs at a terminal."""

    def __init__(self, command: list[str]) -> None:
        self.shown = b""
        self.shell, self.terminal = pty.fork()
        if self.shell == 0:
            os.execv(sys.executable, [sys.executable, "-c", SHELL, *command])
        self.wait_for(b"process ")
        self.process = int(self.wait_for(b"\n"))

    def wait_for(self, words: bytes) -> bytes:
        """Reads until the words have been shown, and returns what was shown before them."""
        while words not in self.shown:
            self.shown += os.read(self.terminal, 1024)
        before, _, self.shown = self.shown.partition(words)
        return before

    def type(self, keys: bytes) -> None:
        # As a person does: what is typed ahead is dropped.
        time.sleep(0.1)
        os.write(self.terminal, keys)

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def end(self) -> int:
        """Waits for the end of the program, and returns its status."""
        with contextlib.suppress(OSError):
            while chunk := os.read(self.terminal, 1024):
                self.shown += chunk
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.shell, 0)[1])
