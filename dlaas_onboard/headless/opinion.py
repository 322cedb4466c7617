"""The second opinion as lines and as data: for ``draft --review``, and for the plain mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.headless import output
from dlaas_onboard.headless.documents import PointDocument, SecondOpinionDocument
from dlaas_onboard.journey.situation.fields import BY_ID as FIELDS
from dlaas_onboard.journey.step_registry import BY_ID as STEPS
from dlaas_onboard.journey.steps.fact_points import Standing
from dlaas_onboard.journey.steps.second_opinion import SIGNS
from dlaas_onboard.journey.text import plural

if TYPE_CHECKING:
    from dlaas_onboard.journey.steps.second_opinion import Point, SecondOpinion

_QUOTED = 300  # characters


def opinion_document(opinion: SecondOpinion) -> dict[str, object]:
    """Return the opinion as data."""
    lines = [
        PointDocument(
            number=point.number,
            what=point.what,
            standing=point.standing.value,
            points=point.points,
            why=point.why,
            remedy=point.remedy,
            step=point.step.value,
            field=point.field,
        )
        for point in opinion.points
    ]
    return SecondOpinionDocument(
        points=opinion.total,
        of=len(lines),
        lost=opinion.lost,
        unknown=opinion.unknown,
        note=opinion.note,
        lines=lines,
    ).json_value()


def opinion_lines(opinion: SecondOpinion, *, fold_earned: bool = False) -> list[str]:
    """Return the total, what is not earned in full with where to go, then what is; ``fold_earned``: in one line."""
    lines = [f"A second opinion: {opinion.summary}.", output.fold(opinion.note)]
    for group in opinion.still_open:
        first = group[0]
        names = "; ".join(f"{point.number} {point.what}" for point in group)
        lines.append(_marked(first.standing, f"{names}: {first.why} {first.remedy}{_where(first)}"))
    if not fold_earned:
        lines += [
            _marked(point.standing, f"{point.number} {point.what}: {_short(point.why)}") for point in opinion.earned
        ]
    elif opinion.earned:
        numbers = ", ".join(str(point.number) for point in opinion.earned)
        lines.append(_marked(Standing.EARNED, f"{plural(len(opinion.earned), 'point')}: {numbers}"))
    return lines


def _marked(standing: Standing, text: str) -> str:
    return output.fold(text, first=f"{SIGNS[standing]} {standing.value:<7}  ", then=" " * 11)


def _short(text: str) -> str:
    """Return what earns a point, a whole message cut to its beginning."""
    text = text.replace("\n", " / ")
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1].rpartition(' ')[0]} …"


def _where(point: Point) -> str:
    """Return the step in which a point is earned, with the field there; ``""`` where nothing can be done."""
    if not point.remedy:
        return ""
    step, field = STEPS[point.step], FIELDS.get(point.field)
    return f" (step {step.number}, {step.title}{f': {field.label}' if field is not None else ''})"
