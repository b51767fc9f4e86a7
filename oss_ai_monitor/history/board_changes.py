"""One run of `leaderboard_changes` per pair of consecutive snapshots of a leaderboard, or of the official benchmarks:
which scores differ.

A build reads the latest snapshot of a board only, so what an earlier one said of the same evaluations is recorded when
snapshots land, and once for all that landed before. Where a snapshot of a day in between lands later, the runs of its
two pairs supersede that of the pair around it. Call it only under the lock of the history.
"""

from collections.abc import Sequence
from itertools import pairwise

import duckdb

from oss_ai_monitor.landing import Landing, Manifest, verify
from oss_ai_monitor.patterns import pattern

from . import scratch

SOURCE = "leaderboard_changes"
FORMAT = 1
"""Raised when the same snapshots give other changes."""
TOLERANCE = 0.005
"""Points of 100 up to which two scores are the same: half of the last digit that rounded exports give."""
BENCHMARKS = {
    "leaderboard_v1": ("arc", "hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k"),
    "leaderboard_v2": ("ifeval", "bbh", "math_lvl_5", "gpqa", "musr", "mmlu_pro"),
}
"""The columns of each board that hold scores, 0 to 100; its average is compared besides."""
OFFICIAL = "hub_benchmarks"
"""The source whose snapshots have all official benchmarks, each a board with one score, which is called average."""


def record_boards(landing: Landing) -> list[Manifest]:
    """Record each pair of consecutive snapshots of a board that is not recorded; returns the runs, oldest pair first.

    Safe to call at any time, and again after a crash: a pair is recorded as a whole or not at all.
    """
    recorded: list[Manifest] = []
    for board in (*BENCHMARKS, OFFICIAL):
        snapshots = _snapshots(landing, board)
        pairs = {_fingerprint(earlier, later): (earlier, later) for earlier, later in pairwise(snapshots)}
        runs = [
            run
            for run in landing.manifests(SOURCE)
            if run.fingerprint.startswith(f"{SOURCE} of {board} ") and run.is_simulated == snapshots[-1].is_simulated
        ]
        existing = {run.fingerprint for run in runs}
        outdated = [run.snapshot_id for run in runs if run.fingerprint not in pairs]
        for fingerprint, (earlier, later) in pairs.items():
            if fingerprint not in existing:
                recorded.append(_record(landing, earlier, later, fingerprint, outdated))
    return recorded


def _snapshots(landing: Landing, board: str) -> list[Manifest]:
    """Return the snapshots of a board by the moment that they speak of, of each day the last one: the real ones, or the
    simulated ones if there is no real one."""
    runs = [run for run in landing.manifests(board) if run.adds_to is None and not run.is_ahead()]
    is_simulated = all(run.is_simulated for run in runs)
    runs = [run for run in runs if run.is_simulated == is_simulated]
    by_day = {run.as_of.date(): run for run in sorted(runs, key=lambda run: (run.as_of, run.finished))}
    return [by_day[day] for day in sorted(by_day)]


def _fingerprint(earlier: Manifest, later: Manifest) -> str:
    return f"{SOURCE} of {later.source} {FORMAT}: {earlier.snapshot_id} {later.snapshot_id} {later.fingerprint}"


def _record(
    landing: Landing, earlier: Manifest, later: Manifest, fingerprint: str, outdated: Sequence[str]
) -> Manifest:
    verify([earlier, later])
    with (
        scratch.connection() as db,
        landing.run(
            SOURCE,
            addresses=later.addresses,
            fingerprint=fingerprint,
            is_simulated=later.is_simulated,
            seed=later.seed,
        ) as run,
    ):
        if later.source == OFFICIAL:
            paths = {
                name: [pattern(path) for path in snapshot.paths]
                for name, snapshot in (("earlier", earlier), ("later", later))
            }
            db.execute(_OFFICIAL_ENTRIES, paths)
            changes = _OFFICIAL_CHANGES
        else:
            _read_board(db, earlier, later)
            changes = _CHANGES
        run.as_of, run.as_of_rule, run.adds_to = later.as_of, later.as_of_rule, SOURCE
        run.supersedes = tuple(outdated)
        run.copy(
            db,
            changes.format(
                day=later.as_of.date(),
                since=earlier.as_of.date(),
                board=later.source.removeprefix("leaderboard_"),
                tolerance=TOLERANCE,
            ),
        )
    assert run.manifest is not None
    return run.manifest


def _read_board(db: duckdb.DuckDBPyConnection, earlier: Manifest, later: Manifest) -> None:
    """Make temporary tables of the evaluations in two snapshots of a board, and of those that both have."""
    for name, snapshot in (("earlier", earlier), ("later", later)):
        submitted = "date" if later.source == "leaderboard_v1" else "submission_date"
        columns = ("average", *BENCHMARKS[later.source])
        scores = ", ".join(f"{{'benchmark': '{column}', 'score': {column}}}" for column in columns)
        db.execute(
            _EVALUATIONS.format(name=name, scores=scores, submitted=submitted),
            {"paths": [pattern(path) for path in snapshot.paths]},
        )
        db.execute(_STANDING.format(name=name))
    db.execute(_PAIRS)


_EVALUATIONS = """
create or replace temp table {name} as
select
    row_number as n,
    trim(fullname) as model_id,
    lower(trim(fullname)) as folded_id,
    model_sha as revision,
    precision, weight_type, chat_template, eval_name,
    if(average between 0 and 100, average, null) as average,
    try_cast(nullif(trim({submitted}), '') as date) as submitted_on,
    coalesce(flagged != flagged_inverted, false) as is_flagged,
    [{scores}] as scores,
    count(*) over (partition by lower(trim(fullname)), model_sha, precision) as repeats,
from read_parquet($paths)
where trim(fullname) not in ('', 'baseline')
"""
_STANDING = """
create or replace temp table {name}_standing as
select folded_id, model_id, submitted_on, unnest(scores, recursive := true)
from (
    from {name}
    where not is_flagged
    qualify row_number() over (
        partition by folded_id
        order by average desc nulls last, submitted_on desc nulls last, revision, precision, weight_type,
            chat_template, eval_name, n
    ) = 1
)
"""
_PAIRS = """
create or replace temp table pairs as
select
    later.folded_id, later.model_id, later.revision, later.precision,
    earlier.scores as earlier_scores, later.scores as later_scores,
from earlier
join later
    on later.folded_id = earlier.folded_id
    and later.revision is not distinct from earlier.revision
    and later.precision is not distinct from earlier.precision
    and (
        (later.repeats = 1 and earlier.repeats = 1)
        or (
            later.weight_type is not distinct from earlier.weight_type
            and later.chat_template is not distinct from earlier.chat_template
            and later.submitted_on is not distinct from earlier.submitted_on
        )
    )
"""
_CHANGES = """
with compared as (
    select
        folded_id, model_id, revision, precision,
        unnest(earlier_scores).benchmark as benchmark,
        unnest(earlier_scores).score as before,
        unnest(later_scores).score as after,
    from pairs
),
rescored as (
    select compared.*, earlier.score as standing_before, later.score as standing_after
    from compared
    left join earlier_standing as earlier using (folded_id, benchmark)
    left join later_standing as later using (folded_id, benchmark)
    where before between 0 and 100 and after between 0 and 100 and abs(after - before) > {tolerance}
),
firsts as (
    select benchmark, 'earlier' as name, model_id, score, submitted_on from earlier_standing
    union all
    select benchmark, 'later', model_id, score, submitted_on from later_standing
),
ranked as (
    from firsts
    where score between 0 and 100
    qualify row_number() over (partition by name, benchmark order by score desc, submitted_on nulls last, model_id) = 1
)
select
    date '{day}' as day, date '{since}' as since, '{board}' as leaderboard, 'compared' as kind,
    null::varchar as benchmark, null::varchar as model_id, null::varchar as revision, null::varchar as precision,
    null::double as before, null::double as after, null::double as standing_before, null::double as standing_after,
    null::varchar as model_before, (select count(*) from pairs) as evaluations,
union all
select
    date '{day}', date '{since}', '{board}', 'rescored', benchmark, model_id, revision, precision,
    before, after, standing_before, standing_after, null, null,
from rescored
union all
select
    date '{day}', date '{since}', '{board}', 'first', benchmark, later.model_id, null, null,
    earlier.score, later.score, null, null, earlier.model_id, null,
from ranked as later
join ranked as earlier using (benchmark)
where later.name = 'later' and earlier.name = 'earlier' and lower(later.model_id) != lower(earlier.model_id)
order by kind, benchmark, model_id, revision, precision
"""
_OFFICIAL_ENTRIES = """
create or replace temp table entries as
select
    name, row_number as n, benchmark_id as board, model_id, lower(model_id) as folded_id, filename, value as score,
    try_cast(evaluated_on as date) as evaluated_on,
    count(*) over (partition by name, benchmark_id, lower(model_id)) as repeats,
from (
    select 'earlier' as name, * from read_parquet($earlier)
    union all by name
    select 'later' as name, * from read_parquet($later)
)
where pull_request is null and value between 0 and 100
"""
_OFFICIAL_CHANGES = """
with standing as (
    select name, board, folded_id, max(score) as score from entries group by all
),
pairs as (
    select later.board, later.model_id, later.folded_id, earlier.score as before, later.score as after
    from entries as earlier
    join entries as later using (board, folded_id)
    where earlier.name = 'earlier'
        and later.name = 'later'
        and (
            (earlier.repeats = 1 and later.repeats = 1)
            or earlier.filename = later.filename
        )
),
rescored as (
    select pairs.*, earlier.score as standing_before, later.score as standing_after
    from pairs
    left join standing as earlier
        on earlier.name = 'earlier' and earlier.board = pairs.board and earlier.folded_id = pairs.folded_id
    left join standing as later
        on later.name = 'later' and later.board = pairs.board and later.folded_id = pairs.folded_id
    where abs(pairs.after - pairs.before) > {tolerance}
),
ranked as (
    from entries
    qualify row_number() over (
        partition by name, board order by score desc, evaluated_on nulls last, model_id, n
    ) = 1
)
select
    date '{day}' as day, date '{since}' as since, board as leaderboard, 'compared' as kind,
    null::varchar as benchmark, null::varchar as model_id, null::varchar as revision, null::varchar as precision,
    null::double as before, null::double as after, null::double as standing_before, null::double as standing_after,
    null::varchar as model_before, count(pairs.board) as evaluations,
from (select board from ranked group by board having count(*) = 2) as boards
left join pairs using (board)
group by board
union all
select
    date '{day}', date '{since}', board, 'rescored', 'average', model_id, null, null,
    before, after, standing_before, standing_after, null, null,
from rescored
union all
select
    date '{day}', date '{since}', board, 'first', 'average', later.model_id, null, null,
    earlier.score, later.score, null, null, earlier.model_id, null,
from ranked as later
join ranked as earlier using (board)
where later.name = 'later' and earlier.name = 'earlier' and later.folded_id != earlier.folded_id
order by leaderboard, kind, benchmark, model_id, before, after
"""
