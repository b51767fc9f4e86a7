-- grain: dataset
-- What the history of adoption holds: its days, the releases that could be followed, and those among them that launch curves have.
select
    $dataset as dataset,
    (select count(*) from core.adoption_days) as days,
    (select min(day) from core.adoption_days) as first_day,
    (select max(day) from core.adoption_days) as last_day,
    count(*) as followed,
    count(*) filter (is_from_birth) as from_birth,
    count(*) filter (appeared_on between $start and $end) as in_dates,
    count(*) filter (appeared_on between $start and $end and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, false, size, nominal_b, is_text_generation, is_derived, false)) as shown,
    count(*) filter (appeared_on between $start and $end and appeared_rule = 'first listed' and $text_generation) as of_unknown_task,
    count(launches.series_id) as launches,
from marts.lifetimes
left join marts.launches using (series_id)
where dataset = $dataset
