"""The sign-in archive: encoded sign-ins and the condition cube, in Parquet, by DuckDB."""
