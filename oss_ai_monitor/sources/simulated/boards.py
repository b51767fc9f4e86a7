"""Evaluations of the invented community on the two leaderboards, with every irregularity of the real boards.

All scores are random; they rise with time, size and the time since the base model's release.
"""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from oss_ai_monitor.sources.simulated.community import (
    ADAPTER,
    CREATED_AT_FLOOR,
    MERGE,
    NONE,
    QUANTIZED,
    Community,
    Ints,
    day,
)
from oss_ai_monitor.sources.simulated.facts import DAY, seconds
from oss_ai_monitor.sources.simulated.scores import benchmark_scores, mean_scores
from oss_ai_monitor.sources.simulated.vocabulary import OTHER

OPENED_ON = {"v1": "2023-09-01", "v2": "2024-06-26"}
CLOSED_ON = {"v1": "2024-06-15", "v2": "2025-03-13"}
TYPES = {
    "pretrained": "🟢 pretrained",
    "continuously pretrained": "🟩 continuously pretrained",
    "fine-tuned": "🔶 fine-tuned on domain-specific datasets",
    "chat": "💬 chat models (RLHF, DPO, IFT, ...)",
    "merge": "🤝 base merges and moerges",
    "multimodal": "🌸 multimodal",
    "other": "❓ other",
    "unknown": None,
}
JUNK = ("?", "Unknown", "", "L;l;a;m;a;F;o;r;C;a;u;s;a;l;L;M", "LlamaModel", "PhiMultipleHeadsForCasualLM")
_NAN = math.nan


@dataclass(frozen=True)
class Evaluation:
    """One submission with its true values; `model` is the position in the community, -1 the random baseline."""

    board: str
    model: int
    fullname: str
    type: str
    scores: tuple[float, ...]
    score: float
    submitted_on: date | None
    uploaded_on: date | None
    architecture: str | None
    parameters_b: float
    precision: str = "bfloat16"
    weight_type: str = "Original"
    chat_template: bool | None = None
    revision: str = ""
    flagged: bool = False
    moe: bool = False
    base_model: str | None = None
    license: str | None = None
    likes: int = 0
    official: bool = False
    available: bool = True

    @property
    def eval_name(self) -> str:
        """The board's own name of an evaluation."""
        return f"{self.fullname.replace('/', '_')}_{self.precision}"


def evaluations(community: Community, board: str, count: int) -> list[Evaluation]:
    """Return the evaluations of about `count` models on a board, best first as in the archives, with the baseline."""
    rng = np.random.default_rng([community.seed, 2, int(board[1])])
    models = _evaluated(rng, community, board, count)
    quality = mean_scores(rng, community, board, models)
    names = community.names(models)
    edges = community.edges(models)
    submitted: list[Evaluation] = []
    for model, name, declared, score in zip(models.tolist(), names, edges, quality.tolist(), strict=True):
        assert name is not None
        first = _first_evaluation(rng, community, board, model, name, [parent for _, parent in declared], score)
        spelt, *other_spellings = community.spellings.get(model, {}).get(board, (name,))
        submitted += _repeated(rng, replace(first, fullname=spelt), community.quirks.get(model, ""))
        submitted += [_shifted(rng, replace(first, fullname=other)) for other in other_spellings]
    if board == "v1":
        submitted.append(
            Evaluation(
                "v1", -1, "baseline", "unknown", (25.0, 25.0, 25.0, 25.0, 50.0, 0.0), 25.0, None, None, None, 0.0
            )
        )
    return sorted(
        submitted, key=lambda e: (-e.score if e.score == e.score else math.inf, e.fullname, e.eval_name, e.revision)
    )


def _evaluated(rng: np.random.Generator, community: Community, board: str, count: int) -> Ints:
    """Choose the evaluated models: explicit ones as defined, others at random, mostly soon after they appear."""
    explicit = np.array([i for i in community.ids if board in community.boards[i]], dtype=np.int64)
    closed_on = seconds(CLOSED_ON[board])
    others = np.array([kind.model_type in OTHER[-1:] for kind in community.kinds])[community.kind]
    is_eligible = (
        (community.is_text | others)
        & (community.created > 0)
        & (community.created < closed_on - 3 * DAY)
        & ~np.isnan(community.size)
    )
    is_eligible &= (community.relation != QUANTIZED) & (community.size < 150)
    is_eligible[list(community.ids)] = False
    pool = np.flatnonzero(is_eligible)
    age = (closed_on - community.created[pool]) / DAY
    eagerness = np.where(community.listed[pool], np.exp2(-age / (260 if board == "v1" else 200)) + 0.02, 40.0)
    eagerness *= np.where(community.relation[pool] == ADAPTER, 0.15, 1.0)
    sample_size = min(max(count - len(explicit), 0), len(pool))
    keys = np.log(rng.random(len(pool))) / eagerness  # weighted sampling without replacement (Efraimidis and Spirakis)
    chosen = np.sort(pool[np.argsort(-keys, kind="stable")[:sample_size]])
    return np.concatenate([chosen, explicit])


def _first_evaluation(
    rng: np.random.Generator,
    community: Community,
    board: str,
    model: int,
    name: str,
    parents: list[str],
    quality: float,
) -> Evaluation:
    created = int(community.created[model])
    listed = bool(community.listed[model])
    u = rng.random(12).tolist()
    opened_on, closed_on = date.fromisoformat(OPENED_ON[board]), date.fromisoformat(CLOSED_ON[board])
    appeared = day(created)
    available = day(max(created, community.released.get(model, created)))
    if available < opened_on:
        submitted = opened_on + timedelta(days=int(u[0] ** 1.3 * (58 if board == "v1" else 75)))
    else:
        submitted = available + timedelta(days=int(min(math.exp(1.1 + 1.35 * float(rng.normal())), 150)))
    submitted = min(submitted, closed_on)
    scores, score = benchmark_scores(rng, board, quality)
    kind = community.kinds[community.kind[model]]
    architecture: str | None = kind.class_name
    if listed and u[1] < 0.05 and model not in community.ids:
        architecture = JUNK[model % (6 if kind.model_type == "llama" else 3)]
    elif not listed and u[1] < 0.1:
        architecture = JUNK[int(u[2] * 3)]
    size = float(community.size[model])
    parameters = (
        -1.0
        if u[3] < 0.012
        else 0.0
        if u[3] < 0.025
        else (float(int(size)) if board == "v1" else round(size * 1.034, 3))
    )
    if u[4] < 0.006 and model not in community.ids:
        score, scores = _NAN, (*scores[:5], _NAN)
    uploaded: date | None = None
    if board == "v2" and (listed or model in community.ids or u[5] > 0.35):
        uploaded = date(2022, 3, 2) if created - CREATED_AT_FLOOR in range(-4, 6) else appeared
    parent = next((parent for parent in parents if parent != name), None)
    declared = (parent if listed or u[6] > 0.4 else "Removed") if parent else (name if u[6] < 0.7 else "Removed")
    submission = Evaluation(
        board,
        model,
        name,
        community.types.get(model) or _type(u[7], u[8], board, int(community.relation[model]), appeared),
        scores,
        score,
        None if u[9] < 0.004 else submitted,
        uploaded,
        architecture,
        parameters,
        "bfloat16" if u[10] < 0.55 else "float16" if u[10] < 0.98 else "4bit",
        "Adapter" if community.relation[model] == ADAPTER else "Original",
        None if board == "v1" else u[11] < 0.5,
        revision(model, 0),
        flagged=model not in community.ids and u[8] > (0.985 if board == "v1" else 0.9985),
        moe=kind.group == "Mixtral",
        base_model=declared if board == "v2" else None,
        license=community.licence(model),
        likes=int(np.exp(4 * u[2] ** 3)) - 1,
        official=board == "v2" and not name.startswith("sim-"),
        available=listed,
    )
    return replace(
        _with_quirk(submission, community.quirks.get(model, "")), **community.claims.get(model, {}).get(board, {})
    )


def _with_quirk(submission: Evaluation, quirk: str) -> Evaluation:
    """Apply the irregularity of an explicit model."""
    if quirk.startswith("junk"):
        return replace(submission, architecture=JUNK[int(quirk[-1])])
    if quirk == "no score":
        return replace(submission, score=_NAN, scores=(*submission.scores[:5], _NAN))
    changes: dict[str, dict[str, Any]] = {
        "flagged": {"flagged": True},
        "flagged best": {"flagged": True, "score": submission.score + 9},
        "no date": {"submitted_on": None},
        "no type": {"type": "unknown"},
        "no parameters": {"parameters_b": -1.0},
    }
    return replace(submission, **changes.get(quirk, {}))


def _type(u: float, v: float, board: str, relation: int, appeared: date) -> str:
    """Draw the type that a submitter states: over time there are more chat models and merges, and fewer fine-tuned."""
    if v < (0.028 if board == "v1" else 0.0):
        return "unknown"
    years = (appeared - date(2023, 6, 1)).days / 365.25
    if relation == MERGE:
        return "merge" if u < 0.94 else "fine-tuned"
    merged = 0.34 / (1 + math.exp(-(years - 0.75) * 7))
    chat = 0.13 + 0.09 * max(years, 0)
    if u < merged:
        return "merge"
    if u < merged + chat:
        return "chat"
    if u > (0.9 if relation == NONE else 0.985):
        return "pretrained" if u < 0.996 else "other" if board == "v2" else "pretrained"
    if u > (0.875 if relation == NONE else 0.97):
        return "continuously pretrained" if v < 0.93 or board == "v1" else "multimodal"
    return "fine-tuned"


def _repeated(rng: np.random.Generator, first: Evaluation, quirk: str) -> list[Evaluation]:
    """Return a repository's evaluations: with other precisions, revisions and chat templates, and exact ties."""
    u, repetitions = rng.random(8).tolist(), [first]
    if quirk == "flagged":  # it must have no unflagged evaluation
        return repetitions
    if u[0] < 0.045 or quirk in ("precision", "flagged best"):
        precision = "float16" if first.precision == "bfloat16" else "bfloat16"
        repetitions.append(
            _shifted(rng, first, precision=precision, flagged=first.flagged and not quirk and u[1] < 0.5)
        )
    if u[2] < 0.02 or quirk == "revision":
        repetitions.append(_shifted(rng, first, revision=revision(first.model, 1), days=int(1 + 40 * u[3])))
    if u[4] < 0.012 or quirk == "chat template":
        repetitions.append(
            _shifted(
                rng, first, precision="4bit", chat_template=None if first.board == "v1" else not first.chat_template
            )
        )
    if u[5] < 0.012 or quirk == "tie":  # an exact tie, which only the last keys of the order decide
        repetitions.append(
            replace(
                first,
                revision=revision(first.model, 2 + int(u[6] * 3)),
                type=first.type if u[7] < 0.5 else "fine-tuned",
            )
        )
    return repetitions


def _shifted(
    rng: np.random.Generator,
    first: Evaluation,
    *,
    precision: str | None = None,
    revision: str | None = None,
    chat_template: bool | None = None,
    flagged: bool = False,
    days: int = 0,
) -> Evaluation:
    scores, score = benchmark_scores(
        rng, first.board, max(first.score if first.score == first.score else 30.0, 3) + rng.normal(0, 0.8)
    )
    submitted = first.submitted_on
    if submitted:
        submitted = min(submitted + timedelta(days=days), date.fromisoformat(CLOSED_ON[first.board]))
    return replace(
        first,
        scores=scores,
        score=score,
        submitted_on=submitted,
        precision=precision or first.precision,
        revision=revision or first.revision,
        chat_template=chat_template if chat_template is not None else first.chat_template,
        flagged=flagged,
    )


def revision(model: int, n: int) -> str:
    """Return an invented commit."""
    return f"{(model * 0x9E3779B97F4A7C15 + n * 0xC2B2AE3D27D4EB4F) % 2**160:040x}"
