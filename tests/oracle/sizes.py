"""How large people call each model, from its true size and from what anybody can see of it."""

import math
import re

import numpy as np

from oss_ai_monitor.sources.simulated.boards import Evaluation
from oss_ai_monitor.sources.simulated.community import ADAPTER, QUANTIZED, Community
from oss_ai_monitor.sources.simulated.hub import has_weights

_NUMBER = re.compile(r"(?:^|[^A-Za-z0-9.])(\d+(?:\.\d+)?)(b|m)(?=$|[^A-Za-z0-9])", re.IGNORECASE)


def nominal_sizes(community: Community, names: list[str], evaluated: dict[str, list[Evaluation]]) -> dict[str, float]:
    """Repository → billions: the number in its name, else its size, rounded; where a source or the name tells it.

    A figure of a board that contradicts is not true, and the simulator knows what is.
    """
    figures = {e.model: e.parameters_b for board in ("v1", "v2") for e in evaluated[board] if e.parameters_b > 0}
    everyone = np.arange(len(community))
    weights = (has_weights(community, everyone) & community.listed).tolist()
    inherits = (
        np.isin(community.relation, (ADAPTER, QUANTIZED)) & community.listed & (community.parents[:, 0] >= 0)
    ).tolist()
    sizes = {}
    for i, (name, size) in enumerate(zip(names, community.size.tolist(), strict=True)):
        if math.isnan(size):
            continue
        named = _named(name.split("/")[-1], community, is_told=weights[i] or i in figures)
        if 0.75 * size <= named <= 1.25 * size:
            sizes[name] = named
        elif weights[i]:
            sizes[name] = _rounded(size)
        elif i in figures:
            sizes[name] = _rounded(figures[i])
        elif inherits[i] or name in community.seeds.sizes:
            sizes[name] = _rounded(size)
    return sizes


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
