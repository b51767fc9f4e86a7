-- New models per period with any, of the most active authors (ties at ten all shown) and of those asked for, on the Hub; no scores there.
with kept as (
    select model_id, owner, appeared_on
    from marts.models
    where dataset = $dataset
        and appeared_on between $start and $end
        and     (len($sizes) = 0 or list_contains($sizes, size))
        and (
            $dataset != 'hub'
            or (
                (is_text_generation or not $text_generation)
                and (not is_derived or not $hide_derived)
                and (is_downloaded or not $downloaded)
            )
        )
),
written as (
    select owner as author, model_id, appeared_on from kept where $by = 'owners'
    union all
    select contributor as author, model_id, appeared_on from kept join core.contributors using (model_id) where $by = 'contributors'
),
ranked as (
    select author, count(*) as author_models, rank() over (order by author_models desc) as rank
    from written
    group by author
),
shown as (
    select * from ranked where rank <= 10 or list_contains($authors, author)
),
counted as (
    select author, date_trunc($unit, appeared_on)::date as period, count(*) as models
    from written
    semi join shown using (author)
    group by all
),
axis as (
    select period, last_day, is_open or is_filling or period < $start or last_day > $end as is_hatched
    from marts.periods
    where dataset = $dataset and unit = $unit and last_day >= $start and period <= $end
)
select
    shown.author,
    shown.rank,
    shown.author_models,
    shown.rank <= 10 as is_top,
    axis.period,
    axis.last_day,
    counted.models,
    not axis.is_hatched as is_complete,
    (select count(*) from kept) as total,
    if(
        $by = 'owners',
        (select sum(author_models)::bigint from ranked where rank <= 10),
        (select count(distinct model_id) from written semi join (from ranked where rank <= 10) using (author))
    ) as of_the_ten,
    (select max(last_day) from axis where is_hatched and period <= $start) as hatched_until,
    (select min(period) from axis where is_hatched and period > $start) as hatched_from,
from shown
join counted using (author)
join axis using (period)
order by shown.rank, shown.author, axis.period
