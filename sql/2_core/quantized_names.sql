-- grain: model_key
-- scratch
-- by model: core.repositories
-- Repositories of which the name says that they are a model's weights at fewer bits, and the bits that it states.
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
