"""The bytes that ring a terminal's bell and have it show a desktop notification.

They go to the terminal and not to the desktop: the terminal is where the operator is, and the only thing that is there
over ssh as well. Libraries such as desktop-notifier or plyer talk to the desktop of the machine that runs the program
(D-Bus, the Notification Center, WinRT): over ssh that is nobody's, and each brings a dependency for every platform.
A terminal that does not know a sequence drops it; the bell is what every terminal has.

Which terminal understands what:

* ``OSC 777 ; notify ; title ; text`` is rxvt-unicode's, and foot, Ghostty, WezTerm, kitty (since 0.24), Konsole,
  Contour, Warp and VTE as distributions patch it show it, too: foot-ctlseqs(7), https://ghostty.org/docs/vt,
  https://wezterm.org/escape-sequences.html, https://sw.kovidgoyal.net/kitty/changelog/.
* ``OSC 9 ; text`` is iTerm2's: https://iterm2.com/documentation-escape-codes.html. ConEmu and Windows Terminal use the
  same number for progress and more (https://conemu.github.io/en/AnsiEscapeCodes.html), so it is sent to iTerm2 only.
  Never both: foot, Ghostty, WezTerm and kitty understand both, and would show everything twice.
* tmux drops both unless they are wrapped, and lets the wrapped ones through only with ``allow-passthrough on``:
  tmux(1). GNU screen, which may call itself the same over ssh, gets the bell alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlaas_onboard.journey.text import line

BELL = "\a"
TITLE = "dlaas-onboard"
LIMIT = 200  # characters: a notification shows two or three lines
# Terminals that would show the sequence as text, or act on a part of it.
_PLAIN = ("", "dumb", "linux", "unknown", "vt100", "vt220", "cons25")


def call(sentences: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return what to write to the terminal: the bell, and a notification where the terminal can take one.

    ``environ`` tells the terminal: over ssh ``TERM``, and iTerm2's ``LC_TERMINAL``, which is made to be passed on.
    The sentences may hold Amazon's words; no control byte of theirs goes through.
    """
    text = line(" ".join(sentences), limit=LIMIT).replace(";", ",")
    term = environ.get("TERM", "")
    if not _takes_sequences(term, environ):
        return BELL
    if "iTerm" in environ.get("TERM_PROGRAM", "") or "iTerm" in environ.get("LC_TERMINAL", ""):
        sequence = f"\x1b]9;{TITLE}: {text}\a"
    else:
        sequence = f"\x1b]777;notify;{TITLE};{text}\a"
    if "TMUX" in environ or term.startswith("tmux"):
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return BELL + sequence


def _takes_sequences(term: str, environ: Mapping[str, str]) -> bool:
    if "WT_SESSION" in environ:  # Windows Terminal, which sets no TERM: it drops what it does not know
        return True
    if environ.get("OS") == "Windows_NT" or term in _PLAIN:
        return False
    return "TMUX" in environ or not term.startswith("screen")
