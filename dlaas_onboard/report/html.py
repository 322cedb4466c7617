"""The report as one HTML file: no script, nothing loaded, and a policy that allows exactly its own stylesheet."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

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


_PRE = "pre{font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap;max-width:92ch;margin:2em auto;padding:0 1em}"


def text_page(text: str, title: str) -> str:
    """Return a page that shows a plain text as it is."""
    digest = base64.b64encode(hashlib.sha256(_PRE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_PRE}</style>\n</head>\n"
        f"<body>\n<main>\n<pre>{escape(text)}</pre>\n</main>\n</body>\n</html>\n"
    )
