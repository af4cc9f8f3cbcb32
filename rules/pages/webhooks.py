"""Receivers of webhooks, what was sent to them, and sending it again (ui.md 2.10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page
from docflow.accounts.pages.forms import add_faults, style
from docflow.errors import DocflowError, InputError
from rules.models import Delivery, WebhookEndpoint
from rules.operations import deliveries, endpoints

STATE_LOOK = {
    "pending": ("accent", "arc"),
    "delivered": ("ok", "tick"),
    "failed": ("bad", "octagon"),
    "suspended": ("warn", "lock"),
}
SAMPLE = """{
  "schema_version": "1.0",
  "event": "document.exported",
  "timestamp": "2025-11-15T08:30:00Z",
  "id": 847,
  "filename": "acme-invoice.pdf",
  "extracted_fields": {"invoice_number": "R-1001", "total_amount": "119.00"}
}"""

CHECK = """from standardwebhooks import Webhook

Webhook(secret).verify(body, headers)  # webhook-id, webhook-timestamp, webhook-signature"""


class EndpointForm(forms.Form):
    channel = forms.ChoiceField(label=gettext_lazy("Events of"), choices=[(str(each), str(each)) for each in endpoints.EVENTS])
    url = forms.CharField(max_length=2000, label=gettext_lazy("Address"), widget=forms.TextInput(attrs={"inputmode": "url"}))
    bearer_token = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Bearer token"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Sent along if given; it is never shown again."),
    )  # fmt: skip


def _find(request: MemberRequest, pk: int) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.of(request.organization).filter(pk=pk).first()
    if endpoint is None:
        raise Http404
    return endpoint


@member_page(Role.ADMIN)
def listing(request: MemberRequest) -> HttpResponse:
    failed = Count("deliveries", filter=Q(deliveries__state="failed"))
    found = WebhookEndpoint.objects.of(request.organization).annotate(number=Count("deliveries"), failed=failed).order_by("id")
    return render(
        request, "rules/webhooks.html", {"page": Paginator(found, 50).get_page(request.GET.get("page")), "sample": SAMPLE}
    )


@never_cache
@member_page(Role.ADMIN, methods=("GET", "POST"))
def new(request: MemberRequest) -> HttpResponse:
    """The signing secret is in the answer to this POST and nowhere else."""
    form = style(EndpointForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = endpoints.create_endpoint(request.organization, form.cleaned_data, actor_of(request))
        except InputError as error:
            add_faults(form, error)
        else:
            return render(
                request, "rules/secret_shown.html", {"endpoint": endpoint, "secret": secret, "check": CHECK}, status=201
            )
    return render(request, "rules/webhook_new.html", {"form": form}, status=422 if form.errors else 200)


@member_page(Role.ADMIN, methods=("GET", "POST"))
def one(request: MemberRequest, pk: int) -> HttpResponse:
    endpoint = _find(request, pk)
    if request.method == "POST":
        return _change(request, endpoint)
    state = request.GET.get("state", "")
    sent = endpoint.deliveries.select_related("document", "organization").prefetch_related("tries")
    if state in ("pending", "delivered", "failed"):
        sent = sent.filter(state=state)
    page = Paginator(sent, 50).get_page(request.GET.get("page"))
    context = {"endpoint": endpoint, "page": page, "rows": [_row(each) for each in page.object_list], "state": state}
    return render(request, "rules/webhook.html", context)


def _row(delivery: Delivery) -> dict[str, Any]:
    state = "suspended" if delivery.is_held and delivery.state == "pending" else delivery.state
    tone, symbol = STATE_LOOK.get(state, ("", ""))
    tries = list(delivery.tries.all())
    return {
        "delivery": delivery,
        "state": state,
        "tone": tone,
        "symbol": symbol,
        "tries": tries,
        "last": tries[-1] if tries else None,
    }


def _change(request: MemberRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    back = redirect("rules-webhook-show", org=request.organization.slug, pk=endpoint.pk)
    verb, actor = request.POST.get("do", ""), actor_of(request)
    if verb == "test":
        deliveries.try_endpoint(endpoint, actor)
        messages.success(request, _("A test event is on its way. Load the page again in a moment."), extra_tags="ok")
    elif verb == "toggle":
        endpoints.change_endpoint(endpoint, {"is_active": not endpoint.is_active}, actor)
    elif verb == "roll":
        secret = endpoints.roll_secret(endpoint, actor)
        return render(request, "rules/secret_shown.html", {"endpoint": endpoint, "secret": secret, "check": CHECK})
    elif verb == "replay":
        said = _("%(n)s deliveries are sent again.") % {"n": _replay_failed(request, endpoint)}
        messages.success(request, said, extra_tags="ok")
    elif verb == "delete":
        endpoints.delete_endpoint(endpoint, actor)
        return redirect("rules-webhook-list", org=request.organization.slug)
    return back


def _replay_failed(request: MemberRequest, endpoint: WebhookEndpoint) -> int:
    sent = 0
    for delivery in endpoint.deliveries.filter(state="failed")[:200]:
        deliveries.replay(delivery, actor_of(request))
        sent += 1
    return sent


@member_page(Role.ADMIN, methods=("GET", "POST"))
def delivery(request: MemberRequest, pk: int) -> HttpResponse:
    found = (
        Delivery.objects.of(request.organization).select_related("endpoint", "document", "organization").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            deliveries.replay(found, actor_of(request))
            messages.success(request, _("It is sent again."), extra_tags="ok")
        except DocflowError as error:
            messages.error(request, error.message, extra_tags="bad")
        return redirect("rules-delivery-show", org=request.organization.slug, pk=pk)
    return render(request, "rules/delivery.html", _row(found))
