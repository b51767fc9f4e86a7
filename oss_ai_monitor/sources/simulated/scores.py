"""Random scores of the invented community; they rise with time, size and the time since the base model's release."""

import numpy as np

from oss_ai_monitor.sources.simulated.community import MERGE, NONE, Community, Ints, roots_of
from oss_ai_monitor.sources.simulated.facts import DAY, seconds

BENCHMARKS = {
    "v1": ("arc", "hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k"),
    "v2": ("ifeval", "bbh", "math_lvl_5", "gpqa", "musr", "mmlu_pro"),
}
_TILT = {"v1": (-3.0, 16.0, -4.0, -10.0, 12.0, -11.0), "v2": (20.0, 6.0, -9.0, -12.0, -9.0, 4.0)}


def mean_scores(rng: np.random.Generator, community: Community, board: str, models: Ints) -> np.ndarray:
    """Return the true mean score of each model: that of its root, and the gain since."""
    root = roots_of(community)[models]
    born = np.where(community.created[root] > 0, community.created[root], community.created[models])
    years = (np.maximum(born, seconds("2022-06-01")) - seconds("2023-01-01")) / (365.25 * DAY)
    is_sparse = np.array([kind.group == "Mixtral" for kind in community.kinds])[community.kind[root]]
    size = np.nan_to_num(community.size[root], nan=1.0) * np.where(is_sparse, 0.4, 1.0)
    if board == "v1":
        base = 33 + 12 * np.log10(size + 0.4) + 9 * years
    else:
        base = 3.5 + 9.5 * np.log10(size + 0.6) + 7.5 * years
    base += (root * 7919 % 101 - 50) / 30
    since = np.maximum(community.created[models] - born, 0) / DAY
    relation = community.relation[models]
    highest_gain = np.select([relation == MERGE, relation != NONE], [7.5, 3.5], 0.0) * (1.0 if board == "v1" else 1.1)
    spread = np.where(relation == NONE, 1.2, 3.3)
    gain = (
        highest_gain * (1 - np.exp(-since / 110))
        + rng.normal(0, 1, len(models)) * spread
        - np.where(relation == NONE, 0, 1.5)
    )
    gain = np.where(root == models, 0, gain)
    gain += np.where(
        (root == models) & np.array([i not in community.ids for i in models.tolist()]),
        rng.normal(-5, 4, len(models)),
        0,
    )
    top = 78.0 if board == "v1" else 50.0
    raw = base + gain
    return np.clip(np.where(raw > top, top + 3 * np.tanh((raw - top) / 8), raw), 26 if board == "v1" else 2.5, 99)


def benchmark_scores(rng: np.random.Generator, board: str, mean: float) -> tuple[tuple[float, ...], float]:
    """Return six benchmark scores around a mean, rounded as the board does, and their mean."""
    tilt = np.array(_TILT[board]) * (mean / 70 if board == "v1" else mean / 25) + rng.normal(0, 1.1, 6)
    scores = np.clip(mean + tilt - tilt.mean(), 0, 99.5)
    digits = 2 if board == "v1" else 6
    values = tuple(round(float(score), digits) for score in scores)
    return values, round(sum(values) / 6, digits)
