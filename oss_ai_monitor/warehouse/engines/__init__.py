"""The engines that make the relations of a plan: DuckDB, in one process, and Spark, on a cluster."""
