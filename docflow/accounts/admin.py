"""The administrator's desk: organizations, members, keys. It stands on the same operations as pages and API."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django_q.models import Failure, OrmQ, Schedule, Success

from docflow.accounts import operations, scopes
from docflow.accounts.actors import Actor
from docflow.accounts.models import ApiKey, Event, Membership, Organization, Plan, User
from docflow.errors import DocflowError
from docflow.recognition import language_choices

# django-q2's Schedule form runs any dotted path, hence any command, for any staff user.
for queue_model in (Failure, OrmQ, Schedule, Success):
    if admin.site.is_registered(queue_model):
        admin.site.unregister(queue_model)
for unused in (Group, EmailAddress):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)

admin.site.site_header = "docflow administration"
admin.site.site_title = "docflow"
admin.site.index_title = "Organizations, people, keys"


def actor_of(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor.of_user(request.user, getattr(request, "request_id", ""))


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    readonly_fields = ("last_seen_at",)
    autocomplete_fields = ("user",)


class OrganizationForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        choices=language_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="In which scans are read. None = those of the installation. Projects and profiles may say otherwise.",
    )

    class Media:
        css = {"all": ["css/admin.css"]}


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):
    form = OrganizationForm
    list_display = ("name", "slug", "plan", "license_expires_at", "is_offline", "created_at")
    search_fields = ("name", "slug")
    readonly_fields = ("uuid", "created_at")
    inlines = (MembershipInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def get_exclude(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        """The slug is made of the name."""
        return None if obj else ("slug",)

    def save_model(self, request: HttpRequest, obj: Organization, form: forms.ModelForm[Organization], change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = operations.create_organization(obj.name, actor_of(request), plan=obj.plan.key if obj.plan else "standard")
        chosen = {name: form.cleaned_data[name] for name in form.cleaned_data if name not in ("name", "slug", "plan")}
        Organization.objects.filter(pk=made.pk).update(plan=obj.plan, **chosen)
        obj.pk, obj.uuid, obj.slug = made.pk, made.uuid, made.slug
        obj._state.adding = False

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return False


class UserForm(forms.ModelForm):
    new_password = forms.CharField(required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_operator")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("new_password") or ""
        if not password and self.instance.pk is None:
            self.add_error("new_password", "A new person needs a password.")
        if password:
            try:
                operations.check_password(password, User(email=cleaned.get("email", ""), name=cleaned.get("name", "")))
            except DocflowError as error:
                self.add_error("new_password", error.message)
        return cleaned


class UserMembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    readonly_fields = ("last_seen_at",)


@admin.register(User)
class UserAdmin(ModelAdmin):
    form = UserForm
    list_display = ("email", "name", "is_active", "is_operator", "last_login")
    search_fields = ("email", "name")
    inlines = (UserMembershipInline,)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        if form.cleaned_data.get("new_password"):
            obj.set_password(form.cleaned_data["new_password"])
        obj.email = obj.email.lower()
        super().save_model(request, obj, form, change)


@admin.register(Plan)
class PlanAdmin(ModelAdmin):
    list_display = ("key", "calls_per_minute")


class NewKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=[("*", "* – everything"), *((name, f"{name} – {text}") for name, text in scopes.SCOPES.items())],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(min_value=0, initial=365, help_text="Life in days. 0 = never ends.")

    class Meta:
        model = ApiKey
        fields = ("name", "organization", "account")
        help_texts = {
            "organization": "For the organization's own programs. Choose this or an account.",
            "account": "For one person, in all organizations of that person.",
        }

    class Media:
        css = {"all": ["css/admin.css"]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("organization")) == bool(cleaned.get("account")):
            raise forms.ValidationError(
                "Choose an organization (for its own programs) or an account (for one person), not both."
            )
        return cleaned

    def _post_clean(self) -> None:
        """The row is made by the operation, so the form does not build one to validate."""


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    list_display = ("name", "owner", "shown", "state", "granted", "expires_at", "last_used_at", "last_used_from")
    list_filter = ("kind", "organization")
    search_fields = ("name", "prefix", "last_four")
    actions = ("revoke",)
    fields = (
        "name",
        "owner",
        "shown",
        "state",
        "granted",
        "created_at",
        "created_by",
        "expires_at",
        "revoked_at",
        "last_used_at",
        "last_used_from",
    )

    @admin.display(description="Key")
    def shown(self, key: ApiKey) -> str:
        return f"{key.prefix}…{key.last_four}"

    @admin.display(description="Scopes")
    def granted(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="Of")
    def owner(self, key: ApiKey) -> str:
        return str(key.organization or key.account)

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else NewKeyForm

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.fields if obj else ("name", "organization", "account", "scopes", "days")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.fields if obj else ()

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> ApiKey:
        if change:
            return form.instance
        given = form.cleaned_data
        key, request.new_key = operations.create_key(  # type: ignore[attr-defined]
            given["name"],
            given["scopes"],
            actor_of(request),
            organization=given["organization"],
            account=given["account"],
            days=given["days"],
        )
        return key

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """The operation has written it already."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A key has nothing beside it."""

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The key itself, this once."""
        context = {**self.admin_site.each_context(request), "key": obj, "text": request.new_key, "title": "Copy this key now"}  # type: ignore[attr-defined]
        response = TemplateResponse(request, "admin/accounts/apikey/shown_once.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the chosen keys")
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        for key in queryset:
            operations.revoke_key(key, actor_of(request))
        messages.success(request, "Revoked. They are refused from the next request on.")

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ModelAdmin):
    list_display = ("at", "organization", "actor_name", "event_type", "detail")
    list_filter = ("organization", "actor_kind")
    search_fields = ("event_type", "detail", "actor_name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
