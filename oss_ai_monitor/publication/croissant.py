"""The description of a publication for programs, in Croissant 1.0 (JSON-LD, http://mlcommons.org/croissant/1.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from .manifest import Manifest
from .tables import Table

PROJECT = "oss-ai-monitor"
LICENCE = "Apache-2.0"
LICENCE_ADDRESS = "https://www.apache.org/licenses/LICENSE-2.0"
TITLE = "Open-source AI models: what the Hub's interface says, counted"
TYPES = {
    "BOOLEAN": "sc:Boolean",
    "DATE": "sc:Date",
    "TIMESTAMP": "sc:DateTime",
    "DOUBLE": "sc:Float",
    "FLOAT": "sc:Float",
}
WHOLE_NUMBER = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER")
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "includes": "cr:includes",
    "recordSet": "cr:recordSet",
    "repeated": "cr:repeated",
    "sc": "https://schema.org/",
    "source": "cr:source",
}


def croissant(manifest: Manifest, tables: Sequence[Table], address: str) -> str:
    """Return the description in Croissant 1.0, JSON-LD."""
    distribution: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": "repository",
            "name": "repository",
            "description": "The folder that holds all files.",
            "contentUrl": address or ".",
            "encodingFormat": "git+https" if address else "local_directory",
            "sha256": manifest.warehouse.sha256,
        },
        _file("warehouse", manifest.warehouse.path, "application/vnd.duckdb", manifest.warehouse.sha256),
    ]
    records = []
    for table in tables:
        if len(table.files) == 1:
            (file,) = table.files
            distribution.append(_file(table.relation, file.path, "application/x-parquet", file.sha256))
            source = {"fileObject": {"@id": table.relation}}
        else:
            distribution.append(
                {
                    "@type": "cr:FileSet",
                    "@id": table.relation,
                    "name": table.relation,
                    "containedIn": {"@id": "repository"},
                    "encodingFormat": "application/x-parquet",
                    "includes": table.pattern,
                }
            )
            source = {"fileSet": {"@id": table.relation}}
        fields = [
            {
                "@type": "cr:Field",
                "@id": f"{table.relation}/{column.name}",
                "name": column.name,
                "description": column.comment or column.name,
                "dataType": _type(column.kind),
                **({"repeated": True} if column.kind.endswith("[]") else {}),
                "source": {**source, "extract": {"column": column.name}},
            }
            for column in table.columns
        ]
        record = {"@type": "cr:RecordSet", "@id": f"records/{table.relation}", "name": table.relation}
        records.append(record | {"description": table.comment or table.relation, "field": fields})
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": PROJECT,
        "description": TITLE,
        "url": address or ".",
        "license": LICENCE_ADDRESS,
        "version": manifest.snapshot_id,
        "datePublished": manifest.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "creator": {"@type": "sc:Organization", "name": f"{PROJECT} contributors"},
        "citeAs": f"{PROJECT}, snapshot {manifest.snapshot_id}, rules {manifest.rules}",
        "distribution": distribution,
        "recordSet": records,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _file(name: str, path: str, form: str, sha256: str) -> dict[str, Any]:
    identity = {"@type": "cr:FileObject", "@id": name, "name": name}
    return identity | {"contentUrl": path, "encodingFormat": form, "sha256": sha256}


def _type(kind: str) -> str:
    """Return the type of a column's values; of a list that of its elements."""
    element = kind.removesuffix("[]")
    if element.startswith("TIMESTAMP"):
        return "sc:DateTime"
    if element.startswith("DECIMAL"):
        return "sc:Float"
    return TYPES.get(element, "sc:Integer" if WHOLE_NUMBER.fullmatch(element) else "sc:Text")
