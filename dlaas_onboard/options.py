"""What the command line and the environment decided, as one record: known before anything heavy is loaded."""

from __future__ import annotations

import os
from typing import NamedTuple

from dlaas_onboard.arguments import Arguments

# How long a write that may have taken effect is looked for before it counts as not there.
SETTLE_SECONDS = 120.0
# Commands that say what to set up: what another Region has is named before.
_ADVISING = ("", "rehearse", "status", "next", "report")
# Static credentials in the environment outrank a profile that only a checkout names.
_OWN_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


class Options(NamedTuple):
    """Where to look and what is allowed there."""

    profile: str = ""
    region: str = ""
    region_source: str = ""  # what named the Region
    own_credentials: bool = False  # keys in the environment: the checkout's profile is not tried
    read_only: bool = False
    rehearsal: str = ""  # the scenario's name in a rehearsal: the banner
    radar: bool = False  # sweep every Region at the start
    radar_if_needed: bool = False  # sweep them where something may be in another Region than the one looked at
    settle_seconds: float = SETTLE_SECONDS


def options_of(args: Arguments) -> Options:
    """Return what ``args`` and the environment say."""
    rehearsal = args.command == "rehearse"
    region, source = _region(args, rehearsal=rehearsal)
    return Options(
        profile="" if rehearsal else _profile(args),  # the embedded account knows none
        region=region,
        region_source=source,
        own_credentials=any(os.environ.get(name) for name in _OWN_CREDENTIALS),
        read_only=args.read_only,
        rehearsal=args.scenario if rehearsal else "",
        radar=args.command in ("", "rehearse") and not args.plain,
        radar_if_needed=args.command in _ADVISING and not args.regions and not args.all_profiles,
    )


def _profile(args: Arguments) -> str:
    return args.profile or os.environ.get("AWS_PROFILE", "") or os.environ.get("AWS_DEFAULT_PROFILE", "")


def _region(args: Arguments, *, rehearsal: bool) -> tuple[str, str]:
    """Return the Region that was named, and by what. boto3 does not read ``AWS_REGION`` (docs/ses.md, "Regions")."""
    if args.region or rehearsal:
        return args.region.strip(), "rehearsal" if rehearsal else "--region"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if os.environ.get(name, "").strip():
            return os.environ[name].strip(), name
    return "", ""
