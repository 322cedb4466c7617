"""Puts the parts of a checkout together into one fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dlaas_onboard.checkout import (
    code_defects,
    configuration,
    infrastructure,
    message_table,
    opt_in,
    service_description,
)
from dlaas_onboard.checkout.eventbridge_schedules import Schedules
from dlaas_onboard.checkout.file_tree import Tree
from dlaas_onboard.checkout.infrastructure import Infrastructure
from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.checkout.open_endpoints import Endpoints
from dlaas_onboard.checkout.sample_values import Values
from dlaas_onboard.checkout.terraform import Terraform
from dlaas_onboard.checkout.unsent_templates import unsent_templates
from dlaas_onboard.journey.facts import Checkout, Gap
from dlaas_onboard.journey.text import line

_SCRIPTS = (".js", ".mjs", ".cjs", ".ts")
_OTHER_CODE = (".jsx", ".tsx", ".py", ".rb", ".php", ".go", ".java", ".yaml", ".yml", ".sh")  # may name a template
_SQL = (".sql", ".sql.tpl", ".tpl")
_TESTS = re.compile(r"\.(?:spec|test)\.\w+$|(?:^|/)(?:tests?|__tests__|spec)/")
_SENDER_KEYS = ("Source", "FromEmailAddress", "from")
_SET_KEYS = ("ConfigurationSetName", "configurationSetName")


# Fields of the fact that stand in the configuration, with their keys there.
_CONFIGURED = {
    "region": "AWS_REGION",
    "profile": "AWS_PROFILE",
    "service_name": "SERVICE_NAME",
    "domain": "SERVICE_DOMAIN",
}


def read(root: Path) -> Checkout:
    """Read the checkout at ``root``. What is missing or broken is a sentence in ``problems``, never an exception."""
    tree = Tree(root)
    config = configuration.read(tree)
    terraform = Terraform(_texts(tree, (".tf",)), config.values)
    infra = Infrastructure(terraform, config.get("SERVICE_DOMAIN"))
    scripts = {path: Script(path, text) for path, text in _texts(tree, _SCRIPTS).items() if not _TESTS.search(path)}
    schedules = Schedules(terraform)
    endpoints = Endpoints(terraform, schedules, scripts)
    products = service_description.products(tree)
    values = Values(config.values, products)
    messages = message_table.read(tree, scripts, values, schedules)
    sender, sender_source = _sender(scripts, config.values)
    asked = opt_in.read(
        {**{path: script.text for path, script in scripts.items()}, **_texts(tree, _SQL)}, messages.links
    )
    sentence, sentence_line = service_description.first_sentence(tree)

    problems = [*config.problems, *messages.problems]
    gaps: list[Gap] = []
    if terraform.blocks:
        names_set = _names_configuration_set(scripts)
        gaps += infrastructure.gaps(infra, endpoints, config.get("AWS_REGION"), sender, names_set=names_set)
    else:
        problems.append("The checkout has no Terraform files, so its infrastructure is not known.")
    gaps += [*code_defects.find(messages, scripts, schedules, endpoints, values), *asked.gaps]
    gaps += unsent_templates(messages, scripts, _texts(tree, _OTHER_CODE).values())

    sources = {name: config.source(key) for name, key in _CONFIGURED.items() if config.get(key)}
    if sender:
        sources["sender"] = sender_source
    if infra.mail_from and infra.mail_from_block is not None:
        sources["mail_from"] = f"{line(infra.mail_from_block.path)}:{infra.mail_from_block.line}"
    if sentence:
        sources["about"] = sources["business"] = f"README.md:{sentence_line}"
    if messages.mails:
        sources["mails"] = sources["mail_type"] = message_table.FOLDER.rstrip("/")
    return Checkout(
        root=line(str(tree.root)),
        region=config.get("AWS_REGION"),
        profile=config.get("AWS_PROFILE"),
        service_name=config.get("SERVICE_NAME"),
        domain=config.get("SERVICE_DOMAIN"),
        sender=sender,
        mail_from=line(infra.mail_from),
        about=sentence,
        products=tuple(map(str, products)),
        mails=tuple(replace(mail, sender=sender) if mail.triggers else mail for mail in messages.mails),
        stock=config.stock,
        problems=tuple(dict.fromkeys([*problems, *(line(problem) for problem in tree.problems)])),
        gaps=tuple(gaps),
        sources=sources,
        opt_in=asked.opt_in,
        login_needs_confirmation=asked.login,
        purge=asked.purge,
    )


def _names_configuration_set(scripts: Mapping[str, Script]) -> bool:
    """Whether the code passes a configuration set on each send."""
    return any(script.mentions(key) for script in scripts.values() for key in _SET_KEYS)


def _texts(tree: Tree, suffixes: tuple[str, ...]) -> dict[str, str]:
    return {path: text for path in tree.paths(*suffixes) if (text := tree.text(path)) is not None}


def _sender(scripts: Mapping[str, Script], values: Mapping[str, str]) -> tuple[str, str]:
    """Return the From address that the code sends from, and where; ``("", "")`` where it cannot be known."""
    for script in scripts.values():
        for key in _SENDER_KEYS:
            for index in script.mentions(key):
                span_end = index + 3
                if not script.is_text(index + 1, ":") or span_end > len(script.tokens):
                    continue
                text = message_table.literal(script, index + 2, values) or ""
                address = re.search(r"[^\s<>@{}]+@[^\s<>@{}]+\.[^\s<>@{}]+", text)
                if address:
                    return line(address.group(), limit=320), f"{line(script.path)}:{script.line(index)}"
    return "", ""
