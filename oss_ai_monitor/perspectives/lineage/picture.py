"""The picture of a family: its nodes with sizes, colours and texts, and the edges between them, sent to a chart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from ...charts import Graph, Span, date_text, milliseconds, number_text
from ...plurals import counted
from .. import address
from .bundles import OUTSIDE, Node, nodes_of
from .layout import Layout, layout
from .sources import BASE, CIRCLE, OTHER_BASE, RELATIONS, UNKNOWN_PARENT

SMALL, LARGE = 6.0, 19.0  # pixels: of a node without weight, and of the one with most
ROW, ABOVE, LEAST_HEIGHT, MOST_HEIGHT = 17, 110, 260, 1_300  # pixels
NAMED = 2
"""So many models and so many bundles of a layer, those with most weight, have names, where there is room."""
FAINT, STRONG, CLEAR = 0.07, 0.3, 30.0
"""How strong edges are: the weakest, the strongest, and the number of edges that still are strong."""
LEFT_OUT = "left-out/"  # how the names of models begin whose owner is left out: they have no page
EDGE = 0.5  # rows above the first layer and below the last
COLUMNS = (
    "x", "y", "size", "kind", "model_id", "models", "appeared", "downloads", "below", "licence", "traits",
)  # fmt: skip
EDGES = ("parent", "child", "kind")
MARGIN = 0.035  # of all days, at both sides


@dataclass(frozen=True)
class Choices:
    """What a reader has chosen of the picture."""

    root: str
    model: str
    opened: Collection[str]
    size_by: str
    """The column that decides how large a node is."""


@dataclass(frozen=True)
class Drawn:
    """How many models the picture shows one by one and in bundles, by which bundles it can be opened further."""

    single: int
    in_bundles: int
    bundles: list[str]
    undated: int
    is_base_undated: bool = False


def send(graph: Graph, rows: pd.DataFrame, links: pd.DataFrame, choices: Choices) -> Drawn:
    """Send a family to its chart; `rows` and `links` are the answers of the queries lineage and lineage_links."""
    if rows.empty:
        graph.send(pd.DataFrame(columns=list(COLUMNS)), pd.DataFrame(columns=list(EDGES)), span=_span(np.array([])))
        return Drawn(0, 0, [], 0)
    models = _prepared(rows, choices)
    nodes = nodes_of(models, choices.opened)
    frame = _node_frame(models, nodes, choices)
    edges = _edge_frame(models, nodes, links, has_line=bool(choices.model))
    day = models["day"].to_numpy()
    days = np.array([_median(day[node.rows]) for node in nodes])
    place = layout(
        days, frame["layer"].to_numpy("int64"), frame["size"].to_numpy("float64"),
        list(zip(edges["base"], edges["child_node"], strict=True)),
    )  # fmt: skip
    frame = frame.assign(x=pd.to_datetime(place.x, unit="ms"), y=place.y)
    names = frame["heading"].to_numpy()
    edges = edges.assign(parent=names[edges["base"]], child=names[edges["child_node"]])
    graph.set_height(int(np.clip(ABOVE + ROW * (place.rows + 2 * EDGE), LEAST_HEIGHT, MOST_HEIGHT)))
    graph.send(frame, edges, span=_span(place.x), layers=_layers(place, models))
    bundles = [node for node in nodes if node.is_bundle]
    return Drawn(
        len(nodes) - len(bundles), sum(len(node.rows) for node in bundles), [node.name for node in bundles],
        int(models["day"].isna().sum()), bool(models.loc[models["layer"] == 0, "day"].isna().any()),
    )  # fmt: skip


def _prepared(rows: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """Return models with the layer, the kind and the weight of each."""
    layer = rows["generation"].fillna(OUTSIDE).astype("int64")
    kind = rows["relation"].where(rows["relation"].isin([*RELATIONS, UNKNOWN_PARENT]), OTHER_BASE)
    is_other = (layer == OUTSIDE) & rows["is_known"].astype(bool) & (rows["line"] == "")
    kind = kind.mask(is_other, OTHER_BASE).mask(layer == 0, BASE)
    weight = rows[choices.size_by].fillna(0).astype("float64").where(layer != OUTSIDE, 0.0)
    return rows.assign(
        layer=layer, relation=kind, weight=weight, day=milliseconds(rows["appeared_on"]),
        is_single=(layer == 0) | rows["line"].isin(["ancestor", "chosen"]),
        line=rows["line"] if choices.model else "",
    ).reset_index(drop=True)  # fmt: skip


def _node_frame(models: pd.DataFrame, nodes: list[Node], choices: Choices) -> pd.DataFrame:
    """Return a row for each node, without its position."""
    most = np.log1p(models["weight"].max()) or 1.0
    columns: dict[str, Any] = {str(name): models[name].to_numpy() for name in models}
    shown_of_layer: dict[tuple[int, bool], int] = {}
    frame = []
    for node in nodes:
        first, many = int(node.rows[0]), len(node.rows)
        weight = float(columns["weight"][node.rows].sum())
        is_on_line, is_chosen = bool(columns["line"][first]), bool(columns["line"][first] == "chosen")
        stands_out = is_on_line or not choices.model
        is_stub, is_left_out = not columns["is_known"][first], node.name.startswith(LEFT_OUT)
        nth = shown_of_layer.get((node.layer, node.is_bundle), 0) + stands_out
        shown_of_layer[node.layer, node.is_bundle] = nth
        is_named = bool(columns["is_single"][first]) or nth <= NAMED
        undated = "" if np.isfinite(columns["day"][node.rows]).any() else " (undated)"
        frame.append(
            {
                "layer": node.layer,
                "kind": columns["relation"][first],
                "model_id": "" if node.is_bundle or is_stub or is_left_out else node.name,
                "heading": node.name,
                "size": SMALL + (LARGE - SMALL) * min(np.log1p(weight) / most, 1.15),
                "fill": (0.22 if node.is_bundle else 0.0 if is_stub else 0.9) * (1.0 if stands_out else 0.2),
                "outline": 1.0 if stands_out else 0.25,
                "label": f"{_label(node, columns['owner'][first])}{undated}" if stands_out and is_named else "",
                "label_rank": 0 if columns["is_single"][first] else nth + NAMED * node.is_bundle,
                "changes": "" if is_left_out else _changes(node, choices, is_chosen=is_chosen),
                **_details(columns, node, many),
            }
        )
    return pd.DataFrame(frame)


def _label(node: Node, owner: str) -> str:
    if not node.is_bundle:
        return node.name.rpartition("/")[2]
    return f"{'others' if node.name.startswith('other owners') else owner} ×{number_text(len(node.rows))}"


def _changes(node: Node, choices: Choices, *, is_chosen: bool) -> str:
    """Return what a click writes into the address: a bundle is opened, a model chosen; a chosen one opens its page."""
    if node.is_bundle:
        return urlencode({"opened": address.write_names([*choices.opened, node.name]), "root": choices.root})
    return "" if is_chosen else urlencode({"model": address.write_names([node.name]), "root": choices.root})


def _details(columns: Mapping[str, Any], node: Node, many: int) -> dict[str, str]:
    """Return the texts of the hover."""
    days = columns["day"][node.rows]
    dated = [date_text(pd.Timestamp(int(day), unit="ms")) for day in (np.nanmin(days), np.nanmax(days))] if (
        np.isfinite(days).any()
    ) else []  # fmt: skip
    downloads = columns["downloads_30d"][node.rows]
    counted_downloads = downloads[~pd.isna(downloads)]
    first = int(node.rows[0])
    size = columns["nominal_b"][first]
    licence = columns["license"][first]
    texts = {
        "models": counted(many, "model"),
        "appeared": " to ".join(dict.fromkeys(dated)) or "undated",
        "downloads": number_text(float(counted_downloads.sum())) if len(counted_downloads) else "unknown",
        "below": "" if node.is_bundle else number_text(columns["descendants"][first]),
        "licence": "" if node.is_bundle else str(columns["license_class"][first] or "unknown"),
        "traits": "",
    }
    if not node.is_bundle:
        if not pd.isna(licence) and licence:
            texts["licence"] += f" ({licence})"
        billions = "" if pd.isna(size) else f", {size:g} B"
        texts["traits"] = f"{columns['architecture'][first] or 'Unknown'}{billions}"
    return texts


def _edge_frame(models: pd.DataFrame, nodes: list[Node], links: pd.DataFrame, *, has_line: bool) -> pd.DataFrame:
    """Return a row for each pair of nodes and kind: base and child_node (positions of nodes), kind, alpha, width."""
    node_of = pd.Series(
        np.repeat(np.arange(len(nodes)), [len(node.rows) for node in nodes]),
        index=models["model_key"].to_numpy()[np.concatenate([node.rows for node in nodes])] if nodes else [],
    )
    base, child = links["base_key"].map(node_of), links["model_key"].map(node_of)
    is_drawn = (base.notna() & child.notna() & (base != child)).to_numpy()
    layer = np.array([node.layer for node in nodes] or [0])
    frame = pd.DataFrame(
        {
            "base": base[is_drawn].astype("int64"),
            "child_node": child[is_drawn].astype("int64"),
            "kind": links["relation"][is_drawn],
            "is_in_circle": links["is_in_circle"][is_drawn].astype(bool),
        }
    )
    goes_up = layer[frame["base"]] >= layer[frame["child_node"]] if len(frame) else np.array([], bool)
    frame["kind"] = frame["kind"].mask(frame["is_in_circle"] & goes_up, CIRCLE)
    frame = frame.groupby(["base", "child_node", "kind"], sort=True).size().rename("pairs").reset_index()
    lines = models["line"].to_numpy()
    line = np.array([str(lines[node.rows[0]]) for node in nodes] or [""])
    one, other = line[frame["base"]], line[frame["child_node"]]
    is_up = np.isin(one, ["ancestor", "chosen"]) & np.isin(other, ["ancestor", "chosen"])
    is_down = np.isin(one, ["descendant", "chosen"]) & np.isin(other, ["descendant", "chosen"])
    stands_out = is_up | is_down
    of_many = np.clip(STRONG * CLEAR / max(len(frame), 1), FAINT, STRONG)
    plain = np.where(layer[frame["base"]] == OUTSIDE, FAINT, of_many)
    return frame.assign(
        alpha=np.where(stands_out, 0.85, 0.05) if has_line else np.where(frame["kind"] == CIRCLE, 0.9, plain),
        width=1.0 + np.minimum(np.log2(frame["pairs"].to_numpy("float64")) * 0.35, 2.5) + 0.8 * stands_out * has_line,
    )  # fmt: skip


def _median(days: np.ndarray) -> float:
    dated = days[np.isfinite(days)]
    return float(np.median(dated)) if len(dated) else np.nan


def _span(x: np.ndarray) -> Span:
    """Return the dates of the axis: all that is drawn, with a margin for what is drawn at the ends."""
    first, last = (float(x.min()), float(x.max())) if len(x) else (0.0, 0.0)
    margin = max((last - first) * MARGIN, 15 * 86_400_000.0)
    start, end = (pd.Timestamp(int(at), unit="ms").date() for at in (first - margin, last + margin))
    return Span(start, end, "day")


def _layers(place: Layout, models: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Return the text and the ends of each layer: its generation, and how many models it has."""
    numbers = models["layer"].value_counts()
    last = len(place.layers) - 1
    return [
        (
            f"{'other' if layer == OUTSIDE else layer} ({number_text(numbers[layer])})",
            low - EDGE * (n == last),
            high + EDGE * (n == 0),
        )
        for n, (layer, low, high) in enumerate(place.layers)
    ]
