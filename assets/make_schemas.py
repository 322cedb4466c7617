"""Write the JSON Schemas of the documents that scripts read into this folder: ``python -m assets.make_schemas``."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from dlaas_onboard.headless.documents import DOCUMENTS
from dlaas_onboard.journey.published_document import json_schema
from dlaas_onboard.report.json_schema import StatusDocument

FOLDER = Path(__file__).parent
KINDS: dict[str, type[BaseModel]] = {"status": StatusDocument, **DOCUMENTS}


def schemas() -> dict[Path, str]:
    """Return the text of each schema by the file that holds it."""
    return {
        FOLDER / f"{name}.schema.json": json.dumps(json_schema(kind), indent=2) + "\n" for name, kind in KINDS.items()
    }


if __name__ == "__main__":
    for path, text in schemas().items():
        path.write_text(text, "utf-8")
