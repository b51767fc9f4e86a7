-- grain: none, as landed
-- Answers of /api/models/{id} as landed; a repository can come twice.
select * from landing.hub_record
