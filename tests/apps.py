"""The app as tests build it: in one place, so that its constructor is known to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.tui.app import OnboardApp


def app_of(onboarding: Onboarding, clock: Callable[[], datetime] | None = None) -> OnboardApp:
    """Return the app on that onboarding."""
    return OnboardApp(onboarding.glance(), onboarding.options, lambda: onboarding, clock)
