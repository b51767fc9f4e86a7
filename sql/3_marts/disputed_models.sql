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
    models.dataset,
    deciding.model_key,
    deciding.fact, /* date, size, base model or architecture */
    min(deciding.claimed_on) filter (deciding.fact = 'date') as claimed_on, /* the day that was claimed */
    models.appeared_on,
    models.type,
    models.architecture,
    models.size,
    models.nominal_b,
    models.is_text_generation,
    models.is_derived,
    models.is_downloaded,
from deciding
join marts.models using (model_key)
group by all
order by all
