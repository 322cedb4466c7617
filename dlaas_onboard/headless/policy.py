"""``policy``: the least IAM policy for exactly the calls made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlaas_onboard.headless import output

if TYPE_CHECKING:
    from dlaas_onboard.arguments import Arguments
    from dlaas_onboard.onboarding import Onboarding


def run(onboarding: Onboarding, args: Arguments) -> int:
    """Print the policy without looking at anything: it is for those who have no permission yet."""
    output.write(onboarding.policy(args.purpose))
    return 0
