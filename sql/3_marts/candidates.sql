-- grain: dataset, model_key
-- stored
-- Every repository with an unflagged evaluation, with what decides whether it is one to take: size, licence, owner, base models, downloads, and since when it is there.
with strictest as (
    select lineage.model_key, min(classes.looseness) as looseness
    from core.lineage_by_key as lineage
    join core.models as ancestors on ancestors.model_key = lineage.ancestor_key
    join core.licence_classes as classes on classes.license_class = ancestors.license_class
    group by lineage.model_key
),
declared as (
    select edges.model_key, min(coalesce(bases.model_id, unlisted.model_id)) as base_model_id, count(*) as bases
    from core.base_models_by_key as edges
    left join core.models as bases on bases.model_key = edges.base_model_key
    left join core.unknown_parents as unlisted on unlisted.model_key = edges.base_model_key
    group by edges.model_key
),
seen as (
    select
        models.*,
        case
            when models.appeared_on is not null then models.appeared_on
            when models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor') then date '2022-03-02'
            else evaluations.first_submitted_on
        end as seen_on,
        case
            when models.appeared_on is not null then 'the day when it appeared'
            when models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor') then 'undated: there on 2 Mar 2022, when the Hub began to record days'
            when evaluations.first_submitted_on is not null then 'undated: there on the day of its first submission'
            else 'undated'
        end as seen_rule,
    from marts.evaluated_models as models
    join core.evaluations_by_key as evaluations on evaluations.leaderboard = models.dataset and evaluations.model_key = models.model_key
)
select
    seen.dataset,
    seen.model_key, /* repository, as in core.models */
    seen.model_id,
    named.owner,
    named.region, /* of the owner, as core.owners has it */
    coalesce(seen.is_official, false) or owners.kind not in ('individual', 'unknown') as is_of_organisation, /* submitted by an official provider, or its owner is reviewed as an organisation */
    named.license, /* declared licence */
    named.license_class, /* its class */
    classes.license_class as strictest_class, /* class with the strictest terms among the models that it descends from; NULL: none declares terms that have a place in the order */
    declared.base_model_id, /* declared base model, the first by name */
    coalesce(declared.bases, 0) as bases, /* declared base models, a count */
    seen.type,
    seen.is_merge,
    seen.seen_on, /* first day on which it was surely there, UTC */
    seen.seen_rule, /* which day that is */
    seen.parameters_b, /* parameters, billions */
    seen.nominal_b, /* size as people call it, billions */
    seen.size,
    doubts.why as size_doubt, /* why its size is in doubt; NULL: it is not */
    named.downloads_30d, /* downloads in the 30 days before the snapshot of the listing; NULL: not known */
    seen.scores,
    if(
        len(seen.scores) > 3 and seen.scores[1] is not null,
        first_value(seen.model_key) over (partition by seen.dataset, seen.scores order by seen.seen_on nulls last, seen.model_id),
        seen.model_key
    ) as first_key, /* first repository with the same score on every benchmark: the same weights, often under another name; itself where there is no other */
from seen
join core.models as named using (model_key)
join core.owners as owners on owners.owner = named.owner
left join declared on declared.model_key = seen.model_key
left join strictest on strictest.model_key = seen.model_key
left join core.licence_classes as classes on classes.looseness = strictest.looseness
left join marts.doubted_sizes as doubts on doubts.dataset = seen.dataset and doubts.model_key = seen.model_key
order by seen.dataset, seen.model_id
