-- grain: dataset, model_key
-- What each dataset shows: on the Hub every listed repository, on a leaderboard every repository with an unflagged evaluation.
select
    'hub' as dataset, /* hub, v2, v1 or the id of an official benchmark */
    model_key, /* stands for model_id in this warehouse */
    model_id, /* repository */
    owner, /* owner of the repository */
    region, /* of the owner, as core.owners has it: us, china, eu, other, individuals or not reviewed */
    appeared_at::date as appeared_on, /* day it appeared, UTC, on a leaderboard of a copy of a release that of what it copies; NULL is undated */
    appeared_rule, /* which date that is, or why there is none */
    relation as type, /* on a leaderboard the declared type, on the Hub the relation to base models */
    relation, /* relation to base models, as core.models has it */
    architecture, /* group of architectures */
    parameters_b, /* parameters, billions */
    nominal_b, /* size as people call it, billions */
    coalesce(nominal_sizes.size, 'unknown') as size, /* size class, billions of parameters: lower bound in, upper bound out; 80 itself is in 40–80 */
    license_class, /* class of its licence */
    case gated when 'false' then 'open' when 'auto' then 'auto' when 'manual' then 'manual' else 'unknown' end as access, /* as the latest snapshot says: open, auto (after agreeing to terms), manual (after the owner agrees) or unknown */
    coalesce(pipeline_tag, 'unknown') as task, /* task, as the Hub names it */
    coalesce(library_name, 'unknown') as library, /* library, as the Hub names it */
    null::double as score, /* mean of the leaderboard's benchmarks, 0..100; NULL on the Hub */
    null::date as submitted_on, /* day of the evaluation's submission */
    is_merge, /* a merge, or one among its ancestors */
    null::boolean as is_official, /* submitted by an official provider (v2) */
    coalesce(pipeline_tag = 'text-generation', false) as is_text_generation, /* its task is text generation */
    relation in ('quantized', 'adapter') as is_derived, /* a quantized copy or an adapter */
    coalesce(downloads_30d >= 1, false) as is_downloaded, /* downloaded at least once in 30 days */
    coalesce(downloads_30d, 0) as downloads_30d, /* downloads in the 30 days before the snapshot; 0 where they are not known */
from core.models
left join core.nominal_sizes using (nominal_b)
where is_listed
union all
select
    models.dataset,
    models.model_key,
    models.model_id,
    named.owner,
    named.region,
    models.appeared_on,
    models.appeared_rule,
    models.type,
    named.relation,
    models.architecture,
    models.parameters_b,
    models.nominal_b,
    models.size,
    named.license_class,
    case named.gated when 'false' then 'open' when 'auto' then 'auto' when 'manual' then 'manual' else 'unknown' end as access,
    coalesce(named.pipeline_tag, 'unknown') as task,
    coalesce(named.library_name, 'unknown') as library,
    models.scores[1] as score,
    models.submitted_on,
    models.is_merge,
    models.is_official,
    models.is_text_generation,
    models.is_derived,
    models.is_downloaded,
    coalesce(named.downloads_30d, 0) as downloads_30d,
from marts.evaluated_models as models
join core.models as named using (model_key)
