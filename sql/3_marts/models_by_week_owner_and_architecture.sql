-- grain: dataset, week, owner_place, architecture, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- New models of each owner by week and architecture, oldest first, so that a few weeks are read without the rest.
select
    models.dataset,
    date_trunc('week', models.appeared_on)::date as week, /* Monday of the week in which they appeared, UTC */
    authors.place as owner_place, /* the owner's place in marts.authors */
    models.architecture,
    models.size, /* size class, billions of parameters */
    models.nominal_b, /* size as people call it, billions; NULL is unknown */
    models.is_text_generation,
    models.is_derived,
    models.is_downloaded,
    count(*) as models, /* models */
from marts.models
join marts.authors on authors.dataset = models.dataset and authors.kind = 'owners' and authors.author = models.owner
where models.appeared_on is not null
group by all
order by all
