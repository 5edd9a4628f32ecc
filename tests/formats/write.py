"""Writes one case: `python -m tests.formats.write CASE FOLDER`, for a Python that has its tool."""

import sys
from pathlib import Path

from tests.formats import arrays, folders, shards, tables, tools

if __name__ == "__main__":
    wanted, folder = sys.argv[1:]
    [case] = [
        case
        for module in (folders, tables, arrays, shards, tools)
        for case in module.CASES
        if case.name == wanted
    ]
    print(case.write(Path(folder)))
