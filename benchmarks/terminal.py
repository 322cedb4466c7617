"""A program in a pseudo-terminal, and the screen that it has drawn.

"Painted" means that the words stand in the cells of the screen. The time of a read is taken before its bytes are
interpreted, so that the emulator's own work is not charged to the program.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

# What pyte would show as text: keyboard protocols, mode requests, OSC and DCS strings.
_UNKNOWN = re.compile(
    rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p|\x1b\].*?(?:\x07|\x1b\\)|\x1bP.*?\x1b\\", re.DOTALL
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*|[\]P][^\x07\x1b]*)?\Z")
_SYNCHRONIZED = b"\x1b[?2026$p"  # asks whether output can be synchronized; terminals of today say yes
_NOT_INHERITED = ("NO_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "COLUMNS", "LINES", "TEXTUAL_THEME")


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what would change a measurement, and with ``more``."""
    clean = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**clean, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **more}


class Terminal:
    """Starts ``command``; a context manager that ends it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], cwd: Path, size: tuple[int, int] = (100, 30)):
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._rest = b""
        self._fd, child = os.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.started = time.perf_counter()
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            command, stdin=child, stdout=child, stderr=child, env=environment(env), cwd=cwd, start_new_session=True
        )
        os.close(child)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._fd)

    def text(self) -> str:
        """Return the characters on the screen."""
        return "\n".join(self.screen.display)

    def wait(self, done: Callable[[str], Any], timeout: float) -> float | None:
        """Return the time of the read after which ``done`` holds for the screen, ``None`` after ``timeout`` seconds."""
        end = time.perf_counter() + timeout
        while (left := end - time.perf_counter()) > 0:
            stamp = self._read(left)
            if stamp is not None and done(self.text()):
                return stamp
            if stamp is None and self.process.poll() is not None:
                return None
        return None

    def rest(self, quiet: float, limit: float = 3.0) -> None:
        """Read until nothing came for ``quiet`` seconds, or ``limit`` is over."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end and self._read(quiet) is not None:
            pass

    def press(self, key: str) -> float:
        """Send a key and return the time."""
        stamp = time.perf_counter()
        os.write(self._fd, key.encode())
        return stamp

    def leave(self, key: str, timeout: float) -> float | None:
        """Send ``key`` and return the seconds until the process is gone, ``None`` after ``timeout``."""
        begin = self.press(key)
        while time.perf_counter() - begin < timeout:
            if self.process.poll() is not None:
                return time.perf_counter() - begin
            self._read(0.002)
        return None

    def megabytes(self) -> float:
        """Return the resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def _read(self, timeout: float) -> float | None:
        ready, _, _ = select.select([self._fd], [], [], max(timeout, 0.0))
        if not ready:
            return None
        stamp = time.perf_counter()
        try:
            data = os.read(self._fd, 1 << 17)
        except OSError:  # the other side is closed
            time.sleep(0.002)
            return None
        if _SYNCHRONIZED in data:
            os.write(self._fd, b"\x1b[?2026;2$y")
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        self._rest = data[unfinished.start() :] if unfinished else b""
        self._stream.feed(_UNKNOWN.sub(b"", data[: unfinished.start()] if unfinished else data))
        return stamp
