-- grain: model_id
-- changes by: model_key from core.dates; moving: last_modified, downloads_30d, downloads_all_time, likes, last_seen_at
-- One row per repository that any source names; each decision has its rule beside it.
with boards as (
    select
        model_key,
        max(likes) as likes,
    from core.submissions_by_key
    group by model_key
),
declared as (
    select
        dates.*,
        case
            when starts_with(dates.model_id, 'left-out/') then split_part(dates.model_id, '-', 1) || '-' || split_part(dates.model_id, '-', 2)
            when contains(dates.model_id, '/') then split_part(dates.model_id, '/', 1)
            else 'Hugging Face'
        end as owner,
        coalesce(listed.pipeline_tag, detailed.pipeline_tag) as pipeline_tag,
        coalesce(listed.library_name, detailed.library_name) as library_name,
        coalesce(listed.downloads_30d, detailed.downloads_30d) as downloads_30d,
        coalesce(listed.downloads_all_time, detailed.downloads_all_time) as downloads_all_time,
        coalesce(listed.likes, detailed.likes, boards.likes) as likes,
        coalesce(listed.gated, detailed.gated) as gated,
        greatest(listed.last_modified, detailed.last_modified) as last_modified, -- it only grows: the latest that either says
    from core.dates
    left join core.listed using (model_key)
    left join core.detailed using (model_key)
    left join boards using (model_key)
)
select
    declared.model_key, /* stands for model_id in the stored tables: given once, so that every generation of this warehouse has the same; not in order of names */
    declared.model_id, /* repository on the Hub, case-sensitive */
    declared.owner, /* owner of the repository; ids without one belong to the Hub's early canonical models */
    coalesce(reviewed.region, 'not reviewed') as region, /* of the owner, as core.owners has it: us, china, eu, other, individuals or not reviewed */
    declared.appeared_at, /* when the model appeared, UTC; NULL is undated */
    declared.appeared_rule, /* which date that is, or why there is none */
    declared.last_modified, /* when the repository was last changed, UTC, as the Hub said at the snapshot; NULL is unknown */
    declared.created_at, /* the Hub's createdAt, UTC; its floor 2022-03-02 23:29:0x is no date */
    coalesce(relations.relation, 'none declared') as relation, /* to base models, as declared, else by tags, library or name: merge, quantized, adapter, finetune, base without relation, none declared */
    coalesce(relations.relation_rule, 'no base model declared') as relation_rule, /* how the relation was decided */
    merges.model_key is not null as is_merge, /* a merge, or one among its ancestors */
    coalesce(merges.rule, 'no merge declared') as merge_rule, /* how that was decided */
    coalesce(model_architectures.architecture, 'Unknown') as architecture, /* group of architectures; Other is known but not grouped, Unknown is not known */
    model_architectures.name as architecture_name, /* the class or model_type itself, or what told it */
    coalesce(model_architectures.rule, 'none known') as architecture_rule, /* where the name was read */
    sizes.parameters_b, /* parameters, billions, of a mixture all experts */
    coalesce(sizes.parameters_rule, 'missing') as parameters_rule, /* where the parameters were read */
    sizes.active_parameters_b, /* parameters at work for a token, billions; curated, of mixtures only */
    sizes.nominal_b, /* size as people call it, billions: the number in its name within 25% of parameters_b, else that in most names of models of nearly as many parameters, else rounded */
    coalesce(sizes.nominal_rule, 'missing') as nominal_rule, /* which of these it is */
    coalesce(model_licenses.license, later_licenses.license) as license, /* licence as declared, in the spelling of the Hub where it has one; several are joined by and; of a repository that moved to another owner that of its successor */
    coalesce(model_licenses.license_class, later_licenses.license_class, 'unknown') as license_class, /* permissive, copyleft, community, non-commercial, OpenRAIL, other or unknown */
    coalesce(model_licenses.license_rule, 'successor under a new owner: ' || later_licenses.license_rule, 'none declared') as license_rule, /* where the licence was read */
    declared.pipeline_tag, /* task */
    declared.library_name, /* library */
    declared.downloads_30d, /* downloads of the last 30 days at the snapshot */
    declared.downloads_all_time, /* downloads of all time at the snapshot */
    declared.likes, /* likes at the snapshot */
    declared.gated, /* false, auto or manual; NULL is unknown */
    declared.is_listed, /* in the Hub's listing, or missing from the latest one alone */
    declared.last_seen_at, /* as_of of the last snapshot that names it, UTC */
    removals.removed_on, /* first absence from full listings, once it is absent from two running, or first 404 that no listing of that refresh or a later one contradicts; NULL: not known to be gone */
from declared
left join core.relations using (model_key)
left join core.merges using (model_key)
left join core.model_architectures using (model_key)
left join core.model_sizes as sizes using (model_key)
left join core.removals on removals.model_id = declared.model_id
left join core.model_licenses using (model_key)
left join core.successors using (model_key)
left join core.model_licenses as later_licenses on later_licenses.model_key = successors.successor_key and model_licenses.model_key is null
left join seeds.organisation_regions as reviewed on lower(reviewed.owner) = lower(declared.owner)
order by declared.model_id -- names of an owner stand together, so that a page of one model or owner reads few of them
