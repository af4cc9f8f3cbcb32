"""Contacts: list, one with its folders and documents, new, change (ui.md 2.6)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from docflow.accounts.models import Organization
from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page, need
from docflow.accounts.pages.forms import add_faults, style
from docflow.errors import InputError
from documents.models import Contact, ContactType, Layout, Profile
from documents.operations import contacts
from documents.statuses import Status


class ContactForm(forms.Form):
    name = forms.CharField(max_length=255, label=gettext_lazy("Name"))
    type = forms.ChoiceField(choices=ContactType.choices, initial=ContactType.VENDOR, label=gettext_lazy("Type"))
    email = forms.CharField(max_length=255, required=False, label=gettext_lazy("E-mail"))
    phone = forms.CharField(max_length=100, required=False, label=gettext_lazy("Phone"))
    company = forms.CharField(max_length=255, required=False, label=gettext_lazy("Company"))
    address = forms.CharField(
        required=False, max_length=1_000, label=gettext_lazy("Address"), widget=forms.Textarea(attrs={"rows": 2})
    )
    vat_ids = forms.CharField(
        required=False,
        label=gettext_lazy("VAT ids"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One in a line."),
    )
    bank_accounts = forms.CharField(
        required=False, label=gettext_lazy("Bank accounts (IBAN)"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One in a line."),
    )  # fmt: skip
    default_profile_id = forms.ChoiceField(required=False, label=gettext_lazy("Default profile"))
    notes = forms.CharField(
        required=False, max_length=10_000, label=gettext_lazy("Notes"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, organization: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("chosen by content")), *Profile.objects.of(organization).values_list("id", "name")]
        self.fields["default_profile_id"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        clean = dict(self.cleaned_data)
        clean["default_profile_id"] = int(clean["default_profile_id"]) if clean["default_profile_id"] else None
        for key in ("vat_ids", "bank_accounts"):
            clean[key] = clean[key].split("\n") if clean[key].strip() else []
            clean[key] = [line.strip() for line in clean[key] if line.strip()]
        return clean


@member_page()
def listing(request: MemberRequest) -> HttpResponse:
    words = request.GET.get("words", "").strip()[:200]
    found = Contact.objects.of(request.organization)
    if words:
        found = found.matching(words)
    page = Paginator(found.annotate(number=Count("documents")).order_by("name", "id"), 50).get_page(request.GET.get("page"))
    return render(request, "documents/contacts.html", {"page": page, "words": words})


def _find(request: MemberRequest, pk: int) -> Contact:
    contact = Contact.objects.of(request.organization).select_related("default_profile").filter(pk=pk).first()
    if contact is None:
        raise Http404
    return contact


@member_page(Role.VIEWER, methods=("GET", "POST"))
def one(request: MemberRequest, pk: int) -> HttpResponse:
    contact = _find(request, pk)
    start = {
        **{key: getattr(contact, key) for key in ("name", "type", "email", "phone", "company", "address", "notes")},
        "vat_ids": "\n".join(contact.vat_ids),
        "bank_accounts": "\n".join(contact.bank_accounts),
        "default_profile_id": contact.default_profile_id or "",
    }
    form = style(ContactForm(request.organization, request.POST or None, initial=start))
    if request.method == "POST":
        need(request, Role.REVIEWER)
        if form.is_valid() and _stored(form, lambda values: contacts.change_contact(contact, values, actor_of(request))):
            messages.success(request, _("Saved."), extra_tags="ok")
            return redirect("documents-contact-show", org=request.organization.slug, pk=contact.pk)
    counts = dict(contact.documents.values_list("status").annotate(Count("id")))
    context = {
        "contact": contact,
        "form": form,
        "folders": contact.folders.annotate(number=Count("documents")).order_by("name"),
        "layouts": Layout.objects.of(request.organization).filter(pk__in=contact.documents.values("layout")).only("name")[:20],
        "statuses": [(each, counts[each]) for each in Status.values if each in counts],
    }
    return render(request, "documents/contact.html", context, status=422 if form.errors else 200)


@member_page(Role.REVIEWER, methods=("GET", "POST"))
def new(request: MemberRequest) -> HttpResponse:
    form = style(ContactForm(request.organization, request.POST or None))
    made: list[Contact] = []

    def create(values: dict[str, Any]) -> None:
        made.append(contacts.create_contact(request.organization, values, actor_of(request)))

    if request.method == "POST" and form.is_valid() and _stored(form, create):
        return redirect("documents-contact-show", org=request.organization.slug, pk=made[0].pk)
    return render(request, "documents/contact_new.html", {"form": form}, status=422 if form.errors else 200)


def _stored(form: ContactForm, write: Any) -> bool:
    try:
        write(form.values())
    except InputError as error:
        add_faults(form, error)
        return False
    return True
