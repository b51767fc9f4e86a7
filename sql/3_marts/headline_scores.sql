-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures that stand on scores of a leaderboard: the best model and its gain in a year, the best small one, the rise over the dates, gains over bases, the lead of the best, and rank
-- correlations, under each rule. A pending result of an official benchmark is nobody's best.
with about as (
    select dataset, default_start, default_end, (default_end - interval 12 month)::date as year_before
    from marts.datasets
    where kind != 'hub'
),
scored as (
    select scores.*, about.default_start, about.default_end, about.year_before
    from marts.scores_by_rule as scores
    join about on about.dataset = scores.dataset
    where scores.score is not null
),
counting as (
    select * from scored where type != 'pending' and (appeared_on is null or appeared_on <= default_end)
),
best as (
    select dataset, arg_min(model_key, struct_pack(loss := -score, appeared_on := coalesce(appeared_on, date '9999-12-31'), model_id := model_id)) as model_key
    from counting
    where rule = 'default'
    group by dataset
),
best_small as (
    select dataset, arg_min(model_key, struct_pack(loss := -score, appeared_on := coalesce(appeared_on, date '9999-12-31'), model_id := model_id)) as model_key
    from counting
    where rule = 'default' and nominal_b <= 8
    group by dataset
),
-- the best one is left out
ruled as (
    select * from counting
    union all
    select counting.* replace ('largest-out' as rule)
    from counting
    join best using (dataset)
    where counting.rule = 'default' and counting.model_key != best.model_key
),
small as (
    select dataset, rule, score, appeared_on, model_id from counting where nominal_b <= 8
    union all
    select counting.dataset, 'largest-out', counting.score, counting.appeared_on, counting.model_id
    from counting
    join best_small using (dataset)
    where counting.rule = 'default' and counting.nominal_b <= 8 and counting.model_key != best_small.model_key
),
bests as (
    select
        dataset,
        rule,
        arg_min(
            struct_pack(score := score, appeared_on := appeared_on, model_id := model_id),
            struct_pack(loss := -score, appeared_on := coalesce(appeared_on, date '9999-12-31'), model_id := model_id)
        ) as best,
        max(score) filter (appeared_on <= year_before) as score_before,
        arg_min(model_id, struct_pack(loss := -score, appeared_on := appeared_on, model_id := model_id)) filter (appeared_on <= year_before) as model_before,
        count(*) as models,
    from ruled
    group by dataset, rule
),
days as (
    select
        dataset,
        rule,
        appeared_on,
        default_start,
        max(score) as score,
        arg_min(model_id, struct_pack(loss := -score, model_id := model_id)) as model_id,
        count(*) as models,
    from ruled
    where appeared_on is not null
    group by dataset, rule, appeared_on, default_start
),
rises as (
    select
        dataset,
        rule,
        max(score) as score,
        arg_min(model_id, struct_pack(loss := -score, appeared_on := appeared_on)) as model_id,
        coalesce(max(score) filter (appeared_on < default_start), arg_min(score, appeared_on)) as score_before,
        coalesce(
            arg_min(model_id, struct_pack(loss := -score, appeared_on := appeared_on)) filter (appeared_on < default_start), arg_min(model_id, appeared_on)
        ) as model_before,
        sum(models) as models,
    from days
    group by dataset, rule
),
pairs as (
    select
        gains.dataset,
        if(gains.basis = 'pretrained', 'base-root', scores.rule) as rule,
        scores.score - bases.score as gain,
    from marts.gains
    join marts.scores_by_rule as scores on scores.dataset = gains.dataset and scores.model_key = gains.model_key
    join marts.scores_by_rule as bases on bases.dataset = gains.dataset and bases.model_key = gains.base_key and bases.rule = scores.rule
    where scores.score is not null
        and bases.score is not null
        and (gains.basis = 'declared' or scores.rule = 'default')
        and scores.rule in ('default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out', 'sizes-believed')
        and if(
            scores.rule = 'sizes-believed',
            coalesce(gains.reason, 're-sized') = 're-sized'
            and not coalesce(
                ((scores.parameters_b + scores.cut_off_b) / bases.parameters_b < 0.8 or scores.parameters_b / (bases.parameters_b + bases.cut_off_b) > 1.25)
                and scores.nominal_b / bases.nominal_b not between 0.8 and 1.25,
                false
            ),
            gains.reason is null
        )
    union all
    select gains.dataset, 'bases-believed', gains.scores[1] - gains.base_scores[1]
    from marts.gains
    where gains.basis = 'declared'
        and gains.base_key is not null
        and coalesce(gains.reason, 'disputed base') = 'disputed base'
        and gains.scores[1] is not null
        and gains.base_scores[1] is not null
),
gained as (
    select dataset, rule, median(gain) as median_gain, 100 * avg((gain > 0)::int) as share_above, count(*) as pairs
    from pairs
    group by dataset, rule
),
seen as (
    select
        scores.dataset,
        scores.rule,
        scores.model_key,
        scores.model_id,
        scores.score,
        candidates.seen_on,
        candidates.parameters_b,
        if(
            len(scores.scores) > 3 and scores.scores[1] is not null,
            first_value(scores.model_key) over (partition by scores.dataset, scores.rule, scores.scores order by candidates.seen_on nulls last, scores.model_id),
            scores.model_key
        ) as first_key,
        scores.type != 'pending' and coalesce(candidates.seen_on <= scores.default_end, false) and candidates.size_doubt is null as is_candidate,
    from scored as scores
    join marts.candidates on candidates.dataset = scores.dataset and candidates.model_key = scores.model_key
    where scores.rule in ('default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out')
),
-- of repositories with the same weights the first one counts
distinct_candidates as (
    select *
    from seen
    where is_candidate
    qualify row_number() over (partition by dataset, rule, first_key order by seen_on, model_id) = 1
),
placed as (
    select *, row_number() over (partition by dataset, rule order by score desc, parameters_b nulls last, seen_on, model_id) as place
    from distinct_candidates
),
candidates as (
    select dataset, rule, place, score, model_id from placed
    union all
    select dataset, 'largest-out', place - 1, score, model_id from placed where rule = 'default' and place > 1
),
leads as (
    select
        dataset,
        rule,
        max(score) filter (place = 1) - max(score) filter (place = 2) as lead,
        max(model_id) filter (place = 1) as model_id,
        max(model_id) filter (place = 2) as next_id,
        count(*) as models,
    from candidates
    group by dataset, rule
),
related as (
    select dataset, rule, model_key, score, parameters_b
    from scored
    where rule in ('default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out', 'sizes-believed')
    union all
    select scored.dataset, 'largest-out', scored.model_key, scored.score, scored.parameters_b
    from scored
    left join best on best.dataset = scored.dataset and best.model_key = scored.model_key
    where scored.rule = 'default' and best.model_key is null
),
variables as (
    select related.dataset, 'likes-and-score' as figure, related.rule, related.score, measures.likes::double as variable
    from related
    join marts.model_measures as measures on measures.dataset = related.dataset and measures.model_key = related.model_key
    where measures.likes is not null and related.rule != 'sizes-believed'
    union all
    select dataset, 'size-and-score', rule, score, parameters_b
    from related
    where parameters_b is not null
),
-- ties get their mean rank
ranked as (
    select
        dataset,
        figure,
        rule,
        rank() over (partition by dataset, figure, rule order by score) + count(*) over (partition by dataset, figure, rule, score) / 2 as score_rank,
        rank() over (partition by dataset, figure, rule order by variable) + count(*) over (partition by dataset, figure, rule, variable) / 2 as variable_rank,
    from variables
),
correlated as (
    select dataset, figure, rule, corr(score_rank, variable_rank) as correlation, count(*) as models
    from ranked
    group by dataset, figure, rule
)
select dataset, 'overview' as view, 'best-score' as figure, rule, best.score as value, models as n, best.model_id as name, [best.model_id] as holders
from bests
union all
select dataset, 'overview', 'best-gain', rule, if(best.appeared_on is null, null, best.score - score_before), models, best.model_id, [best.model_id, model_before]
from bests
union all
select
    dataset,
    'overview',
    'small-score',
    rule,
    max(score),
    count(*),
    arg_min(model_id, struct_pack(loss := -score, appeared_on := coalesce(appeared_on, date '9999-12-31'), model_id := model_id)),
    [arg_min(model_id, struct_pack(loss := -score, appeared_on := coalesce(appeared_on, date '9999-12-31'), model_id := model_id))],
from small
group by dataset, rule
union all
select dataset, 'score-progress', 'rise', rule, score - score_before, models::bigint, model_id, [model_before, model_id]
from rises
union all
select dataset, 'gain', 'median-gain', rule, median_gain, pairs, null, null
from gained
union all
select dataset, 'gain', 'share-above', rule, share_above, pairs, null, null
from gained
union all
select dataset, 'finder', 'lead', rule, lead, models, model_id, [model_id, next_id]
from leads
where lead is not null
union all
select
    correlated.dataset,
    'relations',
    correlated.figure,
    correlated.rule,
    if(isnan(correlated.correlation), null, correlated.correlation),
    correlated.models,
    null,
    -- of the best model only whether it counts is said
    case correlated.rule when 'default' then [models.model_id] when 'largest-out' then [] end,
from correlated
left join best on best.dataset = correlated.dataset
left join core.models on models.model_key = best.model_key
where correlated.models >= 30 -- as in the view: of fewer nothing is said
