"""The app as tests build it: in one place, so that its constructor is known to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dlaas_onboard.onboarding import Onboarding
from dlaas_onboard.options import Options
from dlaas_onboard.tui.app import OnboardApp


def app_of(
    onboarding: Onboarding, options: Options | None = None, clock: Callable[[], datetime] | None = None
) -> OnboardApp:
    """Return the app on that onboarding; without ``options`` it has the onboarding's own."""
    return OnboardApp(onboarding.glance(), options or onboarding.options, lambda: onboarding, clock)
