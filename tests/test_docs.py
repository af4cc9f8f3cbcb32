"""The documentation cannot rot: what the code has, docs/ has."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

from rules.actions import ACTIONS
from rules.conditions import FIELDS, OPERATORS
from rules.engine import DOCUMENT_EVENTS
from rules.operations.endpoints import EVENTS

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("docflow", "documents", "uploads", "rules")
READ = re.compile(r"""env\.(?:text|flag|integer|url|secret|words|one_of)\(\s*["']([A-Z_]+)["']""")


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def test_every_setting_is_documented_with_default_and_example() -> None:
    read = {name for path in python_files() for name in READ.findall(path.read_text())}
    rows = {
        line.split("`")[1]: line for line in (ROOT / "docs/settings.md").read_text().splitlines() if line.startswith("| `")
    }
    assert len(read) > 15
    assert read == set(rows)
    assert all(row.count("|") == 5 for row in rows.values())


def test_settings_come_from_the_environment_by_one_door() -> None:
    allowed = {
        "docflow/env.py",
        "docflow/settings.py",  # PYTEST_XDIST_WORKER names the database of a test run
        "docflow/wsgi.py",
        "docflow/serve/part.py",  # hands the environment on
        "docflow/management/commands/serve.py",
    }
    readers = {str(path.relative_to(ROOT)) for path in python_files() if re.search(r"os\.(environ|getenv)", path.read_text())}
    inside = {name for name in readers if not name.startswith("docflow/sandbox/")}  # the child's own few names
    assert inside <= allowed | {"documents/extraction/ocr/tesseract.py"}


def test_every_command_is_documented() -> None:
    commands = {path.stem for path in python_files() if path.parent.name == "commands" and path.stem != "__init__"}
    written = (ROOT / "docs/commands.md").read_text()
    assert {command for command in commands if f"`{command}" not in written} == set()
    assert len(commands) >= 8


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "CHANGELOG.md", ROOT / "README.md"]
    broken = []
    for page in (each for each in pages if each.exists()):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_addresses_of_the_site_in_the_readme_answer(collected: None, client: Client, db: None) -> None:
    paths = re.findall(r"\]\(http://localhost:8000(/[^)]*)\)", (ROOT / "README.md").read_text())
    assert len(paths) >= 2
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_every_call_of_the_api_is_documented() -> None:
    """docs/api.md writes ids as {id} and {n}; tests/api/calls.txt, which another test holds to the code, by their names."""
    written = (ROOT / "docs/api.md").read_text()
    calls = [line.split()[:2] for line in (ROOT / "tests/api/calls.txt").read_text().splitlines() if line.strip()]
    assert len(calls) > 50
    missing = []
    for method, path in calls:
        shown = path.replace("{number}", "{id}").replace("{page}", "{n}")
        rows = re.findall(rf"`([^`]*{re.escape(shown)})`", written)
        if not any(method in row or row == shown for row in rows):
            missing.append(f"{method} {shown}")
    assert missing == []


def test_every_condition_action_and_event_is_documented() -> None:
    written = (ROOT / "docs/rules.md").read_text()
    names = {*FIELDS, *OPERATORS, *ACTIONS, *DOCUMENT_EVENTS}
    assert {name for name in names if f"`{name}`" not in written} == set()
    channels = (ROOT / "docs/webhooks.md").read_text()
    events = {event for each in EVENTS.values() for event in each} | set(EVENTS)
    assert {name for name in events if f"`{name}`" not in channels} == set()
