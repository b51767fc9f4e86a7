"""The two further shapes of v2's exports, what they get wrong, and flags in files too small or uniform to tell."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import SourceError, Table, archive

SQUEEZED = {
    "t": "🤝", "model": "lab/one", "average": "30.5", "ifeval": "40.25", "ifeval_raw": "0.4", "bbh": "20",
    "bbh_raw": "0.5", "math_lvl_5": "3.5", "math_lvl_5_raw": "0.04", "gpqa": "4", "gpqa_raw": "0.3", "musr": "5",
    "musr_raw": "0.4", "mmlupro": "26", "mmlupro_raw": "0.33", "type": "🤝 base merges and moerges",
    "architecture": "LlamaForCausalLM", "weight_type": "Original", "precision": "bfloat16", "not_merged": "TRUE",
    "hub_license": "mit", "params_b": "7", "hub_hearts": "12", "available_on_the_hub": "TRUE", "model_sha": "c0ffee",
    "flagged": "TRUE", "moe": "TRUE", "submission_date": "2024-06-26", "upload_to_hub_date": "",
    "chat_template": "FALSE", "maintainers_highlight": "TRUE", "fullname": "lab/one", "generation": "1",
    "base_model": "lab/zero (Merge)", "url": "https://huggingface.co/lab/one",
}  # fmt: skip
FLATTENED = {
    "id": "lab/one_bfloat16_c0ffee_True", "model_name": "lab/one", "model_sha": "c0ffee",
    "model_precision": "bfloat16", "model_type": "basemergesandmoerges", "model_weight_type": "Original",
    "model_architecture": "LlamaForCausalLM", "model_average_score": "30.5123", "model_has_chat_template": "TRUE",
    "evaluations_ifeval_name": "IFEval", "evaluations_ifeval_value": "0.4025",
    "evaluations_ifeval_normalized_score": "40.25", "evaluations_bbh_value": "0.5",
    "evaluations_bbh_normalized_score": "20.5", "evaluations_math_value": "0.04",
    "evaluations_math_normalized_score": "4.0", "evaluations_gpqa_value": "0.3",
    "evaluations_gpqa_normalized_score": "4", "evaluations_musr_value": "0.4",
    "evaluations_musr_normalized_score": "5", "evaluations_mmlu_pro_value": "0.33",
    "evaluations_mmlu_pro_normalized_score": "26", "features_is_not_available_on_hub": "TRUE",
    "features_is_merged": "FALSE", "features_is_moe": "FALSE", "features_is_flagged": "FALSE",
    "features_is_official_provider": "TRUE", "metadata_upload_date": "", "metadata_submission_date": "2025-02-08",
    "metadata_generation": "1", "metadata_base_model": "lab/zero", "metadata_hub_license": "mit",
    "metadata_hub_hearts": "3", "metadata_params_billions": "-1", "metadata_co2_cost": "0.6",
}  # fmt: skip


def written(path: Path, *rows: dict[str, str]) -> Path:
    """Rows as CSV, gzipped where the name says so."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def only(path: Path, as_of: datetime | None = None) -> Table:
    (table,) = archive.read([path], as_of=as_of)
    return table


def landed(table: Table) -> list[dict[str, Any]]:
    return [
        dict(zip(relation.columns, row, strict=True)) for relation in table.relations for row in relation.fetchall()
    ]


def test_squeezed_headers_are_read(tmp_path: Path) -> None:
    table = only(written(tmp_path / "board.csv.gz", *[SQUEEZED] * 20), datetime(2024, 7, 13, tzinfo=UTC))
    row = landed(table)[0]
    assert table.source == "leaderboard_v2"
    assert row == {
        "row_number": 1, "eval_name": None, "precision": "bfloat16", "type": "🤝 base merges and moerges",
        "weight_type": "Original", "architecture": "LlamaForCausalLM", "model": "lab/one", "fullname": "lab/one",
        "model_sha": "c0ffee", "average": 30.5, "hub_license": "mit", "hub_likes": 12, "params_b": 7.0,
        "available_on_hub": True, "merged": True, "moe": True, "flagged": True, "merged_inverted": True,
        "moe_inverted": True, "flagged_inverted": True, "chat_template": False, "co2_cost_kg": None,
        "official_providers": True, "upload_to_hub_date": None, "submission_date": "2024-06-26", "generation": 1,
        "base_model": "lab/zero (Merge)", "ifeval": 40.25, "bbh": 20.0, "math_lvl_5": 3.5, "gpqa": 4.0, "musr": 5.0,
        "mmlu_pro": 26.0, "ifeval_raw": 0.4, "bbh_raw": 0.5, "math_lvl_5_raw": 0.04, "gpqa_raw": 0.3, "musr_raw": 0.4,
        "mmlu_pro_raw": 0.33, "extra": '{"t":"🤝","url":"https://huggingface.co/lab/one"}',
    }  # fmt: skip
    assert "sizes are whole numbers, cut off behind the point: n stands for n up to n + 1 billion" in table.notes


def test_the_boards_flattened_answer_is_read(tmp_path: Path) -> None:
    table = only(written(tmp_path / "board.csv", FLATTENED))
    (row,) = landed(table)
    assert row == {
        "row_number": 1, "eval_name": "lab/one_bfloat16_c0ffee_True", "precision": "bfloat16",
        "type": "basemergesandmoerges", "weight_type": "Original", "architecture": "LlamaForCausalLM", "model": None,
        "fullname": "lab/one", "model_sha": "c0ffee", "average": 30.5123, "hub_license": "mit", "hub_likes": 3,
        "params_b": -1.0, "available_on_hub": True, "merged": False, "moe": False, "flagged": False,
        "merged_inverted": False, "moe_inverted": False, "flagged_inverted": False, "chat_template": True,
        "co2_cost_kg": 0.6, "official_providers": True, "upload_to_hub_date": None, "submission_date": "2025-02-08",
        "generation": 1, "base_model": "lab/zero", "ifeval": 40.25, "bbh": 20.5, "math_lvl_5": 4.0, "gpqa": 4.0,
        "musr": 5.0, "mmlu_pro": 26.0, "ifeval_raw": 0.4025, "bbh_raw": 0.5, "math_lvl_5_raw": 0.04, "gpqa_raw": 0.3,
        "musr_raw": 0.4, "mmlu_pro_raw": 0.33, "extra": '{"evaluations_ifeval_name":"IFEval"}',
    }  # fmt: skip
    assert any(note.startswith("features_is_not_available_on_hub: says that") for note in table.notes)


def built(folder: Path, query: str) -> list[list[Any]]:
    """What the warehouse of what has landed in a folder answers."""
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = warehouse.Warehouse.open(folder)
    answer = opened.sql_frame(query)
    opened.close()
    return answer.values.tolist()


def test_squeezed_type_labels_are_types_and_missing_values_are_missing(tmp_path: Path) -> None:
    labels = {
        "basemergesandmoerges": "merge", "chatmodels": "chat", "continuouslypretrained": "continuously pretrained",
        "fine-tunedondomain-specificdatasets": "fine-tuned", "❓other": "other", "multimodal": "multimodal",
        "pretrained": "pretrained",
    }  # fmt: skip
    rows = [
        FLATTENED | {"model_type": label, "model_name": f"lab/{number}", "metadata_params_billions": str(-(number % 2))}
        for number, label in enumerate(labels)
    ]
    Landing(tmp_path / "landing").land(only(written(tmp_path / "board.csv", *rows)))
    types = built(tmp_path, "select type, parameters_b is null, uploaded_on is null from core.submissions order by 1")
    assert types == [[type_, True, True] for type_ in sorted(labels.values())]


def test_a_date_in_the_name_is_proposed_and_not_assumed(tmp_path: Path) -> None:
    path = written(tmp_path / "huggingface_v2_2025-02-13.csv", FLATTENED)
    table = only(path)
    list(table.relations)
    assert (table.as_of, table.as_of_rule) == (datetime(2025, 2, 8, tzinfo=UTC), "latest date in the data")
    assert table.notes[-1] == (
        "as of the latest date in its rows, 2025-02-08, while the file's name says 2025-02-13: if it speaks of that "
        "day, ingest it again with --as-of 2025-02-13"
    )
    table_with_as_of = only(path, datetime(2025, 2, 14, tzinfo=UTC))
    list(table_with_as_of.relations)
    assert table_with_as_of.notes[-1] == "the file's name says 2025-02-13; 2025-02-14 is taken, as given"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            FLATTENED | {"evaluations_bbh_value": "35.9"},
            r"line 3, column evaluations_bbh_value: holds 35\.9; .*0 to 1\.",
        ),
        (FLATTENED | {"evaluations_bbh_normalized_score": "1020"}, "line 3, column .*: holds 1020; .*0 to 100"),
        (SQUEEZED | {"gpqa": "-3"}, "line 3, column gpqa: holds -3; expected a score of 0 to 100"),
        (SQUEEZED | {"average": "150"}, "line 3, column average: holds 150; expected a score of 0 to 100"),
        (SQUEEZED | {"ifeval": "inf"}, "line 3, column ifeval: holds inf; expected a score of 0 to 100"),
        (SQUEEZED | {"fullname": "  "}, "line 3, column fullname: names no model"),
        (SQUEEZED | {"hub_hearts": "1e30"}, "line 3, column hub_hearts: holds '1e30'; expected a whole number"),
    ],
)
def test_scores_in_other_units_are_refused_by_line(tmp_path: Path, row: dict[str, str], words: str) -> None:
    good = FLATTENED if "id" in row else SQUEEZED
    with pytest.raises(SourceError, match=words):
        only(written(tmp_path / "board.csv", good, row))


def test_shares_in_place_of_scores_are_refused(tmp_path: Path) -> None:
    shares = {name: "0.35" for name in SQUEEZED if name in ("ifeval", "bbh", "math_lvl_5", "gpqa", "musr", "mmlupro")}
    with pytest.raises(SourceError, match="reaches 1, so they are shares of 0 to 1; expected scores of 0 to 100"):
        only(written(tmp_path / "board.csv", SQUEEZED | shares))


@pytest.mark.parametrize(
    ("sent", "missing"),
    [(FLATTENED, "features_is_moe"), (FLATTENED, "model_precision"), (SQUEEZED, "moe"), (SQUEEZED, "params_b")],
)
def test_a_missing_column_is_named_as_its_shape_names_it(tmp_path: Path, sent: dict[str, str], missing: str) -> None:
    row = {name: value for name, value in sent.items() if name != missing}
    with pytest.raises(SourceError, match=f"column {missing} of leaderboard_v2 is missing"):
        only(written(tmp_path / "board.csv", row))


@pytest.mark.parametrize("missing", ["evaluations_gpqa_normalized_score", "gpqa"])
def test_a_missing_benchmark_is_named_as_its_shape_names_it(tmp_path: Path, missing: str) -> None:
    sent = FLATTENED if missing in FLATTENED else SQUEEZED
    row = {name: value for name, value in sent.items() if name != missing}
    with pytest.raises(SourceError, match=f"column {missing} of leaderboard v2 is missing"):
        only(written(tmp_path / "board.csv", row))


V1 = {
    "Type": "🔶 fine-tuned", "fullname": "lab/one", "Average ⬆️": "60.5", "ARC": "61", "HellaSwag": "62", "MMLU": "63",
    "TruthfulQA": "64", "Winogrande": "65", "GSM8K": "66", "Architecture": "LlamaForCausalLM", "Precision": "float16",
    "Merged": "False", "#Params (B)": "7.0", "Flagged": "False", "MoE": "False", "date": "2024-05-05",
}  # fmt: skip
EARLY = SQUEEZED | {"type": "💬 chat models (RLHF, DPO, IFT, ...)"}
AS_SENT = {"flagged": "as sent", "moe": "as sent", "merged": "as sent"}
INVERTED = {"flagged": "inverted", "moe": "inverted", "merged": "inverted"}


@pytest.mark.parametrize(
    ("row", "count", "polarity"),
    [
        *((EARLY, count, INVERTED) for count in (1, 20, 49, 60)),
        *((V1, count, AS_SENT) for count in (1, 20, 49, 60)),
        *((V1 | dict.fromkeys(("Flagged", "MoE", "Merged"), "True"), count, INVERTED) for count in (20, 49)),
        *((FLATTENED | {"model_type": "chatmodels"}, count, AS_SENT) for count in (20, 49)),
    ],
)
def test_a_small_or_uniform_file_is_read_so_that_none_is_flagged(
    tmp_path: Path, row: dict[str, str], count: int, polarity: dict[str, str]
) -> None:
    table = only(written(tmp_path / "top.csv", *[row] * count))
    rows = landed(table)
    assert table.polarity == polarity
    assert len(rows) == count
    for flag in polarity:
        assert not any(row[flag] != row[f"{flag}_inverted"] for row in rows), flag


def test_of_a_small_file_that_was_read_inverted_every_evaluation_counts(tmp_path: Path) -> None:
    rows = [EARLY | {"fullname": f"lab/model-{number}"} for number in range(20)]
    Landing(tmp_path / "landing").land(only(written(tmp_path / "top.csv", *rows)))
    counts = "select (select count(*)::int from core.evaluations), count(*) filter (is_flagged)::int, count(*)::int"
    assert built(tmp_path, f"{counts} from core.submissions") == [[20, 0, 20]]


def test_flags_of_both_kinds_are_read_so_that_the_fewest_are_flagged(tmp_path: Path) -> None:
    table_of_few = only(written(tmp_path / "few.csv", V1 | {"Flagged": "True"}, *[V1] * 9))
    list(table_of_few.relations)
    assert table_of_few.notes[0] == "flagged: as sent, for 1 of 10 rows says true"
    four_of_ten = only(written(tmp_path / "many.csv", *[V1 | {"Flagged": "True"}] * 4, *[V1] * 6))
    list(four_of_ten.relations)
    assert four_of_ten.notes[0] == (
        "flagged: as sent, for 4 of 10 rows say true; attention: even so 4 are flagged, which is no minority"
    )
    even = only(written(tmp_path / "even.csv", V1 | {"Flagged": "True"}, V1))
    list(even.relations)
    assert even.notes[0] == (
        "flagged: the rows cannot decide (1 of 2 rows says true); taken inverted, this board's default"
    )
