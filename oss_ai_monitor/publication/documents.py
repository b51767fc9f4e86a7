"""The documents of a publication: a datasheet, a Croissant description, a citation, and the changelog of rules."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import msgspec

from .croissant import LICENCE, PROJECT, TITLE
from .manifest import Manifest
from .tables import Table

DATASHEET, CROISSANT, CITATION, RULES = "README.md", "croissant.json", "CITATION.cff", "RULES.md"
RULES_DATA = "rules.json"


class RuleVersion(msgspec.Struct):
    """One version of the rules that was published, and the files that differ from the version before."""

    version: str
    since: str
    tool_version: str
    changed: list[str] = []


class Rules(msgspec.Struct):
    """Every version of the rules that was published, the last one last, and a hash of each file of that one."""

    versions: list[RuleVersion] = []
    files: dict[str, str] = {}


def next_rules(before: bytes | None, version: str, since: str, tool_version: str, files: Mapping[str, str]) -> Rules:
    """Return the versions of the rules with the present one, which is added if it is another than the last one."""
    try:
        rules = msgspec.json.decode(before, type=Rules) if before else Rules()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        rules = Rules()
    if not rules.versions or rules.versions[-1].version != version:
        names = sorted(rules.files.keys() | files.keys()) if rules.files else []
        changed = [name for name in names if rules.files.get(name) != files.get(name)]
        rules.versions.append(RuleVersion(version, since, tool_version, changed))
        rules.files = dict(files)
    return rules


def rules_page(rules: Rules) -> str:
    """Return the changelog of rules as Markdown."""
    lines = ["# Changelog of rules", ""]
    lines += ["A figure follows from what had landed and from the rules, the SQL that built the warehouse.", ""]
    for version in reversed(rules.versions):
        lines += [
            f"## {version.version}",
            "",
            f"Published since {version.since}, {PROJECT} {version.tool_version}.",
            "",
        ]
        lines += [f"- `sql/{name}`" for name in version.changed]
        lines += [""] if version.changed else []
    return "\n".join(lines)


def citation(manifest: Manifest) -> str:
    """Return CITATION.cff."""
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: If you use these data, please cite them with the snapshot and the rules.",
            "type: dataset",
            f"title: {json.dumps(TITLE)}",
            "authors:",
            f"  - name: {PROJECT} contributors",
            f"version: {json.dumps(manifest.snapshot_id)}",
            f"date-released: {manifest.published_at:%Y-%m-%d}",
            f"license: {LICENCE}",
            f"abstract: {json.dumps(f'Snapshot {manifest.snapshot_id}, rules {manifest.rules}.')}",
            "",
        ]
    )


def datasheet(manifest: Manifest, tables: Sequence[Table], sources: Sequence[str], recipes: Sequence[str]) -> str:
    """Return the datasheet, which is also the card of a dataset on the Hub."""
    configs = []
    for table in tables:
        if table.rows:
            name = table.relation.replace(".", "_")
            configs += [f"- config_name: {name}", f"  data_files: {table.pattern}"]
    simulated = ["**This is a simulated community: an invention, and no statement about the world.**", ""]
    lines = [
        "---",
        f"license: {LICENCE.lower()}",
        f"pretty_name: {json.dumps(TITLE)}",
        "tags: [duckdb, croissant]",
        "configs:",
        *configs,
        "---",
        f"# {TITLE}",
        "",
        *(simulated if manifest.is_simulated else []),
        f"A warehouse in one DuckDB file, and its tables as Parquet, published by {PROJECT} {manifest.tool_version} on "
        f"{manifest.published_at:%Y-%m-%d}. The data speak of {manifest.as_of:%Y-%m-%d %H:%M} UTC at the latest.",
        "",
        "| | |",
        "|---|---|",
        f"| snapshot | `{manifest.snapshot_id}` |",
        f"| rules | `{manifest.rules}` ([changelog]({RULES})) |",
        f"| shape of the tables | {manifest.shape} |",
        f"| licence | {LICENCE} |",
        "",
        "## Why it was made",
        "",
        "So that anybody can count what open-source AI does, by rules that can be read, without asking the Hub again.",
        "",
        "## What is in it",
        "",
        "One row of `core.models` is a repository of models on the Hub. Each decision, such as a date or a size, has "
        "its rule in a column beside it; claims that are not believed are rows of `core.disputes`.",
        "",
        "## Where it comes from",
        "",
        "Metadata that the Hub's interface gives to everybody, and what follows from them:",
        "",
        *[f"- {source}" for source in sources],
        "",
        "## What is not in it",
        "",
        *[f"- {reason}" for reason in manifest.not_passed_on],
        "- Owners and contributors who asked to be left out: they have no row, and no text names them.",
        "",
        "Who wants all of it can make it at home:",
        "",
        "```sh",
        "oss-ai-monitor refresh",
        *recipes,
        "oss-ai-monitor build",
        "```",
        "",
        "## What it is not fit for",
        "",
        "Downloads are what the Hub counts, and are no users. Statements about persons should not be made from it. "
        "What owners declare of their models is passed on as declared, and may be wrong.",
        "",
        "## How it is kept",
        "",
        f"A new generation replaces this one as a whole. `manifest.json` names every file with its checksum; "
        f"`{CROISSANT}` describes the tables for programs, and `{CITATION}` says how to cite them.",
        "",
        "## Tables",
        "",
        "| table | rows | |",
        "|---|---|---|",
        *[f"| `{table.relation}` | {table.rows:,} | {_cell(table.comment)} |" for table in tables],
        "",
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
