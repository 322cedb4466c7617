"""Numbers that are written into a message, though a setting, a product or the caller holds them as well.

A number counts only with a unit, and only where its sentence is about the same thing as the name of what holds it:
"a 15-day grace period" and ``SUBSCRIPTION_GRACE_PERIOD_IN_DAYS``. What nothing holds is reported where the sentence
promises it ("deleted after 90 days"), not where it estimates ("up to 24 hours").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dlaas_onboard.checkout import handlebars
from dlaas_onboard.checkout.message_table import CallSite, Template
from dlaas_onboard.checkout.sample_values import Values
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.text import line

# What one of a unit is in the smallest of its kind; months are of no fixed length.
_UNITS = {
    "minute": ("time", 1),
    "hour": ("time", 60),
    "day": ("time", 1440),
    "week": ("time", 10_080),
    "month": ("months", 1),
    "year": ("months", 12),
    "percent": ("share", 1),
}
_NUMBER = re.compile(
    r"""(?<![\w.,:/{-]) (?P<number>\d{1,6}(?:\.\d{1,6})?)
        (?: [\s-]* (?:(?:more|full|further|working|business|calendar)\s)?
            (?P<unit>minute|hour|day|week|month|year|percent)s?\b | \s?% )""",
    re.IGNORECASE | re.VERBOSE,
)
_PRICE = re.compile(r"(?<![\w.,:/{-])(?P<number>\d{1,9}(?:\.\d{1,9})?)\s?(?P<currency>[A-Z]{3,5})\b")
_PROMISE = re.compile(
    r"\b(?:grace|trial|refund\w*|retain\w*|retention|cancel\w*|terminat\w*|expir\w*|delet\w*|remov\w*|renew\w*)\b",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    r"\b(?:up to|about|around|approximately|usually|typically|can take|could take|may take|might take)\b",
    re.IGNORECASE,
)
# Words of a setting's name that do not say what it is about.
_FILLERS = frozenset(
    {"in", "of", "for", "the", "as", "period", "time", "limit", "max", "min", "number", "count", "ends"}
)


@dataclass(frozen=True, slots=True)
class _Held:
    """A number with its unit, and what holds it."""

    number: float
    unit: str  # "" where the name does not say: any unit
    topic: str  # beginning of the word that the name is about, "" where it has none
    name: str
    shown: str
    by: str = ""  # the caller, "" for a setting


def find(template: Template, sites: Iterable[CallSite], values: Values) -> Iterator[Gap]:
    """Yield at most one gap for each unit of a template that is sent."""
    settings = [held for name, text in values.configuration.items() for held in _held(name, text)]
    passed = [held for site in sites for held in _passed(template, site, values)]
    seen: set[str] = set()
    for sentence in re.split(r"(?<=[.!?])\s", " ".join(template.text.text.split())):
        for match in _NUMBER.finditer(sentence):
            unit = (match.group("unit") or "percent").lower()
            gap = _gap(template, sentence, match, unit, (*settings, *passed)) if unit not in seen else None
            if gap is not None:
                seen.add(unit)
                yield gap
        for match in _PRICE.finditer(sentence):
            gap = _price(template, match, values) if "amount" not in seen else None
            if gap is not None:
                seen.add("amount")
                yield gap


def _gap(template: Template, sentence: str, match: re.Match[str], unit: str, holders: Iterable[_Held]) -> Gap | None:
    number, name = float(match.group("number")), template.name
    quantity = f"{match.group('number')} {unit}" + ("" if number == 1 or unit == "percent" else "s")
    source = _source(template, match.group())
    gap_id = f"defect_template_hard_coded_{unit if unit == 'percent' else f'{unit}s'}.{name}"
    about = [held for held in holders if _speaks_of(held, sentence, number, unit)]
    if about:
        held = next((held for held in about if _same(held, number, unit)), about[0])
        differs = not _same(held, number, unit)
        if held.by:
            message = f"{name} says {quantity}, though {held.by} passes {held.name}"
            remedy = f"Use {{{{{held.name}}}}} in the template."
        else:
            message = f"{name} says {quantity} whatever the configuration says"
            remedy = f"Pass {held.name} to the template."
        return Gap(
            gap_id,
            message + (f", which is {held.shown}." if differs else "."),
            remedy,
            source,
            "warning" if differs else "advice",
        )
    if _PROMISE.search(sentence) and not _ESTIMATE.search(sentence):
        return Gap(
            gap_id,
            f"{name} promises {quantity}, and no setting holds that number: code and message can come to differ.",
            "Keep it in the configuration, and pass it to the template.",
            source,
            "advice",
        )
    return None


def _price(template: Template, match: re.Match[str], values: Values) -> Gap | None:
    """Report an amount in the currency of a product: it stays in the message when the price changes."""
    priced = [p for p in values.products if p.values.get("currency", "").upper() == match.group("currency")]
    costs = {_number(product.values.get("cost", "")): product for product in priced}
    product = costs.get(float(match.group("number")))
    if product is None:
        return None
    return Gap(
        f"defect_template_hard_coded_amount.{template.name}",
        f"{template.name} says {match.group()} whatever {product.path} says.",
        "Pass the product's cost to the template.",
        _source(template, match.group()),
        "advice",
    )


def _source(template: Template, written: str) -> Source:
    """Return the line of a number; in the source it may be broken over two lines."""
    at = re.search(r"(?<![\w.])" + r"[\s-]*".join(map(re.escape, re.split(r"[\s-]+", written))), template.source)
    return Source(line(template.path), template.source.count("\n", 0, at.start()) + 1 if at else 0)


def _held(name: str, text: str, by: str = "") -> Iterator[_Held]:
    number = _number(text)
    if number is None:
        return
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    units = [next((u for u in _UNITS if word in (u, f"{u}s", f"{u}age")), "") for word in words]
    unit = next((unit for unit in units if unit), "")
    if not unit and not by:
        return
    topics = [word for word, is_unit in zip(words, units, strict=True) if not is_unit and word not in _FILLERS]
    shown = line(text, limit=20)
    yield _Held(number, unit, _stem(topics[-1]) if topics else "", name, shown, by)


def _passed(template: Template, site: CallSite, values: Values) -> Iterator[_Held]:
    """Yield the numbers that a caller passes and the template does not use."""
    used = handlebars.variables(template.tree) if template.tree is not None else frozenset()
    for name, span in (site.values or {}).items():
        text = values.text(site.script, span) if name not in used else None
        if text is not None:
            yield from _held(line(name, limit=80), text, site.trigger.name)


def _speaks_of(held: _Held, sentence: str, number: float, unit: str) -> bool:
    if held.unit and _UNITS[held.unit][0] != _UNITS[unit][0]:
        return False
    if not held.topic:  # only a caller's {{days}} for "3 days"
        return bool(held.by) and _same(held, number, unit)
    return any(word.startswith(held.topic) for word in re.findall(r"[a-z]+", sentence.lower()))


def _same(held: _Held, number: float, unit: str) -> bool:
    # A share may be kept as a part of one: 0.02 for 2 %.
    if held.unit == "percent" and held.number < 1 and abs(held.number * 100 - number) < 1e-9:
        return True
    return abs(held.number * _UNITS[held.unit or unit][1] - number * _UNITS[unit][1]) < 1e-9


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 2)]


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text.strip()) else None
