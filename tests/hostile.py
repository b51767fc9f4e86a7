"""Invented text that strangers might send to have it run, and a warehouse of it, landed by the real readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from oss_ai_monitor import history, warehouse
from oss_ai_monitor.landing import Landing, NothingNew
from oss_ai_monitor.sources import archive, hub, live
from tests.fuzz import NEXT, CannedSession

RUN = "window.__canary=(window.__canary||0)+1"
AWAY = "http://canary.test"
BIDI, ANSI = "\u202egnp.exe\u2066", "\x1b]0;owned\x07\x1b[31mred\x1b[2J"
TEXTS = (
    f"<script>{RUN}</script>",
    f'"><img src={AWAY}/i onerror="{RUN}">',
    f"<svg/onload={RUN}>",
    f"<b onmouseover={RUN}>bold</b>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"javascript:{RUN}",
    f"[click](javascript:{RUN}) ![i]({AWAY}/md)",
    f"[[a]]({AWAY}) `{RUN}` $$\\href{{javascript:{RUN}}}{{x}}$$",
    "{{7*7}}{% raw %}{{ config }}${7*7}#{7*7}<%= 7*7 %>",
    "@{model}{safe} @name{safe} $index @$name $name{custom} %{x}",
    f"@{{<img src={AWAY}/h onerror={RUN}>}}{{safe}}",
    f"</script><script>{RUN}</script><!--",
    f"'-{RUN}-'",
    f"`${{{RUN}}}`",
    "=HYPERLINK(1)",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    BIDI,
    "zero\u200bwidth\u200d\ufeff",
    "nul\0nul",
    ANSI,
    "\ud800",
)
LONG = "x" * 100_000


def warehouse_of(folder: Path) -> dict[str, int]:
    """Land hostile text in every field that strangers fill, and build. Returns the rows left out, by reason."""
    landing, files = Landing(folder / "landing"), folder / "files"
    files.mkdir(parents=True)
    lines = [json.dumps(model) + "\n" for model in _models()]
    (files / "listing.jsonl").write_text("".join(line for line in lines if "\\ud800" not in line), encoding="utf-8")
    _board(files / "board-2024-06-15.parquet")
    left_out: dict[str, int] = {}
    tables = [
        *hub.read([files / "listing.jsonl"]),
        *archive.read([files / "board-2024-06-15.parquet"]),
        live.benchmarks(CannedSession(_benchmarks())),
        live.details(CannedSession(_answers([_detail(n) for n in range(len(TEXTS))])), _model_ids(), _failures(folder)),
        live.commits(
            CannedSession(_answers([_commits(n) for n in range(len(TEXTS))])), _model_ids(), _failures(folder)
        ),
    ]
    for table in tables:
        try:
            left_out |= landing.land(table).left_out
        except NothingNew:
            continue
    history.catch_up(landing)
    warehouse.build(folder, landing.selected())
    return left_out


def _model_ids() -> list[str]:
    return [f"known/model-{n}" for n in range(len(TEXTS))]


def _failures(folder: Path) -> live.Failures:
    return live.Failures(folder / "landing" / ".state" / "failures.sqlite")


def _day(n: int) -> str:
    return f"2024-{n % 5 + 1:02}-{n % 27 + 1:02}T10:00:00.000Z"


def _models() -> list[dict[str, Any]]:
    """Return models with hostile names, with hostile owners, and with hostile text in every other field."""
    models: list[dict[str, Any]] = []
    for n, text in enumerate(TEXTS):
        fields = {
            "author": text, "tags": [text, f"license:{text}", f"base_model:{text}", f"dataset:{text}", "llama"],
            "pipeline_tag": "text-generation", "library_name": text, "downloads": n + 1, "likes": n, "sha": text,
            "cardData": {"license": text, "license_name": text, "license_link": text, "base_model": [text],
                         "datasets": [text], "language": [text]},
            "config": {"model_type": text, "architectures": [text]}, "lastModified": _day(n), "createdAt": _day(n),
        }  # fmt: skip
        models += [
            {"id": f"known/model-{n}", **fields},
            {"id": f"owner/{text}", **fields},
            {"id": f"{text}/name", **fields},
        ]
    return [*models, {"id": f"long/{LONG}", "createdAt": _day(1)}, {"id": "long/tags", "tags": [LONG], "author": LONG}]


def _detail(n: int) -> dict[str, Any]:
    (model,) = [model for model in _models() if model["id"] == f"known/model-{n}"]
    return model | {"evalResults": [], "siblings": [{"rfilename": TEXTS[n]}]}


def _commits(n: int) -> list[dict[str, Any]]:
    return [{"id": "c", "title": TEXTS[n], "message": TEXTS[n], "date": _day(n), "authors": [{"user": TEXTS[n]}]}]


def _answers(values: list[Any]) -> bytes:
    return NEXT.join(json.dumps(value).encode() for value in values)


def _benchmarks() -> bytes:
    entries = [
        {
            "rank": n + 1, "modelId": f"known/model-{n}", "value": 40.0 + n, "verified": bool(n % 2), "pullRequest": n,
            "filename": text, "notes": text, "author": {"name": text},
            "source": {"url": text if n % 2 else f"javascript:{RUN}", "name": text},
        }
        for n, text in enumerate(TEXTS)
    ]  # fmt: skip
    dated = {"evalResults": []}
    return _answers([[{"id": "cais/hle"}, {"id": TEXTS[0]}], entries, dated])


def _board(path: Path) -> None:
    """Write the first leaderboard's archive, each text as a model's name, an owner's, a licence, a type and more."""
    texts = (
        "Type",
        "Precision",
        "Architecture",
        "fullname",
        "Hub License",
        "date",
        "eval_name",
        "Model sha",
        "Weight type",
    )
    numbers = ("Average ⬆️", "Hub ❤️", "#Params (B)", "ARC", "HellaSwag", "MMLU", "TruthfulQA", "Winogrande", "GSM8K")
    rows = []
    for n, text in enumerate(text for text in TEXTS if "\ud800" not in text):
        for m, name in enumerate((f"owner/{text}", f"{text}/name", f"same/model-{n}")):
            model_type = "🟢 pretrained" if m else text
            cells = [
                model_type,
                text,
                text,
                name,
                text,
                f"2024-0{n % 5 + 1}-{n + 1:02}T12:00:00Z",
                f"{n} {m} {text}",
                text,
                text,
            ]
            rows.append([*cells, *(40.0 + n for _ in numbers), False, False, False])
    with duckdb.connect() as db:
        columns = [f'"{name}" varchar' for name in texts] + [f'"{name}" double' for name in numbers]
        db.execute(f"create table board ({', '.join(columns)}, Merged boolean, MoE boolean, Flagged boolean)")
        db.executemany(f"insert into board values ({', '.join('?' * len(rows[0]))})", rows)
        db.sql("from board").write_parquet(str(path))
