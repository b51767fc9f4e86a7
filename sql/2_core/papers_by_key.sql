-- grain: model_key, arxiv_id
-- by model: core.tags
-- Papers on arXiv that a repository names in its tags: its own, or one of a method, a base or data that it uses. As stored; read core.papers.
-- The paper that the Hub's template of model cards names, whatever the model, says nothing of it and is left out (seeds/placeholder_papers.csv).
with named as (
    select distinct model_key, regexp_replace(trim(substr(tag, 7)), '[vV][0-9]{1,3}$', '') as arxiv_id
    from core.tags
    where subject = 'paper' and length(tag) <= 40
)
select
    model_key, /* repository that names it */
    arxiv_id, /* arXiv identifier without a version, of the form 2407.01234, or of before April 2007 cs/0112017 */
from named
where regexp_matches(arxiv_id, '^[0-9]{2}(0[1-9]|1[0-2])[.][0-9]{4,5}$|^[a-z]+(-[a-z]+)?([.][A-Z]{2})?/[0-9]{2}(0[1-9]|1[0-2])[0-9]{3}$')
    and arxiv_id not in (select arxiv_id from seeds.placeholder_papers)
qualify row_number() over (partition by model_key order by arxiv_id) <= 100 -- no honest model names more
order by model_key, arxiv_id
