"""Releases: new models around the dated releases, and the derivatives of one of them day by day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ...charts import DATES_OF_ITS_OWN, Chart, DayBars, EventBars, open_rows
from ...plurals import counted
from ..declaration import COMPLETENESS, Plot, Source
from ..perspective import Perspective
from ..rising import QUERY, Rising
from . import days as release_days
from .reach import AUTOMATIC, ReleaseReach

RARE = "Rare", "#A39382"  # named architectures that are not chosen; Other and Unknown have their own greys
ALL_REPOSITORIES = "All its repositories"
ACCENT = "#0B5CAD"  # for a family without a colour of its own


BY_PERIOD = Source(
    "releases",
    columns={
        "period": "first day of the period, UTC",
        "architecture": "the family of code that a model is built by",
        "models": "new models of it, a count",
        "total": "new models of all architectures, a count",
        **COMPLETENESS,
    },
    parameters=("architectures",),
)
BY_DAY = Source(
    "release_derivatives",
    columns={
        "day": "days since the release",
        "date": "that day, UTC",
        "derivatives": "new models that name the release as their base, a count",
        "models": "all new models of the day, a count",
        "share": "of them that name the release as their base, 0 to 1",
        **COMPLETENESS,
    },
    parameters=("release", "repository"),
)


class Releases(Perspective):
    """New models around dated releases, and day by day the derivatives of one of them."""

    title, slug, group, order = "Releases", "releases", "Models", 60
    question = "What happens around a big release?"
    sources = {"new-models": BY_PERIOD, "derivatives": BY_DAY, "derivatives-share": BY_DAY}  # noqa: RUF012
    wide_columns = {"new-models": "models"}  # noqa: RUF012
    other_queries = ("release_lines", "release_repositories", QUERY)
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
        others = {name: named.pop(name) for name in ("Other", "Unknown")}
        self._colours = named | dict([RARE]) | others
        self._reach = ReleaseReach(self.warehouse)
        self.days = pd.DataFrame()
        self._risen: tuple[dict[str, Any], str] = {}, ""
        self._days_of: tuple[Any, ...] = ()  # the release, the repository and the filters of those days
        self._repositories: dict[str, dict[str, list[str]]] = {}  # by dataset and release

    def choices(self, name: str) -> list[str]:
        if name == "architectures":
            groups = self.warehouse.query("architecture_groups", self.selection.values())
            outside = groups["architecture"].isin(["Other", "Unknown"])
            return list(groups.loc[(groups["models"] > 0) & ~outside, "architecture"])
        return list(self._reach.in_reach(self.selection)["release_id"])

    def draw(self) -> list[Chart]:
        details = ("declared derivatives", "derivatives{0,0}"), ("all new models", "models{0,0}")
        self._bars = EventBars("new-models", by="architecture", colours=self._colours)
        self._counts = DayBars(
            "derivatives",
            value="derivatives",
            first=release_days.FIRST_DAY,
            last=release_days.LAST_DAY,
            y_title="declared derivatives",
            details=details,
            dates=DATES_OF_ITS_OWN,
        )
        self._shares = DayBars(
            "derivatives-share",
            value="share",
            first=release_days.FIRST_DAY,
            last=release_days.LAST_DAY,
            y_title="share of new models",
            y_format="0%",
            details=(*details, ("share", "share{0.0%}")),
            dates=DATES_OF_ITS_OWN,
        )
        return [self._bars, self._counts, self._shares]

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """Query one row per period and architecture; for the followed release one per day around it."""
        query, parameters = super().query_for(chart)
        return query, parameters | ({"release": self._followed_id()} if "release" in parameters else {})

    def _followed_id(self) -> str:
        followed = self.followed
        return "" if followed is None else str(followed.name)

    def update(self, answer: pd.DataFrame) -> None:
        unit, lines = self.selection.unit, self._reach.lines(self.selection, self.releases)
        self._bars.param.update(
            title=f"New models per {unit}, and releases",
            caption=f"Models by the {unit} in which they appeared, stacked by architecture; dated lines name releases.",
            details="“Rare” are the named architectures that are not chosen. There are as many lines as there is room "
            "for names.",
        )
        self._bars.send(answer, self.selection.span)
        self._bars.draw_lines(lines)
        self._follow_release()

    def _follow_release(self) -> None:
        """Fetch and show the days around the followed release, unless release and filters are unchanged."""
        followed, release = self.followed, self._followed_id()
        values = {**self.selection.values(), "unit": None, "start": None, "end": None}
        if self._days_of == (release, self.repository, values):
            return
        query, parameters = self.query_for(self._counts)
        self.days = self.warehouse.query(query, values, **parameters)
        label = self.repository or ("a release" if followed is None else followed["label"])
        hatched = f"; hatched days are {self.selection.incomplete}" if open_rows(self.days).any() else ""
        self._counts.param.update(
            title=f"Declared derivatives of {label} per day",
            caption=f"Models that name {label}, directly or through others, as their base, by the day they appeared"
            f"{hatched}.",
        )
        around = self._reach.around(self.selection, followed)
        colour = ACCENT if followed is None else self._colours.get(followed["family"], ACCENT)
        self._counts.send(self.days, around, colour)
        self._shares.send(self.days, around, colour)
        self._shares.param.update(
            title=f"Declared derivatives of {label} as share of all new models",
            caption="The same, of all models that appeared on that day; pale days have fewer than 20 models"
            f"{self._shares.cut_text}{hatched}.",
        )
        self._days_of = release, self.repository, values

    def sentence(self, answer: pd.DataFrame) -> str:  # noqa: ARG002
        near = self._reach.around(self.selection, self.followed).iloc[1:]
        about_release = release_days.sentence(self.followed, self.days, near, self.repository, self.selection.task_text)
        return f"{about_release} {self._rise_and_fall()}"

    def _rise_and_fall(self) -> str:
        """Return what rose and what fell most, which neither the unit nor the first date changes."""
        _, choices = self.warehouse.bound(QUERY, self.selection.values())
        if self._risen[0] != choices:
            self._risen = choices, Rising(self.warehouse, self.selection).sentence()
        return self._risen[1]

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        return [*self._left_out_of_bars(answer), *self._left_out_of_days()]

    def left_out_of(self, chart: Chart) -> list[str]:
        return self._left_out_of_bars(self.answer) if chart is self._bars else self._left_out_of_days()

    def disputes_of(self, chart: Chart) -> dict[str, int]:
        """Return disputes of a chart; for the days around a release among its derivatives."""
        if chart is self._bars:
            return super().disputes_of(chart)
        disputed = int(self.days["disputed"].iloc[0]) if len(self.days) else 0
        return {"date or base model": disputed} if disputed else {}

    def _left_out_of_bars(self, answer: pd.DataFrame) -> list[str]:
        names = answer["architecture"].tolist()
        if RARE[0] not in names:
            return []
        architectures = answer["architectures"].iloc[names.index(RARE[0])]
        return [f"Rare: {counted(architectures, 'named architecture')} together"]

    def _left_out_of_days(self) -> list[str]:
        return release_days.left_out(self.days, self._reach.without_repository(self.selection)["label"])

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self.answer if chart is self._bars else self.days

    def plot(self) -> Plot:
        frame, title = self.table(self._bars), f"New models per {self.selection.unit}, and releases"
        colours = self.palette("architectures")
        return Plot(frame, "bar", "period", "models", "architecture", title, "new models", colours=colours)

    @property
    def followed(self) -> pd.Series | None:
        """The chosen release, or the one with most derivatives in the range; None if there is none."""
        return self._reach.followed(self.selection, self.release)

    def adjust_choices(self) -> None:
        self._offer_repositories()

    def _offer_repositories(self) -> None:
        """Offer the repositories of the followed release that have derivatives; reset any other choice."""
        dataset = self.selection.dataset
        if dataset not in self._repositories:
            rows = self.warehouse.query("release_repositories", {"dataset": dataset})
            by_release = rows.groupby("release_id")["model_id"]
            self._repositories[dataset] = {str(release): list(names) for release, names in by_release}
        names = self._repositories[dataset].get(self._followed_id(), [])
        offered = {ALL_REPOSITORIES: ""} | {name: name for name in names}
        if list(self.param["repository"].objects) != list(offered.values()):
            repository = self.repository if self.repository in offered.values() else ""
            self.param["repository"].objects = offered
            self.repository = repository

    def offer_choices(self) -> None:
        """Offer the releases in the range of the dataset; one without a repository can only be marked."""
        super().offer_choices()
        lines, to_follow, cannot = self._reach.offered(self.selection)
        chosen = [release for release in lines.values() if release in self.releases]
        self.param["releases"].objects = lines
        self.releases = chosen
        release = self.release if self.release in set(to_follow.values()) - set(cannot) else ""
        self.param["release"].objects = to_follow
        self.param.update(disabled_options={"release": cannot}, release=release)
        self._offer_repositories()

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        """Set the choices from a query; a release without a repository is refused."""
        without_repository = self._reach.without_repository(self.selection).set_index("release_id")["label"].to_dict()
        release, repository = query.get("release", ""), query.get("repository", "")
        remaining = {name: word for name, word in query.items() if name != "repository"}
        notices = []
        if release in without_repository:
            remaining.pop("release")
            notices.append(
                f"{without_repository[release]} cannot be chosen: "
                "it has no repository of its own that a model could name as its base."
            )
        notices += super().from_query(remaining)  # the release first: it decides which repositories there are
        if repository in list(self.param["repository"].objects):
            self.repository = repository
        elif repository:
            notices.append(f"Releases has no repository “{repository}” of that release: it is left out.")
        return notices
