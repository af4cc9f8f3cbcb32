"""What lists can be narrowed by. Unknown parameters are ignored, wrong values are faults, all at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from docflow.accounts.models import Event, User
from docflow.errors import Fault, StatusInvalidError, invalid
from documents.models import Document
from documents.models.document import Source
from documents.models.references import RecordId
from documents.statuses import LABEL_SPANS, Status, is_status

HIGHEST_ID = 2**63 - 1
STATES = ("pending", "delivered", "failed")


class WholeField(forms.Field):
    def __init__(self, *, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,40}", text, re.ASCII):
            raise forms.ValidationError("must be a whole number.")
        number = int(text)
        if self.most is not None and not (self.least or 0) <= number <= self.most:
            raise forms.ValidationError(f"must lie between {self.least or 0} and {self.most}.")
        return number if abs(number) <= HIGHEST_ID else -1


class MomentField(forms.Field):
    """A plain date or a time -> its first moment and the first one after it, in UTC."""

    def to_python(self, value: Any) -> tuple[datetime, datetime] | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                start = datetime.combine(date.fromisoformat(text), time.min, UTC)
                return start, start + timedelta(days=1)
            # An unescaped + of a zone arrives as a space.
            start = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text) if "T" in text else text)
        except (ValueError, OverflowError):
            raise forms.ValidationError("must be a date (2025-11-15) or a time (2025-11-15T08:23:41Z).") from None
        start = start.replace(tzinfo=UTC) if start.tzinfo is None else start
        try:
            return start.astimezone(UTC), (start + timedelta(seconds=0 if start.microsecond else 1)).astimezone(UTC)
        except OverflowError:
            raise forms.ValidationError("is out of range.") from None


class DayField(forms.Field):
    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise forms.ValidationError("must be a date, YYYY-MM-DD.") from None


class WordsField(forms.Field):
    """One or several of a set of words; the parameter may be repeated."""

    widget = forms.SelectMultiple

    def __init__(self, *, words: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def to_python(self, value: Any) -> list[str]:
        given = [each for each in value or [] if each != ""]
        for each in given:
            if each not in self.words:
                raise forms.ValidationError(f"must be one of {', '.join(self.words)}.")
        return given


class StatusField(WordsField):
    def to_python(self, value: Any) -> list[str]:
        given = [each for each in value or [] if each != ""]
        for each in given:
            if not is_status(each):
                raise StatusInvalidError(f'"{each}" is not a status. Use one of {", ".join(Status.values)}.')
        return given


class UuidField(forms.UUIDField):
    default_error_messages = {"invalid": "must be a UUID."}


class LineField(forms.CharField):
    def validate(self, value: Any) -> None:
        if value and len(value) > 200:
            raise forms.ValidationError("must have at most 200 characters.")


class Narrow(django_filters.Filter):
    """A filter whose kind of value the schema shows: `schema` is its OpenAPI type."""

    def __init__(self, field_class: type[forms.Field], help_text: str = "", **kwargs: Any) -> None:
        self.field_class = field_class
        super().__init__(help_text=help_text, **kwargs)

    @property
    def schema(self) -> dict[str, Any]:
        words = self.extra.get("words")
        if issubclass(self.field_class, StatusField):
            words = tuple(Status.values)
        if words:
            return {"type": "array", "items": {"type": "string", "enum": list(words)}}
        return {"type": "integer"} if self.field_class is WholeField else {"type": "string"}


class Equal(Narrow):
    def __init__(self, name: str, field_class: type[forms.Field] = WholeField, **kwargs: Any) -> None:
        super().__init__(field_class, field_name=name, **kwargs)


class OneOf(Narrow):
    """`field__in`, for repeated words."""

    def __init__(self, name: str, field_class: type[forms.Field] = WordsField, **kwargs: Any) -> None:
        super().__init__(field_class, field_name=name, lookup_expr="in", **kwargs)


class Since(Narrow):
    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(MomentField, field_name=name, **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(**{f"{self.field_name}__gte": value[0]}) if value else qs


class Until(Since):
    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(**{f"{self.field_name}__lt": value[1]}) if value else qs


class Flag(Narrow):
    """true or false."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(WordsField, field_name=name, words=("true", "false"), **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(**{self.field_name: value[-1] == "true"}) if value else qs


class ListFilter(django_filters.FilterSet):
    """`rows` narrowed by `query`; `faults` says what is wrong with it."""

    def faults(self) -> list[Fault]:
        return [invalid(name, f"{name} {text}") for name, texts in self.form.errors.items() for text in texts]


def queried(values: Mapping[str, Any]) -> QueryDict:
    """Filter keys given as JSON, as if they stood in a query."""
    query = QueryDict(mutable=True)
    for key, value in values.items():
        each = value if isinstance(value, list) else [value]
        query.setlist(key, [one if isinstance(one, str) else json.dumps(one) for one in each if one is not None])
    return query


_ORDERS = ("created_at", "updated_at", "doc_date", "confidence_score", "filename")


class DocumentFilter(ListFilter):
    contact_id = Equal("contact_id")
    folder_id = Equal("folder_id")
    status = OneOf("status", StatusField, help_text="Repeated = any of them.")
    date_from = Since("created_at", help_text="A plain date means the whole UTC day.")
    date_to = Until("created_at")
    doc_date_from = Narrow(DayField, field_name="doc_date", lookup_expr="gte")
    doc_date_to = Narrow(DayField, field_name="doc_date", lookup_expr="lte")
    updated_since = Since("updated_at")
    confidence_label = Narrow(WordsField, words=tuple(LABEL_SPANS), method="by_label")
    confidence_min = Narrow(WholeField, field_name="confidence", lookup_expr="gte", most=100)
    confidence_max = Narrow(WholeField, field_name="confidence", lookup_expr="lte", most=100)
    doc_type = Equal("doc_type", LineField)
    profile_id = Equal("profile_id")
    source = OneOf("source", words=tuple(Source.values))
    project_id = Equal("task__upload__project_id")
    upload_id = Equal("task__upload__uuid", UuidField)
    external_ref = Narrow(LineField, method="by_reference", help_text="system:record_id")
    export_state = Narrow(WordsField, words=STATES, method="by_export_state")
    q = Narrow(LineField, method="by_words")
    ordering = Narrow(WordsField, words=tuple(f"{sign}{each}" for each in _ORDERS for sign in ("", "-")), method="in_order")

    def by_label(self, rows: QuerySet[Document], name: str, value: list[str]) -> QuerySet[Document]:
        spans = Q()
        for each in value:
            spans |= Q(confidence__range=LABEL_SPANS[each])
        return rows.filter(spans) if value else rows

    def by_reference(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        system, _, record_id = value.partition(":")
        return rows.annotate(_record_id=RecordId(system)).filter(_record_id=record_id)

    def by_export_state(self, rows: Any, name: str, value: list[str]) -> Any:
        return rows.filter(export_state__in=value) if value else rows  # annotated by with_export_state

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.containing(value)

    def in_order(self, rows: QuerySet[Document], name: str, value: list[str]) -> QuerySet[Document]:
        if not value:
            return rows
        word = value[-1]
        column = F(word.lstrip("-").replace("confidence_score", "confidence"))
        if word.startswith("-"):
            return rows.order_by(column.desc(nulls_last=True), "-id")
        return rows.order_by(column.asc(nulls_last=True), "id")


class ContactFilter(ListFilter):
    q = Narrow(LineField, method="by_words")
    type = Equal("type", LineField)
    parent_id = Equal("parent_id")

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)


class FolderFilter(ListFilter):
    contact_id = Equal("contact_id")
    q = Narrow(LineField, field_name="name", lookup_expr="icontains")


class ProfileFilter(ListFilter):
    q = Narrow(LineField, field_name="name", lookup_expr="icontains")
    built_in = Flag("organization__isnull")


class RunFilter(ListFilter):
    document_id = Equal("document_id")
    matched = Flag("matched")
    ok = Flag("ok")
    date_from = Since("created_at")
    date_to = Until("created_at")


class DeliveryFilter(ListFilter):
    state = OneOf("state", words=STATES)
    event = Equal("event", LineField)
    webhook_id = Equal("endpoint_id")
    document_id = Equal("document_id")
    date_from = Since("created_at")
    date_to = Until("created_at")


class NotificationFilter(ListFilter):
    unread = Narrow(WordsField, words=("true", "false"), method="by_unread")

    def by_unread(self, rows: Any, name: str, value: list[str]) -> Any:
        return rows.filter(is_read=value[-1] == "false") if value else rows


class EventFilter(ListFilter):
    user = Narrow(LineField, method="by_user", help_text="Name or e-mail; keys by their name.")
    event_type = Narrow(LineField, method="by_type", help_text="A type or its family.")
    date_from = Since("at")
    date_to = Until("at")
    document_id = Equal("document_id")
    contact_id = Equal("contact_id")
    q = Narrow(LineField, method="by_words")

    def by_user(self, rows: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        members = User.objects.filter(email__iexact=value, memberships__organization__in=rows.values("organization"))
        names = [str(user) for user in members]
        return rows.filter(Q(actor_name__iexact=value) | Q(actor_name__in=names))

    def by_type(self, rows: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        return rows.filter(Q(event_type=value) | Q(event_type__startswith=f"{value.rstrip('.')}."))

    def by_words(self, rows: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        files = Document.objects.filter(organization__in=rows.values("organization"), filename__icontains=value).values("pk")
        told = rows.annotate(_before=Cast("before", TextField()), _after=Cast("after", TextField()))
        return told.filter(
            Q(detail__icontains=value)
            | Q(actor_name__icontains=value)
            | Q(_before__icontains=value)
            | Q(_after__icontains=value)
            | Q(document_id__in=files)
        )
