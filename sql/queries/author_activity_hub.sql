-- grain: author, period
-- New models per period with any, of the most active authors (ties at ten all shown) and of those asked for, on the Hub; no scores there.
-- The fifty with most models in all and those asked for are counted first. Whoever has fewer in all than the tenth of these has in
-- the range, and fewer than the least active asked for, changes no rank that is shown, and is not read.
with early as (
    select place, author, list_contains($authors, author) as is_selected
    from marts.authors
    where dataset = $dataset and kind = $by and (place <= 50 or list_contains($authors, author))
),
early_models as (
    select early.place, early.is_selected, sum(models)::bigint as models
    from marts.models_by_author_day_and_size
    join early using (place)
    where dataset = $dataset
        and kind = $by
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by all
),
cutoff as (
    select least(coalesce(list(models order by models desc)[10], 0), min(models) filter (is_selected)) as models
    from early_models
),
candidates as (
    select authors.place, authors.author
    from marts.authors
    cross join cutoff
    where authors.dataset = $dataset and authors.kind = $by and authors.models >= cutoff.models
),
written as (
    select place, model_key, appeared_on, models
    from marts.models_by_author_day_and_size
    semi join candidates using (place)
    where dataset = $dataset
        and kind = $by
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
total as (
    select coalesce(sum(models), 0)::bigint as models
    from marts.model_counts_by_type
    where dataset = $dataset
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
ranked as (
    select place, sum(models)::bigint as author_models, rank() over (order by sum(models) desc) as rank
    from written
    group by place
),
listed_authors as (
    select ranked.*, candidates.author
    from ranked
    join candidates using (place)
    where ranked.rank <= 10 or list_contains($authors, candidates.author)
),
counted as (
    select place, date_trunc($unit, appeared_on)::date as period, sum(models)::bigint as models
    from written
    semi join listed_authors using (place)
    group by all
),
axis as (
    from period_axis($dataset, $unit, $start, $end)
)
select
    listed_authors.author,
    listed_authors.rank,
    listed_authors.author_models,
    listed_authors.rank <= 10 as is_top,
    axis.period,
    axis.last_day,
    counted.models,
    not axis.is_uncertain as is_complete,
    total.models as total,
    if(
        $by = 'owners',
        (select sum(author_models)::bigint from listed_authors where rank <= 10),
        (select count(distinct model_key) from written semi join (from listed_authors where rank <= 10) using (place))
    ) as of_the_ten,
    (select max(last_day) from axis where is_uncertain and period <= $start) as hatched_until,
    (select min(period) from axis where is_uncertain and period > $start) as hatched_from,
from listed_authors
join counted using (place)
join axis using (period)
cross join total
order by listed_authors.rank, listed_authors.author, axis.period
