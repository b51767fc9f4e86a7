"""Weekly snapshots of the Hub's models by third parties, to fill the history of adoption from before our own.

`hfmlsoc/hub_weekly_snapshots` has one Parquet file a week since 2024-07-24, under ODbL-1.0 (share-alike for
databases): fetched only on request, and named with every day that comes from it. A figure that a file lacks is unknown,
never zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources import files, moments
from oss_ai_monitor.sources.endpoint import client_below, public_address, reachable
from oss_ai_monitor.sources.ids import left_out_note, usable
from oss_ai_monitor.sources.long_tables import LARGEST
from oss_ai_monitor.sources.table import FAULTS, SourceError, connection

SOURCE, REPOSITORY = "hub_weekly", "hfmlsoc/hub_weekly_snapshots"
LICENCE = (
    f"from {REPOSITORY}, licence ODbL-1.0: share-alike for databases; name it where figures of these days are published"
)
FIGURES = {"downloads": "downloads_30d", "downloadsAllTime": "downloads_all_time", "likes": "likes"}
"""Column as sent, and what it holds."""


@dataclass(frozen=True)
class Snapshot:
    """One week's file: a select over `$paths` of n, model_id, hub_id, three figures and last_modified."""

    path: Path
    as_of: datetime
    select: str
    notes: tuple[str, ...]
    addresses: tuple[str, ...]
    fingerprint: str
    revision: str | None = None
    source: str = SOURCE
    as_of_rule: str = "date in the file name"
    is_simulated: bool = False
    seed: int | None = None


def read(paths: Iterable[Path]) -> Iterator[Snapshot]:
    """Yield the snapshots in some files and folders, oldest first; each is of the date in its folder's or file's name.

    Raises SourceError for a file without such a date, without ids or without any figure.
    """
    paths = list(paths)
    candidates = files.files(paths)
    snapshots = [file.path for file, is_named in candidates if file.format == "parquet" or is_named]
    if not snapshots:
        mistakes = files.mistakes(file for file, _ in candidates)
        expected = "; ".join(["expected models/<YYYY-MM-DD>/models.parquet", *mistakes])
        raise SourceError(f"{', '.join(map(str, paths))}: holds no Parquet; {expected}")
    for day, path in sorted((_date(path), path) for path in snapshots):
        yield _snapshot(path, day)


def fetch(since: date, until: date | None = None) -> Iterator[Snapshot]:
    """Fetch the snapshots from a date on from the Hub, one at a time: more than 1 GB each.

    Raises Unreachable when nothing answers, SourceError when the Hub refuses.
    """
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    endpoint = reachable()
    try:
        with client_below(endpoint):
            info = HfApi(endpoint=endpoint).dataset_info(REPOSITORY)
        names = [sibling.rfilename for sibling in info.siblings or []]
        dated = sorted((_date(Path(name)), name) for name in names if name.endswith("/models.parquet"))
        for day, name in dated:
            if day < since or (until and day > until):
                continue
            with client_below(endpoint):
                path = hf_hub_download(REPOSITORY, name, repo_type="dataset", revision=info.sha, endpoint=endpoint)
            address = public_address(endpoint, f"/datasets/{REPOSITORY}/resolve/{info.sha}/{name}")
            yield _snapshot(Path(path), day, address, info.sha)
    except (HfHubHTTPError, OSError) as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        reason = f"HTTP {status}" if status else type(error).__name__
        raise SourceError(
            f"{public_address(endpoint, f'/datasets/{REPOSITORY}')}: could not be fetched ({reason}); it may be gone. "
            "Try again later, or give the files with --from"
        ) from error


def _snapshot(path: Path, day: date, address: str = "", revision: str | None = None) -> Snapshot:
    with connection() as db:
        try:
            query = "select column_name, column_type from (describe from read_parquet($path))"
            kinds = dict(db.execute(query, {"path": pattern(path)}).fetchall())
        except FAULTS as error:
            reason = str(error).partition("\n")[0]
            raise SourceError(f"{path}: is no whole Parquet file ({reason}); fetch it again") from error
    name = next((name for name in ("id", "modelId") if name in kinds), None)
    sent_figures = [sent for sent in FIGURES if sent in kinds]
    if name is None or not sent_figures:
        raise SourceError(
            f"{path}: its columns ({', '.join(list(kinds)[:6])}, …) hold no id with downloads or likes; "
            f"expected a snapshot like those of {REPOSITORY}"
        )
    figures = [f"{_count(sent) if sent in kinds else 'null::bigint'} as {figure}" for sent, figure in FIGURES.items()]
    hub_id = 'try_cast("_id" as varchar)' if "_id" in kinds else "null::varchar"
    select = f"""
        select
            row_number() over () as n, trim({name}::varchar) as model_id, {hub_id} as hub_id,
            {", ".join(figures)}, null::timestamp as last_modified,
        from read_parquet($paths)
        where {usable(f"{name}::varchar")}
    """
    with connection() as db:
        counted_rows = (
            f"select count(*) filter (not coalesce({usable(f'{name}::varchar')}, false)) from read_parquet($path)"
        )
        ((unusable,),) = db.execute(counted_rows, {"path": pattern(path)}).fetchall()
    missing = [sent for sent in FIGURES if sent not in kinds]
    notes = [
        LICENCE,
        *left_out_note(unusable),
        *(f"{sent} is not in the file: unknown on that day" for sent in missing),
    ]
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Snapshot(
        path, midnight, select, tuple(notes), (address or str(path),), files.fingerprint([path], midnight), revision
    )


def _count(column: str) -> str:
    number = f'try_cast("{column}" as bigint)'
    return f"case when {number} between 0 and {LARGEST} then {number} end"


def _date(path: Path) -> date:
    for name in (path.parent.name, path.name):
        if named_date := moments.date_in_name(name):
            return named_date.date()
    raise SourceError(f"{path}: has no date in its name or its folder's; expected models/<YYYY-MM-DD>/models.parquet")
