"""``common/config.json``: what the operator is meant to edit before the first deployment."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from dlaas_onboard.checkout.file_tree import Lines, Tree
from dlaas_onboard.journey.text import line

PATH = "common/config.json"
NEEDED = ("AWS_REGION", "SERVICE_NAME", "SERVICE_DOMAIN")

# Values that DLaaS ships and tells its users to change: docs/dlaas.md, "Configuration".
STOCK = {
    "SERVICE_NAME": "DLaaS",
    "SERVICE_DOMAIN": "datalayer.storage",
    "DEFAULT_S3_BUCKET": "dlaas",
    "AWS_PROFILE": "dlaas",
}
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration's texts by key, and the line on which each stands."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    stock: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def get(self, key: str) -> str:
        """Return the text of ``key``, ``""`` where it is missing or unusable."""
        return self.values.get(key, "")

    def source(self, key: str) -> str:
        """Return ``common/config.json:5``."""
        return f"{PATH}:{self.lines[key]}" if key in self.lines else PATH


def read(tree: Tree) -> Configuration:
    """Read the configuration; what is missing, broken or of the wrong type is a sentence in ``problems``."""
    before = len(tree.problems)
    text = tree.text(PATH)
    if text is None:
        reported = len(tree.problems) > before
        return Configuration(problems=() if reported else (f"{PATH} is missing: the questions are asked instead.",))
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return Configuration(
            problems=(f"{PATH} is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}.",)
        )
    except (RecursionError, ValueError):
        return Configuration(problems=(f"{PATH} is not valid JSON: it is nested too deeply, or a number is too long.",))
    if not isinstance(document, dict):
        return Configuration(problems=(f"{PATH} is not valid: it holds {_noun(document)} instead of an object.",))
    return _entries(text, document)


def _entries(text: str, document: dict[str, object]) -> Configuration:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[str] = []
    at = Lines(text)
    for key, value in document.items():
        if key.startswith(("_", "/", "#", "$")):  # comments, by JSON's customs
            continue
        match = re.search(rf"{re.escape(json.dumps(key, ensure_ascii=False))}\s*:", text)
        lines[key] = at.of(match.start()) if match else 1
        if isinstance(value, bool):
            values[key] = "true" if value else "false"
        elif isinstance(value, (str, int, float)):
            values[key] = line(str(value).strip(), limit=500)
        else:
            problems.append(f"{line(key)} in {PATH} (line {lines[key]}) is {_noun(value)} instead of a text.")
    problems += _check(values, lines)
    return Configuration(values, lines, _stock(values), tuple(problems))


def _check(values: dict[str, str], lines: dict[str, int]) -> list[str]:
    problems = [f"{PATH} has no {key}." for key in NEEDED if key not in lines]
    problems += [f"{key} in {PATH} (line {lines[key]}) is empty." for key in NEEDED if values.get(key) == ""]
    region, domain = values.get("AWS_REGION"), values.get("SERVICE_DOMAIN")
    if region and not _REGION.fullmatch(region):
        problems.append(f"AWS_REGION in {PATH} (line {lines['AWS_REGION']}) is not the name of a Region: {region}.")
        del values["AWS_REGION"]
    if domain:
        values["SERVICE_DOMAIN"] = domain = domain.lower().rstrip(".")
        if not _DOMAIN.fullmatch(domain):
            problems.append(
                f"SERVICE_DOMAIN in {PATH} (line {lines['SERVICE_DOMAIN']}) is not a domain name: {domain}."
            )
            del values["SERVICE_DOMAIN"]
    return problems


def _stock(values: dict[str, str]) -> tuple[str, ...]:
    keys = tuple(key for key, stock in STOCK.items() if values.get(key) == stock)
    # A profile may well be called that; the name alone does not show that nobody edited the file.
    return () if keys == ("AWS_PROFILE",) else keys


def _noun(value: object) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {dict: "an object", list: "a list", bool: "true or false", str: "a text"}
    return names.get(type(value), "a number")
