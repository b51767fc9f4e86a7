-- grain: relation, column_name
-- Every relation that people read, with the comments that travel in the file. One row per relation and column.
with relations as (
    select schema_name, table_name as name, 'table' as kind, comment from duckdb_tables() where database_name = current_database()
    union all
    select schema_name, view_name as name, 'view' as kind, comment from duckdb_views() where database_name = current_database() and not internal
)
select
    relations.schema_name || '.' || relations.name as relation,
    relations.kind,
    relations.comment,
    columns.column_name,
    columns.data_type,
    columns.comment as column_comment,
from relations
join duckdb_columns() as columns
    on columns.database_name = current_database() and columns.schema_name = relations.schema_name and columns.table_name = relations.name
order by relations.schema_name, relations.name, columns.column_index
