"""Settings of a test run: a data folder of its own, test-only clock and addresses; everything else as in production."""

import os
import tempfile

os.environ.setdefault("DOCFLOW_DATA_DIR", tempfile.mkdtemp(prefix="docflow-test-"))
os.environ.setdefault("DOCFLOW_OUTBOUND_ALLOW", "127.0.0.0/8,localhost")
os.environ.setdefault("DOCFLOW_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")

from docflow.settings import *  # noqa: F403

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  WhiteNoise warns of a folder that is not there
