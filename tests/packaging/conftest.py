"""What builds the application is imported as `packaging/build.py` does it."""

import sys
from pathlib import Path

# Last, so that `packaging/build.py` hides no library of that name.
sys.path.append(str(Path(__file__).parents[2] / "packaging"))
