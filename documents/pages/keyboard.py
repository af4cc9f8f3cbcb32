"""The keyboard map of the review page (ui.md 3.7): one list for the keys, the buttons' tips and the help overlay."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# chord -> command; each command is a visible button with data-command
KEYS: dict[str, str] = {
    "Alt+J": "next-open",
    "Alt+K": "previous-open",
    "Alt+O": "first-open",
    "Alt+I": "lines",
    "Alt+ArrowDown": "candidates",
    "Alt+N": "absent",
    "Alt+U": "unreadable",
    "Alt+Y": "why",
    "Alt+Z": "undo",
    "Ctrl+Z": "undo",
    "Ctrl+S": "save",
    "Ctrl+Enter": "confirm",
    "Ctrl+Shift+Enter": "approve",
    "Alt+R": "decide",
    "Alt+.": "next",
    "Alt+,": "previous",
    "Alt+Q": "back",
    "Alt+PageDown": "next-page",
    "Alt+PageUp": "previous-page",
}

HELP: tuple[tuple[Any, tuple[tuple[tuple[str, ...], Any], ...]], ...] = (
    (_("In a field"), (
        (("Enter",), _("Right: accept it and go to the next open field")),
        (("Tab",), _("Next control, nothing accepted")),
        (("Esc",), _("Restore the value; again: leave the field")),
        (("Alt+↓",), _("Other candidates (then ↑ ↓, 1–9, Enter)")),
        (("Alt+N",), _("Not on the document (again: undo)")),
        (("Alt+U",), _("Unreadable (again: undo)")),
        (("Alt+Y",), _("Why this value")),
        (("Shift+Enter",), _("New line in a long field")),
    )),
    (_("Anywhere"), (
        (("Ctrl+Enter",), _("Confirm and go to the next document")),
        (("Ctrl+Shift+Enter",), _("Confirm, approve and go to the next")),
        (("Alt+J", "Alt+K"), _("Next, previous open field")),
        (("Alt+O",), _("First open field")),
        (("Alt+I",), _("Line items and back")),
        (("Alt+R",), _("Set aside: missing information, exception, discard")),
        (("Alt+.", "Alt+,"), _("Next, previous document")),
        (("Alt+Q",), _("Back to the list")),
        (("Alt+Z",), _("Undo the last change of a value")),
        (("Ctrl+S",), _("Save now (it saves by itself)")),
        (("Alt+PgDn", "Alt+PgUp"), _("Next, previous page")),
        (("?", "Ctrl+/"), _("This help")),
    )),
    (_("On the page image"), (
        (("+", "-", "0"), _("Zoom in, out, 100 %")),
        (("w", "h"), _("Fit width, fit page")),
        (("r",), _("Turn")),
        (("a",), _("Boxes: all, one, none")),
        (("↑", "↓"), _("From box to box")),
    )),
    (_("In the line items"), (
        (("↑", "↓", "←", "→"), _("Move")),
        (("Enter", "F2"), _("Edit; Enter again stores and goes down")),
        (("Esc",), _("Restore the cell; again: leave")),
        (("Alt+Enter",), _("New row below")),
        (("Alt+Delete",), _("Remove the row")),
    )),
)  # fmt: skip


def key_help() -> list[dict[str, Any]]:
    return [{"title": title, "keys": keys} for title, keys in HELP]
