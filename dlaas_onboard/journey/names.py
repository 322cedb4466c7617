"""DNS names and e-mail addresses, compared as DNS and SES compare them."""

from __future__ import annotations

import re

# Length and shape that SES asks of an address (API_PutAccountDetails): 6 to 254 characters, something@something.
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@(?:[^\s@<>,;.\"]{1,63}\.)+[^\s@<>,;.\"]{2,63}")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[^\s@<>,;./\"]{1,63}\.)+[^\s@<>,;./\"]{2,63}")


def bare(name: str) -> str:
    """Return a DNS name in lower case without surrounding blanks and without the last dot, in its ASCII form."""
    plain = name.strip().rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain  # no name that DNS can carry; is_domain() refuses it


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain e-mail address."""
    return 6 <= len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Whether ``text`` is a domain name of at least two labels in ASCII, without scheme, path or port."""
    return text.isascii() and _DOMAIN.fullmatch(text) is not None and ":" not in text


def within(name: str, domain: str) -> bool:
    """Whether ``name`` is ``domain`` or lies beneath it."""
    return bool(domain) and (bare(name) == bare(domain) or bare(name).endswith("." + bare(domain)))


def parents(name: str) -> tuple[str, ...]:
    """Return ``name`` and the domains above it that have at least two labels, nearest first."""
    labels = bare(name).split(".")
    return tuple(".".join(labels[i:]) for i in range(len(labels) - 1)) if len(labels) > 1 else ()


def domain_of(address: str) -> str:
    """Return the domain of an address."""
    return bare(address.rpartition("@")[2]) if "@" in address else ""
