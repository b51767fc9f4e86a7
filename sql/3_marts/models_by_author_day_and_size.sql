-- grain: dataset, kind, place, model_key, appeared_on, size, is_text_generation, is_derived, is_downloaded
-- stored
-- Dated models of each author by day, most active authors first, so that the few who can lead are read without the rest.
-- Owners on leaderboards are not here: marts.evaluated_models stands in that order.
with dated as (
    select dataset, model_key, owner, appeared_on, size, is_text_generation, is_derived, is_downloaded
    from marts.models
    where appeared_on is not null
),
written as (
    select dataset, 'owners' as kind, owner as author, null as model_key, appeared_on, size, is_text_generation, is_derived, is_downloaded, count(*) as models
    from dated
    where dataset = 'hub'
    group by all
    union all
    select dataset, 'contributors' as kind, contributor as author, model_key, appeared_on, size, is_text_generation, is_derived, is_downloaded, 1 as models
    from dated
    join core.contributors_by_key using (model_key)
)
select
    written.dataset, /* hub, v2, v1 or the id of an official benchmark */
    written.kind, /* owners or contributors */
    authors.place, /* the author's place in marts.authors */
    written.model_key, /* repository, for contributors, who share some; NULL for owners */
    written.appeared_on, /* day, UTC */
    written.size, /* size class, billions of parameters */
    written.is_text_generation, /* its task is text generation */
    written.is_derived, /* a quantized copy or an adapter */
    written.is_downloaded, /* downloaded at least once in 30 days */
    written.models, /* models */
from written
join marts.authors using (dataset, kind, author)
order by written.dataset, written.kind, authors.place, written.appeared_on
