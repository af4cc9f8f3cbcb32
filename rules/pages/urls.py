"""Pages of this app."""

from django.urls import path

from rules.pages import exports, rules, webhooks

ORG = "o/<slug:org>"

urlpatterns = [
    path(f"{ORG}/rules", rules.listing, name="rules-rule-list"),
    path(f"{ORG}/rules/new", rules.new, name="rules-rule-create"),
    path(f"{ORG}/rules/<int:pk>", rules.one, name="rules-rule-show"),
    path(f"{ORG}/rules/<int:pk>/dry-run", rules.dry_run, name="rules-rule-try"),
    path(f"{ORG}/rules/<int:pk>/switch", rules.toggle, name="rules-rule-switch"),
    path(f"{ORG}/rules/<int:pk>/delete", rules.delete, name="rules-rule-delete"),
    path(f"{ORG}/rules/<int:pk>/move", rules.move, name="rules-rule-move"),
    path(f"{ORG}/webhooks", webhooks.listing, name="rules-webhook-list"),
    path(f"{ORG}/webhooks/new", webhooks.new, name="rules-webhook-create"),
    path(f"{ORG}/webhooks/<int:pk>", webhooks.one, name="rules-webhook-show"),
    path(f"{ORG}/deliveries/<int:pk>", webhooks.delivery, name="rules-delivery-show"),
    path(f"{ORG}/exports", exports.page, name="rules-export-page"),
    path(f"{ORG}/exports/download", exports.download, name="rules-export-download"),
]
