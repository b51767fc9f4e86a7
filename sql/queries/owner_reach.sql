-- grain: is_own
-- Models that descend from those of one owner, each once: those of others, and its own.
select
    models.owner = $owner as is_own,
    count(*) as models,
    count(distinct models.owner) as owners,
    sum(models.downloads_30d)::bigint as downloads_30d,
from core.models
where models.model_key in (
    select lineage.model_key
    from core.lineage_by_key as lineage
    join core.models as bases on bases.model_key = lineage.ancestor_key
    where bases.owner = $owner
)
group by all
order by is_own
