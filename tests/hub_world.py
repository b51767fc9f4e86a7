"""What a Hub on loopback holds: models, datasets' files, benchmark leaderboards; made from the simulator or from files.

Knows how the Hub sorts, cuts and names what it sends; knows nothing of HTTP.
"""

from __future__ import annotations

import base64
import bisect
import gzip
import json
import random
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from oss_ai_monitor.sources.record_fields import FIELDS

Item = dict[str, Any]
BY_DEFAULT = (
    "likes",
    "trendingScore",
    "private",
    "downloads",
    "tags",
    "pipeline_tag",
    "library_name",
    "createdAt",
    "modelId",
)
FULL = (*BY_DEFAULT, "author", "gated", "disabled", "lastModified", "sha", "siblings")
EXPANDABLE = frozenset(
    {
        *("author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled", "downloads"),
        *("downloadsAllTime", "evalResults", "gated", "gguf", "inference", "inferenceProviderMapping", "lastModified"),
        *("library_name", "likes", "mask_token", "model-index", "pipeline_tag", "private", "resourceGroup"),
        *("safetensors", "sha", "siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage"),
        "widgetData",
    }
)
SORTS = ("createdAt", "downloads", "lastModified", "likes", "trendingScore")
BENCHMARKS = ("TIGER-Lab/MMLU-Pro", "cais/hle", "Idavidrein/gpqa", "openai/gsm8k")

ENDINGS = {
    "Average*": "Average ⬆️",
    "Hub *": "Hub ❤️",
    "#Params*": "#Params (B)",
    "Available on*": "Available on the hub",
    "CO*": "CO₂ cost (kg)",
    "Upload To Hub*": "Upload To Hub Date",
}
"""What the archives call columns of which only the beginning is sure."""


class World:
    """Models by id, each as the JSON text of all that the Hub knows of it; changed by `put`, `remove` and `rename`."""

    def __init__(self, models: Iterable[bytes] = (), files: dict[str, bytes] | None = None) -> None:
        self.models: dict[str, bytes] = {}
        self.files = dict(files or {})
        """Content by `datasets/<owner>/<name>/<path>`."""
        self.leaderboards: dict[str, list[Item]] = {}
        self.commits: dict[str, list[Item]] = {}
        self.discussions: dict[str, list[Item]] = {}
        self.renamed: dict[str, str] = {}
        self.version = 0
        self._orders: dict[str, list[tuple[Any, str, str]]] = {}
        for line in models:
            self.models[_id_of(line)] = line

    def item(self, model_id: str) -> Item | None:
        """All that is known of a model; None when there is none."""
        line = self.models.get(model_id)
        return None if line is None else json.loads(line)

    def put(self, model_id: str, /, **fields: Any) -> None:
        """Make a model, or change fields of one."""
        item = self.item(model_id) or {"_id": internal(model_id), "id": model_id, "modelId": model_id}
        self.models[model_id] = json.dumps(item | fields).encode()
        self._changed()

    def hold(self, items: Iterable[Item]) -> None:
        """Hold these models and no others from now on."""
        self.models = {item["id"]: json.dumps(item).encode() for item in items}
        self._changed()

    def remove(self, model_id: str) -> None:
        """Take a model away, as its owner does."""
        del self.models[model_id]
        self._changed()

    def rename(self, old: str, new: str) -> None:
        """Give a repository another name: the old one leads to it from now on."""
        item = json.loads(self.models.pop(old)) | {"id": new, "modelId": new}
        self.models[new] = json.dumps(item).encode()
        self.renamed[old] = new
        self._changed()

    def page(self, sort: str, descending: bool, limit: int, cursor: str | None) -> tuple[list[bytes], str | None]:
        """The models of one page, and the cursor of the next: a place in the order, so that moves leave no holes."""
        order = self._order(sort)
        after = tuple(json.loads(base64.urlsafe_b64decode(cursor))) if cursor else None
        if descending:
            end = bisect.bisect_left(order, after) if after else len(order)
            chunk = order[max(end - limit, 0) : end][::-1]
            is_last = end <= limit
        else:
            start = bisect.bisect_right(order, (*after, "\U0010ffff")) if after else 0
            chunk = order[start : start + limit]
            is_last = start + limit >= len(order)
        following = None
        if not is_last:
            following = base64.urlsafe_b64encode(json.dumps(chunk[-1][:2]).encode()).decode()
        return [self.models[model_id] for *_, model_id in chunk], following

    def earlier(self, sort: str, descending: bool, count: int, cursor: str) -> list[bytes]:
        """The last models of the page before a cursor."""
        order = self._order(sort)
        after = tuple(json.loads(base64.urlsafe_b64decode(cursor)))
        if descending:
            start = bisect.bisect_left(order, after)
            return [self.models[model_id] for *_, model_id in order[start : start + count]][::-1]
        end = bisect.bisect_right(order, (*after, "\U0010ffff"))
        return [self.models[model_id] for *_, model_id in order[max(end - count, 0) : end]]

    def commits_of(self, model_id: str) -> list[Item]:
        """Newest first; those put into `commits`, else a few that follow from the id."""
        if model_id in self.commits:
            return self.commits[model_id]
        rng = random.Random(model_id)
        item = self.item(model_id) or {}
        moment = _moment(item.get("createdAt"))
        commits = []
        for number in range(rng.randint(1, 9)):
            user = rng.choice((model_id.split("/")[0], "system", "leaderboard-pr-bot", "sim-friend"))
            sha = f"{rng.getrandbits(160):040x}"
            author = {"user": user, "avatar": "https://nowhere.invalid/a.png"}
            commits.append(
                {"id": sha, "title": f"Step {number}", "message": "", "date": _hub_time(moment), "authors": [author]}
            )
            moment += timedelta(hours=rng.randint(1, 400))
        return commits[::-1]

    def discussions_of(self, model_id: str) -> list[Item]:
        """Newest first; those put into `discussions`, else some that follow from the id."""
        if model_id in self.discussions:
            return self.discussions[model_id]
        rng = random.Random(f"{model_id} discussed")
        return [
            {
                "num": number,
                "author": {"name": f"sim-friend-{number}", "type": "user"},
                "repo": {"name": model_id, "type": "model"},
                "title": f"Question {number}",
                "status": rng.choice(("open", "closed", "merged", "draft")),
                "createdAt": _hub_time(datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=number)),
                "isPullRequest": rng.random() < 0.5,
                "numComments": rng.randint(0, 9),
            }
            for number in range(rng.choice((0, 0, 1, 3, 27)), 0, -1)
        ]

    def _order(self, sort: str) -> list[tuple[Any, str, str]]:
        """All models by one key, then by their internal id; what lacks the key comes first."""
        if sort not in self._orders:
            missing_value: Any = "" if sort in ("createdAt", "lastModified") else 0
            keys = []
            for model_id, line in self.models.items():
                item = json.loads(line)
                keys.append((item.get(sort) or missing_value, item.get("_id") or model_id, model_id))
            self._orders[sort] = sorted(keys)
        return self._orders[sort]

    def _changed(self) -> None:
        self.version += 1
        self._orders.clear()


def cut(line: bytes, fields: Iterable[str]) -> Item:
    """A model with only the fields that were asked for."""
    item = json.loads(line)
    return {name: item[name] for name in ("_id", "id", *fields) if name in item}


def simulated(models: int = 1000, seed: int = 1) -> World:
    """The simulator's community as a Hub would know it, with leaderboards of its own invention."""
    from oss_ai_monitor.sources import simulated
    from oss_ai_monitor.sources.simulated.adoption import Adoption
    from oss_ai_monitor.sources.simulated.hub import items, listing_order

    it = simulated.community(models, seed)
    columns = ", ".join(f"'{sent}': {_field_sql(name, sent)}" for name, sent, *_ in FIELDS)
    record = f"json_merge_patch(to_json({{{columns}}}), json_object('modelId', id, '_id', left(md5(id), 24)))"
    world = World()
    for relation in items(Adoption(it), listing_order(it), is_detail=True):
        for (text,) in relation.query("hub", f"select {record}::varchar from hub").fetchall():
            world.models[_id_of(text.encode())] = text.encode()
    rng = random.Random(seed)
    ids = list(world.models)
    for benchmark in BENCHMARKS:
        board(world, benchmark, {model_id: round(rng.uniform(5, 95), 1) for model_id in rng.sample(ids, 12)})
    return world


def archives(models: int = 1000, seed: int = 1) -> dict[str, bytes]:
    """The simulator's leaderboards as files of the two archives, by their paths."""
    from oss_ai_monitor.sources import simulated
    from oss_ai_monitor.sources.boards import BOARDS

    contents = {}
    boards = {board.source: board for board in BOARDS}
    with tempfile.TemporaryDirectory() as folder:
        for table in simulated.tables(models, seed):
            if table.source not in boards:
                continue
            board = boards[table.source]
            sent = [(column.name, column.sent_as[0]) for column in board.columns if column.sent_as]
            columns = ", ".join(f'{name} as "{ENDINGS.get(column, column)}"' for name, column in sent)
            (relation,) = table.relations
            relation.select(columns).write_parquet(f"{folder}/{table.source}.parquet")
            name = f"datasets/{board.repository}/{board.file}"
            contents[name] = Path(folder, f"{table.source}.parquet").read_bytes()
    return contents


def board(world: World, benchmark: str, scores: dict[str, float], day: str = "2026-06-01") -> None:
    """A benchmark's leaderboard, and the results beside the models on it; every third one is verified, some pending."""
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    entries = []
    for rank, (model_id, value) in enumerate(ranked, 1):
        name = benchmark.rpartition("/")[2].lower()
        file, is_verified = f".eval_results/{name}.yaml", rank % 3 == 0
        source = {"url": f"https://huggingface.co/{model_id}", "name": "model card", "isExternal": False}
        pending = {"pullRequest": rank} if rank % 4 == 0 else {}
        entries.append(
            {
                "rank": rank,
                "modelId": model_id,
                "value": value,
                "filename": file,
                "verified": is_verified,
                "source": source,
            }
            | {"author": {"type": "org", "name": model_id.split("/")[0]}}
            | pending
        )
        results = (world.item(model_id) or {}).get("evalResults", [])
        dataset = {"id": benchmark, "task_id": "default", "revision": None}
        data = {"dataset": dataset, "value": value, "date": day, "source": source}
        world.put(model_id, evalResults=[*results, {"filename": file, "verified": is_verified, "data": data} | pending])
    world.leaderboards[benchmark] = entries


def from_folder(folder: Path) -> World:
    """A Hub from files that mirror its paths: api/*.jsonl[.gz], api/**/*.zip of details, datasets/…; all in memory."""
    world = World()
    for path in sorted(folder.glob("api/*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rb") as lines:
            for line in lines:
                if line.strip():
                    world.models.setdefault(_id_of(line), line.strip())
    for path in sorted(folder.glob("api/**/*.zip")):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member.endswith(".json") and "__MACOSX" not in member:
                    detail = json.loads(archive.read(member))
                    listed_fields = world.item(detail["id"]) or {}
                    world.models[detail["id"]] = json.dumps(detail | listed_fields).encode()
    for path in sorted(folder.glob("datasets/*/*/**/*")):
        if path.is_file():
            world.files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return world


def internal(model_id: str) -> str:
    """The Hub's own id of a repository: 24 hexadecimal digits."""
    return f"{zlib.crc32(model_id.encode(errors='replace')):08x}{zlib.adler32(model_id.encode(errors='replace')):016x}"


def _field_sql(name: str, sent: str) -> str:
    if sent in ("createdAt", "lastModified"):
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%g') || 'Z'"
    if sent == "gated":
        return "if(gated = 'false', to_json(false), to_json(gated))"
    return name


def _id_of(line: bytes) -> str:
    at = line.find(b'"id"')
    start = line.find(b'"', at + 4)
    end = line.find(b'"', start + 1)
    model_id = line[start + 1 : end]
    return model_id.decode() if at >= 0 and b"\\" not in model_id else str(json.loads(line)["id"])


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)) if text else datetime(2024, 1, 1, tzinfo=UTC)


def _hub_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
