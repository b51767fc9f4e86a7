-- grain: model_key
-- scratch
-- Repositories that are another model's weights at fewer bits, by declared relation, tag or name, and the bits that are stated.
with written as (
    select
        model_key,
        regexp_extract(name, '(?i)([2-8])[-_. ]?bit|int([48])', ['bits', 'integers']) as bits,
        regexp_matches(name, '(?i)gguf|ggml') as is_gguf,
    from (
        -- 16 and 32 bits are no fewer, and the 6 and the 2 in them are no bits
        select model_key, if(contains(lower(read_as), 'bit'), regexp_replace(read_as, '(?i)(16|32|64)[-_. ]?bit', '', 'g'), read_as) as name
        from core.repositories
    )
    where regexp_matches(name, '(?i)gguf|ggml|gptq|awq|exl2|bnb|[2-8][-_. ]?bit|int[48]|mlx|hqq|fp8|w4a16|w8a8|bpw')
)
select
    repositories.model_key,
    coalesce(try_cast(nullif(concat(written.bits.bits, written.bits.integers), '') as int), tagged.bits) as bits,
    coalesce(tagged.is_gguf, false) or coalesce(written.is_gguf, false) as is_gguf,
from (select model_key from core.quantization_tags union select model_key from written union select model_key from core.declared_edges where relation = 'quantized') as repositories
left join core.quantization_tags as tagged using (model_key)
left join written using (model_key)
