"""The API surfaces, one folder each; what is none of their calls is answered in JSON at the end."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path

from docflow.api import schema
from docflow.api.routes import page
from docflow.api.views import NothingHere

nothing: Any = NothingHere.as_view({"get": "nothing"})

urlpatterns: list[URLPattern | URLResolver] = [
    *page("api/schema", schema.schema, "api-schema"),
    *page("api/openapi.json", schema.schema),
    *page("api/docs", schema.swagger, "api-docs"),
    *page("docs", schema.swagger),
    *page("api/redoc", schema.redoc, "api-redoc"),
    path("", include("docflow.api.documents.urls")),
    re_path(r"^api(?:/.*)?$", nothing),
]
