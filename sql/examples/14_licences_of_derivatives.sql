-- What became of the licence of one base model in its derivatives
-- grain: licence, outcome
-- Change the name of the base. Looser and stricter follow the order of core.licence_classes; what the base's licence asks
-- for stands beside it where it is judged, by clause, and is no legal advice. Both licences are those declared now.
select
    coalesce(edges.license, 'none declared') as licence,
    edges.outcome,
    count(*) as derivatives,
    sum(edges.downloads_30d)::bigint as downloads_30d,
    coalesce(any_value(edges.base_license), 'none declared') as licence_of_the_base,
    coalesce(any_value(terms.verdict), 'not judged') as it_asks_for,
    any_value(terms.clause) as clause,
from marts.licence_edges as edges
join core.models as bases on bases.model_key = edges.base_key
left join core.licence_pairs as terms on terms.base = edges.base_license and terms.derivative = 'any'
where edges.dataset = 'hub' and bases.model_id = 'mistralai/Mistral-7B-v0.1'
group by licence, edges.outcome
order by derivatives desc, licence, edges.outcome
