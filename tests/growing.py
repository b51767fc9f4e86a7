"""What tests of builds that follow each other share: a community that lands in pieces, in any order, and what a
generation holds with every key resolved to the id that it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up
from oss_ai_monitor.landing import Keys, Landing
from oss_ai_monitor.sources import simulated

MODELS, SEED = 1_000, 11
FIRST_DAY = datetime(2026, 11, 1, 12, tzinfo=UTC)
PIECES: dict[str, tuple[str, int, str | None, str]] = {
    "half a listing": ("hub_listing", 0, None, "from landed where hash(id) % 2 = 0"),
    "a whole listing": ("hub_listing", 1, None, "from landed"),
    "a changed listing": (
        "hub_listing",
        2,
        None,
        """
        select * replace (
            downloads + (hash(id) % 7)::bigint as downloads,
            case hash(id) % 11
                when 0 then list_append(tags, 'license:mit')
                when 1 then list_append(tags, 'base_model:finetune:nobody/names-this-' || (hash(id) % 3)::varchar)
                when 2 then []
                else tags
            end as tags,
            if(hash(id) % 13 = 0, id || '-Renamed', id) as id
        )
        from landed
        where hash(id) % 17 > 0
        """,
    ),
    "changes": (
        "hub_changes",
        3,
        "hub_listing",
        """
        select * replace (
            if(hash(id) % 3 = 0, 'aaa/' || split_part(id, '/', -1), id) as id,
            last_modified + interval 400 day as last_modified,
            '{"license": "gemma"}'::json as card_data
        )
        from landed where hash(id) % 19 = 0
        """,
    ),
    "details": ("hub_details", 1, None, "from landed where hash(id) % 2 = 0"),
    "more details": (
        "hub_details",
        2,
        "hub_details",
        """
        select * replace ('{"architectures": ["GemmaForCausalLM"]}'::json as config)
        from landed
        where hash(id) % 3 = 0
        """,
    ),
    "first leaderboard": ("leaderboard_v1", 1, None, "from landed"),
    "second leaderboard": ("leaderboard_v2", 1, None, "from landed"),
    "benchmarks": ("hub_benchmarks", 1, None, "from landed"),
    "commits": ("hub_commits", 1, None, "from landed"),
}
"""Source, day, what it adds to, and the select over what the simulated community lands of the source."""


def community(folder: Path) -> Path:
    """Land the whole community, of which the pieces are made."""
    landing = Landing(folder / "landing")
    for table in simulated.tables(MODELS, SEED):
        landing.land(table)
    return folder


def land_piece(origin: Path, folder: Path, piece: str) -> None:
    source, day, adds_to, select = PIECES[piece]
    landed = "hub_listing" if source == "hub_changes" else source
    run = Landing(origin / "landing").manifests(landed)[0]
    landing = Landing(folder / "landing")
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"create view landed as from read_parquet({[str(path) for path in run.paths]})")
        with landing.run(source, addresses=[piece], fingerprint=piece, is_simulated=True, seed=SEED) as writing:
            writing.as_of, writing.as_of_rule = FIRST_DAY + timedelta(days=day), "made up"
            writing.adds_to = adds_to
            writing.write(db.sql(select))
    catch_up(landing)


def build_on(folder: Path, **options: Any) -> Path:
    """Build what has landed, as the command does."""
    landing = Landing(folder / "landing")
    with warehouse.build_lock(folder):
        return warehouse.build(folder, landing.selected(), keys=Keys(landing, is_simulated=True), **options)


def build_anew(folder: Path, other: Path) -> Path:
    """Build the same landed data where nothing was built before, and no id has a key yet."""
    return warehouse.build(other, Landing(folder / "landing").selected())


def content(generation: Path) -> dict[str, list[str]]:
    """Return the rows of each relation as texts, in an order of their own, with ids in the place of keys."""
    with duckdb.connect(str(generation), read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        names = dict(
            db.execute("select model_key, model_id from core.models union all from core.unknown_parents").fetchall()
        )
        relations = db.execute(
            "select distinct schema_name || '.' || table_name from duckdb_columns() where not internal order by all"
        ).fetchall()
        return {
            name: sorted(
                resolved(json.loads(row), names)
                for (row,) in db.execute(f"select to_json(record)::varchar from {name} as record").fetchall()
            )
            for (name,) in relations
            if name != "core.builds"
        }


def resolved(row: Any, names: dict[int, str]) -> str:
    """Return a row as a text in which each key is the id that it stands for."""

    def walk(value: Any, field: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, field) for inner in value]
        if isinstance(value, float):
            return round(value, 9)
        return names[value] if field.endswith("_key") and isinstance(value, int) else value

    return json.dumps(walk(row))


def differences(one: Path, other: Path, read: Callable[[Path], dict[str, list[str]]] = content) -> list[str]:
    """Return what two generations do not have in common, relation by relation."""
    first, second = read(one), read(other)
    assert first.keys() == second.keys()
    return [f"{name}: {_some(first[name], second[name])}" for name in first if first[name] != second[name]]


def _some(first: Iterable[str], second: Iterable[str]) -> str:
    only_first, only_second = sorted(set(first) - set(second)), sorted(set(second) - set(first))
    return f"{len(only_first)} only in the first, such as {only_first[:2]}; {len(only_second)}: {only_second[:2]}"
