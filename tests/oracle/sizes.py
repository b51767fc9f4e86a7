"""How large people call each model, from its true size and from what anybody can see of it."""

import math
import re
from collections import Counter

import numpy as np

from oss_ai_monitor.sources.simulated.boards import Evaluation
from oss_ai_monitor.sources.simulated.community import ADAPTER, QUANTIZED, Community
from oss_ai_monitor.sources.simulated.hub import has_weights

_NUMBER = re.compile(r"(?:^|[^A-Za-z0-9.])(\d+(?:\.\d+)?)(b|m)(?=$|[^A-Za-z0-9])", re.IGNORECASE)


def nominal_sizes(community: Community, names: list[str], evaluated: dict[str, list[Evaluation]]) -> dict[str, float]:
    """Repository → billions, where a source or the name tells it: the number in its name, else that in most names of
    nearly as many parameters, else its size, rounded.

    A figure of a board that contradicts is not true, and the simulator knows what is.
    """
    figures = {e.model: e.parameters_b for board in ("v1", "v2") for e in evaluated[board] if e.parameters_b > 0}
    everyone = np.arange(len(community))
    weights = (has_weights(community, everyone) & community.listed).tolist()
    inherits = (
        np.isin(community.relation, (ADAPTER, QUANTIZED)) & community.listed & (community.parents[:, 0] >= 0)
    ).tolist()
    numbers: dict[str, tuple[float, float]] = {}  # repository → its parameters, and the number that its name gives them
    for i, (name, size) in enumerate(zip(names, community.size.tolist(), strict=True)):
        if math.isnan(size):
            continue
        named = _named(name.split("/")[-1], community, is_told=weights[i] or i in figures)
        number = named if 0.75 * size <= named <= 1.25 * size else math.nan
        if not weights[i] and i in figures:
            numbers[name] = figures[i], number
        elif weights[i] or inherits[i] or name in community.seeds.sizes:
            numbers[name] = size, number
        elif not math.isnan(number):
            numbers[name] = number, number
    usual = _usual(list(numbers.values()))
    return {
        name: usual.get(_step(size), _rounded(size)) if math.isnan(number) else number
        for name, (size, number) in numbers.items()
    }


def _step(size: float) -> int:
    """Steps of half a percent."""
    return math.floor(math.log(size) / math.log(1.005))


def _usual(numbers: list[tuple[float, float]]) -> dict[int, float]:
    """Step → the number that more than half of the names of this step and of those beside it give, of five or more."""
    votes: dict[int, Counter[float]] = {}
    for size, number in numbers:
        for step in (_step(size) - 1, _step(size), _step(size) + 1):
            if not math.isnan(number):
                votes.setdefault(step, Counter())[number] += 1
    most = {step: (counts.total(), *counts.most_common(1)[0]) for step, counts in votes.items()}
    return {step: number for step, (total, number, models) in most.items() if total >= 5 and 2 * models > total}


def is_resized(size: float | None, base: float | None) -> bool:
    """Grown or pruned: no longer of its base's size."""
    return size is not None and base is not None and not 0.8 <= size / base <= 1.25


def _named(name: str, community: Community, *, is_told: bool) -> float:
    """The number in a name, or what a word in it stands for; NaN where there is neither.

    16b may mean bits: it stands only beside a source that tells the size.
    """
    number = _NUMBER.search(name)
    if number and number[0].lower().endswith("16b") and not is_told:
        return math.nan
    if number:
        return float(number[1]) / (1000 if number[2].lower() == "m" else 1)
    dashed = f"-{re.sub('[^a-z0-9]+', '-', name.lower())}-"
    return next((size for word, size in community.seeds.words.items() if word in dashed), math.nan)


def _rounded(size: float) -> float:
    if size < 0.1:
        return round(size, 3)
    return round(size, 1) if size < 2.5 else float(round(size))
