"""Contrast of the colour tokens, recomputed from the CSS (WCAG 2 relative luminance)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
TEXT, GRAPHIC = 4.5, 3.0
GROUNDS = ("bg", "surface", "sunken")
COLOURED = ("accent", "ok", "warn", "bad", "note")


def _block(start: str) -> dict[str, str]:
    body = CSS[CSS.index(start) :].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))


LIGHT = _block(":root {")
DARK = LIGHT | _block(":root[data-theme=dark]")
AUTO = LIGHT | _block(":root[data-theme=auto]")


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _pairs() -> list[tuple[str, str, float]]:
    softs = [f"{name}-soft" for name in COLOURED]
    pairs = [(text, ground, TEXT) for text in ("text", "muted") for ground in (*GROUNDS, *softs)]
    pairs += [(name, ground, TEXT) for name in (*COLOURED, "accent-strong") for ground in GROUNDS]
    pairs += [(name, f"{name}-soft", TEXT) for name in COLOURED]
    pairs += [("on-accent", filled, TEXT) for filled in ("accent", "accent-strong", "bad")]
    pairs += [("edge", ground, GRAPHIC) for ground in (*GROUNDS, "accent-soft")]
    return pairs + [(f"chart-{number}", "surface", GRAPHIC) for number in range(1, 7)]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_colours_is_readable(theme: dict[str, str]) -> None:
    weak = [(one, other) for one, other, least in _pairs() if _contrast(theme[one], theme[other]) < least]
    assert weak == []


@pytest.mark.parametrize("paper", ["#ffffff", "#e8e4da", "#bdbdbd"])
def test_boxes_stand_out_on_white_yellowed_and_grey_paper(paper: str) -> None:
    boxes = ("pick", "box-sure", "box-seen", "box-look", "box-wrong", "box-note")
    assert [box for box in boxes if _contrast(LIGHT[box], paper) < GRAPHIC] == []


def test_the_automatic_theme_is_the_dark_one() -> None:
    assert AUTO == DARK


def test_the_dark_theme_names_only_tokens_that_the_light_one_has() -> None:
    assert set(_block(":root[data-theme=dark]")) < set(LIGHT)
