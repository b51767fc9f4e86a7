"""Then and now for programs: why a figure differs between two snapshots, as JSON and tables; what can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from .. import comparing
from ..comparing import Comparison, ExplainedStep, NoEnd
from ..pages.spreadsheets import csv
from ..pages.tables import WITHHELD, are_rows_withheld
from ..pages.then_and_now import DATASET, FIGURE, NOW, SLUG, STEP, THEN, days_of, state_of
from ..perspectives import address
from ..warehouse import Warehouse
from .answers import stands_on
from .problem import ROWS, Problem, check_choices, rows_of, shortened
from .tables import TABLE, InvalidRequest, NoTable, plain_row, without_substitutes

CHOICES = (DATASET, FIGURE, THEN, NOW, STEP)
NEXT_STEP = f"GET /api/{SLUG}/choices lists the datasets, their days and their figures."
STEPS, MODELS = "steps", "models"
COLUMNS = {
    STEPS: {
        "step": "key of the step; then, now and older_rules are values",
        "label": "what it is called",
        "before": "the figure before the step; empty: it has none",
        "difference": "what the step changes",
        "after": "the figure after the step, or the value",
        "models": "models behind the step, or those of the dataset",
        "leader": "the model with the highest value after it, where one stands for the figure",
    },
    MODELS: {
        "step": "key of the step",
        "model_id": "repository",
        "before": "what it was; empty: not counted",
        "after": "what it is; empty: not counted",
        "why": "why it is behind the step",
        "effect": "its part in the step, where there are parts",
    },
}
"""Table → its columns with their meaning."""


def then_and_now(warehouse: Warehouse, query: Mapping[str, str]) -> dict[str, Any]:
    """Return why a figure differs between two days, for the query of an address. Raises Problem."""
    check_choices(query, (*CHOICES, ROWS, address.SNAPSHOT), NEXT_STEP)
    rows = rows_of(query, comparing.MOST_DETAILS, comparing.MOST_ROWS)
    try:
        comparison = _compared(warehouse, query, most=rows)
    except NoTable as error:
        raise Problem(404, str(error), NEXT_STEP) from error
    except InvalidRequest as error:
        raise Problem(400, str(error), NEXT_STEP) from error
    return comparison_answer(comparison, rows=rows, step=query.get(STEP, ""))


def comparison_answer(comparison: Comparison, *, rows: int, step: str = "") -> dict[str, Any]:
    """Return a comparison as JSON holds it, with at most so many rows behind each step, or behind one step alone."""
    reason = _reason(comparison)
    limited = _with_rows(comparison, rows, step, is_withheld=bool(reason))
    record = limited.record()
    for end, label in zip(("then", "now"), comparing.end_labels(comparison), strict=True):
        record[end]["label"] = label
    return dict(
        shortened({
            "sentence": comparing.sentence(comparison),
            "snapshot": comparison.now.snapshot_id,
            "counting_rules": comparison.rules,
            "rules_notice": "",
            **record,
            "notes": comparing.notes(comparison),
            "withheld": reason,
            "choices": _choices(comparison),
            "page": address.write({address.VIEW: SLUG, **_choices(comparison)}),
        })
    )  # fmt: skip


def as_json(comparison: Comparison, *, rows: int) -> str:
    """Return the same as the text of a file."""
    answer = comparison_answer(comparison, rows=rows)
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def comparable(warehouse: Warehouse, query: Mapping[str, str]) -> dict[str, Any]:
    """Return of each dataset the days between which it can be compared, and its figures. Raises Problem."""
    check_choices(query, (address.SNAPSHOT,), NEXT_STEP)
    try:
        served = comparing.end_of(warehouse)
    except NoEnd as error:
        raise Problem(404, str(error), NEXT_STEP) from error
    candidates = comparing.ends_beside(warehouse)
    labels = {row["dataset"]: str(row["label"]) for row in warehouse.query("datasets").to_dict("records")}
    return {
        **stands_on(warehouse),
        "datasets": [
            {
                "dataset": dataset,
                "label": labels[dataset],
                "days": [{"day": f"{day}", "data_of": f"{of}"} for day, of in days_of(candidates, served, dataset)],
                "figures": [
                    {name: getattr(figure, name) for name in ("name", "title", "unit", "measure")} for figure in figures
                ],
            }
            for dataset, figures in comparing.offered(warehouse, warehouse).items()
        ],
    }


@dataclass(frozen=True)
class ComparisonTable:
    """The steps of a comparison, or the models behind one of them, as a table."""

    comparison: Comparison
    key: str
    frame: pd.DataFrame
    rows_in_all: int

    @property
    def file_name(self) -> str:
        """The name of a file without its ending."""
        then, now = self.comparison.then.built_for, self.comparison.now.built_for
        return f"{SLUG}_{self.comparison.dataset}_{self.comparison.figure.name}_{then}_{now}_{self.key}"

    def csv(self) -> str:
        """Return the rows as CSV: a text that a spreadsheet would run as a formula is prefixed with '."""
        return csv(self.frame)

    def json(self) -> str:
        """Return the rows as JSON, with the meaning of each column."""
        answer = {
            "sentence": comparing.sentence(self.comparison),
            "is_simulated": self.comparison.is_simulated,
            "copy_of": self.comparison.copy_of,
            "page": address.write({address.VIEW: SLUG, **_choices(self.comparison)}),
            "table": self.key,
            "tables": [STEPS, MODELS],
            "columns": [{"name": name, "meaning": meaning} for name, meaning in COLUMNS[self.key].items()],
            "rows": list(map(plain_row, self.frame.to_dict("records"))),
            "rows_in_all": self.rows_in_all,
        }
        return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def open_comparison(warehouse: Warehouse, query: Mapping[str, str]) -> ComparisonTable:
    """Return the steps for the query of an address, or the models behind each, or more of them behind `step`.

    Raises NoTable and InvalidRequest.
    """
    if unknown := [name[:60] for name in query if name not in (*CHOICES, TABLE, address.SNAPSHOT)]:
        allowed = ", ".join((*CHOICES, TABLE, address.SNAPSHOT))
        raise InvalidRequest(f"There is no choice {', '.join(unknown[:5])}; there are {allowed}.")
    key, step = query.get(TABLE, STEPS), query.get(STEP, "")
    if key not in COLUMNS:
        raise NoTable(f"{SLUG} has no table {key[:60]}; there are {', '.join(COLUMNS)}.")
    if key == STEPS:
        comparison = _compared(warehouse, query, most=0)
        frame = _steps_frame(comparison, is_withheld=bool(_reason(comparison)))
        return ComparisonTable(comparison, key, frame, len(frame))
    most = comparing.MOST_OF_ONE if step else comparing.MOST_DETAILS
    comparison = _compared(warehouse, query, most=most, only=step)
    if reason := _reason(comparison):
        raise NoTable(reason)
    chosen = [one for one in comparison.all_steps if step in ("", one.key)]
    frame = pd.DataFrame(
        [
            (one.key, row.model_id, row.before, row.after, row.why, row.effect)
            for one in chosen
            for row in one.listed[:most]
        ],
        columns=list(COLUMNS[MODELS]),
    )
    return ComparisonTable(comparison, key, frame, sum(one.rows for one in chosen))


def _compared(warehouse: Warehouse, query: Mapping[str, str], *, most: int, only: str = "") -> Comparison:
    """Return the comparison that an address names. Raises NoTable and InvalidRequest."""
    chosen = {name: query[name] for name in CHOICES if query.get(name)}
    state = state_of(warehouse, chosen, most=most, only=only, is_strict=True)
    if state.notices:
        raise InvalidRequest(without_substitutes(list(state.notices)))
    if state.comparison is None:
        raise NoTable(state.message)
    step = query.get(STEP, "")
    if step and state.comparison.step(step) is None:
        keys = ", ".join(one.key for one in state.comparison.all_steps)
        raise NoTable(f"There is no step {step[:60]} here; there are {keys or 'none'}.")
    return state.comparison


def _reason(comparison: Comparison) -> str:
    """Return why single rows are not handed out; empty if they are."""
    return WITHHELD if comparison.is_of_board and are_rows_withheld() else ""


def _choices(comparison: Comparison) -> dict[str, str]:
    return {
        DATASET: comparison.dataset, FIGURE: comparison.figure.name, THEN: f"{comparison.then.built_for}",
        NOW: f"{comparison.now.built_for}",
    }  # fmt: skip


def _with_rows(comparison: Comparison, rows: int, step: str, *, is_withheld: bool) -> Comparison:
    """Return a comparison with at most so many rows behind each step, or behind one; without names if withheld."""

    def cut(one: ExplainedStep) -> ExplainedStep:
        most = rows if step in ("", one.key) and not is_withheld else 0
        return replace(one, listed=one.listed[:most], leader="" if is_withheld else one.leader)

    older = comparison.older_rules
    if older:
        leader = "" if is_withheld else older.leader
        older = replace(older, leader=leader, step=cut(older.step) if older.step else None)
    then, now = (replace(end, leader="") if is_withheld else end for end in (comparison.then, comparison.now))
    return replace(comparison, then=then, now=now, steps=tuple(map(cut, comparison.steps)), older_rules=older)


def _steps_frame(comparison: Comparison, *, is_withheld: bool) -> pd.DataFrame:
    label_then, label_now = comparing.end_labels(comparison)
    then, now, older = comparison.then, comparison.now, comparison.older_rules
    rows: list[tuple[Any, ...]] = [("then", label_then, None, None, then.value, then.models, then.leader)]
    rows += map(_step_row, comparison.steps)
    rows.append(("now", label_now, None, None, now.value, now.models, now.leader))
    if older and older.step:
        rows.append(_step_row(older.step))
        rows.append(("older_rules", comparing.OLDER_END, None, None, older.value, older.models, older.leader))
    frame = pd.DataFrame(rows, columns=list(COLUMNS[STEPS]))
    numbers = {name: frame[name].astype("float64") for name in ("before", "difference", "after")}
    return frame.assign(**numbers, **({"leader": ""} if is_withheld else {}))


def _step_row(step: ExplainedStep) -> tuple[Any, ...]:
    return step.key, step.label, step.before, step.difference, step.after, step.rows, step.leader
