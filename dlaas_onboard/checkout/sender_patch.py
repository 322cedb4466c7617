"""The change to the code that sends, so that each message names the configuration set: a diff beside the Terraform.

A set that is neither named on sending nor the identity's default sees no mail (SES Developer Guide, "Specifying a
configuration set when you send email").
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import NamedTuple

from dlaas_onboard.checkout.file_tree import Tree

SUFFIXES = (".js", ".mjs", ".cjs", ".ts")
TESTS = re.compile(r"\.(?:spec|test)\.\w+$|(?:^|/)(?:tests?|__tests__|spec)/")
_NAMED = re.compile(r"\bconfigurationSetName\b", re.IGNORECASE)
# The key of the sender in the parameters of SendEmail (v1 and v2), on a line of its own.
_SENDER = re.compile(r"^([ \t]*)(?:Source|FromEmailAddress)[ \t]*:", re.MULTILINE)
_CALLS = re.compile(r"\b(?:SendEmailCommand|sendEmail|SendRawEmailCommand)\b")
MARK = "#| "  # before each line of the diff


class SenderPatch(NamedTuple):
    """What the code that sends lacks."""

    named: bool  # it names a configuration set already
    diff: str  # "" where none can be made
    paths: tuple[str, ...] = ()


def sender_patch(root: Path, set_name: str) -> SenderPatch:
    """Return the diff that lets each ``SendEmail`` of the checkout at ``root`` name ``set_name``."""
    tree = Tree(root)
    diffs: list[str] = []
    paths: list[str] = []
    for path in tree.paths(*SUFFIXES):
        text = tree.text(path)
        if text is None or TESTS.search(path) or not _CALLS.search(text):
            continue
        if _NAMED.search(text):
            return SenderPatch(True, "")
        changed = _SENDER.sub(lambda match: f'{match[1]}ConfigurationSetName: "{set_name}",\n{match[0]}', text)
        if changed != text:
            lines = text.splitlines(keepends=True), changed.splitlines(keepends=True)
            diffs.append("".join(difflib.unified_diff(*lines, f"a/{path}", f"b/{path}")))
            paths.append(path)
    return SenderPatch(False, "".join(diffs), tuple(paths))
