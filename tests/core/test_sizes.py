"""How large a model is: what each source counts, which of them is believed, and the size as people call it."""

from __future__ import annotations

from typing import Any

import pytest

from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import WarehouseOf, by_model, evaluation, listed, rows


def weights(model: str, *tags: str, total: float | None = None, **counts: float) -> dict[str, Any]:
    """A listed repository with safetensors' counts by type, in billions; without a total it is their sum."""
    parameters = {name: round(billions * 1e9) for name, billions in counts.items() if name != "bits"}
    sent = {"parameters": parameters, "total": sum(parameters.values()) if total is None else round(total * 1e9)}
    config = {"quantization_config": {"bits": counts["bits"]}} if "bits" in counts else {}
    return listed(model, *tags, safetensors=sent, config=config)


BASE = "base_model:tin/base"
ADAPTER, COPY = "base_model:adapter:tin/base", "base_model:quantized:tin/base"
NAME, UNPACKED = "number in the name", "safetensors, packed weights unpacked"
STORED = "number in the name, for leaderboard {} counts stored elements"
ON_V1 = "number in the name, within the whole billion of leaderboard v1"

# model → the row of the listing, parameters_b, its rule
LISTED: dict[str, tuple[dict[str, Any], float | None, str]] = {
    "sum": (weights("sum", total=0.000333312, BF16=7.615616512), 7.615616512, "safetensors"),
    "total-alone": (listed("total-alone", safetensors={"total": 8030261248}), 8.030261248, "safetensors"),
    "no-number": (listed("no-number", safetensors={"total": "many"}), None, "missing"),
    "zero": (listed("zero", safetensors={"total": 0}), None, "missing"),
    "beyond": (listed("beyond", safetensors={"total": 1e300}), None, "missing"),
    "config-4": (weights("config-4", bits=4, I32=0.1, F16=0.9), 1.7, UNPACKED),
    "config-8": (weights("config-8", bits=8, I32=0.1, F16=0.9), 1.3, UNPACKED),
    "tag-4": (weights("tag-4", "4-bit", I32=0.1, F16=0.9), 1.7, UNPACKED),
    "tag-8": (weights("tag-8", "8-bit", I32=0.1, F16=0.9), 1.3, UNPACKED),
    "share-30": (weights("share-30", I32=0.3, F16=0.7), 3.1, UNPACKED),
    "share-29": (weights("share-29", I32=0.29, F16=0.71), 1.0, "safetensors"),
    "bnb": (weights("bnb", "bitsandbytes", U8=3.5, F16=1.0), 8.0, UNPACKED),
    "mlx": (weights("mlx", "mlx", U32=0.4, F16=0.1), 3.3, UNPACKED),
    "mlx-6bit": (weights("mlx-6bit", "mlx", U32=0.6, F16=0.1), 3.3, UNPACKED),
    "integers": (weights("integers", bits=8, I8=7.0, F16=1.0), 8.0, "safetensors"),
    "buffers": (weights("buffers", bits=4, BF16=1.0, I64=1.0, BOOL=1.0), 3.0, "safetensors"),
    "gguf": (listed("gguf", "gguf", gguf={"total": 7241732096}), 7.241732096, "GGUF"),
    "base": (listed("base", safetensors={"total": 8030261248}), 8.030261248, "safetensors"),
    "adapter": (listed("adapter", ADAPTER), 8.030261248, "its base"),
    "copy": (listed("copy", COPY), 8.030261248, "its base"),
    "copy-gguf": (listed("copy-gguf", BASE), 8.030261248, "its base"),
    "copy-7b-AWQ": (listed("copy-7b-AWQ", BASE), 8.030261248, "its base"),
    "copy-70b-AWQ": (listed("copy-70b-AWQ", BASE), 70.0, NAME),
    "fine-tune": (listed("fine-tune", BASE), None, "missing"),
    "named-13b": (listed("named-13b", BASE), 13.0, NAME),
    "weights-7b": (weights("weights-7b", BF16=3.0), 3.0, "safetensors"),
}
# model → figures of the leaderboards (v2, or v1 where it says so), parameters_b, its rule
BOARDS: dict[str, tuple[dict[str, Any], float | None, str]] = {
    "board": ({"params_b": 7.616}, 7.616, "leaderboard v2"),
    "zero-on-v2": ({"params_b": 0.0}, None, "missing"),
    "minus-one": ({"params_b": -1.0}, None, "missing"),
    "minus-one-7b": ({"params_b": -1.0}, 7.0, NAME),
    "a-10b-044": ({"params_b": 4.4}, 4.4, "leaderboard v2"),
    "a-10b-045": ({"params_b": 4.5}, 10.0, STORED.format("v2")),
    "a-10b-0625": ({"params_b": 6.25}, 10.0, STORED.format("v2")),
    "a-10b-063": ({"params_b": 6.3}, 6.3, "leaderboard v2"),
    "a-10b-179": ({"params_b": 17.9}, 17.9, "leaderboard v2"),
    "a-10b-18": ({"params_b": 18.0}, 10.0, STORED.format("v2")),
    "a-10b-225": ({"params_b": 22.5}, 10.0, STORED.format("v2")),
    "a-10b-226": ({"params_b": 22.6}, 22.6, "leaderboard v2"),
    "a-10b-mixture": ({"params_b": 5.0, "moe": True}, 5.0, "leaderboard v2"),
    "a-10b-mixtral": ({"params_b": 20.0, "architecture": "MixtralForCausalLM"}, 20.0, "leaderboard v2"),
    "a-2x10b": ({"params_b": 9.0}, 9.0, "leaderboard v2"),
    "a-70b-AWQ": ({"params_b": 11.3}, 70.0, STORED.format("v2")),
    "v1-6": ({"v1": 6.0}, 6.0, "leaderboard v1"),
    "v1-7b": ({"v1": 6.0}, 7.0, ON_V1),
    "v1-7b-too": ({"v1": 7.0}, 7.0, ON_V1),
    "v1-8-of-7b": ({"v1": 8.0}, 8.0, "leaderboard v1"),
    "v1-10b-4": ({"v1": 4.0}, 4.0, "leaderboard v1"),
    "v1-10b-5": ({"v1": 5.0}, 10.0, STORED.format("v1")),
    "v1-10b-6": ({"v1": 6.0}, 6.0, "leaderboard v1"),
    "v1-zero": ({"v1": 0.0}, None, "missing"),
    "on-both": ({"v1": 7.0, "params_b": 7.242}, 7.242, "leaderboard v2"),
    "internlm2-1_8b": ({"params_b": 1.889}, 1.889, "leaderboard v2"),
    "adapter-on-v2": (
        {"params_b": 16.06, "weight_type": "Adapter", "base_model": "tin/base"},
        8.030261248,
        "its base, for leaderboard v2 counts stored elements",
    ),
}
CURATED = {
    "ai21labs/AI21-Jamba-1.5-Mini": (52.0, 12.0, "curated"),
    "ai21labs/AI21-Jamba-1.5-Large": (398.561, 94.0, "leaderboard v2"),
}
# parameters_b → as people call it, without a number in the name
ROUNDED = [(8.03, 8.0), (6.74, 7.0), (2.45, 2.5), (2.506, 3.0), (1.777, 1.8), (0.494, 0.5), (0.0301, 0.03)]
# name, parameters_b → as people call it
CALLED = [
    ("eight-8b", 8.54, 8.0),
    ("gemma-7b", 8.538, 7.0),
    ("lion-2b", 8.03, 8.0),
    ("ten-10b", 12.4, 10.0),
    ("ten-10b-x", 13.4, 13.0),
    ("phi-3-medium", 13.96, 14.0),
    ("mix-8x7B", 46.703, 47.0),
]


def on_a_board(model: str, figures: dict[str, Any]) -> dict[str, Any]:
    return evaluation(f"tin/{model}", **{name: value for name, value in figures.items() if name != "v1"})


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    sizes = [(f"r{n}", size) for n, (size, _) in enumerate(ROUNDED)] + [(name, size) for name, size, _ in CALLED]
    return warehouse_of(
        hub_listing=[
            *({**row, "id": f"tin/{model}"} for model, (row, *_) in LISTED.items()),
            listed("ai21labs/AI21-Jamba-1.5-Mini"),
            *(weights(f"called/{name}", BF16=size) for name, size in sizes),
        ],
        leaderboard_v2=[
            *(on_a_board(model, figures) for model, (figures, *_) in BOARDS.items() if set(figures) != {"v1"}),
            evaluation("tin/gguf", params_b=3.8),
            evaluation("tin/weights-7b", params_b=7.2),
            evaluation("ai21labs/AI21-Jamba-1.5-Large", params_b=398.561),
            evaluation("precise/llama-3b", params_b=1.803, precision="bfloat16"),
            evaluation("precise/llama-3b", params_b=3.607, precision="float16"),
        ],
        leaderboard_v1=[
            evaluation(f"tin/{model}", params_b=figures["v1"])
            for model, (figures, *_) in BOARDS.items()
            if "v1" in figures
        ],
    )


@pytest.mark.parametrize("model", [*LISTED, *BOARDS])
def test_how_large_a_model_is(opened: Warehouse, model: str) -> None:
    _, expected, rule = (LISTED | BOARDS)[model]
    size, actual = by_model(opened, "round(parameters_b, 9), parameters_rule")[f"tin/{model}"]
    assert (size, actual) == (expected, rule)


@pytest.mark.parametrize("model", list(CURATED))
def test_active_parameters_are_curated_and_a_curated_size_goes_after_the_leaderboard(
    opened: Warehouse, model: str
) -> None:
    assert by_model(opened, "parameters_b, active_parameters_b, parameters_rule")[model] == CURATED[model]


def test_of_several_precisions_the_one_with_most_elements_tells_the_size(opened: Warehouse) -> None:
    assert by_model(opened, "parameters_b, parameters_rule")["precise/llama-3b"] == (3.607, "leaderboard v2")


def test_the_size_as_people_call_it_is_the_name_within_a_quarter_else_rounded(opened: Warehouse) -> None:
    nominal = by_model(opened, "nominal_b")
    assert [nominal[f"called/r{n}"] for n in range(len(ROUNDED))] == [called for _, called in ROUNDED]
    assert [nominal[f"called/{name}"] for name, *_ in CALLED] == [called for *_, called in CALLED]


def test_each_figure_that_is_not_believed_is_a_dispute(opened: Warehouse) -> None:
    disputed = rows(
        opened,
        "select split_part(model_id, '/', 2), claimant, claim, used from core.disputes"
        " where fact = 'size' and model_id in ('tin/sum', 'tin/config-4', 'tin/gguf', 'tin/weights-7b',"
        " 'tin/a-10b-045', 'tin/adapter-on-v2', 'tin/board', 'tin/total-alone') order by all",
    )
    assert disputed == [
        ("a-10b-045", "leaderboard v2", "4.5 B", "10 B"),
        ("adapter-on-v2", "leaderboard v2", "16.06 B", "8.03 B"),
        ("config-4", "safetensors", "1 B", "1.7 B"),
        ("gguf", "leaderboard v2", "3.8 B", "7.242 B"),
        ("sum", "safetensors total", "0.0003333 B", "7.616 B"),
        ("weights-7b", "its name", "7 B", "3 B"),
        ("weights-7b", "leaderboard v2", "7.2 B", "3 B"),
    ]


def test_size_classes_go_by_the_nominal_size_and_include_their_lower_bound(warehouse_of: WarehouseOf) -> None:
    cases = [
        (2.49, "< 3"),
        (2.99, "3–9"),
        (8.03, "3–9"),
        (9.24, "9–20"),
        (20.0, "20–40"),
        (40.0, "40–80"),
        (80.4, "40–80"),
        (80.6, "> 80"),
    ]
    board = [evaluation(f"tin/{n}", params_b=size) for n, (size, _) in enumerate(cases)]
    opened = warehouse_of(leaderboard_v2=board)
    assert rows(opened, "select size from marts.models order by model_id") == [(size,) for _, size in cases]


def test_a_model_without_a_number_is_called_as_most_of_nearly_as_many_parameters(warehouse_of: WarehouseOf) -> None:
    """Five of nine names say 14, so one of 14.766 B is 14 B; four names that say 70 are too few for a rule."""
    fourteen = [(f"named/{n}-{called}b", 14.75 + n / 200) for n, called in enumerate([14, 14, 14, 14, 14, 15, 15, 16])]
    seventy = [(f"named/{n}-70b", 68.98) for n in range(4)]
    split = [(f"named/{n}-{called}b", 30.0) for n, called in enumerate([29, 29, 29, 31, 31, 31])]
    models = [
        *fourteen, *seventy, *split, ("tin/without", 14.766), ("tin/far", 15.1), ("tin/beluga2", 68.98),
        ("tin/half", 30.0), ("tin/other-15b", 14.766), ("tin/mixture-2x8b", 14.766),
    ]  # fmt: skip
    opened = warehouse_of(hub_listing=[weights(name, BF16=size) for name, size in models])
    called = by_model(opened, "nominal_b, nominal_rule")
    usual = "number in most names of models of nearly as many parameters"
    assert called["tin/without"] == called["tin/mixture-2x8b"] == (14.0, usual)
    assert called["tin/other-15b"] == (15.0, "number in the name")
    assert called["tin/far"] == (15.0, "rounded")
    assert called["tin/beluga2"] == (69.0, "rounded")
    assert called["tin/half"] == (30.0, "rounded")
