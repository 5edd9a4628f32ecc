"""Endings of the files a dataset's labels may lie in, lower case with the point."""

SEPARATED = (".csv", ".tsv", ".tab")
"""Tables by their very ending."""
TABLES = (*SEPARATED, ".txt", ".lst", ".list", ".dat")
"""Files that may be a table of text."""
JSON_LINES = (".jsonl", ".ndjson", ".manifest")
JSON = (".json", *JSON_LINES)
PARQUET = (".parquet", ".pq")
FEATHER = (".feather", ".arrow")
ORC = (".orc",)
EXCEL = (".xlsx", ".xlsm")
SQLITE = (".sqlite", ".sqlite3", ".db")
BINARY_TABLES = (*PARQUET, *FEATHER, *ORC, *EXCEL, *SQLITE)
