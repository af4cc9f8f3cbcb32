"""What our own static files may hold (ui.md 5.1, 5.2)."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
IMPORT = re.compile(r'^\s*(?:import\b|export \*)[^"\'\n]*["\']([^"\']+)["\'](.?)', re.MULTILINE)
KB = 1024
CEILINGS = {  # in KB
    "base.js": 4, "dropzone.js": 4, "progress.js": 2, "table.js": 4,
    "review/main.js": 2, "review/state.js": 3, "review/viewer.js": 7, "review/strip.js": 2, "review/boxes.js": 3,
    "review/fields.js": 7, "review/candidates.js": 3, "review/lines.js": 9, "review/keyboard.js": 3, "review/autosave.js": 4,
    "review/lock.js": 2, "review/decision.js": 2, "review/events.js": 1, "review/svg.js": 1, "review/wire.js": 1,
    "review/why.js": 3, "review/images.js": 4,
}  # fmt: skip
OTHERS = 2  # starts of packaged pages, e.g. of the API documentation


def _name(script: Path) -> str:
    return script.relative_to(STATIC / "js").as_posix()


def _imports(script: Path) -> list[str]:
    return [path for path, _end in IMPORT.findall(script.read_text())]


def test_imports_are_relative_end_in_js_and_a_semicolon() -> None:
    odd = [
        (_name(script), path)
        for script in SCRIPTS
        for path, end in IMPORT.findall(script.read_text())
        if not path.startswith(("./", "../")) or not path.endswith(".js") or end != ";"
    ]
    assert odd == []


def test_no_import_stands_in_a_comment() -> None:
    assert [
        _name(script) for script in SCRIPTS if re.search(r"(//|\*)[^\n]*\bimport\b[^\n]*['\"]\./", script.read_text())
    ] == []


def test_modules_import_downward_only() -> None:
    known = {script.resolve(): [(script.parent / path).resolve() for path in _imports(script)] for script in SCRIPTS}

    def reach(script: Path, seen: tuple[Path, ...]) -> None:
        assert script not in seen, f"{_name(script)} imports itself in a circle"
        for each in known[script]:
            reach(each, (*seen, script))

    for script in known:
        reach(script, ())


def test_parts_of_the_review_page_do_not_import_each_other() -> None:
    below = {"state.js", "events.js", "wire.js", "svg.js", "base.js"}
    parts = [script for script in SCRIPTS if script.parent.name == "review" and script.name != "main.js"]
    odd = [(_name(script), path) for script in parts for path in _imports(script) if Path(path).name not in below]
    assert odd == []


def test_every_file_stays_under_its_ceiling() -> None:
    large = [_name(script) for script in SCRIPTS if script.stat().st_size > CEILINGS.get(_name(script), OTHERS) * KB]
    assert large == []
    assert sum(script.stat().st_size for script in SCRIPTS) <= 80 * KB
    assert sum(sheet.stat().st_size for sheet in (STATIC / "css").glob("*.css")) <= 40 * KB
    assert (STATIC / "icons.svg").stat().st_size <= 20 * KB


def test_scripts_write_no_markup_and_evaluate_nothing() -> None:
    bad = re.compile(r"\.innerHTML\s*=|\beval\(|new Function|document\.write|setTimeout\(\s*['\"]")
    assert [_name(script) for script in SCRIPTS if bad.search(script.read_text())] == []


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    bad = re.compile(r'\sstyle="|\son[a-z]+="|<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style')
    assert [page.name for page in TEMPLATES.rglob("*.html") if bad.search(page.read_text())] == []


def test_no_tag_of_a_template_runs_over_two_lines() -> None:
    """Django takes such a tag for text."""
    broken = re.compile(r"\{%[^%\n]*\n|\{\{[^}\n]*\n")
    assert [page.name for page in TEMPLATES.rglob("*.html") if broken.search(page.read_text())] == []


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    used = {name for page in TEMPLATES.rglob("*.html") for name in re.findall(r'\{% icon "([\w-]+)" %\}', page.read_text())}
    assert used - sprite == set()


def test_every_colour_in_the_sheets_is_a_token() -> None:
    """White and the shade behind dialogs, and ink on paper, are the same in both themes."""
    allowed = {"#ffffff", "#535d6b", "#1b2430"}
    sheets = [sheet for sheet in (STATIC / "css").glob("*.css") if sheet.name != "tokens.css"]
    assert {colour for sheet in sheets for colour in re.findall(r"#[0-9a-f]{6}\b", sheet.read_text())} <= allowed


def test_imports_of_collected_modules_lead_to_files_that_are_there(collected: None) -> None:
    entry = Path(settings.STATIC_ROOT) / staticfiles_storage.stored_name("js/review/main.js")
    paths = re.findall(r'(?:import|from)\s*"([^"]+)"', entry.read_text())
    assert len(paths) >= 10
    assert all((entry.parent / path).exists() and re.search(r"\.[0-9a-f]{12}\.js$", path) for path in paths)


def test_django_still_has_the_private_name_that_our_storage_needs() -> None:
    assert len(ManifestStaticFilesStorage._js_module_import_aggregation_patterns) == 2
