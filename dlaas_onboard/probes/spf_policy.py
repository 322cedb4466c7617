"""SPF as a receiver evaluates it (RFC 7208): the library pyspf judges, every question goes through our resolver.

It is evaluated for a sender that no mechanism matches, so that all terms count; docs/faults.md, "DNS": what
cannot be asked is a problem and never an error of the record.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dlaas_onboard.journey.facts import Spf
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes.dns_queries import Ask, Asking, failed
from dlaas_onboard.probes.dns_reply import Reply, name_text, raw, txt

with warnings.catch_warnings():
    # Its docstrings hold escapes that a Python which compiles it complains about on the terminal.
    warnings.simplefilter("ignore")
    import spf  # type: ignore[import-untyped]

_SENDER = "203.0.113.77"  # RFC 5737: nobody's
_REVERSED = "77.113.0.203"
_QUESTIONS = 60
_VERSION = re.compile(rb"v=spf1( |$)", re.IGNORECASE)
_VOID = "void"
_NO_RECORD = "No valid SPF record for included domain: "
# The library's words where ours are clearer.
_WORDS = {
    "Two or more type TXT spf records found.": "It has more than one SPF record",
    "include has trivial recursion": "It includes itself",
    "Do not separate mechnisms with commas": "Terms are separated by spaces, not by commas",
    "Non-ascii characters found": "It has characters that are not ASCII",
    "redirect domain has no SPF record": "It redirects to a name without an SPF record",
}


def evaluate(name: str, ask: Ask) -> Reading[Spf]:
    """Read and evaluate the SPF policy of ``name``. A question that fails on the way is the reading's problem."""
    asking = Asking(ask, f"The SPF policy of {line(name, limit=255)}")
    reply = asking(name, "TXT")
    if reply.problem is not None:
        return failed(reply.source, reply.problem)
    policies = [rdata for rdata in reply.rdatas if _VERSION.match(raw(rdata))]
    policy = Spf(reply.asked, tuple(txt(rdata) for rdata in policies), answer=reply.value)
    if len(policies) != 1:
        error = f"There are {len(policies)} SPF records; with more than one, SPF fails." if policies else ""
        return Reading(reply.source, datetime.now(UTC), replace(policy, error=error))
    try:
        text = raw(policies[0]).decode("ascii")
    except UnicodeDecodeError:
        error = "The record has characters that are not ASCII."
        return Reading(reply.source, datetime.now(UTC), replace(policy, error=error))
    evaluation = _Evaluation(reply.asked, asking)
    try:
        evaluation.check(spf=text)
    except Exception as error:  # the library trips over the text: neither our defect nor a verdict on the record
        why = f"The SPF record of {reply.asked} could not be evaluated: {line(repr(error), limit=120)}."
        return failed(reply.source, Problem(ProblemKind.MALFORMED, why))
    policy = replace(policy, terms=tuple(evaluation.terms), includes=tuple(evaluation.includes))
    if evaluation.perm_error is None and evaluation.problem is not None:
        # What the record itself says is known all the same.
        return Reading(reply.source, datetime.now(UTC), policy, evaluation.problem, "the record without its look-ups")
    policy = replace(
        policy,
        lookups=int(evaluation.lookups),
        void_lookups=int(evaluation.void_lookups),
        error=evaluation.sentence(),
    )
    return Reading(reply.source, datetime.now(UTC), policy)


class _Evaluation(spf.query):  # type: ignore[misc]  # the library has no types
    """One evaluation that goes on after the first error, so that all look-ups are counted."""

    def __init__(self, name: str, asking: Asking) -> None:
        super().__init__(i=_SENDER, s=f"postmaster@{name}", h=name, strict=False)
        self.problem: Problem | None = None
        self.perm_error: Any = None
        self._name = name
        self._where = ""  # whose record the first error is in
        self._asking = asking
        self._questions = 0
        self._path: list[str] = []
        self.terms: list[str] = []  # mechanisms of the record itself, safe to show
        self.includes: list[str] = []
        self._ended = False  # what follows "all" counts for nothing

    def sentence(self) -> str:
        """Return why a receiver ends with permerror, ``""`` where it does not."""
        error = self.perm_error
        if error is None:
            return ""
        if error.msg == "Too many DNS lookups":
            count = f"more than {self.lookups - 1}" if self.lookups > 40 else str(self.lookups)
            return f"It takes {count} DNS look-ups; receivers give up after ten."
        if error.msg == _VOID:
            return f"{self.void_lookups} of its look-ups find nothing; receivers give up after two."
        words = _WORDS.get(error.msg, str(error.msg)).rstrip(" .:")
        if words.startswith(_NO_RECORD):
            words = f"It includes {words.removeprefix(_NO_RECORD)}, which has no SPF record"
        term = str(error.mech or "")
        text = words if not term or term.rpartition(":")[2] in words else f"{words}: {term}"
        where = f"In the record of {self._where}: " if self._where.lower() not in ("", self._name) else ""
        return line(f"{where}{text}.", limit=300)

    # What the library calls, and calls for

    def dns(self, name: object, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[Any]:  # noqa: ARG002 - the library's
        """Answer a question of the library's as its own ``dns`` does: an empty list for what does not exist."""
        asked = str(name).rstrip(".").lower()
        if qtype == "PTR" or not all(0 < len(label) < 64 for label in asked.split(".")):
            return []  # the name of an address that is nobody's says nothing about the record
        if (asked, qtype) not in self.cache:
            self.cache[asked, qtype] = self._put(asked, qtype)
        values = list(self.cache[asked, qtype])
        # A name made of the sender's address exists for the senders it is made for.
        if not values and not ignore_void and _SENDER not in asked and _REVERSED not in asked:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                self.note_error(_VOID)
        return values

    def _put(self, name: str, qtype: str) -> list[Any]:
        self._questions += 1
        if self._questions > _QUESTIONS:
            why = f"The SPF policy of {self._name} takes more than {_QUESTIONS} questions to evaluate."
            reply = Reply(name, qtype, "", problem=Problem(ProblemKind.REFUSED, why))
        else:
            reply = self._asking(name, qtype)
        if reply.problem is None:
            return list(_values(reply))
        if reply.problem.kind == ProblemKind.INVALID:
            return []  # no name that DNS can carry
        self.problem = reply.problem
        raise spf.TempError(reply.problem.message)

    def check1(self, spf_text: str, domain: str, recursion: int) -> Any:
        """Evaluate one record; one that comes round to itself ends here, and not after forty look-ups."""
        current = domain.lower()
        if current in self._path:
            self._locate(self._name)
            raise spf.PermError(
                f"It includes itself: {' → '.join((*self._path[self._path.index(current) :], current))}"
            )
        self._path.append(current)
        try:
            return super().check1(spf_text, domain, recursion)
        except spf.PermError:
            self._locate(domain)
            raise
        finally:
            self._path.pop()

    def validate_mechanism(self, mech: str) -> Any:
        """Parse one mechanism, and note those of the record itself."""
        parsed = super().validate_mechanism(mech)
        if self._path == [self._name]:
            _, kind, argument, _, result = parsed
            self.terms.append(line(mech, limit=300))
            self._ended = self._ended or kind == "all"
            if kind == "include" and result == "pass" and not self._ended:
                self.includes.append(line(str(argument), limit=255).lower())
        return parsed

    def dns_spf(self, domain: str) -> Any:
        """Return the record of an included or redirected name."""
        try:
            return super().dns_spf(domain)
        except spf.PermError:
            self._locate(domain)
            raise

    def note_error(self, *error: Any) -> Any:
        """Keep the first error with the name that it is at, and go on."""
        self._locate(self.d)
        return super().note_error(*error)

    def _locate(self, domain: str) -> None:
        if self.perm_error is None and not self._where:
            self._where = domain

    def dns_mx(self, domain: str) -> list[str]:
        """Ask for the addresses of a domain's mail servers."""
        hosts = sorted(self.dns(domain, "MX"))
        if len(hosts) > spf.MAX_MX:
            self.note_error(f"{domain} has more than {spf.MAX_MX} mail servers")
        for _, host in hosts[: spf.MAX_MX]:
            self.dns_a(host, self.A)
        return []

    def dns_a(self, domain: str, A: str = "A") -> list[str]:  # noqa: N803 - the library's
        """Ask for the addresses of a host; none is given, so that nothing matches and every term is evaluated."""
        if domain:
            self.dns(domain, A)
        return []

    def cidrmatch(self, ipaddrs: object, n: object) -> bool:  # noqa: ARG002 - the library's
        """Match nothing."""
        return False

    def get_explanation(self, spec: object) -> None:
        """Return none: the text that a receiver may show is not asked for."""


def _values(reply: Reply) -> Iterable[Any]:
    for rdata in reply.rdatas:
        match reply.type:
            case "TXT":
                yield tuple(rdata.strings)  # type: ignore[attr-defined]  # TXT
            case "MX":
                yield rdata.preference, name_text(rdata.exchange)  # type: ignore[attr-defined]  # MX
            case _:
                yield str(rdata)
