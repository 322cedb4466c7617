"""Which domains belong to the same organization, by the Public Suffix List that the installed package carries."""

from __future__ import annotations

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from dlaas_onboard.journey.names import bare, parents, within


def organizational(name: str) -> str:
    """Return the organizational domain of ``name`` (RFC 7489 3.2), ``""`` for a public suffix and for no name.

    A top-level domain that the list does not know counts as a public suffix.
    """
    return str(_list().privatesuffix(bare(name)) or "")


def same_organization(name: str, domain: str) -> bool:
    """Whether ``name`` lies beneath ``domain``, or both beneath one organizational domain."""
    whose = organizational(domain)
    return within(name, domain) or bool(whose and whose == organizational(name))


def up_to_organizational(name: str) -> tuple[str, ...]:
    """Return ``name`` and the domains above it up to its organizational domain, nearest first."""
    top = organizational(name) or bare(name)
    return tuple(above for above in parents(name) if within(above, top))


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    """Read the list when it is first needed: it is too long to be read before the first screen."""
    return PublicSuffixList()
