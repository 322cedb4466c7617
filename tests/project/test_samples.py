"""Every sending call of the sample projects is found, and nothing else is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dlaas_onboard.journey.facts.sending import ListHeaders, Repository, SendingPlace
from dlaas_onboard.project import read
from tests.project.samples import NAMES, Wanted, unpack


def repository(folder: Path) -> Repository:
    """Return what is read of a folder."""
    value = read(folder).value
    assert value is not None
    return value


@pytest.fixture(scope="module", params=NAMES)
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Repository, tuple[Wanted, ...]]:
    """One sample project, read, and its key."""
    folder = tmp_path_factory.mktemp("sample")
    key = unpack(request.param, folder)
    return repository(folder), key


def test_every_call_is_found_and_nothing_else(sample: tuple[Repository, tuple[Wanted, ...]]) -> None:
    read_of, key = sample
    wanted = Counter({f"{each.path}:{each.line}": each.values.get("count", 1) for each in key})
    assert Counter(str(place.source) for place in read_of.places) == wanted


def test_what_is_read_of_a_call_is_what_stands_there(sample: tuple[Repository, tuple[Wanted, ...]]) -> None:
    read_of, key = sample
    places = {str(place.source): place for place in read_of.places}
    differences = []
    for wanted in key:
        place = places[f"{wanted.path}:{wanted.line}"]
        for name, value in wanted.values.items():
            read_value = shown(place, name)
            fits = name == "count" or (value in str(read_value) if name == "sample" else read_value == value)
            if not fits:
                differences.append(f"{place.source} {name}: {read_value!r}, wanted {value!r}")
    assert differences == []


def shown(place: SendingPlace, name: str) -> object:
    """Return one value of a place as the keys write it."""
    match name:
        case "list_headers":
            return [each for each in ListHeaders.__slots__ if getattr(place.list_headers, each) is not None]
        case "recipient":
            return place.recipient.code if place.recipient is not None else None
        case "subject":
            return place.subject.text if place.subject is not None else None
        case "template":
            return place.template.text if place.template is not None else None
        case "class":
            return place.message_class.value if place.message_class is not None else None
        case "triggers":
            return len(place.triggers)
        case "unresolved":
            return list(place.unresolved)
        case _:
            value: object = getattr(place, name, None)
            return value


def test_every_place_of_a_sample_names_what_was_not_read(sample: tuple[Repository, tuple[Wanted, ...]]) -> None:
    for place in sample[0].places:
        assert (place.recipient is None) <= ("recipient" in place.unresolved)
        assert place.resolved == (not place.unresolved)
        for guess in (place.message_class, place.recipient_guess):
            assert guess is None or (guess.evidence and guess.source.path)
