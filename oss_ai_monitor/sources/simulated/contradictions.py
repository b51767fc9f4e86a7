"""Models about which sources contradict each other: one or two for each rule that decides between them.

All names are invented, except those of real bases and mirrors; each comment says what is right.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from oss_ai_monitor.sources.simulated.community import ADAPTER, CREATED_AT_FLOOR, FINETUNE, NONE, QUANTIZED
from oss_ai_monitor.sources.simulated.facts import Kind, index_of, seconds
from oss_ai_monitor.sources.simulated.traps import Explicit

DAYS_BEFORE_RELEASE = {"Qwen/Qwen2.5-7B-Instruct": 1, "meta-llama/Meta-Llama-3.1-8B-Instruct": 3}
"""Evaluated by their owners so many days before they were released."""
_LLAMA_2, _LLAMA_3, _MISTRAL = "meta-llama/Llama-2-7b-hf", "meta-llama/Meta-Llama-3-8B", "mistralai/Mistral-7B-v0.1"


def contradictions(kinds: list[Kind]) -> list[Explicit]:
    """Return all of them; they do not depend on the seed."""
    return [*_dates(kinds), *_names(kinds), *_sizes(kinds), *_bases(kinds)]


def _dates(kinds: list[Kind]) -> list[Explicit]:
    llama, mistral, qwen = (index_of(kinds, name) for name in ("llama", "mistral", "qwen2"))
    late: dict[str, dict[str, Any]] = {"v2": {"submitted_on": date(2024, 12, 27)}}
    of_class = {"v2": {**late["v2"], "architecture": "Qwen2ForCausalLM"}}
    return [
        # The class is of 2024-02-04. The repository held something else before: the first submission dates it.
        _model("sim-early/before-its-class-72b", "2023-07-27", qwen, 72, listed=False, boards=("v2",), claims=of_class),
        _model("sim-early/before-its-class-unscored-7b", "2023-07-27", qwen),  # undated
        _model("sim-early/weeks-before-its-class-7b", "2024-01-20", qwen),  # the class's first day
        # The base is of 2024-05-22: its day.
        _child(
            "sim-early/weeks-before-its-base-7b", "2024-05-12", mistral, "mistralai/Mistral-7B-v0.3", boards=("v2",)
        ),
        # The base is of 2024-04-18: the first submission, and undated without one.
        _child("sim-early/before-its-base-8b", "2023-09-05", llama, _LLAMA_3, 8, boards=("v2",), claims=late),
        _child("sim-early/before-its-base-unscored-8b", "2023-09-05", llama, _LLAMA_3, 8),
        # Nothing that descends from a base is older, through whatever lies between: the base's day.
        _child("sim-early/below-an-early-one-8b", "2024-03-25", llama, "sim-early/before-its-base-8b", 8),
        # The base that is declared is known from this declaration alone, and its day from its release: that day.
        _child("sim-early/below-a-mirror-13b", "2023-07-10", llama, "alpindale/Llama-2-13b-hf", 13),
        # A base that was made anew is younger than its derivative: nothing moves.
        _model("sim-anew/base-7b", "2024-05-01", llama),
        _child("sim-anew/derivative-7b", "2024-02-01", llama, "sim-anew/base-7b"),
        # Made anew after the evaluation: the submission, unless it was on a late board.
        _model(
            "sim-anew/scored-before-7b",
            *("2024-05-20", llama),
            boards=("v1",),
            claims={"v1": {"submitted_on": date(2024, 1, 15)}},
        ),
        _model(
            "sim-anew/scored-on-a-late-board-7b",
            *("2024-05-20", llama),
            boards=("v1",),
            claims={"v1": {"submitted_on": date(2023, 9, 20)}},
        ),
        # A first submission on a late board dates nothing, and a later one on another board is not the first.
        _model(
            "sim-gone/late-board-and-later-7b",
            *("2023-08-01", llama),
            listed=False,
            boards=("v1", "v2"),
            claims={"v1": {"submitted_on": date(2023, 9, 20)}, "v2": {"uploaded_on": None}},
        ),
        # A mirror of a release, evaluated before it and officially only later: the submission.
        _model(
            "NousResearch/Meta-Llama-3-8B",
            *("2024-04-18", llama, 8),
            boards=("v1", "v2"),
            claims={"v1": {"submitted_on": date(2024, 4, 10)}},
        ),
    ]


def _names(kinds: list[Kind]) -> list[Explicit]:
    gpt2, llama = index_of(kinds, "gpt2"), index_of(kinds, "llama")
    twins = {"v1": ("sim-case/twin-7b",), "v2": ("sim-Case/Twin-7B", "sim-case/Twin-7B")}
    removed_names = {"v1": ("sim-gone/Spelt-Twice-7B",)}
    old = replace(
        _model("openai-community/gpt2", "2022-03-02", gpt2, 0.137, boards=("v1",), spellings={"v1": ("gpt2",)}),
        created=CREATED_AT_FLOOR,
        type="pretrained",
    )
    return [
        # Listed under one spelling, submitted under others: one repository, spelt as listed.
        _child("sim-case/Twin-7B", "2023-12-20", llama, _LLAMA_2, boards=("v1", "v2"), spellings=twins),
        _child("sim-case/below-the-twin-7b", "2024-01-10", llama, "sim-case/TWIN-7b", true_base="sim-case/Twin-7B"),
        # Not listed: spelt as submitted last.
        _model(
            "sim-gone/spelt-twice-7b", "2024-01-20", llama, listed=False, boards=("v1", "v2"), spellings=removed_names
        ),
        # A legacy name without an owner, on a board and as a base.
        old,
        _child("sim-renamed/below-gpt2", "2023-12-21", gpt2, "gpt2", 0.137, true_base="openai-community/gpt2"),
        # An address for an id, and what is no id at all.
        _child("sim-forms/address-7b", "2023-12-22", llama, f"https://huggingface.co/{_LLAMA_2}", true_base=_LLAMA_2),
        replace(
            _child("sim-forms/path-7b", "2023-12-23", llama, "./out/checkpoint-500"),
            stated_relation=NONE,
            true_base="nothing",
        ),
    ]


def _sizes(kinds: list[Kind]) -> list[Explicit]:
    llama, qwen = index_of(kinds, "llama"), index_of(kinds, "qwen2")
    halved, doubled = {"v2": {"parameters_b": 8.2}}, {"v2": {"parameters_b": 14.4}}
    packed = _child("sim-packed/thirteen-gptq", "2023-12-24", llama, "meta-llama/Llama-2-13b-hf", 13)
    return [
        # A board counts stored elements, or counts twice: the name is right.
        _model("sim-packed/half-14b", "2024-09-20", qwen, 14, listed=False, boards=("v2",), claims=halved),
        _model("sim-doubled/seven-7b", "2024-07-01", llama, 7, listed=False, boards=("v2",), claims=doubled),
        # Eight 4-bit weights in each stored 32-bit integer, and the name is silent.
        replace(packed, edges=(("quantized", packed.edges[0][1]),), stated_relation=QUANTIZED, is_packed=True),
    ]


def _bases(kinds: list[Kind]) -> list[Explicit]:
    llama, mistral, mixtral = (index_of(kinds, name) for name in ("llama", "mistral", "mixtral"))
    both_boards = ("v1", "v2")
    thirteen = "meta-llama/Llama-2-13b-hf"
    adapter = _child("sim-misfiled/llama-13b-lora", "2023-12-26", llama, _LLAMA_2, 13, true_base=thirteen)
    return [
        # The release has another of its size: that one.
        _child("sim-misfiled/llama-13b", "2023-12-25", llama, _LLAMA_2, 13, boards=both_boards, true_base=thirteen),
        replace(adapter, edges=(("adapter", _LLAMA_2),), stated_relation=ADAPTER),
        _child(
            "sim-misfiled/below-the-misfiled-13b", "2024-01-05", llama, "sim-misfiled/llama-13b", 13, boards=both_boards
        ),
        # Its name tells another generation: the sibling of that one.
        _child(
            "sim-misfiled/llama-3.1-8b-tuned",
            *("2024-08-20", llama, _LLAMA_3, 8),
            boards=("v2",),
            true_base="meta-llama/Meta-Llama-3.1-8B",
        ),
        # No other of its size: grown, pruned or mixed, kept and marked.
        _child("sim-resized/grown-11b", "2024-01-12", mistral, _MISTRAL, 11, boards=both_boards),
        _child("sim-resized/pruned-4b", "2024-01-13", mistral, _MISTRAL, 4, boards=both_boards),
        _child("sim-resized/mixed-2x7b", "2024-01-14", mixtral, _MISTRAL, 12.9, boards=both_boards),
    ]


def _model(name: str, on: str, kind: int, size: float = 7, **fields: object) -> Explicit:
    # each in a different second, because ties are tested elsewhere
    return replace(Explicit(name, seconds(on) + 3600 + sum(name.encode()) % 80_000, kind, size=size), **fields)  # type: ignore[arg-type]


def _child(name: str, on: str, kind: int, base: str, size: float = 7, **fields: object) -> Explicit:
    return replace(_model(name, on, kind, size), edges=(("finetune", base),), stated_relation=FINETUNE, **fields)  # type: ignore[arg-type]
