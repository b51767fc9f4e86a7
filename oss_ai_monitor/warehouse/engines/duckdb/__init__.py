"""DuckDB makes the relations: only what changed since the generation before, if there is one."""
