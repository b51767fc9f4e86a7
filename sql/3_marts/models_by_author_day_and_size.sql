-- grain: dataset, kind, place, model_key, appeared_on, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- Dated models of each author by day, most active authors first, so that the few who can lead are read without the rest.
-- Owners on leaderboards are not here: marts.evaluated_models stands in that order.
with written as (
    select dataset, 'owners' as kind, place, null as model_key, appeared_on, size, nominal_b, is_text_generation, is_derived, is_downloaded, count(*) as models
    from marts.models
    join (select author, place from marts.authors where dataset = 'hub' and kind = 'owners') as authors on authors.author = models.owner
    where models.dataset = 'hub' and appeared_on is not null
    group by all
    union all
    select dataset, 'contributors', place, model_key, appeared_on, size, nominal_b, is_text_generation, is_derived, is_downloaded, 1
    from marts.models
    join core.contributors_by_key using (model_key)
    join (select dataset, author, place from marts.authors where kind = 'contributors') as authors using (dataset)
    where authors.author = contributors_by_key.contributor and appeared_on is not null
)
select
    written.dataset, /* hub, v2, v1 or the id of an official benchmark */
    written.kind, /* owners or contributors */
    written.place, /* the author's place in marts.authors */
    written.model_key, /* repository, for contributors, who share some; NULL for owners */
    written.appeared_on, /* day, UTC */
    written.size, /* size class, billions of parameters */
    written.nominal_b, /* size as people call it, billions; NULL is unknown */
    written.is_text_generation, /* its task is text generation */
    written.is_derived, /* a quantized copy or an adapter */
    written.is_downloaded, /* downloaded at least once in 30 days */
    written.models, /* models */
from written
order by written.dataset, written.kind, written.place, written.appeared_on
