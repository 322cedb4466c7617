"""Which Lambda functions run on a schedule, from EventBridge rules and schedules in Terraform."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from dlaas_onboard.checkout.terraform import Terraform, TerraformBlock
from dlaas_onboard.journey.facts import Schedule, ScheduleKind
from dlaas_onboard.journey.text import line

_LAMBDA = re.compile(r"aws_lambda_function\.([\w-]+)")
_REFERENCE = re.compile(r"(?:data\.)?[a-z]\w*\.[\w-]+")
_FOLDER = re.compile(r'(?:lambdas|functions|jobs|handlers)/([\w.-]+)|/([\w.-]+)/?"?$')
_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)")


class Schedules:
    """Schedule expressions by the folder of the function that they start."""

    def __init__(self, terraform: Terraform) -> None:
        self._terraform = terraform
        self._blocks = {
            ".".join(("data", *block.labels) if block.kind == "data" else block.labels): block
            for block in terraform.blocks
            if block.kind in ("resource", "data")
        }
        self._by_task: dict[str, str] = {}
        for block in terraform.blocks:
            expression = block.attributes.get("schedule_expression")
            if expression is None:
                continue
            every = line(terraform.resolve(expression), limit=80)
            for function in self._functions(block):
                for name in self._folders(function):
                    self._by_task.setdefault(name, every)

    def of(self, task: str) -> str:
        """Return ``rate(24 hours)`` for a scheduled function's folder, ``""`` for any other."""
        return self._by_task.get(task, "")

    def folders_of(self, block: TerraformBlock) -> set[str]:
        """Return the folders of the functions that a block names."""
        return {folder for name in _LAMBDA.findall(block.body) for folder in self._folders(name)}

    def _functions(self, rule: TerraformBlock) -> set[str]:
        # aws_scheduler_schedule names its target inside; a rule is named by its aws_cloudwatch_event_target.
        named = re.compile(rf"{re.escape('.'.join(rule.labels))}\b(?![\w-])")
        bodies = [rule.body] + [
            block.body for block in self._terraform.resources("aws_cloudwatch_event_target") if named.search(block.body)
        ]
        return {name for body in bodies for name in _LAMBDA.findall(body)}

    def _folders(self, function: str) -> set[str]:
        """Follow a function's code to the folder it is zipped from; its own names where that leads nowhere."""
        start = f"aws_lambda_function.{function}"
        todo, seen = [start], {start}
        while todo and len(seen) < 30:
            block = self._blocks.get(todo.pop(0))
            if block is None:
                continue
            for attribute in ("source_dir", "source_file", "filename"):
                path = self._terraform.resolve(block.attributes.get(attribute, ""))
                match = _FOLDER.search(path.removesuffix("/index.js"))
                if match and not path.endswith(".zip"):
                    return {PurePosixPath(match.group(1) or match.group(2)).stem}
            for reference in _REFERENCE.findall(block.body):
                if reference not in seen and reference in self._blocks:
                    seen.add(reference)
                    todo.append(reference)
        names = {function, re.sub(r"[_-](?:function|lambda|handler)+", "", function)}
        return names | {name.replace("-", "_") for name in names}


def schedule(kind: ScheduleKind, tasks: tuple[str, ...], expression: str) -> Schedule:
    """Return how often tasks run: ``rate(24 hours)`` in its parts; of a cron expression only the text is kept."""
    match = _RATE.fullmatch(expression)
    if match is None:
        return Schedule(kind, tasks, expression=expression)
    return Schedule(kind, tasks, int(match.group(1)), match.group(2), expression)
