-- grain: none, as landed
-- What the Hub says of each model, in whichever of its lists it landed, as landed.
select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_listing' as source from landing.hub_listing
union all
select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_changes' as source from landing.hub_changes
union all
select * exclude (is_absent, last_seen_at), is_absent, last_seen_at, 'hub_absences' as source from landing.hub_absences
union all
select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_details' as source from landing.hub_details
union all
select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_repositories' as source from landing.hub_repositories
