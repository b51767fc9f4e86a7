-- grain: fact
-- Claims that are not believed about all models that a sentence counts, by what they are about: of models that appeared on the Hub in some days, of those that changed in one kind, or of those with evaluations that were submitted to a leaderboard.
with counted as (
    select model_id
    from core.models
    where $subject = 'appeared' and is_listed and appeared_at >= $start::date and appeared_at < $end::date + 1
    union
    select model_id
    from marts.changes
    where is_confirmed and leaderboard = '' and kind = $subject and day between $start and $end
    union
    select named.model_id
    from core.submissions_by_key as submissions
    join core.models as named using (model_key)
    where $subject = 'submitted'
        and submissions.leaderboard = $dataset
        and submissions.submitted_on between $start and $end
        and not submissions.is_flagged
        and not coalesce(submissions.is_pending, false)
        and submissions.score is not null
)
select fact, count(*) as claims, count(distinct model_id) as models
from core.disputes
semi join counted using (model_id)
group by fact
order by claims desc, fact
