-- grain: none, as landed
-- The number that stands for each repository in the stored tables: given once, by the build that met its id first.
select
    null::varchar as folded_id, /* id in lower case, for the Hub tells no letter cases apart */
    null::int as model_key, /* its number, from 1 */
where false
