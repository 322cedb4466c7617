"""The files of a checkout, read within bounds: no secret, nothing outside of it, nothing endless."""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_left
from pathlib import Path

MAX_BYTES = 1_000_000  # a source file that is larger was not written by a person
MAX_FILES = 4_000  # of the kinds that are read; DLaaS has about 150
MAX_ENTRIES = 60_000  # directory entries looked at

KINDS = (".js", ".mjs", ".cjs", ".ts", ".tf", ".tpl", ".sql", ".json", ".handlebars", ".hbs", ".md")
_SKIPPED = frozenset({"node_modules", "bower_components", "dist", "coverage", "vendor", "__pycache__", "venv"})
# Files that hold secrets: docs/dlaas.md, "Never read".
_SECRET = re.compile(
    r"""^(?: \.?env(?:\..*)? | .*\.env(?:\..*)? | .*\.tfvars(?:\.json)? | .*\.tfstate(?:\..*)? | \.?credentials(?:\..*)?
      | .*\.(?:pem|key|p12|pfx|crt) | \.terraformrc | terraform\.rc | \.netrc | \.npmrc | id_[a-z0-9]+ )$""",
    re.VERBOSE | re.IGNORECASE,
)


class Tree:
    """One checkout's files, of the given kinds. ``problems`` gathers a sentence for each that could not be read."""

    def __init__(self, root: Path, kinds: tuple[str, ...] = KINDS) -> None:
        self.root = root.resolve()
        self._kinds = kinds
        self.problems: list[str] = []
        self._texts: dict[str, str | None] = {}
        self._paths = self._walk()

    def paths(self, *suffixes: str, under: str = "") -> list[str]:
        """Return paths relative to the root, with ``/``, sorted; only those below ``under`` and with a suffix."""
        return [path for path in self._paths if path.endswith(suffixes) and path.startswith(under)]

    def text(self, path: str) -> str | None:
        """Return a file's text; ``None`` where it is absent, or where :attr:`problems` says why it was not read."""
        if path not in self._texts:
            try:
                self._texts[path] = self._read(path)
            except FileNotFoundError:
                self._texts[path] = None
            except OSError as error:
                self.problems.append(f"{path} could not be read: {error.strerror or error}.")
                self._texts[path] = None
        return self._texts[path]

    def _read(self, path: str) -> str | None:
        # The resolved name counts: a link named notes.md may lead to .env, or out of the checkout.
        real = (self.root / path).resolve(strict=True)
        if not real.is_relative_to(self.root):
            self.problems.append(f"{path} leads out of the checkout and was not read.")
            return None
        if any(_SECRET.match(part) for part in (*Path(path).parts, *real.relative_to(self.root).parts)):
            self.problems.append(f"{path} may hold secrets and was not read.")
            return None
        # Without O_NONBLOCK a FIFO in the checkout would hang the look.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(real, flags)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                self.problems.append(f"{path} is not a regular file and was not read.")
                return None
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            self.problems.append(f"{path} is larger than {MAX_BYTES // 1_000_000} MB and was not read.")
            return None
        return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def _walk(self) -> tuple[str, ...]:
        paths: list[str] = []
        seen = 0
        todo = [("", self.root)]
        while todo:
            prefix, folder = todo.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self.problems.append(f"{prefix or './'} could not be listed: {error.strerror or error}.")
                continue
            for entry in entries:
                seen += 1
                if seen > MAX_ENTRIES or len(paths) >= MAX_FILES:
                    self.problems.append(f"The checkout is very large: only its first {len(paths)} files were read.")
                    return tuple(sorted(paths))
                name = entry.name
                try:
                    is_folder = entry.is_dir(follow_symlinks=False)
                except OSError:
                    continue
                if is_folder:
                    if name not in _SKIPPED and not name.startswith("."):
                        todo.append((f"{prefix}{name}/", Path(entry.path)))
                elif name.endswith(self._kinds) and not _SECRET.match(name):
                    paths.append(prefix + name)
        return tuple(sorted(paths))


class Lines:
    """Line numbers of one text, by bisection."""

    def __init__(self, text: str) -> None:
        self._starts = [match.start() for match in re.finditer("\n", text)]

    def of(self, offset: int) -> int:
        """Return the line, from 1, of a character offset."""
        return bisect_left(self._starts, offset) + 1
