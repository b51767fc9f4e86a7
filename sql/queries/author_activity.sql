-- grain: author, model_id
-- Every model of the most active authors (ties at ten all shown) and of those asked for, on a leaderboard: one row per author and model.
-- Of too many rows the best of each author and an even sample of the others; counts are always over all.
-- The ranking looks at the range and the shared filters only, never at what is ticked. The fifty with most models in all and those
-- asked for are counted first. Whoever has fewer in all than the tenth of these has in the range, and fewer than the least active
-- asked for, changes no rank that is shown, and is not read.
with selected as (
    select place
    from marts.authors
    where dataset = $dataset and kind = $by and author in (select unnest($authors))
),
written as (
    select owner_place as place, model_key, appeared_on
    from marts.evaluated_models
    where $by = 'owners'
        and dataset = $dataset
        and appeared_on between $start and $end
        and is_of_size($sizes, $at_most_b, size, nominal_b)
    union all
    select place, model_key, appeared_on
    from marts.models_by_author_day_and_size
    where $by = 'contributors'
        and dataset = $dataset
        and kind = 'contributors'
        and appeared_on between $start and $end
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
early_models as (
    select place, place in (from selected) as is_selected, count(*) as models
    from written
    where (place <= 50 or place in (from selected))
        and place in (select place from marts.authors where dataset = $dataset and kind = $by) -- not those who are left out
    group by all
),
cutoff as (
    select least(coalesce(list(models order by models desc)[10], 0), min(models) filter (is_selected)) as models
    from early_models
),
candidates as (
    select authors.place, authors.author
    from marts.authors
    where authors.dataset = $dataset and authors.kind = $by and authors.models >= (select models from cutoff)
),
counted as (
    select written.place, candidates.author, count(*) as author_models
    from written
    join candidates using (place)
    group by all
),
listed_authors as (
    select *
    from (select *, rank() over (order by author_models desc) as rank from counted)
    where rank <= 10 or list_contains($authors, author)
),
score_index as (
    from index_of_score($dataset, $benchmark)
),
-- Periods that are cut, still filling or miss late submissions: the first and last stretch of the time axis.
axis as (
    from period_axis($dataset, $unit, $start, $end)
),
scored_models as materialized (
    select
        listed_authors.place,
        listed_authors.rank,
        written.model_key,
        models.scores[(from score_index)] as score,
        models.sample_bucket,
        rank() over (partition by listed_authors.place order by models.scores[(from score_index)] desc nulls last, models.sample_bucket) = 1 as is_best,
    from written
    join listed_authors using (place)
    join marts.evaluated_models as models on models.dataset = $dataset and models.model_key = written.model_key
),
totals as (
    select
        (
            select coalesce(sum(models), 0)::bigint
            from marts.model_counts_by_type
            where dataset = $dataset and appeared_on between $start and $end and is_of_size($sizes, $at_most_b, size, nominal_b)
        ) as total,
        (select count(distinct model_key) from scored_models where rank <= 10) as of_the_ten,
        (select count(*) from scored_models) as selected,
        (select count(distinct model_key) from scored_models where score is null) as unscored,
        (select max(last_day) from axis where is_uncertain and period <= $start) as hatched_until,
        (select min(period) from axis where is_uncertain and period > $start) as hatched_from,
)
select
    listed_authors.author,
    listed_authors.rank,
    listed_authors.author_models,
    listed_authors.rank <= 10 as is_top,
    models.model_id,
    models.appeared_on,
    models.type,
    models.submitted_on,
    scored_models.score,
    totals.total,
    totals.of_the_ten,
    totals.hatched_until,
    totals.hatched_from,
    totals.selected,
    totals.unscored,
from scored_models
join listed_authors using (place)
join marts.evaluated_models as models on models.dataset = $dataset and models.model_key = scored_models.model_key
cross join totals
where scored_models.is_best or scored_models.sample_bucket < if(totals.selected <= $most, 65536, 65536.0 * $most / totals.selected)
order by listed_authors.rank, listed_authors.author, models.appeared_on, models.model_id
