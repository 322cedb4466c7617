"""Who may touch the progress: nobody but its owner.

The rules: docs/faults.md, "Files". SQLite opens the files itself, so they are looked at with ``lstat``
first; nobody else can change them in between, because the directory is the owner's alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_POSIX = os.name == "posix"


def cause(error: OSError) -> str:
    """Return the system's words for ``error``: ``No space left on device``."""
    return error.strerror or str(error) or type(error).__name__


def prepare_directory(path: Path) -> None:
    """Create the directory for its owner alone, or tighten it; raises ``OSError`` with a sentence if it is not safe."""
    try:
        created = _create_directory(path)
        status = path.lstat()
    except OSError as error:
        raise OSError(f"{path} cannot be created: {cause(error)}.") from error
    if stat.S_ISLNK(status.st_mode):
        raise OSError(f"{path} is a symbolic link; progress is only kept in a real directory.")
    if not stat.S_ISDIR(status.st_mode):
        raise OSError(f"{path} is not a directory.")
    if not _POSIX:
        return
    if not created:
        _check_owner(path, status)
    parent = path.parent.stat()
    if parent.st_mode & stat.S_IWOTH and not parent.st_mode & stat.S_ISVTX:
        raise OSError(f"{path.parent} can be changed by every user of this machine; progress is not kept inside it.")
    if stat.S_IMODE(status.st_mode) != PRIVATE_DIRECTORY and os.access(path, os.W_OK):
        _make_private(path)


def _create_directory(path: Path) -> bool:
    """Create the directory where nothing has its name, with all above it; return whether it was created."""
    if os.path.lexists(path):
        return False
    # mkdir's own parents would be as open as the umask lets them be, and progress is not kept in such a folder.
    for missing in reversed([part for part in (path, *path.parents) if not part.exists()]):
        missing.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    return True


def _make_private(path: Path) -> None:
    # Somebody's working folder is not ours to shut: only a folder that holds nothing else is made private.
    if any(not _is_ours(entry.name) for entry in path.iterdir()):
        raise OSError(
            f"{path} holds other things and can be read by other users; name a folder of its own with --state-dir."
        )
    try:
        path.chmod(PRIVATE_DIRECTORY)
    except OSError as error:
        raise OSError(f"{path} cannot be made private: {cause(error)}.") from error


def _is_ours(name: str) -> bool:
    return name.startswith("progress.sqlite") or name.endswith(".lock") or name == "rehearsal"


def check_file(path: Path) -> bool:
    """Return whether the file is there; raises ``OSError`` with a sentence if it is not the owner's own plain file."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise OSError(f"{path} cannot be looked at: {cause(error)}.") from error
    if stat.S_ISLNK(status.st_mode):
        raise OSError(f"{path} is a symbolic link; progress is only kept in a real file.")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path} is not a file.")
    if _POSIX:
        _check_owner(path, status)
        if stat.S_IMODE(status.st_mode) != PRIVATE_FILE and os.access(path, os.W_OK):
            path.chmod(PRIVATE_FILE)
    return True


def create_file(path: Path) -> None:
    """Create an empty file that only its owner can read, whatever the umask; raises ``OSError`` with a sentence."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), PRIVATE_FILE)
        try:
            if _POSIX:
                os.fchmod(descriptor, PRIVATE_FILE)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OSError(f"{path} cannot be created: {cause(error)}.") from error


def sync_directory(path: Path) -> None:
    """Make a rename inside ``path`` durable, where the platform can."""
    if not _POSIX:
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def writable(directory: Path, file: Path) -> str:
    """Return why neither can be written, ``""`` if they can."""
    for path in (directory, file):
        if os.path.lexists(path) and not os.access(path, os.W_OK):
            return f"{path} is read-only, so nothing can be saved."
    return ""


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise OSError(f"{path} belongs to another user (uid {status.st_uid}); start the program as that user.")
    if status.st_mode & _OTHERS_WRITE:
        raise OSError(f"{path} can be changed by other users; look at it, then run: chmod go-w '{path}'")
