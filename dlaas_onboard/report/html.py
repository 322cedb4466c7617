"""The report as one HTML file: no script, nothing loaded, and a policy that allows exactly its own stylesheet."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dlaas_onboard.report import outline as o


def html(document: o.Outline, digest: str) -> str:
    """Return the page; ``digest`` is the SHA-256 of the JSON report."""
    room = files(__package__)
    style = room.joinpath("report.css").read_text(encoding="utf-8").strip()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.tests["finding"] = lambda block: isinstance(block, o.OutlineFinding)
    template = environment.from_string(room.joinpath("report.html.j2").read_text(encoding="utf-8"))
    return template.render(
        document=document,
        digest=digest,
        style=Markup(style),  # noqa: S704 - our own file, and the only text that is not escaped
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        severities=o.SEVERITIES,
        kind=lambda block: type(block).__name__,
        tally=o.tally,
    )
