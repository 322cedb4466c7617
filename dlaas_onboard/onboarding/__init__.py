"""Onboarding, the one object that both faces drive: observe, enter, act, reconcile, report."""

from dlaas_onboard.onboarding.observing import looks_of
from dlaas_onboard.onboarding.onboarding import Onboarding
from dlaas_onboard.onboarding.preparing import registry
from dlaas_onboard.onboarding.view import Prepared, View

__all__ = ["Onboarding", "Prepared", "View", "looks_of", "registry"]
