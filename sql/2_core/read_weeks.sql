-- grain: week
-- scratch
-- The complete weeks in which downloads of 30 days were read: those with a listing that has them.
select distinct week from staging.hub_adoption_weeks where downloads_30d is not null
