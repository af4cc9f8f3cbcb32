"""The calls of the Documents surface, in the order of surfaces/documents.md section 2."""

from __future__ import annotations

from django.urls import URLPattern

from docflow.api.documents.audit import AuditView
from docflow.api.documents.cases import CaseView
from docflow.api.documents.contacts import ContactViews
from docflow.api.documents.deliveries import DeliveryViews
from docflow.api.documents.documents import DocumentViews
from docflow.api.documents.folders import FolderViews
from docflow.api.documents.notifications import NotificationViews
from docflow.api.documents.pages import PageViews
from docflow.api.documents.profiles import ProfileViews
from docflow.api.documents.projects import ProjectViews
from docflow.api.documents.rules import RuleViews
from docflow.api.documents.upload import UploadView
from docflow.api.documents.webhooks import WebhookViews
from docflow.api.routes import call, resource

DOCUMENT = "api/documents/<str:number>"
EVERY = {method: "refuse" for method in ("get", "post", "put", "patch", "delete")}

urlpatterns: list[URLPattern] = [
    *call("api/documents/upload", UploadView, {"post": "create"}),
    *call("api/documents", DocumentViews, {"get": "list"}),
    *call(DOCUMENT, DocumentViews, {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    *call(f"{DOCUMENT}/status", DocumentViews, {"patch": "status"}),
    *call(f"{DOCUMENT}/download", PageViews, {"get": "download"}),
    *call(f"{DOCUMENT}/file", PageViews, {"get": "download"}),
    *call(f"{DOCUMENT}/reprocess", DocumentViews, {"post": "reprocess"}),
    *call(f"{DOCUMENT}/pages", PageViews, {"get": "list"}),
    *call(f"{DOCUMENT}/pages/<str:page>/words", PageViews, {"get": "words"}),
    *call(f"{DOCUMENT}/pages/<str:page>/image", PageViews, {"get": "image"}),
    *call(f"{DOCUMENT}/fields", PageViews, {"get": "fields"}),
    *call(f"{DOCUMENT}/history", DocumentViews, {"get": "history"}),
    *call(f"{DOCUMENT}/contact-matches", DocumentViews, {"get": "contact_matches"}),
    *call(f"{DOCUMENT}/differences", DocumentViews, {"get": "differences"}),
    *resource("api/contacts", ContactViews),
    *resource("api/folders", FolderViews),
    *resource("api/profiles", ProfileViews),
    *call("api/profiles/<str:number>/versions", ProfileViews, {"get": "versions"}),
    *call("api/profiles/<str:number>/trials", ProfileViews, {"get": "trials", "post": "try_draft"}),
    *call("api/rules/order", RuleViews, {"post": "order"}),
    *call("api/rules/dry-run", RuleViews, {"post": "dry_run"}),
    *call("api/rules/runs", RuleViews, {"get": "all_runs"}),
    *resource("api/rules", RuleViews),
    *call("api/rules/<str:number>/runs", RuleViews, {"get": "runs"}),
    *call("api/webhooks/deliveries", DeliveryViews, {"get": "list"}),
    *call("api/webhooks/deliveries/<str:number>", DeliveryViews, {"get": "retrieve", "delete": "destroy"}),
    *call("api/webhooks/deliveries/<str:number>/replay", DeliveryViews, {"post": "replay"}),
    *resource("api/webhooks", WebhookViews),
    *call("api/webhooks/<str:number>/test", WebhookViews, {"post": "test"}),
    *call("api/webhooks/<str:number>/secret", WebhookViews, {"post": "secret"}),
    *call("api/notifications", NotificationViews, {"get": "list"}),
    *call("api/notifications/<str:number>", NotificationViews, {"patch": "partial_update"}),
    *call("api/audit", AuditView, {"get": "list"}),
    *call("api/cases", CaseView, EVERY),
    *call("api/cases/<path:rest>", CaseView, EVERY),
    *resource("api/projects", ProjectViews),
]
