"""Child processes with limits, in which everything that parses, renders or recognizes runs: reliability.md section 5.

    box = Sandbox()
    with box.work(organization=str(uuid)) as work:
        work.put("file", path)
        answer = work.run("read_page", file="file", media_type="application/pdf", number=1, languages=["eng"])
    box.close()

The rest of the house needs these names only.
"""

from docflow.sandbox.box import Sandbox
from docflow.sandbox.folders import sweep
from docflow.sandbox.steps import STEPS, Step
from docflow.sandbox.work import Work

__all__ = ["STEPS", "Sandbox", "Step", "Work", "sweep"]
