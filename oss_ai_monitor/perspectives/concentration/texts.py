"""Texts of the view of concentration: its sentences, captions and notes, from the latest figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...charts import date_text, number_text
from ...plurals import counted
from .. import regions
from ..phrases import enumerated

PLURALS = {"model": "models", "owner": "owners", "family": "families", "region": "regions"}
COLOUR_ENDS_AT = {False: 0.1, True: 0.5}
"""Shares above this one have the strongest colour, of regions (True) and of all else: else one model with a third of
all would leave all others alike."""
UNNAMED = "the most downloaded model"
"""What is left out by request has no name."""
LEAST_NAMED = 0.005
"""Regions with a smaller share are not named in the sentence."""


def sentence(
    level: str, members: pd.DataFrame, figures: pd.DataFrame, *, is_without: bool, is_board: bool = False
) -> str:
    """Return who has most, how much the first ten and hundred have, how many have none, and the two measures.

    is_board: whether they are the models of a leaderboard, which are few of all.
    """
    now, noun = _figures(figures, is_without), PLURALS[level]
    first = members.loc[members["last_place"] == 1, "member"]
    parts = []
    if len(first):
        downloads = "the other downloads" if is_without else "all downloads" if not is_board else "the downloads"
        downloads += _of_board(now) if is_board else ""
        verb = "and its descendants have" if level == "family" else "has"
        parts.append(f"{first.iloc[0]} {verb} {_percent(now['top_1'])} of {downloads}")
    parts += [
        f"the {word} most downloaded {noun} {_percent(now[f'top_{number}'])}"
        for number, word in ((10, "ten"), (100, "hundred"))
        if number < now["members"]
    ]
    without = f"Without {_largest(now)}, " if is_without else ""
    unused = 1 - now["used_members"] / now["members"]
    text = (
        f"{without}{enumerated(parts)}; {_percent(unused)} of {number_text(now['members'])} {noun} have none "
        f"({counted(now['all_downloads'], 'download')} in the 30 days before {date_text(now['day'])}). "
        f"The Gini coefficient is {now['gini']:.4f} of 1, and the Herfindahl-Hirschman index (HHI) "
        f"{number_text(now['hhi'])} of 10,000: both are highest where one has all."
    )
    return text + (_comparison(figures) if is_without else "")


def regions_sentence(
    members: pd.DataFrame, figures: pd.DataFrame, with_largest: pd.DataFrame, *, is_board: bool = False
) -> str:
    """Return the share of each region, and how much belongs to owners whom nobody reviewed.

    with_largest: the members with the largest model, where `members` are without it; else nothing.
    """
    is_without = len(with_largest) > 0
    now = _figures(figures, is_without)
    shares = _last_shares(members)
    parts = _region_parts(shares)
    without = f"Without {_largest(now)}, " if is_without else ""
    text = (
        f"{without}{'o' if is_without else 'O'}f {counted(now['all_downloads'], 'download')}"
        f"{_of_board(now) if is_board else ''} in the 30 days before "
    )
    text += f"{date_text(now['day'])}, by the seat of the owner: {enumerated(parts)}" if parts else ""
    unreviewed = shares.get(regions.NOT_REVIEWED, 0.0)
    if not parts:
        text += f"{date_text(now['day'])} none belong to an owner whose seat was reviewed"
    text += f"; {_percent(unreviewed)} belong to owners whom nobody reviewed, and say nothing of any region."
    before = _region_parts(_last_shares(with_largest)) if is_without else []
    return f"{text} With it: {enumerated(before)}." if before else text


def _of_board(now: pd.Series) -> str:
    """Return of which models of a leaderboard the downloads are, after "downloads"."""
    return f" of the {counted(now['models'], 'evaluated model')} whose downloads are known"


def _last_shares(members: pd.DataFrame) -> dict[str, float]:
    """Return the share of each member on the last day."""
    last = members[members["day"] == members["day"].max()]
    return dict(zip(last["member"], last["share"].astype("float64"), strict=True))


def _region_parts(shares: dict[str, float]) -> list[str]:
    """Return the regions with a share to name, the largest first."""
    reviewed = {name: share for name, share in shares.items() if name != regions.NOT_REVIEWED and share >= LEAST_NAMED}
    ordered = sorted(reviewed, key=lambda name: (-reviewed[name], name))
    return [f"{regions.LABELS[name]} {_percent(reviewed[name])}" for name in ordered]


def _comparison(figures: pd.DataFrame) -> str:
    """Return the measures with the largest model, which is left out."""
    before = _figures(figures, is_without=False)
    tops = f", and the ten most downloaded have {_percent(before['top_10'])}" if before["members"] > 10 else ""
    return f" With that model they are {before['gini']:.4f} and {number_text(before['hhi'])}{tops}."


def _largest(figures: pd.Series) -> str:
    """Return the largest model with its share; without a name and a share where it is left out by request."""
    if pd.isna(figures["largest_model"]):
        return UNNAMED
    return f"{figures['largest_model']} ({_percent(figures['largest_share'])} of all downloads)"


def members_caption(level: str, now: pd.Series | None) -> str:
    if level == "region":
        return "Share of all downloads by the seat of the owner; owners whom nobody reviewed are a row of their own."
    of_all = "" if now is None else f" of all {number_text(now['all_downloads'])}"
    of_family = ", a base with all that descends from it" if level == "family" else ""
    return f"The ten {PLURALS[level]} with most downloads in 30 days{of_family}, each with its share{of_all}."


def members_details(level: str, figures: pd.DataFrame, *, is_in_time: bool) -> str:
    parts = [f"Colours are strongest from {COLOUR_ENDS_AT[level == 'region']:.0%} on."] if is_in_time else []
    if level == "region":
        parts.append(
            "Europe includes the United Kingdom and Switzerland. Accounts of persons are individuals, wherever they "
            "live. “Other countries” includes owners without a single country. A region comes from a reviewed list "
            "with a source for each owner; nothing is guessed or spread."
        )
    if level == "family":
        parts.append(
            "A download counts once: a model with several bases at the root counts for the nearest, of several as near "
            "for the one with most descendants."
        )
    if is_in_time:
        ten = "" if level == "region" else "; the ten are those of the latest listing"
        parts.append(f"Columns are days: the latest listing, and before it the last listing of each month{ten}.")
    if len(figures) and pd.notna(share := figures["largest_share"].iloc[0]):
        parts.append(f"The largest model is {figures['largest_model'].iloc[0]}, {_percent(share)} of all downloads.")
    return " ".join(parts)


def ranks_caption(level: str, now: pd.Series | None) -> str:
    if now is None:
        return ""
    numbers = [number for number in (1, 10, 100) if number < now["members"]]
    if not numbers:
        return f"Share of all downloads that so many of the most downloaded {PLURALS[level]} have together."
    if numbers == [1]:
        return f"Share of all downloads that the first {level} has: {_percent(now['top_1'])}."
    firsts = enumerated([str(number) for number in numbers])
    shares = enumerated([_percent(now[f"top_{number}"]) for number in numbers])
    return f"Share of all downloads that the first {firsts} {PLURALS[level]} have together: {shares}."


def lorenz_caption(level: str, now: pd.Series | None) -> str:
    if now is None:
        return ""
    if pd.isna(now["gini"]):
        return "No curve: none of these downloads belong to an owner whose region was reviewed."
    return (
        f"{PLURALS[level].capitalize()} from the least to the most downloaded, and the share of downloads that so many "
        f"of them have: the further below the straight line, the more unequal (Gini coefficient {now['gini']:.4f})."
    )


def lorenz_details(level: str, now: pd.Series | None) -> str:
    if now is None:
        return ""
    unused = int(now["members"] - now["used_members"])
    zeros = f"{number_text(unused)} without a download are among them." if unused else "All have a download."
    unreviewed = " Owners whom nobody reviewed are no region, and are not among these." if level == "region" else ""
    return (
        f"{zeros} Ties do not affect the result. Gini: twice the area between the "
        f"two lines, by G = 2Σ(place × downloads) ÷ (n × all downloads) − (n + 1) ÷ n. HHI: the sum of squared shares "
        f"in percent.{unreviewed}"
    )


def time_caption(level: str, days: np.ndarray, months_left_out: int = 0) -> str:
    """Return what the lines are, and which months do not compare."""
    shares = f"Share of the most downloaded, of the ten and of the hundred most downloaded {PLURALS[level]}"
    if level == "region":
        shares = "Share of each region"
    if months_left_out:
        before = f"{counted(months_left_out, 'month')} before {date_text(days[0])}, from listings of other models"
        return f"{shares} in all downloads of 30 days. Left out: {before}, which cannot be compared."
    return f"{shares} in all downloads of 30 days, month by month."


def time_details(*, is_weekly: bool) -> str:
    """Return which day a month stands for, and which models are compared."""
    text = "The table has the Gini coefficient and the HHI of each day."
    if not is_weekly:
        return f"All models of the latest listing are compared. {text}"
    return (
        "Each month is shown by the last listing of its last complete week. Compared are the models that ever had 10 "
        "downloads in 30 days, 50 of all time, or one like: without all others, which have next to none, the Gini "
        "coefficient is lower than that of all models; shares are nearly the same. The owner's region and the bases of "
        f"a model are as known today. {text}"
    )


def left_out(figures: pd.DataFrame) -> list[str]:
    """Return how many models have no downloads that are known."""
    if figures.empty:
        return []
    unknown = int(figures["models_of_unknown_downloads"].iloc[0])
    return [f"{counted(unknown, 'model')} whose downloads are not known"] if unknown else []


def empty_reason(figures: pd.DataFrame) -> str:
    """Return why there is nothing to draw."""
    if figures.empty:
        return "The downloads of these models are not known: no listing of the Hub that names them has landed."
    day = date_text(figures["day"].iloc[0])
    if figures["all_downloads"].iloc[0]:
        largest = figures["largest_model"].iloc[0]
        return f"No model but {UNNAMED if pd.isna(largest) else largest} had a download in the 30 days before {day}."
    return f"None of these models had a download in the 30 days before {day}."


def _figures(figures: pd.DataFrame, is_without: bool) -> pd.Series:
    rows: pd.Series = figures[figures["is_without_largest"] == is_without].iloc[0]
    return rows


def _percent(share: float) -> str:
    """Return a share in whole percent, below ten percent with one digit more."""
    return f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}" if share >= 0.001 else "less than 0.1%"
