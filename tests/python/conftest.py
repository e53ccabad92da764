"""The drop-in is on the path, as if it were installed: examples import `cryptography`."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "dropin" / "src"))
