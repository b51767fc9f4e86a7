-- grain: day, architecture
-- Adoption of each architecture on every kept day.
select
    day, /* UTC day of a full listing */
    member as architecture, /* group of architectures, as known today */
    models, /* repositories in the listing */
    downloads_30d, /* their downloads of the last 30 days */
    downloads_all_time, /* their all-time downloads */
    likes, /* their likes */
    gained, /* new downloads since the kept day before; NULL where nothing compares */
from marts.adoption_by_day
where dimension = 'architecture'
