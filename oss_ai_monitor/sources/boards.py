"""What the tables of the two leaderboards look like, and where the Hub keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from oss_ai_monitor.sources.table import SourceError


class Column(NamedTuple):
    """One landed column and the names under which a board sends it; a name that ends in `*` is a prefix."""

    name: str
    kind: str
    sent_as: tuple[str, ...] = ()
    required: bool = False


FRONT = (
    Column("eval_name", "varchar", ("eval_name",)),
    Column("precision", "varchar", ("Precision",), required=True),
    Column("type", "varchar", ("TypeString", "Type"), required=True),  # the scrape's Type is an emoji alone
    Column("weight_type", "varchar", ("Weight type",)),
    Column("architecture", "varchar", ("Architecture",), required=True),
    Column("model", "varchar", ("Model", "ModelHub")),
    Column("fullname", "varchar", ("fullname", "model_name_for_query"), required=True),
    Column("model_sha", "varchar", ("Model sha",)),
    Column("average", "double", ("Average*",), required=True),
    Column("hub_license", "varchar", ("Hub License",)),
    Column("hub_likes", "bigint", ("Hub *",)),  # Hub ❤️, once the licence is taken
    Column("params_b", "double", ("#Params*",), required=True),
    Column("available_on_hub", "boolean", ("Available on*",)),
    Column("merged", "boolean", ("Merged", "Not_Merged"), required=True),
    Column("moe", "boolean", ("MoE",), required=True),
    Column("flagged", "boolean", ("Flagged",), required=True),
    Column("merged_inverted", "boolean"),
    Column("moe_inverted", "boolean"),
    Column("flagged_inverted", "boolean"),
)
V1 = ("ARC", "HellaSwag", "MMLU", "TruthfulQA", "Winogrande", "GSM8K")
V2 = {
    "ifeval": "IFEval",
    "bbh": "BBH",
    "math_lvl_5": "MATH Lvl 5",
    "gpqa": "GPQA",
    "musr": "MUSR",
    "mmlu_pro": "MMLU-PRO",
}
CHAT_TEMPLATE = Column("chat_template", "boolean", ("Chat Template",))


@dataclass(frozen=True)
class Board:
    """One leaderboard: what its table looks like, and where the Hub keeps it."""

    source: str
    columns: tuple[Column, ...]
    dates: tuple[str, ...]
    usually_inverted: bool
    repository: str
    revision: str
    file: str = "data/train-00000-of-00001.parquet"


BOARDS = (
    Board(
        "leaderboard_v1",
        (
            *FRONT,
            Column("date", "varchar", ("date",)),
            CHAT_TEMPLATE,
            *(Column(name.lower(), "double", (name,), required=True) for name in V1),
        ),
        dates=("date",),
        usually_inverted=True,
        repository="open-llm-leaderboard-old/contents",
        revision="main",
    ),
    Board(
        "leaderboard_v2",
        (
            *FRONT,
            CHAT_TEMPLATE,
            Column("co2_cost_kg", "double", ("CO*",)),
            Column(
                "official_providers", "boolean", ("Official Providers", "Maintainer's Highlight", "Maintainers Choice")
            ),
            Column("upload_to_hub_date", "varchar", ("Upload To Hub*",)),
            Column("submission_date", "varchar", ("Submission Date",)),
            Column("generation", "bigint", ("Generation",)),
            Column("base_model", "varchar", ("Base Model",)),
            *(Column(name, "double", (sent,), required=True) for name, sent in V2.items()),
            *(Column(f"{name}_raw", "double", (f"{sent} Raw",)) for name, sent in V2.items()),
        ),
        dates=("submission_date", "upload_to_hub_date"),
        usually_inverted=False,
        repository="open-llm-leaderboard/contents",
        revision="9c09a7cae43334062a82cb164f2ef255013dafa2",
    ),
)


def recognised(path: Path, sent: Sequence[str]) -> Board:
    """The board whose benchmarks stand among the columns."""
    for board, benchmarks in zip(BOARDS, (V1, V2.values()), strict=True):
        if set(benchmarks) <= set(sent):
            return board
    some = sum(name in sent for name in (*V1, *V2.values()))
    if some > 1:
        v1 = [name for name in V1 if name not in sent]
        v2 = [name for name in V2.values() if name not in sent]
        fewer = min((v1, "v1"), (v2, "v2"), key=lambda pair: len(pair[0]))
        raise SourceError(f"{path}: column {', '.join(fewer[0])} of leaderboard {fewer[1]} is missing; export it whole")
    told = ", ".join(sent[:6]) + (", …" if len(sent) > 6 else "")
    hint = (
        f" The header has one column ({sent[0][:60]!r}): its separator is neither ',' nor ';'."
        if len(sent) == 1
        else ""
    )
    expected = f"{', '.join(V1)} (v1) or {', '.join(V2.values())} (v2)"
    raise SourceError(f"{path}: its columns ({told}) are of no leaderboard; expected {expected}.{hint}")


def matched(path: Path, board: Board, sent: Sequence[str]) -> dict[str, str]:
    """Landed name → name as sent. Raises SourceError naming the columns that are missing."""
    found: dict[str, str] = {}
    for column in board.columns:
        for pattern in column.sent_as:
            names = [name for name in sent if _fits(name, pattern) and name not in found.values()]
            if names:
                found[column.name] = names[0]
                break
    missing = [column.sent_as[0] for column in board.columns if column.required and column.name not in found]
    if missing:
        raise SourceError(f"{path}: column {', '.join(missing)} of {board.source} is missing; export the table whole")
    return found


def _fits(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
