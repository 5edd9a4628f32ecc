"""Reads one export: `python -m tests.formats.load CASE FOLDER`, for a Python that has its tool.

The last line is a list of number, label and split as JSON; tools print whatever they like before.
"""

import json
import sys
from pathlib import Path

from tests.formats.loading import LOAD_CASES

if __name__ == "__main__":
    wanted, folder = sys.argv[1:]
    found = LOAD_CASES[wanted].load(Path(folder))
    print()
    print(json.dumps([[number, *told] for number, told in found.items()]))
