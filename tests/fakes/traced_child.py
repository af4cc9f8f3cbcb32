"""docflow/sandbox/child.py with its lines counted, for the coverage of `make test`.

A child that is killed counts nothing; one that ends in peace, or by an unexpected error, writes its file beside ours.
"""

import runpy
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    counted = coverage.Coverage(
        data_file=str(ROOT / ".coverage"), data_suffix=True, config_file=False, include=[f"{ROOT}/docflow/sandbox/*"]
    )
    counted.start()
    try:
        runpy.run_path(str(ROOT / "docflow" / "sandbox" / "child.py"), run_name="__main__")
    finally:
        counted.stop()
        counted.save()
