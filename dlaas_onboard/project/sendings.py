"""A sending call on its way to a fact: what a framework's reader found, the parts of the message still as syntax."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from dlaas_onboard.journey.facts.checkout import Source
from dlaas_onboard.journey.facts.sending import SendingKind, TriggeringCall
from dlaas_onboard.project.parts import Parts
from dlaas_onboard.project.syntax import Invocation, SourceFile


@dataclass(slots=True)
class Sending:
    """One sending call."""

    file: SourceFile
    call: Invocation
    framework: str
    parts: Parts  # of the same file as the call, or of the one that defines the message
    kind: SendingKind = SendingKind.MESSAGE
    name: str = ""  # as it is shown, where that is not the call's path
    templates: tuple[str, ...] = ()  # names of the template by the framework's convention
    subject_key: str = ""  # key of the subject in the translations, by the framework's convention
    subject_by_name: str = ""  # the subject that the framework makes of the message's name
    subject_template: str = ""  # name of a template that holds the subject
    lines: tuple[Node, ...] = ()  # texts that the code itself puts into the body, in the file of the parts
    setting: str = ""  # a setting of the framework that says who gets it
    called: Parts | None = None  # where another file defines the message: what the call itself says of it
    bulk: bool = False
    via: Source | None = None
    carrier: bool = False
    triggers: list[TriggeringCall] = field(default_factory=list)

    @property
    def source(self) -> Source:
        """Where the call stands."""
        return Source(self.file.source(self.call.node).path, self.call.line)


@dataclass(frozen=True, slots=True)
class Index:
    """What a reader may ask of the other files: those of a name without its suffix, parsed."""

    by_stem: Callable[[str, str], tuple[SourceFile, ...]]  # ("WelcomeMail", ".php")
    mentions: Mapping[str, bool] = field(default_factory=dict)  # library → whether the project asks for it
