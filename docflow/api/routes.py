"""How calls of the API stand in the site map: with and without a slash at the end, never by a redirect."""

from __future__ import annotations

from typing import Any

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
