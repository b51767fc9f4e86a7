-- The periods of the history of adoption that touch the chosen dates: their last day in both, whether a period lies wholly in the data and in the dates, and what is to be known of its days, in words (marks), empty where nothing is.
create macro adoption_periods(in_unit, first_date, last_date) as table
    with days as (
        select
            date_trunc(in_unit, axis.day)::date as period,
            axis.day,
            quality.day is not null as is_kept,
            coalesce(quality.is_stalled, false) as is_stalled,
            coalesce(quality.is_partly_frozen, false) as is_partly_frozen,
            coalesce(quality.is_dip, false) as is_dip,
            coalesce(quality.is_rollback, false) as is_rollback,
            coalesce(quality.is_spike, false) as is_spike,
        from (
            select unnest(generate_series(
                greatest(first_date::date, (select min(day) from core.adoption_days)),
                least(last_date::date, (select max(day) from core.adoption_days)),
                interval 1 day
            ))::date as day
        ) as axis
        left join core.adoption_days as quality using (day)
    )
    select
        period,
        max(day) as last_day,
        period + case in_unit when 'day' then interval 1 day when 'week' then interval 7 day else interval 1 month end - interval 1 day <= max(day)
            and min(day) = period as is_complete,
        concat_ws(
            ', ',
            if(bool_or(is_kept), null, 'no listing'),
            if(bool_or(is_stalled), 'stalled', null),
            if(bool_or(is_partly_frozen), 'partly frozen', null),
            if(bool_or(is_dip), 'dip', null),
            if(bool_or(is_rollback), 'rollback', null),
            if(bool_or(is_spike), 'spike', null)
        ) as marks,
    from days
    group by period
