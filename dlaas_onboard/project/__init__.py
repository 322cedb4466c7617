"""Reads any repository for the places that send mail: ``read(folder)``; docs/sending.md says what it reads."""

from dlaas_onboard.project.locate import read_project
from dlaas_onboard.project.reader import read

__all__ = ["read", "read_project"]
