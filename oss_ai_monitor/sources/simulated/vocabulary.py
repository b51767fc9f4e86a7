"""The vocabulary of the invented community: the words in its names, and the popularity of each architecture."""


def _words(text: str) -> list[str]:
    return text.split()


LICENCES = _words("""
    apache-2.0 apache-2.0 mit cc-by-nc-4.0 apache-2.0 other cc-by-sa-4.0 openrail unknown mit gpl-3.0 cc-by-4.0
""")
COMMUNITY_LICENCES = {"Llama": ("llama2", "llama3", "llama3.1"), "Gemma": ("gemma",)}
"""The licences of most models of these groups."""
LANGUAGES = _words("""
    en zh fr de ja ko es multilingual
""")
DATASETS = [f"sim-data/{word}" for word in _words("riddles recipes letters proofs ballads ledgers maps drills")]
NAME_STARTS = _words("""
    amber birch cobalt copper coral dawn dusk ember fern flint frost granite harbor hazel indigo ivory jade
    juniper linen maple marble mossy north ochre opal pewter quartz rowan saffron slate thistle tin
""")
NAME_ENDS = _words("""
    anvil barn beacon bell bridge canoe chapel compass crane desk fiddle forge garden gate kiln kite ladder
    lantern loom mill oar orchard pier quill raft sail shed spade tower wagon well wheel
""")
NAME_STEMS = _words("""
    Badger Bittern Curlew Dipper Dunlin Egret Falconet Finch Gannet Godwit Harrier Heron Ibis Jackdaw Kestrel
    Lapwing Linnet Marten Merlin Nightjar Osprey Otter Pipit Plover Quail Robin Sandpiper Siskin Swift Tern
    Wagtail Wren
""")
NAME_SUFFIXES = ("", "", "-sft", "-lora", "-gguf", "-merge")
"""The suffix of a name, by position in RELATIONS."""

OTHER = _words("""
    bert distilbert roberta xlm-roberta t5 whisper wav2vec2 vit bart marian deberta-v2 electra clip mt5 albert
    swin camembert segformer vits xglm
""")
"""Model types outside the named groups, the most frequent first."""
OTHER_CLASS = {"xglm": "XGLMForCausalLM", "t5": "T5ForConditionalGeneration", "mt5": "MT5ForConditionalGeneration"}

TEXT = """
gpt2             2022-01     7  40  0.1,0.4,0.8,1.5
opt              2022-05     3  16  0.1,0.4,1.3,6.7,30
gpt_neox         2022-04     3  18  1.4,2.8,6.9,12,20
gpt_neo          2022-01     2  14  0.1,1.3,2.7
gptj             2022-01     2  14  6
bloom            2022-07     3  12  0.6,1.1,3,7.1
llama            2023-02    42  20  1.1,7,8,13,30,70
mpt              2023-05   1.5   8  7,30
falcon           2023-06     2   9  7,40
gpt_bigcode      2023-05     1   8  1,15
rwkv             2023-05   0.4   8  1.5,7
baichuan         2023-06     1   7  7,13
stablelm         2023-09   1.4  10  1.6,3
mistral          2023-09    58  11  7,12,24
phi              2023-09     4  10  1.3,2.7
mixtral          2023-12    11   9  47
mamba            2023-12   0.5  10  1.4,2.8
internlm2        2024-01     1   9  1.8,7,20
qwen2            2024-02    44  14  0.5,1.5,3,7,14,32,72
gemma            2024-02     5   8  2,7
olmo             2024-02   0.5   8  1,7
starcoder2       2024-02   0.8   9  3,7,15
cohere           2024-03     1  10  35
qwen2_moe        2024-03   0.6   8  14
phi3             2024-04     8  12  3.8,14
deepseek_v2      2024-05   0.8   8  16
glm              2024-06   0.7   9  9
gemma2           2024-06     12  11  2,9,27
nemotron         2024-08   0.5   8  4,8
mllama           2024-09   0.6   8  11
granite          2024-10   1.2  14  2,8
olmo2            2024-11   0.9  10  7,13
cohere2          2024-12   0.6  10  7
deepseek_v3      2024-12   1.2  10  671
qwen2_5_vl       2025-01     3  10  3,7,72
gemma3           2025-03    11  14  1,4,12,27
mistral3         2025-03     2  12  24
nemotron_h       2025-03   0.8  14  8
llama4           2025-04   0.8   8  109
glm4             2025-04   0.7  10  9,32
qwen3            2025-04    34  16  0.6,1.7,4,8,14,32
qwen3_moe        2025-04     4  14  30
falcon_h1        2025-05   0.6   8  1.5,7
ernie4_5         2025-06   0.4   8  0.3
gemma3n          2025-06     1  10  4
smollm3          2025-07     1  10  3
lfm2             2025-07     1  12  1.2
exaone4          2025-07   0.4   8  32
hunyuan_v1_dense 2025-07   0.4   8  7
glm4_moe         2025-07   0.9  12  106
gpt_oss          2025-08     7  12  20,117
seed_oss         2025-08   0.4   8  36
apertus          2025-09   0.4   8  8,70
qwen3_next       2025-09   0.8   8  80
qwen3_vl         2025-09     3  12  4,8,30
deepseek_v32     2025-09   0.7   8  671
granitemoehybrid 2025-10     1  12  7
minimax_m2       2025-10   0.5   8  230
olmo3            2025-11   0.9  10  7,32
ministral3       2025-12     2  12  3,8,14
kimi_k25         2026-01   0.4  10  1000
glm_moe_dsa      2026-02   0.7  10  744
qwen3_5          2026-02    30  14  2,4,9,27
qwen3_5_moe      2026-02     5  14  35
deepseek_v4      2026-04   1.4  12  284
gemma4           2026-04    14  16  2,4,12,31
muse_glimmer     2026-08     6  12  30
"""
"""model_type, first month, weight at the peak, months until it halves, sizes in billions of parameters."""
