-- grain: dataset, appeared_on, appeared_rule, type, architecture, size, is_text_generation, is_derived, is_downloaded
-- stored
-- How many models appeared on each day, in the finest cut that any perspective asks for; undated models under a NULL day.
select
    dataset, /* hub, v2, v1 or the id of an official benchmark */
    appeared_on, /* day, UTC; NULL is undated */
    appeared_rule, /* which date that is, or why there is none */
    type, /* declared type, on the Hub the declared relation */
    architecture, /* group of architectures */
    size, /* size class, billions of parameters */
    is_text_generation, /* its task is text generation */
    is_derived, /* a quantized copy or an adapter */
    is_downloaded, /* downloaded at least once in 30 days */
    count(*) as models, /* models */
from marts.models
group by all
order by all
