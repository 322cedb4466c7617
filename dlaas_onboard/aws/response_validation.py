"""Is an answer whole: looked at before botocore reads it, because botocore makes something of everything.

A page, an empty body and a body cut in the middle become ``{}``; the text ``"yes"`` becomes false, and ``"BOUNCE"`` in
place of a list becomes its six letters (docs/faults.md, "Answers that are none", and botocore's ``parsers.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StructureShape

from dlaas_onboard.aws.error_text import ForeignAnswerError, MalformedAnswerError
from dlaas_onboard.journey.text import line

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

_HTML = re.compile(rb"\s*(<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (int, float, str),
}


def check_answer(response: Mapping[str, Any], operation: OperationModel) -> None:
    """Raise where an answer is not one of AWS's, whole and of the types that the operation promises.

    ``response`` is what botocore's ``before-parse`` event carries: status, headers, body. Raises
    :class:`MalformedAnswerError`, and :class:`ForeignAnswerError` for a page in place of an error.
    """
    body = response.get("body")
    if not isinstance(body, bytes):
        return
    is_json = str(operation.service_model.resolved_protocol).endswith("json")
    status = response["status_code"]
    if status >= 300:
        # For JSON botocore keeps the page apart by its status; of XML it knows one spelling of a page, at 5xx.
        if not is_json and _HTML.match(body) and not (status >= 500 and body.startswith(b"<html>")):
            raise ForeignAnswerError(status)
        return
    length = response["headers"].get("content-length")
    if isinstance(length, str) and length.isdecimal() and int(length) != len(body):
        raise MalformedAnswerError(f"only {len(body)} of {length} bytes arrived")
    # The content type is not looked at: moto labels its JSON text/html.
    if _HTML.match(body):
        raise MalformedAnswerError("it is a web page, not an answer of AWS")
    if is_json:
        _check_json(body, operation)


def _check_json(body: bytes, operation: OperationModel) -> None:
    shape = operation.output_shape
    if not body:
        if shape is not None and shape.members:
            raise MalformedAnswerError("it is empty")
        return
    try:
        parsed = json.loads(body)
        if not isinstance(parsed, dict):
            raise MalformedAnswerError("it is not a structure")
        if shape is not None:
            _check_type(parsed, shape, operation.name)
    except (ValueError, RecursionError):
        raise MalformedAnswerError("it is not JSON") from None


def _check_type(value: Any, shape: Shape, name: str) -> None:
    wanted = _TYPES.get(shape.type_name)
    if value is None or wanted is None:
        return
    fits = isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool))
    if not fits:
        raise MalformedAnswerError(f"{line(name, limit=80)} is not a {shape.type_name}")
    if isinstance(shape, StructureShape):
        for member, inner in shape.members.items():
            _check_type(value.get(inner.serialization.get("name", member)), inner, member)
    elif isinstance(shape, ListShape):
        for item in value:
            _check_type(item, shape.member, name)
    elif isinstance(shape, MapShape):
        for item in value.values():
            _check_type(item, shape.value, name)
