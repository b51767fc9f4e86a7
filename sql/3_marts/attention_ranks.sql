-- grain: models_counted
-- stored
-- Spearman's rank correlation of likes and downloads in 30 days over the listed models whose likes and downloads are known, ties at their mean rank: over all, and over those with a like.
with pairs as (
    select likes, downloads_30d, count(*) as models
    from core.models
    where is_listed and likes is not null and downloads_30d is not null
    group by all
),
counted as (
    select 'all' as models_counted, * from pairs
    union all
    select 'with a like', * from pairs where likes > 0
),
by_likes as (
    select
        models_counted,
        likes,
        sum(sum(models)) over (partition by models_counted order by likes) - (sum(models) - 1) / 2 as likes_rank,
    from counted
    group by models_counted, likes
),
by_downloads as (
    select
        models_counted,
        downloads_30d,
        sum(sum(models)) over (partition by models_counted order by downloads_30d) - (sum(models) - 1) / 2 as downloads_rank,
    from counted
    group by models_counted, downloads_30d
),
ranked as (
    -- the mean rank of n models is (n + 1) / 2
    select
        models_counted,
        counted.models::double as models,
        by_likes.likes_rank - (sum(counted.models) over (partition by models_counted) + 1) / 2 as x,
        by_downloads.downloads_rank - (sum(counted.models) over (partition by models_counted) + 1) / 2 as y,
    from counted
    join by_likes using (models_counted, likes)
    join by_downloads using (models_counted, downloads_30d)
),
summed as (
    -- the covariance and variances of ranks, each pair as often as it occurs
    select
        models_counted,
        sum(models) as n,
        sum(models * x * y) as xy,
        sum(models * x * x) as xx,
        sum(models * y * y) as yy,
    from ranked
    group by models_counted
)
select
    models_counted, /* all, or with a like */
    n::bigint as models, /* how many these are */
    if(xx > 0 and yy > 0, round(xy / sqrt(xx * yy), 9), null) as correlation, /* Spearman's rank correlation, -1 to 1; NULL where all have as many */
from summed
order by models_counted
