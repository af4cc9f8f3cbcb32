"""Settings of a test run: a data folder of its own, test-only clock and addresses; everything else as in production."""

import os
import tempfile
from pathlib import Path

if "DOCFLOW_DATA_DIR" not in os.environ:
    os.environ["DOCFLOW_DATA_DIR"] = tempfile.mkdtemp(prefix="docflow-test-")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER and Path(os.environ["DOCFLOW_DATA_DIR"]).name != WORKER:  # each process of a run keeps its files apart
    os.environ["DOCFLOW_DATA_DIR"] = str(Path(os.environ["DOCFLOW_DATA_DIR"]) / WORKER)
os.environ.setdefault("DOCFLOW_OUTBOUND_ALLOW", "127.0.0.0/8,localhost")
os.environ.setdefault("DOCFLOW_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")

from docflow.settings import *  # noqa: E402, F403

if WORKER and BROKER_URL:  # noqa: F405  and its counters and bells: who empties a cache empties a Redis database
    BROKER_URL = f"{BROKER_URL.rsplit('/', 1)[0]}/{15 - int(WORKER.removeprefix('gw'))}"  # noqa: F405
    CACHES["default"]["LOCATION"] = Q_CLUSTER["redis"] = BROKER_URL  # noqa: F405

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  WhiteNoise warns of a folder that is not there
