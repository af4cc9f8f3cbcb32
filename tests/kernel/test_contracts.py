"""The import contracts of .importlinter hold something: each fails on a tree in which it was broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("docflow", "documents", "uploads", "rules")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our Python files, to be broken."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.json", "migrations")
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def lint(tree: Path) -> tuple[int, str]:
    # The command's own file keeps the current folder out of the path; -m puts the copy first.
    program = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tree, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("documents/operations/lifecycle.py", "from uploads import statuses", "documents is not allowed to import uploads"),
        ("rules/engine.py", "from django.db import models", "rules.engine is not allowed to import django"),
        ("uploads/statuses.py", "import rules.engine", "uploads is not allowed to import rules"),
    ],
)
def test_a_broken_contract_is_told(tree: Path, module: str, line: str, contract: str) -> None:
    broken = tree / module
    whole = broken.read_text()
    broken.write_text(f"{whole}\n{line}\n")
    status, said = lint(tree)
    broken.write_text(whole)
    assert status == 1
    assert contract in re.sub(r"\s+", " ", said)


def test_what_decides_knows_no_http() -> None:
    """The linter cannot forbid a part of Django, so it is looked for here."""
    core = [*ROOT.glob("*/operations/*.py"), ROOT / "docflow/accounts/operations.py", *ROOT.glob("*/jobs.py")]
    speaking = [path for path in core if "django.http" in path.read_text() or "django.shortcuts" in path.read_text()]
    assert len(core) > 10
    assert speaking == []
