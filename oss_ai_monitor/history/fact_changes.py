"""One run of `hub_fact_changes` per day with a full listing of our own: what repositories declare anew.

Two listings are compared: that of the day and the last one before it that is still there. What is compared is what the
Hub sent: licence, access, base models, weights and task; a build decides by its own rules what is a change. The runs
remain when the listings are removed. Call it only under the lock of the history.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import duckdb

from oss_ai_monitor.landing import Landing, Manifest, verify
from oss_ai_monitor.patterns import pattern

from . import scratch
from .days import Day
from .figures import DailyFigures
from .recording import read_errors

SOURCE = "hub_fact_changes"
KINDS = {
    "licence": ("tags", "card_data"),
    "gating": ("gated",),
    "base": ("tags", "base_models"),
    "parameters": ("safetensors", "gguf"),
    "task": ("pipeline_tag",),
}
"""What is compared, by the columns that hold it: only where both listings sent one of them."""
HEAVY = ("tags", "card_data", "base_models", "safetensors", "gguf")
"""Columns of files of the repository: they change only with a commit, which moves last_modified."""
LONGEST, MOST_BASES, LONGEST_TEXT = 200, 20, 1_000
"""Signs of an id, ids of bases, and signs of a text that are recorded."""


def pending(
    landing: Landing, listings: Mapping[date, Manifest], history: Sequence[Day]
) -> list[tuple[Manifest, Manifest]]:
    """Return the pairs of listings, the earlier one first, whose later day is not compared yet, oldest first.

    `listings` are the full listings that represent their days, `history` the recorded days of adoption: a day that
    opens a stretch there is compared with nothing before it, and one that is not in it is no full listing.
    """
    of_day = {day.on: day for day in history}
    days = [on for on in sorted(listings) if on in of_day]
    simulated = {run.is_simulated for run in listings.values()}
    compared = {run.as_of.date() for run in landing.manifests(SOURCE) if run.is_simulated in simulated}
    return [
        (listings[earlier], listings[later])
        for earlier, later in pairwise(days)
        if later not in compared and not any(day.since is None for day in history if earlier < day.on <= later)
    ]


def record_facts(landing: Landing, earlier: Manifest, later: Manifest) -> Manifest:
    """Record what differs between two listings. Raises NotRecorded if one cannot be read, and what landing raises."""
    verify([earlier, later])
    fingerprint = f"{SOURCE} of {later.source} {earlier.snapshot_id} {later.snapshot_id}: {later.fingerprint}"
    with (
        scratch.connection() as db,
        read_errors(DailyFigures("", (*earlier.paths, *later.paths), later)),
        landing.run(
            SOURCE,
            addresses=later.addresses,
            fingerprint=fingerprint,
            is_simulated=later.is_simulated,
            seed=later.seed,
        ) as run,
    ):
        bound = {"earlier": [pattern(path) for path in earlier.paths], "later": [pattern(path) for path in later.paths]}
        _compare(db, bound)
        run.as_of, run.as_of_rule, run.adds_to = later.as_of, later.as_of_rule, SOURCE
        run.copy(db, _CHANGES_OF_DAY.format(day=later.as_of.date(), since=earlier.as_of.date()))
    assert run.manifest is not None
    return run.manifest


def _compare(db: duckdb.DuckDBPyConnection, bound: Mapping[str, list[str]]) -> None:
    """Create the table `changes`: first the rows that may differ are looked for by hashes, then only they are read."""
    counts = [_values_sent(db, paths) for paths in bound.values()]
    is_dated = all(sent["last_modified"] == sent["id"] for sent in counts)
    has_cards = all(sent["card_data"] for sent in counts)
    # Behind a space as well: texts that differ in two signs may have the same hash, but not both times.
    behind_space = [f"' ' || {column}::varchar" for column in ("pipeline_tag", *HEAVY)]
    facts = ["gated", "pipeline_tag", *(["last_modified", behind_space[0]] if is_dated else [*HEAVY, *behind_space])]
    for name, paths in bound.items():
        db.execute(_HASHED.format(name=name, facts=", ".join(facts)), {"paths": paths})
    db.execute(_CHANGED)
    for name, paths in bound.items():
        numbers = [n for (n,) in db.execute(f"select n from {name} semi join changed using (name)").fetchall()]
        marks = bytearray(b"0" * (max(numbers, default=0) + 1))
        for number in numbers:
            marks[number] = ord("1")
        select = _ROWS.format(name=name, longest=LONGEST, most_bases=MOST_BASES)
        db.execute(select, {"paths": paths, "has_cards": has_cards, "marks": marks.decode()})
    kinds = [kind for kind, columns in KINDS.items() if all(any(sent[name] for name in columns) for sent in counts)]
    db.execute(_CHANGES.format(longest_text=LONGEST_TEXT), {"kinds": kinds})


def _values_sent(db: duckdb.DuckDBPyConnection, paths: list[str]) -> Counter[str]:
    """Return how many values each column of a listing has, from the statistics in the footers of its files."""
    return Counter(dict(db.execute(_VALUES_SENT, {"paths": paths}).fetchall()))


_VALUES_SENT = """
select split_part(path_in_schema, ',', 1), sum(num_values - stats_null_count)::bigint
from parquet_metadata($paths)
group by all
"""
_HASHED = """
create or replace temp table {name} as
select row_number as n, hash(id) as name, hash({facts}) as facts
from read_parquet($paths)
where id != ''
"""
_CHANGED = """
create or replace temp table changed as
select distinct name
from (
    select name from earlier anti join later using (name, facts)
    union all
    select name from later anti join earlier using (name, facts)
)
"""
_ROWS = """
create or replace temp table {name}_rows as
with sent as (
    select
        row_number as n, trim(id) as model_id, last_modified, downloads, likes, gated, pipeline_tag as task,
        extra ->> '$._id' as hub_id, tags, card_data, base_models, safetensors, gguf,
    from read_parquet($paths)
    where row_number < length($marks) and get_bit($marks::bit, least(row_number, length($marks) - 1)::int) = 1
    qualify row_number() over (
        partition by lower(trim(id))
        order by last_modified desc nulls last, downloads desc nulls last, likes desc nulls last, n desc
    ) = 1
),
declared as (
    select
        *,
        list_transform(list_filter(tags, lambda tag: starts_with(tag, 'license:')), lambda tag: tag[9:]) as licences,
        list_transform(
            list_filter(tags, lambda tag: starts_with(tag, 'base_model:')),
            lambda tag: regexp_replace(tag, '^base_model:(?:(?:finetune|quantized|adapter|merge):)?', '')
        ) as tagged_bases,
        list_concat(
            json_extract_string(base_models, '$.models[*].id'), json_extract_string(base_models, '$[*].models[*].id')
        ) as named_bases,
        list_transform(json_extract_string(safetensors, '$.parameters.*'), lambda n: try_cast(n as double)) as weights,
    from sent
)
select
    n, model_id, if(regexp_full_match(hub_id, '[0-9a-f]{{24}}'), hub_id, null) as hub_id, gated, task,
    case
        when $has_cards and licences in (['other'], []) and json_type(card_data, '$.license_name') = 'VARCHAR'
            then card_data ->> '$.license_name'
        when len(licences) > 0 then array_to_string(list_sort(licences), ' and ')
        when $has_cards and json_type(card_data, '$.license') = 'VARCHAR' then card_data ->> '$.license'
    end as licence,
    nullif(array_to_string(list_sort(list_distinct(list_filter(
        if(len(tagged_bases) > 0, tagged_bases, named_bases),
        lambda base: length(base) <= {longest} and regexp_full_match(base, '[\\w.\\-]+(/[\\w.\\-]+)?')
    )))[:{most_bases}], ', '), '') as base,
    coalesce(
        list_sum(list_filter(weights, lambda n: n between 1 and 1e15)),
        try_cast(safetensors ->> '$.total' as double),
        try_cast(gguf ->> '$.total' as double)
    )::bigint::varchar as parameters,
from declared
"""
_CHANGES = """
create or replace temp table changes as
with pairs as (
    select struct_pack(before := earlier, after := later) as pair
    from earlier_rows as earlier
    join later_rows as later using (hub_id)
    union all
    select struct_pack(before := earlier, after := later)
    from earlier_rows as earlier
    join later_rows as later on lower(later.model_id) = lower(earlier.model_id)
    where earlier.hub_id is null or later.hub_id is null
),
facts as (
    select
        pair.after.model_id as model_id,
        unnest(['licence', 'gating', 'base', 'parameters', 'task']) as kind,
        unnest([pair.before.licence, pair.before.gated, pair.before.base, pair.before.parameters, pair.before.task])
            as before,
        unnest([pair.after.licence, pair.after.gated, pair.after.base, pair.after.parameters, pair.after.task])
            as after,
    from pairs
)
select kind, model_id, left(before, {longest_text}) as before, left(after, {longest_text}) as after
from facts
where kind in (select unnest($kinds::varchar[]))
    and lower(before) is distinct from lower(after)
    and (kind != 'gating' or (before is not null and after is not null))
"""
_CHANGES_OF_DAY = """
select
    date '{day}' as day, date '{since}' as since, 'compared' as kind, null::varchar as model_id,
    null::varchar as before, null::varchar as after,
union all
select date '{day}', date '{since}', kind, model_id, before, after
from changes
order by kind, model_id
"""
