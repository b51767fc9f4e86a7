-- grain: fact, name
-- The languages that a model declares, by their English names, and the papers on arXiv that it names, newest first.
select
    'language' as fact,
    language as name,
    language_name,
    rule,
from core.languages_by_key
where model_key = $model_key
union all
select
    'paper' as fact,
    arxiv_id as name,
    null as language_name,
    'tag' as rule,
from core.papers_by_key
where model_key = $model_key
order by fact, contains(name, '/'), language_name nulls last, if(fact = 'language', name, null), name desc
