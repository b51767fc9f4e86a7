-- The confirmed changes of the chosen days, kinds, owners, families, licence classes and text: on the Hub those of its listings, on a leaderboard its own and those of its models.
create macro matching_changes(of_dataset, first_date, last_date, of_kinds, with_new, of_owners, of_families, of_classes, with_text) as table
    with bases as (
        select model_key from core.models where model_id in (select unnest(of_families))
    )
    select changes.*
    from marts.changes
    where changes.day between first_date and last_date
        and changes.is_confirmed
        and if(changes.kind = 'appeared', with_new, is_chosen(of_kinds, changes.kind))
        and is_chosen(of_owners, changes.owner)
        and is_chosen(of_classes, changes.license_class)
        and (
            changes.leaderboard = if(of_dataset = 'hub', '', of_dataset)
            or (of_dataset != 'hub' and changes.leaderboard = '' and changes.model_key in (select model_key from marts.models where dataset = of_dataset))
        )
        and (
            len(of_families) = 0
            or changes.model_key in (
                select model_key from core.lineage_by_key where ancestor_key in (from bases)
                union all
                from bases
            )
        )
        and (
            with_text = ''
            or contains(lower(changes.model_id), lower(with_text))
            or contains(lower(coalesce(changes.before, '')), lower(with_text))
            or contains(lower(coalesce(changes.after, '')), lower(with_text))
        )
