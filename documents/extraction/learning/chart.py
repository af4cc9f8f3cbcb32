"""The chart of threshold against error, as SVG: of the values at least so sure, how many are wrong, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 400, 64, 48, 64, 56
_INK, _WRONG, _SHARE, _GRID = "#1f2933", "#b42318", "#175cd3", "#d9dee5"
_LOWEST = 30

Pairs = Sequence[tuple[float, bool]]


def threshold_chart(pairs: Pairs, title: str) -> str:
    """An SVG picture. `pairs`: confidence 0-1 of each value found, and whether it is right."""
    steps = list(range(_LOWEST, 100))
    above = [[right for sure, right in pairs if round(100 * sure) >= step] for step in steps]
    share = [len(each) / max(len(pairs), 1) for each in above]
    wrong = [1 - sum(each) / len(each) if each else 0.0 for each in above]
    top = max(0.05, *wrong)
    body = [
        _text(_LEFT, 24, title, "start", _INK, 15),
        *_grid(top),
        _line([(_x(step), _y(part)) for step, part in zip(steps, share, strict=True)], _SHARE, dashed=True),
        _line([(_x(step), _y(part / top)) for step, part in zip(steps, wrong, strict=True)], _WRONG),
        _text(_LEFT, _TOP - 8, "wrong among them, % (solid)", "start", _WRONG),
        _text(_WIDTH - _RIGHT, _TOP - 8, "values at least so sure, % (dashed)", "end", _SHARE),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, f"threshold of confidence ({len(pairs)} values)", "middle", _INK),
    ]
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    white = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
    label = f'role="img" aria-label="{escape(title)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {label} font-family="sans-serif">{white}{"".join(body)}</svg>\n'


def _grid(top: float) -> list[str]:
    made = []
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        made.append(_line([(_LEFT, _y(part)), (_WIDTH - _RIGHT, _y(part))], _GRID))
        made.append(_text(_LEFT - 8, _y(part) + 4, f"{100 * top * part:.1f}", "end", _WRONG))
        made.append(_text(_WIDTH - _RIGHT + 8, _y(part) + 4, f"{100 * part:.0f}", "start", _SHARE))
    for step in range(_LOWEST, 101, 10):
        made.append(_text(_x(step), _HEIGHT - _BOTTOM + 20, str(step), "middle", _INK))
    return made


def _x(step: float) -> float:
    return _LEFT + (step - _LOWEST) / (100 - _LOWEST) * (_WIDTH - _LEFT - _RIGHT)


def _y(part: float) -> float:
    return _HEIGHT - _BOTTOM - part * (_HEIGHT - _TOP - _BOTTOM)


def _line(points: Sequence[tuple[float, float]], color: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="7 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{1 if color == _GRID else 2}"{dashes}/>'


def _text(x: float, y: float, text: str, anchor: str, color: str, size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" font-size="{size}">{escape(text)}</text>'
