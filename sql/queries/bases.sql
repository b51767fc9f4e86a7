-- grain: base_model_id
-- Base models that can be asked about on a leaderboard, and why some cannot; and on every row of how many of its models no base is named and no
-- listing and no details say whether they have one.
select base_model_id, label, family, score, released_on, released_rule, derivatives, is_default, unavailable,
    (
        select coalesce(sum(models), 0)::bigint
        from marts.licence_counts
        where dataset = $dataset and has_training_data is null and relation = 'none declared'
    ) as models_of_unknown_base,
from marts.bases
where dataset = $dataset
order by rank
