"""Pages of this app."""

from django.urls import path

from uploads.pages import uploads

urlpatterns = [
    path("o/<slug:org>/uploads", uploads.listing, name="uploads-upload-list"),
    path("o/<slug:org>/uploads/<uuid:uuid>", uploads.one, name="uploads-upload-show"),
    path("o/<slug:org>/uploads/<uuid:uuid>/live", uploads.live, name="uploads-upload-live"),
    path("o/<slug:org>/uploads/<uuid:uuid>/state", uploads.state, name="uploads-upload-state"),
    path("o/<slug:org>/tasks/<uuid:uuid>/discard", uploads.discard, name="uploads-task-discard"),
    path("o/<slug:org>/tasks/<uuid:uuid>/retry", uploads.retry, name="uploads-task-retry"),
    path("o/<slug:org>/tasks/<uuid:uuid>/undo-split", uploads.undo_split, name="uploads-task-undo-split"),
    path("o/<slug:org>/tasks/<uuid:uuid>/restore", uploads.restore, name="uploads-task-restore"),
]
