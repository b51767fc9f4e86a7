"""Any bytes for every reader: rows, or an error of ours that names where they came from. Nothing else is allowed.

`make fuzz`, or `python tests/fuzz.py --seconds 600`: inputs are mutated as bytes and as JSON, guided by coverage where
`atheris` is installed, by chance alone where it is not. What is found is told once, with the input that did it; each
find becomes a literal test in test_fuzz.py.
"""

from __future__ import annotations

import atexit
import gzip
import io
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import duckdb

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))
if "--guided" in sys.argv:  # what is to be guided by its coverage is instrumented as it is imported
    import atheris

    with atheris.instrument_imports(include=["oss_ai_monitor"]):
        import oss_ai_monitor.history
        import oss_ai_monitor.refresh
        import oss_ai_monitor.sources.archive
        import oss_ai_monitor.sources.hub
        import oss_ai_monitor.sources.live
        import oss_ai_monitor.sources.weekly  # noqa: F401

from oss_ai_monitor import landing, refresh
from oss_ai_monitor.history import DailyFigures, Figures, NotRecorded, record, record_days
from oss_ai_monitor.landing import Landing, LandingError, Manifest
from oss_ai_monitor.landing.checkpoint import Checkpoint
from oss_ai_monitor.landing.verify import damage
from oss_ai_monitor.sources import SourceError, Table, archive, hub, live, long_tables, weekly
from oss_ai_monitor.sources.live.answer import Answer
from tests.conftest import land_rows
from tests.sources import test_archive, test_board_shapes, test_dates, test_hub, test_mistaken, test_model_info

HUB = "http://hub.test"
NEXT = b"\n--- next answer ---\n"
ALLOWED = (SourceError, LandingError, NotRecorded)
MODEL = test_hub.DETAIL
WORDS: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63), 1e308, 1e-400, 0.1, "", " ", "a/b", "NaN", "null", "0",
    "2024-02-30T00:00:00Z", "2024-06-15", "0001-01-01", "9999-12-31T23:59:59.999Z", "\0", "\ud800", "\u202e", "'", '"',
    "{{7*7}}", "<script>", "x" * 5000, [], {}, [[]], [None], {"": None}, {"id": "a/b"}, [1, "a", None, {"a": [1]}],
]  # fmt: skip


class CannedSession(live.Session):
    """A session whose Hub says, answer after answer, what it was given; the last one again and again."""

    def __init__(self, data: bytes) -> None:
        quick = live.RetryPolicy(attempts=2, backoff=0, longest_wait=0, default_wait=0)
        super().__init__(HUB, retry_policy=quick, budget=40, sleep=lambda _: None)
        self.answers = data.split(NEXT)

    def _within_deadline(self, address: str) -> Answer:
        body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        headers = {"date": "Sat, 15 Jun 2024 12:00:00 GMT"}
        if body.startswith(b"# "):  # headers and status may be anything too
            head, _, body = body.partition(b"\n")
            for header in head[2:].decode("latin-1").split("|"):
                name, _, value = header.partition(": ")
                headers[name.lower()] = value
        status = headers.get("status", "200")
        return Answer(address, int(status) if status.isdecimal() and len(status) == 3 else 200, headers, body)


@dataclass
class Reader:
    """Something that reads, inputs to begin with, and what its errors must name."""

    read: Callable[[bytes, Path], object]
    seeds: list[bytes]
    names: str = "{path}"
    refused: list[bytes] = field(default_factory=list)
    """Inputs to begin with that are no data."""
    met: set[str] = field(default_factory=set)

    def hold(self, data: bytes, folder: Path) -> str:
        """What came of an input: 'rows', 'refused', or why neither is true."""
        try:
            self.read(data, folder)
        except ALLOWED as error:
            named = self.names.format(path=folder / "input")
            return "refused" if named in str(error) else f"an error that names not {named}: {error}"
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            own_frames = [at for at in traceback.extract_tb(error.__traceback__) if "oss_ai_monitor" in at.filename]
            where = f"{Path(own_frames[-1].filename).name}:{own_frames[-1].lineno}" if own_frames else "?"
            return f"{type(error).__name__} at {where}: {str(error)[:300]}"
        return "rows"


def _landed(tables: Iterator[Table], folder: Path) -> None:
    """Land as the command does, read it again, and forget it."""
    home = folder / "landing"
    try:
        for table in tables:
            try:
                run = Landing(home).land(table)
            except (landing.AlreadyLanded, landing.NothingNew):
                continue
            assert Manifest.read(run.folder) == run
            assert run.rows > 0
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _file(read: Callable[..., Iterator[Table]], name: str = "input") -> Callable[[bytes, Path], object]:
    def of(data: bytes, folder: Path) -> None:
        path = folder / name
        path.write_bytes(data)
        _landed(read([path]), folder)

    return of


def _answered_by(table: Callable[[live.Session, live.Failures], Table]) -> Callable[[bytes, Path], object]:
    def of(data: bytes, folder: Path) -> None:
        state = folder / "state.sqlite"
        state.unlink(missing_ok=True)
        failures = live.Failures(state)
        session = CannedSession(data)

        def tables() -> Iterator[Table]:
            yield table(session, failures)
            yield failures.table()

        _landed(tables(), folder)

    return of


def _weekly(data: bytes, folder: Path) -> None:
    path = folder / "input" / "2024-07-24" / "models.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    home = Landing(folder / "landing")
    try:
        for snapshot in weekly.read([folder / "input"]):
            figures = Figures(snapshot.select, (snapshot.path,), snapshot, snapshot.as_of, snapshot.notes)
            assert record(home, figures).rows
    finally:
        shutil.rmtree(home.folder, ignore_errors=True)


def _long_table(data: bytes, folder: Path) -> None:
    path = folder / "input"
    path.write_bytes(data)
    home = Landing(folder / "landing")
    try:
        with long_tables.read([path]) as table:
            outcome = record_days(home, DailyFigures(table.select, table.paths, table, table.notes))
            assert len(outcome.recorded) + len(outcome.refused) == len(table.days)
    finally:
        shutil.rmtree(home.folder, ignore_errors=True)


def _manifest(data: bytes, folder: Path) -> None:
    home = folder / "input"
    home.mkdir(exist_ok=True)
    (home / "manifest.json").write_bytes(data)
    run = Manifest.read(home)
    assert all(path.parent == home for path in run.paths)
    assert list(damage(run)) or not run.parts
    sorted([run, run], key=lambda manifest: (manifest.finished, manifest.as_of, manifest.source))


def _remembered(data: bytes, folder: Path) -> None:
    home = folder / "input"
    (home / "refresh").mkdir(parents=True, exist_ok=True)
    for name in ("last", "schedule"):
        (home / "refresh" / f"{name}.json").write_bytes(data)
    (home / "checkpoint.json").write_bytes(data)
    checkpoint = Checkpoint.read(home)
    if checkpoint is not None:
        assert checkpoint.started.tzinfo
        assert sum(part.rows for part in checkpoint.parts) >= 0
        assert all((home / part.name).parent == home for part in checkpoint.parts)
    plan = refresh.Schedule.read(home)
    assert plan.next_at is None or plan.next_at.tzinfo
    refresh.run_once(home, [refresh.Step(name, lambda: None) for name in ("listing", "build")], lambda _: None)
    assert refresh.RefreshState.read(home).finished_at


def _restored(data: bytes, folder: Path) -> None:
    path = folder / "input"
    path.write_bytes(data)
    home = Landing(folder / "restored")
    try:
        moved = landing.restore(home, path)
        assert len(home.manifests()) == moved.written
        landing.verify(home.manifests())
    finally:
        extra_names = {entry.name for entry in folder.iterdir()} - {"input", "restored"}
        shutil.rmtree(home.folder, ignore_errors=True)
        assert not extra_names, f"something was written outside: {extra_names}"


@cache
def _warehouse() -> Any:
    from oss_ai_monitor import warehouse

    folder = Path(tempfile.mkdtemp(prefix="fuzz-warehouse-"))
    land_rows(
        folder,
        "leaderboard_v1",
        [
            {"fullname": f"a/m{n}", "average": 40.0 + n, "type": "🟢 pretrained", "date": f"2024-0{n + 1}-01T00:00:00Z"}
            for n in range(5)
        ],
    )
    land_rows(folder, "hub_listing", [{"id": f"a/m{n}", "created_at": f"2024-0{n + 1}-01"} for n in range(5)])
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = warehouse.Warehouse.open(folder)
    atexit.register(shutil.rmtree, folder)
    atexit.register(opened.close)
    return opened


def _addressed(data: bytes, folder: Path) -> None:
    """A visitor's address, whatever is in it: a page with a notice, never an error; and it says again where it is."""
    from oss_ai_monitor.app.session import Session

    visit = Session(_warehouse(), "?" + data.decode("utf-8", "replace"))
    visit.visible.fetch()
    reopened = Session(_warehouse(), visit.to_query())
    assert reopened.to_query() == visit.to_query(), (visit.to_query(), reopened.to_query())
    assert dict(parse_qsl(visit.to_query().removeprefix("?")))["view"]


def _json(*values: Any) -> bytes:
    return NEXT.join(json.dumps(value).encode() for value in values)


def _parquet(select: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as db:
        db.sql(select).write_parquet(f"{folder}/x.parquet")
        return Path(folder, "x.parquet").read_bytes()


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archived:
        for name, content in members.items():
            archived.writestr(name, content)
    return buffer.getvalue()


def _backup() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        land_rows(Path(folder), "hub_commits", [{"model_id": "a/b", "authors": ["x"]}])
        landing.back_up(Landing(Path(folder) / "landing"), Path(folder) / "x.tar")
        return Path(folder, "x.tar").read_bytes()


def _manifest_seed(*, has_checksum: bool = True) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        land_rows(Path(folder), "hub_commits", [{"model_id": "a/b", "authors": ["x"]}])
        (run,) = Landing(Path(folder) / "landing").manifests()
        content = (run.folder / "manifest.json").read_bytes()
    fields = json.loads(content)
    return content if has_checksum else json.dumps({name: fields[name] for name in fields if name != "sha256"}).encode()


def _csv(row: dict[str, str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return test_board_shapes.written(Path(folder) / "x.csv", row, row).read_bytes()


def _v1() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return test_archive.v1(Path(folder) / "x.parquet").read_bytes()


@cache
def readers() -> dict[str, Reader]:
    """Every reader, by name."""
    line = json.dumps(MODEL).encode()
    memory = {
        "started_at": "2024-06-15T12:00:00+00:00", "finished_at": None, "every": "6h", "next_at": "2024-06-15T12:00:00",
        "pid": 3, "steps": {"listing": {"failed_at": "2024-06-15T12:00:00+00:00", "reason": "no", "failures": 2}},
    }  # fmt: skip
    checkpoint = {
        "question": "q", "started": "2024-06-15T12:00:00+00:00", "shape": [["a", "b"]], "stands": {}, "parts": [
            {"name": "part-00000.parquet", "rows": 1, "bytes": 1, "sha256": "x"}],
    }  # fmt: skip
    scrape = test_archive.SCRAPE + test_archive.ROW
    commits = [{"id": "x", "title": "t", "date": "2024-06-01T00:00:00.000Z", "authors": [{"user": "ann"}]}]
    discussed = {"discussions": [{"num": 1, "createdAt": "2024-06-01T00:00:00.000Z", "status": "open",
                                  "isPullRequest": True}], "count": 1}  # fmt: skip
    board = [{"rank": 1, "modelId": "a/one", "value": 0.5, "verified": True, "pullRequest": 3, "source": {"name": "s"}}]
    paged = b'# Link: <http://hub.test/api/models?cursor=2>; rel="next"\n'
    return {
        "archive": Reader(
            _file(archive.read),
            [
                *(scrape.encode(), _v1(), gzip.compress(scrape.encode())),
                *map(_csv, (test_board_shapes.SQUEEZED, test_board_shapes.FLATTENED)),
                _csv(test_dates.ROW | {"Submission Date": "5/31/2024", "Upload To Hub Date": "Jan 28, 2024"}),
                (squeezed := _csv(test_board_shapes.SQUEEZED)).replace(b",", b"\t"),
                test_mistaken.MARK + squeezed.replace(b"\r\n", b",,\r\n"),
            ],
            refused=[test_mistaken.LFS, test_mistaken.LOGIN, test_mistaken.DENIED, squeezed.decode().encode("utf-16")],
        ),
        "hub": Reader(
            _file(hub.read),
            [
                *(line + b"\n" + line, b"[" + line + b"]", json.dumps(MODEL, indent=1).encode(), gzip.compress(line)),
                *(_zip(**{"a.json": line}), (test_hub.DETAILS_HEADER + test_hub.DETAILS_ROW).encode()),
                (test_hub.COMMITS_HEADER + test_hub.COMMITS_ROW).encode(),
                (dumped := json.dumps(test_model_info.DUMPED).encode()) + b"\n" + dumped,
                *(test_mistaken.MARK + line + b"\n" + line, test_mistaken.MARK + dumped),
            ],
            refused=[b'{"error": "Not found"}', test_mistaken.LFS],
        ),
        "weekly": Reader(_weekly, [_parquet("select 'a/a' as id, 7 as downloads, 1 as likes, 'x' as cardData")]),
        "adoption": Reader(
            _long_table,
            [
                _parquet("select date '2024-05-08' as day, 'a/a' as id, 7 as downloads, 1 as likes"),
                b"day,id,downloads,likes\n2024-05-08,a/a,7,1\n2024-05-09,a/a,8,1\n",
                gzip.compress(b"date;modelId;downloadsAllTime\n20240508;a/a;7\n"),
            ],
            refused=[test_mistaken.LFS, test_mistaken.LOGIN],
        ),
        "listing": Reader(
            _answered_by(lambda session, _: live.listing(session, rows=2)),
            [
                _json([MODEL]),
                _json([MODEL], [MODEL | {"id": "a/two", "_id": "2"}]),
                paged + _json([MODEL], [MODEL | {"id": "a/two", "_id": "2"}]),
            ],
            HUB,
        ),
        "changes": Reader(
            _answered_by(lambda session, _: live.changes(session, datetime(2024, 5, 1, tzinfo=UTC))),
            [_json([MODEL])],
            HUB,
        ),
        "details": Reader(
            _answered_by(lambda session, failures: live.details(session, ["a/one", "b/two"], failures)),
            [_json(MODEL), _json(MODEL, MODEL | {"id": "b/two"}), b"# status: 404|x-error-code: RepoNotFound\n{}"],
            HUB,
        ),
        "commits": Reader(
            _answered_by(lambda session, failures: live.commits(session, ["a/one", "b/two"], failures)),
            [
                *(_json(commits), _json(commits, [])),
                b'# Link: <https://huggingface.co/api/models/a/one/commits/main?p=1>; rel="next"\n'
                + _json(commits, []),
                b"# status: 307|Location: /api/models/a/new/commits/main\n" + _json([], commits, commits),
            ],
            HUB,
        ),
        "discussions": Reader(
            _answered_by(lambda session, failures: live.discussions(session, ["a/one"], failures)),
            [_json(discussed), _json(discussed | {"count": 12}, discussed, discussed)],
            HUB,
        ),
        "benchmarks": Reader(
            _answered_by(lambda session, _: live.benchmarks(session)),
            [_json([{"id": "cais/hle"}], board, {"id": "a/one", "evalResults": [{"date": "2024-06-01", "value": 1}]})],
            HUB,
        ),
        "manifest": Reader(_manifest, [_manifest_seed(), _manifest_seed(has_checksum=False)]),
        "remembered": Reader(_remembered, [json.dumps(memory).encode(), json.dumps(checkpoint).encode()], ""),
        "backup": Reader(_restored, [_backup()]),
        "address": Reader(
            _addressed,
            [
                b"view=model-types&dataset=v1&unit=month&dates=2023-06-01,2024-06-01&sizes=3",
                b"view=releases&release=x&architectures=Llama,Qwen",
                b"view=author-activity&authors=a&score=ARC",
                b"view=base-models&bases=a/m1",
                b"view=score-progress&types=pretrained",
                b"view=architectures&measure=ratio",
            ],
            "",
        ),
    }


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A little other: a JSON value changed where it is JSON, else and at times bytes."""
    parts = data.split(NEXT)
    n = rng.randrange(len(parts))
    head, body = b"", parts[n]
    if body.startswith(b"# "):
        head, _, body = body.partition(b"\n")
        head += b"\n"
    if rng.random() < 0.75:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return _bytes(data, rng)
        for _ in range(rng.randint(1, 3)):
            value = _changed(value, rng)
        parts[n] = head + json.dumps(value).encode()
        if rng.random() < 0.1:
            parts.insert(rng.randrange(len(parts) + 1), rng.choice(parts))
        return NEXT.join(parts)
    return _bytes(data, rng)


def _changed(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        draw = rng.random()
        if draw < 0.1:
            return {name: item for name, item in value.items() if name != key}
        if draw < 0.15:
            return value | {rng.choice(["", "id", "\0", "extra", "é" * 300]): value[key]}
        return value | {key: _changed(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        draw = rng.random()
        if draw < 0.1:
            return value[:at] + value[at + 1 :]
        if draw < 0.2:
            return [*value, value[at]]
        return [*value[:at], _changed(value[at], rng), *value[at + 1 :]]
    return rng.choice(WORDS)


def _bytes(data: bytes, rng: random.Random) -> bytes:
    mutated_bytes = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        position = rng.randrange(len(mutated_bytes) + 1)
        choice = rng.randrange(6)
        if choice == 0 and mutated_bytes:
            mutated_bytes[position - 1] ^= 1 << rng.randrange(8)
        elif choice == 1:
            mutated_bytes[position:position] = bytes(rng.randrange(256) for _ in range(rng.choice((1, 2, 8))))
        elif choice == 2:
            del mutated_bytes[position : position + rng.choice((1, 2, 8, 200))]
        elif choice == 3:
            mutated_bytes[position:position] = mutated_bytes[max(0, position - rng.choice((1, 8, 64))) : position]
        elif choice == 4:
            mutated_bytes[position:position] = rng.choice(
                (b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"'", b"\n", b";", b",", b"{", b"[" * 9)
            )
        else:
            mutated_bytes = mutated_bytes[:position]
    return bytes(mutated_bytes)


def fuzz(seconds: float, seed: int, only: str = "", tell: Callable[[str], None] = print) -> dict[str, Any]:
    """So long, every reader in its turn; returns inputs tried by reader, what came of them, and what was found."""
    rng = random.Random(seed)
    tried: dict[str, dict[str, int]] = {}
    inputs: dict[str, bytes] = {}
    chosen = {name: reader for name, reader in readers().items() if only in ("", name)}
    pools = {name: reader.seeds + reader.refused for name, reader in chosen.items()}
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            for name, reader in chosen.items():
                data = mutated(rng.choice(pools[name]), rng)
                came = reader.hold(data, folder)
                counts = tried.setdefault(name, {})
                is_find = came not in ("rows", "refused")
                counts["found" if is_find else came] = counts.get("found" if is_find else came, 0) + 1
                if came == "rows" and len(data) < 20_000 and rng.random() < 0.05:
                    first = len(reader.seeds) + len(reader.refused)
                    pools[name][first:] = [*pools[name][first:], data][-40:]
                key = f"{name}: {came.partition(': ')[0] if 'names not' not in came else came[:60]}"
                if is_find and key not in inputs:
                    inputs[key] = data
                    tell(f"FOUND {name}: {came}\n  by {data[:1500]!r}")
                for entry in folder.iterdir():
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"tried": tried, "found": inputs}


def guided(name: str, seconds: int, seed: int) -> None:
    """One reader under atheris, which keeps what reaches new code; ends the process."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    reader = readers()[name]
    counts, reported = {"rows": 0, "refused": 0, "found": 0}, set()
    told_at = [time.monotonic()]

    def run_input(data: bytes) -> None:
        came = reader.hold(data, folder)
        counts[came if came in counts else "found"] += 1
        if time.monotonic() > told_at[0] + 10:  # it ends without a word
            told_at[0] = time.monotonic()
            print(f"{name}: {sum(counts.values()):,} inputs, {counts}", flush=True)
        key = came.partition(": ")[0]
        if came not in counts and key not in reported:
            reported.add(key)
            print(f"FOUND {name}: {came}\n  by {data[:1500]!r}", flush=True)

    def mutate(data: bytes, max_size: int, chosen: int) -> bytes:
        rng = random.Random(chosen)
        mutated_input = mutated(data, rng) if rng.random() < 0.7 else atheris.Mutate(data, max_size)
        return mutated_input[:max_size]

    corpus = folder / "corpus"
    corpus.mkdir()
    for n, seed_bytes in enumerate(reader.seeds + reader.refused):
        (corpus / str(n)).write_bytes(seed_bytes)
    arguments = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        "-max_len=20000",
        "-rss_limit_mb=0",
    ]
    atheris.Setup(arguments, run_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    import argparse

    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument("--seconds", type=int, default=600)
    asking.add_argument("--seed", type=int, default=1)
    asking.add_argument("--reader", default="", help=f"one of {', '.join(readers())}")
    asking.add_argument("--guided", action="store_true", help="by coverage, with atheris: one reader")
    arguments = asking.parse_args()
    if arguments.guided:
        guided(arguments.reader, arguments.seconds, arguments.seed)
    ended = fuzz(arguments.seconds, arguments.seed, arguments.reader)
    for reader_name, came_of_it in ended["tried"].items():
        print(f"{reader_name}: {sum(came_of_it.values()):,} inputs, {came_of_it}")
    raise SystemExit(1 if ended["found"] else 0)
