-- grain: model_key
-- scratch
-- What would hold of a model if the claims about it that are not believed were: its date (of several claims the earliest), its size and its architecture.
-- A claim that is kept though in doubt changes nothing, and is not here.
with claims as (
    select
        disputes.model_key,
        disputes.fact,
        disputes.claimant,
        disputes.claim,
        grouped.architecture,
        try_cast(if(disputes.fact = 'size', replace(disputes.claim, ' B', ''), null) as double) as claimed_b,
    from core.disputes
    left join core.architecture_names as grouped on disputes.fact = 'architecture' and grouped.name = disputes.claim
    where disputes.fact in ('date', 'size', 'architecture')
        and disputes.used != 'kept, in doubt'
)
select
    model_key,
    min(try_cast(claim as date)) filter (fact = 'date') as appeared_on,
    max(claimed_b) filter (fact = 'size') as parameters_b,
    min(architecture) filter (fact = 'architecture') as architecture,
from claims
group by model_key
