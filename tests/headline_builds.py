"""Builds with one rule changed in their SQL, and what the pages compute from them: values for marts.headlines."""
# ruff: noqa: E501 - SQL stands as it is in the files

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from oss_ai_monitor import warehouse
from oss_ai_monitor.charts import open_rows
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Datasets, Perspective, Selection
from oss_ai_monitor.perspectives.author_activity.view import AuthorActivity
from oss_ai_monitor.perspectives.base_models.view import BaseModels
from oss_ai_monitor.perspectives.changes.view import Changes
from oss_ai_monitor.perspectives.community.view import Community
from oss_ai_monitor.perspectives.endurance.survival import at, curve
from oss_ai_monitor.perspectives.endurance.view import Endurance
from oss_ai_monitor.perspectives.finder.view import Finder
from oss_ai_monitor.perspectives.gain import texts as gain_texts
from oss_ai_monitor.perspectives.gain.view import Gain
from oss_ai_monitor.perspectives.licences.view import Licences
from oss_ai_monitor.perspectives.lineage.view import Lineage
from oss_ai_monitor.perspectives.model_types import ModelTypes
from oss_ai_monitor.perspectives.overview.view import Overview
from oss_ai_monitor.perspectives.phrases import totals
from oss_ai_monitor.perspectives.relations.view import Relations
from oss_ai_monitor.perspectives.releases.view import Releases
from oss_ai_monitor.perspectives.rising import Rising
from oss_ai_monitor.perspectives.score_progress.view import ScoreProgress
from oss_ai_monitor.warehouse import Warehouse
from oss_ai_monitor.warehouse.plan.relations import sql_folder

View = TypeVar("View", bound=Perspective)
Edits = dict[str, list[tuple[str, str]]]
Figures = dict[tuple[str, str], tuple[float, str]]

ORDER = "is_pending nulls first, score desc nulls last, submitted_on desc nulls last, revision"
MODELS, EVALUATED, USED = "3_marts/models.sql", "3_marts/evaluated_models.sql", "2_core/used_models.sql"
LISTED, LINEAGE, LIVES = "3_marts/changes.sql", "3_marts/lineage_models.sql", "3_marts/lifetimes.sql"
RECORDS, HISTORY, GENERATIONS = (
    "2_core/record_changes.sql",
    "2_core/adoption_changes.sql",
    "queries/lineage_generations.sql",
)
CORE, EVALUATIONS, GAINS = "2_core/models.sql", "2_core/evaluations_by_key.sql", "3_marts/gains.sql"
JOINED = "join placed on placed.leaderboard = evaluations.leaderboard and placed.model_key = evaluations.model_key\n"
OWNED = "    join core.models using (model_key)\n"
CLAIMED = "\nleft join (select model_key, {} as claimed from core.disputes where fact = '{}' and used != 'kept, in doubt' group by model_key) as claims using (model_key)"
LAST_JOIN = "\nleft join core.removals on"
FLOOR = "appeared_rule in ('undated: createdAt floor', 'undated: upload floor')"
CREATED = (
    "case when declared.created_at >= timestamp '2022-03-02' and declared.created_at <= declared.last_seen_at + interval 1 day"
    " and declared.created_at not between timestamp '2022-03-02 23:29:00' and timestamp '2022-03-02 23:29:09.999999'"
    " then declared.created_at end"
)
MEDIAN = (
    "(select median(others.score) from core.submissions_by_key as others where others.leaderboard = evaluations.leaderboard"
    " and others.model_key = evaluations.model_key and not others.is_flagged and not coalesce(others.is_pending, false))"
)
ROUNDED = "case when {0} < 0.1 then round({0}, 3) when {0} < 2.5 then round({0}, 1) else round({0}) end"


def _only(condition: str) -> Edits:
    """Leave all other models out of every dataset, of families, of changes and of what was followed."""
    others = f"(select model_key from core.models where not ({condition}))"
    names = f"(select model_id from core.models where not ({condition}))"
    dated = "where scored.score is not null and dates.appeared_on is not null"
    descended, listed = (
        "    from core.lineage_by_key\n    group by ancestor_key",
        "left join core.models on models.model_id = changes.model_id\n",
    )
    line, moved = "    where ancestor_key in (from root)\n", "where moves.change != 'same'"
    lived = "    left join core.nominal_sizes using (nominal_b)\n)"
    return {
        RECORDS: [(dated, f"{dated} and {condition}")],
        LISTED: [(listed, f"{listed}    where changes.model_id not in {names}\n")],
        LINEAGE: [
            (descended, descended.replace("\n", f" where model_key not in {others}\n")),
            (
                "    models.model_id is not null as is_known",
                f"    models.model_id is not null and keys.model_key not in {others} as is_known",
            ),
        ],
        GENERATIONS: [(line, f"{line} and model_key not in {others}\n")],
        LIVES: [(lived, lived.replace("\n", f" where coalesce(followed.model_key, -1) not in {others}\n"))],
        HISTORY: [
            (
                moved,
                f"{moved} and moves.series_id not in (select series_id from core.adopted_by_key where model_key in {others})",
            )
        ],
        MODELS: [("where is_listed\n", f"where is_listed and {condition}\n")],
        EVALUATED: [(JOINED, f"{JOINED}where {condition}\n"), (OWNED, f"{OWNED}    where {condition}\n")],
        USED: [
            ("where is_listed and", f"where {condition} and is_listed and"),
            ("where models.downloads_30d is not null", f"where {condition} and models.downloads_30d is not null"),
        ],
    }


def _dated(expression: str) -> Edits:
    return {CORE: [("    declared.appeared_at,", f"    {expression} as appeared_at,")]}


def _claimed(fact: str, value: str, column: str, expression: str) -> Edits:
    return {CORE: [(column, expression), (LAST_JOIN, CLAIMED.format(value, fact) + LAST_JOIN)]}


CHANGES: dict[str, Edits] = {
    "evaluation-first": {EVALUATIONS: [(ORDER, "is_pending nulls first, submitted_on nulls last, score desc nulls last, revision")]},
    "evaluation-latest": {EVALUATIONS: [(ORDER, "is_pending nulls first, submitted_on desc nulls last, score desc nulls last, revision")]},
    "evaluation-median": {
        EVALUATED: [("list_prepend(submissions.score,", f"list_prepend(coalesce({MEDIAN}, submissions.score),")],
        RECORDS: [("submissions.score as average", f"coalesce({MEDIAN.replace('= evaluations.', '= chosen.')}, submissions.score) as average")],
    },
    "merges-out": _only("not is_merge"),
    "floor-out": _only(f"not {FLOOR}"),
    "hub-dates": _dated(CREATED),
    "dates-believed": _claimed(
        "date", "min(claim::date)", "    declared.appeared_at,", "    coalesce(claims.claimed::timestamp, declared.appeared_at) as appeared_at,"
    ),
    "floor-opening": {
        CORE: [
            ("    declared.appeared_at,", f"    if(declared.{FLOOR}, timestamp '2022-03-02', declared.appeared_at) as appeared_at,"),
        ]
    },
    "sizes-believed": _claimed(
        "size", "max(replace(claim, ' B', '')::double)", "    sizes.parameters_b,", "    coalesce(claims.claimed, sizes.parameters_b) as parameters_b,"
    ),
    "architectures-believed": _claimed(
        "architecture", "min(claim)", "    coalesce(model_architectures.architecture, 'Unknown') as architecture,",
        "    coalesce((select names.architecture from core.architecture_names as names where names.name = claims.claimed), model_architectures.architecture, 'Unknown') as architecture,",
    ),
    "bases-believed": {GAINS: [("        when disputed.model_key is not null then 'disputed base'\n", "")]},
}  # fmt: skip
CHANGES["sizes-believed"][CORE] += [
    ("coalesce(sizes.parameters_rule, 'missing') as parameters_rule", "if(claims.claimed is null, coalesce(sizes.parameters_rule, 'missing'), 'claimed') as parameters_rule"),
    ("    sizes.nominal_b,", f"    if(claims.claimed is null, sizes.nominal_b, {ROUNDED.format('claims.claimed')}) as nominal_b,"),
]  # fmt: skip


def without(names: list[str]) -> Edits:
    """Leave models out of every dataset, by name."""
    return _only("model_id not in ('" + "', '".join(names) + "')")


def build_changed(folder: Path, landed: Path, changes: Edits, default: Warehouse) -> Warehouse:
    """Build what has landed with changed SQL, without checks; lags and default dates stay those of the default build."""
    sql = folder / "sql"
    shutil.copytree(sql_folder(), sql)
    for check in (sql / "checks").glob("*.sql"):
        check.unlink()
    for name, replacements in changes.items():
        text = (sql / name).read_text(encoding="utf-8")
        for old, new in replacements:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        (sql / name).write_text(text, encoding="utf-8")
    lags = default.sql_frame(
        "select dataset, lag_days, median_lag_days, lag_models from marts.datasets where lag_days > 0"
    )
    rows = ", ".join(
        f"('{row.dataset}', {row.lag_days}, {row.median_lag_days}::double, {row.lag_models})"
        for row in lags.itertuples()
    )
    head = "-- grain: dataset\nselect dataset, lag_days::int as lag_days, median_lag_days, models::bigint as models,\nfrom "
    if rows:
        (sql / "3_marts/lags.sql").write_text(
            f"{head}(values {rows}) as lags (dataset, lag_days, median_lag_days, models)\n"
        )
    warehouse.build(folder, Landing(landed).selected(), sql=sql)
    return Warehouse.open(folder, sql)


def page_figures(opened: Warehouse, selection: Selection) -> Figures:
    """Compute from the pages' own queries and sentences what the headline figures of a dataset are: value and name."""
    figures: Figures = {}
    for read in (
        _of_overview,
        _of_types,
        _of_authors,
        _of_rising,
        _of_progress,
        _of_licences,
        gains,
        _of_finder,
        _of_relations,
        _of_use,
        _of_ladders,
        _of_releases,
        _of_families,
        _of_lives,
        _of_owners,
        _of_changes,
        _of_shift,
    ):
        figures |= read(opened, selection)
    return figures


def selection_like(opened: Warehouse, default: Selection) -> Selection:
    """Return the default choices of another build on this one, with its default dates of every dataset."""
    datasets = Datasets(opened)
    for name, row in datasets.rows_by_name.items():
        usual = default.datasets.rows_by_name[name]
        row.update({column: usual[column] for column in ("default_start", "default_end", "default_unit")})
    return replace(default, datasets=datasets)


def _open(kind: type[View], opened: Warehouse, selection: Selection) -> View:
    view = kind(opened, selection)
    view.open()
    assert view.state in ("ready", "empty"), view.reason
    return view


def _of_overview(opened: Warehouse, selection: Selection) -> Figures:
    view = _open(Overview, opened, selection)
    facts = view._facts
    figures: Figures = {("overview", "models-tracked"): (facts["models"], "")}
    new = next(tile.figure for tile in view.tiles if tile.title.startswith("New in"))
    if new != "–":
        figures["overview", "new-models"] = (int(new.replace(",", "")), "")
    figures["overview", "best-score"] = (facts["best_score"], facts["best_model_id"])
    figures["overview", "best-gain"] = (facts["gain"], facts["best_model_id"])
    figures["overview", "small-score"] = (facts["small_score"], facts["small_model_id"])
    return figures


def _of_types(opened: Warehouse, selection: Selection) -> Figures:
    answer = _open(ModelTypes, opened, selection).answer
    complete = answer[~open_rows(answer)]
    by_type = totals(complete["type"], complete["models"])
    if not sum(by_type.values()):
        return {}
    name, models = next(iter(by_type.items()))
    return {("model-types", "leading-type"): (100 * models / sum(by_type.values()), name)}


def _of_authors(opened: Warehouse, selection: Selection) -> Figures:
    first = _open(AuthorActivity, opened, selection).answer.iloc[0]
    return {("author-activity", "ten-most-active"): (100 * first["of_the_ten"] / first["total"], first["author"])}


def _of_rising(opened: Warehouse, selection: Selection) -> Figures:
    rising = Rising(opened, selection)
    if (leader := rising.leader()) is None:
        return {}
    most, least = rising.rows["change"].max(), rising.rows["change"].min()
    return {
        ("overview", "leading-share"): (100 * leader["share"], leader["architecture"]),
        ("architectures", "rose-most"): (most, str(rising.rows.loc[rising.rows["change"].idxmax(), "architecture"])),
        ("architectures", "fell-most"): (least, str(rising.rows.loc[rising.rows["change"].idxmin(), "architecture"])),
    }


def _of_progress(opened: Warehouse, selection: Selection) -> Figures:
    records = _open(ScoreProgress, opened, selection).records
    if records.empty:
        return {}
    rise = records["score"].iloc[-1] - records["score"].iloc[0]
    return {("score-progress", "rise"): (rise, records["model_id"].iloc[-1])}


def _of_licences(opened: Warehouse, selection: Selection) -> Figures:
    permissive = _open(Licences, opened, selection).answer.set_index("license_class").loc["permissive"]
    return {
        ("licences", "permissive-use"): (100 * permissive["share_of_downloads"], ""),
        ("licences", "permissive-models"): (100 * permissive["share_of_models"], ""),
    }


def gains(opened: Warehouse, selection: Selection, basis: str = "declared") -> Figures:
    view = Gain(opened, selection, basis=basis)
    view.open()
    total = gain_texts.compared(view.counts)
    if total is None:
        return {}
    return {
        ("gain", "median-gain"): (total["median_gain"], ""),
        ("gain", "share-above"): (100 * total["share_above"], ""),
    }


def _of_finder(opened: Warehouse, selection: Selection) -> Figures:
    answer = _open(Finder, opened, selection).answer
    if len(answer) < 2:
        return {}
    return {("finder", "lead"): (answer["distance"].iloc[1], answer["model_id"].iloc[0])}


def _of_relations(opened: Warehouse, selection: Selection) -> Figures:
    pairs = _open(Relations, opened, selection).correlations
    figures: Figures = {}
    for variable, figure in (("likes", "likes-and-score"), ("parameters", "size-and-score")):
        for pair in pairs.to_dict("records"):
            if {pair["variable"], pair["other"]} == {variable, "average"} and pair["n"] >= 30:
                figures["relations", figure] = (pair["spearman"], "")
    return figures


def _of_use(opened: Warehouse, selection: Selection) -> Figures:
    rows = {
        level: opened.query("concentration", dataset="hub", level=level).set_index("is_without_largest")
        for level in ("model", "owner")
    }
    models, owners = rows["model"].loc[False], rows["owner"].loc[False]
    return {
        ("concentration", "first-share"): (100 * models["top_1"], ""),
        ("concentration", "gini"): (models["gini"], ""),
        ("concentration", "hhi"): (models["hhi"], ""),
        ("concentration", "owner-hhi"): (owners["hhi"], ""),
    }


def _of_ladders(opened: Warehouse, selection: Selection) -> Figures:
    improved = _open(BaseModels, opened, selection)._improved()
    if improved.empty:
        return {}
    first = improved.iloc[0]
    figures: Figures = {("base-models", "furthest"): (first["best_gain"], first["base"])}
    if len(improved) > 1:
        figures["base-models", "days-to-peak"] = (improved["days_to_the_peak"].median(), "")
    return figures


def _of_releases(opened: Warehouse, selection: Selection) -> Figures:
    view = _open(Releases, opened, selection)
    figures = {
        ("releases", key[1]): value for key, value in _of_rising(opened, selection).items() if key[0] != "overview"
    }
    if view.followed is None or view.days.empty:
        return figures
    complete = view.days[~open_rows(view.days) & (view.days["day"] >= 0)]
    if len(complete):
        figures["releases", "derivatives"] = (complete["derivatives"].sum(), view.followed["label"])
    return figures


def _of_families(opened: Warehouse, selection: Selection) -> Figures:
    rows = _open(Lineage, opened, selection).numbers.generations
    below = rows[rows["generation"] > 0]
    if below.empty:
        return {}
    name = _open(Lineage, opened, selection).base()
    figures: Figures = {("lineage", "family"): (below["models"].sum(), name)}
    if downloads := rows["downloads_30d"].fillna(0).sum():
        figures["lineage", "family-use"] = (100 * below["downloads_30d"].fillna(0).sum() / downloads, name)
    return figures


def _of_lives(opened: Warehouse, selection: Selection) -> Figures:
    view = Endurance(opened, selection)
    view.open()
    row = at(curve(view.answer), 26) if len(view.answer) else None
    return {} if row is None else {("endurance", "half-a-year"): (100 * row["survival"], "")}


def _of_owners(opened: Warehouse, selection: Selection) -> Figures:
    view = _open(Community, opened, selection)
    settled = view.answer[~open_rows(view.answer)]
    if settled.empty:
        return {}
    last = settled[settled["period"] == settled["period"].max()].set_index("standing")["owners"]
    figures: Figures = {("community", "new-owners"): (last["new"], "")}
    if last.sum():
        figures["community", "new-owner-share"] = (100 * last["new"] / last.sum(), "")
    retention = view._frames["retention"]
    ages = [age for age in (3, 6, 12) if (retention["months_since"] == age).any()]
    for age in ages:
        oldest = retention[retention["months_since"] == ages[-1]]
        rows = retention[retention["joined_in"].isin(oldest["joined_in"]) & (retention["months_since"] == age)]
        figures["community", f"again-{age}"] = (100 * rows["returned"].sum() / oldest["owners"].sum(), "")
    return figures


def _of_changes(opened: Warehouse, selection: Selection) -> Figures:
    return {("changes", "changes"): (_open(Changes, opened, selection).answer["changes"].sum(), "")}


def _of_shift(opened: Warehouse, selection: Selection) -> Figures:
    for row in opened.query("overview_adoption").to_dict("records"):
        if row["architecture"] and row["share"] == row["share"]:
            return {("overview", "share-shift"): (100 * (row["share"] - row["share_before"]), row["architecture"])}
    return {}
