"""The charts of adoption, and how answers become their data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...charts import (
    GREY,
    RATIOS,
    Chart,
    LineSeries,
    NumberLines,
    Span,
    StackedRows,
    date_text,
    styles_by_name,
)  # fmt: skip
from ...plurals import counted
from ..phrases import BASE_ELSEWHERE, BASE_WITHOUT_RELATION, between, growth_text, short_change
from . import levels as adoption_levels
from . import names as adoption_names
from .texts import AdoptionTexts

AGES = (7, 14, 30, 60, 90, 180, 365)
ON_TRACK = "1: on track"
ROSE, FELL, ENTERED = "rose", "fell", "new among the hundred"
LISTS = {
    "in both lists": ("#009E73", "circle"),
    "most downloaded only": ("#0072B2", "square"),
    "most liked only": ("#D55E00", "triangle"),
}
BLUE = "#4477AA"


class AdoptionPictures:
    """The charts, made once; `send` gives them the data of an answer."""

    def __init__(self, relations: Mapping[str, str]) -> None:
        """`relations` are the colours of the relations."""
        declared = ("finetune", "quantized", "adapter", "merge", "base without relation")
        self._relations = {"base": "#5B6470"} | {name: relations.get(name, GREY) for name in declared}
        self._relations[BASE_ELSEWHERE] = relations.get("none declared", GREY)

    def charts(self) -> list[Chart]:
        """Make the charts, in reading order."""
        note = (("", "note"),)
        self._lines = LineSeries("lines", by="member", value="amount", y_title="downloads", details=note, height=400)
        self._ages = NumberLines(
            "by-age", by="member", x="age", value="amount", x_title="days since it appeared", y_title="downloads",
            details=note, height=400,
        )  # fmt: skip
        self._levels = StackedRows("levels", colours={"listed": BLUE}, x_title="downloads in 30 days")
        self._families = StackedRows(
            "families", colours=self._relations, x_title="downloads in 30 days",
            details=(("share of the family", "share{0.0%}"), ("repositories", "models{0,0}")),
        )  # fmt: skip
        self._movers = StackedRows(
            "movers", colours={ROSE: "#009E73", FELL: "#D55E00", ENTERED: BLUE}, x_title="growth in per cent",
            details=(("new downloads", "gained{0,0}"), ("mean of three weeks before", "gained_before{0,0}")),
        )  # fmt: skip
        self._relative = NumberLines(
            "relative", by="member", x="age", value="relative_adoption", x_title="days since it appeared",
            y_title="downloads over the median", numbers=RATIOS,
            details=(("downloads", "downloads{0,0}"), ("median", "median_downloads{0,0}"), ("size, B", "size_class")),
        )  # fmt: skip
        self._attention = NumberLines(
            "attention", by="list", x="downloads_30d", value="likes", x_title="downloads in 30 days", y_title="likes",
            details=(("", "model_id"), ("place by downloads", "downloads_place{0,0}"),
                     ("place by likes", "likes_place{0,0}")),
            height=400,
        )  # fmt: skip
        return [
            self._lines, self._ages, self._levels, self._families, self._movers, self._relative, self._attention,
        ]  # fmt: skip

    def send(
        self, texts: AdoptionTexts, members: list[str], *, is_by_age: bool, is_log: bool, has_lines: bool,
        has_chosen: bool, families: str, movers: str, most: int,
    ) -> None:  # fmt: skip
        """Give every chart its data and texts, and hide those that the warehouse has nothing for."""
        self._lines.is_offered = has_lines and not is_by_age
        self._ages.is_offered = has_lines and is_by_age
        self._levels.is_offered = not has_lines
        which = "the chosen ones" if has_chosen else f"the ten most used {texts.noun(2)}"
        if has_lines:
            self._send_lines(texts, members, which, is_by_age=is_by_age, is_log=is_log)
        self._send_levels(texts, which)
        self._send_families(texts, families)
        self._send_movers(texts, movers)
        self._send_relative(texts, has_chosen=has_chosen and texts.by == "model")
        self._send_attention(texts, most)

    def _send_lines(
        self, texts: AdoptionTexts, members: list[str], which: str, *, is_by_age: bool, is_log: bool
    ) -> None:
        answer, styles = texts.answer, adoption_names.styles(texts.by, members)
        spread = np.where(answer["is_spread"].to_numpy(bool), "new downloads of a gap, spread evenly", "")
        notes = [", ".join(filter(None, pair)) for pair in zip(answer["marks"], spread, strict=True)]
        amounts = answer[texts.measure].to_numpy("float64", na_value=np.nan)
        names = adoption_names.display_names(texts.by, answer["member"])
        frame = answer.assign(member=names, amount=amounts, note=notes, is_filling=False)
        dates = between(*texts.selection.dates)
        label = texts.measure_label
        title = f"{label[:1].upper()}{label[1:]}"
        last = "" if texts.measure == "gained" else f", as last listed in each {texts.unit}"
        details = (
            "A gap is a time without a figure. The counter of all time is the Hub's own, and may fall: a decrease "
            "counts as no download. Where days lack a listing, the new downloads of the gap are spread evenly over "
            "them."
        )
        if is_by_age:
            self._ages.param.update(
                title=f"{title}, by age",
                caption=f"Each line is one of {which}, from the day on which it appeared{last}; {dates}.",
                details=f"Of a group, the age counts from its first model. {details}",
            )
            frame = frame[(frame["age"] >= 0).to_numpy(bool, na_value=False)]
            self._ages.send(frame, styles, is_log=is_log, y_title=label)
            return
        caption = f"Each line is one of {which}{last}; {dates}."
        if len(answer) and np.isnan(amounts).all():
            caption = f"{adoption_levels.unknown_reason(texts.measure, has_one_listing=False)}."
        self._lines.param.update(title=title, caption=caption, details=details)
        span = Span(*texts.selection.dates, texts.unit)
        self._lines.send(frame, span, styles, is_log=is_log, y_title=label)

    def _send_levels(self, texts: AdoptionTexts, which: str) -> None:
        rows = texts.rows["levels"]
        measure = adoption_levels.drawn_measure(texts.measure, rows)
        caption = adoption_levels.caption(texts.measure, rows, texts.listed_on)
        names = adoption_names.display_names(texts.by, rows["member"])
        rows = rows.assign(name=names, part="listed", value=rows[measure].to_numpy("float64", na_value=np.nan))
        rows = rows[np.isfinite(rows["value"].to_numpy())].sort_values("value", ascending=False, kind="stable")
        label = texts.measure_label if measure == texts.measure else "downloads in 30 days"
        self._levels.param.update(
            title=f"{label[:1].upper()}{label[1:]} of {which}",
            caption=caption,
            details="New downloads are the difference of two listings; one listing has none.",
        )
        self._levels.send(rows, x_title=label)

    def _send_families(self, texts: AdoptionTexts, order: str) -> None:
        rows = texts.rows["families"]
        first = rows.drop_duplicates("family")
        is_compared = len(rows) > 0 and pd.notna(rows["week_before"].iloc[0])
        since = texts.since(rows) if is_compared else ""
        growths = zip(first["family"], first["growth"], strict=True) if is_compared else ()
        notes = {family: f"({growth_text(growth)})" if pd.notna(growth) else "(new)" for family, growth in growths}
        note = f"; behind each name, the change {since}" if is_compared else "; growth needs two listings"
        if order == "growth" and is_compared:  # in the order of the difference, which is what stands behind the names
            notes = {
                family: f"({short_change(change)})"
                for family, change in zip(first["family"], first["change"], strict=True)
            }
            note = f"; behind each name the downloads that it gained {since}, most first"
        week = "" if rows.empty or texts.is_last_week(rows) else f", in the week of {date_text(rows['week'].iloc[0])}"
        self._families.param.update(
            title=f"Families that grew most {since}" if order == "growth" and is_compared else "Biggest families",
            caption=f"A bar is a family's downloads in 30 days, by relation{week}{note}.",
            details="A family is a base and all that descends from it; a model that descends from several bases counts "
            "in the family of each. Who descends from whom is as declared today, for all weeks. Base elsewhere: "
            f"not on the Hub, but a leaderboard or a reviewed list names the base. {BASE_WITHOUT_RELATION}",
        )
        self._families.send(
            rows.assign(name=rows["family"], part=rows["relation"], value=rows["downloads_30d"]), notes=notes
        )
        self._families.is_offered = len(rows) > 0

    def _send_movers(self, texts: AdoptionTexts, kind: str) -> None:
        rows = texts.rows["movers"]
        last_on = date_text(texts.history.last_on)
        is_growth = kind == "growth"
        least = counted(int(rows["least_gained"].iloc[0]) if len(rows) else 1_000, "new download")
        growth = rows["growth"].to_numpy("float64", na_value=np.nan)
        part = np.where(growth > 0, ROSE, FELL) if is_growth else np.full(len(rows), ENTERED)
        drawn = rows.assign(name=rows["model_id"], part=part, value=100 * growth if is_growth else rows["gained"])
        numbers = zip(rows["model_id"], rows["growth"], rows["place"], strict=True)
        notes = {
            model: f"({growth_text(growth)})" if is_growth else f"(no. {place})" for model, growth, place in numbers
        }
        self._movers.param.update(
            title="Movers of the week" if is_growth else "New in the top 100 of the week",
            caption=(
                f"Change of the new downloads in the seven days to {last_on} against the mean of the three weeks "
                "before: the ten models that rose most, and up to five that fell most."
                if is_growth
                else f"Models among the hundred with most new downloads in the seven days to {last_on}, and in none of "
                f"the three weeks before{'' if len(rows) else ': there is none'}."
            ),
            details=(
                f"A model that rose counts with at least {least} in the seven days, if no single day has "
                "more than half of them; one that fell, with as many in the seven days or in that mean. Behind each "
                "name: its growth."
                if is_growth
                else "A model counts if no single day has more than half of its new downloads in the seven days. No.: "
                "its place."
            )
            + texts.bursts(),
        )
        self._movers.send(drawn, notes=notes, x_title="" if is_growth else "new downloads in seven days")
        self._movers.is_offered = texts.history.has_four_weeks

    def _send_relative(self, texts: AdoptionTexts, *, has_chosen: bool) -> None:
        rows = texts.rows["relative"]
        which = "the chosen models" if has_chosen else "the ten most downloaded models of the last year"
        self._relative.param.update(
            title="Relative adoption",
            caption=f"Downloads of {which} at an age, over the median of the ten most downloaded models of the same "
            "size at that age: above 1, a model is on track to be one of them.",
            details="Sizes: below 1, 1–5, 5–10, 10–50, 50–100, 100–250 and from 250 billion parameters. The ten are "
            "those with most downloads of all time among the models whose downloads at that age are known; ages are "
            "7, 14, 30, 60, 90, 180 and 365 days. Both scales are logarithmic.",
        )
        names = list(dict.fromkeys(rows["member"]))
        ages = [age for age in AGES if age <= (rows["age"].max() if len(rows) else 0)]
        self._relative.send(
            rows, styles_by_name(names, {}), is_log=True, is_log_x=True, x_ticks=ages, reference=(ON_TRACK, 1.0)
        )
        self._relative.is_offered = texts.history.weeks > 1 and len(rows) > 0

    def _send_attention(self, texts: AdoptionTexts, most: int) -> None:
        rows = texts.rows["attention"]
        self._attention.param.update(
            title="Attention against use",
            caption=f"The {most:,} most liked and the {most:,} most downloaded models of the listing of "
            f"{texts.listed_on}{texts.agreement()}.",
            details="Both scales are logarithmic. In both top lists: of the 10, 100 and 1,000 first of each.",
        )
        self._attention.send(rows, LISTS, is_log=True, is_log_x=True, is_joined=False)
        self._attention.is_offered = len(rows) > 0
