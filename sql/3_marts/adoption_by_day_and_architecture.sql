-- grain: day, architecture
-- Adoption of each architecture on every kept day.
select
    day,
    member as architecture, /* group of architectures, as known today */
    models,
    downloads_30d,
    downloads_all_time,
    likes,
    gained,
from marts.adoption_by_day
where dimension = 'architecture'
