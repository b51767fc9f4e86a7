-- grain: none, as landed
-- The texts of every source but the Hub's lists of models in which a name can stand: ids, what is declared, notes of the reader.
select model_id as text from landing.hub_adoption where model_id is not null
union all
select unnest([benchmark_id, model_id, filename]) from landing.hub_benchmarks
union all
select model_id from landing.hub_commits
union all
select unnest(authors) from landing.hub_commits
union all
select model_id from landing.hub_failures
union all
select unnest([fullname, base_model, hub_license, architecture]) from landing.leaderboard_v2
union all
select unnest([fullname, hub_license, architecture]) from landing.leaderboard_v1
union all
select unnest([address, array_to_string(notes, chr(10))]) from landing.snapshots
union all
select unnest([model_id, before, after]) from landing.hub_fact_changes
union all
select unnest([leaderboard, model_id, model_before]) from landing.leaderboard_changes
