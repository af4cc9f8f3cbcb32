"""Small parts that every template uses: an icon of the sprite, a badge, a time, the look of form controls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A symbol of static/icons.svg; always beside a word, so it is hidden from screen readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.inclusion_tag("components/badge.html")
def badge(word: str, tone: str = "", symbol: str = "") -> dict[str, str]:
    return {"word": word, "tone": tone, "symbol": symbol}


@register.inclusion_tag("components/time.html")
def when(at: datetime | None, short: bool = False) -> dict[str, Any]:
    """A time: absolute for everybody, relative added by df-time; `short` shows the relative one alone."""
    return {"at": at, "short": short}


@register.filter
def entry(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def lower_bool(value: object) -> str:
    """As HTML and scripts write it: true or false."""
    return "true" if value else "false"


@register.filter
def unlocalized(value: float) -> str:
    """A length as SVG reads it, whatever the language of the page."""
    return f"{value:g}"
