"""What endurance says: its sentence, the captions of its charts, and what is missing for them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ...charts import date_text, number_text
from ...plurals import counted
from ..phrases import enumerated
from .survival import FEWEST_AT_RISK, curve, median_week

HALF_A_YEAR = 26  # weeks
ENOUGH_WEEKS = "six weeks"
THRESHOLDS = {
    "tenth": "at least a tenth of their peak",
    "any": "at least one download",
    "derivatives": "a new derivative",
}
SURVIVAL_DETAILS = (
    "Kaplan and Meier's estimate, with Greenwood's band of 95% once one has fallen. A release falls in the first of "
    "two weeks running (of those with a listing) in which its downloads of 30 days are below a tenth of its own peak "
    "so far. It counts if it had at least 100 downloads in 30 days when it was first read, and is at risk after that "
    "week: one that was seen only later enters late, and its peak is the highest that was seen. One that leaves the "
    "Hub before it falls is followed until then, and every other one until the last week but one with a listing, "
    "which the last one confirms. A burst of downloads raises the peak, and a release that rises again later still "
    f"counts as fallen. A curve is drawn where at least {FEWEST_AT_RISK} releases are at risk."
)
RETENTION_DETAILS = (
    "A row holds the releases of one month that had at least 100 downloads in their first 30 days, read in the first "
    "week with a listing that ends 29 to 42 days after their day. Month 1 is that reading; each further one "
    "is read thirty days later. A release that has left the Hub is not in use. Hatched cells are incomplete: not every "
    "release of the month could be read there. A cell of fewer than ten releases has their number, n, instead "
    "of a share, and is grey: one release more or less would move it by more than ten points. Releases that were "
    "seen only later are left out."
)
LAUNCH_DETAILS = (
    "Launches are releases that were read from their birth, were followed through their first 27 calendar weeks, and "
    "had at least 1,000 downloads in the first 26. Week 1 is the calendar week of their day, and holds one to seven "
    "days. A week's downloads are the difference of the all-time counter, in which a decrease counts as none."
)
HALF_LIFE_DETAILS = (
    "The half-life is the number of days until half of the downloads of the first 180 days had come; a week's "
    "downloads are spread evenly over its days. With another horizon than 180 days it would be another number."
)
TURNOVER_DETAILS = (
    "The hundred repositories with most downloads of 30 days in the last week with a listing that ended in each "
    "month, of the whole Hub, whatever the filters. The share is Jaccard's: those in both months, of all that are in "
    "either. How long they stay is the median by Kaplan and Meier of the runs of months that began after the first one."
)


def sentence(answer: pd.DataFrame, overall: pd.DataFrame, half_a_year: pd.Series | None) -> str:
    """Return whether the median release keeps a tenth of its peak after six months."""
    if overall.empty:
        followed = int(answer["releases"].sum()) if len(answer) else 0
        if not followed:
            return "Not known: no release that meets these filters has been followed yet."
        return (
            f"{counted(followed, 'release')} could be followed so far, too few to say whether adoption lasts: "
            f"at least {FEWEST_AT_RISK} must be at risk in one week."
        )
    releases = counted(_at_risk(answer)["releases"].sum(), "release")
    median, last = median_week(overall), overall.iloc[-1]
    if half_a_year is None:
        return (
            f"Not known yet for six months: of {releases} with at least 100 downloads in 30 days at first, "
            f"{_share(last)} had not fallen below a tenth of their peak after {counted(last['week'], 'week')}, "
            "and none has been followed for 26 with enough others."
        )
    verdict = (
        "Yes, the median release keeps a tenth of its peak after six months"
        if half_a_year["survival"] > 0.5
        else "No, the median release does not keep a tenth of its peak after six months"
    )
    then = (
        f"half fall below it by week {number_text(median)}"
        if median is not None
        else f"{last['survival']:.0%} have not after {counted(last['week'], 'week')}"
    )
    return (
        f"{verdict}: of {releases} with at least 100 downloads in 30 days at first, {_share(half_a_year)} "
        f"had not fallen below it by week 26; {then}."
    )


def _share(row: pd.Series) -> str:
    band = f" ({row['low']:.0%} to {row['high']:.0%})" if pd.notna(row["low"]) else ""
    return f"{row['survival']:.0%}{band}"


def _at_risk(answer: pd.DataFrame) -> pd.DataFrame:
    return answer[answer["is_at_risk"].to_numpy(bool)]


def survival_caption(answer: pd.DataFrame, probability: float | None) -> str:
    """Return how many releases the curves stand on, how they ended, and whether the groups differ."""
    rows = _at_risk(answer)
    by_event = rows.groupby("event")["releases"].sum()
    late = int(rows.loc[~rows["is_from_birth"].to_numpy(bool), "releases"].sum())
    parts = [f"{number_text(by_event.get('fell', 0))} fell below a tenth of their peak"]
    parts += [f"{number_text(by_event['removed'])} left the Hub before"] if "removed" in by_event else []
    parts += [f"{number_text(by_event.get('followed', 0))} are still followed"]
    text = f"Of {counted(rows['releases'].sum(), 'release')}, {enumerated(parts)}"
    text += f"; {number_text(late)} of them were first seen some time after their day, and enter late." if late else "."
    if probability is None:
        return text
    chance = "less than 0.001" if probability < 0.001 else f"{probability:.3f}"
    return (
        f"{text} If all groups were alike, differences as large as these had a probability of {chance} (log-rank test)."
    )


def retention_caption(threshold: str) -> str:
    """Return what a cell of the triangle is."""
    meaning = {
        "tenth": "whose downloads of 30 days were at least a tenth of their peak so far",
        "any": "with at least one download in 30 days",
        "derivatives": "that a new model named as its base in those thirty days",
    }[threshold]
    return f"Each cell is the share of a month's releases {meaning}, so many months after their release."


def _median_row(rows: pd.DataFrame) -> pd.Series | None:
    of_all = rows[~rows["is_named"].to_numpy(bool)]
    return None if of_all.empty else of_all.iloc[0]


def launch_caption(rows: pd.DataFrame) -> str:
    """Return what the line and the band of launches are."""
    of_all = _median_row(rows)
    if of_all is None:
        return "Each line is the share that each week brought of the downloads of a release's first 26 weeks."
    return (
        f"The line is the median over {counted(of_all['launches'], 'launch')}, the band holds the middle half of them."
    )


def half_life_caption(rows: pd.DataFrame) -> str:
    """Return the half-lives: the median with its quartiles, and that of each chosen release."""
    of_all = _median_row(rows)
    parts = []
    if of_all is not None:
        parts.append(
            f"by day {number_text(of_all['half_life_days'])} for the median launch (half of all between day "
            f"{number_text(of_all['half_life_low'])} and day {number_text(of_all['half_life_high'])})"
        )
    named = rows[rows["is_named"].to_numpy(bool)].drop_duplicates("name")
    parts += [
        f"by day {number_text(days)} for {name}"
        for name, days in zip(named["name"], named["half_life_days"], strict=True)
    ]
    return f"Half of the first 180 days' downloads had come {enumerated(parts)}." if parts else ""


def best_week_caption(best: pd.DataFrame) -> str:
    """Return the share of launches whose first week was their best, and the median best week."""
    if best.empty:
        return ""
    launches = best["launches"].cumsum()
    median = best.loc[launches >= launches.iloc[-1] / 2, "week"].iloc[0]
    first = best.loc[best["week"] == 1, "share"].sum()
    return f"{first:.0%} of launches had most downloads in their first week; the median best week is week {median}."


def turnover_caption(rows: pd.DataFrame, stays: pd.DataFrame) -> str:
    """Return how many of the top hundred stayed from month to month, and how long one stays."""
    compared = rows[rows["jaccard"].notna()]
    if compared.empty:
        return ""
    text = (
        f"Of the hundred most used, {number_text(compared['stayed'].median())} stay from one month to the next (median)"
    )
    lives = pd.DataFrame(
        {
            "entry": 0,
            "duration": stays["months"],
            "event": ["fell" if is_over else "followed" for is_over in stays["is_over"]],
            "releases": stays["stays"],
        }
    )
    months = median_week(curve(lives, 1)) if len(lives) else None
    if months is None:
        return f"{text}; of those that entered, more than half are still there."
    return f"{text}; one that enters stays for {counted(months, 'month')} (median)."


def left_out(answer: pd.DataFrame, reach: pd.Series, curves: pd.DataFrame, empty: Sequence[str]) -> list[str]:
    """Return what is left out: by dates and filters, for want of weeks, of groups, and charts without data."""
    outside = int(reach["followed"] - reach["in_dates"])
    hidden = int(reach["in_dates"] - reach["shown"])
    idle = int(answer.loc[~answer["is_at_risk"].to_numpy(bool), "releases"].sum()) if len(answer) else 0
    notes = [f"{counted(outside, 'followed release')} outside the dates"] if outside else []
    unknown = int(reach["of_unknown_task"])
    among = (
        f", {number_text(unknown)} of them named by listings of the past alone, so of unknown task" if unknown else ""
    )
    notes += [f"{counted(hidden, 'followed release')} hidden by the filters{among}"] if hidden else []
    notes += [f"{counted(idle, 'release')} followed for no week after the first reading"] if idle else []
    drawn = set(curves["group"]) | ({"all"} if "all releases" in set(curves["group"]) else set())
    others = answer[~answer["member"].isin(drawn)] if len(answer) else answer
    if len(others) and others["member"].iloc[0] != "all":
        groups = counted(others["member"].nunique(), "group")
        notes.append(f"{counted(others['releases'].sum(), 'release')} in {groups} not drawn")
    if empty and len(answer):
        notes.append(f"without data, so not drawn: {enumerated([title[0].lower() + title[1:] for title in empty])}")
    return notes


def empty_reason(reach: pd.Series) -> str:
    """Return what is missing, and when the view will say something."""
    days = int(reach["days"])
    if reach["followed"]:
        return (
            f"{counted(reach['followed'], 'release')} could be followed, but none in these dates that meets the "
            "filters. Widen the dates, choose other sizes, or switch off “Text generation only”."
        )
    if not days:
        return (
            "No listing of the Hub has landed, so nothing is known of how downloads change. This view begins to say "
            f"something {ENOUGH_WEEKS} after the first listing, and speaks of six months after half a year of listings."
        )
    first, last = date_text(reach["first_day"]), date_text(reach["last_day"])
    landed = f"{days} days of the Hub have landed ({first} to {last}): no release could be followed from them yet"
    if days == 1:
        landed = f"One day of the Hub has landed ({first}): it does not say how downloads change"
    return (
        f"{landed}. A release is first read about thirty days after its "
        f"day, and then week by week: this view begins to say something {ENOUGH_WEEKS} after the first listing, and "
        "speaks of six months after half a year of listings. Earlier days can be landed from a file: "
        "oss-ai-monitor ingest adoption."
    )
