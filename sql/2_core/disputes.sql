-- grain: model_id, fact, claimant, claim
-- Claims about a model that are not believed: who claims what, what is used instead, by which rule, and why. Nothing is deleted: landing keeps each claim.
with claims as (
    select 'date' as fact, * from core.disputed_dates
    union all by name
    select 'size' as fact, * from core.disputed_sizes
    union all by name
    select 'base model' as fact, * from core.disputed_bases
    union all by name
    select 'name' as fact, * from core.disputed_names
    union all by name
    select 'architecture' as fact, * from core.disputed_architectures
)
select
    repositories.model_id, /* repository that the claim is about */
    claims.fact, /* date, size, base model, name or architecture */
    claims.claimant, /* source that claims it */
    left(claims.claim, 200) as claim, /* what it claims */
    claims.used, /* what is used instead */
    claims.rule, /* rule that decided */
    claims.why, /* why the claim is not believed */
    claims.model_key, /* stands for model_id in the stored tables */
from claims
join core.repositories using (model_key)
qualify row_number() over (partition by claims.model_key, claims.fact, claims.claimant, left(claims.claim, 200) order by claims.claim, claims.used) = 1
order by fact, rule, model_id, claimant, claim
