-- grain: model_id, language
-- view of core.languages_by_key
-- Languages that a repository declares in its model card or its tags.
select
    models.model_id, /* repository that declares */
    declared.language,
    declared.language_name,
    declared.rule,
from core.languages_by_key as declared
join core.models using (model_key)
