-- grain: dataset
-- stored
-- Each dataset that has data: what it stands on, what it counts and leaves out, and the view that a page opens with.
with sources as (
    select
        datasets.dataset,
        snapshots.* replace (
            if(snapshots.source = 'hub_listing', (select max(as_of) from core.snapshots where source in ('hub_listing', 'hub_changes')), snapshots.as_of) as as_of
        ),
    from core.datasets
    join core.snapshots on snapshots.source = case datasets.kind when 'hub' then 'hub_listing' when 'benchmark' then 'hub_benchmarks' else 'leaderboard_' || datasets.dataset end
),
counted as (
    select
        dataset,
        count(*) as models,
        count(appeared_on) as dated,
        min(appeared_on) as first_on,
        max(appeared_on) as last_on,
        quantile_disc(appeared_on, 0.02) as from_98_on,
        count(written.model_key) as contributed,
    from marts.models
    left join (select distinct model_key from core.contributors_by_key) as written using (model_key)
    group by dataset
),
submitted as (
    select
        leaderboard as dataset,
        count(*) as evaluations,
        count(distinct model_key) as repositories,
        count(*) filter (is_flagged) as flagged,
        max(submitted_on) as last_submitted_on,
    from core.submissions_by_key
    group by leaderboard
),
folded as (
    select leaderboard as dataset, sum(folded)::bigint as folded
    from core.evaluations_by_key
    group by leaderboard
),
ranged as (
    select
        counted.*,
        sources.as_of,
        if(
            datasets.kind = 'hub',
            (date_trunc('month', sources.as_of) - interval 24 month)::date,
            from_98_on
        ) as wanted_start,
        if(datasets.kind = 'hub', (date_trunc('month', sources.as_of) - interval 1 day)::date, sources.as_of::date) as default_end,
        datasets.* exclude (dataset),
    from counted
    join sources using (dataset)
    join core.datasets using (dataset)
    where counted.dated > 0 or datasets.kind != 'benchmark' -- without any date there is no time axis to show
)
select
    ranged.dataset,
    ranged.kind,
    ranged.label,
    ranged.short_label,
    coalesce(ranged.closed_on <= ranged.as_of, false) as is_closed, /* a leaderboard that had closed by as_of: nothing of it is missing */
    ranged.opened_on, /* first day of the leaderboard */
    ranged.closed_on, /* day on which the leaderboard closed, curated; its snapshot may be from before */
    ranged.as_of,
    sources.snapshot_id, /* landed snapshot it stands on */
    sources.fetched_at, /* when that was landed, UTC */
    sources.revision, /* commit of the source */
    sources.is_simulated,
    ranged.models, /* models it shows: listed, or with an unflagged evaluation */
    ranged.dated, /* of these, dated */
    ranged.models - ranged.dated as undated, /* of these, undated */
    ranged.contributed, /* of these, with known contributors */
    coalesce(submitted.repositories, ranged.models) as repositories, /* repositories that it names, flagged ones too */
    coalesce(submitted.evaluations, 0) as evaluations, /* evaluations that it lists */
    coalesce(submitted.flagged, 0) as flagged, /* of these, flagged and left out */
    coalesce(folded.folded, 0) as folded, /* of these, repeated ones that another stands for */
    submitted.last_submitted_on, /* day of the last submission */
    ranged.first_on, /* day of the first dated model */
    ranged.last_on, /* day of the last dated model */
    if(datediff('month', ranged.wanted_start, ranged.default_end) <= 18, 'week', 'month') as default_unit, /* unit at first */
    greatest(date_trunc(if(datediff('month', ranged.wanted_start, ranged.default_end) <= 18, 'week', 'month'), ranged.wanted_start)::date, date '2000-01-01') as default_start, /* first day shown at first: 24 complete months on the Hub, else the span of 98% of the dated models, from the start of a period */
    ranged.default_end, /* last day shown at first */
    coalesce(lags.lag_days, 0) as lag_days, /* 95th percentile from appearing to being submitted, days; periods that end after settled_on still miss some of their models */
    lags.median_lag_days, /* median of the same, days */
    coalesce(lags.models, 0) as lag_models, /* models it was measured on */
    if(lags.lag_days > 0, least(ranged.as_of::date, ranged.closed_on) - lags.lag_days, null) as settled_on, /* lag_days before as_of, or before the leaderboard closed: 95% of the models that appeared until then had been submitted; NULL where there is no lag */
    -- what is fetched later than the lag after as_of, or was closed, will not be completed by what is submitted late
    coalesce(lags.lag_days > 0 and sources.fetched_at::date <= ranged.as_of::date + lags.lag_days and (ranged.closed_on is null or ranged.closed_on > ranged.as_of), false) as awaits_late_submissions, /* more models that appeared after settled_on are still to come */
from ranged
join sources using (dataset)
left join submitted using (dataset)
left join folded using (dataset)
left join marts.lags using (dataset)
