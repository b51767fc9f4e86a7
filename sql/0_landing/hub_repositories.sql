-- grain: none, as landed
-- Repository details that the published tool took from the Hub, as landed; a repository can come twice.
select * from landing.hub_record
