-- grain: dataset, joined_in, month
-- stored
-- Owners that published in each month, by the month of their first model in the dataset. An owner with a model from before dates were recorded is
-- not new when its first dated model appears: it joined in no month. Only models that are still there can be counted.
with published as (
    select
        dataset,
        owner,
        date_trunc('month', appeared_on)::date as month,
        count(appeared_on) as models,
        bool_or(appeared_rule in ('undated: createdAt floor', 'undated: upload floor')) as existed_before,
    from marts.models
    group by all
),
spans as (
    select
        dataset,
        owner,
        if(bool_or(existed_before), null, min(month)) as joined_in,
        max(month) as last_in,
    from published
    group by dataset, owner
)
select
    published.dataset,
    spans.joined_in, /* month of the owner's first model, its first day; NULL: it had a model before dates were recorded */
    published.month, /* month, its first day */
    count(*) as owners, /* owners with a model that appeared in the month */
    count(*) filter (published.month = spans.last_in) as last_seen, /* of these, with none in a later month */
    sum(published.models)::bigint as models, /* models of these owners that appeared in the month */
from published
join spans using (dataset, owner)
where published.month is not null
group by published.dataset, spans.joined_in, published.month
order by published.dataset, spans.joined_in nulls first, published.month
