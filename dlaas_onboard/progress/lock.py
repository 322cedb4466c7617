"""One instance per onboarding, by a lock that the kernel releases when its holder dies.

No lock is judged by its age: after a laptop has slept, a time stamp tells nothing (docs/faults.md, "Lock").
"""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from dlaas_onboard.journey.text import line
from dlaas_onboard.progress.file_permissions import PRIVATE_FILE, cause

if sys.platform == "win32":
    import msvcrt

    _BUSY = {errno.EACCES, errno.EDEADLK}

    # A locked byte cannot be read by others: it lies far behind the text that names the holder.
    _BYTE = 1 << 30

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    _BUSY = {errno.EAGAIN, errno.EWOULDBLOCK}

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Holder(NamedTuple):
    """Who holds a lock."""

    pid: int
    host: str
    since: str  # "2026-11-24 10:00 UTC"

    def __str__(self) -> str:
        if not self.pid:
            return "another instance"
        return f"another instance (process {self.pid} on {self.host}, since {self.since})"


class Lock:
    """An exclusive lock on one file; the file stays and says who held it last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds it."""
        return self._descriptor is not None

    def acquire(self, wait: float = 0.0) -> Holder | None:
        """Take the lock, trying for ``wait`` seconds; returns who has it instead, ``None`` when it is ours.

        Raises ``OSError`` with a sentence where the file system cannot lock.
        """
        if self.held:
            return None
        try:
            flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            descriptor = os.open(self.path, flags, PRIVATE_FILE)
        except OSError as error:
            raise OSError(f"{self.path} cannot be opened: {cause(error)}.") from error
        deadline = time.monotonic() + wait
        try:
            if os.name == "posix":
                os.fchmod(descriptor, PRIVATE_FILE)
            while not self._try(descriptor):
                if time.monotonic() >= deadline:
                    holder = _read(descriptor)
                    os.close(descriptor)
                    return holder
                time.sleep(0.02)
            _write(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise OSError(f"{self.path} cannot be locked: {cause(error)}.") from error
        self._descriptor = descriptor
        return None

    def release(self) -> None:
        """Give it up."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @staticmethod
    def _try(descriptor: int) -> bool:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True


def _write(descriptor: int) -> None:
    text = json.dumps(
        {
            "pid": os.getpid(),
            "host": platform.node(),
            "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        }
    )
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, text.encode())


def _read(descriptor: int) -> Holder:
    """Return what the file says; a holder that has not written yet has process number 0."""
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        content = json.loads(os.read(descriptor, 2000))
        return Holder(int(content["pid"]), line(str(content["host"])), line(str(content["since"])))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(0, "", "")
