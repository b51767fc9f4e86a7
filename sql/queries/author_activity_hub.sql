-- New models per period of the most active authors (ties at ten all shown) and of those asked for, on the Hub; no scores there.
with kept as (
    select owner, appeared_on
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
ranked as (
    select owner as author, count(*) as author_models, rank() over (order by author_models desc) as rank
    from kept
    group by author
),
shown as (
    select * from ranked where rank <= 10 or list_contains($authors, author)
),
counted as (
    select owner as author, date_trunc($unit, appeared_on)::date as period, count(*) as models
    from kept
    semi join shown on shown.author = kept.owner
    group by all
),
axis as (
    select period, last_day, is_open or period < $start or last_day > $end as is_incomplete, is_filling
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
    coalesce(counted.models, 0) as models,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    (select count(*) from kept) as total,
    (select sum(author_models)::bigint from ranked where rank <= 10) as of_the_ten,
from shown
cross join axis
left join counted using (author, period)
order by shown.rank, shown.author, axis.period
