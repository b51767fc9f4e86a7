-- grain: name
-- scratch
-- Class names and transformers model types, each with the group that it belongs to; Other where it is known but not grouped.
with grouped as (
    select "group" as architecture, unnest(str_split(coalesce(architectures, '') || ';' || coalesce(model_type, ''), ';')) as name
    from seeds.architectures
    union all
    select 'Other' as architecture, model_type as name
    from seeds.model_types
)
select name, arg_min(architecture, architecture = 'Other') as architecture
from grouped
where name != ''
group by name
