"""The tree itself: what may not be in it, and what has to agree."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")


def files() -> list[Path]:
    """Return every file that is or would be tracked."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]
    rooms = ("dlaas_onboard", "tests", "benchmarks", "assets", ".ci")
    found = [path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()]
    return [*found, *(path for path in ROOT.iterdir() if path.is_file())]


FILES = [path for path in files() if "__pycache__" not in path.parts]
# Written so that this file does not hold what it looks for.
FORBIDDEN = re.compile(r"(/(wor[k]|far[m]|roo[t]|opt/de[v])/|/tmp/bash_job[s]|(python[h]osted|py[p]i|npm[j]s)\.org)")


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    found = []
    for path in FILES:
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in FORBIDDEN.finditer(text)]
    assert found == []


MODULES = [path for path in FILES if path.suffix == ".py" and "dlaas_onboard" in path.relative_to(ROOT).parts[:1]]


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_ci_runs_exactly_the_second_command_of_the_readme() -> None:
    shown = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run"), "--show"], capture_output=True, text=True, check=True
    ).stdout.strip()
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert shown == blocks[1].strip()
    assert "\n" not in shown
    assert "pytest" in shown


def test_the_first_command_of_the_readme_opens_a_rehearsal() -> None:
    first = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[0].strip()
    assert "\n" not in first
    assert "requirements.lock" in first
    assert first.endswith("-m dlaas_onboard rehearse")


def test_the_readme_shows_no_picture_that_is_not_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)|<img[^>]+src=\"([^\"]+)\"", README)
    missing = [name for pair in pictures for name in pair if name and not (ROOT / name).is_file()]
    assert missing == []


def test_the_readme_names_every_command_and_exit_status() -> None:
    from dlaas_onboard.arguments import COMMANDS

    for command in COMMANDS:
        assert f"`{command}" in README
    for status in (0, 1, 2, 3, 10, 11, 12, 13, 20, 30, 31, 32, 130):
        assert f"| {status} |" in README


def pins(lock: str) -> dict[str, str]:
    """Return name → version."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name.lower(): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+) ", text, re.MULTILINE)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_hashes_without_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (
            "requirements.lock",
            [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["rehearsal"]],
        ),
        (
            "requirements-dev.lock",
            [
                *PROJECT["project"]["dependencies"],
                *PROJECT["project"]["optional-dependencies"]["rehearsal"],
                *PROJECT["dependency-groups"]["test"],
                *PROJECT["dependency-groups"]["static"],
            ],
        ),
    ],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)
    for words in wanted:
        requirement = Requirement(words)
        assert requirement.specifier.contains(pinned[requirement.name.lower()]), words


def test_both_locks_agree() -> None:
    tests = pins(LOCKS[1])
    assert {name: tests.get(name) for name in pins(LOCKS[0])} == pins(LOCKS[0])


def test_the_published_schemas_are_those_in_use() -> None:
    import runpy

    schemas = runpy.run_path(str(ROOT / "assets" / "make_schemas.py"))["schemas"]()
    assert set(schemas) == set((ROOT / "assets").glob("*.schema.json"))
    for path, text in schemas.items():
        assert path.read_text(encoding="utf-8") == text, "make it anew: README.md, Work on it"


def test_the_table_of_actions_is_that_of_the_registry() -> None:
    import runpy

    written = runpy.run_path(str(ROOT / "assets" / "make_tables.py"))["written"]
    assert written(README) == README


def test_the_pictures_of_the_readme_are_there() -> None:
    named = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_picture_of_the_rooms_is_that_of_the_imports() -> None:
    import runpy

    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    written = runpy.run_path(str(ROOT / "assets" / "make_architecture.py"))["written"]
    assert written(page) == page, "draw it anew: python -m assets.make_architecture"


# docs/dlaas.md names the files of another repository.
PAGES = sorted({*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")} - {ROOT / "docs" / "dlaas.md"})


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_names_only_files_that_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    ours = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|json|md|tcss))`", text)
    homes = (ROOT, ROOT / "dlaas_onboard")
    ours = [name for name in ours if any((home / name.split("/")[0]).is_dir() for home in homes)]
    missing = [name for name in ours if not any((home / name).is_file() for home in homes)]
    links = [link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) if "/" in link or link.endswith(".md")]
    assert missing == []
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_citation_names_a_heading_that_is_there() -> None:
    headings = {
        page.name: set(re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE))
        for page in (ROOT / "docs").glob("*.md")
    }
    cited = [
        (path.name, name, heading)
        for path in FILES
        if path.suffix == ".py" and path.name != "test_tree.py"
        for name, heading in re.findall(
            r"docs/([a-z]+\.md)`*, \"([^\"]+)\"", path.read_text(encoding="utf-8").replace("\n", " ")
        )
    ]
    assert len(cited) > 50
    assert [one for one in cited if one[2] not in headings.get(one[1], set())] == []
