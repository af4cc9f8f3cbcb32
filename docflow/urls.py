"""The site map: pages, API surfaces, health."""

from django.contrib import admin
from django.urls import include, path

from docflow import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("docflow.api.urls")),
    path("", include("docflow.accounts.urls")),
    path("", include("documents.pages.urls")),
    path("", include("uploads.pages.urls")),
    path("", include("rules.pages.urls")),
]
handler404 = "docflow.accounts.pages.errors.not_found"
handler403 = "docflow.accounts.pages.errors.forbidden"
handler500 = "docflow.accounts.pages.errors.server_error"
