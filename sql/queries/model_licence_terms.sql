-- grain: base_license
-- What the licences of a model's bases ask for, as far as that is judged, and what became of each in the model.
with edges as (
    select distinct base_license, license, outcome
    from marts.licence_edges
    where dataset = 'hub' and model_key = $model_key and base_license is not null
)
select
    edges.base_license,
    edges.outcome,
    coalesce(same.verdict, whatever.verdict) as verdict,
    coalesce(same.clause, whatever.clause) as clause,
    coalesce(same.source, whatever.source) as source,
from edges
left join core.licence_pairs as same on same.base = edges.base_license and same.derivative = edges.license
left join core.licence_pairs as whatever on whatever.base = edges.base_license and whatever.derivative = 'any'
where coalesce(same.base, whatever.base) is not null
order by edges.base_license
