"""Reads any repository for the places that send mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from types import ModuleType

from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.facts.sending import (
    DeclaredResource,
    LeftOutReason,
    Repository,
    SendingPlace,
    StoredTemplate,
)
from dlaas_onboard.journey.text import line
from dlaas_onboard.project import carriers, configured, declared_schedules, infrastructure_code, infrastructure_text
from dlaas_onboard.project.declared_schedules import DeclaredSchedule
from dlaas_onboard.project.files import Files
from dlaas_onboard.project.frameworks import amazon_ses, javascript_mail, other_mail, php_mail, python_mail, rails
from dlaas_onboard.project.languages import GRAMMARS, UNREAD, suffix
from dlaas_onboard.project.list_headers import through_carriers
from dlaas_onboard.project.places import Places
from dlaas_onboard.project.sendings import Index, Sending
from dlaas_onboard.project.subclasses import follow_subclasses
from dlaas_onboard.project.syntax import SourceFile, TooDeepError
from dlaas_onboard.project.templates import Templates
from dlaas_onboard.project.translations import Translations

MAX_PARSED_BYTES = 24_000_000
MAX_PARSED_FILES = 4_000
MAX_SENDINGS = 300  # calls of one file
MAX_KEPT_BYTES = 64_000_000  # of files' contents, in memory while reading

_READERS = (amazon_ses, javascript_mail, python_mail, rails, php_mail, other_mail)
_LANGUAGE_WORDS = {
    ".py": (amazon_ses, python_mail),
    ".rb": (amazon_ses, rails),
    ".rake": (amazon_ses, rails),
    ".php": (amazon_ses, php_mail),
    ".java": (amazon_ses, other_mail),
    ".go": (amazon_ses, other_mail),
    ".ex": (other_mail,),
    ".exs": (other_mail,),
}
_SCRIPT = (amazon_ses, javascript_mail)
_SENDS_SOMEWHERE = re.compile(
    rb"SendEmail|sendEmail|SendRawEmail|JavaMailSender|SmtpClient|MailKit|sendMail|Transport\.send|lettre::|email-smtp"
)


def read(folder: Path | str) -> Reading[Repository]:
    """Read a folder for the places that send mail.

    The reading has a value whatever the folder holds; a problem only where it is no folder that can be listed. Nothing
    outside of the folder is opened, no link is followed, and no file that may hold a secret is read. What was not read
    is told in ``left_out`` and ``truncated``: only what is :attr:`Repository.complete` may be taken for all there is.
    """
    root = Path(folder)
    source = f"repository {line(str(root))}"
    try:
        root = root.resolve(strict=True)
        listable = root.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        message = f"{line(str(folder))} cannot be read: {line(getattr(error, 'strerror', None) or str(error))}."
        return Reading(source, datetime.now(UTC), problem=Problem(ProblemKind.NOT_FOUND, message))
    if not listable:
        message = f"{line(str(folder))} is not a folder."
        return Reading(source, datetime.now(UTC), problem=Problem(ProblemKind.NOT_FOUND, message))
    repository = _Reader(root).repository()
    return Reading(source, datetime.now(UTC), value=repository, partial=repository.truncated)


class _Reader:
    """One look at one folder."""

    def __init__(self, root: Path) -> None:
        self._files = Files(root)
        self._data: dict[str, bytes | None] = {}
        self._kept = 0
        self._parsed: dict[str, SourceFile | None] = {}
        self._parsed_bytes = 0
        self._read: set[str] = set()
        self._truncated = self._files.truncated
        self._mailing: set[str] = set()  # code that says something of mail
        self._followed = False
        self._looked_at = [(path, end) for path in self._files.paths if (end := _kind(path))]
        self._stems: dict[tuple[str, str], list[str]] = {}
        for path, end in self._looked_at:
            if end in GRAMMARS:
                stem = path.rpartition("/")[2].rpartition(".")[0]
                self._stems.setdefault((stem, end), []).append(path)

    def repository(self) -> Repository:
        """Return what the folder says."""
        sendings: list[Sending] = []
        places: list[SendingPlace] = []
        stored: list[StoredTemplate] = []
        resources: list[DeclaredResource] = []
        schedules: list[DeclaredSchedule] = []
        index = Index(self._by_stem)
        for path, end in self._looked_at:
            data = self._data_of(path)
            if data is None:
                continue
            if end in GRAMMARS:
                if _may_send(end, data):
                    self._mailing.add(path)
                    sendings += self._code(path, end, data, index)
                    places += self._named_servers(path, data)
                resources += self._declared(path, data)
                schedules += self._scheduled(path, end, data)
            elif end in UNREAD:
                self._note_unread(path, end, data)
            elif _is_configuration(path, data) and self._files.own(path, data):
                text = data.decode("utf-8", "replace").replace("\r\n", "\n")
                places += configured.places(path, text)
                stored += configured.stored_templates(path, text)
                resources += infrastructure_text.text_resources(path, text)
                schedules += declared_schedules.of_text(path, text)
        carriers.follow(sendings, self._callers, partial(_complete, index=index))
        follow_subclasses(sendings, self._callers)
        maker = Places(Templates(self._files.paths, self._data_of), Translations(self._files.paths, self._data_of))
        places += through_carriers(maker.place(sending) for sending in sendings)
        schedules += declared_schedules.of_resources(resources)
        places = list(declared_schedules.with_schedules(places, schedules, self._data_of))
        places.sort(key=lambda place: (place.source.path, place.source.line, place.call))
        return Repository(
            line(str(self._files.root)),
            tuple(places),
            tuple(stored),
            tuple(resources),
            len(self._files.paths),
            len(self._read),
            self._files.left_out(),
            self._truncated,
        )

    def _data_of(self, path: str) -> bytes | None:
        """Return a file's bytes, kept while there is room for them."""
        if path in self._data:
            return self._data[path]
        data = self._files.data(path)
        self._read.add(path)
        if self._kept < MAX_KEPT_BYTES:
            self._data[path] = data
            self._kept += len(data or b"")
        return data

    def _code(self, path: str, end: str, data: bytes, index: Index) -> Iterator[Sending]:
        readers = [each for each in _LANGUAGE_WORDS.get(end, _SCRIPT) if _may_find(each, data)]
        file = self._file(path) if readers else None
        if file is not None:
            sendings = [sending for reader in readers for sending in islice(reader.find(file, index), MAX_SENDINGS)]
            if len(sendings) >= MAX_SENDINGS:
                self._truncated = self._truncated or f"{line(path)} sends from more places than are read."
            yield from sendings

    def _named_servers(self, path: str, data: bytes) -> Iterator[SendingPlace]:
        file = self._file(path) if b"email-smtp" in data or b"UserPoolEmail" in data else None
        return configured.code_places(file) if file is not None else iter(())

    def _declared(self, path: str, data: bytes) -> Iterator[DeclaredResource]:
        file = self._file(path) if infrastructure_code.declares(path, data) else None
        return infrastructure_code.code_resources(file) if file is not None else iter(())

    def _scheduled(self, path: str, end: str, data: bytes) -> Iterator[DeclaredSchedule]:
        file = self._file(path) if declared_schedules.declares(path, end, data) else None
        found = declared_schedules.of_code(file) if file is not None else iter(())
        return islice(found, declared_schedules.MAX_SCHEDULES)

    def _note_unread(self, path: str, end: str, data: bytes) -> None:
        if _may_send(end, data) and _SENDS_SOMEWHERE.search(data) and self._files.own(path, data):
            self._files.leave_out(path, LeftOutReason.LANGUAGE)

    def _file(self, path: str) -> SourceFile | None:
        """Return a file parsed; ``None`` where it is not the project's own, or where too much was parsed already."""
        if path in self._parsed:
            return self._parsed[path]
        data = self._data_of(path)
        if data is None or not self._files.own(path, data):
            self._parsed[path] = None
            return None
        if self._parsed_bytes > MAX_PARSED_BYTES or len(self._parsed) >= MAX_PARSED_FILES:
            self._truncated = (
                self._truncated or f"Only the first {len(self._parsed)} files with code for mail were read."
            )
            self._files.leave_out(path, LeftOutReason.LIMIT)
            return None
        self._parsed_bytes += len(data)
        try:
            self._parsed[path] = SourceFile(path, data)
        except TooDeepError:
            self._parsed[path] = None
            self._files.leave_out(path, LeftOutReason.UNREADABLE)
        return self._parsed[path]

    def _by_stem(self, stem: str, end: str) -> tuple[SourceFile, ...]:
        paths = self._stems.get((stem, end), ())
        return tuple(file for path in paths if (file := self._file(path)) is not None)

    def _callers(self, names: Iterable[str]) -> Iterator[SourceFile]:
        """Yield the files that call one of the functions by its name.

        A file that says nothing of mail is looked at again only while it is kept in memory, or the first time.
        """
        every = _pattern(names)
        silent = _pattern(name for name in names if not _says_mail(name))
        for path, end in self._looked_at:
            words = every if path in self._mailing else silent
            if not words or end not in GRAMMARS or (self._followed and path not in self._data):
                continue
            data = self._data_of(path)
            if data is not None and _names_any(data, words) and (file := self._file(path)) is not None:
                yield file
        self._followed = True


def _is_configuration(path: str, data: bytes) -> bool:
    if path.endswith(("vercel.json", "schedule.yml")):
        return True
    return any(word in data for word in configured.WORDS) or infrastructure_text.declares(path, data)


def _complete(sending: Sending, index: Index) -> None:
    """Add what a framework knows of the message that a carrier is given."""
    php_mail.complete(sending, index)
    other_mail.complete_elixir(sending, index)


def _may_find(framework: ModuleType, data: bytes) -> bool:
    """Whether a framework's reader may find something in a file, by the words that it looks for."""
    if not any(word in data for word in framework.WORDS):
        return False
    return framework is not amazon_ses or any(word in data for word in amazon_ses.NEEDS)


def _kind(path: str) -> str:
    """Return the suffix of a file that is looked at, ``""`` for any other."""
    end = suffix(path)
    known = end in GRAMMARS or end in UNREAD or end in configured.SUFFIXES
    return end if known and not path.endswith(".blade.php") else ""


_Words = list[tuple[bytes, re.Pattern[bytes]]]


def _pattern(names: Iterable[str]) -> _Words:
    """Return a pattern for the names of each beginning: a search that begins with letters is the fastest."""
    by_beginning: dict[bytes, list[bytes]] = {}
    for name in sorted({name.encode() for name in names if name}):
        by_beginning.setdefault(name[:4], []).append(name)
    return [
        (
            beginning,
            re.compile(re.escape(beginning) + rb"(?:" + b"|".join(re.escape(each[4:]) for each in words) + rb")(?!\w)"),
        )
        for beginning, words in by_beginning.items()
    ]


def _names_any(data: bytes, words: _Words) -> bool:
    return any(beginning in data and pattern.search(data) is not None for beginning, pattern in words)


def _says_mail(name: str) -> bool:
    """Whether files with this name are looked at for mail in any case; a name of one word is sought only there."""
    return "mail" in name.lower() or not re.search(r"[a-z0-9][A-Z]|\w_\w", name)


def _may_send(end: str, data: bytes) -> bool:
    """Whether a file may send: a search for a few letters is a hundred times faster than one for a pattern."""
    if b"mail" in data or b"Mail" in data:
        return True
    if end == ".php":
        return b"otif" in data
    return end in (".rb", ".rake") and (b"deliver" in data or b"devise" in data)
