"""The files of a repository that are read, and those that are left out: tests, other people's code, secrets, too much.

Nothing outside of the folder is opened, nothing that may hold a secret, and nothing that ``.gitignore`` leaves out.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from dlaas_onboard.journey.facts.sending import LeftOut, LeftOutReason
from dlaas_onboard.journey.text import line

MAX_BYTES = 1_000_000  # a source file that is larger was not written by a person
MOST_ARE_SMALLER = 65_536
MAX_ENTRIES = 200_000  # directory entries looked at
MAX_DEPTH = 40
MAX_NAMED = 20  # files named for one reason
MAX_IGNORE_BYTES = 64_000  # of one .gitignore

_TEST_FOLDERS = frozenset(
    {
        *("test", "tests", "__tests__", "spec", "specs", "__mocks__", "mocks", "__fixtures__", "fixtures"),
        *("testdata", "test-data", "e2e", "cypress", "playwright", "testing", "__snapshots__", "factories"),
    }
)
_VENDORED_FOLDERS = frozenset(
    {
        *("node_modules", "bower_components", "jspm_packages", "vendor", "third_party", "third-party"),
        *("external_libs", "venv", ".venv", "virtualenv", "site-packages", "__pycache__", "Pods", ".bundle"),
        *(".yarn", "deps"),
    }
)
_GENERATED_FOLDERS = frozenset(
    {
        *("dist", "build", "coverage", "htmlcov", ".next", ".nuxt", ".output", ".svelte-kit", ".turbo"),
        *(".serverless", ".aws-sam", "cdk.out", ".terraform", "storybook-static", "__generated__", "generated"),
        *("_build", "public/build"),
    }
)
_HIDDEN_KEPT = frozenset({".github", ".ebextensions", ".platform"})
_TEST_FILE = re.compile(
    r"""(?: [._-](?:test|tests|spec|e2e|stories|story|mock|fixture)\.[cm]?[jt]sx?$ | _(?:test|spec)\.(?:go|rb|py|exs?)$
      | ^(?:test_.*|conftest|tests)\.py$ | (?:Test|Tests|TestCase|IT)\.(?:java|php|kt)$ | \.test\.\w+$ )""",
    re.VERBOSE,
)
_GENERATED_FILE = re.compile(r"(?:\.min\.(?:js|css|html)|\.bundle\.js|\.map|\.pb\.go|_pb2\.py|\.d\.ts|-lock\.json)$")
# Names that hold secrets, whatever is in them: docs/dlaas.md, "Never read".
_SECRET = re.compile(
    r"""^(?: \.env.* | env | .*\.env(?:\..*)? | .*\.tfvars(?:\.json)? | .*\.tfstate(?:\..*)? | \.?credentials(?:\..*)?
      | .*\.(?:pem|key|p12|pfx|crt|jks|keystore|kdbx|asc|gpg) | \.terraformrc | terraform\.rc | \.netrc | \.npmrc
      | \.pypirc | \.htpasswd | \.pgpass | id_(?:rsa|dsa|ecdsa|ed25519)[^/]*
      | (?:secrets?|master)\.(?:ya?ml|json|toml|key|enc|py)
      | credentials\.ya?ml(?:\.enc)? | service[-_]account.*\.json | \.aws/.* )$""",
    re.VERBOSE | re.IGNORECASE,
)
_GENERATED_MARK = re.compile(rb"@generated|Code generated .{0,80}DO NOT EDIT|AUTO-?GENERATED FILE")


class Files:
    """The files of one folder, listed once. Paths are relative to it, with ``/``."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.truncated = ""
        self.listed = 0
        self.paths: list[str] = []
        self._left_out: dict[LeftOutReason, dict[str, None]] = defaultdict(dict)
        self._ignores: dict[str, GitIgnoreSpec | None] = {}
        self._list()
        self.paths.sort()

    def data(self, path: str) -> bytes | None:
        """Return a file's bytes; ``None`` where :meth:`left_out` says why it was not read."""
        # Without O_NONBLOCK a FIFO in the folder would hang the look.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(f"{self.root}/{path}", flags)
        except OSError:
            self.leave_out(path, LeftOutReason.UNREADABLE)
            return None
        try:
            return self._content(handle, path)
        except OSError:
            self.leave_out(path, LeftOutReason.UNREADABLE)
            return None
        finally:
            os.close(handle)

    def _content(self, handle: int, path: str) -> bytes | None:
        data = os.read(handle, MOST_ARE_SMALLER)
        if len(data) < MOST_ARE_SMALLER:
            return data
        while len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES)):
            data += more
        if len(data) <= MAX_BYTES:
            return data
        data_file = path.endswith((".json", ".xml", ".yml", ".yaml"))
        self.leave_out(path, LeftOutReason.GENERATED if data_file else LeftOutReason.LARGE)
        return None

    def own(self, path: str, data: bytes) -> bool:
        """Whether a file is the project's own code: neither ignored nor marked as generated. Asked of few files."""
        if self._ignored(path):
            self.leave_out(path, LeftOutReason.IGNORED)
            return False
        if _GENERATED_MARK.search(data, 0, 600):
            self.leave_out(path, LeftOutReason.GENERATED)
            return False
        return True

    def leave_out(self, path: str, reason: LeftOutReason) -> None:
        """Keep that a file or folder was not read."""
        self._left_out[reason].setdefault(path)

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return what was not read, by reason."""
        return tuple(
            LeftOut(reason, len(paths), tuple(line(path) for path in sorted(paths)[:MAX_NAMED]))
            for reason, paths in sorted(self._left_out.items())
        )

    def _list(self) -> None:
        folders = [""]
        while folders:
            prefix = folders.pop()
            for entry in self._entries(prefix):
                self.listed += 1
                if self.listed > MAX_ENTRIES:
                    self.truncated = f"The folder is very large: only its first {MAX_ENTRIES} entries were looked at."
                    self.leave_out(prefix or "./", LeftOutReason.LIMIT)
                    return
                folder = self._take(prefix, entry)
                if folder:
                    folders.append(folder)

    def _entries(self, prefix: str) -> Iterator[os.DirEntry[str]]:
        if prefix.count("/") > MAX_DEPTH:
            self.leave_out(prefix, LeftOutReason.LIMIT)
            return
        try:
            with os.scandir(f"{self.root}/{prefix}") as entries:
                listed = list(entries)
        except OSError:
            self.leave_out(prefix or "./", LeftOutReason.UNREADABLE)
            return
        self._ignores[prefix] = self._ignore_file(prefix) if any(e.name == ".gitignore" for e in listed) else None
        yield from listed

    def _take(self, prefix: str, entry: os.DirEntry[str]) -> str:
        """Keep one entry; return it where it is a folder to be listed."""
        path = prefix + entry.name
        try:
            if entry.is_symlink():
                self.leave_out(path, LeftOutReason.LINK)
                return ""
            folder = entry.is_dir(follow_symlinks=False)
            if not folder and not entry.is_file(follow_symlinks=False):  # a pipe, a socket, a device
                self.leave_out(path, LeftOutReason.UNREADABLE)
                return ""
        except OSError:
            self.leave_out(path, LeftOutReason.UNREADABLE)
            return ""
        if not folder:
            self._take_file(path, entry.name)
            return ""
        reason = _folder_reason(entry.name)
        if reason is None and self._ignored(f"{path}/"):
            reason = LeftOutReason.IGNORED
        if reason is None:
            return f"{path}/"
        if entry.name != ".git":
            self.leave_out(f"{path}/", reason)
        return ""

    def _take_file(self, path: str, name: str) -> None:
        if _SECRET.match(name):
            self.leave_out(path, LeftOutReason.SECRET)
        elif _TEST_FILE.search(name):
            self.leave_out(path, LeftOutReason.TESTS)
        elif _GENERATED_FILE.search(name):
            self.leave_out(path, LeftOutReason.GENERATED)
        else:
            self.paths.append(path)

    def _ignore_file(self, prefix: str) -> GitIgnoreSpec | None:
        data = self.data(f"{prefix}.gitignore")
        if data is None:
            return None
        lines = data[:MAX_IGNORE_BYTES].decode("utf-8", "replace").splitlines()
        patterns = [each for each in lines if each.strip() and not each.startswith("#")]
        try:
            return GitIgnoreSpec.from_lines(patterns)
        except (ValueError, re.error):
            self.leave_out(f"{prefix}.gitignore", LeftOutReason.UNREADABLE)
            return None

    def _ignored(self, path: str) -> bool:
        """Whether a ``.gitignore`` of the folder, or of one above it, leaves the path out; the nearest decides."""
        prefix = path.rstrip("/").rpartition("/")[0]
        while True:
            prefix = f"{prefix}/" if prefix else ""
            spec = self._ignores.get(prefix)
            name = path[len(prefix) :]
            verdict = spec.check_file(name).include if spec is not None else None
            if verdict and spec is not None and name.endswith("/"):  # "!lang" takes a folder back, its "/" or not
                verdict = spec.check_file(name.rstrip("/")).include is not False
            if verdict is not None or not prefix:
                return bool(verdict)
            prefix = prefix.rstrip("/").rpartition("/")[0]


def _folder_reason(name: str) -> LeftOutReason | None:
    """Return why a folder is left out for its name; ``None`` where it is read."""
    if name in _TEST_FOLDERS or name.lower().endswith(("-e2e", ".test", ".tests")):
        return LeftOutReason.TESTS
    if name in _VENDORED_FOLDERS:
        return LeftOutReason.VENDORED
    if name in _GENERATED_FOLDERS:
        return LeftOutReason.GENERATED
    if name.startswith(".") and name not in _HIDDEN_KEPT:
        return LeftOutReason.VENDORED
    return None
