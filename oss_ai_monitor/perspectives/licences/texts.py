"""Texts about licences: the sentence that answers the question, captions, and what the drift adds up to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...charts import date_text, number_text
from ...plurals import counted
from ..phrases import one_sentence
from ..selection import Selection

CLASSES_TEXT = (
    "Permissive: any use. Copyleft: any use, derivatives under the same terms. OpenRAIL: listed uses are excluded. "
    "Community: the owner's own terms, with commercial use. Non-commercial: no commercial use. Other: other terms. "
    "Unknown: no licence is declared."
)
PARTS_TEXT = (
    "Open weights: the repository is listed, and its access is not gated. Open licence: the declared licence is "
    "permissive or copyleft. Training data: it names a dataset. Paper: it "
    "names one on arXiv. Base model: it names its base, which a source lists, or is itself the base model of a curated "
    "release. What no source that could state it says is not known, and counts as neither yes nor no: a leaderboard "
    "states licences and bases, and only the Hub access, training data and papers. Level “not known”: fewer than four "
    "parts are known."
)
DISCLOSURE_TEXT = (
    "As declared at the snapshot, not when they appeared. Training data: the model names a dataset. Tags "
    "that training scripts leave behind and that name no dataset, such as “custom-dataset” or “csv”, do not count. "
    "Each share is of the models of which the fact is known: no listing and no details hold many models of a "
    "leaderboard, which states licences and bases only."
)
NO_ADVICE = (
    "A licence that differs is a reason to read both, and does not say what anybody may do. What a licence asks for is "
    "in the table of the licences, by clause, where it is judged; this is no legal advice. Both licences are those "
    "declared at the snapshot."
)
BARS = {
    "classes": ("by class of licence", "by the class of the declared licence", CLASSES_TEXT),
    "openness": (
        "by declared openness",
        "by how many of five parts a model declares: open weights, an open licence, training data, a paper, its base",
        f"It says what is declared, not whether it holds. {PARTS_TEXT}",
    ),
    "access": (
        "by access, as gated now",
        "by access as the latest snapshot says: open; auto, after agreeing to terms; or manual, after the owner agrees",
        "",
    ),
}
"""By key: what the bars are stacked by, the end of their caption, and what else helps to read them."""
UNKNOWN_ACCESS = {
    "access": "",
    "openness": ": whether their weights are open is unknown, so only the other four parts count (“1 of 4 known”)",
}
"""By key of the charts that access decides: what follows where it is not known."""
NOT_YET_OVER_TIME = "how it changes is drawn once two full listings that say who is gated have landed here"
ACCESS_BY_DAY_TEXT = (
    "Gated: files are handed out after agreeing to terms, or after the owner agrees. Sums of each listing are recorded "
    "when it lands, and remain when it is removed. The Hub shows today's access only: no day is older than our first "
    "listing. Filters do not act on the sums: all models count whose access a listing says. A line joins days with a "
    "listing. Days before a listing with more than twice the models of the one before it are not drawn."
)
CELLS = {
    "models": "pairs of a model and a base model that it names",
    "downloads": "downloads of these models in 30 days",
}
"""By weight: what cells of the drift count."""


@dataclass(frozen=True)
class KnownDownloads:
    """Which day the downloads of a dataset are of, and for how many of its models they are known."""

    day: dt.date | None
    models_with_downloads: int
    models: int

    @property
    def days(self) -> str:
        """The days that are counted."""
        return "the 30 days before the snapshot" if self.day is None else f"the 30 days before {date_text(self.day)}"

    @property
    def use(self) -> str:
        """Whose use the downloads are, and of which days, for a sentence."""
        if self.models_with_downloads == self.models:
            return f"their use, in downloads of {self.days}"
        return f"the use of the {number_text(self.models_with_downloads)} whose downloads in {self.days} are known"

    @property
    def note(self) -> str:
        """For how many models they are known; empty where they are for all."""
        if self.models_with_downloads == self.models:
            return ""
        return (
            f"downloads are those of the Hub's listing, and known for {number_text(self.models_with_downloads)} of "
            f"{counted(self.models, 'model')}: shares of downloads are of these"
        )


def per(weight: str, unit: str) -> str:
    """Return what charts over periods count, for their titles."""
    return f"New models per {unit}" if weight == "models" else f"Downloads by the {unit} of appearing"


def bars_caption(of_all: str, unit: str, key: str, *, is_over_time: bool, unknown_access: str = "") -> str:
    """Return the caption of the bars of a key; that of access says where it is not drawn over time.

    `unknown_access` is a text about models of unknown access, empty where there are none.
    """
    caption = f"Shares of the {of_all} of each {unit}, {BARS[key][1]}"
    not_yet = NOT_YET_OVER_TIME if key == "access" and not is_over_time else ""
    return one_sentence(caption, not_yet, unknown_access if key in UNKNOWN_ACCESS else "")


def unknown_access(key: str, access: pd.DataFrame, about_listing: dict[str, Any] | None) -> str:
    """Return of how many of the models in the chart by access it is not known, and why; empty where it is of all."""
    unknown = int(access.loc[access["name"] == "unknown", "models"].sum())
    if not unknown or key not in UNKNOWN_ACCESS:
        return ""
    stated = "no listing of the Hub states it"
    if about_listing is not None:
        stated = f"the listing of {date_text(about_listing['as_of'])} does not state it of them"
    of_all = f"{number_text(unknown)} of {counted(int(access['models'].sum()), 'model')}"
    return f"access is not known for {of_all}, for {stated}{UNKNOWN_ACCESS[key]}"


def unknown_facts(left_out: pd.Series) -> list[str]:
    """Return of how many models it is not known whether they declare a fact, for each that is known of some only."""
    facts = {"models_of_unknown_data": "training data or a paper", "models_of_unknown_base": "a base model"}
    facts["models_of_unknown_license"] = "a licence"
    return [
        f"whether {fact} is declared by {counted(int(left_out[column]), 'model')}: no source here says"
        for column, fact in facts.items()
        if left_out[column]
    ]


def access_by_day_caption(rows: pd.DataFrame) -> str:
    """Return what share of the models, and of their downloads, was gated on the first day and on the last one."""
    drawn = rows[rows["share"].notna()].sort_values("day")
    if drawn.empty:
        return ""
    shares = {name: (part["share"].iloc[0], part["share"].iloc[-1]) for name, part in drawn.groupby("measure")}
    first, last = (date_text(day) for day in (drawn["day"].iloc[0], drawn["day"].iloc[-1]))
    of_models, of_downloads = shares["models"], shares.get("downloads")
    caption = (
        f"Of the models in full listings of the Hub that landed here, {of_models[0]:.1%} were gated on {first} and "
        f"{of_models[1]:.1%} on {last}"
    )
    if of_downloads is None:
        return f"{caption}."
    return f"{caption}; of their downloads in 30 days, {of_downloads[0]:.1%} and {of_downloads[1]:.1%}."


def access_left_out(rows: pd.DataFrame) -> list[str]:
    """Return of how many models of the latest listing it is not known whether they are gated."""
    unknown = int(rows.sort_values("day")["models_of_unknown_access"].iloc[-1]) if len(rows) else 0
    return [f"{counted(unknown, 'model')} of the latest listing, of unknown access"] if unknown else []


def in_use_caption(most_used: str, downloads: KnownDownloads) -> str:
    """Return the caption of the classes in use; `most_used` is the model that the last row leaves out."""
    caption = (
        f"Of all models, whenever they appeared, and of their downloads in {downloads.days}, the share under each "
        "class of licence"
    )
    largest = f"the last row leaves out {most_used}, which is used most" if most_used else ""
    return one_sentence(caption, largest, downloads.note)


def in_use(rows: pd.DataFrame, selection: Selection, downloads: KnownDownloads) -> str:
    """Return what share of the models and of their use stands under permissive licences, and under none."""
    models = int(rows["models"].sum())
    if not models:
        return "No model meets these filters."
    by_class: dict[str, dict[str, Any]] = rows.set_index("license_class").to_dict("index")  # type: ignore[assignment]
    permissive, unknown = by_class["permissive"], by_class["unknown"]
    noun = f"{number_text(models)} {selection.task_text}models{selection.of_these_sizes}"
    if not rows["downloads"].sum():
        return (
            f"Permissive licences cover {permissive['share_of_models']:.0%} of {noun}; "
            f"{unknown['share_of_models']:.0%} declare none."
        )
    without = permissive["share_without_the_most_used"]
    most_used = f" ({without:.0%} without {permissive['most_used']}, the most used)" if not pd.isna(without) else ""
    return (
        f"Permissive licences cover {permissive['share_of_models']:.0%} of {noun} and "
        f"{permissive['share_of_downloads']:.0%} of {downloads.use}{most_used}; "
        f"{unknown['share_of_models']:.0%} of the models, with {unknown['share_of_downloads']:.0%} of the use, declare "
        "none."
    )


def drift(cells: pd.DataFrame) -> str:
    """Return what became of the licences of bases that declare one, as shares of pairs."""
    comparable = cells[cells["base_class"] != "unknown"]
    if not (pairs := int(comparable["pairs"].sum())):
        return "No derivative of these dates names a listed base that declares a licence."
    by_outcome = comparable.groupby("outcome")["pairs"].sum()
    same_licence = int(comparable["pairs_kept"].sum())
    named = {
        "have the same licence": same_licence,
        "one of a looser class": int(by_outcome.get("looser", 0)),
        "one of a stricter class": int(by_outcome.get("stricter", 0)),
        "none": int(by_outcome.get("dropped", 0)),
    }
    shares = ", ".join(f"{n / pairs:.0%} {outcome}" for outcome, n in named.items())
    return (
        f"Of {counted(pairs, 'pair')} whose base declares a licence, {shares}; the others have another one of the same "
        "class, or one without a place in the order."
    )


def short(number: float) -> str:
    """Return a count that fits into a cell: 9,999, 12 k, 3.4 M."""
    if number < 10_000:
        return number_text(number)
    if number < 1_000_000:
        return f"{number / 1_000:.0f} k"
    return f"{number / 1_000_000:.1f} M" if number < 100_000_000 else f"{number / 1_000_000:,.0f} M"
