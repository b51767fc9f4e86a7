"""The sentences of adoption: what is used most, what gained, and what is to be known of the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ...charts import date_text, number_text
from ...charts.alt_text import readable
from ...plurals import counted
from ..datasets import as_date
from ..phrases import between, growth_text
from ..selection import Selection
from . import levels as adoption_levels
from . import names as adoption_names
from .sources import NOUNS

MOST_SHOWN = 10  # members that are drawn where none is chosen
LONGEST_NAME = 100  # characters of a model in a list of several
AT_THE_FLOOR = "models that never reached 10 downloads in 30 days, 50 of all time, or one like"


@dataclass(frozen=True)
class History:
    """The history of adoption: its first and last day, and how many days and weeks of it have figures."""

    first_on: dt.date | None = None
    last_on: dt.date | None = None
    kept_days: int = 0
    weeks: int = 0
    has_all_time: bool = False

    @classmethod
    def of(cls, rows: pd.DataFrame) -> History:
        """Return the history of a warehouse, whose query has no row where there is none."""
        if rows.empty:
            return cls()
        row = rows.iloc[0]
        all_time = bool(row["has_all_time"]) if pd.notna(row["has_all_time"]) else False
        return cls(
            as_date(row["first_on"]), as_date(row["last_on"]), int(row["kept_days"]), int(row["weeks"]), all_time
        )

    @property
    def has_four_weeks(self) -> bool:
        """Whether it is long enough to compare a week with the three before."""
        is_long = self.first_on is not None and self.last_on is not None and (self.last_on - self.first_on).days >= 28
        return is_long and self.has_all_time

    @property
    def dates_text(self) -> str:
        """Its first and last day as text; empty where there is none."""
        if self.first_on is None:
            return ""
        return between(self.first_on, self.last_on)


@dataclass(frozen=True)
class AdoptionTexts:
    """The texts about one answer: `answer` are the lines or the levels, `rows` the answers of the other charts."""

    selection: Selection
    history: History
    by: str
    measure: str
    answer: pd.DataFrame
    rows: Mapping[str, pd.DataFrame]
    chosen: int = 0
    """How many members were chosen; none means the ten most used."""

    @property
    def measure_label(self) -> str:
        """The measure as the title of an axis."""
        label = adoption_levels.measure_name(self.measure).lower()
        return f"{label} per {self.unit}" if self.measure == "gained" else label

    @property
    def unit(self) -> str:
        """The unit of the lines: owners and families have weeks only."""
        unit = self.selection.unit
        return "week" if unit == "day" and self.by in ("owner", "family") else unit

    def noun(self, number: int) -> str:
        """Return what a line stands for, of one or of several."""
        return NOUNS[self.by][number != 1]

    @property
    def listed_on(self) -> str:
        """The day of the listing, as text."""
        return date_text(as_date(self.selection.about["as_of"]))

    def sentence(self) -> str:
        """Return what is used most, which model gained most in a week, and which family in a year."""
        parts = [self._most_used(), self._mover(), self._grown_family()]
        if self.history.weeks < 2:
            parts.append("gains need several weeks of listings")
        text = "; ".join(part for part in parts if part)
        return f"{text[:1].upper()}{text[1:]}." if text else "No model has a download here."

    def models_of_sentence(self) -> list[str]:
        """Return the ids of the models that the sentence names."""
        leader = adoption_names.leader(self.by, self.rows["levels"]) if self.by == "model" else None
        names = [str(leader["member"])] if leader is not None else []
        top = self._top_mover()
        grown = self.rows["grown"]
        names += [str(top["model_id"])] if top is not None else []
        names += [str(grown["family"].iloc[0])] if self._grown_family() else []
        return list(dict.fromkeys(names))

    def _most_used(self) -> str:
        first = adoption_names.leader(self.by, self.rows["levels"])
        if first is None:
            return ""
        head = f"most used {self.noun(1)}"
        if self.chosen:
            head = f"most used of the chosen {self.noun(2)}" if self.chosen > 1 else f"the chosen {self.noun(1)}"
        name = adoption_names.display_names(self.by, [first["member"]])[0]
        on = date_text(self.history.last_on) if self.history.weeks > 1 else self.listed_on
        downloads = f"{counted(first['downloads_30d'], 'download')} in the 30 days to {on}"
        return f"{head}: {name}, {downloads}{adoption_names.aside(self.by, self.rows['levels'], first)}"

    def _top_mover(self) -> pd.Series | None:
        movers = self.rows["moved"]
        risen = movers[movers["growth"].notna() & (movers["growth"] > 0)]
        return None if risen.empty else risen.sort_values("growth", ascending=False, kind="stable").iloc[0]

    def _mover(self) -> str:
        top = self._top_mover()
        if top is None:
            return ""
        return (
            f"in the seven days to {date_text(as_date(top['last_on']))} {top['model_id']} rose most, to "
            f"{counted(top['gained'], 'new download')} ({growth_text(top['growth'])} against the three weeks before)"
        )

    def _grown_family(self) -> str:
        grown = self.rows["grown"]
        if grown.empty or pd.isna(grown["change"].iloc[0]) or grown["change"].iloc[0] <= 0:
            return ""
        first = grown.iloc[0]
        growth = f" ({growth_text(first['growth'])})" if pd.notna(first["growth"]) else ""
        before, after = number_text(first["family_before"]), counted(first["family_downloads"], "download")
        return (
            f"the family that grew most {self.since(grown)} is that of {first['family']}, from {before} to {after} "
            f"in 30 days{growth}"
        )

    def is_last_week(self, rows: pd.DataFrame) -> bool:
        """Whether families are those of the last week of the history."""
        last_on, week = self.history.last_on, as_date(rows["week"].iloc[0])
        return last_on is None or week is None or (last_on - week).days < 7

    def since(self, rows: pd.DataFrame) -> str:
        """Return the time that families are compared over: in a year, or since the history began; or both weeks."""
        week, before = pd.Timestamp(rows["week"].iloc[0]), pd.Timestamp(rows["week_before"].iloc[0])
        if not self.is_last_week(rows):
            return f"between the weeks of {date_text(before)} and {date_text(week)}"
        return "in a year" if (week - before).days == 364 else f"since {date_text(before)}"

    def left_out(self, key: str) -> list[str]:
        """Return what a chart leaves out, and what its figures stand on."""
        notes = {
            "lines": self._line_notes,
            "by-age": self._line_notes,
            "levels": self._level_notes,
            "families": self._family_notes,
            "movers": self._mover_notes,
            "relative": self._relative_notes,
            "attention": self._attention_notes,
        }
        return notes[key]() if key in notes else []

    def _line_notes(self) -> list[str]:
        if self.measure not in self.answer:  # the bars of one listing
            return []
        notes = [self._marked_days(), AT_THE_FLOOR if self.by in ("owner", "family") else ""]
        if self.measure in ("gained", "downloads_all_time") and self.answer[self.measure].isna().all():
            notes.append("no listing here has the counter of all time: new downloads are unknown")
        if self.by == "model":
            notes.append("models neither among the 50,000 most used nor on a leaderboard")
        if self.by in ("owner", "family"):
            notes.append(f"{self.noun(2)} beyond the 5,000 most used")
            if self.selection.unit == "day":
                notes.append(f"days: {self.noun(2)} have weekly figures only")
        return [note for note in notes if note]

    def _marked_days(self) -> str:
        """Return how many periods have days that are marked, by mark, and how many new downloads were spread."""
        if self.answer.empty or "marks" not in self.answer:
            return ""
        periods = self.answer.drop_duplicates("period")
        marks = pd.Series([mark for text in periods["marks"] for mark in text.split(", ") if mark], dtype=object)
        counts = marks.value_counts(sort=False)
        parts = [f"{mark} {number_text(n)}" for mark, n in counts.items()]
        if spread := int(self.answer.loc[self.answer["is_spread"].to_numpy(bool), "period"].nunique()):
            parts.append(f"new downloads of a gap spread evenly {number_text(spread)}")
        return f"{self.unit}s with marked days: {', '.join(parts)}" if parts else ""

    def _level_notes(self) -> list[str]:
        drawn = len(self.rows["levels"])
        if self.by == "model" or (not self.chosen and drawn < MOST_SHOWN):  # then all are drawn
            return []
        return [f"{self.noun(2)} that are not among the {number_text(drawn)} shown; a search adds them"]

    def _family_notes(self) -> list[str]:
        return ["models that neither name a base nor are named as one", "families beyond the 5,000 most used"]

    def _mover_notes(self) -> list[str]:
        movers = self.rows["moved"]
        bursts = int(movers["bursts"].iloc[0]) if len(movers) else 0
        least = (
            f"fewer than {counted(int(movers['least_gained'].iloc[0]), 'new download')}"
            if len(movers)
            else "too few new downloads"
        )
        notes = [f"models with {least} in the seven days, and before too, or not there for all 28 days"]
        burst = f"{counted(bursts, 'model')} that rose with more than half of the week in one day"
        return [burst, *notes] if bursts else notes

    def bursts(self) -> str:
        """Return the movers that are left out because one day made their week, by name, as a sentence after others."""
        rows = self.rows["bursts"]
        names = [
            f"{readable(name)[:LONGEST_NAME]} ({share:.0%} of its week in one day)"
            for name, share in zip(rows["model_id"], rows["most_in_a_day"], strict=True)
        ]
        return f" Left out: {', '.join(names)}." if names else ""

    def _relative_notes(self) -> list[str]:
        return [
            "models without a date or a size, and ages at which no downloads are known within fourteen days",
            "size classes with fewer than three models to compare with",
        ]

    def _attention_notes(self) -> list[str]:
        rows = self.rows["attention"]
        zero = int(((rows["likes"] == 0) | (rows["downloads_30d"] == 0)).sum())
        notes = [f"{counted(zero, 'model')} without a like or a download: in the table, not drawn"] if zero else []
        agreement = self.rows["agreement"]
        unknown = int(agreement["models_unknown"].iloc[0]) if len(agreement) else 0
        return [*notes, f"{counted(unknown, 'listed model')} of unknown likes or downloads"] if unknown else notes

    def agreement(self) -> str:
        """Return how far the two top lists agree, and the rank correlation, as the end of a sentence."""
        rows = self.rows["agreement"]
        if rows.empty:
            return ""
        lists = zip(rows["shared"], rows["most"], strict=True)
        shared = ", ".join(f"{number_text(both)} of {number_text(most)}" for both, most in lists)
        first = rows.iloc[0]
        if pd.isna(first["correlation"]):
            return f"; in both top lists: {shared}"
        liked = (
            f", {first['correlation_liked']:.2f} over {counted(first['models_liked'], 'model')} with a like"
            if pd.notna(first["correlation_liked"])
            else ""
        )
        return (
            f"; in both top lists: {shared}; rank correlation (Spearman) of likes and downloads: "
            f"{first['correlation']:.2f} over {counted(first['models'], 'listed model')}{liked}"
        )
