"""What the command line asks for, as one record: ``cli`` fills it, ``wiring`` and the faces read it."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_SCENARIO = "dlaas"  # how the embedded account of a rehearsal begins where nobody says


class Arguments(NamedTuple):
    """One command line, parsed. An empty text or ``None`` means that the flag was not given."""

    command: str = ""  # "": the app
    profile: str = ""
    region: str = ""
    project: str = ""
    read_only: bool = False
    plain: bool = False
    state_dir: str = ""
    dns_server: str = ""  # "192.0.2.53:53", "[2001:db8::53]:53"
    scenario: str = DEFAULT_SCENARIO  # rehearse
    json: bool = False  # status, draft, progress show
    regions: tuple[str, ...] = ()  # status: names, or ("all",)
    all_profiles: bool = False  # status
    assignments: tuple[tuple[str, str], ...] = ()  # draft set: (field id, text)
    dry_run: bool = False  # file, progress import
    yes: bool = False  # file
    account: str = ""  # file: 12 digits
    override: str = ""  # file: the reason
    interval: float = 60.0  # watch: seconds
    timeout: float | None = None  # watch: seconds, None for ever
    format: str = ""  # report, records; "": the command's own default
    audience: str = "private"  # report
    output: str = ""  # report, progress export: a file
    deed: str = ""  # progress: show, export or import
    input: str = ""  # progress import: a file, or - for standard input
    purpose: str = "file"  # policy: read or file
