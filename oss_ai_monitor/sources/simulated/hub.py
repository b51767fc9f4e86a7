"""The invented community on the Hub: listing items, details and commit summaries, chunk by chunk.

Python decides what each model is and declares; DuckDB writes it in the Hub's format, with tags and JSON.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.access import GATED
from oss_ai_monitor.sources.simulated.adoption import Adoption
from oss_ai_monitor.sources.simulated.community import QUANTIZED, Bools, Community, Ints
from oss_ai_monitor.sources.simulated.traps import HOSTILE_TAGS
from oss_ai_monitor.sources.simulated.vocabulary import DATASETS, LANGUAGES
from oss_ai_monitor.sources.table import connection

ROWS = 100_000
"""Models that are formatted at a time; the arrays take about 100 bytes per model."""
_PIPELINES = {
    "whisper": "automatic-speech-recognition",
    "vit": "image-classification",
    "clip": "zero-shot-image-classification",
}


def listing_order(community: Community) -> Ints:
    """Return the listed models by createdAt, the order of the Hub's listing."""
    listed = np.flatnonzero(community.listed)
    return listed[np.argsort(community.created[listed], kind="stable")]


_HUB = """
with edges as (
    select
        *,
        list_filter([parent_1, parent_2], lambda parent: parent is not null) as parents,
        list_filter([
            'base_model:' || parent_1,
            nullif('base_model:' || relation_1 || ':' || parent_1, 'base_model::' || parent_1),
            'base_model:' || parent_2,
            nullif('base_model:' || relation_2 || ':' || parent_2, 'base_model::' || parent_2),
        ], lambda tag: tag is not null) as edge_tags,
        getvariable('datasets')[1 + i // 6 % 8] as dataset,
        getvariable('languages')[1 + i % 8] as language,
        i % 6 = 1 as has_dataset,
        i % 5 < 2 as has_language,
        relation_1 != '' and relation_1 = coalesce(relation_2, relation_1) and created > 1728000000 as is_resolved,
    from listed
)
select
    row_number,
    id,
    if({detail} or i % 9 > 0, split_part(id, '/', 1), null) as author,
    make_timestamp(created * 1000000) as created_at,
    make_timestamp((coalesce(created, 1700000000) + (i * 7919) % 2592000) * 1000000) as last_modified,
    likes,
    downloads,
    downloads_all_time,
    list_filter(
        [
            library,
            if(is_text and i % 3 > 0, 'safetensors', null),
            if(relation = 5, 'merge', null),
            if(relation = 5, 'mergekit', null),
            if(has_type, model_type, null),
            pipeline_tag,
            if(has_language, language, null),
            if(has_dataset, 'dataset:' || dataset, null),
            if(i % 9 = 4, 'arxiv:2407.' || lpad((i % 20000)::varchar, 5, '0'), null),
            if(has_license, 'license:' || license, null),
        ]
        || edge_tags
        || if(is_hostile, getvariable('hostile_tags'), [])
        || if(is_text and i % 4 = 0, ['autotrain_compatible', 'endpoints_compatible'], [])
        || ['region:us'],
        lambda tag: tag is not null
    ) as tags,
    pipeline_tag,
    library as library_name,
    false as private,
    gated,
    false as disabled,
    if({detail}, md5(id) || left(md5(id), 8), null) as sha,
    if(
        is_resolved,
        to_json({{
            'relation': relation_1,
            'models': list_transform(parents, lambda parent: {{'_id': left(md5(parent), 24), 'id': parent}})
        }}),
        null
    ) as base_models,
    if(
        has_safetensors,
        if(
            is_packed,
            to_json({{ -- eight weights in each integer
                'parameters': {{'BF16': parameters // 5, 'I32': parameters // 10}},
                'total': parameters // 5 + parameters // 10
            }}),
            to_json({{'parameters': {{'BF16': parameters}}, 'total': parameters}})
        ),
        null
    ) as safetensors,
    if(
        has_gguf,
        to_json({{'total': parameters, 'architecture': model_type, 'context_length': 4096}}),
        null
    ) as gguf,
    if(
        class_name != '' and has_type and ({detail} or i % 3 > 0 or is_explicit),
        to_json({{'architectures': [class_name], 'model_type': model_type}}),
        null
    ) as config,
    if({detail} or i % 2 = 0, json_merge_patch(
        case
            when not has_license then json_object()
            when license = 'other' then json_object('license', 'other', 'license_name', 'sim-community-1.0')
            when i % 7 = 1 then json_object('license', [license])
            else json_object('license', license)
        end,
        case
            when len(parents) = 0 then json_object()
            when len(parents) = 1 and i % 3 > 0 then json_object('base_model', parent_1)
            else json_object('base_model', parents)
        end,
        case
            when not has_dataset then json_object()
            when i % 4 = 1 then json_object('datasets', dataset)
            else json_object('datasets', [dataset])
        end,
        if(has_language, json_object('language', language), json_object())
    ), null) as card_data,
    if({detail}, null, json_object('_id', left(md5(id), 24))) as extra,
from edges
"""


def items(adoption: Adoption, listed: Ints, *, is_detail: bool) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield listing items, or details, chunk by chunk; a few are repeated, as if the pages of a crawl had shifted.

    Their downloads and likes are those of the history's last day.
    """
    db = connection()
    for name, values in (("languages", LANGUAGES), ("datasets", DATASETS), ("hostile_tags", HOSTILE_TAGS)):
        db.execute(f"set variable {name} = ?", [values])
    repeated = np.flatnonzero(np.arange(len(listed)) % 401 == 400) if not is_detail else np.array([], dtype=np.int64)
    order = np.insert(listed, repeated, listed[repeated])
    for start in range(0, len(order), ROWS):
        part = order[start : start + ROWS]
        db.register("listed", _frame(adoption, part, start))
        yield db.sql(_HUB.format(detail=str(is_detail).lower()))
        db.unregister("listed")


def _frame(adoption: Adoption, part: Ints, start: int) -> pd.DataFrame:
    """Return the properties of some models, in the columns that the SQL needs."""
    community, figures = adoption.community, adoption.figures(part, np.array([adoption.last]))
    edges = community.edges(part)
    kinds = community.kinds
    codes = community.kind[part]
    is_text = community.is_text[part]
    types = np.array([kind.model_type for kind in kinds], dtype=object)
    classes = np.array([kind.class_name for kind in kinds], dtype=object)
    tasks = np.array(
        [
            "text-generation"
            if kind.sizes and kind.group != "Other"
            else _PIPELINES.get(kind.model_type, "text-classification")
            for kind in kinds
        ],
        dtype=object,
    )
    tasks[-1] = None
    pipeline = tasks[codes]
    pipeline[is_text & (part % 31 == 0)] = None
    libraries = np.array(["transformers", "diffusers", "stable-baselines3", "peft", "gguf"], dtype=object)
    relation = community.relation[part]
    library = np.where(
        codes == len(kinds) - 1, 1 + part % 2, np.where(relation == 3, 3, np.where(relation == QUANTIZED, 4, 0))
    )
    created = community.created[part]
    return pd.DataFrame(
        {
            "row_number": np.arange(start + 1, start + 1 + len(part)),
            "i": part,
            "id": pd.Series(community.names(part), dtype=object),
            "created": pd.Series(created, dtype="Int64").mask(created < 0),
            "likes": figures.likes[0],
            "downloads": figures.downloads_30d[0],
            "downloads_all_time": figures.downloads_all_time[0],
            "gated": GATED[adoption.access.now[part]],
            "is_text": is_text,
            "relation": relation,
            "library": pd.Series(libraries[library], dtype=object),
            "model_type": pd.Series(types[codes], dtype=object),
            "class_name": pd.Series(classes[codes], dtype=object),
            "has_type": codes < len(kinds) - 1,
            "pipeline_tag": pd.Series(pipeline, dtype=object),
            "license": pd.Series([community.licence(i) for i in part.tolist()], dtype=object),
            "has_license": part % 10 < 7,
            "parent_1": pd.Series([model_edges[0][1] if model_edges else None for model_edges in edges], dtype=object),
            "relation_1": pd.Series(
                [model_edges[0][0] if model_edges else None for model_edges in edges], dtype=object
            ),
            "parent_2": pd.Series(
                [model_edges[1][1] if len(model_edges) > 1 else None for model_edges in edges], dtype=object
            ),
            "relation_2": pd.Series(
                [model_edges[1][0] if len(model_edges) > 1 else None for model_edges in edges], dtype=object
            ),
            "is_hostile": np.array([community.ids.get(i, "").startswith("sim-hostile/") for i in part.tolist()]),
            "is_explicit": np.isin(part, list(community.ids)),
            "is_packed": np.isin(part, list(community.packed)),
            "parameters": np.nan_to_num(community.size[part] * 1e9, nan=0.0).astype(np.int64),
            "has_safetensors": has_weights(community, part) & ~is_gguf(community, part),
            "has_gguf": has_weights(community, part) & is_gguf(community, part),
        }
    )


def declared_facts(adoption: Adoption, models: Ints) -> pd.DataFrame:
    """Return what some models declare in today's listing, in the order of the models; None where it is nothing, or
    a licence of its own.

    Columns: licence, base, parameters and task, as core.changes has them.
    """
    listed = _frame(adoption, models, 0)
    has_licence = listed["has_license"] & (listed["license"] != "other")
    has_parameters = listed["has_safetensors"] & ~listed["is_packed"]
    parents = [
        ", ".join(sorted({parent for parent in pair if parent}))
        for pair in zip(listed["parent_1"], listed["parent_2"], strict=True)
    ]
    facts = {
        "licence": _where(has_licence, listed["license"]),
        "base": [bases or None for bases in parents],
        "parameters": _where(has_parameters, listed["parameters"].astype(str)),
        "task": [task if isinstance(task, str) else None for task in listed["pipeline_tag"]],
    }
    return pd.DataFrame(facts, dtype=object)


def _where(is_declared: pd.Series, values: pd.Series) -> list[str | None]:
    """Return the values that are declared, and None for the others."""
    return [str(value) if declared else None for declared, value in zip(is_declared, values, strict=True)]


def is_gguf(community: Community, part: Ints) -> Bools:
    """Return which models are stored as GGUF: quantized copies, except those in packed safetensors."""
    has_gguf: Bools = (community.relation[part] == QUANTIZED) & ~np.isin(part, list(community.packed))
    return has_gguf


def has_weights(community: Community, part: Ints) -> Bools:
    """Return for which models the Hub counts the parameters: it does not read the files of some, others are unknown."""
    is_counted: Bools = is_gguf(community, part) | (part % 3 > 0) | np.isin(part, list(community.packed))
    has_size: Bools = (part % 71 != 0) & (np.nan_to_num(community.size[part], nan=0.0) > 0)
    return is_counted & has_size


def has_config(community: Community, part: Ints) -> Bools:
    """Return which models have their class in the Hub's listing or details."""
    has_class: Bools = np.array([bool(kind.class_name) for kind in community.kinds])[community.kind[part]]
    return has_class & ((part % 3 > 0) | np.isin(part, list(community.ids)) | is_detailed(part))


def is_detailed(part: Ints) -> Bools:
    """Return which models have details."""
    has_details: Bools = part % 8 == 3
    return has_details
