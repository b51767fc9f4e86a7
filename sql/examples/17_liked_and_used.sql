-- Liked by many, used by few, and the other way round
-- grain: model_id
-- Models of the two top lists of a thousand, by likes and by downloads in 30 days, whose places in both differ most: a positive distance is more use than attention.
select
    model_id,
    likes,
    downloads_30d,
    likes_place,
    downloads_place,
    likes_place - downloads_place as distance,
    round(likes_per_million, 1) as likes_per_million,
from marts.attention
where not starts_with(model_id, 'left-out/')
order by abs(likes_place - downloads_place) desc, model_id
limit 100
