"""Templates that nothing in the checkout sends: told only where no code can mean them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dlaas_onboard.checkout.javascript import Script
from dlaas_onboard.checkout.message_table import Messages
from dlaas_onboard.journey.facts import Gap, Source
from dlaas_onboard.journey.text import line


def unsent_templates(messages: Messages, scripts: Mapping[str, Script], others: Iterable[str]) -> Iterable[Gap]:
    """Report templates that no code sends, where the code was read, names what it sends and nowhere speaks of them.

    ``others`` are files in other languages, which may name templates.
    """
    unresolved = any(mail.unresolved for mail in messages.mails)
    if not messages.sites or messages.any_template or unresolved:
        return
    sent = {site.template for site in messages.sites}
    elsewhere = tuple(others)
    for name, template in messages.templates.items():
        if name not in sent and not _is_spoken_of(name, scripts, elsewhere):
            yield Gap(
                f"template_unsent.{name}",
                f"No code was found that sends the template {name}: it is not counted among your messages.",
                "If it is sent, add it to your messages; if it is not, delete it.",
                Source(line(template.path), 1),
                "advice",
            )


def _is_spoken_of(name: str, scripts: Mapping[str, Script], others: Iterable[str]) -> bool:
    """Whether code may name a template: in a text, in a name that is built while it runs, or in another language."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    if any(word.search(text) for text in others):
        return True
    return any(
        word.search(token.text) or _may_become(name, script, index)
        for script in scripts.values()
        for index, token in enumerate(script.tokens)
        if token.kind in ("string", "template")
    )


def _may_become(name: str, script: Script, index: int) -> bool:
    """Whether a text is a part of what becomes the template's name: ``invoice-${state}``, ``"invoice-" + state``."""
    text = script.tokens[index].text
    last = re.sub(r"\.(?:handlebars|hbs)$", "", text.rpartition("/")[2])
    if "${" in last:
        fixed = [re.escape(part) for part in re.split(r"\$\{[^}]*\}", last)]
        is_name = (
            last != text.rpartition("/")[2] or "templates/" in text or any(re.search(r"\w{3}", part) for part in fixed)
        )
        return is_name and bool(re.fullmatch(".+".join(fixed), name))
    joined = script.is_text(index + 1, "+") and name.startswith(last)
    return len(last) > 2 and (joined or (script.is_text(index - 1, "+") and name.endswith(last)))
