-- grain: none, as landed
-- Items of the Hub's listing /api/models as landed; a repository can come twice.
select * from landing.hub_record
