"""Which fields have to be asked for: some matter only in a case that is rare."""

from __future__ import annotations

from collections.abc import Callable

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import ProblemKind
from dlaas_onboard.journey.review import stages, support_case
from dlaas_onboard.journey.situation.declared_code import code_of
from dlaas_onboard.journey.situation.situation import Situation


def applies(field_id: str, situation: Situation) -> bool:
    """Return whether a field has to be asked for at all."""
    rare = _RARE.get(field_id)
    return rare is None or situation.answers.entry(field_id) is not None or rare(situation.facts)


def _denied(facts: Facts) -> bool:
    return stages.stage(facts) == stages.Stage.DENIED


def _closed(facts: Facts) -> bool:
    return _denied(facts) and bool(support_case.closed(facts))


def _support_api(facts: Facts) -> bool:
    return bool(support_case.api(facts))


def _private(facts: Facts) -> bool:
    problem = facts.website.problem if facts.website else None
    return problem is not None and problem.kind == ProblemKind.BLOCKED


def _code(facts: Facts) -> bool:
    return code_of(facts) is not None


_RARE: dict[str, Callable[[Facts], bool]] = {
    "infrastructure": _code,
    "private_website": _private,
    "quota_in_sandbox": _denied,
    "attach_report": _support_api,
    "new_case": _closed,
}
