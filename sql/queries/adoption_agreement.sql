-- grain: most
-- How many models are in both top lists, of likes and of downloads in 30 days, at 10, 100 and 1,000; and Spearman's rank correlation over all listed models whose likes and downloads are known and over those with a like; how many have unknown ones.
select
    lists.most,
    count(*) filter (attention.likes_place <= lists.most and attention.downloads_place <= lists.most)::int as shared,
    (select correlation from marts.attention_ranks where models_counted = 'all') as correlation,
    (select models from marts.attention_ranks where models_counted = 'all') as models,
    (select correlation from marts.attention_ranks where models_counted = 'with a like') as correlation_liked,
    (select models from marts.attention_ranks where models_counted = 'with a like') as models_liked,
    (select count(*) filter (is_listed and (likes is null or downloads_30d is null)) from core.models)::int as models_unknown,
from marts.attention
cross join (select unnest([10, 100, 1000]) as most) as lists
group by lists.most
order by lists.most
