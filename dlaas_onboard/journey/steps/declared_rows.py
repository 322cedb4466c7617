"""What the infrastructure code of any repository declares, beside what the account has."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts
from dlaas_onboard.journey.facts.reading import known
from dlaas_onboard.journey.facts.sending import DeclaredResource, ResourceKind
from dlaas_onboard.journey.steps.verdict_builder import VerdictBuilder

MAX_ROWS = 4  # of one kind


def declared_rows(builder: VerdictBuilder, facts: Facts, *kinds: ResourceKind) -> None:
    """Show what the code declares of some kinds, with its place: wanted, which says nothing of what is there.

    Of a DLaaS checkout its own reader says it, with the account's state and whose turn it is.
    """
    repository = known(facts.repository)
    if repository is None or known(facts.checkout) is not None:
        return
    for kind in kinds:
        declared = {each.value: each for each in reversed(repository.resources) if each.kind == kind}
        shown = sorted(declared.values(), key=lambda each: (each.source.path, each.source.line))
        for each in shown[:MAX_ROWS]:
            builder.add_row(
                f"{str(kind)[0].upper()}{str(kind)[1:]}",
                _words(each),
                facts.repository,
                section="Declared in the code",
                source=str(each.source),
            )
        if len(shown) > MAX_ROWS:
            builder.add_row("And", f"{len(shown) - MAX_ROWS} more", facts.repository, section="Declared in the code")


def _words(resource: DeclaredResource) -> str:
    """Return the value with its detail and the tool that declares it."""
    value = resource.value or "its name is not in the code"
    detail = f": {resource.detail}" if resource.detail else ""
    return f"{value}{detail} ({resource.tool})"
