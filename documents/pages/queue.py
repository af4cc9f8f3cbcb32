"""Which documents a person goes through, in which order: the view and filters of the Inbox, and who is next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from docflow.accounts.models import Organization, User
from documents.models import Document
from documents.models.document import DocumentQuerySet
from documents.statuses import Status

OPEN, ALL = "open", "all"
NUMBERS = ("contact", "folder", "profile")  # filters that name a row by its id


@dataclass(frozen=True, slots=True)
class Queue:
    """A view of the Inbox. Its filters live in the address, so that a review comes back to where it started."""

    organization: Organization
    view: str = OPEN
    filters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_query(cls, organization: Organization, query: QueryDict | dict[str, str]) -> Queue:
        """Unknown words are left out: an address can be old or typed by hand."""
        filters = {key: str(query.get(key, "")) for key in NUMBERS if str(query.get(key, "")).isdecimal()}
        if query.get("status", "") in Status.values:
            filters["status"] = str(query["status"])
        if str(query.get("upload", "")).replace("-", "").isalnum():
            filters["upload"] = str(query["upload"])
        words = str(query.get("q", "")).strip()[:200]
        if words:
            filters["q"] = words
        return cls(organization, ALL if query.get("view") == ALL else OPEN, filters)

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({"view": self.view, **self.filters})

    @property
    def order(self) -> tuple[str, str]:
        """Oldest first where work waits, newest first where one looks things up."""
        return ("created_at", "id") if self.view == OPEN else ("-created_at", "-id")

    def documents(self) -> DocumentQuerySet:
        found = Document.objects.of(self.organization)
        if self.view == OPEN:
            found = found.awaiting_review()
        for key in NUMBERS:
            if key in self.filters:
                found = found.filter(**{f"{key}_id": int(self.filters[key])})
        if "status" in self.filters:
            found = found.filter(status=self.filters["status"])
        if "upload" in self.filters:
            found = found.filter(task__upload__uuid=self.filters["upload"])
        if "q" in self.filters:
            found = found.containing(self.filters["q"])
        return found.order_by(*self.order)

    def after(self, document: Document) -> DocumentQuerySet:
        return self.documents().filter(self._beyond(document, forward=True))

    def before(self, document: Document) -> DocumentQuerySet:
        back = [key[1:] if key.startswith("-") else f"-{key}" for key in self.order]
        return self.documents().filter(self._beyond(document, forward=False)).order_by(*back)

    def _beyond(self, document: Document, *, forward: bool) -> Q:
        way = "gt" if forward == (self.view == OPEN) else "lt"
        later: dict[str, Any] = {f"created_at__{way}": document.created_at}
        return Q(**later) | Q(created_at=document.created_at, **{f"id__{way}": document.pk})

    def next_for(self, document: Document, person: User) -> Document | None:
        """The next one that nobody else has open; behind the last comes the first. None: nothing is left."""
        free = _free_for(person)
        ahead = self.after(document).filter(free).first()
        if ahead is not None or self.view == ALL:
            return ahead
        return self.documents().filter(free).exclude(pk=document.pk).first()

    def first_for(self, person: User) -> Document | None:
        return self.documents().filter(_free_for(person)).first()


def _free_for(person: User) -> Q:
    held = Q(reviews__ended_at=None, reviews__locked_until__gt=timezone.now()) & ~Q(reviews__person=person)
    return ~Q(pk__in=Document.objects.filter(held).values("pk"))
