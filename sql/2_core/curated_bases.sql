-- grain: base_id
-- Famous base models by explicit ids; a base's own instruct models are marked by their owner's ids, not by a pattern.
select
    base_id, /* short name */
    family, /* family of models */
    label, /* as shown */
    model_id, /* repository of the base model */
    is_default_v1::boolean as is_default_v1, /* chosen at first on v1 */
    is_default_v2::boolean as is_default_v2, /* chosen at first on v2 */
    str_split(coalesce(owner_instruct_ids, ''), ';') as owner_instruct_ids, /* the owner's own instruct models */
    str_split(coalesce(alias_ids, ''), ';') as alias_ids, /* other repositories of the same weights */
    released_on::date as released_on, /* day of the release */
    source, /* where this is from */
from seeds.base_models
