"""Stands in for the scrubbing process: writes its environment over the file it was given."""

import os
import sys
from pathlib import Path

Path(sys.argv[1]).write_text("\n".join(f"{name}={value}" for name, value in os.environ.items()))
print("{}")
