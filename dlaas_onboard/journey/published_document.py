"""What the JSON documents that are published have in common, and their schemas.

A name that is added keeps the number of a schema; one that goes, or means something else, raises it.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema


def _published_name(name: str) -> str:
    """Return the name under which a class is published."""
    return name.removesuffix("Document")


def _published_title(document: type) -> str:
    return _published_name(document.__name__)


class PublishedDocument(BaseModel):
    """A part of a document that scripts read: no member that its schema does not name."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, model_title_generator=_published_title)

    def json_value(self) -> dict[str, Any]:
        """Return the document as JSON's own values, under the names that are published."""
        return self.model_dump(mode="json", by_alias=True)


class _PublishedNames(GenerateJsonSchema):
    """Writes each definition under the name under which it is published."""

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(_published_name(name))


def json_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of a document."""
    schema = kind.model_json_schema(by_alias=True, mode="serialization", schema_generator=_PublishedNames)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
