"""Rules, receivers and deliveries for operators: readable; what was sent cannot be changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from rules.models import Attempt, Delivery, Notification, Reaction, Rule, RuleRun, WebhookEndpoint


class ReadOnly:
    """What happened, happened."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    list_display = ("name", "organization", "position", "is_active", "profile", "updated_at")
    list_filter = ("is_active", "organization")
    search_fields = ("name",)
    # Written in the pages and the API, where each part is checked; the operator may switch a rule off.
    readonly_fields = (
        "organization",
        "name",
        "position",
        "profile",
        "trigger",
        "conditions",
        "actions",
        "created_at",
        "updated_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(RuleRun)
class RuleRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("rule_name", "document", "trigger", "matched", "ok", "duration_ms", "created_at")
    list_filter = ("matched", "ok", "organization")
    search_fields = ("rule_name", "document__filename")
    list_select_related = ("document",)


@admin.register(Reaction)
class ReactionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("transition", "organization", "state", "attempts", "next_at")
    list_filter = ("state", "organization")
    list_select_related = ("transition", "organization")


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin):
    list_display = ("id", "organization", "channel", "url", "is_active", "disabled_reason", "updated_at")
    list_filter = ("channel", "is_active", "organization")
    search_fields = ("url",)
    # Secrets and tokens are never shown; addresses are checked where customers type them.
    fields = (
        "organization",
        "channel",
        "url",
        "events",
        "is_active",
        "disabled_reason",
        "secret_last4",
        "created_at",
        "updated_at",
    )
    readonly_fields = (
        "organization",
        "channel",
        "url",
        "events",
        "disabled_reason",
        "secret_last4",
        "created_at",
        "updated_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class AttemptInline(ReadOnly, admin.TabularInline):
    model = Attempt
    extra = 0
    fields = ("number", "at", "status", "error", "duration_ms", "response")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "id",
        "event",
        "organization",
        "endpoint",
        "document",
        "state",
        "is_held",
        "attempts",
        "next_at",
        "delivered_at",
    )
    list_filter = ("state", "is_held", "event", "organization")
    search_fields = ("message_id", "url", "document__filename")
    list_select_related = ("organization", "endpoint", "document")
    exclude = ("bearer_token", "lease_token")
    inlines = (AttemptInline,)


@admin.register(Notification)
class NotificationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "organization", "person", "kind", "is_read", "created_at")
    list_filter = ("kind", "organization")
