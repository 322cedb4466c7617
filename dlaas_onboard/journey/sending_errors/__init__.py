"""Errors of Amazon SES that somebody pasted, explained for this account."""

from dlaas_onboard.journey.sending_errors.explain import explain as explain
from dlaas_onboard.journey.sending_errors.explanation import Explanation as Explanation
