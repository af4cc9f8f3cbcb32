"""The API surfaces, one folder each; what is none of their calls is answered in JSON at the end."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path

from docflow.api import schema
from docflow.api.views import NothingHere

nothing: Any = NothingHere.as_view({"get": "nothing"})

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/schema", schema.schema, name="api-schema"),
    path("api/openapi.json", schema.schema),
    path("api/docs", schema.swagger, name="api-docs"),
    path("docs", schema.swagger),
    path("api/redoc", schema.redoc, name="api-redoc"),
    path("", include("docflow.api.documents.urls")),
    re_path(r"^api(?:/.*)?$", nothing),
]
