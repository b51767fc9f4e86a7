-- grain: name
-- stored
-- Under which name each declared dataset counts: names that differ in case alone are one, as ids of the Hub are, and one that moved to an owner counts under its new name.
with declared as (
    select dataset_id as name, count(*) as models
    from core.training_data_by_key
    group by dataset_id
),
moved as (
    select declared.name, declared.models, coalesce(renamed.new_id, declared.name) as present_name, renamed.new_id is null as is_as_declared
    from declared
    left join seeds.renamed_training_data as renamed on lower(renamed.old_id) = lower(declared.name)
),
spellings as (
    select
        lower(present_name) as folded_name,
        min({'is_as_declared': is_as_declared, 'loss': -models, 'name': present_name}).name as data_id,
    from moved
    group by lower(present_name)
)
select
    moved.name, /* dataset as declared */
    spellings.data_id, /* name under which it counts: the new one of a dataset that moved, else the spelling that most models use */
    moved.models, /* models that declare it in this spelling */
from moved
join spellings on spellings.folded_name = lower(moved.present_name)
order by moved.name
