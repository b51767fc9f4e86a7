"""The facts behind the invented community: releases, base models, and the popularity of architectures over time."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oss_ai_monitor.sources.simulated.vocabulary import OTHER, OTHER_CLASS, TEXT

DAY = 86_400
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Kind:
    """The architecture in a model's config; `group` is its group in the seed."""

    model_type: str
    class_name: str
    group: str
    starts: float
    peak: float
    decay: float
    sizes: tuple[float, ...]


class Seeds:
    """The curated facts that the community uses."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _seeds_folder()
        self.releases = self._rows("releases")
        self.bases = self._rows("base_models")
        self.architectures = self._rows("architectures")
        self.group_of = {
            name: (row["group"], row["architectures"].split(";")[0])
            for row in reversed(self.architectures)
            for name in row["model_type"].split(";")
            if name
        }
        self.curated = _earliest((row["model_id"], row["released_on"]) for row in [*self.bases, *self.releases])
        """Repository → its own curated release day."""
        of_release = {row["release_id"]: row["released_on"] for row in self.releases}
        self.members = self._rows("release_models")
        self.released = _earliest(
            (row["model_id"], row["released_on"] or of_release[row["release_id"]]) for row in self.members
        )
        """Repository of a release → the day of that release."""
        self.classes = {
            row["class_name"]: (date.fromisoformat(row["first_on"]), tuple(row["owner"].split(";")))
            for row in self._rows("architecture_first_dates")
        }
        """Class or model_type of a config → its first day, and its own owners."""
        self.words = {row["word"]: float(row["parameters_b"]) for row in self._rows("size_words")}
        """Word between dashes in a name → the size that it means."""
        self.labels = {row["model_id"]: row["parameters_label"] for row in self.members}
        self.renamed = {row["old_id"]: row["new_id"] for row in self._rows("renamed")}
        self.sizes = {row["model_id"]: float(row["parameters_b"]) for row in self._rows("model_parameters")}

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def _earliest(dated: Iterable[tuple[str, str]]) -> dict[str, date]:
    days: dict[str, date] = {}
    for name, text in dated:
        if name:
            days[name] = min(date.fromisoformat(text), days.get(name, date.max))
    return days


def _seeds_folder() -> Path:
    package = Path(__file__).parents[2]
    return next(p for p in (package / "sql" / "seeds", package.parent / "sql" / "seeds") if p.is_dir())


def seconds(text: str) -> int:
    """Midnight UTC of a date."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def kinds_of(seeds: Seeds) -> list[Kind]:
    kinds = []
    for line in TEXT.strip().splitlines():
        if line:
            name, month, peak, decay, sizes = line.split()
            group, class_name = seeds.group_of[name]
            first = min(
                (r["released_on"] for r in seeds.releases if r["released_on"][:7] == month and r["family"] == group),
                default=f"{month}-15",
            )
            first_days = [
                seeds.classes[class_or_type][0]
                for class_or_type in (name, class_name)
                if class_or_type in seeds.classes
            ]
            # its first models appear three days before; none may have a class that does not exist yet
            starts = max([seconds(first), *(seconds(str(day)) + 3 * DAY for day in first_days)])
            kinds.append(
                Kind(
                    name,
                    class_name,
                    group,
                    starts,
                    float(peak),
                    float(decay),
                    tuple(map(float, sizes.split(","))),
                )
            )
    groups = {kind.group for kind in kinds}
    for name, (group, class_name) in seeds.group_of.items():
        if group not in groups:
            groups.add(group)
            kinds.append(Kind(name, class_name, group, 0.0, 0.0, 1.0, (7.0,)))
    kinds += [Kind(name, OTHER_CLASS.get(name, ""), "Other", 0.0, 0.0, 1.0, (0.1, 0.3)) for name in OTHER]
    return [*kinds, Kind("", "", "Unknown", 0.0, 0.0, 1.0, ())]


def pressure(kind: Kind, at: Floats) -> Floats:
    """Return the popularity of an architecture over time: nothing, a steep rise, a slow fall."""
    months = (at - kind.starts) / (30.4 * DAY)
    rise = 1 - np.exp(-np.maximum(months + 0.15, 0) / 1.8)
    return np.where(months < -0.1, 0.0, kind.peak * rise * np.exp2(-np.maximum(months, 0) / kind.decay))


def index_of(kinds: list[Kind], model_type: str) -> int:
    return next(i for i, kind in enumerate(kinds) if kind.model_type == model_type)
