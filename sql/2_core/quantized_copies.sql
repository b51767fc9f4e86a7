-- grain: model_key
-- Repositories that are another model's weights at fewer bits, by declared relation, tag or name, and the bits that are stated.
select
    repositories.model_key, /* repository */
    coalesce(try_cast(nullif(concat(written.bits.bits, written.bits.integers), '') as int), tagged.bits) as bits, /* bits of a weight by name, else by tag; NULL where neither states them */
    coalesce(tagged.is_gguf, false) or coalesce(written.is_gguf, false) as is_gguf, /* its files are GGUF or GGML, by tag or name */
from (select model_key from core.quantization_tags union select model_key from core.quantized_names union select model_key from core.declared_edges where relation = 'quantized') as repositories
left join core.quantization_tags as tagged using (model_key)
left join core.quantized_names as written using (model_key)
