-- The months of a dataset that are over and lack no late submissions, from the one in which the Hub began to record dates.
create macro whole_months(of_dataset) as table
    select period
    from marts.periods
    where dataset = of_dataset
        and unit = 'month'
        and not is_open
        and not is_filling
        and not is_missing_late_submissions
        and period >= (select opened_on from core.datasets where dataset = 'hub')
