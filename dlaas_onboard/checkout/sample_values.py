"""What stands in a template's place-holders, as far as the configuration, the products or the code itself say so.

Only what the call really passes is filled in: a value that nobody passes is blank in the mail, and stays a
place-holder in the sample. What only the running code knows (a name, a code, a date) stays one as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.journey.text import line

if TYPE_CHECKING:
    from dlaas_onboard.checkout.service_description import Product

_PLACE = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_PATH = re.compile(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*")
_MAX_DEPTH = 4


class Values:
    """The values that are known before anything runs."""

    def __init__(self, configuration: Mapping[str, str], products: Iterable[Product] = ()) -> None:
        self.configuration = configuration
        self.products = tuple(products)

    def of(self, script: Script, passed: Mapping[str, tuple[int, int]]) -> dict[str, str]:
        """Return what is known of the values that a call passes, by the name a template uses: ``product.name``."""
        values: dict[str, str] = {}
        for name, span in passed.items():
            text = self.text(script, span)
            if text is not None:
                values[name] = line(text, limit=300)
            elif self.products and re.fullmatch(r"\w*product", script.code(*span), re.IGNORECASE):
                # Of several products the first is as good an example as any.
                values |= {f"{name}.{key}": value for key, value in self.products[0].values.items()}
        return values

    def text(self, script: Script, span: tuple[int, int], depth: int = 0) -> str | None:
        """Return the text of an expression with ``{name}`` for what is not known; ``None`` where nothing is."""
        start, end = span
        if depth > _MAX_DEPTH or start >= end:
            return None
        token = script.tokens[start]
        if end == start + 1 and token.kind in ("string", "number"):
            return token.text
        if end == start + 1 and token.kind == "template":
            return self._template(script, token.text, start, depth)
        code = script.code(start, end)
        return self._path(script, code, start, depth) if _PATH.fullmatch(code) else None

    def _path(self, script: Script, path: str, before: int, depth: int) -> str | None:
        name = path.rpartition(".")[2]
        if "." in path or name in self.configuration:  # config.SERVICE_NAME, whatever the object is called
            return self.configuration.get(name) or None
        span = _declared(script, name, before)
        return self.text(script, span, depth + 1) if span is not None else None

    def _template(self, script: Script, text: str, before: int, depth: int) -> str | None:
        parts: list[str] = []
        at = 0
        for place in _PLACE.finditer(text):
            path = place.group(1)
            if not _PATH.fullmatch(path):
                return None
            known = self._path(script, path, before, depth)
            parts += [text[at : place.start()], f"{{{path.replace('?', '')}}}" if known is None else known]
            at = place.end()
        rest = text[at:]
        return None if "${" in rest else "".join([*parts, rest])


def _declared(script: Script, name: str, before: int) -> tuple[int, int] | None:
    """Return the initializer of the last ``const`` of that name before a token, where it is one simple expression."""
    around = {-1}
    bracket = script.parent[before]
    while bracket >= 0:
        around.add(bracket)
        bracket = script.parent[bracket]
    for index in reversed([at for at in script.mentions(name) if at < before and script.parent[at] in around]):
        if not script.is_text(index - 1, "const") or not script.is_text(index + 1, "="):
            continue
        start = end = index + 2
        while end < len(script.tokens) and end < start + 12 and not script.is_text(end, ";"):
            end += 1
        if end < len(script.tokens) and script.tokens[start].kind in ("string", "template", "number"):
            follows = script.tokens[start + 1]
            if follows.kind == "name" or follows.text in (";", "}"):  # also without a semicolon
                return start, start + 1
        return start, end
    return None
