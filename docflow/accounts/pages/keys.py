"""API keys of an organization: list, new one, shown once, revoke."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from docflow.accounts import operations, scopes
from docflow.accounts.models import ApiKey
from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page
from docflow.accounts.pages.forms import add_faults, style
from docflow.errors import InputError

PRESETS = {
    "send": ("upload.create", "upload.read", "task.read"),
    "send_read": ("upload.create", "upload.read", "task.read", "document.read", "contact.read", "profile.read"),
    "all": ("*",),
}
LIVES = ((90, gettext_lazy("90 days")), (365, gettext_lazy("1 year")), (0, gettext_lazy("never ends")))


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=255, label=gettext_lazy("Name"), help_text=gettext_lazy("What will use it, e.g. ERP import.")
    )
    preset = forms.ChoiceField(
        label=gettext_lazy("May"),
        initial="send_read",
        choices=[
            ("send", gettext_lazy("send files only")),
            ("send_read", gettext_lazy("send files and read results")),
            ("all", gettext_lazy("do everything")),
            ("chosen", gettext_lazy("do what is ticked below")),
        ],
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"), required=False,
        choices=[(scope, f"{scope}: {what}") for scope, what in scopes.SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    days = forms.TypedChoiceField(label=gettext_lazy("Life"), coerce=int, choices=LIVES, initial=365)

    def granted(self) -> list[str]:
        preset = self.cleaned_data["preset"]
        return list(PRESETS.get(preset, self.cleaned_data["scopes"]))


@member_page(Role.ADMIN)
def listing(request: MemberRequest) -> HttpResponse:
    keys = Paginator(ApiKey.objects.of(request.organization), 50).get_page(request.GET.get("page"))
    return render(request, "accounts/keys.html", {"page": keys})


@never_cache
@member_page(Role.ADMIN, methods=("GET", "POST"))
def new(request: MemberRequest) -> HttpResponse:
    """The key is in the answer to this POST and nowhere else; loading the page again makes no second one appear."""
    form = style(KeyForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            key, text = operations.create_key(
                form.cleaned_data["name"], form.granted(), actor_of(request),
                organization=request.organization, days=form.cleaned_data["days"],
            )  # fmt: skip
        except InputError as error:
            add_faults(form, error)
        else:
            return render(request, "accounts/key_shown.html", {"key": key, "text": text, **_examples(text)}, status=201)
    return render(request, "accounts/key_new.html", {"form": form}, status=422 if form.errors else 200)


def _examples(text: str) -> dict[str, Any]:
    host = settings.SITE_URL
    return {
        "curl": f'curl -H "Authorization: Bearer {text}" \\\n     -F file=@invoice.pdf {host}/upload',
        "python": (
            "import httpx\n\n"
            f'answer = httpx.get("{host}/api/documents",\n'
            f'                   headers={{"Authorization": "Bearer {text}"}})\n'
            "print(answer.json())"
        ),
    }


@member_page(Role.ADMIN, methods=("POST",))
def revoke(request: MemberRequest, uuid: str) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.of(request.organization), uuid=uuid)
    operations.revoke_key(key, actor_of(request))
    messages.success(
        request, _("%(key)s is revoked. It is refused from its next call on.") % {"key": key.name}, extra_tags="ok"
    )
    return redirect("accounts-key-list", org=request.organization.slug)
