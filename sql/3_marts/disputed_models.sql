-- grain: dataset, model_key, fact
-- stored
-- Models of each dataset of which a claim is not believed that would draw them elsewhere or not at all; with what the filters ask for.
with deciding as (
    select model_key, fact, used, rule, try_cast(claim as date) as claimed_on
    from core.disputes
    where fact in ('date', 'size', 'base model', 'architecture')
        and claim is distinct from used
        and rule not in ('official lead', 'younger than a derivative')
)
select
    models.dataset, /* hub, v2, v1 or the id of an official benchmark */
    deciding.model_key, /* stands for model_id in this generation */
    deciding.fact, /* date, size, base model or architecture */
    min(deciding.claimed_on) filter (deciding.fact = 'date') as claimed_on, /* the day that was claimed */
    models.appeared_on, /* day it appeared, UTC; NULL is undated */
    models.type, /* declared type, on the Hub the declared relation */
    models.architecture, /* group of architectures */
    models.size, /* size class, billions of parameters */
    models.is_text_generation, /* its task is text generation */
    models.is_derived, /* a quantized copy or an adapter */
    models.is_downloaded, /* downloaded at least once in 30 days */
from deciding
join marts.models using (model_key)
group by all
order by all
