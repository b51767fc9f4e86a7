"""The fields of the Hub's JSON records: their names, and the SQL that casts each to its documented type."""

from collections.abc import Callable

from oss_ai_monitor.sources import dates

Take = Callable[[str], str]
"""SQL of a JSON value → SQL of the landed column, which is NULL for a value of another type."""


def _text(sent: str) -> str:
    return f"case when json_type({sent}) = 'VARCHAR' then json_extract_string({sent}, '$') end"


def _count(sent: str) -> str:
    return f"case when json_type({sent}) in ('UBIGINT', 'BIGINT') then try_cast({sent}::varchar as bigint) end"


def _flag(sent: str) -> str:
    return f"case when json_type({sent}) = 'BOOLEAN' then {sent}::varchar = 'true' end"


def _json(*kinds: str) -> Take:
    """Accept JSON of these kinds, also if it was sent as a text."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)

    def take(sent: str) -> str:
        parsed = f"try_cast(json_extract_string({sent}, '$') as json)"
        return f"""
            case
                when json_type({sent}) in ({listed}) then {sent}
                when json_type({sent}) = 'VARCHAR' and json_type({parsed}) in ({listed}) then {parsed}
            end"""

    return take


def _texts(sent: str) -> str:
    return f"try_cast(({_json('ARRAY')(sent)}) as varchar[])"


def _moment(sent: str) -> str:
    return f"""
        case
            when json_type({sent}) = 'VARCHAR' then {dates.unambiguous(f"json_extract_string({sent}, '$')")}
            when json_type({sent}) in ('UBIGINT', 'BIGINT', 'DOUBLE')
                then {dates.epoch(f"try_cast({sent}::varchar as double)")}
        end"""


def _gated(sent: str) -> str:
    return f"""
        case
            when json_type({sent}) = 'BOOLEAN' and {sent}::varchar = 'false' then 'false'
            when json_type({sent}) = 'VARCHAR' and json_extract_string({sent}, '$') in ('auto', 'manual')
                then json_extract_string({sent}, '$')
        end"""


FIELDS: tuple[tuple[str, str, str, Take], ...] = (
    ("id", "id", "varchar", _text),
    ("author", "author", "varchar", _text),
    ("created_at", "createdAt", "timestamp", _moment),
    ("last_modified", "lastModified", "timestamp", _moment),
    ("likes", "likes", "bigint", _count),
    ("downloads", "downloads", "bigint", _count),
    ("downloads_all_time", "downloadsAllTime", "bigint", _count),
    ("tags", "tags", "varchar[]", _texts),
    ("pipeline_tag", "pipeline_tag", "varchar", _text),
    ("library_name", "library_name", "varchar", _text),
    ("private", "private", "boolean", _flag),
    ("gated", "gated", "varchar", _gated),
    ("disabled", "disabled", "boolean", _flag),
    ("sha", "sha", "varchar", _text),
    ("base_models", "baseModels", "json", _json("OBJECT", "ARRAY")),
    ("safetensors", "safetensors", "json", _json("OBJECT")),
    ("gguf", "gguf", "json", _json("OBJECT")),
    ("config", "config", "json", _json("OBJECT")),
    ("card_data", "cardData", "json", _json("OBJECT")),
)
"""Landed column, field as sent, type, and the function that casts the field."""
COLUMNS = ("row_number", *(name for name, *_ in FIELDS), "extra")
ALIASES = {
    "id": "modelId",
    "createdAt": "created_at",
    "lastModified": "last_modified",
    "downloadsAllTime": "downloads_all_time",
    "baseModels": "base_models",
    "cardData": "card_data",
}
"""Field → its name in dumps: the attribute of huggingface_hub's ModelInfo, or the id's name before October 2021."""
AS_TEXT = tuple(sent for _, sent, kind, _ in FIELDS if kind in ("json", "varchar[]"))
"""Fields that are JSON texts in a table that was exported as JSON."""
