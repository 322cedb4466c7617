"""common/config.json, as people leave it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlaas_onboard.checkout import configuration
from dlaas_onboard.checkout.file_tree import Tree
from tests.checkout.conftest import FILES, Build, read

STOCK = {
    "AWS_REGION": "us-east-1",
    "AWS_PROFILE": "dlaas",
    "SERVICE_NAME": "DLaaS",
    "SERVICE_DOMAIN": "datalayer.storage",
    "DEFAULT_S3_BUCKET": "dlaas",
}


def config(folder: Path, text: str) -> configuration.Configuration:
    (folder / "common").mkdir(exist_ok=True)
    (folder / "common" / "config.json").write_text(text, encoding="utf-8")
    return configuration.read(Tree(folder))


@pytest.mark.parametrize(
    ("changes", "stock"),
    [
        ({}, {"AWS_PROFILE", "SERVICE_NAME", "SERVICE_DOMAIN", "DEFAULT_S3_BUCKET"}),
        ({"SERVICE_DOMAIN": "a.example"}, {"AWS_PROFILE", "SERVICE_NAME", "DEFAULT_S3_BUCKET"}),
        ({"SERVICE_DOMAIN": "a.example", "SERVICE_NAME": "A", "DEFAULT_S3_BUCKET": "a"}, set()),
        (
            {"SERVICE_DOMAIN": "Datalayer.Storage", "SERVICE_NAME": "A", "DEFAULT_S3_BUCKET": "a"},
            {"AWS_PROFILE", "SERVICE_DOMAIN"},
        ),
        ({key: f"my-{key.lower()}.example" for key in STOCK if key != "AWS_REGION"}, set()),
    ],
)
def test_stock_values_are_named_only_while_they_are_stock(
    tmp_path: Path, changes: dict[str, str], stock: set[str]
) -> None:
    assert set(config(tmp_path, json.dumps({**STOCK, **changes})).stock) == stock


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ("{", "line 1"),
        ('{\n "a": 1\n "b": 2}', "line 3, column 2"),
        ("[]", "a list instead of an object"),
        ('"x"', "a text instead of an object"),
        ("null", "null instead of an object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"AWS_REGION": ' + "1" * 5000 + "}", "a number is too long"),
    ],
)
def test_what_is_not_a_configuration_is_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    read_in = config(tmp_path, text)
    assert read_in.values == {}
    assert len(read_in.problems) == 1
    assert words in read_in.problems[0]


def test_wrong_types_are_tolerated_and_named_with_their_line(tmp_path: Path) -> None:
    entries = [
        '"AWS_REGION": ["x"]',
        '"SERVICE_NAME": 7',
        '"SERVICE_DOMAIN": null',
        '"DEFAULT_S3_BUCKET": true',
        '"//": {}',
    ]
    text = "{\n" + ",\n".join(entries) + "\n}"
    read_in = config(tmp_path, text)
    assert read_in.values == {"SERVICE_NAME": "7", "DEFAULT_S3_BUCKET": "true"}
    assert "AWS_REGION in common/config.json (line 2) is a list instead of a text." in read_in.problems
    assert "SERVICE_DOMAIN in common/config.json (line 4) is null instead of a text." in read_in.problems
    assert len(read_in.problems) == 2


def test_missing_and_empty_keys_are_named(tmp_path: Path) -> None:
    assert config(tmp_path, '{"SERVICE_NAME": " "}').problems == (
        "common/config.json has no AWS_REGION.",
        "common/config.json has no SERVICE_DOMAIN.",
        "SERVICE_NAME in common/config.json (line 1) is empty.",
    )


@pytest.mark.parametrize(
    "domain", ["https://a.example", "a", "a b.example", "a@b.example", "a.example/x", "-a.example"]
)
def test_a_domain_that_is_none_is_said_and_not_used(tmp_path: Path, domain: str) -> None:
    read_in = config(tmp_path, json.dumps({**STOCK, "SERVICE_DOMAIN": domain}))
    assert read_in.get("SERVICE_DOMAIN") == ""
    assert any("is not a domain name" in problem for problem in read_in.problems)


@pytest.mark.parametrize(
    ("region", "good"),
    [
        ("eu-west-1", True),
        ("us-gov-west-1", True),
        ("eusc-de-east-1", True),
        ("ap-southeast-7", True),
        ("us east 1", False),
        ("Ireland", False),
        ("EU-WEST-1", False),
    ],
)
def test_a_region_that_is_none_is_said_and_not_used(tmp_path: Path, region: str, good: bool) -> None:
    read_in = config(tmp_path, json.dumps({**STOCK, "AWS_REGION": region}))
    assert read_in.get("AWS_REGION") == (region if good else "")
    assert any("not the name of a Region" in problem for problem in read_in.problems) is not good


def test_a_byte_order_mark_is_no_mistake(build: Build) -> None:
    assert read(build({"common/config.json": "\ufeff" + FILES["common/config.json"]})).problems == ()


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*STOCK, "x", "_y"]), inner, max_size=5)
        ),
        max_leaves=12,
    )
)
def test_any_document_is_read(tmp_path_factory: pytest.TempPathFactory, document: object) -> None:
    read_in = config(tmp_path_factory.mktemp("c"), json.dumps(document))
    assert all(isinstance(value, str) and value.replace("\xa0", "") is not None for value in read_in.values.values())
    assert all(problem.endswith(".") for problem in read_in.problems)
