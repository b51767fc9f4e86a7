-- The evaluated derivatives of chosen base models with a score, each under its nearest chosen base (of its own size, if one is), with what it gains over the base's own score. Pending results are none.
create macro nearest_derivatives(of_dataset, of_benchmark, chosen_bases, with_merges, with_resized, sizes, at_most_b) as table
    with score_index as (
        from index_of_score(of_dataset, of_benchmark)
    ),
    selected_bases as (
        select * from marts.bases where dataset = of_dataset and list_contains(chosen_bases, base_model_id)
    ),
    chosen as (
        select base_model_id, model_key, label, rank, released_on, scores[(from score_index)] as score
        from selected_bases
        where unavailable is null and scores[(from score_index)] is not null
    ),
    descended as (
        select
            chosen.base_model_id,
            chosen.label,
            chosen.rank,
            chosen.released_on,
            derivatives.model_key,
            derivatives.appeared_on,
            derivatives.scores[(from score_index)] - chosen.score as gain,
            row_number() over (partition by derivatives.model_key order by derivatives.is_resized, derivatives.distance, chosen.rank) as preference,
            (not derivatives.is_merge or with_merges)
                and (not derivatives.is_resized or with_resized)
                and is_of_size(sizes, at_most_b, derivatives.size, derivatives.nominal_b) as is_counted,
        from marts.derivatives
        join chosen on chosen.model_key = derivatives.base_key
        where derivatives.dataset = of_dataset
            and derivatives.type != 'pending'
            and derivatives.scores[(from score_index)] is not null
            and derivatives.model_key not in (
                select model_key from selected_bases where model_key is not null
                union all
                select evaluated_key from selected_bases where evaluated_key is not null
            )
    )
    select chosen.base_model_id, chosen.label, chosen.rank, chosen.released_on, descended.model_key, descended.appeared_on, descended.gain
    from chosen
    left join descended on descended.rank = chosen.rank and descended.preference = 1 and descended.is_counted
