"""The command line: the record of what it asks for, and the parser that fills it. Loads nothing heavy."""

from __future__ import annotations

import argparse
import os
import re

from dlaas_onboard import __version__
from dlaas_onboard.journey.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

# How the embedded account of a rehearsal can begin; `rehearsal/scenarios.py` builds each.
SCENARIOS = {
    "fresh": "nothing exists",
    "dlaas": "as DLaaS's Terraform leaves an account",
    "ready": "everything is in place to ask",
    "pending": "the request was filed two hours ago",
    "denied": "denied once; an answer to the case gets the grant",
    "denied_no_plan": "denied, and the support plan has no API",
    "granted_sandboxed": "granted, while the sandbox stays",
    "production": "production access since a month",
    "paused": "production, and sending is paused for bounces",
    "no_permission": "the principal may do about half",
    "no_plan": "pending, and the support plan has no API",
}
DEFAULT_SCENARIO = "dlaas"  # where nobody says
PROGRAM = "dlaas-onboard"
# What stands for a flag in the environment; `rehearse --serve` prints them.
VARIABLES = {
    "project": "DLAAS_ONBOARD_PROJECT",
    "state_dir": "DLAAS_ONBOARD_STATE_DIR",
    "dns_server": "DLAAS_ONBOARD_DNS_SERVER",
}
COMMANDS = (
    "rehearse",
    "status",
    "draft",
    "file",
    "watch",
    "report",
    "records",
    "policy",
    "progress",
    "next",
    "actions",
    "do",
    "explain",
)
EPILOG = """\
exit status of status and watch:
  0 production access and healthy   10 sandbox, not asked    11 review pending
  12 denied or failed               13 granted, still sandboxed
  20 sending disabled or enforcement not healthy
of file and do:
  0 done and read back     30 a gate or a precondition refuses
  31 outcome unknown       32 AWS refused
  33 done, and it did not prove what it was to prove
of every command:
  1 a defect of ours   2 wrong usage   3 could not look (credentials, permission, network)
"""


class Arguments(argparse.Namespace):
    """One command line, parsed. A flag that was not given has the value that stands here.

    A plain namespace rather than a ``NamedTuple``: ``typing`` alone would cost ``--version`` a fifth of its time.
    """

    command: str = ""  # "": the app
    profile: str = ""
    region: str = ""
    project: str = ""
    terraform_plan: str = ""  # a file: the output of `terraform show -json`
    read_only: bool = False
    plain: bool = False
    state_dir: str = ""
    dns_server: str = ""  # "192.0.2.53:53", "[2001:db8::53]:53"
    scenario: str = DEFAULT_SCENARIO  # rehearse
    serve: bool = False  # rehearse
    play: str = ""  # rehearse: an event of the account that is served
    json: bool = False  # whatever prints a document
    regions: tuple[str, ...] = ()  # status: names, or ("all",)
    all_profiles: bool = False  # status
    review: bool = False  # draft
    text: str = ""  # explain: an error, or - for standard input
    assignments: tuple[tuple[str, str], ...] = ()  # draft set, do: (field id, text)
    action: str = ""  # do: an id of the registry
    dry_run: bool = False  # file, do, progress import
    yes: bool = False  # file, do
    account: str = ""  # file, do: 12 digits
    override: str = ""  # file: the reason
    interval: float = 60.0  # watch: seconds
    timeout: float | None = None  # seconds for the whole command, None for ever
    began: float | None = None  # when the command began, of time.monotonic(); None: when it is looked at first
    format: str = ""  # report, records; "": the command's own default
    audience: str = "private"  # report
    output: str = ""  # report, progress export: a file
    deed: str = ""  # progress: show, export or import
    input: str = ""  # progress import: a file, or - for standard input
    purpose: str = "file"  # policy: read or file

    def __init__(self, command: str = "", **flags: object) -> None:
        super().__init__(**flags)
        self.command = command

    def replace(self, **flags: object) -> Arguments:
        """Return the same command line with other flags."""
        return Arguments(**{**vars(self), **flags})

    def flags_again(self) -> list[str]:
        """Return the flags that lead another command to the same place; what the environment says, it says again."""
        names = ("profile", "region", "project", "terraform_plan", "state_dir", "dns_server")
        given = {name: getattr(self, name) for name in names}
        return [
            word
            for name, value in given.items()
            if value and value != os.environ.get(VARIABLES.get(name, ""))
            for word in (f"--{name.replace('_', '-')}", value)
        ]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Arguments) and all(
            getattr(self, name) == getattr(other, name) for name in Arguments.__annotations__
        )

    __hash__ = None


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, without the modules that argparse loads to learn its width."""

    def __init__(self, prog: str) -> None:
        try:
            width = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            width = 80
        super().__init__(prog, max_help_position=26, width=min(max(width, 40), 100) - 2)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence, raised instead of printed."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(_sentence(message, self.prog))


def parse(argv: Sequence[str]) -> Arguments:
    """Return what ``argv`` asks for.

    Raises :class:`~dlaas_onboard.journey.errors.UsageError` with one sentence, and ``SystemExit(0)`` after
    ``--help`` and ``--version``.
    """
    parser = _parser()
    try:
        flags = vars(parser.parse_args(argv))
    except Exception:
        _unknown_flag(parser, argv)
        raise
    flags.pop("part", None)
    flags["command"] = flags["command"] or ""
    _from_environment(flags)
    if flags["command"] == "progress":
        flags["deed"] = flags["deed"] or "show"
    if "assignments" in flags:
        flags["assignments"] = tuple(flags["assignments"])
    return Arguments(**flags)


def _from_environment(flags: dict[str, Any]) -> None:
    """Add what the environment says of flags that were not given, checked as they are."""
    for name, kind in (("project", _text), ("state_dir", _text), ("dns_server", _dns_server)):
        variable = VARIABLES[name]
        value = os.environ.get(variable, "")
        if name in flags or not value:
            continue
        try:
            flags[name] = kind(value)
        except argparse.ArgumentTypeError as error:
            raise UsageError(f"{variable} {error}") from None


def _sentence(message: str, prog: str) -> str:
    """Return argparse's complaint with what to do next; a command that was nearly right is named."""
    import difflib

    wrong = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message, re.DOTALL)
    if wrong:
        known = re.findall(r"'([^']*)'", wrong[2])
        near = difflib.get_close_matches(wrong[1], known, n=1, cutoff=0.5)
        is_command = known == list(COMMANDS)
        names = f"choose from {', '.join(known)}"
        hint = f"did you mean `{near[0]}`?{'' if is_command else f' Else {names}'}" if near else names
        what = (
            "there is no command" if is_command else f"{message.partition(':')[0].removeprefix('argument ')} cannot be"
        )
        return f"{what} `{wrong[1]}`: {hint}"
    message = re.sub(r"^argument (.*?): ", r"\1 ", message)
    return f"{message}; see `{prog} --help`"


def _unknown_flag(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Name a misspelt flag before the command; argparse takes its value for the command and complains of that."""
    import difflib

    known = re.findall(r"--[a-z][a-z-]*", parser.format_help())
    for word in argv:
        flag = word.partition("=")[0]
        if word in COMMANDS:
            return
        if flag.startswith("--") and flag not in known:
            near = difflib.get_close_matches(flag, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"see `{PROGRAM} --help`"
            raise UsageError(f"there is no flag `{flag}`: {hint}")


# The parser


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [flags] [command]",
        description="Takes an AWS account out of the Amazon SES sandbox, step by step.\n"
        "Without a command it opens the app at the first step that needs you.",
        epilog=EPILOG,
        formatter_class=_Help,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}", help="print the version")
    _add_global(parser, shown=True)
    commands = parser.add_subparsers(
        dest="command", title="commands", metavar="command", prog=PROGRAM, parser_class=_Parser
    )

    rehearse = _command(commands, "rehearse", "the app on an embedded account: nothing leaves this machine")
    rehearse.add_argument(
        "--scenario", metavar="NAME", choices=tuple(SCENARIOS), help="how the embedded account begins: listed below"
    )
    rehearse.add_argument(
        "--serve", action="store_true", help="serve it to other commands until interrupted: prints what to export"
    )
    rehearse.add_argument("--play", metavar="EVENT", type=_text, help="make the account that is served do something")
    rehearse.add_argument("--json", action="store_true", help="with --serve: the same as JSON on standard output")
    names = "\n".join(f"  {name:<19}{words}" for name, words in SCENARIOS.items())
    rehearse.epilog = f"scenarios ({DEFAULT_SCENARIO} by default):\n{names}\n"

    status = _command(commands, "status", "one look: where the account, the review and each step stand")
    status.add_argument("--json", action="store_true", help="the same as JSON on standard output")
    status.add_argument("--regions", metavar="all|A,B", type=_names, help="these Regions, one line each")
    status.add_argument("--all-profiles", action="store_true", help="each profile of the AWS configuration")

    draft = _command(commands, "draft", "print the draft request, or set fields of it")
    draft.add_argument("--json", action="store_true", help="the same as JSON on standard output")
    draft.add_argument("--review", action="store_true", help="read the text as a reviewer does, point by point")
    parts = draft.add_subparsers(
        dest="part", title="to change it", metavar="set", prog=f"{PROGRAM} draft", parser_class=_Parser
    )
    setting = _command(parts, "set", "save fields, checked as in the app, all or none: mail_type=TRANSACTIONAL …")
    setting.add_argument(
        "assignments",
        metavar="FIELD=VALUE",
        nargs="+",
        type=_assignment,
        help="FIELD=@FILE reads the value from a file, FIELD=- from standard input, FIELD= takes it back",
    )

    file = _command(commands, "file", "file the saved request: once, through every gate")
    file.add_argument("--dry-run", action="store_true", help="print the exact call and the gates; send nothing")
    file.add_argument("--yes", action="store_true", help="file it; needs --account as well")
    file.add_argument("--account", metavar="ID", type=_account, help="the 12 digits of the account you mean")
    file.add_argument("--override", metavar="REASON", type=_text, help="pass red gates that allow it, for this reason")

    watch = _command(commands, "watch", "wait for Amazon's decision; the exit status says which")
    watch.add_argument("--interval", metavar="S", type=_seconds, help="seconds to the second look (60; at least 1)")

    report = _command(commands, "report", "the readiness report")
    report.add_argument(
        "--format", choices=("html", "md", "json", "txt"), help="by default what FILE ends in, or md; txt for aws alone"
    )
    report.add_argument("--audience", choices=("private", "aws", "public"), help="what is left out (private: nothing)")
    report.add_argument("-o", "--output", metavar="FILE", type=_text, help="write to FILE, readable by you alone")

    records = _command(commands, "records", "the DNS records that are still missing or wrong")
    records.add_argument("--format", choices=("table", "zone", "route53", "terraform"), help="table by default")

    policy = _command(commands, "policy", "the least IAM policy for exactly the calls made")
    policy.add_argument("--for", dest="purpose", choices=("read", "file"), help="file by default")
    _add_actions(commands)
    _add_progress(commands)
    return parser


def _add_actions(commands: argparse._SubParsersAction[_Parser]) -> None:
    following = _command(commands, "next", "the one next thing: who acts, and the command or the answer that does it")
    following.add_argument("--json", action="store_true", help="the same as JSON on standard output")

    actions = _command(commands, "actions", "every write there is: what it does, and whether it can be done now")
    actions.add_argument("--json", action="store_true", help="the same as JSON on standard output")

    do = _command(commands, "do", "do one of the actions, checked, confirmed and read back as in the app")
    do.add_argument("action", metavar="ACTION", type=_text, help="its id, as `actions` lists it")
    do.add_argument("assignments", metavar="FIELD=VALUE", nargs="*", type=_assignment, help="what it asks for, saved")
    do.add_argument("--dry-run", action="store_true", help="print what will exist and the exact calls; send nothing")
    do.add_argument("--yes", action="store_true", help="send it")
    do.add_argument(
        "--account", metavar="ID", type=_account, help="the 12 digits of the account; needed where the app asks"
    )
    do.add_argument("--json", action="store_true", help="a JSON document a line: plan, progress, calls, result")

    explain = _command(commands, "explain", "what an error of SES means in this account, who acts, and what to do")
    explain.add_argument("text", metavar="TEXT", type=_text, help="the error as it was printed; - reads standard input")
    explain.add_argument("--json", action="store_true", help="the same as JSON on standard output")


def _add_progress(commands: argparse._SubParsersAction[_Parser]) -> None:
    progress = _command(commands, "progress", "the journal; and handing this onboarding to another machine")
    deeds = progress.add_subparsers(
        dest="deed", title="what to do", metavar="deed", prog=f"{PROGRAM} progress", parser_class=_Parser
    )
    show = _command(deeds, "show", "what happened here, in order: looks, edits, filings, answers, decisions")
    show.add_argument("--json", action="store_true", help="the same as JSON on standard output")
    export = _command(deeds, "export", "one JSON document: what was entered, sent and noted; no credentials")
    export.add_argument("-o", "--output", metavar="FILE", type=_text, help="a new FILE, readable by you alone")
    importing = _command(deeds, "import", "take over what another machine exported for this account and Region")
    importing.add_argument("input", metavar="FILE", type=_text, help="the document; - reads standard input")
    importing.add_argument("--dry-run", action="store_true", help="only say what would come")


def _command(
    commands: argparse._SubParsersAction[_Parser],  # the only name that argparse has for it
    name: str,
    words: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ".",
        formatter_class=_Help,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    _add_global(parser, shown=False)
    return parser


def _add_global(parser: argparse.ArgumentParser, *, shown: bool) -> None:
    """Add the flags that every command takes; they may stand before or after it."""

    def words(text: str) -> str:
        return text if shown else argparse.SUPPRESS

    group = parser.add_argument_group("flags, before or after the command")
    group.add_argument("--profile", metavar="P", type=_text, help=words("profile of the AWS configuration"))
    group.add_argument("--region", metavar="R", type=_text, help=words("AWS Region; none is ever guessed"))
    group.add_argument("--project", metavar="DIR", type=_text, help=words("the folder of your project's code"))
    group.add_argument(
        "--terraform-plan",
        metavar="FILE",
        type=_text,
        help=words("output of `terraform show -json`, of a plan or of the state: what was applied"),
    )
    group.add_argument("--read-only", action="store_true", help=words("change nothing at AWS"))
    group.add_argument("--plain", action="store_true", help=words("plain questions, line by line"))
    group.add_argument("--state-dir", metavar="DIR", type=_text, help=words("where progress is kept"))
    group.add_argument(
        "--timeout", metavar="S", type=_seconds, help=words("seconds after which the command ends with what it knows")
    )
    group.add_argument(
        "--dns-server", metavar="HOST[:PORT]", type=_dns_server, help=words("ask this DNS server, not the system's")
    )


# Values


def _text(value: str) -> str:
    if not value.strip():
        raise argparse.ArgumentTypeError("needs a value that is not empty")
    return value


def _names(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if not names or ("all" in names and len(names) > 1):
        raise argparse.ArgumentTypeError("needs `all`, or names with commas between them")
    return names


def _assignment(value: str) -> tuple[str, str]:
    name, equals, text = value.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"wants a field, = and its value, and `{value}` is not that")
    return name.strip(), text


def _account(value: str) -> str:
    digits = value.replace("-", "")
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        raise argparse.ArgumentTypeError("needs the 12 digits of an AWS account")
    return digits


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"needs a number of seconds above 0, and `{value}` is not that")
    return seconds


def _dns_server(value: str) -> str:
    """Return address and port: ``192.0.2.53:53`` of ``192.0.2.53``, ``[2001:db8::53]:53`` of ``2001:db8::53``."""
    import ipaddress

    host, port = value, "53"
    if value.startswith("["):
        host, _, rest = value[1:].partition("]")
        port = rest[1:] if rest.startswith(":") else port if not rest else ""
    elif value.count(":") == 1:
        host, _, port = value.partition(":")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"needs the address of a DNS server, such as 192.0.2.53 or [2001:db8::53]:5353, and `{value}` is not that"
        ) from None
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise argparse.ArgumentTypeError(f"needs a port from 1 to 65535, and `{value}` has none")
    return f"[{address}]:{int(port)}" if address.version == 6 else f"{address}:{int(port)}"
