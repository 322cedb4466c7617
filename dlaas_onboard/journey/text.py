"""Text that comes from outside the program, made safe to show.

Every string from AWS, DNS, a website, a checkout, the store or the clipboard passes :func:`clean` at the room that
receives it. Textual passes ESC and other control characters through to the terminal from every widget
(docs/faults.md, "Hostile text"); what is cleaned here is visible and harmless everywhere.
"""

import unicodedata

# Joiners and the emoji presentation selector are part of real scripts.
_KEEP = frozenset("\u200c\u200d\ufe0f")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, *, limit: int = 8000, multiline: bool = True) -> str:
    """Return ``text`` with every control and invisible character replaced by a visible one.

    ESC becomes ``␛``, a bidirectional override becomes ``\\u{202e}``; with ``multiline`` a line feed stays.
    More than ``limit`` characters are cut, and the cut is said.
    """
    out: list[str] = []
    for char in text[:limit].replace("\r\n", "\n").replace("\t", "    "):
        code = ord(char)
        if char == "\n" and multiline:
            out.append(char)
        elif code < 0x20:
            out.append(chr(0x2400 + code))
        elif code == 0x7F:
            out.append("\u2421")
        elif char in _KEEP or unicodedata.category(char) not in _UNSEEN:
            out.append(char)
        else:
            out.append(f"\\u{{{code:x}}}")
    if len(text) > limit:
        out.append(f" … {len(text) - limit} more characters")
    return "".join(out)


def line(text: str, *, limit: int = 400) -> str:
    """Return ``text`` cleaned, on one line."""
    return clean(" ".join(text.split("\n")), limit=limit, multiline=False)


def plural(count: int, singular: str, many: str = "") -> str:
    """Return ``count`` with the right noun: ``1 record``, ``3 records``."""
    return f"{count} {singular if count == 1 else many or singular + 's'}"


def age(seconds: float) -> str:
    """Return a short age: ``now``, ``42 s``, ``7 min``, ``3 h``, ``2 d``; a clock that ran back reads ``now``."""
    if seconds < 2:
        return "now"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"
