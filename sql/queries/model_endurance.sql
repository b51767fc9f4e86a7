-- grain: model_id
-- Whether the use of one model is followed from its release, and of how many days there are downloads to follow it by.
select
    $model_id as model_id,
    (select count(*) from core.adoption_days) as days,
    (select count(*) > 0 from marts.lifetimes where model_id = $model_id) as is_followed
