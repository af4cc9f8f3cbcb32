"""How calls of the API stand in the site map: with and without a slash at the end, never by a redirect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from docflow.api.views import SurfaceView

COLLECTION = {"get": "list", "post": "create"}
MEMBER = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}


def call(route: str, view: type[SurfaceView], actions: dict[str, str]) -> list[URLPattern]:
    """`actions` maps methods to those of the view. The twin with the slash is left out of the schema."""
    entry: Any = view.as_view(dict(actions))
    return [path(route, entry), path(f"{route}/", entry)]


def resource(route: str, view: type[SurfaceView]) -> list[URLPattern]:
    """The five usual calls of a resource."""
    return [*call(route, view, COLLECTION), *call(f"{route}/<str:number>", view, MEMBER)]


def page(route: str, view: Callable[[HttpRequest], HttpResponse], name: str | None = None) -> list[URLPattern]:
    """What describes the API, for programs or people; `name` is that of the form without the slash."""
    return [path(route, view, name=name), path(f"{route}/", view)]
