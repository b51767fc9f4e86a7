-- grain: member, is_from_birth, entry, duration, event
-- Followed releases of the chosen dates by the weeks from which and to which they were followed, and what ended it, in one group or in several;
-- those with a row that is not at risk were followed for no week after their entry.
select
    case $by
        when 'size' then if(size = 'unknown', 'unknown size', size || ' B')
        when 'architecture' then architecture
        when 'owner' then owner_kind
        when 'licence' then license_class
        when 'seen' then if(is_from_birth, 'seen from birth', 'seen only later')
        else 'all'
    end as member,
    is_from_birth,
    entry,
    duration,
    event,
    is_at_risk,
    count(*) as releases,
from marts.lifetimes
where dataset = $dataset
    and appeared_on between $start and $end
    and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, false, size, nominal_b, is_text_generation, is_derived, false)
group by all
order by member, is_from_birth, entry, duration, event
