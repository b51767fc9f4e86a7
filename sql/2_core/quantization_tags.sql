-- grain: model_key
-- scratch
-- by model: core.tags
-- What the tags of a repository say of quantization: bits, and GGUF.
select
    model_key,
    max(try_cast(left(tag, 1) as int)) filter (tag in ('2-bit', '3-bit', '4-bit', '5-bit', '6-bit', '8-bit')) as bits,
    bool_or(tag = 'gguf') as is_gguf,
from core.tags
where subject = 'quantization'
group by model_key
