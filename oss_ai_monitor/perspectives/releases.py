"""Releases: what is new around the dated releases, and how many derivatives each of them drew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ..charts import DATES_OF_ITS_OWN, Chart, DayBars, EventBars, date_text, open_rows
from .perspective import Perspective, counted

RARE = "Rare", "#A39382"  # named architectures that are not chosen; Other and Unknown have greys of their own
FIRST, LAST, NEAR = -28, 180, 28  # days around a release; other releases within NEAR days are named
PEAK = ["day", "date", "derivatives"]
AUTOMATIC = "Most derivatives in range"
ALL_REPOSITORIES = "All its repositories"
ACCENT = "#0B5CAD"  # for a family that is no architecture of its own


class Releases(Perspective):
    """What happens around a big release?"""

    title, slug, query = "Releases", "releases", "releases"
    disputed_facts = ("date", "size", "architecture")
    parameters = ("release", "repository", "releases", "architectures")
    placeholders = {  # noqa: RUF012
        "architectures": "the nine with most",
        "releases": "the most derived from",
    }

    architectures = param.ListSelector(
        default=[], objects=[], doc="Architectures by name; none chosen means those with most new models, up to nine."
    )
    releases = param.ListSelector(
        default=[],
        objects=[],
        label="Lines",
        doc="Releases to mark; none chosen means those most derived from in the range, and the widely known.",
    )
    release = param.Selector(
        default="",
        objects={AUTOMATIC: ""},
        doc="The release whose derivatives are followed day by day.",
    )

    repository = param.Selector(
        default="",
        objects={ALL_REPOSITORIES: ""},
        doc="One repository of that release: only models whose nearest base of the release it is are counted.",
    )

    def prepare(self) -> None:
        named = self.palette("architectures")
        rest = {name: named.pop(name) for name in ("Other", "Unknown")}
        self._colours = named | dict([RARE]) | rest
        self._asked_for: tuple[Any, ...] = ()
        self._known = pd.DataFrame()
        self._pull = pd.DataFrame()
        self._followed_by: tuple[Any, ...] = ()
        self._repositories: dict[str, pd.DataFrame] = {}

    def choices(self, name: str) -> list[str]:
        if name == "architectures":
            groups = self.warehouse.query("architecture_groups", self.filters.values())
            outside = groups["architecture"].isin(["Other", "Unknown"])
            return list(groups.loc[(groups["models"] > 0) & ~outside, "architecture"])
        return list(self._reach()["release_id"])

    def draw(self) -> list[Chart]:
        told = ("declared derivatives", "derivatives{0,0}"), ("all new models", "models{0,0}")
        self._bars = EventBars("new-models", by="architecture", colours=self._colours)
        self._counts = DayBars(
            "derivatives",
            value="derivatives",
            first=FIRST,
            last=LAST,
            y_title="declared derivatives",
            details=told,
            dates=DATES_OF_ITS_OWN,
        )
        self._shares = DayBars(
            "derivatives-share",
            value="share",
            first=FIRST,
            last=LAST,
            y_title="share of new models",
            y_format="0%",
            details=(*told, ("share", "share{0.0%}")),
            dates=DATES_OF_ITS_OWN,
        )
        return [self._bars, self._counts, self._shares]

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """One row per period and architecture; of the followed release one per day around it."""
        if chart is not None and chart in (self._counts, self._shares):
            followed = self.followed
            release = "" if followed is None else followed.name
            return "release_derivatives", {"release": release, "repository": self.repository}
        return self.query, {"architectures": list(self.architectures)}

    def update(self, answer: pd.DataFrame) -> None:
        unit, lines = self.filters.unit, self._lines()
        self._bars.param.update(
            title=f"New models per {unit}, and releases",
            shows=f"Models by the {unit} in which they appeared, stacked by architecture; “Rare” are the named "
            "architectures that are not chosen. Dated lines name releases, as many as there is room for.",
        )
        self._bars.send(answer, self.filters.span)
        self._bars.draw_lines(lines)
        self._follow_release()

    def _follow_release(self) -> None:
        """Ask for the days around the followed release and show them, unless nothing that they stand on has changed."""
        followed = self.followed
        release = "" if followed is None else followed.name
        values = {**self.filters.values(), "unit": None, "start": None, "end": None}
        if self._followed_by == (release, self.repository, values):
            return
        query, own = self.query_for(self._counts)
        self._pull = self.warehouse.query(query, values, **own)
        label = self.repository or ("a release" if followed is None else followed["label"])
        self._counts.param.update(
            title=f"Declared derivatives of {label} per day",
            shows=f"Models that name {label}, directly or through others, as their base, by the day they appeared.",
        )
        around = self._around(followed)
        colour = ACCENT if followed is None else self._colours.get(followed["family"], ACCENT)
        self._counts.send(self._pull, around, colour)
        self._shares.send(self._pull, around, colour)
        beyond = f" ({counted(self._shares.beyond, 'bar')} cut at the top)" if self._shares.beyond else ""
        self._shares.param.update(
            title=f"Declared derivatives of {label} as share of all new models",
            shows=f"The same, of all models that appeared on that day; pale days have fewer than 20 models{beyond}.",
        )
        self._followed_by = release, self.repository, values

    def sentence(self, answer: pd.DataFrame) -> str:  # noqa: ARG002
        followed, days = self.followed, self._pull
        if followed is None or days.empty:
            return "No release with a repository of its own falls in these dates: widen them, or choose one."
        whole = days[~open_rows(days) & (days["day"] >= 0)]
        name = f"{followed['label']} ({date_text(followed['released_on'])})"
        of_one = f" of {self.repository}" if self.repository else ""
        if whole.empty:
            return f"{name} is too close to the end of the data for a day after it to be complete."
        total = int(whole["derivatives"].sum())
        after = counted(whole["day"].max(), "day")
        said = f"In the {after} after {name}, {counted(total, 'declared derivative')}{of_one} appeared"
        if total:
            day, date, most = whole.sort_values("derivatives", ascending=False, kind="stable")[PEAK].iloc[0]
            said += f", at most {most:,} on one day ({date_text(date)}, day {day})"
        near = self._around(followed).iloc[1:]
        named = [f"{label} ({date_text(day)})" for label, day in zip(near["label"], near["happened_on"], strict=True)]
        if not named:
            return f"{said}; no other release within {NEAR} days."
        return f"{said}. Around it, within {NEAR} days: {', '.join(named)}."

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        return [*self._left_out_of_bars(answer), *self._left_out_of_days()]

    def left_out_of(self, chart: Chart) -> list[str]:
        return self._left_out_of_bars(self.answer) if chart is self._bars else self._left_out_of_days()

    def disputes_of(self, chart: Chart) -> dict[str, int]:
        """Of the days around a release: among the derivatives of that release."""
        if chart is self._bars:
            return super().disputes_of(chart)
        disputed = int(self._pull["disputed"].iloc[0]) if len(self._pull) else 0
        return {"date or base model": disputed} if disputed else {}

    def _left_out_of_bars(self, answer: pd.DataFrame) -> list[str]:
        rare = answer.loc[answer["architecture"] == RARE[0], "architectures"]
        return [f"Rare: {counted(rare.iloc[0], 'named architecture')} together"] if len(rare) else []

    def _left_out_of_days(self) -> list[str]:
        left = []
        if len(self._pull):
            undated, earlier, later = self._pull[["undated", "earlier", "later"]].iloc[0]
            left.append(
                f"derivatives of the release not drawn: {undated:,} undated, {earlier:,} before day {_day(FIRST)}, "
                f"{later:,} after day {_day(LAST)}"
            )
            if missing := LAST - FIRST + 1 - len(self._pull):
                left.append(f"{counted(missing, 'day')} of the {LAST - FIRST + 1} beyond the reach of the data")
        without = self._without_repository()["label"]
        if len(without):
            names = " and ".join(without)
            left.append(
                f"cannot be chosen: {names}, without a repository of its own that a model could name as its base"
            )
        return left

    def table(self, chart: Chart) -> pd.DataFrame:
        if chart is self._bars:
            return self.answer[
                [
                    "period",
                    "architecture",
                    "models",
                    "total",
                    "is_complete",
                    "is_filling",
                    "is_missing_late_submissions",
                ]
            ]
        return self._pull[
            [
                "day",
                "date",
                "derivatives",
                "models",
                "share",
                "is_complete",
                "is_filling",
                "is_missing_late_submissions",
            ]
        ]

    @property
    def followed(self) -> pd.Series | None:
        """The chosen release, or the one with most derivatives in the range; nothing where there is none."""
        known = self._reach()
        known = known[known["model_id"].notna()]
        known = known[(known["release_id"] == self.release) if self.release else known["is_in_range"]]
        return None if known.empty else known.set_index("release_id", drop=False).iloc[0]

    def _reach(self) -> pd.DataFrame:
        """Every release that the dataset's dates reach, the most derived from in the range first."""
        wanted = self.filters.dataset, *self.filters.dates
        if self._asked_for != wanted:
            self._known = self.warehouse.query("release_lines", self.filters.values())
            self._asked_for = wanted
        return self._known[self._known["is_in_reach"]]

    def _lines(self) -> pd.DataFrame:
        """The releases that get a line, the most important first."""
        known = self._reach()
        chosen = known["release_id"].isin(self.releases)
        widely = (known["derivatives_in_range"] > 0) | known["is_widely_known"]
        lines = known[known["is_in_range"] & (chosen if self.releases else widely)]
        return lines.rename(columns={"released_on": "happened_on"}).assign(must=bool(self.releases))[
            ["label", "happened_on", "source", "must"]
        ]

    def _changed(self, *events: Any) -> None:
        self._offer_repositories()
        super()._changed(*events)

    def _offer_repositories(self) -> None:
        """Offer the repositories of the followed release that something is derived from; forget any other choice."""
        dataset, followed = self.filters.dataset, self.followed
        if dataset not in self._repositories:
            self._repositories[dataset] = self.warehouse.query("release_repositories", {"dataset": dataset})
        rows = self._repositories[dataset]
        rows = rows[rows["release_id"] == ("" if followed is None else followed.name)]
        offered = {ALL_REPOSITORIES: ""} | {name: name for name in rows["model_id"]}
        if list(self.param["repository"].objects) != list(offered.values()):
            repository = self.repository if self.repository in offered.values() else ""
            self.param["repository"].objects = offered
            self.repository = repository

    def _around(self, followed: pd.Series | None) -> pd.DataFrame:
        """The release and the others within 28 days of it, by the day they fall on, itself first."""
        columns = ["label", "happened_on", "source", "must", "is_event", "day"]
        if followed is None:
            return pd.DataFrame({name: [] for name in columns})
        days = (self._known["released_on"] - followed["released_on"]).dt.days
        near = self._known.assign(day=days, must=True, is_event=False, happened_on=self._known["released_on"])
        near = near[near["day"].abs() <= NEAR]
        itself = near["release_id"] == followed["release_id"]
        ordered: pd.DataFrame = pd.concat([near[itself], near[~itself].sort_values(["day", "release_id"])])
        return ordered[columns]

    def _without_repository(self) -> pd.DataFrame:
        known = self._reach()
        return known[known["model_id"].isna()].sort_values(["released_on", "release_id"])

    def _choose(self) -> None:
        super()._choose()
        known = self._reach().sort_values(["released_on", "release_id"], ascending=[False, True])
        said = known["label"] + ", " + known["released_on"].map(date_text)
        has_repository = known["model_id"].notna()
        lines = [chosen for chosen in known["release_id"] if chosen in self.releases]
        self.param["releases"].objects = dict(zip(said, known["release_id"], strict=True))
        self.releases = lines
        said = said.where(has_repository, said + ": no repository of its own")
        release = self.release if self.release in set(known.loc[has_repository, "release_id"]) else ""
        self.param["release"].objects = {AUTOMATIC: ""} | dict(zip(said, known["release_id"], strict=True))
        self.param.update(disabled_options={"release": list(known.loc[~has_repository, "release_id"])}, release=release)
        self._offer_repositories()

    def from_query(self, said: Mapping[str, str]) -> list[str]:
        """A release without a repository cannot be followed, whatever an address asks for."""
        without = self._without_repository().set_index("release_id")["label"].to_dict()
        asked, repository = said.get("release", ""), said.get("repository", "")
        rest = {key: value for key, value in said.items() if key != "repository"}
        notices = []
        if asked in without:
            rest.pop("release")
            notices.append(
                f"{without[asked]} cannot be chosen: "
                "it has no repository of its own that a model could name as its base."
            )
        notices += super().from_query(rest)  # the release first: it decides which repositories there are
        if repository in list(self.param["repository"].objects):
            self.repository = repository
        elif repository:
            notices.append(f"Releases has no repository “{repository}” of that release: it is left out.")
        return notices


def _day(day: int) -> str:
    return f"{day:+d}".replace("-", "−")
