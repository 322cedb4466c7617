"""At which step a gap of the checkout belongs."""

from __future__ import annotations

from dlaas_onboard.journey.facts import Facts, Gap
from dlaas_onboard.journey.facts.reading import so_far
from dlaas_onboard.journey.step_registry import StepId

# By the beginning of the gap's id: the step, and the step of the guide that it bears on. The longer beginning stands
# first.
_PLACES = (
    ("defect_renewal", StepId.QUOTA, 12),
    ("defect_mail_repeats", StepId.QUOTA, 12),
    ("defect_purge", StepId.DECLARATIONS, 8),
    ("defect", StepId.USE_CASE, 13),
    ("template_unsent", StepId.REQUEST, 5),
    ("template", StepId.USE_CASE, 13),
    ("unsubscribe", StepId.USE_CASE, 13),
    ("contact", StepId.USE_CASE, 13),
    ("send_policy", StepId.ACCOUNT, 1),
    ("mail_from", StepId.DOMAIN, 10),
    ("dmarc", StepId.DOMAIN, 10),
    ("dkim", StepId.DOMAIN, 10),
    ("spf", StepId.DOMAIN, 10),
    ("delegation", StepId.DOMAIN, 10),
    ("identity", StepId.DOMAIN, 10),
    ("configuration_set", StepId.BOUNCES, 9),
    ("default_configuration_set", StepId.BOUNCES, 9),
    ("event", StepId.BOUNCES, 9),
    ("bounce", StepId.BOUNCES, 9),
    ("inbox", StepId.BOUNCES, 9),
    ("suppression", StepId.BOUNCES, 9),
    ("website", StepId.REQUEST, 6),
    ("privacy", StepId.REQUEST, 6),
    ("terms", StepId.REQUEST, 6),
    ("rate_limit", StepId.DECLARATIONS, 8),
    ("opt_in", StepId.DECLARATIONS, 8),
)


def step_of(gap: Gap) -> StepId:
    """Return the step a gap belongs to, by its id; Use case where none fits, as it is about what the project sends."""
    return next((step for start, step, _ in _PLACES if gap.id.startswith(start)), StepId.USE_CASE)


def guide_of(gap: Gap) -> int:
    """Return the guide's step that a gap bears on: docs/dlaas.md, "Guide"."""
    return next((guide for start, _, guide in _PLACES if gap.id.startswith(start)), 13)


def of_step(facts: Facts, step: StepId) -> tuple[Gap, ...]:
    """Return the checkout's gaps that belong to ``step``."""
    project = so_far(facts.checkout)
    return tuple(gap for gap in project.gaps if step_of(gap) == step) if project else ()
