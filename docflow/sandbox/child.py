"""The program of the child: `python -I child.py PARENT LEVEL`."""

import sys
from pathlib import Path

# -I keeps the current folder out of the path, and with it our own packages.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from docflow.sandbox.serving import main

if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
