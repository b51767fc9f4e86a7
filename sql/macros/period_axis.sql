-- The periods of a dataset's time axis that touch the chosen dates, with what is to be known of each before it is compared:
-- is_incomplete (cut by the chosen dates, or not over yet), is_filling, is_missing_late_submissions; is_uncertain is any of these.
create macro period_axis(of_dataset, in_unit, first_date, last_date) as table
    select
        period,
        last_day,
        is_open or period < first_date or last_day > last_date as is_incomplete,
        is_filling,
        is_missing_late_submissions,
        is_incomplete or is_filling or is_missing_late_submissions as is_uncertain,
    from marts.periods
    where dataset = of_dataset
        and unit = in_unit
        and last_day >= first_date
        and period <= last_date
