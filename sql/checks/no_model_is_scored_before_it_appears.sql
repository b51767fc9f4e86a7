-- Except officially, before a curated release, by at most 35 days.
select models.model_id, models.appeared_at, models.appeared_rule, submissions.leaderboard, submissions.submitted_on
from core.submissions_by_key as submissions
join core.models using (model_key)
where submissions.submitted_on < models.appeared_at::date
    and not (
        models.appeared_rule in ('curated release date', 'date of its release')
        and date_diff('day', submissions.submitted_on, models.appeared_at::date) <= 35
        and exists (
            from core.submissions_by_key as official
            where official.model_key = submissions.model_key
                and official.is_official
                and official.submitted_on <= submissions.submitted_on
        )
    )
