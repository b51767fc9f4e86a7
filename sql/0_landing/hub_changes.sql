-- grain: none, as landed
-- Items of the Hub's listing by lastModified, as landed since the last full listing; a repository can come twice.
select * from landing.hub_record
