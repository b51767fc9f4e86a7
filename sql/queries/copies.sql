-- grain: model_id
-- Repositories of other owners with the weights of a release, and what each is a copy of: its owner's repository, or the release where there is none or it is not known which.
select
    copies.model_id,
    coalesce(originals.model_id, releases.label) as original,
from core.release_models as copies
join core.releases on releases.release_id = copies.release_id
left join core.release_models as originals on originals.model_id = copies.copy_of and originals.kind != 'mirror'
where copies.kind = 'mirror' or split_part(copies.copy_of, '/', 1) != split_part(copies.model_id, '/', 1)
order by copies.model_id
