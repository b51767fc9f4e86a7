-- grain: model_key
-- scratch
-- by model: core.tags
-- What the tags of a repository say of how it was made from its base: PEFT's, those of adapters of image models (diffusers calls LoRA,
-- textual inversion, ControlNet and the like adapters), mergekit's, and those that trainers write into a model card.
select
    model_key,
    bool_or(tag = 'peft') as is_peft,
    bool_or(tag in ('lora', 'template:sd-lora', 'textual_inversion', 'controlnet', 't2i-adapter', 'ip-adapter')) as is_adapter,
    bool_or(tag in ('merge', 'mergekit', 'lazymergekit')) as is_merge,
    bool_or(tag in ('generated_from_trainer', 'generated_from_keras_callback', 'generated_from_setfit_trainer', 'trl', 'sft', 'dpo', 'orpo', 'dreambooth')) as is_trained,
from core.tags
where subject = 'relation'
group by model_key
