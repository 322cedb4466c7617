"""At which step a gap of the checkout belongs."""

from __future__ import annotations

from dlaas_onboard.journey import subject
from dlaas_onboard.journey.facts import Facts, Gap
from dlaas_onboard.journey.steps import StepId

# By the beginning of the gap's id; the longer beginning stands first.
_STEPS = (
    ("defect_renewal", StepId.QUOTA),
    ("defect_purge", StepId.DECLARATIONS),
    ("defect", StepId.USE_CASE),
    ("template", StepId.USE_CASE),
    ("unsubscribe", StepId.USE_CASE),
    ("contact", StepId.USE_CASE),
    ("send_policy", StepId.ACCOUNT),
    ("mail_from", StepId.DOMAIN),
    ("dmarc", StepId.DOMAIN),
    ("dkim", StepId.DOMAIN),
    ("spf", StepId.DOMAIN),
    ("delegation", StepId.DOMAIN),
    ("identity", StepId.DOMAIN),
    ("configuration_set", StepId.BOUNCES),
    ("default_configuration_set", StepId.BOUNCES),
    ("event", StepId.BOUNCES),
    ("bounce", StepId.BOUNCES),
    ("inbox", StepId.BOUNCES),
    ("suppression", StepId.BOUNCES),
    ("website", StepId.REQUEST),
    ("privacy", StepId.REQUEST),
    ("terms", StepId.REQUEST),
    ("rate_limit", StepId.DECLARATIONS),
    ("opt_in", StepId.DECLARATIONS),
)


def step_of(gap: Gap) -> StepId:
    """Return the step a gap belongs to, by its id; Use case where none fits, as it is about what the project sends."""
    return next((step for start, step in _STEPS if gap.id.startswith(start)), StepId.USE_CASE)


def of_step(facts: Facts, step: StepId) -> tuple[Gap, ...]:
    """Return the checkout's gaps that belong to ``step``."""
    project = subject.checkout(facts)
    return tuple(gap for gap in project.gaps if step_of(gap) == step) if project else ()
