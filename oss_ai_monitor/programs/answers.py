"""A view's answer for programs: its sentence, its figures, the rows of its tables, and what all of it stands on.

The registry of perspectives decides which views there are: a new one has an answer without a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..charts import Chart
from ..pages.tables import WITHHELD, withheld
from ..perspectives import Perspective, address, how_counted, rules_of, snapshot_of, source_facts
from ..sandbox import fill_parameters
from ..warehouse import Warehouse
from .figures import figures
from .problem import ROWS, Problem, rows_of, shortened
from .tables import TABLE, InvalidRequest, NoTable, answer_names_models, open_view, plain_row

SQL = "sql"
"""Whether each table has its query with all values filled in: yes or no."""
OWN_CHOICES = (TABLE, ROWS, SQL)
"""The choices of these answers beside those of the page."""
NEXT_STEPS = {
    400: "GET /api/views lists the choices of each view, and /api/openapi.json describes them.",
    404: "GET /api/views lists the views and the tables of each.",
}


def stands_on(warehouse: Warehouse) -> dict[str, Any]:
    """Return what every answer says of the data and the rules behind it."""
    return {
        "snapshot": snapshot_of(warehouse),
        "counting_rules": rules_of(warehouse),
        "rules_notice": warehouse.rules_notice,
        "is_simulated": warehouse.is_simulated,
        "copy_of": warehouse.copy_of,
    }


def view_answer(warehouse: Warehouse, slug: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer of a view for the query of an address. Raises Problem, and NotComputed."""
    rows, with_sql = rows_of(query), query.get(SQL, "no")
    if with_sql not in ("yes", "no"):
        raise Problem(400, f"{SQL} is yes or no, not “{with_sql[:40]}”.", NEXT_STEPS[400])
    try:
        opened = open_view(warehouse, slug, query, OWN_CHOICES)
    except NoTable as error:
        raise Problem(404, str(error), NEXT_STEPS[404]) from error
    except InvalidRequest as error:
        raise Problem(400, str(error), NEXT_STEPS[400]) from error
    perspective = opened.perspective
    charts = {chart.key: chart for chart in perspective.charts if chart.is_offered}
    name = query.get(TABLE)
    if name is not None and name not in charts:
        raise Problem(404, f"{slug} has no table {name[:60]}; there are {', '.join(charts)}.", NEXT_STEPS[404])
    first = next(iter(charts.values()))
    facts = source_facts(perspective, first)
    is_withheld = answer_names_models(perspective)
    choices = perspective.page_query()
    answer = {
        "view": slug,
        "title": perspective.title,
        "question": perspective.question,
        "answer": "" if is_withheld else perspective.answer_text,
        "answer_models": [] if is_withheld else list(perspective.answer_models),
        "withheld": WITHHELD if is_withheld else "",
        "empty": perspective.reason if perspective.state == "empty" else "",
        "figures": figures(perspective),
        **stands_on(warehouse),
        "dataset": facts["dataset"],
        "data_of": facts["data of"],
        "licence_of_the_data": facts["licence of the data"],
        "choices": {choice: value for choice, value in choices.items() if choice != address.VIEW},
        "notices": [*opened.notices, *filter(None, [perspective.scores_from])],
        "left_out": _left_out(perspective, first),
        "page": address.write(choices),
        "table_names": list(charts),
        "tables": [
            _table(perspective, chart, rows, with_sql == "yes") for key, chart in charts.items() if name in (None, key)
        ],
    }
    return dict(shortened(answer) | {"tables": answer["tables"]})


def _table(perspective: Perspective, chart: Chart, most: int, with_sql: bool) -> dict[str, Any]:
    """Return the first rows behind a chart, with what they mean and how they were counted."""
    frame, source = perspective.table(chart), perspective.source_for(chart)
    reason = withheld(perspective, chart)
    first_rows = frame.iloc[: 0 if reason else most]
    select, values = perspective.bound_query(chart)
    table = {
        "table": chart.key,
        "title": chart.title,
        "query": source.query,
        "withheld": reason,
        "columns": [{"name": str(name), "meaning": source.columns.get(str(name), "")} for name in frame.columns],
        "rows": list(map(plain_row, first_rows.to_dict("records"))),
        "rows_in_all": len(frame),
        "rows_left_out": len(frame) - len(first_rows),
        "left_out": _left_out(perspective, chart),
        "how_counted": {
            heading.lower().replace(" ", "_"): texts for heading, texts in how_counted(perspective, chart).items()
        },
    }
    return dict(shortened(table)) | ({"sql": fill_parameters(select, values)} if with_sql else {})


def _left_out(perspective: Perspective, chart: Chart) -> dict[str, Any]:
    """Return how many models of the dataset a chart leaves out for each reason, and what else it leaves out."""
    selection = perspective.selection_for(chart)
    counts = selection.left_out_counts(chart.dates)
    if selection.has_scores and (flagged := int(selection.about["flagged"])):
        counts["flagged"] = flagged
    return {
        "models_in_all": int(selection.about["models"]),
        "models": [{"reason": reason, "models": models} for reason, models in counts.items()],
        "notes": perspective.left_out_of(chart),
    }
