"""Which domains belong to the same organization, by the Public Suffix List that the installed package carries."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dlaas_onboard.journey.subject import bare

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def organizational(name: str) -> str:
    """Return the organizational domain of ``name`` (RFC 7489 3.2), ``""`` for a public suffix and for no name.

    A top-level domain that the list does not know counts as a public suffix.
    """
    return str(_list().privatesuffix(bare(name)) or "")


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    """Read the list when it is first needed: it is too long to be read before the first screen."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
