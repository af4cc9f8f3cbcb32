"""Language models of organizations, for operators. The key can be written and never be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from docflow.accounts.actors import Actor
from docflow.accounts.models import User
from documents.models import LanguageModel
from documents.operations import language_models


class LanguageModelForm(forms.ModelForm):
    new_key = forms.CharField(
        label="New key",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Stored encrypted and never shown again. Empty: as it was.",
    )
    remove_key = forms.BooleanField(label="Remove the key", required=False)

    class Meta:
        model = LanguageModel
        fields = ("organization", *language_models.PLAIN)

    def values(self) -> dict[str, Any]:
        """What the operation is given."""
        given = {key: self.cleaned_data[key] for key in language_models.PLAIN if key in self.cleaned_data}
        if self.cleaned_data.get("new_key"):
            given["api_key"] = self.cleaned_data["new_key"]
        elif self.cleaned_data.get("remove_key"):
            given["api_key"] = ""
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organization = cleaned.get("organization") or (self.instance.organization_id and self.instance.organization)
        if organization and not self.errors:
            for fault in language_models.faults_of(organization, self.values()):
                self.add_error("new_key" if fault.field == "api_key" else fault.field, fault.message)
        return cleaned


@admin.register(LanguageModel)
class LanguageModelAdmin(admin.ModelAdmin):
    form = LanguageModelForm
    list_display = ("organization", "is_active", "base_url", "name", "state", "last_outcome", "last_at")
    list_filter = ("is_active",)
    list_select_related = ("organization",)
    search_fields = ("organization__name", "name")
    fields = (
        "organization",
        "is_active",
        "base_url",
        "name",
        "key",
        "new_key",
        "remove_key",
        "seconds",
        "most_characters",
        "most_tokens",
        "calls_per_day",
        "state",
        "last_outcome",
        "last_at",
    )
    readonly_fields = ("key", "state", "last_outcome", "last_at")

    @admin.display(description="Key")
    def key(self, model: LanguageModel) -> str:
        return "set" if model.api_key else "none"

    def get_readonly_fields(self, request: HttpRequest, obj: LanguageModel | None = None) -> Any:
        return (*self.readonly_fields, "organization") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: LanguageModel, form: LanguageModelForm, change: bool) -> None:
        assert isinstance(request.user, User)
        actor = Actor.of_user(request.user, getattr(request, "request_id", ""))
        saved = language_models.configure(obj.organization, form.values(), actor)
        obj.pk = saved.pk
        obj._state.adding = False

    def has_delete_permission(self, request: HttpRequest, obj: LanguageModel | None = None) -> bool:
        return False
