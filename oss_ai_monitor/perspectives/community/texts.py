"""Texts of the view of the community: its sentence, captions and notes."""

from __future__ import annotations

import pandas as pd

from ...charts import date_text, number_text, open_rows, period_text
from ...plurals import counted
from ..phrases import enumerated, one_sentence
from .forecast import FEWEST_MONTHS, LONGEST, NAIVE, SMOOTHED, BackTest, Forecast

ORDINALS = {3: "third", 6: "sixth", 12: "twelfth"}
AGAIN = {"in": "in that month", "later": "in that month or later"}
OWNERS_CAPTION = "Owners that published a model in the month: their first one here, or another one."
CONTRIBUTORS_CAPTION = (
    "People who wrote commits, by the month in which they joined, and those who had joined before and began another "
    "repository of their own."
)
CONTRIBUTORS_DETAILS = (
    "Of each repository only its first commit, its last one and the names are known. Where one person alone wrote, the "
    "first commit is that person's. Where several did, each of them joined no later than the last commit, and is "
    "counted there as new by then at the latest, unless all of it lies in one month. Returning is a lower bound: who "
    "came back to an older repository, or to one of several people, is not seen. Bots are left out. Repositories that "
    "began later than their answer are missing, so that the last months are too low."
)


FEW_OWNERS = 100
"""Owners below which a share has no decimals, and the headline says that they are few."""
IN_WORDS = {3: "three", 6: "six"}


def _percent(share: float, of: int = FEW_OWNERS) -> str:
    return f"{share:.0%}" if share >= 0.1 or share == 0 or of < FEW_OWNERS else f"{share:.1%}"


def owners_caption(not_drawn: list[str]) -> str:
    return one_sentence(OWNERS_CAPTION, *not_drawn)


def sentence(answer: pd.DataFrame, retention: pd.DataFrame, again: str, board: str = "") -> str:
    """Return how many owners were new in the last complete month, and how many of all cohorts published again.

    board: the label of the leaderboard whose models alone count; empty where all models of the Hub do.
    """
    settled = answer[~open_rows(answer)]
    if settled.empty:
        return "The chosen dates hold no month that is complete."
    month = settled["period"].max()
    rows = settled[settled["period"] == month].set_index("standing")["owners"]
    new, everybody = int(rows["new"]), int(rows.sum())
    with_result = f" with a result on {board}" if board else ""
    of_all = "of all that published one in that month" if board else "of all that published in it"
    share = f", {_percent(new / everybody, everybody)} {of_all}" if everybody else ""
    text = f"In {period_text(month, 'month')}, {counted(new, 'owner')} published a first model{with_result}{share}"
    returning = returning_text(retention, again)
    return f"{text}; {returning}." if returning else f"{text}."


def returning_text(retention: pd.DataFrame, again: str) -> str:
    """Return which share of owners published again after 3, 6 and 12 months: of the cohorts that are old enough."""
    ages = [months for months in ORDINALS if (retention["months_since"] == months).any()]
    if not ages:
        return ""
    cohorts = retention.loc[retention["months_since"] == ages[-1], "joined_in"]
    rows = retention[retention["joined_in"].isin(cohorts)]
    owners = int(rows.drop_duplicates("joined_in")["owners"].sum())
    shares = [rows.loc[rows["months_since"] == months, "returned"].sum() / owners for months in ages]
    parts = [
        f"{_percent(share, owners)} {'published again ' if n == 0 else ''}in the {ORDINALS[months]}"
        for n, (months, share) in enumerate(zip(ages, shares, strict=True))
    ]
    first, last = (period_text(month, "month") for month in (cohorts.min(), cohorts.max()))
    began = f"began in {first}" if first == last else f"began from {first} to {last}"
    later = " or a later one" if again == "later" else ""
    only = "only " if owners < FEW_OWNERS else ""
    return f"of {only}{counted(owners, 'owner')} that {began}, {enumerated(parts)} month after their first model{later}"


def owners_details(reach: pd.Series) -> str:
    if reach["dataset"] == "hub":
        new = (
            "New is an owner whose first model on the Hub is of the month. What has been removed since is not seen: an "
            "owner that removed its earlier models joined earlier than shown, never later."
        )
    else:
        new = (
            "New is an owner whose first model with a result here appeared in the month; models without a result, "
            "which it may have published before, are not seen."
        )
    return (
        f"{new} Dates are recorded since 2 March 2022: an owner with a model from before is never new, and March 2022 "
        "is incomplete. Months are shown whole, also where the chosen dates cut them. People who asked not to be named "
        "are counted."
    )


def retention_caption(again: str) -> str:
    when = "in the month that is so many months later" + (", or after it" if again == "later" else "")
    return f"Of the owners whose first model is of the month on the left, the share that published {when}."


def retention_details(again: str) -> str:
    text = "Calendar months, and only those that are over."
    if again == "later":
        text += " Young cohorts have had less time to come back, so that their shares can only rise."
    return f"{text} The number beside a month is how many began in it. Removed models are not seen."


def forecast_caption(forecast: Forecast | None, noun: str, rows: pd.DataFrame, old_data: str = "") -> str:
    """Return the first and the last forecast, by which method, and whether it was better than last year's months.

    `old_data` names data from so long ago that the forecast months are no news: "the listing of 11 Jul 2024".
    """
    if forecast is None:
        return ""
    ahead = rows[rows["is_forecast"].to_numpy(bool)]
    parts = [
        f"about {number_text(row[noun])} in {period_text(row['period'], 'month')} "
        f"(80%: {number_text(row['low'])} to {number_text(row['high'])})"
        for row in (ahead.iloc[0], ahead.iloc[-1])
    ]
    months = max(n for n in IN_WORDS if n <= len(ahead))
    first = period_text(ahead["period"].iloc[0], "month")
    total = number_text(ahead[noun].head(months).sum())
    test = forecast.tests[forecast.method]
    errors = {name: f"{test.mase:.2f}" for name, test in forecast.tests.items()}
    if forecast.is_better_than_naive:
        method = f"{SMOOTHED}, mean error (MASE) {errors[SMOOTHED]}, better than {NAIVE} with {errors[NAIVE]}"
    else:
        method = (
            f"{NAIVE}, which repeats the month of a year before: {SMOOTHED} was not better than naive, with a mean "
            f"error (MASE) of {errors[SMOOTHED]} against {errors[NAIVE]}"
        )
    figures = f"{', '.join(parts)}, about {total} in all in the {IN_WORDS[months]} months from {first}"
    if old_data:
        text = (
            f"As of {old_data}, had it gone on as in the {counted(forecast.months, 'complete month')} before: {figures}"
        )
    else:
        text = f"If it goes on as in {counted(forecast.months, 'month')} so far: {figures}"
    return one_sentence(text, f"by {method}", _coverage_text(test))


def forecast_details(forecast: Forecast | None) -> str:
    if forecast is None:
        return ""
    test = forecast.tests[forecast.method]
    tested = (
        f"Back-test: at the start of each of the last {counted(test.origins, 'month')} the next {LONGEST} were "
        f"forecast from what was there, and {counted(test.forecasts, 'forecast')} compared with what came."
    )
    if test.longest < LONGEST:
        tested += f" None of more than {counted(test.longest, 'month')} ahead could be compared yet."
    return (
        f"{tested} {_by_horizon(forecast.tests)} MASE is the mean error over the mean difference from a year before. "
        f"The dark band is the 80% interval, the pale one the 95% interval. Exponential "
        "smoothing is of the logarithm, with a damped trend and no season. The month that is not over is not used, and "
        "no chosen date changes the forecast. Older months have lost more models to removal, so that growth looks "
        "steeper than it was."
    )


def _by_horizon(tests: dict[str, BackTest]) -> str:
    ahead = list(tests[SMOOTHED].mase_at)
    parts = [f"{name} {', '.join(f'{test.mase_at[n]:.2f}' for n in ahead)}" for name, test in tests.items()]
    return f"MASE {enumerated([str(n) for n in ahead])} months ahead: {'; '.join(parts)}."


def _coverage_text(test: BackTest) -> str:
    narrow, wide = test.coverage[80], test.coverage[95]
    text = (
        f"in the back-test {_percent(narrow)} of the counts lay in the 80% intervals, {_percent(wide)} in the 95% ones"
    )
    if narrow < 0.7 or wide < 0.9:
        return f"{text}, which are too narrow"
    return f"{text}, which are wide" if narrow > 0.9 else text


def lorenz_caption(ginis: dict[str, float]) -> str:
    coefficients = enumerated([f"{name} {value:.2f}" for name, value in ginis.items()])
    return (
        "People from those with fewest to those with most, and the share of all models or repositories that so many of "
        f"them have; Gini coefficient: {coefficients}."
    )


LORENZ_DETAILS = (
    "All models of the dataset count, whenever they appeared. The further below the straight line, the more unequal. A "
    "repository counts for each of its contributors. Owners and contributors are not the same people: an organisation "
    "owns what its members write."
)


def repositories_caption(reach: pd.Series) -> str:
    share = reach["shared"] / reach["repositories"] if reach["repositories"] else 0.0
    return (
        "Share of repositories with several contributors, by the month in which they appeared: of all "
        f"{number_text(reach['repositories'])}, {_percent(share)}."
    )


def repositories_details(reach: pd.Series) -> str:
    days = list(dict.fromkeys(date_text(day) for day in (reach["counted_from"], reach["counted_until"])))
    return (
        f"Commits were counted on {' to '.join(days)}: older repositories have had more time for a second person. "
        "Months with fewer than ten such repositories are not drawn. Bots are left out."
    )


def left_out(reach: pd.Series) -> list[str]:
    """Return whom it cannot place in a month, and of how many models it knows no contributors."""
    notes = []
    if number := int(reach["owners_before_dates"]):
        notes.append(f"{counted(number, 'owner')} with a model from before dates were recorded, new in no month")
    if number := int(reach["owners_undated"]):
        notes.append(f"{counted(number, 'owner')} with undated models only")
    if reach["repositories"]:
        with_commits = f"{number_text(reach['repositories'])} of {counted(reach['models'], 'model')}"
        notes.append(f"contributors are known of {with_commits} only")
    else:
        notes.append("contributors are not drawn: no commits of these models have landed")
    if number := int(reach["contributors_undated"]):
        notes.append(f"{counted(number, 'contributor')} to repositories whose commits have no date")
    return notes


def no_retention(retention: pd.DataFrame) -> list[str]:
    """Return why it is not drawn who publishes again, if it is not."""
    if len(retention):
        return []
    return ["who publishes again is not drawn: no owner began in these dates with a complete month after it"]


def no_forecast(reach: pd.Series, forecasts: list[Forecast | None], months: int) -> list[str]:
    """Return why there is no forecast, if there is none."""
    if pd.notna(reach["closed_on"]):
        return [f"no forecast: the leaderboard closed on {date_text(reach['closed_on'])}, and gets no new models"]
    if months < FEWEST_MONTHS:
        return [f"no forecast: it needs {FEWEST_MONTHS} complete months, and there are {months}"]
    return ["no forecast where a year is like the one before"] if None in forecasts else []
