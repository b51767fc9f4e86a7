"""The real files read without any of our SQL, to compare with: who names whom as base, and who descends from whom."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from oss_ai_monitor.warehouse import sql_folder

LISTING = "hub/api/models_listing_2024-07-11.jsonl.gz"
AN_ID = re.compile(r"[\w.\-]+(/[\w.\-]+)?")


def successors() -> dict[str, str]:
    """Legacy name → the name that it moved to, both in lower case."""
    with (sql_folder() / "seeds" / "renamed.csv").open(encoding="utf-8") as file:
        return {row["old_id"].lower(): row["new_id"].lower() for row in csv.DictReader(file)}


@dataclass
class RawListing:
    """Ids are in lower case, legacy names are their successors."""

    names: set[str]
    created: dict[str, date]
    tasks: dict[str, str | None]
    edges: set[tuple[str, str]]

    def descendants(self, *bases: str) -> set[str]:
        children = defaultdict(set)
        for child, base in self.edges:
            children[base].add(child)
        reached, queue = set(bases), list(bases)
        while queue:
            new = children[queue.pop()] - reached
            reached |= new
            queue += new
        return reached - set(bases)


def read(data: Path) -> RawListing:
    renamed = successors()
    listing = RawListing(set(), {}, {}, set())
    with gzip.open(data / LISTING, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            name = row["id"].lower()
            listing.names.add(name)
            listing.created[name] = datetime.fromisoformat(row["createdAt"]).date()
            listing.tasks[name] = row.get("pipeline_tag")
            for tag in row["tags"]:
                if tag.startswith("base_model:") and AN_ID.fullmatch(tag[11:]):
                    base = renamed.get(tag[11:].lower(), tag[11:].lower())
                    if base != name:
                        listing.edges.add((name, base))
    return listing


def names_of_details(data: Path) -> set[str]:
    names = set()
    for archive in sorted((data / "hub/api/model_details").glob("*.zip")):
        with ZipFile(archive) as files:
            for member in files.namelist():
                if member.endswith(".json"):
                    answer = json.loads(files.read(member))
                    names.add(str(answer.get("id", "")).lower())
    return names
