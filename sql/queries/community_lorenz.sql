-- grain: kind, models
-- Owners by their models, and contributors by the repositories in which they wrote, from those with fewest to those with most: what share these are
-- of all, and what share of all models they have together. All models of the dataset, whenever they appeared.
with counted as (
    select kind, models, sum(authors)::bigint as authors
    from marts.contributions
    where dataset = $dataset
    group by kind, models
)
select
    kind,
    models,
    authors,
    sum(authors) over (partition by kind order by models) / sum(authors) over (partition by kind) as author_share,
    sum(authors * models) over (partition by kind order by models) / sum(authors * models) over (partition by kind) as model_share,
from counted
order by kind desc, models
