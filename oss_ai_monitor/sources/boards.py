"""What the tables of the two leaderboards look like, and where the Hub keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from oss_ai_monitor.sources.table import SourceError


class Column(NamedTuple):
    """One landed column and the names under which a board sends it; a name that ends in `*` is a prefix.

    `squeezed` and `flattened` are its names in the two further shapes of exports: headers of small letters and
    underscores, and the board's own JSON answer with its levels joined.
    """

    name: str
    kind: str
    sent_as: tuple[str, ...] = ()
    required: bool = False
    squeezed: tuple[str, ...] = ()
    flattened: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which it is sent."""
        return (*self.sent_as, *self.squeezed, *self.flattened)


NOT_AVAILABLE = "features_is_not_available_on_hub"
"""Despite its name it is true for an available repository, as the column of the published table is."""
NEGATED = ("Not_Merged", "not_merged")
COMMON_COLUMNS = (
    Column("eval_name", "varchar", ("eval_name",), False, (), ("id",)),
    Column("precision", "varchar", ("Precision",), True, ("precision",), ("model_precision",)),
    # the scrape's Type is an emoji alone
    Column("type", "varchar", ("TypeString", "Type"), True, ("type",), ("model_type",)),
    Column("weight_type", "varchar", ("Weight type",), False, ("weight_type",), ("model_weight_type",)),
    Column("architecture", "varchar", ("Architecture",), True, ("architecture",), ("model_architecture",)),
    Column("model", "varchar", ("Model", "ModelHub"), False, ("model",)),
    Column("fullname", "varchar", ("fullname", "model_name_for_query"), True, (), ("model_name",)),
    Column("model_sha", "varchar", ("Model sha",), False, ("model_sha",)),
    Column("average", "double", ("Average*",), True, ("average",), ("model_average_score",)),
    Column("hub_license", "varchar", ("Hub License",), False, ("hub_license",), ("metadata_hub_license",)),
    # Hub ❤️, once the licence is taken
    Column("hub_likes", "bigint", ("Hub *",), False, ("hub_hearts",), ("metadata_hub_hearts",)),
    Column("params_b", "double", ("#Params*",), True, ("params_b",), ("metadata_params_billions",)),
    Column("available_on_hub", "boolean", ("Available on*",), False, ("available_on_the_hub",), (NOT_AVAILABLE,)),
    Column("merged", "boolean", ("Merged", "Not_Merged"), True, ("merged", "not_merged"), ("features_is_merged",)),
    Column("moe", "boolean", ("MoE",), True, ("moe",), ("features_is_moe",)),
    Column("flagged", "boolean", ("Flagged",), True, ("flagged",), ("features_is_flagged",)),
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
SQUEEZED = {name: "mmlupro" if name == "mmlu_pro" else name for name in V2}
FLATTENED = {name: f"evaluations_{'math' if name == 'math_lvl_5' else name}" for name in V2}
CHAT_TEMPLATE = Column(
    "chat_template", "boolean", ("Chat Template",), False, ("chat_template",), ("model_has_chat_template",)
)


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
            *COMMON_COLUMNS,
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
            *COMMON_COLUMNS,
            CHAT_TEMPLATE,
            Column("co2_cost_kg", "double", ("CO*",), False, ("co2_cost_kg", "co2_cost"), ("metadata_co2_cost",)),
            Column(
                "official_providers",
                "boolean",
                ("Official Providers", "Maintainer's Highlight", "Maintainers Choice"),
                False,
                ("official_providers", "maintainers_highlight"),
                ("features_is_official_provider",),
            ),
            Column(
                "upload_to_hub_date",
                "varchar",
                ("Upload To Hub*",),
                False,
                ("upload_to_hub_date",),
                ("metadata_upload_date",),
            ),
            Column(
                "submission_date",
                "varchar",
                ("Submission Date",),
                False,
                ("submission_date",),
                ("metadata_submission_date",),
            ),
            Column("generation", "bigint", ("Generation",), False, ("generation",), ("metadata_generation",)),
            Column("base_model", "varchar", ("Base Model",), False, ("base_model",), ("metadata_base_model",)),
            *(
                Column(name, "double", (sent,), True, (SQUEEZED[name],), (f"{FLATTENED[name]}_normalized_score",))
                for name, sent in V2.items()
            ),
            *(
                Column(
                    *(f"{name}_raw", "double", (f"{sent} Raw",), False),
                    *((f"{SQUEEZED[name]}_raw",), (f"{FLATTENED[name]}_value",)),
                )
                for name, sent in V2.items()
            ),
        ),
        dates=("submission_date", "upload_to_hub_date"),
        usually_inverted=False,
        repository="open-llm-leaderboard/contents",
        revision="9c09a7cae43334062a82cb164f2ef255013dafa2",
    ),
)
SHAPES = (
    ("v1", BOARDS[0], V1),
    ("v2", BOARDS[1], tuple(V2.values())),
    ("v2", BOARDS[1], tuple(SQUEEZED.values())),
    ("v2", BOARDS[1], tuple(f"{prefix}_normalized_score" for prefix in FLATTENED.values())),
)
"""The shapes in which a board is exported; the names of the benchmark columns identify the shape."""


def recognised(path: Path, sent: Sequence[str]) -> Board:
    """Return the board whose benchmarks are all among the columns. Raises SourceError when there is none."""
    for _, board, benchmarks in SHAPES:
        if set(benchmarks) <= set(sent):
            return board
    name, _, benchmarks = max(SHAPES, key=lambda shape: sum(benchmark in sent for benchmark in shape[2]))
    missing = [benchmark for benchmark in benchmarks if benchmark not in sent]
    if len(benchmarks) - len(missing) > 1:
        raise SourceError(f"{path}: column {', '.join(missing)} of leaderboard {name} is missing; export it whole")
    first_columns = ", ".join(sent[:6]) + (", …" if len(sent) > 6 else "")
    hint = (
        f" The header has one column ({sent[0][:60]!r}): its separator is neither ',' nor ';' nor a tab."
        if len(sent) == 1
        else ""
    )
    expected = f"{', '.join(V1)} (v1) or {', '.join(V2.values())} (v2)"
    raise SourceError(f"{path}: its columns ({first_columns}) are of no leaderboard; expected {expected}.{hint}")


def matched(path: Path, board: Board, sent: Sequence[str]) -> dict[str, str]:
    """Landed name → name as sent. Raises SourceError naming the columns that are missing."""
    sent_names: dict[str, str] = {}
    for column in board.columns:
        for pattern in column.names:
            names = [name for name in sent if _matches(name, pattern) and name not in sent_names.values()]
            if names:
                sent_names[column.name] = names[0]
                break
    missing = [
        _name_in_shape(column, sent) for column in board.columns if column.required and column.name not in sent_names
    ]
    if missing:
        raise SourceError(f"{path}: column {', '.join(missing)} of {board.source} is missing; export the table whole")
    return sent_names


def _name_in_shape(column: Column, sent: Sequence[str]) -> str:
    """Return the name of a column in the shape that the other columns have."""
    if set(SHAPES[3][2]) <= set(sent):
        return (*column.flattened, *column.names)[0]
    if set(SHAPES[2][2]) <= set(sent):
        return (*column.squeezed, *column.names)[0]
    return column.names[0]


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
