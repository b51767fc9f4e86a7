-- grain: model_id
-- The listed models with most likes and those with most downloads in 30 days, as many of each as were chosen, with their places in both lists.
select
    model_id,
    likes,
    downloads_30d,
    likes_place,
    downloads_place,
    likes_per_million,
    case
        when likes_place <= $most::integer and downloads_place <= $most::integer then 'in both lists'
        when likes_place <= $most::integer then 'most liked only'
        else 'most downloaded only'
    end as list,
from marts.attention
where (likes_place <= $most::integer or downloads_place <= $most::integer) and not starts_with(model_id, 'left-out/')
order by downloads_place, model_id
