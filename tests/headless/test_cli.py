"""The command line: what is understood, and what is told of the rest."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlaas_onboard import __main__, __version__, arguments, cli
from dlaas_onboard.arguments import Arguments
from dlaas_onboard.journey.errors import CannotLook, Refused, UsageError
from dlaas_onboard.onboarding import Onboarding

UNDERSTOOD: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("--profile p --region eu-west-1", {"profile": "p", "region": "eu-west-1"}),
    ("status", {"command": "status"}),
    ("status --json", {"command": "status", "json": True}),
    ("--region a status --region b", {"command": "status", "region": "b"}),
    ("--region a status", {"command": "status", "region": "a"}),
    ("status --region=b --read-only", {"command": "status", "region": "b", "read_only": True}),
    ("status --regions all", {"command": "status", "regions": ("all",)}),
    ("status --regions a,b,,a", {"command": "status", "regions": ("a", "b")}),
    ("status --all-profiles", {"command": "status", "all_profiles": True}),
    ("--plain", {"plain": True}),
    ("rehearse", {"command": "rehearse", "scenario": "dlaas"}),
    ("rehearse --plain --scenario denied", {"command": "rehearse", "scenario": "denied", "plain": True}),
    ("rehearse --serve --json", {"command": "rehearse", "serve": True, "json": True}),
    ("rehearse --play grant", {"command": "rehearse", "play": "grant"}),
    ("next --json", {"command": "next", "json": True}),
    ("actions --json", {"command": "actions", "json": True}),
    (
        "do create_domain domain=x.org --yes --json",
        {
            "command": "do",
            "action": "create_domain",
            "assignments": (("domain", "x.org"),),
            "yes": True,
            "json": True,
        },
    ),
    (
        "do file --dry-run --account 123456789012",
        {"command": "do", "action": "file", "dry_run": True, "account": "123456789012"},
    ),
    ("draft", {"command": "draft"}),
    ("draft --json", {"command": "draft", "json": True}),
    ("draft --review --json", {"command": "draft", "json": True, "review": True}),
    (
        "draft set mail_type=TRANSACTIONAL website_url=https://x.org/?a=b --profile p",
        {
            "command": "draft",
            "profile": "p",
            "assignments": (("mail_type", "TRANSACTIONAL"), ("website_url", "https://x.org/?a=b")),
        },
    ),
    ("draft set contacts=", {"command": "draft", "assignments": (("contacts", ""),)}),
    ("draft --json set users=3", {"command": "draft", "json": True, "assignments": (("users", "3"),)}),
    ("file --dry-run", {"command": "file", "dry_run": True}),
    ("file --yes --account 1234-5678-9012", {"command": "file", "yes": True, "account": "123456789012"}),
    ("watch", {"command": "watch", "interval": 60.0, "timeout": None}),
    ("watch --interval 0.5 --timeout 9", {"command": "watch", "interval": 0.5, "timeout": 9.0}),
    ("report", {"command": "report", "format": "", "audience": "private"}),
    (
        "report --format html --audience aws -o out.html",
        {"command": "report", "format": "html", "audience": "aws", "output": "out.html"},
    ),
    ("records --format route53", {"command": "records", "format": "route53"}),
    ("policy", {"command": "policy", "purpose": "file"}),
    ("progress", {"command": "progress", "deed": "show"}),
    ("progress show --json", {"command": "progress", "deed": "show", "json": True}),
    ("progress export -o x.json", {"command": "progress", "deed": "export", "output": "x.json"}),
    ("progress --region b import x.json", {"command": "progress", "deed": "import", "input": "x.json", "region": "b"}),
    ("progress import - --dry-run", {"command": "progress", "deed": "import", "input": "-", "dry_run": True}),
    ("policy --for read", {"command": "policy", "purpose": "read"}),
    ("--dns-server 192.0.2.53", {"dns_server": "192.0.2.53:53"}),
    ("--dns-server 192.0.2.53:5353", {"dns_server": "192.0.2.53:5353"}),
    ("--dns-server 2001:db8::53", {"dns_server": "[2001:db8::53]:53"}),
    ("--dns-server [2001:db8::53]:5353", {"dns_server": "[2001:db8::53]:5353"}),
    ("--dns-server localhost:5353", {"dns_server": "127.0.0.1:5353"}),
]


@pytest.mark.parametrize(("words", "wanted"), UNDERSTOOD, ids=[words for words, _ in UNDERSTOOD])
def test_understood(words: str, wanted: dict[str, Any]) -> None:
    assert arguments.parse(words.split()) == Arguments(**wanted)


def test_the_environment_stands_for_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLAAS_ONBOARD_PROJECT", "p")
    monkeypatch.setenv("DLAAS_ONBOARD_STATE_DIR", "s")
    monkeypatch.setenv("DLAAS_ONBOARD_DNS_SERVER", "localhost:5353")
    wanted = Arguments("status", project="q", state_dir="s", dns_server="127.0.0.1:5353")
    assert arguments.parse(["status", "--project", "q"]) == wanted


def test_a_wrong_word_in_the_environment_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLAAS_ONBOARD_DNS_SERVER", "dns.example")
    assert cli.main(["status"]) == 2
    assert "DLAAS_ONBOARD_DNS_SERVER needs the address of a DNS server" in capsys.readouterr().err


WRONG = [
    ("staus", "did you mean `status`?"),
    ("florb", "choose from rehearse, status, draft"),
    ("status --jsn", "unrecognized arguments: --jsn"),
    (
        "--reg eu-west-1",
        "did you mean `--region`?",
    ),  # no abbreviation: a flag added later must not change what a script means
    ("status --format md", "--format"),
    ("report --format pdf", "choose from html, md, json"),
    ("--regoin eu-west-1 status", "did you mean `--region`?"),
    ("--xyzzy", "there is no flag `--xyzzy`"),
    ("rehearse --scenario frehs", "did you mean `fresh`? Else choose from fresh, dlaas, ready, pending"),
    ("rehearse --scenario florb", "choose from fresh, dlaas, ready, pending"),
    ("rehearse --play grant", "export what `rehearse --serve` prints first"),
    ("report --audience everyone", "choose from private, aws, public"),
    ("policy --for rread", "did you mean `read`?"),
    ("watch --interval 0", "above 0"),
    ("watch --interval nan", "above 0"),
    ("watch --timeout -1", "--timeout"),
    ("watch --timeout inf", "above 0"),
    ("file --account 12", "12 digits"),
    ("file --account ١٢٣٤٥٦٧٨٩٠١٢", "12 digits"),
    ("do", "ACTION"),
    ("do create_domain x", "FIELD"),
    ("draft set", "FIELD=VALUE"),
    ("draft set mail_type", "`mail_type` is not that"),
    ("draft set =x", "`=x` is not that"),
    ("status --regions ,", "commas"),
    ("status --regions all,eu-west-1", "commas"),
    ("--dns-server dns.example", "address of a DNS server"),
    ("--dns-server 192.0.2.53:0", "port"),
    ("--dns-server 192.0.2.53:x", "port"),
    ("--dns-server [::1]x", "port"),
    ("--profile= status", "not empty"),
    ("--terraform-plan /nonexistent/plan.json status", "/nonexistent/plan.json cannot be read: No such file"),
]


@pytest.mark.parametrize(("words", "told"), WRONG, ids=[words for words, _ in WRONG])
def test_wrong(words: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("dlaas-onboard: ")
    assert told in err


@pytest.mark.parametrize("word", ["\x1b[2J\n\x07", "--\x1b[2J", "\u202e", "\udcff"])
@pytest.mark.parametrize("before", [(), ("draft", "set"), ("--region", "a", "--x")])
def test_hostile_words_reach_the_terminal_without_a_control_byte(
    word: str, before: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*before, word]) == 2
    err = capsys.readouterr().err
    assert err.endswith("\n")
    assert err[:-1].isprintable()


def test_without_a_terminal_the_app_says_what_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert cli.main([]) == 2
    err = capsys.readouterr().err
    assert "status" in err
    assert "--plain" in err


@pytest.mark.parametrize(("argv", "term", "plain"), [(["--plain"], "xterm", True), ([], "dumb", True)])
def test_plain(argv: list[str], term: str, plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from dlaas_onboard.headless import plain_mode

    asked: list[Arguments] = []

    def run(_onboarding: Onboarding, args: Arguments) -> int:
        asked.append(args)
        return 0

    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(plain_mode, "run", run)
    assert cli.main(argv) == 0
    assert [args.plain for args in asked] == [plain]


@pytest.mark.parametrize(("error", "code"), [(UsageError("u"), 2), (CannotLook("c"), 3), (Refused("r"), 30)])
def test_errors_become_one_sentence(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dlaas_onboard import wiring

    def build(_args: Arguments) -> None:
        raise error

    monkeypatch.setattr(wiring, "build", build)
    assert cli.main(["status"]) == code
    assert capsys.readouterr().err == f"dlaas-onboard: {error}\n"


def _run(*argv: str, env: dict[str, str] | None = None, code: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "dlaas_onboard", *argv]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=30)


def test_version_is_one_line() -> None:
    done = _run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"dlaas-onboard {__version__}\n", "")


@pytest.mark.parametrize("command", ["", *arguments.COMMANDS])
def test_help_names_every_command_and_its_flags(command: str) -> None:
    done = _run(*filter(None, [command]), "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for name in (command,) if command else (*arguments.COMMANDS, "--dns-server", "exit status"):
        assert name in done.stdout


FAULTS = {
    "raise KeyError('s3cret')": (1, "a defect of ours: KeyError in "),
    "raise KeyboardInterrupt": (130, ""),
    "raise BrokenPipeError": (141, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_ends_in_a_traceback(fault: str) -> None:
    done = _run(code=f"import dlaas_onboard.__main__ as m\ndef main():\n    {fault}\nm.main = main\nm.run()")
    code, told = FAULTS[fault]
    assert done.returncode == code
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr
    assert done.stderr.count("\n") <= 1


def test_a_defect_is_told_in_full_where_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main() -> int:
        raise KeyError("why")

    monkeypatch.setenv("DLAAS_ONBOARD_DEBUG", "1")
    monkeypatch.setattr(__main__, "main", main)
    monkeypatch.setattr("dlaas_onboard.__main__.os._exit", sys.exit)
    with pytest.raises(SystemExit) as ended:
        __main__.run()
    assert ended.value.code == 1
    assert "KeyError: 'why'" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_defect() -> None:
    command = f"{sys.executable} -m dlaas_onboard --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode in (0, 141)  # whether the pipe is closed before the write is a race
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_said() -> None:
    code = (
        "import dlaas_onboard.__main__ as m; from dlaas_onboard.headless import output\n"
        "import dlaas_onboard.cli as c; c._run = lambda _args: output.write('x') or 0; m.run()"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=30
        )
    assert done.returncode == 3
    assert done.stderr == "dlaas-onboard: standard output cannot be written: No space left on device\n"
