"""Commands that a sentence of the journey names: by id, so that each face can name its own way to them."""

from __future__ import annotations

REPLY_KIT = "reply_kit"

# How a sentence names each; a face without a palette says its own words instead.
SENTENCES = {REPLY_KIT: "The palette's Reply kit copies the text."}
