"""The steps of the request, judged: the form, the figures, the text, the declarations, the filing."""

from dlaas_onboard.request.judges.figures import judge as quota
from dlaas_onboard.request.judges.filing import judge as file
from dlaas_onboard.request.judges.form import judge as request
from dlaas_onboard.request.judges.statements import judge as declarations
from dlaas_onboard.request.judges.wording import judge as use_case

__all__ = ["declarations", "file", "quota", "request", "use_case"]
