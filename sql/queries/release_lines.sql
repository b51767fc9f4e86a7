-- Releases dated in the range, for lines in time axes and for choosing one; derivatives as declared on the dataset, whatever the filters.
select
    releases.release_id,
    releases.family,
    releases.label,
    releases.released_on,
    releases.model_id,
    releases.confidence,
    releases.source,
    coalesce(sum(derivatives.models), 0)::bigint as derivatives,
    (
        select string_agg(others.label || ' (' || strftime(others.released_on, '%d %b %Y') || ')', ', ' order by others.released_on, others.release_id)
        from core.releases as others
        where others.release_id != releases.release_id and abs(date_diff('day', others.released_on, releases.released_on)) <= 28
    ) as within_28_days,
from core.releases
left join marts.derivatives_by_release_day_architecture_and_size as derivatives
    on derivatives.release_id = releases.release_id and derivatives.dataset = $dataset
where releases.released_on between $start and $end
group by all
order by releases.released_on, releases.release_id
