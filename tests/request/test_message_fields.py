"""docs/sending.md names every field of a message, every class and every limit, as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlaas_onboard.journey.request.field_rules import check
from dlaas_onboard.journey.situation.fields import BY_ID
from dlaas_onboard.journey.situation.message_fields import MESSAGE, PARTS
from dlaas_onboard.journey.situation.message_row import UNLISTED, UNTOLD, MessageClass
from dlaas_onboard.journey.situation.message_rows import COMPLETE

PAGE = Path(__file__).parents[2] / "docs" / "sending.md"
SECTION = (
    PAGE.read_text(encoding="utf-8").partition("## What the operator says of each message")[2].partition("\n## ")[0]
)
FIELDS = dict(re.findall(r"^\| `message\.ID\.(\w+)` \| ([^|]+) \|", SECTION, re.MULTILINE))
CLASSES = dict(re.findall(r"^\| `([\w-]+)` \| [^|]+ \| ([^|]+) \|", SECTION, re.MULTILINE))


def test_every_field_and_every_class_is_described() -> None:
    assert tuple(FIELDS) == PARTS
    assert list(CLASSES) == [each.value for each in MessageClass]
    assert f"`{COMPLETE}`" in SECTION
    assert BY_ID[COMPLETE].label in " ".join(SECTION.split())


def test_what_is_told_of_a_class_is_what_the_code_does_with_it() -> None:
    for name, said in CLASSES.items():
        assert said.startswith("not told") == (name in UNTOLD)
        assert (said == "follows from what its recipient did") == (name in UNLISTED - UNTOLD)


@pytest.mark.parametrize("part", PARTS)
def test_the_limits_are_those_of_the_page(part: str) -> None:
    limit = re.search(r"up to ([\d,]+) characters", FIELDS[part])
    if limit is None:
        assert part in ("class", "confirmed")
        return
    count = int(limit[1].replace(",", ""))
    word = "when it is due " * 400
    assert check(f"{MESSAGE}a.{part}", word[: count - 1] + "x") == ""
    assert "the limit is" in check(f"{MESSAGE}a.{part}", word[:count] + "xx")
