-- The models of a leaderboard with a score, seen by a day, with the first reason for which each is no candidate under the choices of a reader: NULL where there is none.
-- `spread` is how far repeated evaluations of the model differ, at least as far as in the median of all repeated models.
create macro scored_candidates(of_dataset, of_benchmark, seen_by, sizes, at_most_b, license_classes, regions, organisations, without_merges, downloads_at_least, memory_gb, bits, bases, doubted) as table
    with typical as (
        select median(spread) as spread from marts.repeated_scores where dataset = of_dataset and benchmark = of_benchmark
    ),
    roots as (
        select models.model_key from (select unnest(bases) as base_id) as chosen join core.models on models.model_id = chosen.base_id
        union all
        select unlisted.model_key from (select unnest(bases) as base_id) as chosen join core.unknown_parents as unlisted on unlisted.model_id = chosen.base_id
    ),
    descended as (
        select model_key from roots
        union
        select lineage.model_key from roots join core.lineage_by_key as lineage on lineage.ancestor_key = roots.model_key
    ),
    judged as (
        select
            candidates.* exclude (scores),
            candidates.scores[(select score_index from index_of_score(of_dataset, of_benchmark))] as score,
            case
                when candidates.type = 'pending' then 'pending'
                when not coalesce(candidates.seen_on <= seen_by, false) then 'later'
                when not (
                    is_of_size(sizes, at_most_b, candidates.size, candidates.nominal_b)
                    and is_chosen(license_classes, candidates.license_class)
                    and is_chosen(regions, candidates.region)
                    and (candidates.is_of_organisation or not organisations)
                    and not (candidates.is_merge and without_merges)
                    and (memory_gb is null or coalesce(candidates.parameters_b * bits / 8 <= memory_gb, false))
                    and (len(bases) = 0 or candidates.model_key in (select model_key from descended))
                ) then 'hidden'
                when downloads_at_least is not null and candidates.downloads_30d is null then 'unknown downloads'
                when candidates.downloads_30d < downloads_at_least then 'hidden'
                when candidates.size_doubt is not null and not doubted then 'doubted'
            end as reason,
        from marts.candidates
        where candidates.dataset = of_dataset
    ),
    scored as (
        select * from judged where score is not null
    )
    select
        scored.* exclude (reason),
        case
            when reason is not null then reason
            when row_number() over (partition by first_key, reason order by scored.seen_on, scored.model_id) > 1 then 'copy'
        end as reason,
        greatest(repeated.spread, typical.spread) as spread,
        coalesce(repeated.evaluations, 1) as evaluations,
        typical.spread as typical_spread,
    from scored
    left join marts.repeated_scores as repeated on repeated.dataset = of_dataset and repeated.benchmark = of_benchmark and repeated.model_key = scored.model_key
    cross join typical
