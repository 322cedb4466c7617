"""The steps of the request, judged: form, figures, text, declarations, filing, and what follows it."""

from dlaas_onboard.request.judges.after_filing import judge as decision
from dlaas_onboard.request.judges.figures import judge as quota
from dlaas_onboard.request.judges.filing import judge as file
from dlaas_onboard.request.judges.form import judge as request
from dlaas_onboard.request.judges.statements import judge as declarations
from dlaas_onboard.request.judges.wording import judge as use_case

__all__ = ["decision", "declarations", "file", "quota", "request", "use_case"]
