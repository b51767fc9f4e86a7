"""Why a model is on a view of the page, or not: a sentence for each perspective, from facts alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..charts import date_text, number_text
from ..perspectives import Datasets, Perspective, all_perspectives
from ..perspectives.phrases import enumerated
from ..plurals import counted as number_of
from ..plurals import verb_after
from ..warehouse import Warehouse
from .rules import explanation
from .wording import count, day, number, rows_of, text

FLOORS = ("undated: createdAt floor", "undated: upload floor")
"""Rules of models that have no date, but existed before all that are dated."""


def presence(
    warehouse: Warehouse, key: int, row: dict[str, Any], scores: pd.DataFrame, shows_scores: bool
) -> Iterator[str]:
    """Yield why each dataset counts the model or does not, then a sentence for each perspective."""
    datasets = Datasets(warehouse)
    counted = scores[scores["is_counted"].astype(bool)] if len(scores) else scores
    boards = dict(zip(counted["leaderboard"], counted["label"], strict=True)) if len(counted) else {}
    shown = [*([str(datasets.rows_by_name["hub"]["label"])] if _is_on_hub(datasets, row) else []), *boards.values()]
    yield from _datasets(datasets, row, scores)
    ladders = warehouse.query("model_ladders", model_key=key)
    releases = warehouse.query("releases_behind_model", model_key=key)
    labels = {name: str(about["label"]) for name, about in datasets.rows_by_name.items()}
    ladders = ladders[ladders["dataset"].isin(list(labels))].assign(board=lambda rows: rows["dataset"].map(labels))
    for kind in all_perspectives:
        of_use = _of_use(warehouse, kind.slug, row, shown)
        yield f"{kind.title}: {of_use or _sentence(kind, row, shown, counted, ladders, releases, shows_scores)}"


def _of_use(warehouse: Warehouse, slug: str, row: dict[str, Any], shown: list[str]) -> str:
    """Return why a view of downloads shows the model or does not; empty for other views, and where dates decide."""
    downloads = count(row["downloads_30d"])
    if slug in ("adoption", "concentration") and downloads is None:
        return "not counted, because its downloads are not known."
    used = f"with its {number_of(downloads or 0, 'download')} in 30 days"
    if slug == "adoption":
        return f"counted {used}, whatever the dataset."
    if slug == "concentration" and shown:
        return f"counted on {enumerated(shown)} {used}, whatever its date."
    if slug == "endurance":
        rows = warehouse.query("model_endurance", model_id=str(row["model_id"]))
        if rows["days"].item() < 2:
            return "not shown, because no history of downloads is recorded: it needs listings of several weeks."
        if not rows["is_followed"].item():
            return "not shown, because it is none of the releases whose use could be followed."
    return ""


def _is_on_hub(datasets: Datasets, row: dict[str, Any]) -> bool:
    return "hub" in datasets.names and bool(row["is_listed"])


def _datasets(datasets: Datasets, row: dict[str, Any], scores: pd.DataFrame) -> Iterator[str]:
    """Yield for each dataset whether it has the model, and what its filters do with it at first."""
    by_board = {str(one["leaderboard"]): one for one in scores.to_dict("records")}
    for name, about in datasets.rows_by_name.items():
        label, as_of = about["label"], date_text(day(about["as_of"]))
        if name == "hub":
            if not row["is_listed"]:
                removal = (
                    f"; it has been gone since {date_text(day(row['removed_on']))}" if day(row["removed_on"]) else ""
                )
                yield f"{label}: it is not in the listing of {as_of}, so no view of the Hub counts it{removal}."
                continue
            sentence = f"{label}: it is in the listing of {as_of}"
            if text(row["pipeline_tag"]) != "text-generation":
                task = text(row["pipeline_tag"]) or "not known"
                sentence += (
                    f", but its task is {task}: it is hidden while “text generation only” is on, as it is at first"
                )
            yield f"{sentence}{_outside(about, row)}."
        elif name not in by_board:
            yield f"{label}: no evaluation of it is in the snapshot of {as_of}, so no view of this board shows it."
        elif not by_board[name]["is_counted"]:
            yield f"{label}: all its evaluations are flagged by the board, and left out of every figure."
        else:
            flagged = int(by_board[name]["flagged"])
            note = (
                f", {number_of(flagged, 'flagged one')} {verb_after(flagged, 'is', 'are')} left out" if flagged else ""
            )
            yield f"{label}: it is evaluated there{note}{_outside(about, row)}."


def _outside(about: dict[str, Any], row: dict[str, Any]) -> str:
    """Return that a model is outside of the dates that a dataset shows at first."""
    appeared, first, last = day(row["appeared_at"]), day(about["default_start"]), day(about["default_end"])
    if appeared is None or first is None or last is None or first <= appeared <= last:
        return ""
    return f"; it appeared outside of the dates shown at first ({date_text(first)} to {date_text(last)})"


def _sentence(
    kind: type[Perspective],
    row: dict[str, Any],
    shown: list[str],
    counted: pd.DataFrame,
    ladders: pd.DataFrame,
    releases: pd.DataFrame,
    shows_scores: bool,
) -> str:
    """Return why a perspective shows the model or does not."""
    if kind.slug == "base-models":
        return _on_ladders(row, ladders, counted)
    if not shown:
        return "not shown, because no dataset counts it."
    if kind.slug == "score-progress":
        return _on_scores(row, counted, shows_scores)
    if kind.slug == "releases":
        return _on_releases(row, releases)
    appeared = day(row["appeared_at"])
    if appeared is None:
        reason = explanation("date", text(row["appeared_rule"])).removeprefix("Undated: ").rstrip(".")
        return f"on no axis of dates, because {reason}; it is counted among the undated models."
    where = f"on {enumerated(shown)} where the chosen dates hold {date_text(appeared)}"
    if kind.slug == "author-activity":
        return (
            f"counted for its owner {row['owner']} {where}; on a leaderboard a point of its own if that owner is shown."
        )
    if kind.slug == "architectures":
        return f"counted under {row['architecture']} {where}."
    if kind.slug == "model-types":
        types = [f"{one.type} on {one.label}" for one in rows_of(counted)]
        boards = set(counted["label"])
        types += [f"{row['relation']} on {label}" for label in shown if label not in boards]
        return f"counted {where}; as {enumerated(types)}."
    return f"counted {where}."


def _on_scores(row: dict[str, Any], counted: pd.DataFrame, shows_scores: bool) -> str:
    scored = [
        f"{number(one.score) if shows_scores else 'a score'} on {one.label}"
        for one in rows_of(counted)
        if not pd.isna(one.score)
    ]
    if not scored:
        return "not shown, because no board has a score of it that counts."
    if day(row["appeared_at"]) is None:
        if text(row["appeared_rule"]) in FLOORS:
            return (
                f"it has {enumerated(scored)}, but no date: it is no point, and counts from the start among all models "
                "so far."
            )
        return f"not drawn: it has {enumerated(scored)}, but no date."
    return f"it has {enumerated(scored)}; drawn if it was the best of its type and period, or where every model is."


def _on_ladders(row: dict[str, Any], ladders: pd.DataFrame, counted: pd.DataFrame) -> str:
    itself = sorted({str(one.board) for one in rows_of(ladders) if one.is_itself and not text(one.unavailable)})
    unavailable: dict[str, list[str]] = {}
    for one in rows_of(ladders):
        if one.is_itself and text(one.unavailable):
            unavailable.setdefault(text(one.unavailable), []).append(str(one.board))
    under = ladders[~ladders["is_itself"].astype(bool) & ladders["unavailable"].isna()]
    bases = sorted(set(under["label"].map(str)))
    sentences = []
    if itself:
        sentences.append(f"it can be chosen as a base on {enumerated(itself)}")
    sentences += [
        f"it cannot be chosen as a base on {enumerated(sorted(boards))}: {why}" for why, boards in unavailable.items()
    ]
    if bases:
        resized = (
            " (only with “Grown or pruned” switched on where its size differs)"
            if under["is_resized"].eq(True).any()
            else ""
        )
        more = [f"{number_text(len(bases) - 5)} more"] if len(bases) > 5 else []
        sentences.append(f"it is drawn under {enumerated([*bases[:5], *more])}{resized}")
    if sentences:
        return "; ".join(sentences) + "."
    if counted.empty:
        return "not shown, because no board has an evaluation of it that counts."
    if row["is_merge"]:
        return "not shown, because it is a merge, and descends from no base that can be chosen."
    return (
        "not shown, because it descends from no base that can be chosen, and too few evaluated models descend from it."
    )


def _on_releases(row: dict[str, Any], releases: pd.DataFrame) -> str:
    nearest = [str(label) for label in releases["label"]]
    nearest = nearest[:3] + ([f"{number_text(len(nearest) - 3)} more"] if len(nearest) > 3 else [])
    if text(row["release_id"]):
        sentence = (
            f"it is of the release {row['release_label']} itself: that is a dated line, and it is no derivative of it"
        )
    elif nearest:
        whose = "its" if len(nearest) == 1 else "their"
        sentence = f"it descends from {enumerated(nearest)}, and is counted among {whose} derivatives"
    else:
        sentence = "it declares no base that is of a dated release, so it is no derivative of one"
    if day(row["appeared_at"]) is None:
        return f"{sentence}; it is on no axis of dates, for it has no date."
    return f"{sentence}; new models count it under {row['architecture']}."
