"""Endings of the files a dataset's labels may lie in, lower case with the point."""

SEPARATED = (".csv", ".tsv", ".tab")
"""Tables by their very ending."""
TABLES = (*SEPARATED, ".txt", ".lst", ".list", ".dat")
"""Files that may be a table of text."""
JSON_LINES = (".jsonl", ".ndjson", ".manifest")
JSON = (".json", *JSON_LINES, ".labels")
"""The last is Edge Impulse's, whose files are called `info.labels`."""
PARQUET = (".parquet", ".pq")
FEATHER = (".feather", ".arrow")
ORC = (".orc",)
EXCEL = (".xlsx", ".xlsm")
SQLITE = (".sqlite", ".sqlite3", ".db")
BINARY_TABLES = (*PARQUET, *FEATHER, *ORC, *EXCEL, *SQLITE)
PACKED_TARS = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".tbz", ".txz")
ARCHIVES = (*PACKED_TARS, ".tar", ".zip")
"""Archives, the longest endings first."""


def archive_stem(name: str) -> str:
    """A file name without what says that it is an archive, and as it is if nothing does."""
    for ending in ARCHIVES:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
