"""Write tests/shape.csv: the relations, columns and types that belong to the present number of the shape.

`python -m scripts.shape` writes it from the relations that sql/ declares, built without any data. Raise SHAPE in
oss_ai_monitor/warehouse/identity.py first, unless no version with that number has been released.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from oss_ai_monitor import warehouse

LIST = Path(__file__).parents[1] / "tests" / "shape.csv"
HEAD = ["shape", "relation", "column", "type"]
COLUMNS = """
select schema_name || '.' || table_name as relation, column_name, data_type
from duckdb_columns()
where not internal and schema_name in ('core', 'marts')
order by all
"""


def declared(sql: Path | None = None) -> list[tuple[str, str, str]]:
    """Return relation, column and type of all that the declared relations ship, in the order of their names."""
    with tempfile.TemporaryDirectory() as folder:
        path = warehouse.build(Path(folder), [], sql=sql)
        with warehouse.connect(path, read_only=True) as db:
            return [(relation, column, kind) for relation, column, kind in db.execute(COLUMNS).fetchall()]


if __name__ == "__main__":
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows((warehouse.SHAPE, *row) for row in declared())
