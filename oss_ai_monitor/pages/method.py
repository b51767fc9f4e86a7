"""The Method page, which explains each number: from the comments of the SQL, with today's counts."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from ..charts import date_text, number_text
from ..perspectives import Datasets, all_perspectives, rules_text, snapshot_of
from ..profiles import instead
from ..warehouse import DECLARATIONS, Warehouse
from .dictionary import readable
from .escaping import escape_html
from .glossary import explained, terms
from .methodology import paragraphs
from .page import Page, heading
from .theme import ABBR, stylesheet, text_pane

STYLE = stylesheet(ABBR, Path(__file__).with_name("method.css"))
DECIDED_BY = {  # the file under sql/2_core that decides, or the columns with the decision: their comments explain it
    "When a model appeared": "decided_dates",
    "How a model relates to its base": "relations",
    "Whether a model is a merge": "merges",
    "Which architecture a model has": "model_architectures",
    "How large a model is": "model_sizes",
    "Under which licence a model is": "model_licenses",
    "Which type an evaluated model has": "core.evaluations: type",
    "Whether an evaluation counts": "evaluations",
}

DISPUTED_BY = {  # fact → the file under sql/2_core that finds its disputes
    "architecture": "disputed_architectures",
    "base model": "disputed_bases",
    "date": "disputed_dates",
    "name": "disputed_names",
    "size": "disputed_sizes",
}


class MethodPage(Page):
    """The page that explains how each number is made."""

    title, slug = "Method", "method"

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        body = text_pane("font-size: 0.95rem; line-height: 1.5;", STYLE, margin=0)
        body.object = method(warehouse)
        head = heading("How is each number made?", "Written from the rules themselves, with what they count today.")
        self.view = pn.Column(head, body, sizing_mode="stretch_width", margin=0)


def method(warehouse: Warehouse) -> str:
    """Return the whole page as HTML; texts from data or SQL are escaped."""
    parts = [
        _section("In words to quote", "".join(map(_paragraph, paragraphs(Datasets(warehouse))))),
        _section("What today's data is", _sources(warehouse)),
        _section("Which rule decided how often", _decisions(warehouse)),
        _section("Which claims are not believed", _disputes(warehouse)),
        _section("What another rule would say", _other_rules(warehouse)),
        _section("Who is not named", _left_out(warehouse)),
        _section("What each perspective asks", _questions(warehouse)),
        _section("Glossary", _glossary()),
        _section("Every table and column", _dictionary(warehouse)),
    ]
    return "".join(parts)


def _sources(warehouse: Warehouse) -> str:
    rows = warehouse.sql_frame(
        "select source, arg_max(snapshot_id, fetched_at) as latest, max(as_of) as as_of, count(*) as snapshots,"
        " sum(rows)::bigint as rows from core.snapshots group by source order by source"
    )
    identity = (
        f"<p>{explained(f'Snapshot {snapshot_of(warehouse)}, counted by {rules_text(warehouse)}')}</p><p class=quiet>"
        "A snapshot's name begins with the moment by which all its data had arrived: whoever has that data brings it "
        "back with <code>oss-ai-monitor build --landed-by</code>. What follows is a fingerprint of the data. The "
        "version of the counting rules is two fingerprints: of the SQL that built the tables, and of the queries that "
        "read them. Where a fingerprint is another, so is what it stands for.</p>"
    )
    cells = [
        [source, latest, date_text(as_of), snapshots, landed]
        for source, latest, as_of, snapshots, landed in rows.astype(object).to_numpy().tolist()
    ]
    return identity + _table(["source", "latest snapshot", "speaks of", "snapshots", "rows"], cells)


def _decisions(warehouse: Warehouse) -> str:
    rows = warehouse.query("method")
    parts = []
    for decision, ruled in rows.groupby("decision", sort=False):
        counts = ruled["counted"].to_numpy("int64")
        explanation = _explanation(warehouse, DECIDED_BY[str(decision)])
        shares = (_share(count / counts.sum()) for count in counts)
        counted = map(list, zip(ruled["rule"], counts.tolist(), shares, strict=True))
        parts.append(
            f"{escape_html(str(decision), 'h4')}<p>{explained(explanation)}</p>"
            f"{_table(['rule', 'how many', 'share'], counted)}"
        )
    return "".join(parts)


def _disputes(warehouse: Warehouse) -> str:
    """Return by fact the rules that reject claims about a model: how often, why, and one example each."""
    rules = warehouse.query("dispute_rules")
    if rules.empty:
        return "<p>Every claim about a model agrees with the others.</p>"
    parts = [
        "<p>A fact about a model is believed only as far as other facts allow. What was claimed and is not used stands "
        "in core.disputes, one row for each claim; landing keeps all of it.</p>"
    ]
    for fact, rows in rules.groupby("fact", sort=False):
        explanation = _comment(warehouse, "2_core", DISPUTED_BY[str(fact)])
        columns = ["rule", "claims", "models", "why", "example"]
        cells = [
            [rule, claims, models, reason, _example(example)]
            for rule, claims, models, reason, example in rows[columns].astype(object).to_numpy().tolist()
        ]
        table = _table(columns, cells)
        parts.append(f"{escape_html(str(fact).capitalize(), 'h4')}<p>{explained(explanation)}</p>{table}")
    return "".join(parts)


def _other_rules(warehouse: Warehouse) -> str:
    """Return the rules under which headline figures are counted besides, and the figures that each can move."""
    rules = warehouse.sql_frame(
        "select rule, label, meaning from core.headline_rules where rule != 'default' order by rank"
    )
    figures = warehouse.sql_frame("select label, rules from core.headline_figures order by view, rank")
    moved = [(str(label), set(str(names).split(";"))) for label, names in figures.to_numpy().tolist()]
    cells = [
        [label, meaning, "; ".join(figure for figure, names in moved if rule in names)]
        for rule, label, meaning in rules.to_numpy().tolist()
    ]
    return (
        "<p>The figures of the overview and the main ones of the views are counted once more under each of these "
        "rules, one rule at a time, with everything else as the page opens. A rule that cannot move a figure is not "
        "asked. The range stands beside the answer, and opens to all values; they are in marts.headlines. A rule that "
        "changes who leads, or a sign, is said in the sentence.</p>"
        f"{_table(['rule', 'what it counts otherwise', 'figures that it can move'], cells)}"
    )


def _left_out(warehouse: Warehouse) -> str:
    """Return how many models are counted without their names, for those who asked for it."""
    counted = warehouse.sql_frame(
        "select count(*) as models, count(distinct owner) as owners from core.models"
        " where starts_with(model_id, 'left-out/')"
    )
    models, owners = counted.astype(int).to_numpy().tolist()[0]
    today = f"Models: {_n(models)}, of owners: {_n(owners)}." if models else "At present nobody is left out."
    return (
        "<p>Owners and authors of commits who ask for it are not named. Their models count in every figure, under keys "
        f"that begin with left-out. {today} Whom to ask, and what is kept of whom, is in PRIVACY.md of the project.</p>"
    )


def _example(example: dict[str, str]) -> str:
    return f"{example['model_id']}: {example['claimant']} says {example['claim']}; {instead(example['used'])}"


def _questions(warehouse: Warehouse) -> str:
    parts = []
    for kind in all_perspectives:
        queries = "".join(
            f"<details><summary>{explained(_comment(warehouse, 'queries', name))}</summary>"
            f"<pre>{_select(warehouse, 'queries', name)}</pre></details>"
            for name in kind.queries()
        )
        parts.append(f"{escape_html(f'{kind.title}: {kind.question}', 'h4')}{queries}")
    return "".join(parts)


def _glossary() -> str:
    entries = "".join(escape_html(term.term, "dt") + escape_html(term.meaning, "dd") for term in terms())
    return f"<dl>{entries}</dl>"


def _dictionary(warehouse: Warehouse) -> str:
    """Return each relation with its comment, which ends with its grain, and its columns with theirs."""
    columns = warehouse.query("data_dictionary")
    parts = []
    for (relation, comment), rows in columns.groupby(["relation", "comment"], sort=False, dropna=False):
        cells = ([row.column_name, row.data_type, _text_of(row.column_comment)] for row in rows.itertuples())
        parts.append(
            f"<details><summary><b>{escape_html(str(relation))}</b> "
            f"{escape_html(readable(_text_of(comment)))}</summary>"
            f"{_table(['column', 'type', 'what it holds'], cells)}</details>"
        )
    return "".join(parts)


def _explanation(warehouse: Warehouse, by: str) -> str:
    """Return the comment of a file under sql/2_core, or those of columns: `core.evaluations: type`."""
    relation, _, names = by.partition(": ")
    if not names:
        return _comment(warehouse, "2_core", by)
    columns = warehouse.query("data_dictionary")
    comments = columns[columns["relation"] == relation].set_index("column_name")["column_comment"]
    texts = (_text_of(comments[name]) for name in names.split(", "))
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in texts)


def _comment(warehouse: Warehouse, folder: str, name: str) -> str:
    """Return the comment at the head of a file under sql/, without the declarations for the build."""
    lines = (warehouse.sql / folder / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    head = lines[: next(n for n, line in enumerate([*lines, ""]) if not line.startswith("--"))]
    return " ".join(line.removeprefix("--").strip() for line in head if not line.startswith(DECLARATIONS))


def _share(part: float) -> str:
    """Return a share that is never 0.0% of what there is."""
    return f"{part:.1%}" if part >= 0.0005 else "<0.1%"


def _select(warehouse: Warehouse, folder: str, name: str) -> str:
    return html.escape((warehouse.sql / folder / f"{name}.sql").read_text(encoding="utf-8"))


def _section(title: str, body: str) -> str:
    return f"<section>{escape_html(title, 'h3')}{body}</section>"


def _paragraph(paragraph: tuple[str, str]) -> str:
    title, text = paragraph
    return f"{escape_html(title, 'h4')}<p>{explained(text)}</p>"


def _table(names: list[str], rows: Iterable[list[Any]]) -> str:
    head = "".join(escape_html(name, "th") for name in names)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(value: Any) -> str:
    return f"<td class=number>{_n(value)}</td>" if isinstance(value, int) else escape_html(str(value), "td")


def _text_of(text: Any) -> str:
    return "" if pd.isna(text) else str(text)


_n = number_text
